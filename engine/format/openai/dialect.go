package openai

import "assay/engine/format"

// dialect is what a provider does differently from the common ground of chat
// completions. The zero value is the common ground.
type dialect struct {
	thinking      thinkingDialect
	maxCompletion bool   // max_tokens is called max_completion_tokens
	usageAlways   bool   // sends usage unasked and refuses stream_options
	strict        bool   // refuses fields it does not know
	seed          string // name of "seed"
	session       string // field that keeps a conversation on one prompt cache
	verbosity     bool
	noUser        bool
	noThinking    bool // the model refuses to be asked to think
	fixedSampling bool // the model refuses temperature and its like while it thinks
}

// thinkingDialect is how a provider is asked to think.
type thinkingDialect uint8

const (
	thinkEffort thinkingDialect = iota // reasoning_effort
	thinkObject                        // OpenRouter's unified "reasoning"
	thinkSwitch                        // {"thinking":{"type":"enabled"}}
	thinkBoth                          // the switch and reasoning_effort
	thinkBudget                        // enable_thinking, thinking_budget
)

// dialectOf knows the providers by their slugs. Sources: the vendors' API references
// and recorded requests they accepted.
func dialectOf(provider, model string) dialect {
	d := dialect{seed: "seed"}
	switch provider {
	case "openrouter":
		d.thinking, d.session, d.verbosity = thinkObject, "session_id", true
	case "vercel":
		d.thinking, d.verbosity = thinkObject, true
	case "snowflake":
		d.thinking = thinkObject
	case "openai", "azure":
		d.maxCompletion, d.strict, d.session = true, true, "prompt_cache_key"
	case "groq", "cerebras":
		d.maxCompletion, d.strict = true, true
	case "mistral":
		d.usageAlways, d.strict, d.seed = true, true, "random_seed"
	case "google", "google-vertex", "cohere", "xai":
		d.strict = true
	case "deepseek", "zai", "zhipuai":
		d.thinking = thinkBoth
	case "moonshotai":
		d.thinking = thinkSwitch
	case "alibaba", "siliconflow":
		d.thinking = thinkBudget
	}
	d.noUser = d.strict
	if provider == "openai" || provider == "azure" {
		thinks := format.OpenAIThinks(model)
		d.noUser, d.fixedSampling, d.verbosity = false, thinks, thinks
		d.noThinking = !thinks && provider == "openai" // Azure's names are the user's own
	}
	return d
}

// effortName is the word a provider uses for an effort, "" to leave it out.
func effortName(provider, effort string) string {
	switch provider {
	case "openai", "azure":
		if effort == "max" {
			return "xhigh"
		}
		return effort
	case "deepseek":
		if effort == "xhigh" {
			return "max"
		}
		return effort
	case "xai":
		if effort == "none" {
			return ""
		}
	}
	switch effort {
	case "max", "xhigh":
		return "high"
	case "minimal":
		return "low"
	}
	return effort
}
