package source_test

import (
	"strings"
	"testing"
	"time"

	"assay/catalog"
	"assay/catalog/source"
)

func TestModelsDevTraps(t *testing.T) {
	l := readText(t, "api.json", `{
	 "togetherai":{"id":"togetherai","name":"Together\u001b[31m AI","npm":"@ai-sdk/togetherai","env":["TOGETHER_API_KEY"],"models":{
	  "a/misspelt":{"id":"a/misspelt","name":"M","base_model":"a/base","last_updated":"2026-06-30","tool_call":true,"temperature":true,
	   "modalities":{"input":["text","pdf"],"output":["text"]},"limit":{"context":1000,"input":800,"output":100},
	   "cost":{"input":1.25,"output":10,"cache_input":0.125,"cached_write":1.5,"tiers":[{"tier":{"size":400000},"input":5},{"tier":{"size":200000},"input":2.5}]}},
	  "a/Free-FP8":{"id":"a/Free-FP8","name":"F","limit":{"context":0,"output":0},"modalities":{"input":["text"],"output":["text"]},"cost":{"input":0,"output":0}},
	  "a/untold":{"id":"a/untold","name":"U","modalities":{"input":["text"],"output":["text"]},"limit":{}},
	  "a/ear":{"id":"a/ear","modalities":{"input":["audio"],"output":["text"]},"limit":{},"cost":{"input":1,"output":0}},
	  "a/voice":{"id":"a/voice","modalities":{"input":["text"],"output":["audio"]},"limit":{},"cost":{"input":1,"output":0}},
	  "a/broken":{"id":"a/broken","limit":"none"}}},
	 "some-coding-plan":{"id":"some-coding-plan","name":"Plan","api":"https://plan.example/v1/","npm":"@ai-sdk/anthropic","env":["PLAN_KEY"],"models":{}}}`)
	m := row(t, l, "together", "a/misspelt")
	check(t, "misspelt", m.Endpoints[0].Prices, map[string]string{"prompt": "1.25", "completion": "10", "read": "0.125", "write": "1.5"})
	if ts := m.Endpoints[0].Prices.Tiers; len(ts) != 2 || ts[0].MinPromptTokens != 200_000 {
		t.Errorf("tiers do not rise: %+v", ts)
	}
	if m.Input != catalog.Text|catalog.File || m.Endpoints[0].MaxPrompt != 800 || !m.Params.Has(catalog.ParamsOf("tools", "top_p", "max_tokens")) {
		t.Errorf("%+v", m)
	}
	free := row(t, l, "together", "a/Free-FP8")
	if !free.Free() || free.Endpoints[0].Quantization != "fp8" {
		t.Errorf("%+v", free)
	}
	check(t, "untold", row(t, l, "together", "a/untold").Endpoints[0].Prices, map[string]string{"prompt": "?", "completion": "?"})
	if row(t, l, "together", "a/ear").Output != catalog.Transcription || row(t, l, "together", "a/voice").Output != catalog.Speech {
		t.Error("speech and transcription are not told apart")
	}
	if len(l.Problems) != 1 || !strings.Contains(l.Problems[0], "a/broken") {
		t.Errorf("problems %q", l.Problems)
	}
	if p := l.Providers[1]; p.Slug != "together" || p.Name != "Together[31m AI" || p.BaseURL != "https://api.together.xyz/v1" || p.Format != "openai" {
		t.Errorf("%+v", p)
	}
	if p := l.Providers[0]; !p.Subscription || p.Format != "anthropic" || p.BaseURL != "https://plan.example/v1" {
		t.Errorf("%+v", p)
	}
	if l.Source.Date != "2026-06-30" {
		t.Errorf("date %q is not the newest in the data", l.Source.Date)
	}
}

func TestCatwalkSwapsItsCacheFields(t *testing.T) {
	l := read(t, "catwalk/anthropic.json")
	m := row(t, l, "anthropic", "claude-sonnet-4-6")
	check(t, m.ID, m.Endpoints[0].Prices, map[string]string{"prompt": "3", "completion": "15", "write": "3.75", "read": "0.3"})
	copilot := read(t, "catwalk/copilot.json")
	for _, r := range copilot.Rows {
		if r.Model.Free() {
			t.Errorf("catwalk's zero made %s free", r.Model.ID)
		}
	}
	if p := read(t, "catwalk/zai.json").Providers[0]; p.Slug != "zai-coding-plan" || !p.Subscription {
		t.Errorf("%+v", p)
	}
}

func TestLiteLLMTraps(t *testing.T) {
	l := read(t, "litellm.model_prices.2026-08-06.json")
	for _, r := range l.Rows {
		if r.Model.ID == "sample_spec" {
			t.Error("the documentation was taken for a model")
		}
	}
	for _, where := range []string{"openai", "azure"} {
		m := row(t, l, where, "gpt-5")
		check(t, where, m.Endpoints[0].Prices, map[string]string{"prompt": "1.25", "completion": "10", "read": "0.125"})
	}
	if m := row(t, l, "openrouter", "openai/gpt-5"); !m.Params.Has(catalog.Param("tool_choice")) {
		t.Errorf("%+v", m)
	}
	gem := row(t, l, "google", "gemini-2.5-pro").Endpoints[0].Prices
	if len(gem.Tiers) != 1 || gem.Tiers[0].MinPromptTokens != 200_000 || gem.Tiers[0].Prices.Completion.PerMillion() != "15" {
		t.Errorf("gemini tiers: %+v", gem.Tiers)
	}
	whisper := row(t, l, "openai", "whisper-1")
	check(t, "whisper", whisper.Endpoints[0].Prices, map[string]string{"prompt": "?", "completion": "?"}) // priced by the second
	if whisper.Output != catalog.Transcription || whisper.Input != catalog.Audio {
		t.Errorf("%+v", whisper)
	}
	c := catalog.Join(nil, read(t, "openrouter.models.2026-08-01.json"), l)
	if m := c.Lookup("openai/gpt-5"); m == nil || !has(m, "openai", "gpt-5") || !has(m, "azure", "gpt-5") || !has(m, "openrouter", "openai/gpt-5") {
		t.Errorf("three keys, one model: %+v", m)
	}
}

func TestGenAIDatedPrices(t *testing.T) {
	data := `[{"id":"deepseek","pricing_urls":[],"models":[
	 {"id":"chat","match":{},"prices":[{"prices":{"input_mtok":0.135,"output_mtok":0.55}},
	  {"constraint":{"start_time":"00:30:00Z","end_time":"16:30:00Z"},"prices":{"input_mtok":0.27,"output_mtok":1.1}}]},
	 {"id":"rising","prices":[{"prices":{"input_mtok":2}},{"constraint":{"start_date":"2026-09-01"},"prices":{"input_mtok":3}}]},
	 {"id":"tiered","prices":{"input_mtok":{"base":3,"tiers":[{"start":200000,"price":6}]},"output_mtok":15,"requests_kcount":5}}]},
	 {"id":"huggingface_together","pricing_urls":[],"models":[{"id":"a/b","prices":{"input_mtok":1,"output_mtok":1}}]},
	 {"id":"huggingface_novita","pricing_urls":[],"models":[{"id":"a/b","prices":{"input_mtok":2,"output_mtok":1}}]}]`
	before, after := readText(t, "data.2026-08-31.json", data), readText(t, "data.2026-09-01.json", data)
	check(t, "before", row(t, before, "deepseek", "rising").Endpoints[0].Prices, map[string]string{"prompt": "2"})
	check(t, "after", row(t, after, "deepseek", "rising").Endpoints[0].Prices, map[string]string{"prompt": "3"})
	tiered := row(t, before, "deepseek", "tiered").Endpoints[0].Prices
	check(t, "tiered", tiered, map[string]string{"prompt": "3", "completion": "15", "request": "5000"})
	if got := tiered.For(200_001, time.Time{}); got.Prompt.PerMillion() != "6" || got.Completion.PerMillion() != "15" {
		t.Errorf("tier: %+v", got)
	}
	day := row(t, before, "deepseek", "chat").Endpoints[0].Prices
	for hour, want := range map[int]string{0: "0.135", 1: "0.27", 16: "0.27", 17: "0.135"} {
		if got := day.For(1, time.Date(2026, 1, 1, hour, 0, 0, 0, time.UTC)); got.Prompt.PerMillion() != want {
			t.Errorf("at %d o'clock %s, want %s", hour, got.Prompt.PerMillion(), want)
		}
	}
	m := catalog.Join(nil, before).Lookup("a/b")
	if m == nil || len(m.Endpoints) != 2 || m.Endpoints[0].Tag == m.Endpoints[1].Tag {
		t.Errorf("two upstreams of one router: %+v", m)
	}
}

func TestRubyLLM(t *testing.T) {
	l := read(t, "ruby_llm.models.2026-08-19.json")
	grok := row(t, l, "xai", "grok-build-0.1").Endpoints[0].Prices
	check(t, "grok", grok, map[string]string{"prompt": "1", "completion": "2", "read": "0.2"})
	if got := grok.For(200_001, time.Time{}); got.CacheRead.PerMillion() != "0.4" {
		t.Errorf("long context: %+v", got)
	}
	check(t, "auto", row(t, l, "openrouter", "openrouter/auto").Endpoints[0].Prices, map[string]string{"prompt": "?", "completion": "?"})
}

func TestProvidersOwnLists(t *testing.T) {
	for _, tc := range []struct {
		name, slug, text, format, id string
		context                      int
		count                        int
	}{
		{"openai", "openai", `{"object":"list","data":[{"id":"gpt-5","object":"model","created":1754425777,"owned_by":"system"}]}`, "openai", "gpt-5", 0, 1},
		{"groq", "groq", `{"data":[{"id":"a/b","active":true,"context_window":131072,"max_completion_tokens":8192},{"id":"off","active":false}]}`, "openai", "a/b", 131072, 1},
		{"vllm", "vllm", `{"data":[{"id":"my-model","max_model_len":4096}]}`, "openai", "my-model", 4096, 1},
		{"together", "together", `[{"id":"meta-llama/x","type":"chat","context_length":8192,"display_name":"X"}]`, "openai", "meta-llama/x", 8192, 1},
		{"google", "google", `{"data":[{"id":"models/gemini-3-flash","object":"model"}]}`, "openai", "gemini-3-flash", 0, 1},
		{"anthropic", "anthropic", `{"data":[{"type":"model","id":"claude-opus-5","display_name":"Claude Opus 5","created_at":"2026-07-20T00:00:00Z"}],"has_more":false}`, "anthropic", "claude-opus-5", 0, 1},
		{"ollama", "ollama", `{"models":[{"name":"llama3.2:latest","model":"llama3.2:latest","details":{"quantization_level":"Q4_K_M"}}]}`, "ollama", "llama3.2:latest", 0, 1},
	} {
		l, err := source.ReadProvider(tc.slug, "2026-08-22", strings.NewReader(tc.text))
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		m := row(t, l, tc.slug, tc.id)
		if l.Format != tc.format || len(l.Rows) != tc.count || m.Context != tc.context || m.Endpoints[0].Prices.Told() || (l.Scope.Provider != "") != (tc.format == "ollama") {
			t.Errorf("%s: %+v %+v", tc.name, l, m)
		}
	}
	for _, bad := range []string{"", "[]", `{"data":[]}`, `{"data":"x"}`, `{"object":"error"}`, `{"models":[{"digest":"x"}]}`} {
		if l, err := source.ReadProvider("x", "2026-08-22", strings.NewReader(bad)); err == nil {
			t.Errorf("%q was read as %+v", bad, l)
		}
	}
}
