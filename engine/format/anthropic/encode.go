package anthropic

import (
	"assay/engine/chat"
	"assay/engine/format"
)

// defaultMaxTokens is the limit of an answer nobody limited: the format demands one,
// and every model takes this.
const defaultMaxTokens = 4096

// Encode writes the body of a streaming request.
func (Codec) Encode(req *chat.Request, opt format.Options) ([]byte, error) {
	system, messages, err := encodeMessages(req.Messages, opt.Provider)
	if err != nil {
		return nil, err
	}
	limit := format.MaxTokens(req, opt)
	if limit == 0 {
		limit = defaultMaxTokens
	}
	model := modelOf(opt.Model)
	thinking, effort := thinkingFor(req, model, limit)
	var o format.Object
	o.Set("model", opt.Model)
	o.Set("max_tokens", limit)
	format.SetNonzero(&o, "system", system)
	o.Set("messages", messages)
	o.Set("stream", true)
	if thinking != nil {
		o.Set("thinking", thinking)
	}
	if config := outputConfig(req, effort); config != nil {
		o.Set("output_config", config)
	}
	setSampling(&o, req, model, thinks(thinking))
	setTools(&o, req)
	if req.User != "" {
		o.Set("metadata", map[string]string{"user_id": req.User})
	}
	o.Merge(opt.Extra)
	return o.MarshalJSON()
}

// setSampling leaves out what would be refused: everything by the models that dropped
// it, everything but its default while thinking, and temperature together with top_p.
func setSampling(o *format.Object, req *chat.Request, m model, thinking bool) {
	if len(req.Stop) > 0 {
		o.Set("stop_sequences", req.Stop)
	}
	if m.fixedSampling() || thinking {
		return
	}
	format.SetPtr(o, "temperature", req.Temperature)
	if req.Temperature == nil {
		format.SetPtr(o, "top_p", req.TopP)
	}
	format.SetPtr(o, "top_k", req.TopK)
}

// outputConfig is the schema of the answer and how much effort goes into it. JSON
// without a schema is nothing the format knows.
func outputConfig(req *chat.Request, effort string) *format.Object {
	config := &format.Object{}
	format.SetNonzero(config, "effort", effort)
	f := req.ResponseFormat
	if f != nil && len(f.Schema) > 0 {
		schema := &format.Object{}
		schema.Set("type", "json_schema")
		schema.Set("schema", f.Schema)
		config.Set("format", schema)
	} else if effort == "" {
		return nil
	}
	return config
}

type tool struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Schema      any    `json:"input_schema"`
}

type toolChoice struct {
	Type string `json:"type"`
	Name string `json:"name,omitempty"`
}

func setTools(o *format.Object, req *chat.Request) {
	if len(req.Tools) == 0 {
		return
	}
	tools := make([]tool, len(req.Tools))
	for i, t := range req.Tools {
		tools[i] = tool{Name: t.Name, Description: t.Description, Schema: format.ToolSchema(t)}
	}
	o.Set("tools", tools)
	switch req.ToolChoice {
	case "":
	case "auto", "none":
		o.Set("tool_choice", toolChoice{Type: req.ToolChoice})
	case "required":
		o.Set("tool_choice", toolChoice{Type: "any"})
	default:
		o.Set("tool_choice", toolChoice{Type: "tool", Name: req.ToolChoice})
	}
}

// forcesTool reports a tool choice that rules thinking out.
func forcesTool(req *chat.Request) bool {
	return len(req.Tools) > 0 && req.ToolChoice != "" && req.ToolChoice != "auto" && req.ToolChoice != "none"
}
