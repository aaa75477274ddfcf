package config_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/internal/config"
	"assay/internal/usd"
)

// full is a file that says something about everything.
const full = `
[ui]
theme = "dark"
fps = 60
mouse = false
[ui.keys]
zoom = ["f", "z"]
send = "ctrl+x m"
vote = "none"

[limits]
run_usd = "0.50"
day_usd = "5"

[routing]
sort = "latency"
order = ["groq", "openai"]
quantizations = ["fp8", "bf16"]
max_price = { prompt = "1", completion = "2.5" }
preferred_min_throughput = 30
preferred_max_latency = { p50 = 1, p90 = 3.5 }
total_timeout = "20m"

[providers.acme]
format = "openai"
base_url = "http://127.0.0.1:9000/v1"
key_command = ["pass", "show", "acme"]
headers = { "X-Team" = "red" }
policy = "zdr"
free_quota = { per_minute = 20, per_day = 50 }
[[providers.acme.models]]
id = "acme/tuned"
upstream = "ft:abc"
prompt = "0.20"
completion = "0.60"
request = "0"
context = 131072
[[providers.acme.models]]
id = "acme/other"
input = ["text", "image"]

[presets.terse]
models = ["a/b", "c/d"]
system = "Be brief."
temperature = 0
reasoning = "low"
stop = "END"
routing = { zdr = true, sort = "price" }
max_usd = "1"
[[presets.terse.tools]]
name = "weather"
parameters = { type = "object", required = ["place"] }

[panels.mine]
members = ["a/b", "c/d"]
judge = "lexical"
grace = "4s"
`

// checkKeys knows three actions and lets each key have one of them.
func checkKeys(bindings map[string][]string) error {
	taken := map[string]bool{}
	for action, chords := range bindings {
		if !slices.Contains([]string{"zoom", "send", "vote"}, action) {
			return fmt.Errorf("there is no action %s", action)
		}
		for _, chord := range chords {
			if taken[chord] {
				return fmt.Errorf("%q is bound twice", chord)
			}
			taken[chord] = true
		}
	}
	return nil
}

func TestParse(t *testing.T) {
	c, problems := config.Parse([]byte(full), config.Options{Providers: []string{}, Keys: checkKeys})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, tt := range []struct {
		name      string
		got, want any
	}{
		{"theme", c.UI.Theme, "dark"},
		{"a key not written keeps its default", c.Routing.AfterFirstToken, "keep"},
		{"list of chords", c.UI.Keys["zoom"], config.Chords{"f", "z"}},
		{"sequence", c.UI.Keys["send"], config.Chords{"ctrl+x m"}},
		{"none", c.UI.Keys["vote"], config.Chords{}},
		{"amount", *c.Limits.RunUSD, usd.MustParse("0.5")},
		{"no amount", c.Limits.MonthUSD, (*usd.Amount)(nil)},
		{"price per million", c.Routing.MaxPrice.Completion, usd.Known(usd.MustParse("0.0000025"))},
		{"absent price", c.Routing.MaxPrice.Image, usd.Price{}},
		{"median", c.Routing.MinThroughput, config.Percentiles{P50: 30}},
		{"percentiles", c.Routing.MaxLatency, config.Percentiles{P50: 1, P90: 3.5}},
		{"duration", c.Routing.Timeouts.Total, 20 * time.Minute},
		{"headers", c.Providers["acme"].Headers, map[string]string{"X-Team": "red"}},
		{"enabled by default", c.Providers["acme"].Enabled, true},
		{"quota", c.Providers["acme"].FreeQuota, config.Quota{PerMinute: 20, PerDay: 50}},
		{"private price", c.Providers["acme"].Models[0].Prompt, usd.Known(usd.MustParse("0.0000002"))},
		{"request fee is per call", c.Providers["acme"].Models[0].Request, usd.Known(usd.Amount{})},
		{"text by default", c.Providers["acme"].Models[0].Input, []string{"text"}},
		{"second model", c.Providers["acme"].Models[1].ID, "acme/other"},
		{"temperature zero is said", *c.Presets["terse"].Temperature, 0.0},
		{"top_p is not", c.Presets["terse"].TopP, (*float64)(nil)},
		{"effort", c.Presets["terse"].Reasoning, config.Reasoning{Effort: "low"}},
		{"one stop", c.Presets["terse"].Stop, config.OneOrMore{"END"}},
		{"preset routing", c.Presets["terse"].Routing.ZDR, true},
		{"preset routing says nothing else", c.Presets["terse"].Routing.Attempts, 0},
		{"schema", c.Presets["terse"].Tools[0].Parameters, config.Schema(`{"required":["place"],"type":"object"}`)},
		{"panel mode", c.Panels["mine"].Mode, "fuse"},
		{"grace", c.Panels["mine"].Grace, 4 * time.Second},
	} {
		if !reflect.DeepEqual(tt.got, tt.want) {
			t.Errorf("%s: got %#v, want %#v", tt.name, tt.got, tt.want)
		}
	}
}

func TestParseProblems(t *testing.T) {
	opt := config.Options{File: "c.toml", Mode: 0o600, Providers: []string{"openai", "groq"}, Keys: checkKeys}
	tests := []struct {
		doc  string
		want string // every problem, one a line
	}{
		// Keys nobody knows.
		{"[ui]\n  them = \"dark\"", `c.toml:2:3: ui.them: unknown key; did you mean theme?`},
		{"[routng]\nzdr = true", `c.toml:1:1: routng: unknown key; did you mean routing?`},
		{"zdr = true", `c.toml:1:1: zdr: unknown key; it belongs in [routing]`},
		{"[privacy]\nfrobnicate = 1", `c.toml:2:1: privacy.frobnicate: unknown key; known here: save_prompts, save_answers`},
		{"[privacy]\nsave_answers = true\n\"save prompts\" = true", `c.toml:3:1: privacy."save prompts": unknown key; did you mean save_prompts?`},
		{"[providers.acme]\nbase_url=\"https://x/v1\"\n[[providers.acme.models]]\nid=\"a/b\"\n[[providers.acme.models]]\nid=\"a/c\"\nctx=1",
			`c.toml:7:1: providers.acme.models[1].ctx: unknown key; known here: id, upstream, prompt, completion, cache_read, cache_write, request, context, max_output, quantization, parameters, input`},
		{"[routing]\nmax_price = { prompt = \"1\", complete = \"2\" }", `c.toml:2:29: routing.max_price.complete: unknown key; did you mean completion?`},
		{"[UI]\ntheme = \"dark\"", `c.toml:1:1: UI: unknown key; did you mean ui?`},
		// Types.
		{"[ui]\nfps = \"fast\"", `c.toml:2:1: ui.fps: must be a whole number, not the text "fast"`},
		{"[ui]\nfps = 30.5", `c.toml:2:1: ui.fps: must be a whole number, not the number 30.5`},
		{"[ui]\nmouse = \"yes\"", `c.toml:2:1: ui.mouse: must be true or false, not the text "yes"`},
		{"[ui]\ntheme = 7", `c.toml:2:1: ui.theme: must be a text in quotes, not the number 7`},
		{"ui = 1979-05-27", `c.toml:1:1: ui: must be a table such as { theme = … }, not a date`},
		{"[routing]\norder = \"groq\"", `c.toml:2:1: routing.order: must be a list: write ["groq"]`},
		{"[routing]\norder = [\"groq\", 7]", `c.toml:2:18: routing.order[1]: must be a text in quotes, not the number 7`},
		{"[providers]\nacme = 5", `c.toml:2:1: providers.acme: must be a table such as { format = … }, not the number 5`},
		{"providers = 5", `c.toml:1:1: providers: must be a table, not the number 5`},
		// Values.
		{"[ui]\ntheme = \"drak\"", `c.toml:2:1: ui.theme: must be one of auto, dark, light or mono, not "drak"; did you mean dark?`},
		{"[ui]\nfps = 0", `c.toml:2:1: ui.fps: must be from 1 to 120, not 0`},
		{"[routing]\nseed = -1", `c.toml:2:1: routing.seed: must not be negative`},
		{"[routing]\nquantizations = [\"fp8\", \"q4\"]", `c.toml:2:25: routing.quantizations[1]: must be one of int4, int8, fp4, fp6, fp8, fp16, bf16, fp32 or unknown, not "q4"`},
		{"[routing]\nidle_timeout = 30", `c.toml:2:1: routing.idle_timeout: must be a duration with its unit in quotes, such as "30s", not the number 30`},
		{"[routing]\nidle_timeout = \"30\"", `c.toml:2:1: routing.idle_timeout: "30" is not a duration; write a number and a unit, such as "500ms", "30s" or "2m"`},
		{"[routing]\nidle_timeout = \"-1s\"", `c.toml:2:1: routing.idle_timeout: must be from 100ms to 1h, not -1s`},
		{"[limits]\nrun_usd = 0.5", `c.toml:2:1: limits.run_usd: must be a decimal in quotes: write "0.5"`},
		{"[limits]\nrun_usd = \"$5\"", `c.toml:2:1: limits.run_usd: "$5" is not an amount; write dollars such as "2.50"`},
		{"[limits]\nrun_usd = \"-5\"", `c.toml:2:1: limits.run_usd: must not be negative; "" is no cap`},
		{"[routing]\nmax_price.prompt = \"-1\"", `c.toml:2:1: routing.max_price.prompt: must not be negative; leave the key out when the price is not known`},
		{"[routing]\npreferred_max_latency = \"soon\"", `c.toml:2:1: routing.preferred_max_latency: must be a number, or a table such as { p50 = 2, p90 = 5 }`},
		{"[presets.p]\ntemperature = 3", `c.toml:2:1: presets.p.temperature: must be from 0 to 2, not 3`},
		{"[presets.p]\ntemperature = nan", `c.toml:2:1: presets.p.temperature: must be a finite number`},
		{"[presets.p]\nreasoning = \"hgh\"", `c.toml:2:1: presets.p.reasoning: must be one of none, minimal, low, medium, high, xhigh or max, not "hgh"; did you mean high?`},
		{"[presets.\"my one\"]\nmodel = \"a/b\"", `c.toml:1:1: presets."my one": "my one" is not a name; use letters, digits, - _ and .`},
		{"[ui.keys]\nzoom = \"f\"\nsend = [\"f\"]", `c.toml:1:1: ui.keys: "f" is bound twice`},
		{"[ui.keys]\nzoom = 5", `c.toml:2:1: ui.keys.zoom: must be a key such as "ctrl+x m", a list of keys, or "none"`},
		{"[ui.keys]\nzoom = [\"f\", \"none\"]", `c.toml:2:1: ui.keys.zoom: "none" stands alone: it switches the action off`},
		{"[ui.keys]\nzom = \"f\"", `c.toml:2:1: ui.keys.zom: there is no action zom`},
		// Contradictions and omissions.
		{"[limits]\nrun_usd = \"5\"\nday_usd = \"2\"", `c.toml:2:1: limits.run_usd: contradicts limits.day_usd: a run may not cost more than its day; lower one or raise the other`},
		{"[routing]\nonly = [\"groq\"]\nignore = [\"groq\"]", `c.toml:3:1: routing.ignore: "groq" is in only as well; take it out of one of them`},
		{"[routing]\nhedge = true\nallow_fallbacks = false", `c.toml:2:1: routing.hedge: needs a second endpoint, which allow_fallbacks = false forbids; change one of them`},
		{"[routing]\ntotal_timeout = \"30s\"", `c.toml:2:1: routing.total_timeout: is shorter than another timeout (connect 10s, first token 1m0s, idle 1m0s), which could never run out; raise it or lower that one`},
		{"[providers.gorq]\nkeyless = true", `c.toml:1:1: providers.gorq: needs base_url: no provider of that name is known; did you mean groq?`},
		{"[providers.groq]\nkey_env = \"GROQ\"\nkey = \"gsk_1\"", `c.toml:3:1: providers.groq.key: contradicts key_env; keep one source of the key`},
		{"[providers.groq]\nkey_env = \"gsk-1234\"", `c.toml:2:1: providers.groq.key_env: is not the name of an environment variable; write its name, such as ACME_KEY, not the key`},
		{"[providers.groq]\nkey = 5", `c.toml:2:1: providers.groq.key: must be a text in quotes`},
		{"[providers.groq]\nbase_url = \"localhost:80\"", `c.toml:2:1: providers.groq.base_url: is not an address; write one such as "https://api.example.com/v1"`},
		{"[providers.groq]\nbase_url = \"http://example.com/v1\"", `c.toml:2:1: warning: providers.groq.base_url: sends the key unencrypted over http; use https, or keyless = true`},
		{"[providers.groq]\nheaders = { Authorization = \"Bearer x\" }", `c.toml:2:13: providers.groq.headers.Authorization: holds a secret; use key_env, key_command, key_keychain or key`},
		{"[providers.groq]\n[[providers.groq.models]]\ncontext = 5", `c.toml:2:1: providers.groq.models[0]: needs id, the slug users type, such as id = "acme/tuned"`},
		{"[presets.p]\nmodel = \"a\"\nmodels = [\"b\"]", `c.toml:3:1: presets.p.models: contradicts model; keep one: models is a list whose next is asked when one fails`},
		{"[panels.p]\nmembers = []", `c.toml:1:1: panels.p: needs 1 to 8 members, not 0`},
		{"[panels.p]\nmembers = [\"a\"]\nquorum = 2", `c.toml:3:1: panels.p.quorum: is more than the panel has members (1)`},
		// Several at once, in the order of the text.
		{"[ui]\nfps = 999\nthem = 1\n[limits]\nmax_parallel = 0", "c.toml:2:1: ui.fps: must be from 1 to 120, not 999\n" +
			"c.toml:3:1: ui.them: unknown key; did you mean theme?\nc.toml:5:1: limits.max_parallel: must be from 1 to 64, not 0"},
	}
	for _, tt := range tests {
		t.Run(tt.doc, func(t *testing.T) {
			_, problems := config.Parse([]byte(tt.doc), opt)
			lines := make([]string, len(problems))
			for i, p := range problems {
				lines[i] = p.String()
			}
			if got := strings.Join(lines, "\n"); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestSyntaxErrorsNameTheirPlace(t *testing.T) {
	for doc, place := range map[string]string{
		"[ui\ntheme = 1":                   "c.toml:1:",
		"[ui]\ntheme = \"dark":             "c.toml:2:",
		"[ui]\nfps = 1\nfps = 2":           "c.toml:3:",
		"[ui]\n\ntheme = dark\n":           "c.toml:3:",
		"[ui]\nx = \"\x01\"":               "c.toml:2:",
		"[ui]\nfps = 99999999999999999999": "c.toml:2:",
	} {
		_, problems := config.Parse([]byte(doc), config.Options{File: "c.toml"})
		if len(problems) != 1 || !strings.HasPrefix(problems[0].String(), place) || strings.ContainsAny(problems[0].String(), "\n\x01") {
			t.Errorf("%q: %q, want one line at %s", doc, problems, place)
		}
	}
}

// A key in a file that others can read is refused, without showing it.
func TestKeyInFileNeedsPrivateMode(t *testing.T) {
	doc := []byte("[providers.groq]\nkey = \"gsk_topsecret\"\n")
	for mode, want := range map[uint32]int{0o600: 0, 0o400: 0, 0o640: 1, 0o644: 1, 0o604: 1} {
		_, problems := config.Parse(doc, config.Options{File: "c.toml", Mode: fsMode(mode)})
		if len(problems) != want {
			t.Errorf("mode %o: %v", mode, problems)
		}
		for _, p := range problems {
			if strings.Contains(p.String(), "topsecret") || !strings.Contains(p.String(), "chmod 600 c.toml") {
				t.Errorf("mode %o: %s", mode, p)
			}
		}
	}
}

// However a key is written wrongly, no message repeats any of it.
func TestNoMessageShowsAKey(t *testing.T) {
	const key = "gsk_0123456789abcdefTOPSECRET"
	for _, line := range []string{
		"key = " + key, "key = true" + key, "key = 2020-" + key, "key = 0x" + key, "key = '" + key, `key = "` + key + `" x`, `key = "` + key + `\q"`,
		"key = { " + key + " = 1 }", "key = ['" + key + "']", "key_env = '" + key + "'", "key_env = " + key, "key_keychain = '" + key + "'",
		"key_keychain = ['" + key + "']", "key_command = '" + key + "'", "key_command = [" + key + "]", "headers = { X-Key = " + key + " }",
		"headers = { X-Key = ['" + key + "'] }", "headers = { Authorization = '" + key + "' }", "keyless = '" + key + "'",
		"base_url = 'https://user:" + key + "@example.com'", "base_url = 'https://example.com?key=" + key + "'",
	} {
		_, problems := config.Parse([]byte("[providers.groq]\n"+line+"\n"), config.Options{Providers: []string{"groq"}})
		if len(problems) == 0 {
			t.Errorf("%s: no problem", line)
		}
		for _, p := range problems {
			for i := range len(key) - 5 {
				if strings.Contains(p.String(), key[i:i+6]) {
					t.Errorf("%s: %s", line, p)
					break
				}
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(full)
	f.Add(config.Example())
	f.Add("[[a]]\n[[a]]\nb.c = [{d = 1}, '''x''']\n\"q\\\"k\" = {}")
	f.Fuzz(func(t *testing.T, doc string) {
		_, problems := config.Parse([]byte(doc), config.Options{File: "f", Providers: []string{}, Keys: checkKeys})
		lines := strings.Count(doc, "\n") + 1
		for _, p := range problems {
			if s := p.String(); strings.ContainsAny(s, "\n\x1b") {
				t.Errorf("not one clean line: %q", s)
			}
			if p.Line < 0 || p.Line > lines {
				t.Errorf("%v: there are %d lines", p, lines)
			}
			if p.Key != "" && p.Line == 0 {
				t.Errorf("%v: has no place", p)
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	doc := []byte(full)
	for b.Loop() {
		config.Parse(doc, config.Options{})
	}
}
