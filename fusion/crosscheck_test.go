package fusion

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"assay/fusion/claims"
	"assay/fusion/judgetext"
)

// facts are sentences that one answer states and another may state, deny by a
// figure, or leave out.
var facts = []string{
	"The bridge was opened in %d after four years of construction",
	"The reactor produces %d megawatts at full load",
	"The museum keeps %d paintings in its main collection",
	"The population of the village is %d",
	"The lake lies %d metres above sea level",
	"The library holds %d printed volumes",
	"The tunnel under the mountain is %d metres long",
	"The theatre was founded in %d by a travelling company",
	"The stadium seats %d spectators",
	"The tower is %d metres high",
}

// plantedPanel is two answers about the same facts: the second gives its own figures
// where other is set.
func plantedPanel(seed int, other bool) (*lexical, *bench) {
	var a, b strings.Builder
	for i := range 4 {
		f := facts[(seed+i*3)%len(facts)]
		n := 1700 + (seed*37+i*53)%250
		fmt.Fprintf(&a, f+". ", n)
		m := n
		if other && i == 0 {
			m += 40
		}
		fmt.Fprintf(&b, f+". ", m)
	}
	parties := []party{{lane: 0, model: "a/a", text: strings.TrimSpace(a.String())}, {lane: 1, model: "b/b", text: strings.TrimSpace(b.String())}}
	lex := compareLexically(&claims.Comparer{}, "", parties)
	sheet := &judgetext.Sheet{}
	for i, p := range parties {
		sheet.Entries = append(sheet.Entries, judgetext.Entry{Label: judgetext.Label(i), Text: p.text, Spans: lex.result.Spans[i]})
	}
	return lex, &bench{sheet: sheet, order: []int{0, 1}}
}

func says(label string, kind judgetext.Kind, ids ...string) judgetext.Stance {
	return judgetext.Stance{Label: label, Kind: kind, IDs: ids}
}

// Errors planted into a judge's verdict are found by the lexical check.
func TestCrosscheckFindsPlantedErrors(t *testing.T) {
	const n = 40
	caught := map[string]int{}
	for seed := range n {
		lex, b := plantedPanel(seed, false)
		first := strings.TrimSuffix(lex.result.Spans[0][0].Text(lex.parties[0].text), ".")
		tab := newResolver(b, lex).table(judgetext.Verdict{
			Claims:     []judgetext.Claim{{ID: "c1", Text: first, Stances: []judgetext.Stance{says("A", judgetext.Support, "A1"), says("B", judgetext.Silent)}}},
			BlindSpots: []string{first},
		})
		tab.crosscheck(lex)
		if slices.ContainsFunc(tab.claims[0].notes, func(s string) bool { return strings.HasPrefix(s, "possible missed support: answer 2") }) {
			caught["false silence"]++
		}
		if strings.Contains(strings.Join(tab.blind[0].Notes, " "), "covered by answer") {
			caught["covered blind spot"]++
		}

		lex, b = plantedPanel(seed, true)
		tab = newResolver(b, lex).table(judgetext.Verdict{Claims: []judgetext.Claim{
			{ID: "c1", Text: first, Stances: []judgetext.Stance{says("A", judgetext.Support, "A1"), says("B", judgetext.Support, "B1")}},
		}})
		tab.crosscheck(lex)
		a := tab.analysis()
		if len(a.Contradictions) == 1 && a.Contradictions[0].Source == "lexical" && len(a.Consensus) == 1 && strings.Contains(strings.Join(a.Consensus[0].Notes, " "), "see the contradictions") {
			caught["missed number conflict"]++
		}

		// A consensus of one: B's support is claimed without a span of B.
		tab = newResolver(b, lex).table(judgetext.Verdict{Claims: []judgetext.Claim{
			{ID: "c1", Text: first, Stances: []judgetext.Stance{says("A", judgetext.Support, "A1"), says("B", judgetext.Support, "A1")}},
		}})
		if a := tab.analysis(); len(a.Consensus) == 0 && len(a.UniqueInsights) == 1 {
			caught["consensus of one"]++
		}
	}
	for _, what := range []string{"false silence", "covered blind spot", "missed number conflict", "consensus of one"} {
		t.Logf("%s: %d of %d", what, caught[what], n)
		if caught[what] < n*95/100 {
			t.Errorf("%s: caught %d of %d", what, caught[what], n)
		}
	}
}

// A verdict without errors gives the check nothing to say.
func TestCrosscheckIsQuietOnGoodVerdicts(t *testing.T) {
	for seed := range 20 {
		lex, b := plantedPanel(seed, false)
		var v judgetext.Verdict
		for i, s := range lex.result.Spans[0] {
			id := fmt.Sprint(i + 1)
			v.Claims = append(v.Claims, judgetext.Claim{
				ID: "c" + id, Text: s.Text(lex.parties[0].text),
				Stances: []judgetext.Stance{says("A", judgetext.Support, "A"+id), says("B", judgetext.Support, "B"+id)},
			})
		}
		v.BlindSpots = []string{"Who paid for all of it"}
		tab := newResolver(b, lex).table(v)
		tab.crosscheck(lex)
		for _, c := range tab.claims {
			if len(c.notes) > 0 {
				t.Errorf("seed %d: %q is noted %q", seed, c.text, c.notes)
			}
		}
		if len(tab.clashes) > 0 || len(tab.blind[0].Notes) != 1 {
			t.Errorf("seed %d: clashes %+v, blind %+v", seed, tab.clashes, tab.blind)
		}
	}
}

// A reported contradiction is not reported a second time by the lexical check.
func TestReportedConflictIsNotRepeated(t *testing.T) {
	lex, b := plantedPanel(3, true)
	tab := newResolver(b, lex).table(judgetext.Verdict{Claims: []judgetext.Claim{
		{ID: "c1", Text: "The figure is as A says", Stances: []judgetext.Stance{says("A", judgetext.Support, "A1"), says("B", judgetext.Contradict, "B1")}},
	}})
	tab.crosscheck(lex)
	if a := tab.analysis(); len(a.Contradictions) != 1 || a.Contradictions[0].Source != "judge" {
		t.Errorf("%+v", a.Contradictions)
	}
}

func TestNumberNotInSource(t *testing.T) {
	lex, b := plantedPanel(1, false)
	tab := newResolver(b, lex).table(judgetext.Verdict{Claims: []judgetext.Claim{
		{ID: "c1", Text: "The bridge cost 77 million euros", Stances: []judgetext.Stance{says("A", judgetext.Support, "A1")}},
	}})
	if notes := strings.Join(tab.claims[0].notes, " "); !strings.Contains(notes, "number not in source: 77") {
		t.Errorf("notes %q", notes)
	}
}

// Claims that say the same in other punctuation are one, with all their evidence.
func TestNearDuplicatesMerge(t *testing.T) {
	lex, b := plantedPanel(1, false)
	tab := newResolver(b, lex).table(judgetext.Verdict{Claims: []judgetext.Claim{
		{ID: "c1", Text: "It is tall.", Stances: []judgetext.Stance{says("A", judgetext.Support, "A1")}},
		{ID: "c2", Text: "it is TALL", Stances: []judgetext.Stance{says("B", judgetext.Support, "B2"), says("A", judgetext.Support, "A2")}},
		{ID: "c3", Text: "It is -5 tall", Stances: []judgetext.Stance{says("B", judgetext.Support, "B2")}},
	}})
	if len(tab.claims) != 2 || tab.claims[0].count(support) != 2 || len(tab.claims[0].stances[0].quotes) != 2 {
		t.Errorf("%+v", tab.claims)
	}
}
