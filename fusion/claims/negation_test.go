package claims_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/fusion/claims"
	"assay/internal/shareddata"
)

// TestNegatedPairs analyses labelled pairs of sentences as two answers. Of those in
// which one is found to deny the other, people call most a contradiction.
func TestNegatedPairs(t *testing.T) {
	const floor, fewest = 0.74, 60
	for _, set := range []string{"MNLI", "SNLI"} {
		data, err := os.ReadFile(filepath.Join(shareddata.Dir(t), "fusion", "negation", set+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		var flagged tally
		var halves [2]tally
		contradictions := 0
		for i, row := range strings.Split(string(data), "\n") {
			cells := strings.Split(strings.TrimSpace(row), "\t")
			if i == 0 || len(cells) < 4 {
				continue
			}
			contradiction := cells[3] == "contradiction"
			if contradiction {
				contradictions++
			}
			r := claims.Analyze("", panelOf(cells[1], cells[2]))
			for _, c := range r.Conflicts {
				if c.Kind == claims.ConflictNegation {
					flagged.add(contradiction)
					halves[i/3%2].add(contradiction)
					break
				}
			}
		}
		t.Logf("%s: precision %.3f of %d, even %.3f of %d, odd %.3f of %d; recall %.3f", set, flagged.share(), flagged.all,
			halves[0].share(), halves[0].all, halves[1].share(), halves[1].all, float64(flagged.right)/float64(contradictions))
		if flagged.share() < floor || flagged.all < fewest {
			t.Errorf("%s: precision %.3f of %d, want %.2f of %d", set, flagged.share(), flagged.all, floor, fewest)
		}
	}
}
