package engine

import (
	"assay/catalog"
	"assay/engine/chat"
)

// suited is a request without what the endpoint is known not to take. Parameters an
// endpoint does not support are dropped, unless require_parameters kept it from being
// asked at all. Source: OpenRouter, parameters. Only the few that many models refuse
// with an error are looked at: lists of supported parameters are often incomplete.
func suited(r *chat.Request, e *catalog.Endpoint) *chat.Request {
	if e.Params == 0 {
		return r // not told
	}
	out := *r
	if !e.Params.Has(catalog.ParamReasoning) && !e.Params.Has(catalog.Param("reasoning_effort")) && !e.Params.Has(catalog.Param("include_reasoning")) {
		out.Reasoning = nil
	}
	if !e.Params.Has(catalog.ParamVerbosity) {
		out.Verbosity = ""
	}
	if !e.Params.Has(catalog.ParamTools) {
		out.Tools, out.ToolChoice = nil, ""
	}
	if !e.Params.Has(catalog.ParamResponseFormat) && !e.Params.Has(catalog.ParamStructuredOutputs) {
		out.ResponseFormat = nil
	}
	return &out
}
