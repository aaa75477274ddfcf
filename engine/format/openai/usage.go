package openai

import (
	"encoding/json"

	"assay/engine/chat"
	"assay/engine/format"
)

// usage is the token counts and costs of all dialects.
type usage struct {
	Prompt     format.Count `json:"prompt_tokens"` // cached ones included
	Completion format.Count `json:"completion_tokens"`
	Total      format.Count `json:"total_tokens"`

	PromptDetails struct {
		Cached     format.Count `json:"cached_tokens"`
		CacheWrite format.Count `json:"cache_write_tokens"`
		Audio      format.Count `json:"audio_tokens"`
	} `json:"prompt_tokens_details"`
	CompletionDetails struct {
		Reasoning format.Count `json:"reasoning_tokens"`
		Audio     format.Count `json:"audio_tokens"`
		Image     format.Count `json:"image_tokens"`
	} `json:"completion_tokens_details"`

	Reasoning   format.Count `json:"reasoning_tokens"`            // DeepInfra, Perplexity
	Cached      format.Count `json:"cached_tokens"`               // Moonshot, Hugging Face
	CacheHit    format.Count `json:"prompt_cache_hit_tokens"`     // DeepSeek
	CacheCreate format.Count `json:"cache_creation_input_tokens"` // Vercel
	Searches    format.Count `json:"num_search_queries"`          // Perplexity
	ServerTools struct {
		Searches format.Count `json:"web_search_requests"`
	} `json:"server_tool_use_details"` // OpenRouter

	format.Costs
}

// readUsage reads the newest usage an answer told; nil when it told none. Chunks
// repeat and extend it, so adding them up would bill twice. inclusive says that the
// sender is known to count reasoning within the completion.
func readUsage(raw, groq []byte, inclusive bool) (*chat.Usage, *chat.Cost) {
	if len(raw) == 0 {
		raw = groq
	}
	if len(raw) == 0 || raw[0] != '{' {
		return nil, nil
	}
	var u usage
	_ = json.Unmarshal(raw, &u) // a field that does not fit is left out
	return format.Counted(u.counts(inclusive)), u.Cost()
}

func (u *usage) counts(inclusive bool) *chat.Usage {
	out := &chat.Usage{
		PromptTokens:      int(u.Prompt),
		CompletionTokens:  int(u.Completion),
		ReasoningTokens:   int(max(u.CompletionDetails.Reasoning, u.Reasoning)),
		CachedTokens:      int(max(u.PromptDetails.Cached, u.Cached, u.CacheHit)),
		CacheWriteTokens:  int(max(u.PromptDetails.CacheWrite, u.CacheCreate)),
		AudioPromptTokens: int(u.PromptDetails.Audio),
		AudioTokens:       int(u.CompletionDetails.Audio),
		ImageTokens:       int(u.CompletionDetails.Image),
		WebSearches:       int(max(u.Searches, u.ServerTools.Searches)),
	}
	format.CountHidden(out, int(u.Total))
	if !inclusive && out.ReasoningTokens > out.CompletionTokens { // Vercel's Google
		out.CompletionTokens += out.ReasoningTokens
	}
	return out
}
