package fusion

import (
	"fmt"
	"slices"

	"assay/engine/chat"
	"assay/fusion/claims"
)

// Scores of the lexical judge at which it contradicts a model's: a span this similar
// to a claim probably makes it, one this similar to a blind spot probably covers it.
const (
	missedFloor  = 0.6
	coveredFloor = 0.5
)

// crosscheck holds a model's verdict against the lexical judge. What they disagree
// on is noted or added, never settled.
func (t *table) crosscheck(lex *lexical) {
	for i := range t.claims {
		t.missedSupport(&t.claims[i], lex)
	}
	t.missedConflicts(lex)
	for i := range t.blind {
		if at, ok := lex.covers(t.blind[i].Point); ok {
			t.blind[i].Notes = append(t.blind[i].Notes, fmt.Sprintf("covered by answer %d? “%s”", at.Lane+1, brief(at.Text, 100)))
		}
	}
}

// missedSupport notes parties the judge calls silent although they seem to make the
// claim.
func (t *table) missedSupport(c *claim, lex *lexical) {
	if c.count(silent) == 0 {
		return
	}
	var lanes []int
	for _, m := range lex.result.Match(c.text) {
		if m.Score < missedFloor {
			break
		}
		if c.stances[m.Answer].is == silent && !slices.Contains(lanes, t.parties[m.Answer].lane) {
			lanes = append(lanes, t.parties[m.Answer].lane)
		}
	}
	if len(lanes) > 0 {
		slices.Sort(lanes)
		c.notes = append(c.notes, "possible missed support: answer "+lanesList(lanes)+" seems to say this too")
	}
}

// missedConflicts adds the likely conflicts of the lexical judge that the model has
// not reported, and notes them at the claims they touch.
func (t *table) missedConflicts(lex *lexical) {
	for _, c := range lex.result.Conflicts {
		if !c.Likely {
			continue
		}
		var sides []chat.Stance
		for _, s := range c.Sides {
			sides = append(sides, lex.side(s))
		}
		if t.reported(sides) {
			continue
		}
		t.clashes = append(t.clashes, clash{
			topic: brief(c.Topic, 160), sides: sides, likely: true, source: "lexical",
			notes: []string{conflictWord(c.Kind), "found by the lexical check, not by the judge"},
		})
		t.touch(sides, "lexical check: "+conflictWord(c.Kind)+" here, see the contradictions")
	}
}

// reported says that a contradiction of the verdict already sets two of these places
// against each other.
func (t *table) reported(sides []chat.Stance) bool {
	opposed := func(groups ...[]chat.Quote) bool {
		hit := 0
		for _, quotes := range groups {
			if slices.ContainsFunc(sides, func(s chat.Stance) bool {
				return slices.ContainsFunc(quotes, func(q chat.Quote) bool { return overlaps(q, s.Quotes[0]) })
			}) {
				hit++
			}
		}
		return hit > 1
	}
	for i := range t.claims {
		c := &t.claims[i]
		if c.disputed() && opposed(c.quotes(support), c.quotes(contradict)) {
			return true
		}
	}
	for _, cl := range t.clashes {
		var groups [][]chat.Quote
		for _, k := range cl.claims {
			groups = append(groups, t.claims[k].quotes(support))
		}
		for _, s := range cl.sides {
			groups = append(groups, s.Quotes)
		}
		if opposed(groups...) {
			return true
		}
	}
	return false
}

// touch notes something at the claims that rest on one of the places.
func (t *table) touch(sides []chat.Stance, note string) {
	for i := range t.claims {
		if t.claims[i].touches(sides) {
			t.claims[i].notes = unique(append(t.claims[i].notes, note))
		}
	}
}

// covers finds the place that says a supposed blind spot, if one does.
func (l *lexical) covers(point string) (chat.Quote, bool) {
	best := l.result.Match(point)
	if len(best) == 0 || best[0].Score < coveredFloor {
		return chat.Quote{}, false
	}
	return l.spanQuote(best[0].Ref), true
}

func (l *lexical) spanQuote(r claims.Ref) chat.Quote {
	s := l.result.Spans[r.Answer][r.Span]
	return l.parties[r.Answer].quote(s.Start, s.End)
}
