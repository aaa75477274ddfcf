package engine

import (
	"encoding/json"
	"math"
	"time"

	"assay/catalog"
	"assay/engine/chat"
	"assay/engine/provider"
	"assay/engine/route"
	"assay/internal/usd"
)

// Price is what usage comes to at these prices, exact. prices must be resolved with
// Prices.For. ok is false when a class that was used has no known price.
//
// PromptTokens holds cached, cache-written and audio tokens, which have prices of
// their own; CompletionTokens holds reasoning and audio tokens.
func Price(u chat.Usage, prices catalog.Prices) (total usd.Amount, ok bool) {
	plainIn := u.PromptTokens - u.CachedTokens - u.CacheWriteTokens - u.AudioPromptTokens
	plainOut := u.CompletionTokens - u.ReasoningTokens - u.AudioTokens - u.ImageTokens
	ok = true
	for _, c := range [...]struct {
		n     int
		price usd.Price
	}{
		{max(plainIn, 0), prices.Prompt},
		{u.CachedTokens, prices.CacheRead},
		{u.CacheWriteTokens - u.CacheWrite1hTokens, prices.CacheWrite},
		{u.CacheWrite1hTokens, prices.CacheWrite1h},
		{u.AudioPromptTokens, prices.AudioPrompt},
		{max(plainOut, 0), prices.Completion},
		{u.ReasoningTokens, prices.Reasoning},
		{u.AudioTokens, prices.Audio},
		{u.ImageTokens, prices.ImageOutput},
		{u.WebSearches, prices.WebSearch},
	} {
		if c.n <= 0 {
			continue
		}
		p, known := c.price.Amount()
		ok = ok && known
		total = total.Add(p.Mul(int64(c.n)))
	}
	if prices.Request.IsUnknown() {
		return total, false
	}
	fee, _ := prices.Request.Amount()
	return total.Add(fee), ok
}

// bill is the usage and cost of an attempt, complete or cut short: what the upstream
// reported wins, then reported tokens × prices, then an estimate of both.
func (e *Engine) bill(l *laneRun, end *attemptEnd, at time.Time) (chat.Usage, chat.Cost) {
	usage, source := estimatedUsage(l, end), chat.CostEstimate
	if told := end.result.Usage; told != nil {
		came := usage.CompletionTokens
		usage, source = *told, chat.CostCatalog
		if end.err != nil && told.CompletionTokens < came {
			// Some upstreams count the prompt before the answer and the answer after it.
			usage.CompletionTokens, source = came, chat.CostEstimate
		}
	}
	if end.result.Cost != nil {
		return usage, *end.result.Cost
	}
	amount, ok := Price(usage, end.cand.Endpoint.Prices.For(usage.PromptTokens, at))
	if !ok {
		source = chat.CostUnknown // the amount is what the known prices come to
	}
	return usage, chat.Cost{USD: amount, Source: source}
}

// billable reports whether an attempt that is not the answer may have a bill: it said
// so, it had begun to answer, or we left while it was working. An upstream that fails
// by itself before the first token charges nothing.
func (end *attemptEnd) billable() bool {
	return end.result.Usage != nil || end.result.Cost != nil || end.content || end.accepted && end.left
}

func estimatedUsage(l *laneRun, end *attemptEnd) chat.Usage {
	return chat.Usage{PromptTokens: PromptTokens(&l.req), CompletionTokens: int(math.Ceil(end.tokens))}
}

// PromptTokens estimates the tokens of a request's prompt.
func PromptTokens(r *chat.Request) int {
	n := 3.0
	for i := range r.Messages {
		n += 4 // framing
		for _, p := range r.Messages[i].Parts {
			n += partTokens(p)
		}
		for _, t := range r.Messages[i].ToolCalls {
			n += chat.ApproxTokens(t.Name) + chat.ApproxTokens(t.Arguments) + 8
		}
	}
	for _, t := range r.Tools {
		n += chat.ApproxTokens(t.Name) + chat.ApproxTokens(t.Description) + chat.ApproxTokens(string(t.Parameters)) + 8
	}
	return int(math.Ceil(n))
}

// longestPrompt is what the prompt may come to at worst: the estimate may be off.
func longestPrompt(r *chat.Request) int { return PromptTokens(r)*5/4 + 16 }

// imageTokens is what a large image costs with the providers that tell.
const imageTokens = 1600

func partTokens(p chat.Part) float64 {
	switch p.Kind {
	case chat.TextPart:
		return chat.ApproxTokens(p.Text)
	case chat.ImagePart:
		return imageTokens
	}
	// Documents and audio are billed by page or second; by size is close enough for a
	// range, and nearer to too much than to too little.
	return imageTokens + float64(len(p.Data))/40
}

// typicalOutput is the length of an answer nobody bounded, for the low end of a range.
const (
	typicalOutput = 400
	leastOutput   = 16     // an answer shorter than this is not worth sending for
	largestOutput = 32_000 // where neither the request nor the endpoint tells a limit
)

// Estimate is the price range of requests before they are sent. The low end is the
// cheapest candidate with a typical answer, the high end the dearest one with the
// longest answer, paid once more where a restart or a hedge may pay twice.
func (e *Engine) Estimate(lanes ...Lane) chat.Estimate {
	var est chat.Estimate
	for i := range lanes {
		p, err := e.plan(&lanes[i].Request, lanes[i].Prefs)
		if err != nil || len(p.Candidates) == 0 {
			continue
		}
		low, high, ok := estimate(&lanes[i].Request, p.Candidates, p.Prefs)
		if !ok {
			est.Unknown++
			continue
		}
		est.Min, est.Max = est.Min.Add(low), est.Max.Add(high)
	}
	return est
}

func estimate(req *chat.Request, cands []route.Candidate, prefs route.Preferences) (low, high usd.Amount, ok bool) {
	prompt := PromptTokens(req)
	for i := range cands {
		e := cands[i].Endpoint
		most := worstOutput(req, e)
		now := time.Now()
		// Estimated tokens may be off; a range that holds has to allow for it.
		least, known := Price(chat.Usage{PromptTokens: prompt * 3 / 4, CompletionTokens: min(typicalOutput/4, most)}, e.Prices.For(prompt*3/4, now))
		longest := longestPrompt(req)
		worst, known2 := Price(chat.Usage{PromptTokens: longest, CompletionTokens: most}, dearest(e.Prices.For(longest, now)))
		if !known || !known2 {
			continue
		}
		if !ok || least.Less(low) {
			low = least
		}
		high = usd.Max(high, worst)
		ok = true
	}
	if prefs.Hedge || prefs.RestartAfterCut {
		high = high.Mul(2)
	}
	return low, high, ok
}

func worstOutput(req *chat.Request, e *catalog.Endpoint) int {
	switch {
	case req.MaxTokens > 0:
		return req.MaxTokens
	case e.MaxOutput > 0:
		return min(e.MaxOutput, largestOutput)
	}
	return largestOutput
}

// outputLimit is what formats that demand a limit get when the request has none.
func outputLimit(e *catalog.Endpoint) int {
	const usual = 16_384
	switch {
	case e.MaxOutput > 0:
		return min(e.MaxOutput, 64_000)
	case e.Context > 0:
		return min(e.Context/2, usual)
	}
	return usual
}

func rawBlocks(b []byte) ([]json.RawMessage, error) {
	var blocks []json.RawMessage
	err := json.Unmarshal(b, &blocks)
	return blocks, err
}

// passthrough hands preferences to gateways that route to providers of their own.
func passthrough(p *provider.Provider, prefs *route.Preferences) map[string]any {
	if p.Name != "openrouter" {
		return nil
	}
	obj := gatewayPreferences(prefs)
	if len(obj) == 0 {
		return nil
	}
	return map[string]any{"provider": obj}
}
