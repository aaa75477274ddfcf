package anthropic

import (
	"encoding/json"

	"assay/engine/chat"
	"assay/engine/format"
)

// usage is the newest count of every field: message_delta repeats some fields of
// message_start with their final values and leaves the others as they were.
type usage struct {
	Input       format.Count `json:"input_tokens"` // without cached ones
	Output      format.Count `json:"output_tokens"`
	CacheRead   format.Count `json:"cache_read_input_tokens"`
	CacheCreate format.Count `json:"cache_creation_input_tokens"`
	Creation    struct {
		OneHour format.Count `json:"ephemeral_1h_input_tokens"`
	} `json:"cache_creation"`
	OutputDetails struct {
		Thinking format.Count `json:"thinking_tokens"`
	} `json:"output_tokens_details"`
	ServerTools struct {
		Searches format.Count `json:"web_search_requests"`
	} `json:"server_tool_use"`
	Iterations []iteration `json:"iterations"`

	format.Costs // OpenRouter
}

// iteration is one of several passes the upstream made over a request.
type iteration struct {
	Type        string       `json:"type"`
	Input       format.Count `json:"input_tokens"`
	Output      format.Count `json:"output_tokens"`
	CacheRead   format.Count `json:"cache_read_input_tokens"`
	CacheCreate format.Count `json:"cache_creation_input_tokens"`
	Creation    struct {
		OneHour format.Count `json:"ephemeral_1h_input_tokens"`
	} `json:"cache_creation"`
}

func (u *usage) replace(raw json.RawMessage) {
	if format.IsNull(raw) {
		return
	}
	u.Iterations = nil
	_ = json.Unmarshal(raw, u) // absent fields keep their values, unfit ones are left out
}

// counts puts the counts in our convention: the prompt includes what was read from
// and written to the cache. Compactions are billed but not part of the sums the
// upstream gives; passes of other models (advisors) are billed at prices of their
// own and stay out.
func (u *usage) counts() *chat.Usage {
	out := &chat.Usage{
		CompletionTokens: int(u.Output), ReasoningTokens: int(u.OutputDetails.Thinking),
		CachedTokens: int(u.CacheRead), CacheWriteTokens: int(u.CacheCreate),
		CacheWrite1hTokens: int(min(u.Creation.OneHour, u.CacheCreate)),
		WebSearches:        int(u.ServerTools.Searches),
	}
	prompt := u.Input
	for _, it := range u.Iterations {
		if it.Type != "compaction" {
			continue
		}
		prompt += it.Input
		out.CompletionTokens += int(it.Output)
		out.CachedTokens += int(it.CacheRead)
		out.CacheWriteTokens += int(it.CacheCreate)
		out.CacheWrite1hTokens += int(min(it.Creation.OneHour, it.CacheCreate))
	}
	out.PromptTokens = int(prompt) + out.CachedTokens + out.CacheWriteTokens
	return out
}
