package openai

import "encoding/json"

// chunk is one event of a stream, or a whole answer: they differ in "delta" and
// "message" only. One chunk is used for all events of a stream; its raw fields keep
// their memory, so most events cost no allocation but the text itself.
type chunk struct {
	ID        json.RawMessage   `json:"id"`
	Model     json.RawMessage   `json:"model"`
	Provider  json.RawMessage   `json:"provider"` // OpenRouter: who served it
	Choices   []choice          `json:"choices"`
	Usage     json.RawMessage   `json:"usage"`
	XGroq     xGroq             `json:"x_groq"`
	Error     json.RawMessage   `json:"error"`
	Message   json.RawMessage   `json:"message"` // of errors that stand at the top
	Object    json.RawMessage   `json:"object"`
	Citations []json.RawMessage `json:"citations"`      // Perplexity, xAI: addresses
	Results   []searchResult    `json:"search_results"` // Perplexity: the same with titles
}

type choice struct {
	Index   int             `json:"index"`
	Delta   message         `json:"delta"`
	Message message         `json:"message"`
	Finish  json.RawMessage `json:"finish_reason"`
	Native  json.RawMessage `json:"native_finish_reason"`
	Error   json.RawMessage `json:"error"` // OpenRouter: after a partial answer
}

// message is what a delta or a message says.
type message struct {
	Content          json.RawMessage   `json:"content"` // text, null, or Mistral's list of parts
	Reasoning        json.RawMessage   `json:"reasoning"`
	ReasoningContent json.RawMessage   `json:"reasoning_content"`
	Details          []json.RawMessage `json:"reasoning_details"`
	Refusal          json.RawMessage   `json:"refusal"`
	ToolCalls        []toolCall        `json:"tool_calls"`
	Annotations      []annotation      `json:"annotations"`
	Metadata         gatewayMetadata   `json:"provider_metadata"`
}

type toolCall struct {
	Index    *int            `json:"index"` // absent or -1 in some dialects
	ID       json.RawMessage `json:"id"`
	Function struct {
		Name      json.RawMessage `json:"name"`
		Arguments json.RawMessage `json:"arguments"` // a text; an object in some dialects
	} `json:"function"`
	Extra json.RawMessage `json:"extra_content"` // Google: thought signatures
}

// part is one piece of Mistral's content lists.
type part struct {
	Type     string `json:"type"`
	Text     string `json:"text,omitempty"`
	Thinking []part `json:"thinking,omitempty"`
}

// detail is one piece of OpenRouter's reasoning_details.
type detail struct {
	Type      string `json:"type"`
	ID        string `json:"id"`
	Index     *int   `json:"index"`
	Text      string `json:"text"`
	Summary   string `json:"summary"`
	Signature string `json:"signature"`
}

type annotation struct {
	Citation struct {
		URL   string `json:"url"`
		Title string `json:"title"`
	} `json:"url_citation"`
}

type searchResult struct {
	URL   string `json:"url"`
	Title string `json:"title"`
}

type xGroq struct {
	Usage json.RawMessage `json:"usage"`
	Error json.RawMessage `json:"error"`
}

// gatewayMetadata is what Vercel's gateway says about its routing.
type gatewayMetadata struct {
	Gateway struct {
		Routing struct {
			FinalProvider string `json:"finalProvider"`
		} `json:"routing"`
	} `json:"gateway"`
}

// maxKept bounds the choices whose memory is kept: one was asked for.
const maxKept = 8

// reset empties the chunk and keeps its memory. The decoder reuses elements beyond
// the length of a slice as they are, so all of them are emptied.
func (c *chunk) reset() {
	for _, raw := range []*json.RawMessage{&c.ID, &c.Model, &c.Provider, &c.Usage, &c.XGroq.Usage, &c.XGroq.Error, &c.Error, &c.Message, &c.Object} {
		*raw = (*raw)[:0]
	}
	if cap(c.Choices) > maxKept {
		c.Choices = nil
	}
	all := c.Choices[:cap(c.Choices)]
	for i := range all {
		all[i].reset()
	}
	c.Choices, c.Citations = c.Choices[:0], c.Citations[:0]
	c.Results = nil
}

func (c *choice) reset() {
	c.Index = 0
	c.Delta.reset()
	c.Message.reset()
	c.Finish, c.Native, c.Error = c.Finish[:0], c.Native[:0], c.Error[:0]
}

func (m *message) reset() {
	for _, raw := range []*json.RawMessage{&m.Content, &m.Reasoning, &m.ReasoningContent, &m.Refusal} {
		*raw = (*raw)[:0]
	}
	m.Details = m.Details[:0]
	m.ToolCalls, m.Annotations = nil, nil
	m.Metadata = gatewayMetadata{}
}
