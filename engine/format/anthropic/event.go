package anthropic

import "encoding/json"

// event is one event of a stream. One is used for all events of a stream; its raw
// fields keep their memory.
type event struct {
	Type    json.RawMessage `json:"type"`
	Index   int             `json:"index"`
	Message json.RawMessage `json:"message"`
	Block   json.RawMessage `json:"content_block"`
	Delta   delta           `json:"delta"`
	Usage   json.RawMessage `json:"usage"`
	Error   json.RawMessage `json:"error"`
}

// delta is what a content_block_delta or message_delta brings.
type delta struct {
	Text      json.RawMessage `json:"text"`
	Thinking  json.RawMessage `json:"thinking"`
	Signature json.RawMessage `json:"signature"`
	Partial   json.RawMessage `json:"partial_json"`
	Citation  json.RawMessage `json:"citation"`
	Content   json.RawMessage `json:"content"` // compaction
	Stop      json.RawMessage `json:"stop_reason"`
}

func (e *event) reset() {
	d := &e.Delta
	for _, raw := range []*json.RawMessage{
		&e.Type, &e.Message, &e.Block, &e.Usage, &e.Error,
		&d.Text, &d.Thinking, &d.Signature, &d.Partial, &d.Citation, &d.Content, &d.Stop,
	} {
		*raw = (*raw)[:0]
	}
	e.Index = 0
}

// message is a whole answer, and the head of a streamed one.
type message struct {
	Type     string            `json:"type"`
	ID       string            `json:"id"`
	Model    string            `json:"model"`
	Provider string            `json:"provider"` // OpenRouter
	Content  []json.RawMessage `json:"content"`
	Stop     string            `json:"stop_reason"`
	Usage    json.RawMessage   `json:"usage"`
	Error    json.RawMessage   `json:"error"`
}

// blockHead is what is read of a content block.
type blockHead struct {
	Type      string          `json:"type"`
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Text      string          `json:"text"`
	Thinking  string          `json:"thinking"`
	Signature string          `json:"signature"`
	Input     json.RawMessage `json:"input"`
	Citations []citation      `json:"citations"`
}

type citation struct {
	URL   string `json:"url"`
	Title string `json:"title"`
}
