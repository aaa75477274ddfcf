package fusion

import (
	"slices"

	"assay/engine/chat"
)

// figures fills in what is counted: each member's part and the run's statistics.
// members are all members of the panel, usable or not, in lane order.
func (t *table) figures(a *chat.Analysis, members []chat.Member, similarity float64, gating int) {
	counted := t.counted()
	contested := t.contested()
	a.Members = members
	for i := range a.Members {
		if k := t.party(a.Members[i].Lane); k >= 0 {
			t.part(&a.Members[i], k, counted, contested)
		}
	}
	s := &chat.Statistics{
		Claims: len(t.claims), Models: len(t.parties), Similarity: similarity, GatingLane: gating,
		Alpha: t.alpha(), Overlap: t.overlap(members),
	}
	lanes := make([]int, len(t.parties))
	for i, p := range t.parties {
		lanes[i] = p.lane
	}
	s.Vendors = t.vendors(lanes)
	if len(t.claims) > 0 {
		n := 0
		for _, c := range contested {
			if c {
				n++
			}
		}
		s.ContestedRate = float64(n) / float64(len(t.claims))
	}
	a.Statistics = s
}

// party is the index of the party of a lane, -1 without one.
func (t *table) party(lane int) int {
	return slices.IndexFunc(t.parties, func(p party) bool { return p.lane == lane })
}

func (t *table) part(m *chat.Member, k int, counted, contested []bool) {
	pool, covered := 0, 0
	for i := range t.claims {
		c := &t.claims[i]
		says := c.stances[k].is == support
		if says {
			m.Claims++
			if c.count(support) == 1 && !contested[i] {
				m.Unique++
			}
		}
		if contested[i] && (says || c.stances[k].is == contradict) {
			m.Contradicted++
		}
		if counted[i] {
			pool++
			if says {
				covered++
			}
		}
	}
	if pool > 0 {
		m.Coverage = float64(covered) / float64(pool)
	}
}

// contested marks the claims that are part of a contradiction, or rest on a place that
// is.
func (t *table) contested() []bool {
	out := make([]bool, len(t.claims))
	for i := range t.claims {
		out[i] = t.claims[i].disputed()
	}
	for _, cl := range t.clashes {
		for _, k := range cl.claims {
			out[k] = true
		}
		for i := range t.claims {
			out[i] = out[i] || t.claims[i].touches(cl.sides)
		}
	}
	return out
}

// touches reports whether the claim rests on one of the places.
func (c *claim) touches(sides []chat.Stance) bool {
	for _, q := range c.quotes(support) {
		if slices.ContainsFunc(sides, func(s chat.Stance) bool { return overlaps(q, s.Quotes[0]) }) {
			return true
		}
	}
	return false
}

// minLone is how many claims of its own count for a member at least.
const minLone = 8

// counted marks the claims that coverage is measured against. Of the claims only one
// member makes, at most twice the median member's number counts for each, heaviest
// first: a member that floods the panel with lone claims must not make all others
// look incomplete.
func (t *table) counted() []bool {
	lone := make([][]int, len(t.parties))
	out := make([]bool, len(t.claims))
	for i := range t.claims {
		c := &t.claims[i]
		n := c.count(support)
		out[i] = n > 0
		if n == 1 {
			k := slices.IndexFunc(c.stances, func(s stance) bool { return s.is == support })
			lone[k] = append(lone[k], i)
		}
	}
	sizes := make([]int, 0, len(lone))
	for _, l := range lone {
		sizes = append(sizes, len(l))
	}
	slices.Sort(sizes)
	if len(sizes) == 0 {
		return out
	}
	limit := max(minLone, 2*sizes[(len(sizes)-1)/2])
	for _, l := range lone {
		slices.SortStableFunc(l, func(a, b int) int {
			switch wa, wb := t.claims[a].weight, t.claims[b].weight; {
			case wa > wb:
				return -1
			case wa < wb:
				return 1
			}
			return 0
		})
		for _, i := range l[min(limit, len(l)):] {
			out[i] = false
		}
	}
	return out
}

// overlap is how much the members' claims coincide: for each pair, the claims both
// support over those either supports. Rows and columns follow members; one that took
// no part has zeros.
func (t *table) overlap(members []chat.Member) [][]float64 {
	if len(t.parties) < 2 {
		return nil
	}
	out := make([][]float64, len(members))
	for i, m := range members {
		out[i] = make([]float64, len(members))
		for j, n := range members {
			a, b := t.party(m.Lane), t.party(n.Lane)
			if a >= 0 && b >= 0 {
				out[i][j] = t.jaccard(a, b)
			}
		}
	}
	return out
}

func (t *table) jaccard(a, b int) float64 {
	both, either := 0, 0
	for i := range t.claims {
		x, y := t.claims[i].stances[a].is == support, t.claims[i].stances[b].is == support
		if x && y {
			both++
		}
		if x || y {
			either++
		}
	}
	if either == 0 {
		return 0
	}
	return float64(both) / float64(either)
}

// minUnits is how many claims two parties took a stance on before agreement is worth
// a figure.
const minUnits = 10

// alpha is Krippendorff's α for nominal data: 1 − observed ÷ expected disagreement.
// Units are the claims on which at least two parties support or contradict; silent,
// abstained and unverified stances are missing values. It is nil below minUnits
// units, and where only one value occurs at all, since nothing could disagree.
func (t *table) alpha() *float64 {
	var observed, total float64
	var values [2]float64
	units := 0
	for i := range t.claims {
		n := [2]float64{float64(t.claims[i].count(support)), float64(t.claims[i].count(contradict))}
		m := n[0] + n[1]
		if m < 2 {
			continue
		}
		units++
		observed += 2 * n[0] * n[1] / (m - 1)
		values[0] += n[0]
		values[1] += n[1]
		total += m
	}
	if units < minUnits || values[0] == 0 || values[1] == 0 {
		return nil
	}
	expected := 2 * values[0] * values[1] / (total - 1)
	a := 1 - observed/expected
	return &a
}
