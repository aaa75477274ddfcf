package responses

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"assay/engine/chat"
	"assay/engine/format"
)

// inputItem is one item of a request's input of our own making.
type inputItem struct {
	Type      string  `json:"type"`
	Role      string  `json:"role,omitempty"`
	ID        string  `json:"id,omitempty"`
	Status    string  `json:"status,omitempty"`
	Content   any     `json:"content,omitempty"`
	CallID    string  `json:"call_id,omitempty"`
	Name      string  `json:"name,omitempty"`
	Arguments string  `json:"arguments,omitempty"`
	Output    *string `json:"output,omitempty"`
}

// encodeInput splits off the system prompt at the beginning and writes the rest as
// items: inputItem, or json.RawMessage of an earlier turn.
func encodeInput(in []chat.Message, provider string) (instructions string, out []any, err error) {
	out = []any{}
	var system []string
	for i, m := range in {
		var items []any
		switch m.Role {
		case chat.System:
			text, err := format.PlainText(m)
			if err != nil {
				return "", nil, fmt.Errorf("message %d: %w", i+1, err)
			}
			if len(out) == 0 {
				system = append(system, text)
			} else {
				items = []any{message("system", requestPart{Type: "input_text", Text: text})}
			}
		case chat.User:
			items, err = encodeUser(m)
		case chat.Tool:
			items, err = encodeToolOutput(m)
		case chat.Assistant:
			items, err = encodeTurn(m, provider, i)
		default:
			err = fmt.Errorf("unknown role %q", m.Role)
		}
		if err != nil {
			return "", nil, fmt.Errorf("message %d: %w", i+1, err)
		}
		out = append(out, items...)
	}
	return strings.Join(system, "\n\n"), out, nil
}

func message(role string, parts ...requestPart) inputItem {
	return inputItem{Type: "message", Role: role, Content: parts}
}

func encodeUser(m chat.Message) ([]any, error) {
	parts := make([]requestPart, 0, len(m.Parts))
	for _, p := range m.Parts {
		e, err := encodePart(p)
		if err != nil {
			return nil, err
		}
		parts = append(parts, e)
	}
	return []any{message("user", parts...)}, nil
}

func encodeToolOutput(m chat.Message) ([]any, error) {
	text, err := format.PlainText(m)
	if err != nil {
		return nil, err
	}
	return []any{inputItem{Type: "function_call_output", CallID: m.ToolCallID, Output: &text}}, nil
}

// encodeTurn writes an earlier answer: as it came where the whole turn was kept and
// nobody has edited it since, else its reasoning, its text and its tool calls.
func encodeTurn(m chat.Message, provider string, n int) ([]any, error) {
	blocks := format.Replay(m.Thinking, Name, provider)
	items, whole := kept(m, blocks)
	if whole && items != nil {
		return items, nil
	}
	text, err := format.PlainText(m)
	if err != nil {
		return nil, err
	}
	if text == "" && len(m.ToolCalls) == 0 {
		return nil, nil // reasoning alone would be refused
	}
	if text != "" {
		answer := message("assistant", requestPart{Type: "output_text", Text: text})
		if provider == "openrouter" { // which wants both of an assistant's item
			answer.ID, answer.Status = fmt.Sprintf("msg_%d", n+1), "completed"
		}
		items = append(items, answer)
	}
	for _, c := range m.ToolCalls {
		items = append(items, inputItem{Type: "function_call", CallID: c.ID, Name: c.Name, Arguments: format.ToolArguments(c)})
	}
	return items, nil
}

// kept is what has been kept of the turn. A whole turn that no longer says what m
// says is nil: its reasoning would be refused without the items that followed it.
func kept(m chat.Message, blocks []json.RawMessage) (items []any, whole bool) {
	var text strings.Builder
	var calls []string
	for _, raw := range blocks {
		i := itemOf(raw)
		switch i.Type {
		case "message":
			for _, c := range i.Content {
				text.WriteString(c.Text + c.Refusal)
			}
		case "function_call":
			calls = append(calls, i.CallID)
		}
		whole = whole || i.Type != "reasoning"
		items = append(items, raw)
	}
	same := slices.EqualFunc(calls, m.ToolCalls, func(id string, c chat.ToolRequest) bool { return id == c.ID })
	if whole && (!same || text.String() != m.Text()) {
		return nil, true
	}
	return items, whole
}

// requestPart is one piece of a message's content.
type requestPart struct {
	Type     string     `json:"type"`
	Text     string     `json:"text,omitempty"`
	ImageURL string     `json:"image_url,omitempty"` // an address or a data URL
	Audio    *audioPart `json:"input_audio,omitempty"`
	Name     string     `json:"filename,omitempty"`
	FileData string     `json:"file_data,omitempty"` // a data URL
	FileURL  string     `json:"file_url,omitempty"`
}

type audioPart struct {
	Data   string `json:"data"`
	Format string `json:"format"`
}

func encodePart(p chat.Part) (requestPart, error) {
	if text, ok := format.FileText(p); ok {
		return requestPart{Type: "input_text", Text: text}, nil
	}
	switch p.Kind {
	case chat.TextPart:
		return requestPart{Type: "input_text", Text: p.Text}, nil
	case chat.ImagePart:
		return requestPart{Type: "input_image", ImageURL: format.DataURL(p)}, nil
	case chat.AudioPart:
		if p.URL != "" {
			return requestPart{}, errors.New("audio must be sent as data, not as an address, in this format")
		}
		return requestPart{Type: "input_audio", Audio: &audioPart{Data: format.Base64(p), Format: format.AudioFormat(p)}}, nil
	case chat.FilePart:
		if p.URL != "" {
			return requestPart{Type: "input_file", FileURL: p.URL}, nil
		}
		return requestPart{Type: "input_file", Name: p.Name, FileData: format.DataURL(p)}, nil
	}
	return requestPart{}, fmt.Errorf("unknown kind of content %q", p.Kind)
}
