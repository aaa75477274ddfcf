package claims

import "slices"

// Match returns the places similar to a free text, such as a judge's claim, best
// first: at most one for each span, with a score of at least 0.3. From 0.5 on they may
// be taken to say the same. A place whose numbers conflict with the text's is left out.
func (r *Result) Match(text string) []Scored {
	const floor = 0.3
	var out []Scored
	for _, probe := range r.probes(text) {
		for u := range r.panel.units {
			c := r.panel.clause(u)
			s := support(&probe.vector, &r.panel.vectors[u])
			if s >= floor && !vetoed(&probe.clause, c) {
				out = append(out, Scored{r.panel.ref(u), s})
			}
		}
	}
	slices.SortFunc(out, func(a, b Scored) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return compareRefs(a.Ref, b.Ref)
	})
	seen := map[[2]int]bool{}
	return slices.DeleteFunc(out, func(s Scored) bool {
		key := [2]int{s.Answer, s.Span}
		defer func() { seen[key] = true }()
		return seen[key]
	})
}

// ScoreOf returns how similar a free text is to a place, 0 to 1: to the best clause
// within its bytes. The numbers of both are compared as words are, not as a veto.
func (r *Result) ScoreOf(text string, ref Ref) float64 {
	best := 0.0
	for _, probe := range r.probes(text) {
		for u, place := range r.panel.units {
			if place.answer != ref.Answer {
				continue
			}
			if c := r.panel.clause(u); c.Start < ref.End && ref.Start < c.End {
				best = max(best, support(&probe.vector, &r.panel.vectors[u]))
			}
		}
	}
	return best
}

// probe is a text to be compared with a panel.
type probe struct {
	clause clause
	vector vector
}

// probes returns the clauses of a text and, if there are several, the text as one.
func (r *Result) probes(text string) []probe {
	d := digestOf(text)
	whole := clause{wide: len(d.clauses) > 0 && d.clauses[0].wide}
	tokens := tokenize(text, 0, len(text))
	whole.numbers = findNumbers(tokens)
	whole.terms = termsOf(tokens, nil, whole.numbers)
	out := []probe{{whole, r.panel.vectorOf(whole.terms, whole.wide)}}
	if len(d.clauses) > 1 {
		for _, c := range d.clauses {
			out = append(out, probe{c, r.panel.vectorOf(c.terms, c.wide)})
		}
	}
	return out
}
