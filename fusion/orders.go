package fusion

import (
	"slices"

	"assay/engine/chat"
)

// compareOrders holds the verdict of the second pass, judged in the opposite order,
// against the first: it returns how many stances changed, and marks the claims they
// belong to. Claims only the second pass found are added and marked as such.
func (t *table) compareOrders(second *table) (flips int) {
	taken := make([]bool, len(t.claims))
	first := len(t.claims)
	for j := range second.claims {
		o := &second.claims[j]
		k := t.twin(o, taken, first)
		if k < 0 {
			c := o.clone()
			c.notes = append(c.notes, "only found when the order was reversed")
			c.shaky = true
			t.claims = append(t.claims, c)
			continue
		}
		taken[k] = true
		n := differences(&t.claims[k], o)
		if n > 0 {
			t.claims[k].shaky = true
			t.claims[k].notes = append(t.claims[k].notes, "order sensitive: the judge decided otherwise when the order was reversed")
		}
		flips += n
	}
	return flips
}

// twin finds the claim of the first pass that o repeats: the same words, or at least
// half of the evidence in common.
func (t *table) twin(o *claim, taken []bool, first int) int {
	best, score := -1, 0.5
	for k := range first {
		if taken[k] {
			continue
		}
		s := sharedEvidence(&t.claims[k], o)
		if t.claims[k].folded == o.folded {
			s = 2
		}
		if s > score || s == score && best < 0 {
			best, score = k, s
		}
	}
	return best
}

// sharedEvidence is the cited places two claims have in common over those either
// cites.
func sharedEvidence(a, b *claim) float64 {
	x, y := a.quotes(support, contradict), b.quotes(support, contradict)
	both := 0
	for _, q := range x {
		if slices.ContainsFunc(y, func(o chat.Quote) bool { return overlaps(q, o) }) {
			both++
		}
	}
	if len(x)+len(y) == 0 {
		return 0
	}
	return float64(both) / float64(len(x)+len(y)-both)
}

// differences counts the parties on whose stance two passes differ. Whether a stance
// could be verified is not the judge's opinion and does not count.
func differences(a, b *claim) int {
	n := 0
	for i := range a.stances {
		x, y := a.stances[i].is, b.stances[i].is
		if x != y && x != unverified && y != unverified && !(x == silent && y == unknown || x == unknown && y == silent) {
			n++
		}
	}
	return n
}
