package engine

import (
	"encoding/json"
	"math"
	"time"

	"assay/catalog"
	"assay/engine/budget"
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

// dearest has every prompt token written to a cache and every completion token spent
// on reasoning, where that costs more: nobody knows before.
func dearest(p catalog.Prices) catalog.Prices {
	p.Prompt, p.Completion = dearer(p.Prompt, p.CacheWrite), dearer(p.Completion, p.Reasoning)
	return p
}

func dearer(a, b usd.Price) usd.Price {
	x, ok := a.Amount()
	y, ok2 := b.Amount()
	if ok && ok2 && x.Less(y) {
		return b
	}
	return a
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

// reserve sets the lane's money aside under every cap that applies.
func (l *laneRun) reserve() error {
	var caps []budget.Cap
	add := func(scope string, limit usd.Price) {
		if a, ok := limit.Amount(); ok {
			caps = append(caps, budget.Cap{Scope: scope, Limit: a})
		}
	}
	add(budget.Run(l.run.ID), l.run.cap)
	if !l.demo() {
		add(budget.Day(l.began), l.eng.opt.DayCap)
		add(budget.Month(l.began), l.eng.opt.MonthCap)
		if l.lane.Spec.Preset != "" {
			add(budget.Preset(l.lane.Spec.Preset), l.lane.Cap)
		}
	}
	l.caps = caps
	if len(caps) == 0 {
		return nil
	}
	_, high, ok := estimate(&l.req, l.plan.Candidates, l.lane.Prefs)
	short := l.req
	short.MaxTokens = leastOutput
	_, least, _ := estimate(&short, l.plan.Candidates, route.Preferences{})
	if !ok {
		return &chat.Error{Type: chat.ErrBudget, Fault: chat.FaultLocal, Message: "a spending cap is set and the price of " + l.req.Model + " is unknown"}
	}
	hold, err := budget.Reserve(l.eng.money, caps, least, high)
	if err != nil {
		return err
	}
	l.hold = hold
	return nil
}

// demo reports that only the demo provider can be reached by this lane, which bills
// nobody.
func (l *laneRun) demo() bool {
	for i := range l.plan.Candidates {
		p := l.eng.Providers().Lookup(l.plan.Candidates[i].Endpoint.Provider)
		if p == nil || !p.Demo {
			return false
		}
	}
	return len(l.plan.Candidates) > 0
}

// allowance is the most the next attempt may cost, nil when nothing bounds it: what
// was set aside less what earlier attempts took. With hedging two attempts may run at
// once, so each gets half.
func (l *laneRun) allowance() *usd.Amount {
	if l.hold == nil {
		return nil
	}
	most, bounded := l.hold.Granted()
	if !bounded {
		return nil
	}
	most = most.Sub(l.answer.Abandoned.USD)
	if l.lane.Prefs.Hedge {
		most = most.Div(2)
	}
	return &most
}

// affordable is the request as one endpoint gets it: its answer is bounded so that it
// cannot cost more than most. ceiling is that bound in tokens, 0 when nothing bounds it.
func (l *laneRun) affordable(c *route.Candidate, most *usd.Amount) (req *chat.Request, ceiling float64, err error) {
	if most == nil {
		return &l.req, 0, nil
	}
	refuse := func(why string) (*chat.Request, float64, error) {
		return nil, 0, &chat.Error{Type: chat.ErrBudget, Fault: chat.FaultUpstream, Provider: c.Endpoint.Provider, Message: why}
	}
	prompt := longestPrompt(&l.req)
	prices := dearest(c.Endpoint.Prices.For(prompt, time.Now()))
	in, ok := Price(chat.Usage{PromptTokens: prompt}, prices)
	per, ok2 := prices.Completion.Amount()
	if !ok || !ok2 {
		return refuse("a spending cap is set and this endpoint's price is unknown")
	}
	left := most.Sub(in)
	if left.Less(per) {
		return refuse("what the cap leaves does not pay for this prompt")
	}
	if per.IsZero() {
		return &l.req, 0, nil
	}
	tokens := int(left.Float() / per.Float())
	if left.Less(per.Mul(int64(tokens))) {
		tokens-- // the division is rounded
	}
	bounded := l.req
	if limit := worstOutput(&l.req, c.Endpoint); tokens < limit || bounded.MaxTokens == 0 && c.Endpoint.MaxOutput == 0 {
		bounded.MaxTokens = min(tokens, limit)
	}
	return &bounded, float64(tokens), nil
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
