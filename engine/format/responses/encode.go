package responses

import (
	"assay/engine/chat"
	"assay/engine/format"
)

// encrypted asks for reasoning in a form the next turn can send back.
const encrypted = "reasoning.encrypted_content"

// Encode writes the body of a streaming request. Nothing is stored upstream.
func (Codec) Encode(req *chat.Request, opt format.Options) ([]byte, error) {
	instructions, input, err := encodeInput(req.Messages, opt.Provider)
	if err != nil {
		return nil, err
	}
	var o format.Object
	o.Set("model", opt.Model)
	format.SetNonzero(&o, "instructions", instructions)
	o.Set("input", input)
	o.Set("stream", true)
	o.Set("store", false)
	if returnsReasoning(opt) {
		o.Set("include", []string{encrypted})
	}
	format.SetNonzero(&o, "max_output_tokens", req.MaxTokens) // this format demands none
	setSampling(&o, req, opt)
	if req.Reasoning != nil && !neverThinks(opt) {
		o.Set("reasoning", reasoning(req, opt))
	}
	if t := textOptions(req, opt); t != nil {
		o.Set("text", t)
	}
	setTools(&o, req)
	switch opt.Provider {
	case "openai", "azure":
		format.SetNonzero(&o, "prompt_cache_key", req.SessionID)
	case "openrouter":
		format.SetNonzero(&o, "session_id", req.SessionID)
	}
	format.SetNonzero(&o, "user", req.User)
	o.Merge(opt.Extra)
	return o.MarshalJSON()
}

// neverThinks reports OpenAI's models that answer 400 to reasoning and verbosity.
// Azure's names are the user's own and tell nothing.
func neverThinks(opt format.Options) bool {
	return opt.Provider == "openai" && !format.OpenAIThinks(opt.Model)
}

// returnsReasoning reports models that can encrypt their reasoning; OpenAI's others
// answer 400 to the question.
func returnsReasoning(opt format.Options) bool {
	switch opt.Provider {
	case "openai", "azure":
		return format.OpenAIThinks(opt.Model)
	case "openrouter", "xai":
		return true
	}
	return false
}

// setSampling leaves out what OpenAI's models would refuse while they think.
func setSampling(o *format.Object, req *chat.Request, opt format.Options) {
	thinks := req.Reasoning != nil && req.Reasoning.Effort != "none"
	if (opt.Provider == "openai" || opt.Provider == "azure") && format.OpenAIThinks(opt.Model) &&
		(thinks || !format.OpenAIThinksIfAsked(opt.Model)) {
		return
	}
	format.SetPtr(o, "temperature", req.Temperature)
	format.SetPtr(o, "top_p", req.TopP)
}

// reasoning asks for an effort and, where it may be shown, for a summary: the
// reasoning itself stays encrypted.
func reasoning(req *chat.Request, opt format.Options) *format.Object {
	effort := format.Effort(req.Reasoning, format.MaxTokens(req, opt))
	if effort == "max" && opt.Provider != "openrouter" {
		effort = "xhigh"
	}
	r := &format.Object{}
	r.Set("effort", effort)
	if !req.Reasoning.Exclude && effort != "none" {
		r.Set("summary", "auto")
	}
	return r
}

func textOptions(req *chat.Request, opt format.Options) *format.Object {
	t := &format.Object{}
	verbosity := req.Verbosity
	if neverThinks(opt) {
		verbosity = ""
	}
	if f := req.ResponseFormat; f != nil {
		kind := &format.Object{}
		kind.Set("type", "json_object")
		if len(f.Schema) > 0 {
			kind.Set("type", "json_schema")
			kind.Set("name", format.SchemaName(f))
			kind.Set("schema", f.Schema)
			kind.Set("strict", f.Strict)
		}
		t.Set("format", kind)
	} else if verbosity == "" {
		return nil
	}
	format.SetNonzero(t, "verbosity", verbosity)
	return t
}

// tool is a function; this format describes it without a wrapper.
type tool struct {
	Type        string `json:"type"`
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Parameters  any    `json:"parameters"`
	Strict      bool   `json:"strict"` // absent means true here, which other formats' schemas do not meet
}

func setTools(o *format.Object, req *chat.Request) {
	if len(req.Tools) == 0 {
		return
	}
	tools := make([]tool, len(req.Tools))
	for i, t := range req.Tools {
		tools[i] = tool{Type: "function", Name: t.Name, Description: t.Description, Parameters: format.ToolSchema(t)}
	}
	o.Set("tools", tools)
	switch req.ToolChoice {
	case "":
	case "auto", "none", "required":
		o.Set("tool_choice", req.ToolChoice)
	default:
		o.Set("tool_choice", map[string]string{"type": "function", "name": req.ToolChoice})
	}
}
