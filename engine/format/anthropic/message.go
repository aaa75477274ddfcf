package anthropic

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"assay/engine/chat"
	"assay/engine/format"
)

// requestMessage is one turn of a request.
type requestMessage struct {
	Role    string `json:"role"`
	Content []any  `json:"content"` // requestBlock, or json.RawMessage of an earlier turn
}

// requestBlock is a content block of our own making.
type requestBlock struct {
	Type      string  `json:"type"`
	Text      string  `json:"text,omitempty"`
	Source    *source `json:"source,omitempty"`
	Title     string  `json:"title,omitempty"`
	ID        string  `json:"id,omitempty"`
	Name      string  `json:"name,omitempty"`
	Input     any     `json:"input,omitempty"`
	ToolUseID string  `json:"tool_use_id,omitempty"`
	Content   any     `json:"content,omitempty"`
}

type source struct {
	Type  string `json:"type"` // base64, url
	Media string `json:"media_type,omitempty"`
	Data  string `json:"data,omitempty"`
	URL   string `json:"url,omitempty"`
}

// encodeMessages splits off the system prompt and joins neighbours of one side: the
// format wants turns to alternate, all results of one turn's tools in one message,
// and no empty content.
func encodeMessages(in []chat.Message, provider string) (system string, out []requestMessage, err error) {
	out = []requestMessage{}
	for i, m := range in {
		if m.Role == chat.System {
			text, err := format.PlainText(m)
			if err != nil {
				return "", nil, fmt.Errorf("message %d: %w", i+1, err)
			}
			if system != "" && text != "" {
				system += "\n\n"
			}
			system += text
			continue
		}
		role, content, err := encodeMessage(m, provider, i == len(in)-1)
		if err != nil {
			return "", nil, fmt.Errorf("message %d: %w", i+1, err)
		}
		if len(content) == 0 {
			continue
		}
		if n := len(out); n > 0 && out[n-1].Role == role {
			out[n-1].Content = append(out[n-1].Content, content...)
			continue
		}
		out = append(out, requestMessage{Role: role, Content: content})
	}
	return system, out, nil
}

func encodeMessage(m chat.Message, provider string, last bool) (role string, content []any, err error) {
	switch m.Role {
	case chat.User:
		content, err = encodeParts(m.Parts)
		return "user", content, err
	case chat.Tool:
		result, err := encodeParts(m.Parts)
		if err != nil {
			return "", nil, err
		}
		return "user", []any{toolResult(m.ToolCallID, result)}, nil
	case chat.Assistant:
		content, err = encodeTurn(m, provider, last)
		return "assistant", content, err
	}
	return "", nil, fmt.Errorf("unknown role %q", m.Role)
}

func toolResult(id string, content []any) requestBlock {
	b := requestBlock{Type: "tool_result", ToolUseID: id}
	if len(content) > 0 {
		b.Content = content
	}
	return b
}

// encodeTurn writes an earlier answer: as it came where the whole turn was kept and
// nobody has edited it since, else its thinking, its text and its tool calls.
func encodeTurn(m chat.Message, provider string, last bool) ([]any, error) {
	blocks := format.Replay(m.Thinking, Name, provider)
	if content := unchanged(m, blocks); content != nil {
		return content, nil
	}
	var content []any
	for _, raw := range blocks {
		if h := headOf(raw); isThinking(h.Type) {
			content = append(content, raw)
		}
	}
	text, err := format.PlainText(m)
	if err != nil {
		return nil, err
	}
	if last && len(m.ToolCalls) == 0 {
		text = strings.TrimRight(text, " \t\r\n") // a prefill must not end in whitespace
	}
	if text != "" {
		content = append(content, requestBlock{Type: "text", Text: text})
	}
	for _, c := range m.ToolCalls {
		content = append(content, requestBlock{Type: "tool_use", ID: c.ID, Name: c.Name, Input: toolInput(c)})
	}
	return content, nil
}

func headOf(raw json.RawMessage) (h blockHead) {
	_ = json.Unmarshal(raw, &h) // an unknown block has an unknown type
	return h
}

// unchanged is the kept turn, nil unless it is whole and still says what m says.
func unchanged(m chat.Message, blocks []json.RawMessage) []any {
	var text strings.Builder
	var calls []string
	var content []any
	whole := false
	for _, raw := range blocks {
		h := headOf(raw)
		switch {
		case h.Type == "text":
			text.WriteString(h.Text)
		case h.Type == "tool_use":
			calls = append(calls, h.ID)
		}
		whole = whole || !isThinking(h.Type)
		content = append(content, raw)
	}
	same := slices.EqualFunc(calls, m.ToolCalls, func(id string, c chat.ToolRequest) bool { return id == c.ID })
	if !whole || !same || text.String() != m.Text() {
		return nil
	}
	return content
}

// toolInput is the arguments as the object the format demands.
func toolInput(c chat.ToolRequest) any {
	args := json.RawMessage(format.ToolArguments(c))
	if args = json.RawMessage(strings.TrimSpace(string(args))); json.Valid(args) && args[0] == '{' {
		return args
	}
	return map[string]string{"arguments": c.Arguments}
}

func encodeParts(in []chat.Part) ([]any, error) {
	var out []any
	for _, p := range in {
		b, err := encodePart(p)
		if err != nil {
			return nil, err
		}
		if b.Type != "text" || b.Text != "" {
			out = append(out, b)
		}
	}
	return out, nil
}

func encodePart(p chat.Part) (requestBlock, error) {
	if text, ok := format.FileText(p); ok {
		return requestBlock{Type: "text", Text: text}, nil
	}
	switch p.Kind {
	case chat.TextPart:
		return requestBlock{Type: "text", Text: p.Text}, nil
	case chat.ImagePart:
		return requestBlock{Type: "image", Source: sourceOf(p)}, nil
	case chat.FilePart:
		return requestBlock{Type: "document", Source: sourceOf(p), Title: p.Name}, nil
	case chat.AudioPart:
		return requestBlock{}, errors.New("this format takes no audio")
	}
	return requestBlock{}, fmt.Errorf("unknown kind of content %q", p.Kind)
}

func sourceOf(p chat.Part) *source {
	if p.URL != "" {
		return &source{Type: "url", URL: p.URL}
	}
	return &source{Type: "base64", Media: format.MIME(p), Data: format.Base64(p)}
}
