package formattest

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"assay/engine/chat"
	"assay/engine/format"
)

// Ptr is the address of a value.
func Ptr[T any](v T) *T { return &v }

// Simple is one question.
func Simple() *chat.Request {
	return &chat.Request{Messages: []chat.Message{chat.TextMessage(chat.User, "Why is the sky blue?")}}
}

// Full sets every parameter.
func Full() *chat.Request {
	r := Simple()
	r.Messages = append([]chat.Message{chat.TextMessage(chat.System, "Be brief. <No lists> & no tables.")}, r.Messages...)
	r.Temperature, r.TopP, r.TopK, r.MinP = Ptr(0.0), Ptr(0.9), Ptr(40), Ptr(0.05)
	r.FrequencyPenalty, r.PresencePenalty, r.RepetitionPenalty = Ptr(0.1), Ptr(0.2), Ptr(1.1)
	r.MaxTokens, r.Seed, r.Stop = 2000, Ptr(int64(7)), []string{"END"}
	r.Verbosity, r.SessionID, r.User = "low", "session-1", "user-1"
	r.ResponseFormat = &chat.ResponseFormat{Name: "sky", Schema: json.RawMessage(`{"type":"object","properties":{"why":{"type":"string"}}}`), Strict: true}
	return r
}

// Media is a question with every kind of content.
func Media() *chat.Request {
	return &chat.Request{Messages: []chat.Message{{Role: chat.User, Parts: []chat.Part{
		{Kind: chat.TextPart, Text: "Look:"},
		{Kind: chat.ImagePart, MIME: "image/png", Data: []byte("png")},
		{Kind: chat.ImagePart, URL: "https://example.org/a.jpg"},
		{Kind: chat.FilePart, MIME: "application/pdf", Name: "a.pdf", Data: []byte("%PDF")},
		{Kind: chat.FilePart, URL: "https://example.org/b.pdf", Name: "b.pdf"},
		{Kind: chat.FilePart, MIME: "text/plain; charset=utf-8", Name: "notes.txt", Data: []byte("one\ntwo")},
	}}}}
}

// Audio is a question with a recording.
func Audio() *chat.Request {
	return &chat.Request{Messages: []chat.Message{{Role: chat.User, Parts: []chat.Part{
		{Kind: chat.TextPart, Text: "What is said?"},
		{Kind: chat.AudioPart, MIME: "audio/mpeg", Data: []byte("mp3")},
	}}}}
}

// Tools is a conversation in the middle of parallel tool calls. blocks is the
// reasoning of the assistant's turn, made by provider in a format.
func Tools(wireFormat, provider string, blocks ...string) *chat.Request {
	turn := chat.Message{Role: chat.Assistant, Parts: []chat.Part{{Kind: chat.TextPart, Text: "Let me see."}}, ToolCalls: []chat.ToolRequest{
		{ID: "call_1", Name: "weather", Arguments: `{"city":"Oslo"}`},
		{ID: "call_2", Name: "now"},
	}}
	if len(blocks) > 0 {
		turn.Thinking = &chat.Thinking{Format: wireFormat, Provider: provider}
		for _, b := range blocks {
			turn.Thinking.Blocks = append(turn.Thinking.Blocks, json.RawMessage(b))
		}
	}
	return &chat.Request{
		Messages: []chat.Message{
			chat.TextMessage(chat.System, "Use tools."),
			chat.TextMessage(chat.User, "How is it in Oslo?"),
			turn,
			{Role: chat.Tool, ToolCallID: "call_1", Parts: []chat.Part{{Kind: chat.TextPart, Text: "rain"}}},
			{Role: chat.Tool, ToolCallID: "call_2", Parts: []chat.Part{{Kind: chat.TextPart, Text: "12:00"}}},
			chat.TextMessage(chat.User, "And tomorrow?"),
		},
		Tools: []chat.ToolSpec{
			{Name: "weather", Description: "Weather of a city", Parameters: json.RawMessage(`{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}`)},
			{Name: "now"},
		},
		ToolChoice: "auto",
	}
}

// Golden compares an encoded request, indented, with the test's golden file.
func Golden(t *testing.T, c format.Codec, req *chat.Request, opt format.Options) {
	t.Helper()
	body, err := c.Encode(req, opt)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, body, "", "  "); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	out.WriteByte('\n')
	golden.RequireEqual(t, out.Bytes())
}
