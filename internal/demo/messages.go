package demo

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// messagesFormat is Anthropic Messages.
type messagesFormat struct{}

type messagesRequest struct {
	Model         string          `json:"model"`
	System        json.RawMessage `json:"system"`
	Messages      []chatMessage   `json:"messages"`
	Stream        bool            `json:"stream"`
	MaxTokens     int             `json:"max_tokens"`
	Temperature   *float64        `json:"temperature"`
	StopSequences []string        `json:"stop_sequences"`
	Tools         []struct {
		Name        string          `json:"name"`
		InputSchema json.RawMessage `json:"input_schema"`
	} `json:"tools"`
	ToolChoice json.RawMessage `json:"tool_choice"`
}

func (messagesFormat) decode(h http.Header, body []byte) (*request, *failure) {
	var in messagesRequest
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, invalid("", "The request body is not valid JSON.")
	}
	if h.Get("Anthropic-Version") == "" {
		return nil, invalid("", "anthropic-version: header is required")
	}
	if f := plausible(in.Model, in.Temperature, 1); f != nil {
		return nil, f
	}
	if in.MaxTokens <= 0 {
		return nil, invalid("", "max_tokens: Field required")
	}
	if len(in.Messages) == 0 {
		return nil, invalid("", "messages: at least one message is required")
	}
	system, _, ok := content(in.System)
	if !ok {
		return nil, invalid("", "system: Input should be a valid string or list")
	}
	req := &request{model: in.Model, stream: in.Stream, system: system, maxTokens: in.MaxTokens,
		stop: in.StopSequences, cache: marksCache(body)}
	for i, m := range in.Messages {
		t, f := messagesTurn(m)
		if f != "" {
			return nil, invalid("", fmt.Sprintf("messages.%d.%s", i, f))
		}
		req.turns = append(req.turns, t)
	}
	for _, t := range in.Tools {
		req.tools = append(req.tools, tool{name: t.Name, schema: t.InputSchema})
	}
	req.choose(in.ToolChoice)
	return req, nil
}

// messagesTurn reads one message; complaint is "" for a good one. A user's message
// that brings tool results is a tool's turn.
func messagesTurn(m chatMessage) (t turn, complaint string) {
	text, images, ok := content(m.Content)
	if !ok {
		return t, "content: Input should be a valid string or list"
	}
	if m.Role != "user" && m.Role != "assistant" {
		return t, "role: Input should be 'user' or 'assistant'"
	}
	var parts []struct {
		Type string `json:"type"`
	}
	_ = json.Unmarshal(m.Content, &parts) // a plain string has no parts
	for _, p := range parts {
		if p.Type == "tool_result" {
			m.Role = "tool"
		}
	}
	return turn{role: m.Role, text: text, images: images}, ""
}

func (f finish) messages() string {
	return [...]string{finishStop: "end_turn", finishLength: "max_tokens", finishCalls: "tool_use",
		finishSequence: "stop_sequence", finishRefusal: "refusal"}[f]
}

// messages gives usage as this format counts: input_tokens leaves out what was read
// from or written to the cache.
func (u usage) messages(output int) object {
	return object{"input_tokens": u.prompt - u.cached - u.written, "cache_read_input_tokens": u.cached,
		"cache_creation_input_tokens": u.written, "output_tokens": output, "service_tier": "standard"}
}

func (a *answer) stopSequence() any {
	if a.finish == finishSequence {
		return a.sequence
	}
	return nil
}

// signature is the opaque proof that goes with a thought and must come back
// unchanged in the next turn.
func (a *answer) signature() string {
	return base64.StdEncoding.EncodeToString([]byte(strings.Repeat("demo:"+a.id, 4)))
}

func (messagesFormat) message(a *answer, blocks []object, reason, sequence any, output int) object {
	return object{"id": "msg_" + a.id, "type": "message", "role": "assistant", "model": a.model,
		"content": blocks, "stop_reason": reason, "stop_sequence": sequence, "usage": a.usage.messages(output)}
}

func (d messagesFormat) whole(a *answer) any {
	blocks := []object{}
	if len(a.thought) > 0 {
		blocks = append(blocks, object{"type": "thinking", "thinking": joined(a.thought), "signature": a.signature()})
	}
	if len(a.text) > 0 {
		blocks = append(blocks, object{"type": "text", "text": joined(a.text)})
	}
	for _, c := range a.calls {
		blocks = append(blocks, object{"type": "tool_use", "id": "toolu_" + c.id, "name": c.name,
			"input": json.RawMessage(c.arguments)})
	}
	return d.message(a, blocks, a.finish.messages(), a.stopSequence(), a.usage.completion)
}

func (d messagesFormat) frames(a *answer) iter.Seq[frame] {
	return func(yield func(frame) bool) {
		alive := true
		send := func(kind string, v object, tokens int) bool {
			v["type"] = kind
			alive = alive && yield(eventFrame(kind, v, tokens))
			return alive
		}
		send("message_start", object{"message": d.message(a, []object{}, nil, nil, 1)}, 0)
		send("ping", object{}, 0)
		index := 0
		block := func(start object, deltas iter.Seq2[object, int]) {
			send("content_block_start", object{"index": index, "content_block": start}, 0)
			for delta, tokens := range deltas {
				if !send("content_block_delta", object{"index": index, "delta": delta}, tokens) {
					return
				}
			}
			send("content_block_stop", object{"index": index}, 0)
			index++
		}
		if len(a.thought) > 0 {
			block(object{"type": "thinking", "thinking": "", "signature": ""}, a.thoughtDeltas())
		}
		if len(a.text) > 0 {
			block(object{"type": "text", "text": ""}, textDeltas(a.text))
		}
		for _, c := range a.calls {
			block(object{"type": "tool_use", "id": "toolu_" + c.id, "name": c.name, "input": object{}}, c.deltas())
		}
		send("message_delta", object{"delta": object{"stop_reason": a.finish.messages(), "stop_sequence": a.stopSequence()},
			"usage": a.usage.messages(a.usage.completion)}, 0)
		send("message_stop", object{}, 0)
	}
}

func (a *answer) thoughtDeltas() iter.Seq2[object, int] {
	return func(yield func(object, int) bool) {
		for _, t := range a.thought {
			if !yield(object{"type": "thinking_delta", "thinking": t.text}, t.tokens) {
				return
			}
		}
		yield(object{"type": "signature_delta", "signature": a.signature()}, 0)
	}
}

func textDeltas(text []delta) iter.Seq2[object, int] {
	return func(yield func(object, int) bool) {
		for _, t := range text {
			if !yield(object{"type": "text_delta", "text": t.text}, t.tokens) {
				return
			}
		}
	}
}

// deltas streams the arguments of a call.
func (c call) deltas() iter.Seq2[object, int] {
	return func(yield func(object, int) bool) {
		for _, part := range pieces(c.arguments) {
			if !yield(object{"type": "input_json_delta", "partial_json": part}, 1) {
				return
			}
		}
	}
}

func messagesError(k kind) string {
	switch k {
	case kindAuth:
		return "authentication_error"
	case kindPayment:
		return "billing_error"
	case kindPermission:
		return "permission_error"
	case kindNotFound:
		return "not_found_error"
	case kindTooLarge:
		return "request_too_large"
	case kindRate:
		return "rate_limit_error"
	case kindServer:
		return "api_error"
	case kindOverloaded:
		return "overloaded_error"
	default:
		return "invalid_request_error"
	}
}

func (messagesFormat) envelope(f *failure) any {
	return object{"type": "error", "error": object{"type": messagesError(f.kind), "message": f.message},
		"request_id": "req_demo"}
}

func (d messagesFormat) broken(_ *answer, f *failure) []frame {
	return []frame{eventFrame("error", d.envelope(f), 0)}
}

func (messagesFormat) limits(h http.Header, wait time.Duration) {
	const limit = 600
	left := limit - 1
	if wait > 0 {
		left = 0
	}
	h.Set("Anthropic-Ratelimit-Requests-Limit", strconv.Itoa(limit))
	h.Set("Anthropic-Ratelimit-Requests-Remaining", strconv.Itoa(left))
	h.Set("Anthropic-Ratelimit-Requests-Reset", time.Now().Add(wait).UTC().Format(time.RFC3339))
}
