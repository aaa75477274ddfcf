package chat

import "assay/internal/usd"

// Usage counts tokens of one call. PromptTokens counts everything sent, cached and
// cache-written tokens included, whatever the upstream's own convention;
// CompletionTokens includes reasoning.
type Usage struct {
	PromptTokens       int `json:"prompt_tokens"`
	CompletionTokens   int `json:"completion_tokens"`
	ReasoningTokens    int `json:"reasoning_tokens"`
	CachedTokens       int `json:"cached_tokens"`      // read from the prompt cache
	CacheWriteTokens   int `json:"cache_write_tokens"` // written to the prompt cache, both lifetimes
	CacheWrite1hTokens int `json:"cache_write_1h_tokens,omitempty"`
	AudioPromptTokens  int `json:"audio_prompt_tokens,omitempty"`
	AudioTokens        int `json:"audio_tokens,omitempty"` // of the completion
	ImageTokens        int `json:"image_tokens,omitempty"` // of the completion
	WebSearches        int `json:"web_searches,omitempty"`
}

// Add sums two usages field by field.
func (u Usage) Add(v Usage) Usage {
	return Usage{
		PromptTokens:       u.PromptTokens + v.PromptTokens,
		CompletionTokens:   u.CompletionTokens + v.CompletionTokens,
		ReasoningTokens:    u.ReasoningTokens + v.ReasoningTokens,
		CachedTokens:       u.CachedTokens + v.CachedTokens,
		CacheWriteTokens:   u.CacheWriteTokens + v.CacheWriteTokens,
		CacheWrite1hTokens: u.CacheWrite1hTokens + v.CacheWrite1hTokens,
		AudioPromptTokens:  u.AudioPromptTokens + v.AudioPromptTokens,
		AudioTokens:        u.AudioTokens + v.AudioTokens,
		ImageTokens:        u.ImageTokens + v.ImageTokens,
		WebSearches:        u.WebSearches + v.WebSearches,
	}
}

// CostSource says how far a cost can be trusted.
type CostSource string

// Sources of a cost, the most trustworthy first.
const (
	CostProvider CostSource = "provider" // the upstream reported it
	CostCatalog  CostSource = "catalog"  // reported tokens × known prices
	CostEstimate CostSource = "estimate" // tokens were estimated
	CostUnknown  CostSource = "unknown"  // some price is not known
)

// Cost is what one call cost. With source unknown the cost is not known: USD is what
// the parts with a known price come to, often nothing, and is absent in JSON.
type Cost struct {
	USD    usd.Amount
	Source CostSource
}

// Known reports whether USD is a figure at all.
func (c Cost) Known() bool { return c.Source != CostUnknown && c.Source != "" }

// Add sums costs; the sum is only as trustworthy as its weakest part, and a sum
// with an unknown part keeps the known parts and says unknown.
func (c Cost) Add(d Cost) Cost {
	sum := Cost{USD: c.USD.Add(d.USD), Source: c.Source}
	if c.Source == "" || d.Source != "" && rank(d.Source) > rank(c.Source) {
		sum.Source = d.Source
	}
	return sum
}

func rank(s CostSource) int {
	switch s {
	case CostProvider:
		return 0
	case CostCatalog:
		return 1
	case CostEstimate:
		return 2
	default:
		return 3
	}
}
