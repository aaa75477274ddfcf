package openai

import (
	"encoding/json"
	"errors"
	"fmt"

	goopenai "github.com/sashabaranov/go-openai"

	"assay/engine/chat"
	"assay/engine/format"
)

// requestMessage is one message of a request. go-openai's own has no audio, no files
// and no reasoning_details.
type requestMessage struct {
	Role             chat.Speaker      `json:"role"`
	Content          any               `json:"content"` // text, parts, or null beside tool calls
	ToolCalls        []requestCall     `json:"tool_calls,omitempty"`
	ToolCallID       string            `json:"tool_call_id,omitempty"`
	Reasoning        string            `json:"reasoning,omitempty"`
	ReasoningContent string            `json:"reasoning_content,omitempty"`
	Details          []json.RawMessage `json:"reasoning_details,omitempty"`
}

// requestCall is a tool call of an earlier turn, with what Google wants back.
type requestCall struct {
	goopenai.ToolCall
	Extra json.RawMessage `json:"extra_content,omitempty"`
}

func encodeMessages(in []chat.Message, provider string) ([]requestMessage, error) {
	out := make([]requestMessage, 0, len(in))
	for i, m := range in {
		e, err := encodeMessage(m, provider)
		if err != nil {
			return nil, fmt.Errorf("message %d: %w", i+1, err)
		}
		out = append(out, e)
	}
	return out, nil
}

func encodeMessage(m chat.Message, provider string) (requestMessage, error) {
	e := requestMessage{Role: m.Role, ToolCallID: m.ToolCallID}
	if m.Role == chat.User && needsParts(m) {
		parts, err := encodeParts(m.Parts)
		e.Content = parts
		return e, err
	}
	text, err := format.PlainText(m)
	if err != nil {
		return e, err
	}
	e.Content = text
	if len(m.ToolCalls) > 0 && text == "" {
		e.Content = nil
	}
	for _, c := range m.ToolCalls {
		call := requestCall{ToolCall: goopenai.ToolCall{ID: c.ID, Type: goopenai.ToolTypeFunction}}
		call.Function.Name = c.Name
		call.Function.Arguments = format.ToolArguments(c)
		e.ToolCalls = append(e.ToolCalls, call)
	}
	e.replay(format.Replay(m.Thinking, Name, provider))
	return e, nil
}

// replay puts reasoning blocks back where they came from.
func (m *requestMessage) replay(blocks []json.RawMessage) {
	for _, raw := range blocks {
		var b block
		if json.Unmarshal(raw, &b) != nil {
			continue
		}
		switch b.Type {
		case fieldContent:
			m.ReasoningContent += b.Text
		case fieldReasoning:
			m.Reasoning += b.Text
		case fieldParts:
			text, _ := m.Content.(string)
			m.Content = mistralContent(b.Text, text)
		case fieldExtra:
			for i := range m.ToolCalls {
				if m.ToolCalls[i].ID == b.CallID {
					m.ToolCalls[i].Extra = b.Extra
				}
			}
		default:
			m.Details = append(m.Details, raw)
		}
	}
}

// mistralContent is text after the thinking that led to it.
func mistralContent(thought, text string) []part {
	list := []part{{Type: "thinking", Thinking: []part{{Type: "text", Text: thought}}}}
	if text != "" {
		list = append(list, part{Type: "text", Text: text})
	}
	return list
}

// needsParts reports content that is not only text. Plain text is sent as a string,
// which every server understands.
func needsParts(m chat.Message) bool {
	for _, p := range m.Parts {
		if _, isText := format.FileText(p); p.Kind != chat.TextPart && !isText {
			return true
		}
	}
	return false
}

// requestPart is one piece of a user's content.
type requestPart struct {
	Type  string                        `json:"type"`
	Text  string                        `json:"text,omitempty"`
	Image *goopenai.ChatMessageImageURL `json:"image_url,omitempty"`
	Audio *audioPart                    `json:"input_audio,omitempty"`
	File  *filePart                     `json:"file,omitempty"`
}

type audioPart struct {
	Data   string `json:"data"`
	Format string `json:"format"`
}

type filePart struct {
	Name string `json:"filename,omitempty"`
	Data string `json:"file_data"` // a data URL; OpenRouter takes an address too
}

func encodeParts(in []chat.Part) ([]requestPart, error) {
	out := make([]requestPart, 0, len(in))
	for _, p := range in {
		e, err := encodePart(p)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

func encodePart(p chat.Part) (requestPart, error) {
	if text, ok := format.FileText(p); ok {
		return requestPart{Type: "text", Text: text}, nil
	}
	switch p.Kind {
	case chat.TextPart:
		return requestPart{Type: "text", Text: p.Text}, nil
	case chat.ImagePart:
		return requestPart{Type: "image_url", Image: &goopenai.ChatMessageImageURL{URL: format.DataURL(p)}}, nil
	case chat.AudioPart:
		if p.URL != "" {
			return requestPart{}, errors.New("audio must be sent as data, not as an address, in this format")
		}
		return requestPart{Type: "input_audio", Audio: &audioPart{Data: format.Base64(p), Format: format.AudioFormat(p)}}, nil
	case chat.FilePart:
		return requestPart{Type: "file", File: &filePart{Name: p.Name, Data: format.DataURL(p)}}, nil
	}
	return requestPart{}, fmt.Errorf("unknown kind of content %q", p.Kind)
}
