package openai

import (
	"bytes"
	"encoding/json"
	"strings"

	"assay/engine/chat"
	"assay/engine/format"
)

// Where reasoning comes as plain text. The same field takes it back in the next turn.
const (
	fieldReasoning = "reasoning"         // OpenRouter, Groq, Ollama, vLLM
	fieldContent   = "reasoning_content" // DeepSeek, Z.AI, Moonshot, xAI, llama.cpp
	fieldParts     = "thinking"          // Mistral, among the parts of content
	fieldExtra     = "extra_content"     // Google, beside a tool call
)

// thinking collects the reasoning of an answer.
type thinking struct {
	field   string // where it came as text
	text    strings.Builder
	details []json.RawMessage // OpenRouter's, as they came
	extras  []json.RawMessage // blocks for Google's thought signatures
}

// message emits the reasoning of a delta. Several fields say the same thing in
// different detail; the first that has text is shown.
func (t *thinking) message(m *message, emit func(chat.Body)) {
	for _, raw := range m.Details {
		t.details = append(t.details, bytes.Clone(raw))
	}
	if s := format.Text(m.ReasoningContent); s != "" {
		t.thought(s, fieldContent, emit)
		return
	}
	if s := format.Text(m.Reasoning); s != "" {
		t.thought(s, fieldReasoning, emit)
		return
	}
	for _, raw := range m.Details {
		var d detail
		_ = json.Unmarshal(raw, &d) // what does not fit is left out
		t.thought(d.Text+d.Summary, fieldReasoning, emit)
	}
}

func (t *thinking) thought(text, field string, emit func(chat.Body)) {
	if text == "" {
		return
	}
	t.field = field
	t.text.WriteString(text)
	emit(chat.Thought{Text: text})
}

// extra keeps what Google sends beside a tool call and wants back with it.
func (t *thinking) extra(f *toolCall, calls *toolCalls) {
	n := calls.count()
	if format.IsNull(f.Extra) || n == 0 {
		return
	}
	id := format.Text(f.ID)
	if id == "" {
		id = calls.list[n-1].id
	}
	if raw, err := json.Marshal(block{Type: fieldExtra, CallID: id, Extra: f.Extra}); err == nil {
		t.extras = append(t.extras, raw)
	}
}

// block is a reasoning block of our own making, for reasoning that has no block form
// on the wire. OpenRouter's details are kept as they are; their types differ.
type block struct {
	Type   string          `json:"type"`
	Text   string          `json:"text,omitempty"`
	CallID string          `json:"tool_call_id,omitempty"`
	Extra  json.RawMessage `json:"extra_content,omitempty"`
}

// blocks is what the next turn must send back: a JSON array, nil when there is
// nothing. Plain text is only kept of turns that called tools: that is where DeepSeek
// and Moonshot insist on it, and anywhere else it would be paid for again.
func (t *thinking) blocks(calledTools bool) []byte {
	list := mergeDetails(t.details)
	if len(list) == 0 && calledTools && t.text.Len() > 0 {
		if raw, err := json.Marshal(block{Type: t.field, Text: t.text.String()}); err == nil {
			list = append(list, raw)
		}
	}
	return format.Blocks(append(list, t.extras...))
}

// mergeDetails joins the pieces of streamed reasoning_details: those of one type and
// index follow each other, and the last of a block may carry nothing but its
// signature. Encrypted and unknown ones stay as they are. Source: OpenRouter's
// reasoning documentation and what its streams hold.
func mergeDetails(pieces []json.RawMessage) []json.RawMessage {
	var blocks []*openDetail
	for _, raw := range pieces {
		var d detail
		if json.Unmarshal(raw, &d) != nil {
			continue
		}
		if b := openBlock(blocks, &d); b != nil {
			b.join(&d)
			continue
		}
		blocks = append(blocks, newOpenDetail(raw, &d))
	}
	var out []json.RawMessage
	for _, b := range blocks {
		out = append(out, b.close())
	}
	return out
}

// openDetail is a block whose pieces are still coming.
type openDetail struct {
	raw     json.RawMessage // the first piece
	first   detail
	body    strings.Builder
	sign    string
	pieces  int
	mergeAs string // the field that grows, "" when the block is whole
}

func newOpenDetail(raw json.RawMessage, d *detail) *openDetail {
	b := &openDetail{raw: raw, first: *d, sign: d.Signature, pieces: 1}
	switch d.Type {
	case "reasoning.text":
		b.mergeAs = "text"
	case "reasoning.summary":
		b.mergeAs = "summary"
	}
	b.body.WriteString(d.Text + d.Summary)
	return b
}

// openBlock finds the block a piece goes on with. After its signature a block takes
// no more text.
func openBlock(blocks []*openDetail, d *detail) *openDetail {
	for i := len(blocks) - 1; i >= 0; i-- {
		b := blocks[i]
		if b.first.Type != d.Type || !sameIndex(b.first.Index, d.Index) {
			continue
		}
		if b.mergeAs == "" || b.first.ID != d.ID && b.first.ID != "" && d.ID != "" || b.sign != "" && d.Text+d.Summary != "" {
			return nil
		}
		return b
	}
	return nil
}

func sameIndex(a, b *int) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

func (b *openDetail) join(d *detail) {
	b.body.WriteString(d.Text + d.Summary)
	if d.Signature != "" {
		b.sign = d.Signature
	}
	b.pieces++
}

// close writes the block: the fields of its first piece with the joined text.
func (b *openDetail) close() json.RawMessage {
	if b.pieces == 1 {
		return b.raw
	}
	set := map[string]any{b.mergeAs: b.body.String()}
	if b.sign != "" {
		set["signature"] = b.sign
	}
	return format.Patch(b.raw, set)
}
