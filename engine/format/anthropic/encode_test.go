package anthropic_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"assay/engine/chat"
	"assay/engine/format"
	"assay/engine/format/anthropic"
	"assay/engine/format/internal/formattest"
)

func TestEncode(t *testing.T) {
	thinking := func(effort string, budget, limit int) *chat.Request {
		r := formattest.Simple()
		r.Temperature, r.MaxTokens = formattest.Ptr(0.3), limit
		r.Reasoning = &chat.Reasoning{Effort: effort, MaxTokens: budget}
		return r
	}
	forced := formattest.Tools("", "")
	forced.ToolChoice, forced.Reasoning = "weather", &chat.Reasoning{Effort: "high"}
	required := formattest.Tools("", "")
	required.ToolChoice = "required"
	topP := formattest.Simple()
	topP.TopP = formattest.Ptr(0.5)
	prefill := &chat.Request{Messages: []chat.Message{
		chat.TextMessage(chat.System, "One."), chat.TextMessage(chat.User, "a"), chat.TextMessage(chat.System, "Two."),
		chat.TextMessage(chat.User, "b"), chat.TextMessage(chat.Assistant, ""), chat.TextMessage(chat.User, "c"),
		chat.TextMessage(chat.Assistant, "It is "),
	}}
	jsonOnly := formattest.Simple()
	jsonOnly.ResponseFormat = &chat.ResponseFormat{}
	hidden := thinking("high", 0, 8000)
	hidden.Reasoning.Exclude = true
	oddCall := formattest.Tools("", "")
	oddCall.Messages[2].ToolCalls[0].Arguments = "Oslo"
	opt := func(model string) format.Options { return format.Options{Model: model, Provider: "anthropic"} }
	thought := `{"type":"thinking","thinking":"hm","signature":"S="}`
	whole := []string{
		thought, `{"type":"text","text":"Let me "}`, `{"type":"thinking","thinking":"more","signature":"T="}`, `{"type":"text","text":"see."}`,
		`{"type":"tool_use","id":"call_1","name":"weather","input":{"city":"Oslo"}}`, `{"type":"tool_use","id":"call_2","name":"now","input":{}}`,
	}
	edited := formattest.Tools("anthropic", "anthropic", whole...)
	edited.Messages[2].Parts[0].Text = "Edited."
	tests := []struct {
		name string
		req  *chat.Request
		opt  format.Options
	}{
		{"simple", formattest.Simple(), opt("claude-sonnet-4-20250514")},
		{"endpoint limit", formattest.Simple(), format.Options{Model: "m", MaxTokens: 64000}},
		{"full", formattest.Full(), opt("claude-sonnet-4-5")},
		{"full without sampling", formattest.Full(), opt("claude-opus-4-7")},
		{"top_p alone", topP, opt("claude-sonnet-4-5")},
		{"prefill and empty turns", prefill, opt("claude-3-7-sonnet-latest")},
		{"media", formattest.Media(), opt("m")},
		{"json without a schema", jsonOnly, opt("m")},
		{"tools", formattest.Tools("", ""), opt("m")},
		{"tools required", required, opt("m")},
		{"tools forced rule thinking out", forced, opt("claude-sonnet-4-5")},
		{"arguments that are no object", oddCall, opt("m")},
		{"extra", formattest.Simple(), format.Options{Model: "m", Extra: map[string]any{"cache_control": map[string]any{"type": "ephemeral"}}}},
		{"thinking budget", thinking("", 2000, 8000), opt("claude-sonnet-4-5")},
		{"thinking effort", thinking("high", 0, 8000), opt("claude-3-7-sonnet-20250219")},
		{"thinking small effort", thinking("minimal", 0, 8000), opt("claude-haiku-4-5-20251001")},
		{"thinking beyond the limit", thinking("", 9000, 3000), opt("claude-haiku-4-5")},
		{"thinking with no room", thinking("high", 0, 1024), opt("claude-haiku-4-5")},
		{"thinking off", thinking("none", 0, 8000), opt("claude-haiku-4-5")},
		{"thinking hidden", hidden, opt("claude-haiku-4-5")},
		{"adaptive", thinking("xhigh", 0, 8000), opt("claude-opus-4-8")},
		{"adaptive without xhigh", thinking("xhigh", 0, 8000), opt("anthropic/claude-sonnet-4.6")},
		{"adaptive budget", thinking("", 2000, 8000), opt("claude-fable-5")},
		{"replay", formattest.Tools("anthropic", "anthropic", thought, `{"type":"redacted_thinking","data":"R="}`), opt("m")},
		{"replay whole", formattest.Tools("anthropic", "anthropic", whole...), opt("m")},
		{"replay edited", edited, opt("m")},
		{"replay elsewhere", formattest.Tools("anthropic", "minimax", thought), opt("m")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { formattest.Golden(t, anthropic.New(), tt.req, tt.opt) })
	}
}

func TestEncodeRefuses(t *testing.T) {
	tests := map[string]*chat.Request{
		"audio":            formattest.Audio(),
		"a system picture": {Messages: []chat.Message{{Role: chat.System, Parts: []chat.Part{{Kind: chat.ImagePart, URL: "https://x"}}}}},
		"an unknown kind":  {Messages: []chat.Message{{Role: chat.User, Parts: []chat.Part{{Kind: "smell"}}}}},
		"an unknown role":  {Messages: []chat.Message{chat.TextMessage("narrator", "x")}},
		"a broken schema":  {Tools: []chat.ToolSpec{{Name: "x", Parameters: json.RawMessage(`{`)}}},
	}
	for name, req := range tests {
		if body, err := anthropic.New().Encode(req, format.Options{}); err == nil {
			t.Errorf("%s: %s, want an error", name, body)
		}
	}
}

func TestAuthorize(t *testing.T) {
	h := http.Header{}
	anthropic.New().Authorize(h, "k")
	if h.Get("X-Api-Key") != "k" || h.Get("Anthropic-Version") == "" || h.Get("Authorization") != "" {
		t.Errorf("got %v", h)
	}
}
