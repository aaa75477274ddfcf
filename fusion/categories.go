package fusion

import (
	"fmt"
	"slices"

	"assay/engine/chat"
)

// analysis derives the five categories from the stances:
//
//   - contradiction: some support it and some contradict it, or a clash ties it to
//     another claim;
//   - consensus: at least two thirds of those whose word counts, and at least two,
//     make it, and nobody disputes it;
//   - partial: two or more make it, but fewer than that;
//   - unique: one makes it.
//
// Every claim lands somewhere. One that no span carries is listed under partial
// coverage as unverified, covered by nobody.
func (t *table) analysis() *chat.Analysis {
	a := emptyAnalysis()
	clashed := make([]bool, len(t.claims))
	for i := range t.clashes {
		for _, c := range t.clashes[i].claims {
			clashed[c] = true
		}
	}
	t.contradictions(a)
	for i := range t.claims {
		c := &t.claims[i]
		if !clashed[i] && !c.disputed() {
			t.place(a, c)
		}
	}
	for _, b := range t.blind {
		b.ID = fmt.Sprintf("b%d", len(a.BlindSpots)+1)
		a.BlindSpots = append(a.BlindSpots, b)
	}
	return a
}

func emptyAnalysis() *chat.Analysis {
	return &chat.Analysis{
		Consensus: []chat.Consensus{}, Contradictions: []chat.Contradiction{},
		PartialCoverage: []chat.Partial{}, UniqueInsights: []chat.Unique{}, BlindSpots: []chat.BlindSpot{},
		Judge: chat.JudgeInfo{Order: []int{}},
	}
}

// disputed reports a claim that some make and some deny.
func (c *claim) disputed() bool { return c.count(support) > 0 && c.count(contradict) > 0 }

// majority is the support a claim needs to be consensus.
func majority(electorate int) int { return max(2, (2*electorate+2)/3) }

func (t *table) place(a *chat.Analysis, c *claim) {
	supporters := t.lanes(c, support)
	n := c.electorate()
	switch {
	case len(supporters) == 0:
		a.PartialCoverage = append(a.PartialCoverage, t.unverifiedItem(c, len(a.PartialCoverage)))
	case len(supporters) >= majority(n):
		a.Consensus = append(a.Consensus, chat.Consensus{
			ID: fmt.Sprintf("c%d", len(a.Consensus)+1), Claim: c.text,
			Models: t.models(supporters), Lanes: supporters, Vendors: t.vendors(supporters),
			Unanimous: len(supporters) == n, Quotes: c.quotes(support, unverified), Notes: c.remarks(),
		})
	case len(supporters) > 1:
		a.PartialCoverage = append(a.PartialCoverage, chat.Partial{
			ID: fmt.Sprintf("p%d", len(a.PartialCoverage)+1), Point: c.text,
			CoveredBy: supporters, MissingFrom: t.lanes(c, silent), Quotes: c.quotes(support, unverified), Notes: c.remarks(),
		})
	default:
		a.UniqueInsights = append(a.UniqueInsights, chat.Unique{
			ID: fmt.Sprintf("u%d", len(a.UniqueInsights)+1), Lane: supporters[0], Insight: c.text,
			Quotes: c.quotes(support, unverified), Notes: c.remarks(),
		})
	}
}

func (t *table) unverifiedItem(c *claim, n int) chat.Partial {
	notes := c.remarks()
	if lanes := t.lanes(c, unverified); len(lanes) > 0 {
		notes = append(notes, "unverified: the judge names answer "+lanesList(lanes)+" but no span of it")
	}
	if lanes := t.lanes(c, contradict); len(lanes) > 0 {
		notes = append(notes, "no answer makes this claim; answer "+lanesList(lanes)+" denies it")
	}
	return chat.Partial{
		ID: fmt.Sprintf("p%d", n+1), Point: c.text, Unverified: true,
		CoveredBy: []int{}, MissingFrom: []int{}, Quotes: c.quotes(unverified, contradict), Notes: notes,
	}
}

// remarks are the claim's notes with the judge's opinion of it, where that is more
// than agreement.
func (c *claim) remarks() []string {
	notes := slices.Clone(c.notes)
	if c.view == "doubtful" || c.view == "opinion" || c.view == "unresolved" {
		notes = append(notes, "judge's view: "+c.view)
	}
	return notes
}

// contradictions lists clashes, then disputed claims that no clash covers; likely
// ones first.
func (t *table) contradictions(a *chat.Analysis) {
	var out []chat.Contradiction
	covered := make([]bool, len(t.claims))
	for i := range t.clashes {
		cl := &t.clashes[i]
		item := chat.Contradiction{Topic: cl.topic, Confidence: "possible", Source: cl.source, Notes: slices.Clone(cl.notes)}
		if cl.likely {
			item.Confidence = "likely"
		}
		item.Stances = slices.Clone(cl.sides)
		for _, k := range cl.claims {
			covered[k] = true
			if t.claims[k].shaky {
				item.Confidence = "possible"
			}
			if len(cl.sides) == 0 {
				item.Stances = append(item.Stances, t.sides(&t.claims[k])...)
			}
			item.Notes = append(item.Notes, t.claims[k].remarks()...)
		}
		if len(item.Stances) > 0 {
			out = append(out, item)
		}
	}
	for i := range t.claims {
		c := &t.claims[i]
		if !c.disputed() || covered[i] {
			continue
		}
		item := chat.Contradiction{Topic: c.text, Confidence: "likely", Source: "judge", Stances: t.sides(c), Notes: c.remarks()}
		if c.shaky || c.view == "opinion" {
			item.Confidence = "possible"
		}
		out = append(out, item)
	}
	slices.SortStableFunc(out, func(x, y chat.Contradiction) int { return confidenceRank(x) - confidenceRank(y) })
	for i := range out {
		out[i].ID = fmt.Sprintf("x%d", i+1)
		out[i].Notes = unique(out[i].Notes)
	}
	a.Contradictions = append(a.Contradictions, out...)
}

func confidenceRank(c chat.Contradiction) int {
	if c.Confidence == "likely" {
		return 0
	}
	return 1
}

// sides are the parties' stances on one claim: supporters in the claim's words,
// opponents in their own.
func (t *table) sides(c *claim) []chat.Stance {
	var out []chat.Stance
	for i, s := range c.stances {
		switch s.is {
		case support:
			out = append(out, chat.Stance{Lane: t.parties[i].lane, Stance: c.text, Quotes: s.quotes})
		case contradict:
			out = append(out, chat.Stance{Lane: t.parties[i].lane, Stance: "denies it: " + brief(s.quotes[0].Text, 160), Quotes: s.quotes})
		}
	}
	return out
}

func unique(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
