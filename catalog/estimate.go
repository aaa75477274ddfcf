package catalog

import (
	"time"

	"assay/internal/usd"
)

// Estimate is a call before it is made.
type Estimate struct {
	PromptTokens         int
	MinOutput, MaxOutput int // tokens of the answer, thinking included
	At                   time.Time
}

// CostRange is what a call may come to.
type CostRange struct {
	Min, Max usd.Amount
	Open     bool // some endpoint's price is unknown: it may come to more
}

// Add is the range of both calls.
func (r CostRange) Add(o CostRange) CostRange {
	return CostRange{Min: r.Min.Add(o.Min), Max: r.Max.Add(o.Max), Open: r.Open || o.Open}
}

// CostRange is what the call would come to at the endpoint; false when its price is
// unknown or the call does not fit. An answer is never longer than the endpoint allows.
// Thinking may have a price of its own; the range covers both.
func (e *Endpoint) CostRange(call Estimate) (CostRange, bool) {
	if !e.fits(call) {
		return CostRange{}, false
	}
	longest := call.MaxOutput
	if e.MaxOutput > 0 {
		longest = min(longest, e.MaxOutput)
	}
	shortest := min(call.MinOutput, longest)
	var r CostRange
	for i, u := range []Units{
		{Prompt: call.PromptTokens, Requests: 1, Completion: shortest},
		{Prompt: call.PromptTokens, Requests: 1, Reasoning: shortest},
		{Prompt: call.PromptTokens, Requests: 1, Completion: longest},
		{Prompt: call.PromptTokens, Requests: 1, Reasoning: longest},
	} {
		cost, known := e.Prices.Cost(u, call.At)
		if !known {
			return CostRange{}, false
		}
		if i == 0 || cost.Less(r.Min) {
			r.Min = cost
		}
		r.Max = usd.Max(r.Max, cost)
	}
	return r, true
}

// fits reports whether prompt and shortest answer fit, as far as limits are known.
func (e *Endpoint) fits(call Estimate) bool {
	return (e.Context == 0 || call.PromptTokens+call.MinOutput <= e.Context) &&
		(e.MaxPrompt == 0 || call.PromptTokens <= e.MaxPrompt)
}

// CostRange is what the call would come to at any of the model's endpoints it fits;
// false when no price of those is known. Endpoints of paid plans are left out.
func (m *Model) CostRange(call Estimate) (CostRange, bool) {
	var r CostRange
	found, unknown := false, false
	for i := range m.Endpoints {
		e := &m.Endpoints[i]
		if e.Subscription {
			continue
		}
		one, known := e.CostRange(call)
		switch {
		case !known:
			unknown = unknown || e.fits(call)
			continue
		case !found || one.Min.Less(r.Min):
			r.Min = one.Min
		}
		r.Max = usd.Max(r.Max, one.Max)
		found = true
	}
	r.Open = unknown
	return r, found
}
