// Package secret keeps API keys out of logs, errors, files and screens: a [Key]
// prints as three dots however it is printed, and [Scrub] takes keys out of text
// that came from somewhere else.
package secret

import (
	"cmp"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"slices"
	"strings"
)

// Mask stands where a key would stand.
const Mask = "•••"

// Key is an API key. The zero value is no key. Only Reveal returns what it holds.
type Key struct {
	// A pointer, because fmt reflects into unexported fields of structs around the
	// key without asking for its methods; at that depth it prints an address.
	value *string
}

// New holds value; an empty one is no key.
func New(value string) Key {
	if value == "" {
		return Key{}
	}
	return Key{&value}
}

// Reveal is the key itself: for request headers and nothing else.
func (k Key) Reveal() string {
	if k.value == nil {
		return ""
	}
	return *k.value
}

// IsZero reports that there is no key.
func (k Key) IsZero() bool { return k.value == nil }

// String is Mask.
func (Key) String() string { return Mask }

// GoString is Mask.
func (Key) GoString() string { return Mask }

// Format writes Mask for every verb.
func (Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, Mask) }

// MarshalText is Mask.
func (Key) MarshalText() ([]byte, error) { return []byte(Mask), nil }

// MarshalJSON is Mask as a JSON string.
func (Key) MarshalJSON() ([]byte, error) { return []byte(`"` + Mask + `"`), nil }

// LogValue is Mask.
func (Key) LogValue() slog.Value { return slog.StringValue(Mask) }

// minScrub is the shortest key Scrub looks for: placeholders such as "none" or
// "EMPTY", which local servers want, are words that may stand in any text.
const minScrub = 8

// Scrub replaces every occurrence of the keys in text, also where they are escaped
// as in a URL, by Mask. Keys shorter than eight bytes are left alone.
func Scrub(text string, keys ...Key) string {
	var needles []string
	for _, k := range keys {
		v := k.Reveal()
		if len(v) < minScrub {
			continue
		}
		needles = append(needles, v)
		for _, escaped := range []string{url.QueryEscape(v), url.PathEscape(v)} {
			if escaped != v {
				needles = append(needles, escaped)
			}
		}
	}
	if len(needles) == 0 {
		return text
	}
	// Where one key is the beginning of another, the longer one must win.
	slices.SortFunc(needles, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	pairs := make([]string, 0, 2*len(needles))
	for _, n := range needles {
		pairs = append(pairs, n, Mask)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
