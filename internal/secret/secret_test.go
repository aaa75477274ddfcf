package secret_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"assay/internal/secret"
)

const value = "sk-sk-sk-0123456789"

type holder struct {
	Name   string
	Key    secret.Key
	hidden secret.Key
	more   []secret.Key
	byName map[string]secret.Key
	ptr    *secret.Key
}

func TestKeyNeverPrints(t *testing.T) {
	k := secret.New(value)
	h := holder{"x", k, k, []secret.Key{k}, map[string]secret.Key{"a": k}, &k}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%w", "%T", "%10.3s"} {
		for _, v := range []any{k, &k, h, &h, []secret.Key{k}, map[string]any{"k": k}, struct{ k any }{k}} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
	}
	fmt.Fprintln(&out, errors.Join(fmt.Errorf("call: %v", h)), k)
	for _, marshal := range []func(any) ([]byte, error){json.Marshal, xml.Marshal} {
		b, err := marshal(struct{ Key secret.Key }{k})
		if err != nil && !strings.Contains(err.Error(), "unsupported type") {
			t.Fatal(err)
		}
		out.Write(b)
	}
	var logged bytes.Buffer
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("call", "key", k, "holder", h)
	slog.New(slog.NewTextHandler(&logged, nil)).Info("call", "key", k, "holder", h)
	out.Write(logged.Bytes())
	text := out.String()
	for _, leak := range []string{"sk-sk", "0123456789", fmt.Sprintf("%x", value[:8]), fmt.Sprintf("%X", value[:8])} {
		if strings.Contains(text, leak) {
			t.Errorf("%q leaks:\n%s", leak, text)
		}
	}
	if !strings.Contains(text, secret.Mask) {
		t.Error("the mask never shows")
	}
}

func TestReveal(t *testing.T) {
	if got := secret.New(value).Reveal(); got != value {
		t.Errorf("Reveal() = %q", got)
	}
	var none secret.Key
	if none.Reveal() != "" || !none.IsZero() || !secret.New("").IsZero() || secret.New("x").IsZero() {
		t.Error("an empty key is no key, any other is one")
	}
	if b, _ := json.Marshal(none); string(b) != `"•••"` {
		t.Errorf("no key marshals as %s", b)
	}
}

func TestScrub(t *testing.T) {
	k := secret.New("sk-abc/def+12=")
	longer := secret.New("sk-abc/def+12=-and-more")
	tests := []struct {
		name, in, want string
		keys           []secret.Key
	}{
		{"plain", "bad key sk-abc/def+12= given", "bad key ••• given", []secret.Key{k}},
		{"in a query", "GET /v1?key=sk-abc%2Fdef%2B12%3D: 401", "GET /v1?key=•••: 401", []secret.Key{k}},
		{"in a path", "GET /sk-abc%2Fdef+12=/x", "GET /•••/x", []secret.Key{k}},
		{"twice", "sk-abc/def+12=sk-abc/def+12=", "••••••", []secret.Key{k}},
		{"longest first", "is sk-abc/def+12=-and-more", "is •••", []secret.Key{k, longer}},
		{"short placeholders stay", "model EMPTY is none", "model EMPTY is none", []secret.Key{secret.New("EMPTY"), secret.New("none")}},
		{"no key", "text", "text", []secret.Key{{}}},
		{"nothing to do", "text", "text", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := secret.Scrub(tt.in, tt.keys...); got != tt.want {
				t.Errorf("Scrub(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}
