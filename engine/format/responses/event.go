package responses

import (
	"encoding/json"
	"strings"

	"assay/engine/format"
)

// event is one event of a stream. One is used for all events of a stream; its raw
// fields keep their memory.
type event struct {
	Type       json.RawMessage `json:"type"`
	Index      int             `json:"output_index"` // names the item: item ids change mid-stream in some proxies
	Summary    int             `json:"summary_index"`
	Delta      json.RawMessage `json:"delta"`
	Arguments  json.RawMessage `json:"arguments"`
	Item       json.RawMessage `json:"item"`
	Annotation json.RawMessage `json:"annotation"`
	Response   json.RawMessage `json:"response"`
	Error      json.RawMessage `json:"error"`
}

func (e *event) reset() {
	for _, raw := range []*json.RawMessage{&e.Type, &e.Delta, &e.Arguments, &e.Item, &e.Annotation, &e.Response, &e.Error} {
		*raw = (*raw)[:0]
	}
	e.Index, e.Summary = 0, 0
}

// matters reports whether an event of this name is read. The others repeat what came
// before, or are about tools of the upstream; some are large.
func matters(name string) bool {
	switch name {
	case "", "error", "message",
		"response.created", "response.completed", "response.incomplete", "response.failed", "response.cancelled",
		"response.output_item.added", "response.output_item.done",
		"response.output_text.delta", "response.output_text.annotation.added", "response.refusal.delta",
		"response.reasoning_summary_part.added", "response.reasoning_summary_text.delta", "response.reasoning_text.delta",
		"response.function_call_arguments.delta", "response.function_call_arguments.done":
		return true
	}
	return !strings.HasPrefix(name, "response.") && name != "keepalive"
}

// response is a whole answer, and what created and completed events carry.
type response struct {
	ID         string            `json:"id"`
	Object     string            `json:"object"`
	Model      string            `json:"model"`
	Provider   string            `json:"provider"` // OpenRouter
	Status     string            `json:"status"`
	Error      json.RawMessage   `json:"error"`
	Incomplete *incomplete       `json:"incomplete_details"`
	Output     []json.RawMessage `json:"output"`
	Usage      *usage            `json:"usage"`
	ToolUsage  struct {
		WebSearch struct {
			Requests format.Count `json:"num_requests"`
		} `json:"web_search"`
	} `json:"tool_usage"`
}

type incomplete struct {
	Reason string `json:"reason"`
}

// item is one piece of an answer's output.
type item struct {
	Type      string          `json:"type"`
	CallID    string          `json:"call_id"`
	Name      string          `json:"name"`
	Arguments json.RawMessage `json:"arguments"`
	Content   []content       `json:"content"`
	Summary   []content       `json:"summary"`
	Encrypted json.RawMessage `json:"encrypted_content"`
}

// content is a part of a message, of raw reasoning, or of its summary.
type content struct {
	Type        string       `json:"type"`
	Text        string       `json:"text"`
	Refusal     string       `json:"refusal"`
	Annotations []annotation `json:"annotations"`
}

type annotation struct {
	URL   string `json:"url"`
	Title string `json:"title"`
}
