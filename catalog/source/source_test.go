package source_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"assay/catalog"
	"assay/catalog/source"
	"assay/internal/usd"
)

func readText(t *testing.T, name, text string) *catalog.Listing {
	t.Helper()
	l, err := source.Read(name, strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func row(t *testing.T, l *catalog.Listing, provider, id string) *catalog.Model {
	t.Helper()
	for _, r := range l.Rows {
		if r.Model.ID == id && r.Model.Endpoints[0].Provider == provider {
			return r.Model
		}
	}
	t.Fatalf("no row %s at %s", id, provider)
	return nil
}

// check compares prices by class, quoted per million; "?" is unknown, "" absent.
func check(t *testing.T, who string, p catalog.Prices, want map[string]string) {
	t.Helper()
	got := map[string]usd.Price{
		"prompt": p.Prompt, "completion": p.Completion, "read": p.CacheRead, "write": p.CacheWrite, "write1h": p.CacheWrite1h,
		"reasoning": p.Reasoning, "audio": p.AudioPrompt, "audio out": p.Audio, "image out": p.ImageOutput,
		"image": p.Image, "request": p.Request, "search": p.WebSearch,
	}
	for class, price := range got {
		text := price.PerMillion()
		if price.IsUnknown() {
			text = "?"
		}
		if text != want[class] {
			t.Errorf("%s: %s is %q, want %q", who, class, text, want[class])
		}
	}
}

func TestReadsEveryFormat(t *testing.T) {
	for _, tc := range []struct {
		file, format string
		rows         int
	}{
		{"openrouter.models.2025-05-23.json", "openrouter", 321},
		{"openrouter.models.2026-05-12.json", "openrouter", 364},
		{"openrouter.models.2026-08-01.json", "openrouter", 336},
		{"openrouter.models.2026-08-04.subset-claude-sonnet-4.json", "openrouter", 4},
		{"openrouter.endpoints.gemini-2.5-pro-preview.2025-05-23.json", "openrouter-endpoints", 1},
		{"models.dev.providers.json", "models.dev", 5276},
		{"catwalk/groq.json", "catwalk", 2},
		{"ruby_llm.models.2026-08-19.json", "ruby_llm", 1637},
		{"litellm.model_prices.2026-08-06.json", "litellm", 2500},
		{"genai-prices.data.json", "genai-prices", 1442},
	} {
		l := read(t, tc.file)
		if l.Format != tc.format || len(l.Rows) < tc.rows || len(l.Problems) > 3 {
			t.Errorf("%s: %s with %d rows, problems %.300q; want %s with %d", tc.file, l.Format, len(l.Rows), l.Problems, tc.format, tc.rows)
		}
		for _, r := range l.Rows {
			for _, e := range r.Model.Endpoints {
				if !e.Prices.Told() || e.Provider == "" || e.Upstream == "" || e.Source != l.Source {
					t.Fatalf("%s: %s: %+v", tc.file, r.Model.ID, e)
				}
				for _, p := range []usd.Price{e.Prices.Prompt, e.Prices.Completion} {
					if a, known := p.Amount(); known && a.Sign() < 0 {
						t.Errorf("%s: %s has the negative price %s", tc.file, r.Model.ID, a)
					}
				}
			}
		}
	}
}

func TestRefusesWhatIsNoCatalog(t *testing.T) {
	for name, text := range map[string]string{
		"empty":         "",
		"html":          "<html>busy</html>",
		"truncated":     `{"data":[{"id":"a/b","pricing":{"prompt":"1"`,
		"object":        `{"error":{"message":"no"}}`,
		"empty list":    `[]`,
		"other list":    `[{"model":"a","providers":[]}]`,
		"provider list": `{"object":"list","data":[{"id":"gpt-5","object":"model"}]}`,
		"data object":   `{"data":{"id":"x"}}`,
		"no good row":   `{"data":[{"id":"a/b","architecture":{},"pricing":{"prompt":"cheap"}}]}`,
		"null":          "null",
	} {
		l, err := source.Read(name, strings.NewReader(text))
		if err == nil || l != nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v, %v", name, l, err)
		}
		if !errors.Is(err, source.ErrFormat) && !errors.Is(err, source.ErrEmpty) {
			t.Errorf("%s: %v is neither kind of refusal", name, err)
		}
	}
	if _, err := source.Read("huge", io.LimitReader(zeros{}, source.MaxBytes+10)); !errors.Is(err, source.ErrSize) {
		t.Errorf("huge: %v", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestOpenRouterTraps(t *testing.T) {
	l := readText(t, "list.2026-08-01.json", `{"total_count":9,"data":[
	 {"id":"a/tiers","name":"Ay: Tiers","created":1785190561,"context_length":1000,"canonical_slug":"a/tiers-20260727","hugging_face_id":"A/Tiers",
	  "expiration_date":"2026-12-31","knowledge_cutoff":"2025-03","supported_parameters":["tools","made_up","seed"],
	  "reasoning":{"mandatory":true,"supported_efforts":["low","max","high"]},
	  "architecture":{"input_modalities":["text","file"],"output_modalities":["text"],"tokenizer":"GPT"},
	  "top_provider":{"context_length":900,"max_completion_tokens":100},
	  "pricing":{"prompt":"0.0000001","completion":"0.0000006000000000000001","internal_reasoning":"0","request":"0","web_search":"0.005",
	   "input_cache_read":"0.00000001","input_cache_write_1h":"0.000002","discount":0.25,
	   "overrides":[{"min_prompt_tokens":272000,"prompt":"0.0000002"},{"utc_start":1630,"utc_end":30,"completion":"0"}]}},
	 {"id":"openrouter/auto","name":"Auto","architecture":{"tokenizer":"Router"},"pricing":{"prompt":"-1","completion":"-1"}},
	 {"id":"~a/tiers-latest","name":"Latest","alias_target":{"slug":"a/tiers","name":"x"},"architecture":{"tokenizer":"Router"},"pricing":{"prompt":"0.0000001","completion":"0"}},
	 {"id":"a/old","name":"Old","architecture":{"modality":"text+image->text"},"pricing":{"prompt":"0","completion":"0"}},
	 {"id":"a/old","name":"Twice","architecture":{},"pricing":{"prompt":"0","completion":"0"}},
	 {"id":"a/bad","architecture":{},"pricing":{"prompt":"abc"}},
	 {"id":"bad id","architecture":{},"pricing":{"prompt":"1"}},
	 {"id":"a/types","architecture":{},"context_length":"128000","created":1.7e9,"pricing":{"prompt":1e-7,"completion":"0"}},
	 {"id":17,"architecture":{},"pricing":{}},
	 {"name":"no id","architecture":{},"pricing":{"prompt":"1"}}]}`)
	m := row(t, l, "openrouter", "a/tiers")
	e := m.Endpoints[0]
	check(t, "tiers", e.Prices, map[string]string{
		"prompt": "0.1", "completion": "0.6000000000000001", "read": "0.01", "write1h": "2", "request": "0", "search": "5000",
	})
	if m.Name != "Tiers" || m.Canonical != "a/tiers-20260727" || m.Weights != "A/Tiers" || !m.Open || m.Expires != "2026-12-31" ||
		m.Knowledge != "2025-03" || m.Input != catalog.Text|catalog.File || m.Params != catalog.ParamsOf("tools", "seed") {
		t.Errorf("facts: %+v", m)
	}
	if !m.Reasoning.Mandatory || strings.Join(m.Reasoning.Efforts, ",") != "max,high,low" {
		t.Errorf("reasoning: %+v", m.Reasoning)
	}
	if e.Context != 900 || e.MaxOutput != 100 || e.Prices.Discount != "0.25" {
		t.Errorf("endpoint: %+v", e)
	}
	if got := e.Prices.For(272_001, time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)); got.Prompt.PerMillion() != "0.2" || got.Reasoning != e.Prices.Completion {
		t.Errorf("tier: %+v", got)
	}
	if got := e.Prices.For(1, time.Date(2026, 1, 1, 0, 29, 0, 0, time.UTC)); !got.Completion.IsFree() {
		t.Errorf("window: %+v", got)
	}
	if auto := row(t, l, "openrouter", "openrouter/auto"); !auto.Router || !auto.Endpoints[0].Prices.Prompt.IsUnknown() {
		t.Errorf("router: %+v", auto)
	}
	if alias := row(t, l, "openrouter", "~a/tiers-latest"); alias.Router || alias.AliasOf != "a/tiers" {
		t.Errorf("alias: %+v", alias)
	}
	if old := row(t, l, "openrouter", "a/old"); old.Input != catalog.Text|catalog.Image || old.Name != "Old" {
		t.Errorf("first generation: %+v", old)
	}
	if typed := row(t, l, "openrouter", "a/types"); typed.Context != 128000 || typed.Created != 1_700_000_000 {
		t.Errorf("numbers as text and text as numbers: %+v", typed)
	}
	if len(l.Rows) != 5 || len(l.Problems) != 5 {
		t.Errorf("%d rows, problems %q", len(l.Rows), l.Problems)
	}
	if l.Source != (catalog.Source{Name: "openrouter", Date: "2026-08-01"}) || l.Scope.Provider != "openrouter" {
		t.Errorf("source %+v, scope %+v", l.Source, l.Scope)
	}
}

func TestOnePageOfSeveralIsNotComplete(t *testing.T) {
	row := `{"id":"a/b","architecture":{},"pricing":{"prompt":"1","completion":"1"}}`
	for text, want := range map[string]int{
		`{"data":[` + row + `],"links":{"next":"/api/v1/models?offset=1"}}`: 1,
		`{"data":[` + row + `],"total_count":2}`:                            1,
		`{"data":[` + row + `],"total_count":1,"links":{"next":null}}`:      0,
		`{"data":[` + row + `]}`:                                            0,
	} {
		if l := readText(t, "page", text); len(l.Problems) != want {
			t.Errorf("%s: problems %q", text, l.Problems)
		}
	}
}

func TestKeepUseful(t *testing.T) {
	l := readText(t, "api", `{
	 "openai":{"id":"openai","models":{
	  "chat":{"id":"chat","modalities":{"input":["text"],"output":["text","image"]},"limit":{}},
	  "tts":{"id":"tts","modalities":{"input":["text"],"output":["audio"]},"limit":{}},
	  "paint":{"id":"paint","modalities":{"input":["text"],"output":["image"]},"limit":{}},
	  "text-embedding-3":{"id":"text-embedding-3","modalities":{"input":["text"],"output":["text"]},"limit":{}}}},
	 "lmstudio":{"id":"lmstudio","api":"http://127.0.0.1:1234/v1","models":{"x":{"id":"x","modalities":{"input":["text"],"output":["text"]},"limit":{}}}}}`)
	source.KeepUseful(l)
	var ids []string
	for _, r := range l.Rows {
		ids = append(ids, r.Model.ID)
	}
	if got := strings.Join(ids, " "); got != "chat tts" {
		t.Errorf("kept %s", got)
	}
	own, err := source.ReadProvider("openai", "2026-08-22", strings.NewReader(`{"data":[{"id":"gpt-7"},{"id":"dall-e-3"},{"id":"omni-moderation-latest"},{"id":"text-embedding-3-large"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if source.KeepUseful(own); len(own.Rows) != 1 || own.Rows[0].Model.ID != "gpt-7" {
		t.Errorf("kept %+v", own.Rows)
	}
}

func TestOpenRouterRealFile(t *testing.T) {
	l := read(t, "openrouter.models.2026-08-01.json")
	tiers, hours, aliases, expiring, free, routers, scored := 0, 0, 0, 0, 0, 0, 0
	count := func(n *int, yes bool) {
		if yes {
			*n++
		}
	}
	for _, r := range l.Rows {
		p := r.Model.Endpoints[0].Prices
		count(&tiers, len(p.Tiers) > 0)
		count(&hours, !p.CacheWrite1h.IsAbsent())
		count(&aliases, r.Model.AliasOf != "")
		count(&expiring, r.Model.Expires != "")
		count(&free, strings.HasSuffix(r.Model.ID, ":free"))
		count(&routers, r.Model.Router)
		count(&scored, len(r.Model.Scores) > 0)
	}
	for _, c := range []struct {
		what      string
		got, want int
	}{{"tiers", tiers, 44}, {"1h writes", hours, 21}, {"aliases", aliases, 10}, {"expiring", expiring, 5}, {"free", free, 14}, {"routers", routers, 6}} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", c.what, c.got, c.want)
		}
	}
	if scored < 160 {
		t.Errorf("%d models have scores", scored)
	}
}

func TestEndpointsAnswer(t *testing.T) {
	l := read(t, "openrouter.endpoints.gemini-2.5-pro-preview.2025-05-23.json")
	m := l.Rows[0].Model
	if m.ID != "google/gemini-2.5-pro-preview" || len(m.Endpoints) != 2 {
		t.Fatalf("%+v", m)
	}
	e := m.Endpoints[0]
	if e.Provider != "openrouter" || e.Tag != "openrouter/google-vertex" || e.Upstream != m.ID || e.MaxOutput != 65535 || e.Prices.Discount != "" {
		t.Errorf("%+v", e)
	}
	check(t, "vertex", e.Prices, map[string]string{
		"prompt": "1.25", "completion": "10", "read": "0.31", "write": "1.625", "request": "0", "image": "5160", "search": "0",
	})
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{
		`{"data":[{"id":"a/b","architecture":{"modality":"text->text"},"pricing":{"prompt":"1","overrides":[{"min_prompt_tokens":1}]}}]}`,
		`{"p":{"id":"p","models":{"m":{"id":"m","cost":{"input":1,"tiers":[{"tier":{"size":2},"input":1}]}}}}}`,
		`{"m":{"litellm_provider":"x","mode":"chat","input_cost_per_token_above_200k_tokens":1e-9}}`,
		`[{"id":"g","extractors":[],"models":[{"id":"x","prices":[{"constraint":{"start_time":"00:00:00Z","end_time":"x"},"prices":{"input_mtok":{"base":1}}}]}]}]`,
		`{"id":"c","type":"openai","api_endpoint":"","models":[{"id":"m","cost_per_1m_in":-1}]}`,
		`[{"provider":"x","modalities":{},"id":"y","pricing":{"text_tokens":{"standard":{"input_per_million":1}}}}]`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, err := source.Read("fuzz", strings.NewReader(text))
		if err != nil {
			return
		}
		c := catalog.Join(nil, l)
		var out strings.Builder
		if err := catalog.Encode(&out, c); err != nil {
			t.Fatal(err)
		}
		again, err := catalog.Decode(out.String())
		if err != nil {
			t.Fatalf("%v in %q", err, out.String())
		}
		if len(again.Models()) != len(c.Models()) {
			t.Fatalf("%d models became %d: %q", len(c.Models()), len(again.Models()), out.String())
		}
	})
}
