package chat

import (
	"encoding/json"
	"strings"
)

// Speaker says who a message is from.
type Speaker string

// The speakers of a conversation.
const (
	System    Speaker = "system"
	User      Speaker = "user"
	Assistant Speaker = "assistant"
	Tool      Speaker = "tool"
)

// Message is one turn of a conversation.
type Message struct {
	Role       Speaker       `json:"role"`
	Parts      []Part        `json:"parts"`
	ToolCalls  []ToolRequest `json:"tool_calls,omitempty"`   // of an assistant turn
	ToolCallID string        `json:"tool_call_id,omitempty"` // of a tool turn: the call it answers
	Thinking   *Thinking     `json:"thinking,omitempty"`     // of an assistant turn
}

// Part is one piece of a message's content: exactly one of Text, Data or URL is set.
type Part struct {
	Kind PartKind `json:"kind"`
	Text string   `json:"text,omitempty"`
	MIME string   `json:"mime,omitempty"` // of Data, for instance "image/png"
	Name string   `json:"name,omitempty"` // file name without folders
	Data []byte   `json:"data,omitempty"` // base64 in JSON
	URL  string   `json:"url,omitempty"`  // an https address the upstream fetches itself
}

// PartKind tells the kinds of content apart.
type PartKind string

// The kinds of content.
const (
	TextPart  PartKind = "text"
	ImagePart PartKind = "image"
	AudioPart PartKind = "audio"
	FilePart  PartKind = "file"
)

// ToolRequest is a whole tool call an assistant made. Arguments is the text the
// model wrote, which is meant to be JSON but need not be.
type ToolRequest struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Arguments string `json:"arguments"`
}

// Thinking is an upstream's own reasoning blocks, to be sent back to it unchanged:
// signatures in them are only valid for the provider that made them.
type Thinking struct {
	Format   string            `json:"format"`   // wire format the blocks are in: openai, anthropic, responses
	Provider string            `json:"provider"` // endpoint tag that produced them
	Blocks   []json.RawMessage `json:"blocks"`
}

// TextMessage is a message of one text part.
func TextMessage(role Speaker, text string) Message {
	return Message{Role: role, Parts: []Part{{Kind: TextPart, Text: text}}}
}

// Text joins the text parts of the message.
func (m Message) Text() string {
	if len(m.Parts) == 1 {
		return m.Parts[0].Text
	}
	var b strings.Builder
	for _, p := range m.Parts {
		b.WriteString(p.Text)
	}
	return b.String()
}

// Request is one call to one model, in no provider's dialect. Absent (nil, zero
// length) parameters are not sent; a set one is sent even at its usual default.
type Request struct {
	Model     string    // slug as the user wrote it, variants included
	Fallbacks []string  // further slugs, tried in order when Model fails for any reason
	Messages  []Message // system messages first

	Temperature       *float64
	TopP              *float64
	TopK              *int
	MinP              *float64
	FrequencyPenalty  *float64
	PresencePenalty   *float64
	RepetitionPenalty *float64
	MaxTokens         int // of the answer, reasoning included; 0: the endpoint's own limit
	Seed              *int64
	Stop              []string
	Reasoning         *Reasoning
	Verbosity         string // low, medium, high

	Tools          []ToolSpec
	ToolChoice     string // auto, none, required, or a tool's name
	ResponseFormat *ResponseFormat

	SessionID string // groups a conversation for prompt-cache affinity
	User      string // stable end-user id
}

// Reasoning asks for thinking, by effort or by budget. Source: OpenRouter's unified
// reasoning parameter.
type Reasoning struct {
	Effort    string `json:"effort,omitempty"`     // none, minimal, low, medium, high, xhigh, max
	MaxTokens int    `json:"max_tokens,omitempty"` // budget instead of an effort
	Exclude   bool   `json:"exclude,omitempty"`    // think, but do not return it
}

// ToolSpec describes a function the model may call. Parameters is a JSON Schema.
type ToolSpec struct {
	Name        string          `json:"name"`
	Description string          `json:"description,omitempty"`
	Parameters  json.RawMessage `json:"parameters,omitempty"`
}

// ResponseFormat asks for JSON: any (Schema nil) or by a JSON Schema.
type ResponseFormat struct {
	Name   string          `json:"name,omitempty"`
	Schema json.RawMessage `json:"schema,omitempty"`
	Strict bool            `json:"strict,omitempty"`
}

// Prompt is the text of the last user message, "" when there is none.
func (r *Request) Prompt() string {
	for i := len(r.Messages) - 1; i >= 0; i-- {
		if r.Messages[i].Role == User {
			return r.Messages[i].Text()
		}
	}
	return ""
}
