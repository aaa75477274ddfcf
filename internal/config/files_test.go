package config_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"

	"assay/internal/config"
	"assay/internal/secret"
)

func fsMode(m uint32) fs.FileMode { return fs.FileMode(m) }

func TestFindPaths(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the paths are those of Unix")
	}
	tests := []struct {
		name, flag string
		env        map[string]string
		want       config.Paths
	}{
		{"home", "", map[string]string{"HOME": "/h"},
			config.Paths{Config: "/h/.config/assay/config.toml", Data: "/h/.local/share/assay", State: "/h/.local/state/assay", Cache: "/h/.cache/assay"}},
		{"xdg", "", map[string]string{"HOME": "/h", "XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "/d", "XDG_STATE_HOME": "/s", "XDG_CACHE_HOME": "/k"},
			config.Paths{Config: "/c/assay/config.toml", Data: "/d/assay", State: "/s/assay", Cache: "/k/assay"}},
		{"relative xdg is ignored", "", map[string]string{"HOME": "/h", "XDG_DATA_HOME": "d"},
			config.Paths{Config: "/h/.config/assay/config.toml", Data: "/h/.local/share/assay", State: "/h/.local/state/assay", Cache: "/h/.cache/assay"}},
		{"assay home moves all four", "", map[string]string{"HOME": "/h", "ASSAY_HOME": "/a", "XDG_DATA_HOME": "/d"},
			config.Paths{Config: "/a/config.toml", Data: "/a/data", State: "/a/state", Cache: "/a/cache"}},
		{"a named file", "", map[string]string{"ASSAY_HOME": "/a", "ASSAY_CONFIG": "/e.toml"},
			config.Paths{Config: "/e.toml", Explicit: true, Data: "/a/data", State: "/a/state", Cache: "/a/cache"}},
		{"the flag wins", "/f.toml", map[string]string{"ASSAY_HOME": "/a", "ASSAY_CONFIG": "/e.toml"},
			config.Paths{Config: "/f.toml", Explicit: true, Data: "/a/data", State: "/a/state", Cache: "/a/cache"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := config.FindPaths(tt.flag, func(k string) string { return tt.env[k] })
			if err != nil || got != tt.want {
				t.Errorf("got %+v, %v, want %+v", got, err, tt.want)
			}
		})
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "config.toml")
	if c, err := config.Load(config.Paths{Config: path}, config.Options{}); err != nil || c.UI.FPS != 30 {
		t.Errorf("no file: %+v, %v, want the defaults", c, err)
	}
	if _, err := config.Load(config.Paths{Config: path, Explicit: true}, config.Options{}); err == nil || !strings.Contains(err.Error(), "assay config init") {
		t.Errorf("a named file that is not there: %v", err)
	}
	if _, err := config.Load(config.Paths{Config: dir}, config.Options{}); err == nil || !strings.Contains(err.Error(), "folder") {
		t.Errorf("a folder: %v", err)
	}
	write(t, path, "[ui]\nfps = 60\n[providers.a]\nbase_url = \"http://example.com\"\n")
	if c, err := config.Load(config.Paths{Config: path}, config.Options{}); err != nil || c.UI.FPS != 60 {
		t.Errorf("a warning must not stop loading: %+v, %v", c, err)
	}
	if problems, err := config.Check(config.Paths{Config: path}, config.Options{}); err != nil || len(problems) != 1 || !problems[0].Warning {
		t.Errorf("Check = %v, %v, want one warning", problems, err)
	}
	write(t, path, "[ui]\nfps = 0\n")
	_, err := config.Load(config.Paths{Config: path}, config.Options{})
	var bad *config.Error
	if !errors.As(err, &bad) || len(bad.Problems) != 1 || bad.Problems[0].File != path || bad.Problems[0].Line != 2 {
		t.Errorf("Load = %v", err)
	}
	write(t, path, strings.Repeat("# comment\n", 40_000))
	if _, err := config.Load(config.Paths{Config: path}, config.Options{}); err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Errorf("a huge file: %v", err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestInit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "assay", "config.toml")
	if err := config.Init(path); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != config.Starter() {
		t.Errorf("wrote %d bytes, %v", len(got), err)
	}
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	write(t, path, "[ui]\n")
	if err := config.Init(path); !errors.Is(err, config.ErrExists) {
		t.Errorf("second Init: %v, want ErrExists", err)
	}
	if got, _ := os.ReadFile(path); string(got) != "[ui]\n" {
		t.Errorf("Init replaced a file by %q", got)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("files left behind: %v", left)
	}
}

func TestFindKey(t *testing.T) {
	env := map[string]string{"USUAL": "k-usual", "MINE": " k-mine\n", "BAD": "k\x00y"}
	tests := []struct {
		name       string
		provider   config.Provider
		usual      []string
		want, from string
		err        string
	}{
		{"usual variable", config.Provider{}, []string{"OTHER", "USUAL"}, "k-usual", "env USUAL", ""},
		{"key_env replaces the usual", config.Provider{KeyEnv: "MINE"}, []string{"USUAL"}, "k-mine", "env MINE", ""},
		{"key_env unset", config.Provider{KeyEnv: "NOPE"}, []string{"USUAL"}, "", "env NOPE", "$NOPE is not set"},
		{"environment over command", config.Provider{KeyCommand: []string{"pass"}}, []string{"USUAL"}, "k-usual", "env USUAL", ""},
		{"command", config.Provider{KeyCommand: []string{"pass", "show"}}, nil, "k-command", "command pass", ""},
		{"command fails", config.Provider{KeyCommand: []string{"broken"}}, nil, "", "command broken", "no agent"},
		{"command prints nothing", config.Provider{KeyCommand: []string{"empty"}}, nil, "", "command empty", "printed nothing"},
		{"keychain", config.Provider{KeyKeychain: "acme"}, nil, "k-chain", "keychain acme", ""},
		{"not in the keychain", config.Provider{KeyKeychain: "nobody"}, nil, "", "keychain nobody", `no account "nobody"`},
		{"file", config.Provider{Key: secret.New("k-file")}, nil, "k-file", "config file", ""},
		{"keyless", config.Provider{Keyless: true}, []string{"USUAL"}, "", "", ""},
		{"none", config.Provider{}, []string{"OTHER"}, "", "", ""},
		{"control characters", config.Provider{KeyEnv: "BAD"}, nil, "", "env BAD", "copy it again"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			keys := config.Keys{
				Env: func(n string) string { return env[n] },
				Run: func(_ context.Context, argv []string) ([]byte, error) {
					switch argv[0] {
					case "broken":
						return nil, errors.New("no agent")
					case "empty":
						return []byte("\n"), nil
					}
					return []byte("k-command\nuser: me\n"), nil
				},
				Keychain: func(account string) (string, error) {
					if account == "acme" {
						return "k-chain", nil
					}
					return "", keyring.ErrNotFound
				},
			}
			key, from, err := keys.Find(t.Context(), "p", tt.provider, tt.usual)
			if key.Reveal() != tt.want || from != tt.from {
				t.Errorf("got %q from %q, want %q from %q", key.Reveal(), from, tt.want, tt.from)
			}
			if tt.err == "" != (err == nil) || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("error %v, want %q", err, tt.err)
			}
		})
	}
}

func TestKeyCommandRunsOnce(t *testing.T) {
	runs := 0
	keys := config.Keys{Env: func(string) string { return "" }, Run: func(context.Context, []string) ([]byte, error) {
		runs++
		return []byte("k"), nil
	}}
	p := config.Provider{KeyCommand: []string{"pass"}}
	for range 3 {
		if key, _, err := keys.Find(t.Context(), "a", p, nil); key.Reveal() != "k" || err != nil {
			t.Fatal(key.Reveal(), err)
		}
	}
	if runs != 1 {
		t.Errorf("the command ran %d times", runs)
	}
}

func TestKeyCommandForReal(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs a Unix shell")
	}
	keys := func() *config.Keys { return &config.Keys{Env: func(string) string { return "" }} }
	find := func(ctx context.Context, script string) (secret.Key, error) {
		key, _, err := keys().Find(ctx, "a", config.Provider{KeyCommand: []string{"sh", "-c", script}}, nil)
		return key, err
	}
	if key, err := find(t.Context(), "echo '  k-1  '; echo more"); key.Reveal() != "k-1" || err != nil {
		t.Errorf("got %q, %v", key.Reveal(), err)
	}
	if _, err := find(t.Context(), "echo locked >&2; exit 3"); err == nil || !strings.Contains(err.Error(), "locked") {
		t.Errorf("the command's own words are missing: %v", err)
	}
	if _, err := find(t.Context(), "cat"); !errors.Is(err, config.ErrNoKey) {
		t.Errorf("a command that reads input must find none: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := find(ctx, "sleep 60"); err == nil {
		t.Error("a cancelled look-up must fail")
	}
	if _, _, err := keys().Find(t.Context(), "a", config.Provider{KeyCommand: []string{"/does/not/exist"}}, nil); err == nil {
		t.Error("a command that is not there must fail")
	}
}

func TestPresetRoundTrip(t *testing.T) {
	docs := []string{
		"",
		"model = \"a/b\"\ntemperature = 0\nreasoning = \"low\"\nmax_usd = \"0.25\"\n",
		"models = [\"a/b\", \"c/d\"]\nsystem = \"\"\"\nOne.\nTwo.\"\"\"\nseed = 7\nstop = [\"END\"]\n",
		"routing = { order = [\"groq\"], allow_fallbacks = false, max_price = { prompt = \"0.5\", completion = \"\", request = \"\", image = \"\" }, preferred_max_latency = { p50 = 1, p90 = 2.5 }, total_timeout = \"5m\" }\n",
		"reasoning = { max_tokens = 2000, exclude = true }\n\n[[tools]]\nname = \"w\"\nparameters = \"{\\\"type\\\":\\\"object\\\"}\"\n",
	}
	for _, doc := range docs {
		p, err := config.ParsePreset(doc)
		if err != nil {
			t.Errorf("%q: %v", doc, err)
			continue
		}
		if got := config.FormatPreset(p); got != doc {
			t.Errorf("got\n%s\nwant\n%s", got, doc)
		}
	}
	if _, err := config.ParsePreset("modle = \"a\""); err == nil || !strings.Contains(err.Error(), "line 1:1: modle: unknown key; did you mean model?") {
		t.Errorf("got %v", err)
	}
}

func TestPanelRoundTrip(t *testing.T) {
	for _, doc := range []string{
		"members = [\"a/b\"]\n",
		"members = [\"a/b\", \"c/d\"]\njudge = \"lexical\"\ncriteria = \"Be \\\"right\\\".\"\nmode = \"pick\"\nquorum = 1\ngrace = \"1m30s\"\nboth_orders = true\n",
	} {
		p, err := config.ParsePanel(doc)
		if err != nil {
			t.Fatal(err)
		}
		if got := config.FormatPanel(p); got != doc {
			t.Errorf("got\n%s\nwant\n%s", got, doc)
		}
	}
	if _, err := config.ParsePanel("judge = \"x\"\n"); err == nil || !strings.Contains(err.Error(), "needs 1 to 8 members") {
		t.Errorf("got %v", err)
	}
}

// Whatever ParsePreset takes, FormatPreset writes so that it reads back the same.
func FuzzPreset(f *testing.F) {
	f.Add("model = \"a/b\"\nsystem = \"x\\ny\"\nreasoning = {effort=\"low\", exclude=true}\nrouting = {zdr=true}")
	f.Add("[[tools]]\nname = \"w\"\nparameters = {type=\"object\"}")
	f.Add("system = \"\\u0085 \\\" '''\"\ntop_p = 1e-7\nmax_usd=\"1e-9\"")
	f.Fuzz(func(t *testing.T, doc string) {
		p, err := config.ParsePreset(doc)
		if err != nil {
			return
		}
		text := config.FormatPreset(p)
		again, err := config.ParsePreset(text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if second := config.FormatPreset(again); second != text {
			t.Errorf("not stable:\n%s\nthen\n%s", text, second)
		}
	})
}
