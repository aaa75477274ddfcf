package claims

import "slices"

// Analyze compares the answers to a question. It never fails: without answers, or
// without anything comparable in them, its lists are empty.
func Analyze(question string, answers []Answer) *Result {
	var c Comparer
	return c.Analyze(question, answers)
}

// Comparer analyses a panel again and again while its answers grow: what it knows of
// an answer that has not changed is kept. The zero value is ready. It must not be used
// by two goroutines at once; the results it returns may.
type Comparer struct {
	digests []*digest // of the answers seen last, by index
}

// Analyze is Analyze of the package, quicker for answers already seen at their index.
func (c *Comparer) Analyze(question string, answers []Answer) *Result {
	digests := make([]*digest, len(answers))
	for i, a := range answers {
		if i < len(c.digests) && c.digests[i].text == a.Text {
			digests[i] = c.digests[i]
		} else {
			digests[i] = digestOf(a.Text)
		}
	}
	c.digests = digests
	p := newPanel(question, stanced(digests, answers))
	links := p.links()
	r := &Result{
		Claims:     p.cluster(links),
		Conflicts:  p.conflicts(append(p.numberConflicts(), p.oppositions(links)...)),
		Unanswered: unanswered(question, p.digests),
		Pairwise:   p.pairwise(links),
		panel:      p,
	}
	if whole, ok := verdictConflict(question, p.digests, answers); ok {
		r.Conflicts = append([]Conflict{whole}, r.Conflicts...)
	}
	r.Similarity = meanOf(r.Pairwise, func(a int) bool { return !answers[a].Abstains && len(digests[a].spans) > 0 })
	for _, d := range digests {
		r.Spans = append(r.Spans, d.spans)
		r.Headings = append(r.Headings, d.headings)
		r.Skipped = append(r.Skipped, d.skipped)
	}
	r.number()
	return r
}

// stanced leaves out what abstaining answers say.
func stanced(digests []*digest, answers []Answer) []*digest {
	out := slices.Clone(digests)
	for i, a := range answers {
		if a.Abstains {
			out[i] = out[i].silenced()
		}
	}
	return out
}
