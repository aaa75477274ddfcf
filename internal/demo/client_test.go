package demo_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"assay/internal/demo"
	"assay/internal/demo/demotest"
)

// wire is what tests need to know of one format.
type wire struct {
	name, path string
}

var wires = []wire{{"chat", "/chat/completions"}, {"messages", "/messages"}, {"responses", "/responses"}}

// ask makes the smallest request of a format; more are further fields.
func (f wire) ask(model, prompt string, stream bool, more map[string]any) []byte {
	body := map[string]any{"model": model, "stream": stream}
	switch f.name {
	case "responses":
		body["input"] = prompt
	default:
		body["messages"] = []any{map[string]any{"role": "user", "content": prompt}}
	}
	if f.name == "messages" {
		body["max_tokens"] = 8000
	}
	if f.name == "chat" && stream {
		body["stream_options"] = map[string]any{"include_usage": true}
	}
	for k, v := range more {
		body[k] = v
	}
	out, _ := json.Marshal(body)
	return out
}

func (f wire) post(t testing.TB, c *http.Client, body []byte) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, demotest.BaseURL+f.path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if f.name == "messages" {
		req.Header.Set("Anthropic-Version", "2023-06-01")
	}
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	return resp
}

// heard is one answer put together from either kind of transfer.
type heard struct {
	text, thought, finish string
	calls                 []string // name and arguments
	errs                  []string // types or messages of errors inside the stream
	prompt, cached        int
	completion, reasoning int
	comments              int
	done                  bool // the format's last event came
	broken                bool // an event was no JSON
	readErr               error
}

// listen reads a stream.
func (f wire) listen(r io.Reader) heard {
	var h heard
	in := bufio.NewScanner(r)
	in.Buffer(nil, 1<<24)
	for in.Scan() {
		line := in.Text()
		if strings.HasPrefix(line, ":") {
			h.comments++
		}
		data, ok := strings.CutPrefix(line, "data: ")
		if !ok {
			continue
		}
		if data == "[DONE]" {
			h.done = true
			continue
		}
		var ev map[string]any
		if json.Unmarshal([]byte(data), &ev) != nil {
			h.broken = true
			continue
		}
		f.event(&h, ev)
	}
	h.readErr = in.Err()
	return h
}

// at walks into decoded JSON: names into objects, numbers into arrays.
func at(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[p]
		case int:
			a, _ := v.([]any)
			if p >= len(a) {
				return nil
			}
			v = a[p]
		}
	}
	return v
}

func str(v any, path ...any) string {
	s, _ := at(v, path...).(string)
	return s
}

func num(v any, path ...any) int {
	n, _ := at(v, path...).(float64)
	return int(n)
}

func (f wire) event(h *heard, ev map[string]any) {
	if ev["error"] != nil {
		h.errs = append(h.errs, str(ev, "error", "message"))
	}
	switch f.name {
	case "chat":
		h.text += str(ev, "choices", 0, "delta", "content")
		h.thought += str(ev, "choices", 0, "delta", "reasoning_content")
		if end := str(ev, "choices", 0, "finish_reason"); end != "" {
			h.finish = end
		}
		h.call(str(ev, "choices", 0, "delta", "tool_calls", 0, "function", "name"),
			str(ev, "choices", 0, "delta", "tool_calls", 0, "function", "arguments"))
		h.usage(at(ev, "usage"))
	case "messages":
		h.text += str(ev, "delta", "text")
		h.thought += str(ev, "delta", "thinking")
		h.call(str(ev, "content_block", "name"), str(ev, "delta", "partial_json"))
		if ev["type"] == "message_delta" {
			h.finish = str(ev, "delta", "stop_reason")
			h.usage(at(ev, "usage"))
		}
		h.done = h.done || ev["type"] == "message_stop"
	case "responses":
		switch ev["type"] {
		case "response.output_text.delta", "response.refusal.delta":
			h.text += str(ev, "delta")
		case "response.reasoning_summary_text.delta":
			h.thought += str(ev, "delta")
		case "response.output_item.added":
			h.call(str(ev, "item", "name"), "")
		case "response.function_call_arguments.delta":
			h.call("", str(ev, "delta"))
		case "response.completed", "response.incomplete", "response.failed":
			h.done = true
			h.finish = str(ev, "response", "status")
			h.usage(at(ev, "response", "usage"))
		}
	}
}

func (h *heard) call(name, arguments string) {
	switch {
	case name != "":
		h.calls = append(h.calls, name+arguments)
	case arguments != "" && len(h.calls) > 0:
		h.calls[len(h.calls)-1] += arguments
	}
}

// usage reads any of the three dialects into the convention that prompt counts
// everything.
func (h *heard) usage(u any) {
	if u == nil {
		return
	}
	h.prompt = num(u, "prompt_tokens") + num(u, "input_tokens")
	h.completion = num(u, "completion_tokens") + num(u, "output_tokens")
	h.cached = num(u, "prompt_tokens_details", "cached_tokens") + num(u, "input_tokens_details", "cached_tokens") + num(u, "cache_read_input_tokens")
	h.reasoning = num(u, "completion_tokens_details", "reasoning_tokens") + num(u, "output_tokens_details", "reasoning_tokens")
	if at(u, "cache_read_input_tokens") != nil {
		h.prompt += h.cached + num(u, "cache_creation_input_tokens")
	}
}

// whole reads an answer that was not streamed.
func (f wire) whole(t testing.TB, r io.Reader) heard {
	t.Helper()
	raw, err := io.ReadAll(r)
	h := heard{readErr: err}
	var v map[string]any
	if json.Unmarshal(raw, &v) != nil {
		h.broken = true
		return h
	}
	if v["error"] != nil {
		h.errs = append(h.errs, str(v, "error", "message"))
	}
	h.usage(v["usage"])
	switch f.name {
	case "chat":
		h.text = str(v, "choices", 0, "message", "content")
		h.thought = str(v, "choices", 0, "message", "reasoning_content")
		h.finish = str(v, "choices", 0, "finish_reason")
	case "messages":
		h.finish = str(v, "stop_reason")
		blocks, _ := v["content"].([]any)
		for _, b := range blocks {
			h.text += str(b, "text")
			h.thought += str(b, "thinking")
		}
	case "responses":
		h.finish = str(v, "status")
		items, _ := v["output"].([]any)
		for _, it := range items {
			h.text += str(it, "content", 0, "text") + str(it, "content", 0, "refusal")
			h.thought += str(it, "summary", 0, "text")
		}
	}
	return h
}

// start is demotest.Start for the common case.
func start(t testing.TB, opt demo.Options) (*demo.Server, *http.Client) {
	t.Helper()
	return demotest.Start(t, opt)
}
