package cli_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"assay/catalog/refresh"
	"assay/internal/cli"
)

func TestModelsOnATerminal(t *testing.T) {
	h := newHarness(t, true, cli.Hooks{})
	if err := h.Run(t.Context(), []string{"models", "by:demo"}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(h.out.String()), "\n")
	if !strings.HasPrefix(lines[0], "MODEL ") || len(lines) < 3 {
		t.Fatalf("no heading or no rows:\n%s", h.out.String())
	}
	column := strings.Index(lines[0], "SINCE")
	for _, l := range lines {
		if len([]rune(l)) > 80 {
			t.Errorf("wider than the terminal: %q", l)
		}
		if strings.ContainsAny(l, "\t\x1b") {
			t.Errorf("not plain: %q", l)
		}
	}
	if column < 0 {
		t.Errorf("a column is missing: %q", lines[0])
	}
}

// A refresh keeps what it learns, says what changed, and a source that fails takes
// nothing away.
func TestModelsRefreshAndDiff(t *testing.T) {
	var price atomic.Value
	price.Store("0.000001")
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/broken" {
			http.Error(w, "\x1b[31mdown", http.StatusInternalServerError)
			return
		}
		_, _ = io.WriteString(w, `{"data":[{"id":"acme/one","name":"Acme: One","created":1750000000,"context_length":8000,
			"architecture":{"input_modalities":["text"],"output_modalities":["text"]},
			"pricing":{"prompt":"`+price.Load().(string)+`","completion":"0.000002"}},`+others()+`]}`)
	}))
	defer srv.Close()
	good := refresh.Source{Name: "openrouter", URL: srv.URL}
	bad := refresh.Source{Name: "models.dev", URL: srv.URL + "/broken"}
	home := t.TempDir()
	run := func(wantCode cli.Code, sources []refresh.Source, args ...string) (string, string) {
		t.Helper()
		h := newHarness(t, false, cli.Hooks{Sources: sources})
		h.env["ASSAY_HOME"] = home
		if code := h.Report(h.Run(t.Context(), args)); code != wantCode {
			t.Errorf("%v: exit code %d, want %d\n%s", args, code, wantCode, h.err.String())
		}
		return h.out.String(), h.err.String()
	}
	out, _ := run(cli.OK, []refresh.Source{good}, "models", "refresh")
	if !strings.Contains(out, "new\tacme/one\t") {
		t.Errorf("the new model is not told:\n%s", out)
	}
	if out, _ := run(cli.OK, nil, "models", "acme/one"); !strings.HasPrefix(out, "acme/one\t1\t2\t8000\t") {
		t.Errorf("the next process does not know it: %q", out)
	}
	price.Store("0.0000005")
	out, said := run(cli.SomeFailed, []refresh.Source{good, bad}, "models", "refresh")
	want := "price down\tacme/one\topenrouter\tprompt\t1\t0.5\n"
	if out != want {
		t.Errorf("got %q, want %q", out, want)
	}
	if !strings.Contains(said, "refresh models.dev") || strings.Contains(said, "\x1b") {
		t.Errorf("the failure is not told cleanly: %q", said)
	}
	if out, _ := run(cli.OK, nil, "models", "diff"); out != want {
		t.Errorf("diff: got %q, want %q", out, want)
	}
	if out, _ := run(cli.OK, nil, "models", "diff", "--json"); !strings.Contains(out, `"old_price":"0.000001","new_price":"0.0000005"`) {
		t.Errorf("diff --json: %s", out)
	}
	if out, _ := run(cli.AllFailed, []refresh.Source{bad}, "models", "refresh"); out != "" {
		t.Errorf("printed %q", out)
	}
	if out, _ := run(cli.OK, nil, "models", "acme/one"); !strings.HasPrefix(out, "acme/one\t0.5\t") {
		t.Errorf("a failed refresh took something away: %q", out)
	}
}

// others are enough further models for the list to be believed.
func others() string {
	h := make([]string, 0, 400)
	for i := range 400 {
		id := "acme/filler-" + string(rune('a'+i/26)) + string(rune('a'+i%26))
		h = append(h, `{"id":"`+id+`","name":"`+id+`","context_length":8000,"architecture":{"input_modalities":["text"],"output_modalities":["text"]},"pricing":{"prompt":"0.000001","completion":"0.000002"}}`)
	}
	return strings.Join(h, ",")
}
