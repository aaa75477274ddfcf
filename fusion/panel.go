package fusion

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"assay/internal/usd"
)

// Candidate is a model a panel may be composed of, in plain figures. Zero figures
// are unknown.
type Candidate struct {
	Model           string
	Vendor          string
	Provider        string
	PromptPrice     usd.Price // per token
	CompletionPrice usd.Price // per token
	Context         int       // tokens
	Score           float64   // of any benchmark, as long as it is the same for all
	TTFTMs          float64   // median time to the first token
	Strict          bool      // honours a JSON Schema
	Free            bool
	Demo            bool
	Created         int64 // Unix seconds
}

// Panel is a composed panel.
type Panel struct {
	Name     string
	Members  []Seat
	Judge    Seat
	Writer   Seat
	StandIns []Seat
	Warnings []string // what a careful user should know before paying for it
}

// PanelNames are the panels ComposePanel knows.
func PanelNames() []string { return []string{"quality", "budget", "fast", "free"} }

// panelSize is how many members a composed panel has: more add cost, hardly quality.
const panelSize = 3

// minContext is the smallest window worth a seat: a question, an answer and room.
const minContext = 8000

// ComposePanel picks members of different vendors, a judge, whom possible of a family
// that is not on the panel, and stand-ins for it:
//
//   - quality: the strongest models;
//   - budget: cheap but capable members, a strong judge;
//   - fast: capable members with a short time to the first token;
//   - free: nothing costs anything.
//
// Strength is the score, else the price, which is the next best thing a catalog
// knows. Demo models sit only where nothing else is there. The same candidates give
// the same panel, in whatever order they come.
func ComposePanel(name string, all []Candidate) (Panel, error) {
	if !slices.Contains(PanelNames(), name) {
		return Panel{}, fmt.Errorf("panel %q is none of %s", name, strings.Join(PanelNames(), ", "))
	}
	pool := newPool(all, name == "free")
	members := pool.members(name)
	if len(members) < 2 {
		return Panel{}, fmt.Errorf("the %s panel needs at least two models, and %d can be used", name, len(members))
	}
	p := Panel{Name: name}
	for _, c := range members {
		p.Members = append(p.Members, pool.seat(c))
	}
	judges := pool.judges(name, members)
	p.Judge, p.Writer = pool.seat(judges[0]), pool.seat(judges[0])
	for _, c := range judges[1:min(len(judges), 4)] {
		p.StandIns = append(p.StandIns, pool.seat(c))
	}
	p.Warnings = pool.warnings(name, members, judges[0])
	return p, nil
}

// pool is what can sit on a panel, strongest first.
type pool struct {
	models []Candidate
	scored bool
}

func newPool(all []Candidate, free bool) *pool {
	p := &pool{}
	fits := func(c Candidate) bool {
		return c.Model != "" && (c.Context == 0 || c.Context >= minContext) && (!free || c.Free)
	}
	for _, demo := range []bool{false, true} {
		for _, c := range all {
			if c.Demo == demo && fits(c) {
				p.models = append(p.models, c)
			}
		}
		if len(p.models) > 1 {
			break
		}
		if !demo {
			p.models = nil
		}
	}
	p.scored = slices.ContainsFunc(p.models, func(c Candidate) bool { return c.Score > 0 })
	slices.SortFunc(p.models, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(p.strength(b), p.strength(a)), cmp.Compare(b.Created, a.Created), cmp.Compare(a.Model, b.Model), cmp.Compare(a.Provider, b.Provider))
	})
	p.models = slices.CompactFunc(p.models, func(a, b Candidate) bool { return a.Model == b.Model })
	return p
}

func (p *pool) strength(c Candidate) float64 {
	if p.scored {
		return c.Score
	}
	return price(c)
}

// price is what a typical answer costs, up to a factor: answers have a few times more
// prompt than completion. Unknown prices count as nothing; callers that want cheap
// models check that the price is known.
func price(c Candidate) float64 {
	in, _ := c.PromptPrice.Amount()
	out, _ := c.CompletionPrice.Amount()
	return in.Float() + out.Float()
}

func (p *pool) members(name string) []Candidate {
	models := slices.Clone(p.models)
	switch name {
	case "budget":
		models = cheap(p.capable(models))
	case "fast":
		models = quick(p.capable(models))
	}
	return distinct(models, panelSize)
}

// capable drops the models that save nothing because they are no help: those below
// half of the best score, or, without scores, those more than two years older than
// the newest.
func (p *pool) capable(models []Candidate) []Candidate {
	newest, top := int64(0), 0.0
	for _, c := range models {
		newest, top = max(newest, c.Created), max(top, c.Score)
	}
	const twoYears = 2 * 365 * 24 * 3600
	return slices.DeleteFunc(models, func(c Candidate) bool {
		if p.scored {
			return 2*c.Score < top
		}
		return c.Created != 0 && newest-c.Created > twoYears
	})
}

// cheap orders models by price. Free ones are left to the free panel, whose quotas
// they have; unknown prices are not cheap.
func cheap(models []Candidate) []Candidate {
	models = slices.DeleteFunc(models, func(c Candidate) bool {
		return c.Free && !c.Demo || !c.PromptPrice.IsKnown() || !c.CompletionPrice.IsKnown()
	})
	slices.SortStableFunc(models, func(a, b Candidate) int { return cmp.Compare(price(a), price(b)) })
	return models
}

// quick orders models by their time to the first token; those without one come last,
// cheapest first, since small models are quick.
func quick(models []Candidate) []Candidate {
	slices.SortStableFunc(models, func(a, b Candidate) int {
		switch {
		case a.TTFTMs > 0 && b.TTFTMs > 0:
			return cmp.Compare(a.TTFTMs, b.TTFTMs)
		case a.TTFTMs > 0:
			return -1
		case b.TTFTMs > 0:
			return 1
		}
		return cmp.Compare(price(a), price(b))
	})
	return models
}

// distinct takes the first n models of different vendors, and fills up with further
// models of the same vendors only where there are fewer than two.
func distinct(models []Candidate, n int) []Candidate {
	var out []Candidate
	taken := func(c Candidate, of func(Candidate) string) bool {
		return slices.ContainsFunc(out, func(o Candidate) bool { return of(o) == of(c) })
	}
	vendor := func(c Candidate) string { return vendorName(c.Vendor, c.Model) }
	slug := func(c Candidate) string { return c.Model }
	for _, c := range models {
		if len(out) < n && !taken(c, vendor) {
			out = append(out, c)
		}
	}
	for _, c := range models {
		if len(out) < 2 && !taken(c, slug) {
			out = append(out, c)
		}
	}
	return out
}

// judges orders who may judge: models of families off the panel first, then models
// off the panel, then members; the strongest first, the fast panel's by speed.
func (p *pool) judges(name string, members []Candidate) []Candidate {
	out := slices.Clone(p.models)
	if name == "fast" {
		out = quick(out[:max(len(out)/2, min(len(out), panelSize+1))])
	}
	rank := func(c Candidate) int {
		switch {
		case slices.ContainsFunc(members, func(m Candidate) bool { return m.Model == c.Model }):
			return 2
		case slices.ContainsFunc(members, func(m Candidate) bool { return vendorName(m.Vendor, m.Model) == vendorName(c.Vendor, c.Model) }):
			return 1
		}
		return 0
	}
	slices.SortStableFunc(out, func(a, b Candidate) int { return cmp.Compare(rank(a), rank(b)) })
	return out
}

func (p *pool) warnings(name string, members []Candidate, judge Candidate) []string {
	var out []string
	vendors := map[string]int{}
	for _, m := range members {
		vendors[vendorName(m.Vendor, m.Model)]++
	}
	if len(vendors) < len(members) {
		out = append(out, "members share a vendor: their errors are less independent than they look")
	}
	if vendors[vendorName(judge.Vendor, judge.Model)] > 0 {
		out = append(out, fmt.Sprintf("the judge %s is of the same family as a member: judges favour their own", judge.Model))
	}
	if name == "fast" && !slices.ContainsFunc(members, func(c Candidate) bool { return c.TTFTMs > 0 }) {
		out = append(out, "no latency has been measured yet: the cheapest models stand in for the fastest")
	}
	if name == "fast" && members[len(members)-1].TTFTMs > 2*members[0].TTFTMs && members[0].TTFTMs > 0 {
		out = append(out, fmt.Sprintf("%s takes more than twice as long to begin as %s and will hold the panel up", members[len(members)-1].Model, members[0].Model))
	}
	if (name == "quality" || name == "budget") && !p.scored {
		out = append(out, "no benchmark scores are known: price stands in for strength")
	}
	if !judge.CompletionPrice.IsKnown() && name != "free" {
		out = append(out, fmt.Sprintf("the judge %s has no known price", judge.Model))
	}
	if name == "budget" && len(members) > 0 && price(judge) > 10*price(members[len(members)-1]) {
		out = append(out, fmt.Sprintf("most of the cost is the judge's: %s", judge.Model))
	}
	if members[0].Demo {
		out = append(out, "demo models only: set a key to reach real ones")
	}
	return out
}

// seat describes a candidate to a plan. The strongest tenth counts as frontier.
func (p *pool) seat(c Candidate) Seat {
	rank := slices.IndexFunc(p.models, func(o Candidate) bool { return o.Model == c.Model })
	return Seat{
		Model: c.Model, Vendor: c.Vendor, Provider: c.Provider, Context: c.Context, Strict: c.Strict,
		Frontier: rank < max(1, len(p.models)/10), Demo: c.Demo,
	}
}
