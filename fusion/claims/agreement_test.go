package claims_test

import (
	"testing"

	"assay/fusion/claims"
)

// agreement is how often facts are right by how many other answers make them.
type agreement struct {
	byK    []tally
	scores []float64
	right  []bool
}

func (g *agreement) add(k int, right bool) {
	for len(g.byK) <= k {
		g.byK = append(g.byK, tally{})
	}
	g.byK[k].add(right)
	g.scores = append(g.scores, float64(k))
	g.right = append(g.right, right)
}

func (g *agreement) report(t *testing.T, name string) {
	for k, n := range g.byK {
		t.Logf("%-22s k=%d  %.3f of %d", name, k, n.share(), n.all)
	}
	t.Logf("%-22s AUC %.3f", name, auc(g.scores, g.right))
}

// listedAgreement analyses the listed facts of every prompt, and counts for each fact
// how many other answers back its claim.
func listedAgreement(panels []labelled) (all agreement, halves [2]agreement) {
	for _, l := range panels {
		r := claims.Analyze(l.question, l.listed())
		backed := map[*atom]int{}
		for _, c := range r.Claims {
			for _, ref := range append(c.Support, c.Also...) {
				a := l.atomAt(ref.Answer, ref.Start)
				backed[a] = max(backed[a], len(c.Support)-1)
			}
		}
		for i := range l.atoms {
			for j := range l.atoms[i] {
				a := &l.atoms[i][j]
				all.add(backed[a], a.right)
				halves[l.half()].add(backed[a], a.right)
			}
		}
	}
	return all, halves
}

// TestAgreementIsEvidence holds that the share of right facts rises with the number of
// other answers that make them, in all and in each half.
func TestAgreementIsEvidence(t *testing.T) {
	for _, set := range []struct {
		name   string
		panels []labelled
		most   int     // other answers
		share  float64 // right, of the facts that all others make
		auc    float64
	}{
		{"FActScore", readFActScore(t), 2, 0.90, 0.67},
		{"RefChecker", readRefChecker(t), 6, 0.87, 0.74},
	} {
		all, halves := listedAgreement(set.panels)
		all.report(t, set.name)
		halves[0].report(t, set.name+" even")
		halves[1].report(t, set.name+" odd")
		if got := all.byK[set.most].share(); got < set.share {
			t.Errorf("%s: %.3f right at k=%d, want %.2f", set.name, got, set.most, set.share)
		}
		if got := auc(all.scores, all.right); got < set.auc {
			t.Errorf("%s: AUC %.3f, want %.2f", set.name, got, set.auc)
		}
		for _, g := range []agreement{all, halves[0], halves[1]} {
			if !(g.byK[0].share() < g.byK[1].share() && g.byK[1].share() < g.byK[set.most].share()) {
				t.Errorf("%s: the share does not rise with agreement: %v", set.name, g.byK)
			}
		}
	}
}
