package cli_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"assay/internal/cli"
)

// examine runs doctor and returns what it printed and its exit code.
func examine(t *testing.T, h *harness, args ...string) (string, cli.Code) {
	t.Helper()
	code := cli.CodeOf(h.Run(t.Context(), append([]string{"doctor"}, args...)))
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	return h.out.String(), code
}

func TestDoctor(t *testing.T) {
	const secretKey = "sk-wrong-0123456789abcdefghijkl"
	h := newHarness(t, true, cli.Hooks{})
	h.Now = func() time.Time { return time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC) }
	for k, v := range map[string]string{
		"TERM": "xterm-256color", "LANG": "de_DE.UTF-8", "TMUX": "/tmp/x", "HTTPS_PROXY": "http://me:pass@proxy:3128",
		"OPENAI_API_KEY": "sk-0123456789abcdefghijkl", "ANTHROPIC_API_KEY": secretKey,
	} {
		h.env[k] = v
	}
	out, code := examine(t, h)
	if code != cli.OK {
		t.Errorf("code %d", code)
	}
	for _, want := range []string{
		"ok configuration: none at ", "ok data folder: ", "ok state folder: ", "ok cache folder: ", "ok data file: none yet",
		"warn catalog: ", "; assay models refresh", "ok clock: 2099-01-01", "ok proxy: HTTPS_PROXY is http://proxy:3128", "ok certificates: the system's",
		"ok terminal: xterm-256color, ", ", 80 columns", "ok locale: de_DE.UTF-8", "ok clipboard: inside tmux",
		"ok key: openai (env OPENAI_API_KEY)", "warn key: anthropic (env ANTHROPIC_API_KEY): does not begin with sk-ant-", "ok local servers: ",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	for _, never := range []string{secretKey, "0123456789abcdefghijkl", "pass@"} {
		if strings.Contains(out+h.err.String(), never) {
			t.Errorf("%q shows in\n%s", never, out)
		}
	}
}

func TestDoctorFails(t *testing.T) {
	h := newHarness(t, true, cli.Hooks{})
	h.Now = func() time.Time { return time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC) }
	home := h.env["ASSAY_HOME"]
	write := func(name, text string) string {
		t.Helper()
		path := filepath.Join(home, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("config.toml", "[routing]\nsort = \"fastest\"\n")
	write("cache", "a file where a folder should be")
	write("data/assay.db", strings.Repeat("this is no database ", 100))
	h.env["SSL_CERT_FILE"] = write("certs.pem", "nothing")
	h.env["HTTPS_PROXY"], h.env["TERM"], h.env["LANG"] = "gopher://old", "dumb", "C"
	out, code := examine(t, h, "--json")
	if code != cli.Usage {
		t.Errorf("code %d", code)
	}
	got := map[string]string{}
	for line := range strings.Lines(out) {
		var f struct{ Check, Grade, What, Fix string }
		if err := json.Unmarshal([]byte(line), &f); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		got[f.Check] = f.Grade
		if f.Grade != "ok" && f.Fix == "" {
			t.Errorf("no fix: %s", line)
		}
	}
	for check, want := range map[string]string{
		"configuration": "fail", "cache folder": "fail", "data file": "fail", "certificates": "fail", "proxy": "fail",
		"clock": "fail", "terminal": "warn", "locale": "warn", "data folder": "ok",
	} {
		if got[check] != want {
			t.Errorf("%s is %q, want %q\n%s", check, got[check], want, out)
		}
	}
}

// Online, each configured provider is asked once, without its key.
func TestDoctorOnline(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("the key was sent")
		}
		w.Header().Set("Date", "Mon, 02 Jan 2006 15:04:05 GMT")
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer srv.Close()
	dead := httptest.NewServer(nil)
	dead.Close()
	if !strings.HasPrefix(srv.URL, "http://127.") {
		t.Skip("the test server is not on loopback")
	}
	h := newHarness(t, false, cli.Hooks{})
	conf := "[providers.late]\nbase_url = \"" + srv.URL + "\"\nkey_env = \"LATE\"\n[providers.dead]\nbase_url = \"" + dead.URL + "\"\nkey_env = \"DEAD\"\n"
	if err := os.WriteFile(filepath.Join(h.env["ASSAY_HOME"], "config.toml"), []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	h.env["LATE"], h.env["DEAD"] = "key-0123456789abcdef", "key-0123456789abcdef"
	out, code := examine(t, h, "--online")
	if code != cli.Usage || !strings.Contains(out, "warn clock: differs from that of late") || !strings.Contains(out, "fail network: dead: ") {
		t.Errorf("code %d\n%s", code, out)
	}
}
