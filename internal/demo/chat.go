package demo

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"strconv"
	"time"
)

// dialect is one wire format: how it asks, answers and fails.
type dialect interface {
	// decode reads a request; the failure is what the format's upstreams answer to a bad one.
	decode(h http.Header, body []byte) (*request, *failure)
	// whole is the body of an answer that is not streamed.
	whole(a *answer) any
	// frames streams an answer.
	frames(a *answer) iter.Seq[frame]
	// envelope is the body of a failure.
	envelope(f *failure) any
	// broken is a failure inside a stream.
	broken(a *answer, f *failure) []frame
	// limits sets the headers that tell what is left of a quota; wait is above 0 when
	// nothing is.
	limits(h http.Header, wait time.Duration)
}

// object is JSON that is written once and read by nobody here.
type object map[string]any

// chatFormat is OpenAI chat completions.
type chatFormat struct{}

type chatRequest struct {
	Model         string        `json:"model"`
	Messages      []chatMessage `json:"messages"`
	Stream        bool          `json:"stream"`
	StreamOptions struct {
		IncludeUsage bool `json:"include_usage"`
	} `json:"stream_options"`
	MaxTokens           int             `json:"max_tokens"`
	MaxCompletionTokens int             `json:"max_completion_tokens"`
	Temperature         *float64        `json:"temperature"`
	Stop                json.RawMessage `json:"stop"`
	Tools               []struct {
		Type     string       `json:"type"`
		Function chatFunction `json:"function"`
	} `json:"tools"`
	ToolChoice json.RawMessage `json:"tool_choice"`
}

type chatMessage struct {
	Role    string          `json:"role"`
	Content json.RawMessage `json:"content"`
}

type chatFunction struct {
	Name       string          `json:"name"`
	Parameters json.RawMessage `json:"parameters"`
}

func (chatFormat) decode(_ http.Header, body []byte) (*request, *failure) {
	var in chatRequest
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, invalid("", "We could not parse the JSON body of your request.")
	}
	if f := plausible(in.Model, in.Temperature, 2); f != nil {
		return nil, f
	}
	if len(in.Messages) == 0 {
		return nil, invalid("messages", "Invalid 'messages': empty array. Expected an array with minimum length 1.")
	}
	req := &request{model: in.Model, stream: in.Stream, tally: in.StreamOptions.IncludeUsage,
		maxTokens: max(in.MaxTokens, in.MaxCompletionTokens), stop: stops(in.Stop)}
	for i, m := range in.Messages {
		text, images, ok := content(m.Content)
		if !ok {
			return nil, invalid(fmt.Sprintf("messages[%d].content", i), "Invalid content: expected a string or an array of parts.")
		}
		switch m.Role {
		case "system", "developer":
			req.system += text
		case "user", "assistant", "tool":
			req.turns = append(req.turns, turn{role: m.Role, text: text, images: images})
		default:
			return nil, invalid(fmt.Sprintf("messages[%d].role", i), fmt.Sprintf("Invalid value: '%s'.", m.Role))
		}
	}
	for _, t := range in.Tools {
		req.tools = append(req.tools, tool{name: t.Function.Name, schema: t.Function.Parameters})
	}
	req.choose(in.ToolChoice)
	return req, nil
}

// plausible checks what all formats demand.
func plausible(model string, temperature *float64, hottest float64) *failure {
	if model == "" {
		return invalid("model", "you must provide a model parameter")
	}
	if temperature != nil && (*temperature < 0 || *temperature > hottest) {
		return invalid("temperature", fmt.Sprintf("Invalid 'temperature': must be between 0 and %g.", hottest))
	}
	return nil
}

// choose reads a tool choice in the words of either OpenAI format or of Messages.
func (r *request) choose(raw json.RawMessage) {
	var word string
	var named struct {
		Type     string       `json:"type"`
		Name     string       `json:"name"`
		Function chatFunction `json:"function"`
	}
	if json.Unmarshal(raw, &word) != nil && json.Unmarshal(raw, &named) != nil {
		return
	}
	switch {
	case word == "none" || named.Type == "none":
		r.noTools = true
	case word == "required" || named.Type == "any":
		r.force = anyTool
	default:
		r.force = cmp.Or(named.Name, named.Function.Name)
	}
}

type chatChunk struct {
	ID                string       `json:"id"`
	Object            string       `json:"object"`
	Created           int64        `json:"created"`
	Model             string       `json:"model"`
	SystemFingerprint string       `json:"system_fingerprint"`
	Choices           []chatChoice `json:"choices"`
	Usage             *chatUsage   `json:"usage"`
}

type chatChoice struct {
	Index        int     `json:"index"`
	Delta        any     `json:"delta,omitempty"`
	Message      any     `json:"message,omitempty"`
	FinishReason *string `json:"finish_reason"`
}

type chatUsage struct {
	Prompt     int         `json:"prompt_tokens"`
	Completion int         `json:"completion_tokens"`
	Total      int         `json:"total_tokens"`
	Cost       json.Number `json:"cost,omitempty"` // dollars
	PromptMore struct {
		Cached int `json:"cached_tokens"`
	} `json:"prompt_tokens_details"`
	CompletionMore struct {
		Reasoning int `json:"reasoning_tokens"`
	} `json:"completion_tokens_details"`
}

func (u usage) chat() *chatUsage {
	out := &chatUsage{Prompt: u.prompt, Completion: u.completion, Total: u.prompt + u.completion, Cost: json.Number(u.cost)}
	out.PromptMore.Cached = u.cached
	out.CompletionMore.Reasoning = u.thought
	return out
}

func (f finish) chat() *string {
	word := [...]string{finishStop: "stop", finishLength: "length", finishCalls: "tool_calls",
		finishSequence: "stop", finishRefusal: "content_filter"}[f]
	return &word
}

func (chatFormat) chunk(a *answer, object string, choices ...chatChoice) chatChunk {
	return chatChunk{ID: "chatcmpl-" + a.id, Object: object, Created: a.created.Unix(), Model: a.model,
		SystemFingerprint: "fp_demo", Choices: append([]chatChoice{}, choices...)}
}

func (d chatFormat) frames(a *answer) iter.Seq[frame] {
	return func(yield func(frame) bool) {
		send := func(delta object, end *string, tokens int) bool {
			return yield(dataFrame(d.chunk(a, "chat.completion.chunk", chatChoice{Delta: delta, FinishReason: end}), tokens))
		}
		if !send(object{"role": "assistant", "content": ""}, nil, 0) {
			return
		}
		for _, t := range a.thought {
			if !send(object{"reasoning_content": t.text}, nil, t.tokens) {
				return
			}
		}
		for _, t := range a.text {
			if !send(object{"content": t.text}, nil, t.tokens) {
				return
			}
		}
		for delta, tokens := range d.callDeltas(a) {
			if !send(delta, nil, tokens) {
				return
			}
		}
		if !send(object{}, a.finish.chat(), 0) {
			return
		}
		if a.req.tally {
			last := d.chunk(a, "chat.completion.chunk")
			last.Usage = a.usage.chat()
			if !yield(dataFrame(last, 0)) {
				return
			}
		}
		yield(frame{data: []byte("data: [DONE]\n\n")})
	}
}

// callDeltas streams calls: the name first, then the arguments in pieces.
func (chatFormat) callDeltas(a *answer) iter.Seq2[object, int] {
	return func(yield func(object, int) bool) {
		for i, c := range a.calls {
			head := object{"index": i, "id": "call_" + c.id, "type": "function",
				"function": object{"name": c.name, "arguments": ""}}
			if !yield(object{"tool_calls": []object{head}}, countPieces(c.name)) {
				return
			}
			for _, part := range pieces(c.arguments) {
				more := object{"index": i, "function": object{"arguments": part}}
				if !yield(object{"tool_calls": []object{more}}, 1) {
					return
				}
			}
		}
	}
}

func (d chatFormat) whole(a *answer) any {
	msg := object{"role": "assistant", "content": joined(a.text), "refusal": nil}
	if len(a.thought) > 0 {
		msg["reasoning_content"] = joined(a.thought)
	}
	if len(a.calls) > 0 {
		calls := []object{}
		for _, c := range a.calls {
			calls = append(calls, object{"id": "call_" + c.id, "type": "function",
				"function": object{"name": c.name, "arguments": c.arguments}})
		}
		msg["tool_calls"] = calls
		if len(a.text) == 0 {
			msg["content"] = nil
		}
	}
	out := d.chunk(a, "chat.completion", chatChoice{Message: msg, FinishReason: a.finish.chat()})
	out.Usage = a.usage.chat()
	return out
}

// openAIError is the type and code of a failure in both OpenAI formats.
func openAIError(k kind) (kindName string, code any) {
	switch k {
	case kindAuth:
		return "invalid_request_error", "invalid_api_key"
	case kindPayment:
		return "insufficient_quota", "insufficient_quota"
	case kindPermission:
		return "invalid_request_error", "permission_denied"
	case kindNotFound:
		return "invalid_request_error", "model_not_found"
	case kindRate:
		return "requests", "rate_limit_exceeded"
	case kindServer:
		return "server_error", nil
	case kindOverloaded:
		return "server_error", "service_unavailable"
	case kindContext:
		return "invalid_request_error", "context_length_exceeded"
	case kindUnsupported:
		return "invalid_request_error", "unsupported_parameter"
	default:
		return "invalid_request_error", nil
	}
}

func (chatFormat) envelope(f *failure) any {
	kindName, code := openAIError(f.kind)
	var param any
	if f.param != "" {
		param = f.param
	}
	return object{"error": object{"message": f.message, "type": kindName, "param": param, "code": code}}
}

func (d chatFormat) broken(_ *answer, f *failure) []frame {
	kindName, _ := openAIError(f.kind)
	return []frame{
		dataFrame(object{"error": object{"message": f.message, "type": kindName, "code": f.status}}, 0),
	}
}

func (chatFormat) limits(h http.Header, wait time.Duration) {
	const limit = 600
	left, reset := limit-1, 100*time.Millisecond
	if wait > 0 {
		left, reset = 0, wait
	}
	h.Set("X-Ratelimit-Limit-Requests", strconv.Itoa(limit))
	h.Set("X-Ratelimit-Remaining-Requests", strconv.Itoa(left))
	h.Set("X-Ratelimit-Reset-Requests", reset.String())
}
