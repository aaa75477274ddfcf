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

func TestAgreementIsEvidence(t *testing.T) {
	for _, set := range []struct {
		name   string
		panels []labelled
	}{{"FActScore", readFActScore(t)}, {"RefChecker", readRefChecker(t)}} {
		all, halves := listedAgreement(set.panels)
		all.report(t, set.name)
		halves[0].report(t, set.name+" even")
		halves[1].report(t, set.name+" odd")
	}
}
