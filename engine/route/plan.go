// Package route decides where a request may go. [Make] is a pure function: the same
// input gives the same [Plan], which names every endpoint that will be tried, in
// order, and every one that will not, with what excluded it. The route screen, the
// trace of a lane, `assay route` and the engine all read that one value.
package route

import (
	"math"
	"slices"
	"strings"

	"assay/catalog"
	"assay/internal/usd"
)

// Input is everything a plan depends on.
type Input struct {
	Targets  []Target // the model and its fallbacks, in order
	Need     Need
	Prefs    Preferences
	Upstream func(provider string) Upstream
	Health   func(*catalog.Endpoint) Health // nil: nothing is known of any endpoint
	Sticky   string                         // tag of the endpoint whose prompt cache is warm
	Pin      string                         // tag of the only endpoint that may continue this conversation
	Seed     int64

	luck *luck
}

// Target is one model of a request with the routing variants of its slug.
type Target struct {
	Model *catalog.Model
	Sort  Sort // of a routing variant: :nitro, :floor, :exacto
	Tier  string
}

// Need is what the request asks of an endpoint.
type Need struct {
	Params    catalog.Params // every parameter the request sets
	Input     catalog.Modality
	Output    catalog.Modality // 0: text
	Prompt    int              // estimated prompt tokens
	MaxTokens int              // of the answer, 0: not asked for
}

// Upstream is what planning needs to know of a provider.
type Upstream struct {
	Unusable string // no_key, disabled, not_configured; "" when it can be used
	Policy   catalog.Policy
	Gateway  bool // enforces data policies and provider preferences itself
	Local    bool
}

// Breaker is the state of an endpoint's circuit breaker.
type Breaker uint8

// The states.
const (
	Closed Breaker = iota
	HalfOpen
	Open
)

// Health is what is known of an endpoint at planning time. The zero value knows
// nothing, which counts as healthy.
type Health struct {
	Breaker    Breaker
	Cooling    bool        // within the wait it asked for
	Exhausted  bool        // its quota has nothing left
	Requests   int         // over the last five minutes
	Uptime     float64     // share of successes among them, 0–1; meaningless without any
	TTFT       Percentiles // seconds
	Throughput Percentiles // tokens per second; P90 is what 90 % of requests reach
}

// Plan is where a request may go.
type Plan struct {
	Strategy   string
	Seed       int64
	Candidates []Candidate // in the order they are tried
	Excluded   []Exclusion
}

// Candidate is an endpoint that may be tried.
type Candidate struct {
	Endpoint *catalog.Endpoint
	Model    *catalog.Model
	Target   int // index of the target it belongs to
	Price    float64
	Share    float64 // chance of being drawn first among its group, 0 when nothing was drawn
	Probe    bool    // its breaker is half-open: it may still be down
	class    class
	key      float64
	reason   reason
}

// Exclusion is an endpoint that will not be tried.
type Exclusion struct {
	Endpoint *catalog.Endpoint
	By       By
}

// class groups candidates: a better class is tried before a worse one whatever the
// strategy says.
type class uint8

const (
	classOrdered  class = iota // named in order
	classSticky                // warm prompt cache
	classStable                // healthy
	classUnpriced              // healthy, price unknown
	classSlow                  // misses a preferred threshold
	classShaky                 // uptime between 80 and 95 %
	classDown                  // uptime below 80 %, breaker open, or cooling
)

// Make plans a request.
func Make(in Input) Plan {
	in.luck = newLuck()
	p := Plan{Seed: in.Seed, Strategy: strategyName(&in)}
	n := 0
	for i := range in.Targets {
		n += len(in.Targets[i].Model.Endpoints)
	}
	p.Candidates = make([]Candidate, 0, n)
	var few [fewEndpoints]Candidate // candidates before they are ordered, off the heap
	group := few[:0]
	for i := range in.Targets {
		group = p.filter(&in, i, group)
		if !in.Prefs.AcrossModels {
			p.rank(group)
			group = group[:0]
		}
	}
	p.rank(group)
	p.cut(&in)
	return p
}

func strategyName(in *Input) string {
	switch {
	case in.Pin != "":
		return "pin"
	case len(in.Prefs.Order) > 0:
		return "order"
	}
	if s := sortOf(in, 0); s != SortDraw {
		return string(s)
	}
	return string(SortPrice) // the default: a draw weighted by price
}

// sortOf is the sort in force for a target. An explicit sort beats :exacto; the
// other variants, being part of the slug, are the more specific wish.
func sortOf(in *Input, target int) Sort {
	var variant Sort
	if target < len(in.Targets) {
		variant = in.Targets[target].Sort
	}
	if variant == "" || variant == SortExacto && in.Prefs.Sort != "" {
		return in.Prefs.Sort
	}
	return variant
}

// filter appends to group what the hard filters leave of one target's endpoints.
func (p *Plan) filter(in *Input, target int, group []Candidate) []Candidate {
	m := in.Targets[target].Model
	from := len(group)
	for i := range m.Endpoints {
		e := &m.Endpoints[i]
		up := in.Upstream(e.Provider)
		var h Health
		if in.Health != nil {
			h = in.Health(e)
		}
		if by := exclude(in, target, e, up, &h); by != "" {
			p.Excluded = append(p.Excluded, Exclusion{e, by})
			continue
		}
		group = append(group, Candidate{Endpoint: e, Model: m, Target: target, Price: blended(&e.Prices, in.Need.Prompt)})
		group[len(group)-1].classify(in, &h)
	}
	return group[:from+p.narrow(in, group[from:])]
}

// narrow keeps, for parameters a user would miss, only the endpoints that support
// them if any does: without require_parameters such a parameter is dropped silently
// by endpoints that do not. It returns how many are left. Source: OpenRouter provider
// selection.
func (p *Plan) narrow(in *Input, group []Candidate) int {
	for _, param := range [...]catalog.Params{catalog.ParamTools, catalog.ParamResponseFormat, catalog.ParamVerbosity} {
		if in.Need.Params&param == 0 {
			continue
		}
		if !slices.ContainsFunc(group, func(c Candidate) bool { return c.Endpoint.Params.Has(param) }) {
			continue
		}
		kept := group[:0]
		for _, c := range group {
			if c.Endpoint.Params.Has(param) {
				kept = append(kept, c)
			} else {
				p.Excluded = append(p.Excluded, Exclusion{c.Endpoint, ByParameters})
			}
		}
		group = kept
	}
	return len(group)
}

// cut applies "no fallbacks": what is named in order, or else the first of all.
func (p *Plan) cut(in *Input) {
	if !in.Prefs.NoFallbacks || len(p.Candidates) == 0 {
		return
	}
	kept := p.Candidates[:0]
	for i, c := range p.Candidates {
		if len(in.Prefs.Order) > 0 && names(in.Prefs.Order, c.Endpoint.Tag) || len(in.Prefs.Order) == 0 && i == 0 {
			kept = append(kept, c)
		} else {
			p.Excluded = append(p.Excluded, Exclusion{c.Endpoint, ByNoFallbacks})
		}
	}
	p.Candidates = kept
}

// blended is the price weight of an endpoint, dollars for one prompt and one
// completion token; NaN when unknown. A float is enough: it ranks, it never bills.
func blended(p *catalog.Prices, prompt int) float64 {
	if len(p.Tiers) > 0 && prompt > 0 {
		tiered := tierPrices(p, prompt)
		p = &tiered
	}
	in, ok := p.Prompt.Amount()
	out, ok2 := p.Completion.Amount()
	if !ok || !ok2 {
		return math.NaN()
	}
	return in.Add(out).Float()
}

// tierPrices resolves size tiers only: what the clock says matters for a bill, and
// a plan must not depend on when it is read.
func tierPrices(p *catalog.Prices, prompt int) catalog.Prices {
	out := *p
	for _, t := range p.Tiers {
		if !t.Windowed && prompt > t.MinPromptTokens {
			out.Prompt = t.Prices.Prompt.Or(out.Prompt)
			out.Completion = t.Prices.Completion.Or(out.Completion)
		}
	}
	return out
}

func exceeds(limit, price usd.Price) bool {
	most, bounded := limit.Amount()
	if !bounded {
		return false
	}
	amount, known := price.Amount()
	return !known || most.Less(amount)
}

// tierOf is the service tier a tag names ("openai/priority"), "" for an ordinary one.
func tierOf(tag string) string {
	switch {
	case strings.HasSuffix(tag, "/priority"):
		return "priority"
	case strings.HasSuffix(tag, "/flex"):
		return "flex"
	}
	return ""
}
