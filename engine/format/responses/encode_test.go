package responses_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"assay/engine/chat"
	"assay/engine/format"
	"assay/engine/format/internal/formattest"
	"assay/engine/format/responses"
)

func TestEncode(t *testing.T) {
	thinking := func(effort string, budget int) *chat.Request {
		r := formattest.Simple()
		r.Temperature, r.MaxTokens = formattest.Ptr(0.3), 1000
		r.Reasoning = &chat.Reasoning{Effort: effort, MaxTokens: budget}
		return r
	}
	hidden := thinking("high", 0)
	hidden.Reasoning.Exclude = true
	jsonOnly := formattest.Simple()
	jsonOnly.ResponseFormat = &chat.ResponseFormat{}
	forced := formattest.Tools("", "")
	forced.ToolChoice = "weather"
	late := formattest.Simple()
	late.Messages = append(late.Messages, chat.TextMessage(chat.Assistant, "Rayleigh."), chat.TextMessage(chat.System, "In French."), chat.TextMessage(chat.User, "Again."))
	openai := func(model string) format.Options { return format.Options{Model: model, Provider: "openai"} }
	reasoning := `{"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"E="}`
	whole := []string{
		reasoning, `{"type":"web_search_call","id":"ws_1","status":"completed"}`,
		`{"type":"message","id":"msg_1","role":"assistant","content":[{"type":"output_text","text":"Let me see."}]}`,
		`{"type":"function_call","call_id":"call_1","name":"weather","arguments":"{\"city\":\"Oslo\"}"}`, `{"type":"function_call","call_id":"call_2","name":"now","arguments":"{}"}`,
	}
	edited := formattest.Tools("responses", "openai", whole...)
	edited.Messages[2].Parts[0].Text = "Edited."
	tests := []struct {
		name string
		req  *chat.Request
		opt  format.Options
	}{
		{"simple", formattest.Simple(), openai("gpt-4o")},
		{"simple thinking model", formattest.Simple(), openai("gpt-5-mini")},
		{"endpoint limit is not sent", formattest.Simple(), format.Options{Model: "m", Provider: "acme", MaxTokens: 512}},
		{"full", formattest.Full(), openai("gpt-4o")},
		{"full thinking model", formattest.Full(), openai("gpt-5.4")},
		{"full openrouter", formattest.Full(), format.Options{Model: "openai/gpt-5", Provider: "openrouter", Extra: map[string]any{"provider": map[string]any{"only": []string{"openai"}}}}},
		{"media", formattest.Media(), openai("gpt-4o")},
		{"audio", formattest.Audio(), format.Options{Model: "m", Provider: "openrouter"}},
		{"json", jsonOnly, openai("gpt-4o")},
		{"late system message", late, openai("gpt-4o")},
		{"late system message openrouter", late, format.Options{Model: "m", Provider: "openrouter"}},
		{"tools", formattest.Tools("", ""), openai("gpt-4o")},
		{"tools forced", forced, openai("gpt-4o")},
		{"reasoning", thinking("max", 0), openai("gpt-5.2")},
		{"reasoning off", thinking("none", 0), openai("gpt-5.2")},
		{"reasoning refused", thinking("high", 0), openai("gpt-4o")},
		{"reasoning hidden", hidden, openai("o4-mini")},
		{"reasoning budget", thinking("", 600), format.Options{Model: "m", Provider: "xai"}},
		{"replay", formattest.Tools("responses", "openai", reasoning), openai("gpt-5")},
		{"replay whole", formattest.Tools("responses", "openai", whole...), openai("gpt-5")},
		{"replay edited", edited, openai("gpt-5")},
		{"replay elsewhere", formattest.Tools("responses", "xai", reasoning), openai("gpt-5")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { formattest.Golden(t, responses.New(), tt.req, tt.opt) })
	}
}

func TestEncodeRefuses(t *testing.T) {
	tests := map[string]*chat.Request{
		"audio by address": {Messages: []chat.Message{{Role: chat.User, Parts: []chat.Part{{Kind: chat.AudioPart, URL: "https://x"}}}}},
		"a system picture": {Messages: []chat.Message{{Role: chat.System, Parts: []chat.Part{{Kind: chat.ImagePart, URL: "https://x"}}}}},
		"an unknown kind":  {Messages: []chat.Message{{Role: chat.User, Parts: []chat.Part{{Kind: "smell"}}}}},
		"an unknown role":  {Messages: []chat.Message{chat.TextMessage("narrator", "x")}},
		"a broken schema":  {Tools: []chat.ToolSpec{{Name: "x", Parameters: json.RawMessage(`{`)}}},
	}
	for name, req := range tests {
		if body, err := responses.New().Encode(req, format.Options{}); err == nil {
			t.Errorf("%s: %s, want an error", name, body)
		}
	}
}

func TestAuthorize(t *testing.T) {
	h := http.Header{}
	responses.New().Authorize(h, "k")
	if h.Get("Authorization") != "Bearer k" {
		t.Errorf("got %v", h)
	}
}
