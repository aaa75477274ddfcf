package cli_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/internal/cli"
)

const ranked = `{"data":[
 {"date":"2026-01-01","model_permaslug":"acme/one","total_tokens":"3000000"},
 {"date":"2026-01-02","model_permaslug":"acme/one","total_tokens":"1000000"},
 {"date":"2026-01-02","model_permaslug":"bravo/two\u001b[31m","total_tokens":"5000000"},
 {"date":"2026-01-02","model_permaslug":"other","total_tokens":"1000000"}],
 "meta":{"as_of":"2026-01-03","start_date":"2026-01-01","end_date":"2026-01-02"}}`

func TestRankings(t *testing.T) {
	asked := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		if r.URL.Path != "/api/datasets/rankings-daily" || r.Header.Get("Authorization") != "Bearer or-key" {
			t.Errorf("asked for %s", r.URL.Path)
		}
		_, _ = io.WriteString(w, ranked)
	}))
	defer srv.Close()
	home := t.TempDir()
	config := fmt.Sprintf("[providers.openrouter]\nbase_url = %q\n", srv.URL+"/api")
	if err := os.WriteFile(filepath.Join(home, "config.toml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(tty bool, want cli.Code, args ...string) (string, string) {
		t.Helper()
		h := newHarness(t, tty, cli.Hooks{})
		h.env["ASSAY_HOME"], h.env["OPENROUTER_API_KEY"] = home, "or-key"
		if code := h.Report(h.Run(t.Context(), append([]string{"rankings"}, args...))); code != want {
			t.Errorf("%v: exit code %d, want %d\n%s", args, code, want, h.err.String())
		}
		if err := h.Close(); err != nil {
			t.Error(err)
		}
		return h.out.String(), h.err.String()
	}
	out, talk := run(false, cli.OK, "--days", "2")
	if want := "1\tbravo/two␛[31m\t5000000\t50.00%\t0\t\n2\tacme/one\t4000000\t40.00%\t0\t\n\tother\t1000000\t10.00%\t0\t\n"; out != want {
		t.Errorf("printed\n%q, want\n%q", out, want)
	}
	if !strings.Contains(talk, "Source: OpenRouter (openrouter.ai/rankings), as of 2026-01-03.") {
		t.Errorf("without attribution: %q", talk)
	}
	if out, _ := run(true, cli.OK, "--days", "2"); !strings.Contains(out, "MODEL") || !strings.Contains(out, "5M") {
		t.Errorf("on a terminal\n%s", out)
	}
	if out, _ := run(false, cli.OK, "--days", "2", "--csv"); !strings.HasPrefix(out, "date,model,tokens\n2026-01-01,acme/one,3000000\n2026-01-02,bravo/two␛[31m,5000000\n") {
		t.Errorf("as CSV\n%s", out)
	}
	if out, _ := run(false, cli.OK, "--days", "2", "--json"); !strings.Contains(out, `"model":"acme/one","tokens":4000000,"share":0.4,"own_tokens":0,"daily":{"2026-01-01":3000000,"2026-01-02":1000000},"as_of":"2026-01-03"`) {
		t.Errorf("as JSON\n%s", out)
	}
	if asked != 1 {
		t.Errorf("asked %d times on one day", asked)
	}
	for _, bad := range [][]string{{"--days", "0"}, {"--days", "400"}, {"--json", "--csv"}, {"x"}} {
		run(false, cli.Usage, bad...)
	}
}

func TestRankingsNeedAKey(t *testing.T) {
	h := newHarness(t, false, cli.Hooks{})
	if code := h.Report(h.Run(t.Context(), []string{"rankings"})); code != cli.Auth {
		t.Errorf("exit code %d, want %d", code, cli.Auth)
	}
	if !strings.Contains(h.err.String(), "OPENROUTER_API_KEY") {
		t.Errorf("the remedy is not told: %s", h.err.String())
	}
}
