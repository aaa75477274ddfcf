package route

import (
	"slices"

	"assay/catalog"
)

// By says what excluded an endpoint. The first ones are OpenRouter's excluded_by
// vocabulary; the rest are a local router's own.
type By string

// The exclusions.
const (
	ByZDR           By = "data_policy:zdr"
	ByTraining      By = "data_policy:training"
	ByMaxPrice      By = "max_price"
	ByContext       By = "context_length"
	ByParameters    By = "require_parameters"
	ByQuantization  By = "quantization"
	ByOnly          By = "allowed_providers"
	ByIgnore        By = "ignored_providers"
	ByNoKey         By = "no_key"
	ByDisabled      By = "disabled"
	ByNotConfigured By = "not_configured"
	ByMaxOutput     By = "max_output"
	ByModality      By = "input_modality"
	ByServiceTier   By = "service_tier"
	ByNoFallbacks   By = "allow_fallbacks"
	ByPin           By = "reasoning_signature"
	ByQuota         By = "quota"
)

// exclude names the first hard filter an endpoint fails, "" when it passes all. The
// order goes from what a user cannot change in this request to what he just asked.
func exclude(in *Input, target int, e *catalog.Endpoint, up Upstream, h *Health) By {
	switch {
	case up.Unusable != "":
		return By(up.Unusable)
	case in.Pin != "" && e.Tag != in.Pin:
		return ByPin
	case names(in.Prefs.Ignore, e.Tag):
		return ByIgnore
	case len(in.Prefs.Only) > 0 && !names(in.Prefs.Only, e.Tag) && !delegates(up, in.Prefs.Only):
		return ByOnly
	case !tierAllowed(in, target, e.Tag):
		return ByServiceTier
	}
	if by := policy(in, e, up); by != "" {
		return by
	}
	switch {
	case h.Exhausted:
		return ByQuota
	case tooDear(in, e):
		return ByMaxPrice
	case e.Input != 0 && !e.Input.Has(in.Need.Input):
		return ByModality
	case e.Context > 0 && in.Need.Prompt+in.Need.MaxTokens > e.Context,
		e.MaxPrompt > 0 && in.Need.Prompt > e.MaxPrompt:
		return ByContext
	case e.MaxOutput > 0 && in.Need.MaxTokens > e.MaxOutput:
		return ByMaxOutput
	case len(in.Prefs.Quantizations) > 0 && !quantized(in.Prefs.Quantizations, e.Quantization) && !up.Gateway:
		return ByQuantization
	case in.Prefs.RequireParameters && !e.Params.Has(in.Need.Params):
		return ByParameters
	}
	return ""
}

// delegates reports whether a gateway can obey an allowlist that does not name it,
// by passing it on to its own providers.
func delegates(up Upstream, only []string) bool {
	return up.Gateway && !slices.Contains(only, nothing)
}

// policy applies the data policy filters. A gateway enforces them upstream of us;
// what a machine of one's own sees has not left it.
func policy(in *Input, e *catalog.Endpoint, up Upstream) By {
	if up.Gateway || up.Local {
		return ""
	}
	kept := e.Policy
	if kept == "" {
		kept = up.Policy
	}
	switch {
	case in.Prefs.ZDR && kept != catalog.PolicyZDR:
		return ByZDR
	case in.Prefs.DenyCollection && kept != catalog.PolicyZDR && kept != catalog.PolicyTransient:
		return ByTraining
	}
	return ""
}

func tooDear(in *Input, e *catalog.Endpoint) bool {
	limit := &in.Prefs.MaxPrice
	if limit.Prompt.IsAbsent() && limit.Completion.IsAbsent() && limit.Request.IsAbsent() && limit.Image.IsAbsent() {
		return false
	}
	p := e.Prices
	if len(p.Tiers) > 0 {
		p = tierPrices(&p, in.Need.Prompt)
	}
	return exceeds(limit.Prompt, p.Prompt) || exceeds(limit.Completion, p.Completion) ||
		!p.Request.IsAbsent() && exceeds(limit.Request, p.Request) ||
		in.Need.Input.Has(catalog.Image) && !p.Image.IsAbsent() && exceeds(limit.Image, p.Image)
}

// tierAllowed keeps service-tier endpoints out unless they were asked for by tag or
// admitted by a routing variant. A base slug never means a tier.
func tierAllowed(in *Input, target int, tag string) bool {
	tier := tierOf(tag)
	if tier == "" {
		return true
	}
	if slices.Contains(in.Prefs.Order, tag) || slices.Contains(in.Prefs.Only, tag) {
		return true
	}
	return len(in.Prefs.Order) == 0 && in.Targets[target].Tier == tier
}

// quantized reports whether q is one of the accepted levels; "fp4" and "fp8" include
// their block-scaled kinds. Proprietary models do not tell: that is "unknown".
func quantized(accepted []string, q string) bool {
	if q == "" {
		q = "unknown"
	}
	for _, a := range accepted {
		if a == q || a == "fp4" && (q == "mxfp4" || q == "nvfp4") || a == "fp8" && q == "mxfp8" {
			return true
		}
	}
	return false
}
