package demo

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"time"
)

// responsesFormat is OpenAI Responses.
type responsesFormat struct{}

type responsesRequest struct {
	Model              string          `json:"model"`
	Instructions       string          `json:"instructions"`
	Input              json.RawMessage `json:"input"`
	Stream             bool            `json:"stream"`
	MaxOutputTokens    int             `json:"max_output_tokens"`
	Temperature        *float64        `json:"temperature"`
	PreviousResponseID string          `json:"previous_response_id"`
	Tools              []struct {
		Type       string          `json:"type"`
		Name       string          `json:"name"`
		Parameters json.RawMessage `json:"parameters"`
	} `json:"tools"`
	ToolChoice json.RawMessage `json:"tool_choice"`
}

type responsesItem struct {
	Type      string          `json:"type"`
	Role      string          `json:"role"`
	Content   json.RawMessage `json:"content"`
	Output    json.RawMessage `json:"output"` // of function_call_output
	Name      string          `json:"name"`
	Arguments string          `json:"arguments"`
}

func (responsesFormat) decode(_ http.Header, body []byte) (*request, *failure) {
	var in responsesRequest
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, invalid("", "We could not parse the JSON body of your request.")
	}
	if f := plausible(in.Model, in.Temperature, 2); f != nil {
		return nil, f
	}
	if in.PreviousResponseID != "" {
		return nil, invalid("previous_response_id", fmt.Sprintf("Previous response with id '%s' not found.", in.PreviousResponseID))
	}
	req := &request{model: in.Model, stream: in.Stream, system: in.Instructions, maxTokens: in.MaxOutputTokens}
	var said string
	var items []responsesItem
	switch {
	case json.Unmarshal(in.Input, &said) == nil:
		req.turns = []turn{{role: "user", text: said}}
	case json.Unmarshal(in.Input, &items) == nil && len(items) > 0:
		if f := req.take(items); f != nil {
			return nil, f
		}
	default:
		return nil, invalid("input", "Invalid 'input': expected a string or an array of items.")
	}
	for _, t := range in.Tools {
		if t.Type == "function" {
			req.tools = append(req.tools, tool{name: t.Name, schema: t.Parameters})
		}
	}
	req.choose(in.ToolChoice)
	return req, nil
}

// take adds the items of a conversation. Reasoning that comes back is paid for but
// says nothing.
func (r *request) take(items []responsesItem) *failure {
	for i, it := range items {
		raw := it.Content
		if it.Type == "function_call_output" {
			it.Role, raw = "tool", it.Output
		}
		text, images, ok := content(raw)
		if !ok {
			return invalid(fmt.Sprintf("input[%d]", i), "Invalid content: expected a string or an array of parts.")
		}
		switch {
		case it.Role == "system" || it.Role == "developer":
			r.system += text
		case it.Type == "reasoning":
		case it.Type == "function_call":
			r.turns = append(r.turns, turn{role: "assistant", text: it.Name + it.Arguments})
		case it.Role == "user" || it.Role == "assistant" || it.Role == "tool":
			r.turns = append(r.turns, turn{role: it.Role, text: text, images: images})
		default:
			return invalid(fmt.Sprintf("input[%d]", i), fmt.Sprintf("Invalid item of type '%s' and role '%s'.", it.Type, it.Role))
		}
	}
	return nil
}

func (u usage) responses() object {
	return object{"input_tokens": u.prompt, "input_tokens_details": object{"cached_tokens": u.cached},
		"output_tokens": u.completion, "output_tokens_details": object{"reasoning_tokens": u.thought},
		"total_tokens": u.prompt + u.completion}
}

// response is the object around an answer. status is in_progress, completed,
// incomplete or failed.
func (responsesFormat) response(a *answer, status string, output []object) object {
	r := object{"id": "resp_" + a.id, "object": "response", "created_at": a.created.Unix(), "model": a.model,
		"status": status, "error": nil, "incomplete_details": nil, "output": output, "usage": nil,
		"parallel_tool_calls": true, "previous_response_id": nil, "store": false, "metadata": object{}}
	switch status {
	case "incomplete":
		r["incomplete_details"] = object{"reason": "max_output_tokens"}
		r["usage"] = a.usage.responses()
	case "completed":
		r["usage"] = a.usage.responses()
	}
	return r
}

func (a *answer) status() string {
	if a.finish == finishLength {
		return "incomplete"
	}
	return "completed"
}

func (a *answer) reasoningItem() object {
	secret := base64.StdEncoding.EncodeToString([]byte("demo:" + a.id))
	return object{"id": "rs_" + a.id, "type": "reasoning", "encrypted_content": secret,
		"summary": []object{{"type": "summary_text", "text": joined(a.thought)}}}
}

// textPart is the one part of the message: its text, or its refusal.
func (a *answer) textPart(text string) object {
	if a.finish == finishRefusal {
		return object{"type": "refusal", "refusal": text}
	}
	return object{"type": "output_text", "text": text, "annotations": []object{}}
}

func (a *answer) messageItem(status string, parts ...object) object {
	return object{"id": "msg_" + a.id, "type": "message", "role": "assistant", "status": status,
		"content": append([]object{}, parts...)}
}

func (c call) item(status, arguments string) object {
	return object{"id": "fc_" + c.id, "type": "function_call", "call_id": "call_" + c.id, "name": c.name,
		"status": status, "arguments": arguments}
}

func (a *answer) items() []object {
	items := []object{}
	if len(a.thought) > 0 {
		items = append(items, a.reasoningItem())
	}
	if len(a.text) > 0 {
		items = append(items, a.messageItem(a.status(), a.textPart(joined(a.text))))
	}
	for _, c := range a.calls {
		items = append(items, c.item("completed", c.arguments))
	}
	return items
}

func (d responsesFormat) whole(a *answer) any { return d.response(a, a.status(), a.items()) }

// responsesStream numbers the events of one stream and stops with its reader.
type responsesStream struct {
	yield func(frame) bool
	seq   int
	item  int
	over  bool
}

func (s *responsesStream) send(kind string, v object, tokens int) {
	if s.over {
		return
	}
	v["type"], v["sequence_number"] = kind, s.seq
	s.seq++
	s.over = !s.yield(eventFrame(kind, v, tokens))
}

// frames streams: the shell, then item after item, then the whole.
func (d responsesFormat) frames(a *answer) iter.Seq[frame] {
	return func(yield func(frame) bool) {
		s := &responsesStream{yield: yield}
		s.send("response.created", object{"response": d.response(a, "in_progress", []object{})}, 0)
		s.send("response.in_progress", object{"response": d.response(a, "in_progress", []object{})}, 0)
		if len(a.thought) > 0 {
			s.reasoning(a)
		}
		if len(a.text) > 0 {
			s.message(a)
		}
		for _, c := range a.calls {
			s.call(c)
		}
		s.send("response."+a.status(), object{"response": d.response(a, a.status(), a.items())}, 0)
	}
}

func (s *responsesStream) reasoning(a *answer) {
	id, done := "rs_"+a.id, a.reasoningItem()
	at := func(more object) object {
		more["item_id"], more["output_index"], more["summary_index"] = id, s.item, 0
		return more
	}
	s.send("response.output_item.added", object{"output_index": s.item,
		"item": object{"id": id, "type": "reasoning", "summary": []object{}}}, 0)
	s.send("response.reasoning_summary_part.added", at(object{"part": object{"type": "summary_text", "text": ""}}), 0)
	for _, t := range a.thought {
		s.send("response.reasoning_summary_text.delta", at(object{"delta": t.text}), t.tokens)
	}
	whole := joined(a.thought)
	s.send("response.reasoning_summary_text.done", at(object{"text": whole}), 0)
	s.send("response.reasoning_summary_part.done", at(object{"part": object{"type": "summary_text", "text": whole}}), 0)
	s.send("response.output_item.done", object{"output_index": s.item, "item": done}, 0)
	s.item++
}

func (s *responsesStream) message(a *answer) {
	name, field := "output_text", "text"
	if a.finish == finishRefusal {
		name, field = "refusal", "refusal"
	}
	at := func(more object) object {
		more["item_id"], more["output_index"], more["content_index"] = "msg_"+a.id, s.item, 0
		return more
	}
	s.send("response.output_item.added", object{"output_index": s.item, "item": a.messageItem("in_progress")}, 0)
	s.send("response.content_part.added", at(object{"part": a.textPart("")}), 0)
	for _, t := range a.text {
		s.send("response."+name+".delta", at(object{"delta": t.text}), t.tokens)
	}
	whole := joined(a.text)
	s.send("response."+name+".done", at(object{field: whole}), 0)
	s.send("response.content_part.done", at(object{"part": a.textPart(whole)}), 0)
	s.send("response.output_item.done", object{"output_index": s.item,
		"item": a.messageItem(a.status(), a.textPart(whole))}, 0)
	s.item++
}

func (s *responsesStream) call(c call) {
	id := "fc_" + c.id
	s.send("response.output_item.added", object{"output_index": s.item, "item": c.item("in_progress", "")}, 0)
	for _, part := range pieces(c.arguments) {
		s.send("response.function_call_arguments.delta", object{"item_id": id, "output_index": s.item, "delta": part}, 1)
	}
	s.send("response.function_call_arguments.done", object{"item_id": id, "output_index": s.item, "arguments": c.arguments}, 0)
	s.send("response.output_item.done", object{"output_index": s.item, "item": c.item("completed", c.arguments)}, 0)
	s.item++
}

func (responsesFormat) envelope(f *failure) any { return chatFormat{}.envelope(f) }

// broken sends both events of a failed response: the error and the shell that says so.
func (d responsesFormat) broken(a *answer, f *failure) []frame {
	kindName, _ := openAIError(f.kind)
	failed := d.response(a, "failed", []object{})
	failed["error"] = object{"code": kindName, "message": f.message}
	return []frame{
		eventFrame("error", object{"type": "error", "error": object{"type": kindName, "code": kindName,
			"message": f.message, "param": nil}}, 0),
		eventFrame("response.failed", object{"type": "response.failed", "response": failed}, 0),
	}
}

func (responsesFormat) limits(h http.Header, wait time.Duration) { chatFormat{}.limits(h, wait) }
