package claims

import (
	"cmp"
	"slices"
	"strconv"
)

// coherence is how alike two answers' places in one claim must be to each other, besides
// being alike to the claim's representative: it keeps claims from chaining.
const coherence = 0.25

// clusterer groups units into claims.
type clusterer struct {
	panel *panel
	links [][]link
	taken []bool
}

// cluster makes claims by greedy medoids: the clause that most answers back, most
// strongly, speaks for all that match it. Every clause ends up in a claim.
func (p *panel) cluster(links [][]link) []Claim {
	c := clusterer{panel: p, links: links, taken: make([]bool, len(p.units))}
	var claims []Claim
	for _, unit := range c.order() {
		if !c.taken[unit] {
			claims = append(claims, c.claim(unit))
		}
	}
	slices.SortStableFunc(claims, func(a, b Claim) int { return cmp.Compare(b.Weight, a.Weight) })
	for i := range claims {
		claims[i].ID = "c" + strconv.Itoa(i+1)
	}
	return claims
}

// order returns the units that may represent a claim, the best backed first.
func (c *clusterer) order() []int {
	mass := make([]float64, len(c.links))
	var order []int
	for u := range c.links {
		if c.panel.vectors[u].sum == 0 || !c.panel.clause(u).claims() || !c.panel.says(u) {
			continue
		}
		for _, l := range c.best(u) {
			mass[u] += l.score
		}
		order = append(order, u)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(mass[b], mass[a]) })
	return order
}

// says reports that a unit says something in words. Bare numbers do only where they are
// all there is to an answer.
func (p *panel) says(unit int) bool {
	const few = 3
	return len(p.digests[p.units[unit].answer].clauses) < few || slices.ContainsFunc(p.clause(unit).tokens, func(t token) bool {
		return t.content() || t.kind == tokenWide
	})
}

// best returns the best match of a unit in each other answer, by answer.
func (c *clusterer) best(unit int) []link {
	best := make([]link, len(c.panel.digests))
	self := c.panel.units[unit].answer
	for _, l := range c.links[unit] {
		answer := c.panel.units[l.unit].answer
		if answer == self || l.score < matchFloor || l.alike < alikeFloor || !c.mayJoin(unit, l.unit) {
			continue
		}
		b := &best[answer]
		// A place that backs nothing yet is worth a little worse a match.
		if b.score == 0 || c.taken[b.unit] && !c.taken[l.unit] && l.score > b.score-0.1 {
			*b = l
		}
	}
	return slices.DeleteFunc(best, func(l link) bool { return l.score == 0 })
}

// mayJoin reports that what a unit says, and its numbers, allow it into the claim of
// another.
func (c *clusterer) mayJoin(unit, other int) bool {
	a, b := c.panel.clause(unit), c.panel.clause(other)
	return b.claims() && !vetoed(a, b)
}

// claim makes the claim that unit represents, and takes its places.
func (c *clusterer) claim(unit int) Claim {
	members := []int{unit}
	c.taken[unit] = true
	for _, l := range c.best(unit) {
		if c.coherent(l.unit, members[1:]) {
			members = append(members, l.unit)
			c.taken[l.unit] = true
		}
	}
	claim := Claim{Text: c.panel.text(unit), Topic: c.panel.digests[c.panel.units[unit].answer].label(c.panel.clause(unit))}
	mass := 0.0
	for _, m := range members {
		claim.Support = append(claim.Support, c.panel.ref(m))
		mass = max(mass, c.panel.vectors[m].sum)
	}
	for _, l := range c.links[unit] {
		if !c.taken[l.unit] && l.alike >= matchFloor && c.mayJoin(unit, l.unit) && c.supports(l.unit, members) && c.backed(l.unit, members) {
			c.taken[l.unit] = true
			claim.Also = append(claim.Also, c.panel.ref(l.unit))
		}
	}
	slices.SortFunc(claim.Also, compareRefs)
	claim.Weight = mass * c.panel.prior(unit) * float64(len(members))
	return claim
}

// backed reports that every other answer behind the claim says what the unit says.
func (c *clusterer) backed(unit int, members []int) bool {
	if len(members) == 1 {
		return true
	}
	best := c.best(unit)
	for _, m := range members {
		answer := c.panel.units[m].answer
		if answer != c.panel.units[unit].answer && !slices.ContainsFunc(best, func(l link) bool { return c.panel.units[l.unit].answer == answer }) {
			return false
		}
	}
	return true
}

// coherent reports that a unit goes with all that already back the claim.
func (c *clusterer) coherent(unit int, members []int) bool {
	for _, m := range members {
		if support(&c.panel.vectors[unit], &c.panel.vectors[m]) < coherence || vetoed(c.panel.clause(unit), c.panel.clause(m)) {
			return false
		}
	}
	return true
}

// supports reports that the unit's answer is among those of the members.
func (c *clusterer) supports(unit int, members []int) bool {
	return slices.ContainsFunc(members, func(m int) bool {
		return c.panel.units[m].answer == c.panel.units[unit].answer
	})
}

// prior weighs what stands early in an answer a little more.
func (p *panel) prior(unit int) float64 {
	u := p.units[unit]
	return 1 / (1 + float64(u.clause)/float64(len(p.digests[u.answer].clauses)))
}

func (p *panel) text(unit int) string {
	c := p.clause(unit)
	return p.digests[p.units[unit].answer].text[c.Start:c.End]
}

func (p *panel) ref(unit int) Ref {
	c := p.clause(unit)
	return Ref{Answer: p.units[unit].answer, Span: c.span, Start: c.Start, End: c.End}
}

func compareRefs(a, b Ref) int {
	return cmp.Or(a.Answer-b.Answer, a.Start-b.Start, a.End-b.End)
}
