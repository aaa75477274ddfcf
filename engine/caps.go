package engine

import (
	"time"

	"assay/catalog"
	"assay/engine/budget"
	"assay/engine/chat"
	"assay/engine/route"
	"assay/internal/usd"
)

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
	if n := l.run.starting(); n > 1 {
		left, err := budget.Left(l.eng.money, caps)
		if err != nil {
			return err
		}
		// An equal part for every lane that starts: the first must not take everything.
		high = usd.Min(high, usd.Max(left.Div(int64(n)), least))
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
