package claims_test

import (
	"strings"
	"testing"

	"assay/fusion/claims"
)

// flags counts, of the pairs of sides that conflicts set against each other, those with
// at least one side that people did not find supported: a true contradiction has one.
type flags struct {
	pairs, items tally
	halves       [2]tally
	unknown      int
}

func (f *flags) report(t *testing.T, name string) {
	t.Logf("%-20s pairs %.3f of %d, even %.3f of %d, odd %.3f of %d; conflicts %.3f of %d; unlabelled pairs %d", name,
		f.pairs.share(), f.pairs.all, f.halves[0].share(), f.halves[0].all, f.halves[1].share(), f.halves[1].all,
		f.items.share(), f.items.all, f.unknown)
}

// verdict is what the labels say of a side of a conflict.
type verdict int

const (
	unlabelled verdict = iota
	supported
	unsupported
)

// count judges the conflicts of one result that pick accepts.
func (f *flags) count(t *testing.T, l labelled, r *claims.Result, pick func(claims.Conflict) bool, judge func(claims.Side) verdict) {
	for _, c := range r.Conflicts {
		if !pick(c) {
			continue
		}
		bad, known := false, false
		for i, a := range c.Sides {
			for _, b := range c.Sides[i+1:] {
				if agreeing(a.Stance, b.Stance) {
					continue
				}
				va, vb := judge(a), judge(b)
				wrong := va == unsupported || vb == unsupported
				bad = bad || wrong
				if !wrong && (va == unlabelled || vb == unlabelled) {
					f.unknown++
					continue
				}
				known = true
				f.pairs.add(wrong)
				f.halves[l.half()].add(wrong)
				if testing.Verbose() && !wrong {
					t.Logf("not contradicted by labels: %s | %q | %q", l.topic, c.Topic+": "+a.Stance, b.Stance)
				}
			}
		}
		if known {
			f.items.add(bad)
		}
	}
}

// agreeing reports that two stances write one value in two ways, one perhaps leaving
// out the month or the day.
func agreeing(a, b string) bool {
	if strings.EqualFold(a, b) {
		return true
	}
	x, y := claims.Numbers(a), claims.Numbers(b)
	same := func(m, n int) bool { return m == n || m == 0 || n == 0 }
	return len(x) == 1 && len(y) == 1 && x[0].Value == y[0].Value && same(x[0].Month, y[0].Month) && same(x[0].Day, y[0].Day)
}

func numeric(c claims.Conflict) bool {
	return c.Likely && (c.Kind == claims.ConflictNumber || c.Kind == claims.ConflictDate)
}

// rawAnswers returns the answers as the models gave them.
func (l labelled) rawAnswers() []claims.Answer {
	var out []claims.Answer
	for i, text := range l.raw {
		out = append(out, claims.Answer{Lane: i, Text: text})
	}
	return out
}

// judgeRaw looks up the labelled facts with the side's number, taken from the sentence
// that the side stands in where that is known.
func (l labelled) judgeRaw(s claims.Side) verdict {
	v := unlabelled
	for _, n := range claims.Numbers(s.Stance) {
		for _, a := range l.atoms[s.Answer] {
			if a.start >= 0 && (a.end <= s.Start || a.start >= s.End) {
				continue
			}
			for _, m := range claims.Numbers(a.text) {
				if m.Value != n.Value || m.Month != n.Month {
					continue
				}
				if !a.right {
					return unsupported
				}
				v = supported
			}
		}
	}
	return v
}

func (l labelled) judgeListed(s claims.Side) verdict {
	if l.atomAt(s.Answer, s.Start).right {
		return supported
	}
	return unsupported
}

func TestLikelyConflictsArePrecise(t *testing.T) {
	for _, set := range []struct {
		name     string
		panels   []labelled
		share    float64
		pairs    int
		rawShare float64
	}{
		{"FActScore", readFActScore(t), 0.95, 45, 0.90},
		{"RefChecker", readRefChecker(t), 0.80, 55, 0.70},
	} {
		var listed, raw flags
		for _, l := range set.panels {
			listed.count(t, l, claims.Analyze(l.question, l.listed()), numeric, l.judgeListed)
			raw.count(t, l, claims.Analyze(l.question, l.rawAnswers()), numeric, l.judgeRaw)
		}
		listed.report(t, set.name)
		raw.report(t, set.name+" raw")
		if listed.pairs.share() < set.share || listed.pairs.all < set.pairs {
			t.Errorf("%s: %.3f of %d pairs, want %.2f of %d", set.name, listed.pairs.share(), listed.pairs.all, set.share, set.pairs)
		}
		if raw.pairs.share() < set.rawShare {
			t.Errorf("%s raw: %.3f of %d pairs, want %.2f", set.name, raw.pairs.share(), raw.pairs.all, set.rawShare)
		}
	}
}
