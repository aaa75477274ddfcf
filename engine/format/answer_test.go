package format_test

import (
	"encoding/json"
	"testing"

	"assay/engine/chat"
	"assay/engine/format"
)

func TestFinishReason(t *testing.T) {
	tests := map[string]string{
		"": "", "stop": "stop", "STOP": "stop", "end_turn": "stop", "stop_sequence": "stop", "eos": "stop", "whatever": "stop",
		"length": "length", "max_tokens": "length", "MAX_TOKENS": "length", "max_output_tokens": "length",
		"model_context_window_exceeded": "length", "pause_turn": "length", "compaction": "length",
		"tool_calls": "tool_calls", "tool_use": "tool_calls", "function_call": "tool_calls",
		"content_filter": "content_filter", "refusal": "content_filter", "SAFETY": "content_filter", "sensitive": "content_filter",
		"error": "error", "network_error": "error", "MALFORMED_FUNCTION_CALL": "error",
	}
	for native, want := range tests {
		if got := format.FinishReason(native); got != want {
			t.Errorf("%q is %q, want %q", native, got, want)
		}
	}
}

func TestCosts(t *testing.T) {
	tests := []struct{ usage, want string }{
		{`{}`, "none"},
		{`{"cost":null,"estimated_cost":null}`, "none"},
		{`{"cost":0}`, "0"},
		{`{"cost":0.0076509169000000005}`, "0.0076509169000000005"},
		{`{"cost":5.75e-06}`, "0.00000575"},
		{`{"cost":"0.002922"}`, "0.002922"},
		{`{"cost":-1}`, "none"},
		{`{"cost":true}`, "none"},
		{`{"cost":{"input_tokens_cost":1e-05,"total_cost":0.00501}}`, "0.00501"},
		{`{"cost":{"request_cost":1}}`, "none"},
		{`{"cost":0.001,"is_byok":false,"cost_details":{"upstream_inference_cost":0.001}}`, "0.001"},
		{`{"cost":0.00005,"is_byok":true,"cost_details":{"upstream_inference_cost":0.001}}`, "0.00105"},
		{`{"cost":0,"is_byok":true,"cost_details":{"upstream_inference_cost":null}}`, "0"},
		{`{"cost_in_usd_ticks":1330500}`, "0.00013305"},
		{`{"estimated_cost":0.000131939999488}`, "0.000131939999488"},
	}
	for _, tt := range tests {
		var c format.Costs
		if err := json.Unmarshal([]byte(tt.usage), &c); err != nil {
			t.Fatal(err)
		}
		got := "none"
		if cost := c.Cost(); cost != nil {
			got = cost.USD.String()
			if cost.Source != chat.CostProvider {
				t.Errorf("%s: source %s", tt.usage, cost.Source)
			}
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.usage, got, tt.want)
		}
	}
}

func TestCount(t *testing.T) {
	for in, want := range map[string]format.Count{
		`7`: 7, `7.0`: 7, `"7"`: 7, `null`: 0, `-7`: 0, `1e99`: 0, `true`: 0, `{"a":1}`: 0, `[]`: 0, `"x"`: 0,
	} {
		var v struct {
			N format.Count `json:"n"`
			M int          `json:"m"`
		}
		if err := json.Unmarshal([]byte(`{"n":`+in+`,"m":1}`), &v); err != nil || v.N != want || v.M != 1 {
			t.Errorf("%s: %d, %v, want %d", in, v.N, err, want)
		}
	}
}

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		`"plain"`: "plain", `""`: "", `"é中😀"`: "é中😀", `"a\n\"b\""`: "a\n\"b\"", `"\u00e9"`: "é",
		`"\ud83d\ude00"`: "😀", `"\ud83d"`: "\uFFFD", `"\ude00x"`: "\uFFFDx", "\"\xff\"": "\uFFFD",
		`null`: "", `12`: "", `{}`: "", ``: "", `"`: "",
	} {
		if got := format.Text([]byte(in)); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestReplay(t *testing.T) {
	blocks := []json.RawMessage{json.RawMessage(`{}`)}
	tests := []struct {
		name, format, maker, provider string
		kept                          bool
	}{
		{"same provider", "openai", "openrouter", "openrouter", true},
		{"same provider, a variant of it", "openai", "openrouter/anthropic", "openrouter", true},
		{"other provider", "openai", "openrouter", "groq", false},
		{"other format", "anthropic", "openrouter", "openrouter", false},
		{"unknown maker", "openai", "", "openrouter", true},
	}
	for _, tt := range tests {
		th := &chat.Thinking{Format: tt.format, Provider: tt.maker, Blocks: blocks}
		if got := format.Replay(th, "openai", tt.provider) != nil; got != tt.kept {
			t.Errorf("%s: kept %v, want %v", tt.name, got, tt.kept)
		}
	}
	if format.Replay(nil, "openai", "x") != nil {
		t.Error("nothing to replay")
	}
}

func TestCite(t *testing.T) {
	var list []format.Citation
	for _, c := range []format.Citation{{URL: "a"}, {URL: "b", Title: "B"}, {URL: "a", Title: "A"}, {URL: "b", Title: "other"}, {Title: "no address"}} {
		list = format.Cite(list, c)
	}
	if len(list) != 2 || list[0] != (format.Citation{URL: "a", Title: "A"}) || list[1] != (format.Citation{URL: "b", Title: "B"}) {
		t.Errorf("got %+v", list)
	}
}

func TestOpenAIModels(t *testing.T) {
	tests := []struct {
		model           string
		thinks, ifAsked bool
	}{
		{"o1", true, false}, {"o4-mini", true, false}, {"gpt-5", true, false}, {"gpt-5-nano-2025-08-07", true, false},
		{"gpt-5.1", true, true}, {"gpt-5.4-codex", true, true}, {"openai/gpt-5-mini", true, false},
		{"gpt-5-chat-latest", false, false}, {"gpt-4o", false, false}, {"gpt-50", false, false}, {"olmo", false, false}, {"", false, false},
	}
	for _, tt := range tests {
		if got := format.OpenAIThinks(tt.model); got != tt.thinks {
			t.Errorf("%s thinks: %v", tt.model, got)
		}
		if got := format.OpenAIThinksIfAsked(tt.model); got != tt.ifAsked {
			t.Errorf("%s thinks only if asked: %v", tt.model, got)
		}
	}
}

func TestEffort(t *testing.T) {
	tests := []struct {
		r     chat.Reasoning
		limit int
		want  string
	}{
		{chat.Reasoning{Effort: "xhigh"}, 1000, "xhigh"},
		{chat.Reasoning{}, 1000, "medium"},
		{chat.Reasoning{MaxTokens: 500}, 0, "medium"},
		{chat.Reasoning{MaxTokens: 100}, 1000, "minimal"},
		{chat.Reasoning{MaxTokens: 150}, 1000, "low"},
		{chat.Reasoning{MaxTokens: 500}, 1000, "medium"},
		{chat.Reasoning{MaxTokens: 501}, 1000, "high"},
		{chat.Reasoning{MaxTokens: 5000}, 1000, "high"},
	}
	for _, tt := range tests {
		if got := format.Effort(&tt.r, tt.limit); got != tt.want {
			t.Errorf("%+v of %d: %s, want %s", tt.r, tt.limit, got, tt.want)
		}
	}
	for effort, want := range map[string]int{"max": 950, "xhigh": 950, "high": 800, "medium": 500, "low": 200, "minimal": 100, "none": 0, "": 0} {
		if got := format.Budget(effort, 1000); got != want {
			t.Errorf("budget of %q: %d, want %d", effort, got, want)
		}
	}
}
