package responses

import (
	"assay/engine/chat"
	"assay/engine/format"
)

// usage is the token counts of an answer.
type usage struct {
	Input        format.Count `json:"input_tokens"` // cached ones included
	Output       format.Count `json:"output_tokens"`
	Total        format.Count `json:"total_tokens"`
	InputDetails struct {
		Cached     format.Count `json:"cached_tokens"`
		CacheWrite format.Count `json:"cache_write_tokens"`
	} `json:"input_tokens_details"`
	OutputDetails struct {
		Reasoning format.Count `json:"reasoning_tokens"`
	} `json:"output_tokens_details"`
	ServerTools struct {
		Searches format.Count `json:"web_search_calls"`
	} `json:"server_side_tool_usage_details"` // xAI

	format.Costs
}

func (u *usage) counts(searches format.Count) *chat.Usage {
	out := &chat.Usage{
		PromptTokens: int(u.Input), CompletionTokens: int(u.Output), ReasoningTokens: int(u.OutputDetails.Reasoning),
		CachedTokens: int(u.InputDetails.Cached), CacheWriteTokens: int(u.InputDetails.CacheWrite),
		WebSearches: int(max(searches, u.ServerTools.Searches)),
	}
	format.CountHidden(out, int(u.Total))
	return out
}
