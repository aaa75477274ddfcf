package openai_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"assay/engine/chat"
	"assay/engine/format"
	"assay/engine/format/internal/formattest"
	"assay/engine/format/openai"
)

func TestEncode(t *testing.T) {
	thinking := func(effort string, budget int, exclude bool) *chat.Request {
		r := formattest.Simple()
		r.MaxTokens = 1000
		r.Reasoning = &chat.Reasoning{Effort: effort, MaxTokens: budget, Exclude: exclude}
		return r
	}
	jsonOnly := formattest.Simple()
	jsonOnly.ResponseFormat = &chat.ResponseFormat{}
	forced := formattest.Tools("", "")
	forced.ToolChoice = "weather"
	tests := []struct {
		name string
		req  *chat.Request
		opt  format.Options
	}{
		{"simple", formattest.Simple(), format.Options{Model: "m", Provider: "acme"}},
		{"endpoint limit is not sent", formattest.Simple(), format.Options{Model: "m", Provider: "acme", MaxTokens: 512}},
		{"full openrouter", formattest.Full(), format.Options{Model: "x/y", Provider: "openrouter", Extra: map[string]any{
			"provider": map[string]any{"order": []string{"a"}, "allow_fallbacks": false}, "temperature": 1,
		}}},
		{"full openai", formattest.Full(), format.Options{Model: "gpt-4o", Provider: "openai"}},
		{"full openai thinking", formattest.Full(), format.Options{Model: "gpt-5-mini", Provider: "openai"}},
		{"full mistral", formattest.Full(), format.Options{Model: "m", Provider: "mistral"}},
		{"full groq", formattest.Full(), format.Options{Model: "m", Provider: "groq"}},
		{"full local", formattest.Full(), format.Options{Model: "m", Provider: "ollama"}},
		{"media", formattest.Media(), format.Options{Model: "m", Provider: "openrouter"}},
		{"audio", formattest.Audio(), format.Options{Model: "m", Provider: "openai"}},
		{"json", jsonOnly, format.Options{Model: "m", Provider: "acme"}},
		{"tools", formattest.Tools("", ""), format.Options{Model: "m", Provider: "acme"}},
		{"tools forced", forced, format.Options{Model: "m", Provider: "acme"}},
		{"reasoning openrouter", thinking("high", 0, true), format.Options{Model: "m", Provider: "openrouter"}},
		{"reasoning openrouter budget", thinking("", 600, false), format.Options{Model: "m", Provider: "openrouter"}},
		{"reasoning openrouter default", thinking("", 0, false), format.Options{Model: "m", Provider: "openrouter"}},
		{"reasoning openai", thinking("max", 0, false), format.Options{Model: "gpt-5.2", Provider: "openai"}},
		{"reasoning openai without", thinking("high", 0, false), format.Options{Model: "gpt-4o", Provider: "openai"}},
		{"reasoning azure", thinking("high", 0, false), format.Options{Model: "my-deployment", Provider: "azure"}},
		{"reasoning budget", thinking("", 600, false), format.Options{Model: "m", Provider: "groq"}},
		{"reasoning acme", thinking("minimal", 0, false), format.Options{Model: "m", Provider: "acme"}},
		{"reasoning xai none", thinking("none", 0, false), format.Options{Model: "m", Provider: "xai"}},
		{"reasoning deepseek", thinking("xhigh", 0, false), format.Options{Model: "m", Provider: "deepseek"}},
		{"reasoning deepseek none", thinking("none", 0, false), format.Options{Model: "m", Provider: "deepseek"}},
		{"reasoning moonshot", thinking("high", 0, false), format.Options{Model: "m", Provider: "moonshotai"}},
		{"reasoning alibaba", thinking("", 300, false), format.Options{Model: "m", Provider: "alibaba"}},
		{"replay details", formattest.Tools("openai", "openrouter/anthropic",
			`{"type":"reasoning.text","text":"hm","signature":"S=","format":"anthropic-claude-v1","index":0}`, `{"type":"reasoning.encrypted","data":"E="}`),
			format.Options{Model: "m", Provider: "openrouter"}},
		{"replay reasoning_content", formattest.Tools("openai", "deepseek", `{"type":"reasoning_content","text":"hm"}`), format.Options{Model: "m", Provider: "deepseek"}},
		{"replay reasoning", formattest.Tools("openai", "groq", `{"type":"reasoning","text":"hm"}`), format.Options{Model: "m", Provider: "groq"}},
		{"replay mistral", formattest.Tools("openai", "mistral", `{"type":"thinking","text":"hm"}`), format.Options{Model: "m", Provider: "mistral"}},
		{"replay google", formattest.Tools("openai", "google", `{"type":"extra_content","tool_call_id":"call_2","extra_content":{"google":{"thought_signature":"S="}}}`),
			format.Options{Model: "m", Provider: "google"}},
		{"replay elsewhere", formattest.Tools("openai", "deepseek", `{"type":"reasoning_content","text":"hm"}`), format.Options{Model: "m", Provider: "groq"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { formattest.Golden(t, openai.New(), tt.req, tt.opt) })
	}
}

func TestEncodeRefuses(t *testing.T) {
	tests := map[string]*chat.Request{
		"audio by address": {Messages: []chat.Message{{Role: chat.User, Parts: []chat.Part{{Kind: chat.AudioPart, URL: "https://x"}}}}},
		"a system picture": {Messages: []chat.Message{{Role: chat.System, Parts: []chat.Part{{Kind: chat.ImagePart, URL: "https://x"}}}}},
		"an unknown kind":  {Messages: []chat.Message{{Role: chat.User, Parts: []chat.Part{{Kind: "smell"}}}}},
		"a broken schema":  {Tools: []chat.ToolSpec{{Name: "x", Parameters: json.RawMessage(`{`)}}},
	}
	for name, req := range tests {
		if body, err := openai.New().Encode(req, format.Options{}); err == nil {
			t.Errorf("%s: %s, want an error", name, body)
		}
	}
}

func TestAuthorize(t *testing.T) {
	h := http.Header{}
	openai.New().Authorize(h, "")
	if len(h) != 0 {
		t.Errorf("without a key: %v", h)
	}
	openai.New().Authorize(h, "k")
	if h.Get("Authorization") != "Bearer k" {
		t.Errorf("got %v", h)
	}
}
