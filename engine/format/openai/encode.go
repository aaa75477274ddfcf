package openai

import (
	goopenai "github.com/sashabaranov/go-openai"

	"assay/engine/chat"
	"assay/engine/format"
)

// Encode writes the body of a streaming request in the dialect of opt.Provider.
func (Codec) Encode(req *chat.Request, opt format.Options) ([]byte, error) {
	messages, err := encodeMessages(req.Messages, opt.Provider)
	if err != nil {
		return nil, err
	}
	d := dialectOf(opt.Provider, opt.Model)
	var o format.Object
	o.Set("model", opt.Model)
	o.Set("messages", messages)
	o.Set("stream", true)
	if !d.usageAlways {
		o.Set("stream_options", goopenai.StreamOptions{IncludeUsage: true})
	}
	// Only a limit the user set: this format demands none, gateways reserve money for
	// it, and some servers refuse one that does not fit behind the prompt.
	if d.maxCompletion {
		format.SetNonzero(&o, "max_completion_tokens", req.MaxTokens)
	} else {
		format.SetNonzero(&o, "max_tokens", req.MaxTokens)
	}
	setSampling(&o, req, d, opt.Model)
	setReasoning(&o, req, d, opt)
	setTools(&o, req)
	if f := req.ResponseFormat; f != nil {
		o.Set("response_format", responseFormat(f))
	}
	if d.session != "" {
		format.SetNonzero(&o, d.session, req.SessionID)
	}
	if d.verbosity {
		format.SetNonzero(&o, "verbosity", req.Verbosity)
	}
	if !d.noUser {
		format.SetNonzero(&o, "user", req.User)
	}
	o.Merge(opt.Extra)
	return o.MarshalJSON()
}

// setSampling sets what the dialect takes. Parameters a provider would refuse are
// left out: a request fails over to providers that differ in them.
func setSampling(o *format.Object, req *chat.Request, d dialect, model string) {
	format.SetPtr(o, d.seed, req.Seed)
	thinks := req.Reasoning != nil && req.Reasoning.Effort != "none"
	if d.fixedSampling && (thinks || !format.OpenAIThinksIfAsked(model)) {
		return
	}
	format.SetPtr(o, "temperature", req.Temperature)
	format.SetPtr(o, "top_p", req.TopP)
	format.SetPtr(o, "frequency_penalty", req.FrequencyPenalty)
	format.SetPtr(o, "presence_penalty", req.PresencePenalty)
	if len(req.Stop) > 0 {
		o.Set("stop", req.Stop)
	}
	if !d.strict {
		format.SetPtr(o, "top_k", req.TopK)
		format.SetPtr(o, "min_p", req.MinP)
		format.SetPtr(o, "repetition_penalty", req.RepetitionPenalty)
	}
}

func setReasoning(o *format.Object, req *chat.Request, d dialect, opt format.Options) {
	r := req.Reasoning
	if r == nil || d.noThinking {
		return
	}
	effort := format.Effort(r, format.MaxTokens(req, opt))
	thinking := &format.Object{}
	if thinking.Set("type", "enabled"); effort == "none" {
		thinking.Set("type", "disabled")
	}
	switch d.thinking {
	case thinkObject:
		o.Set("reasoning", unifiedReasoning(r))
	case thinkSwitch:
		o.Set("thinking", thinking)
	case thinkBoth:
		o.Set("thinking", thinking)
		if effort != "none" {
			o.Set("reasoning_effort", effortName(opt.Provider, effort))
		}
	case thinkBudget:
		o.Set("enable_thinking", effort != "none")
		format.SetNonzero(o, "thinking_budget", r.MaxTokens)
	default:
		format.SetNonzero(o, "reasoning_effort", effortName(opt.Provider, effort))
	}
}

// unifiedReasoning is OpenRouter's object. An empty request asks for its default.
func unifiedReasoning(r *chat.Reasoning) *format.Object {
	u := &format.Object{}
	switch {
	case r.MaxTokens > 0:
		u.Set("max_tokens", r.MaxTokens)
	case r.Effort != "":
		u.Set("effort", r.Effort)
	default:
		u.Set("enabled", true)
	}
	format.SetNonzero(u, "exclude", r.Exclude)
	return u
}

func setTools(o *format.Object, req *chat.Request) {
	if len(req.Tools) == 0 {
		return
	}
	tools := make([]goopenai.Tool, len(req.Tools))
	for i, t := range req.Tools {
		tools[i] = goopenai.Tool{Type: goopenai.ToolTypeFunction, Function: &goopenai.FunctionDefinition{
			Name: t.Name, Description: t.Description, Parameters: format.ToolSchema(t),
		}}
	}
	o.Set("tools", tools)
	switch req.ToolChoice {
	case "":
	case "auto", "none", "required":
		o.Set("tool_choice", req.ToolChoice)
	default:
		o.Set("tool_choice", goopenai.ToolChoice{
			Type: goopenai.ToolTypeFunction, Function: goopenai.ToolFunction{Name: req.ToolChoice},
		})
	}
}

func responseFormat(f *chat.ResponseFormat) goopenai.ChatCompletionResponseFormat {
	if len(f.Schema) == 0 {
		return goopenai.ChatCompletionResponseFormat{Type: goopenai.ChatCompletionResponseFormatTypeJSONObject}
	}
	return goopenai.ChatCompletionResponseFormat{
		Type: goopenai.ChatCompletionResponseFormatTypeJSONSchema,
		JSONSchema: &goopenai.ChatCompletionResponseFormatJSONSchema{
			Name: format.SchemaName(f), Schema: f.Schema, Strict: f.Strict,
		},
	}
}
