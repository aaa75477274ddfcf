package fusion

import (
	"math"
	"slices"
	"strings"
	"testing"

	"assay/engine/chat"
)

// sketch makes a table from one string a claim, one letter a party: s support,
// c contradict, - silent, a abstains, u unverified, ? unknown.
func sketch(rows ...string) *table {
	t := &table{}
	for i := range len(rows[0]) {
		model := string(rune('a'+i)) + "/model"
		t.parties = append(t.parties, party{lane: i, model: model, text: strings.Repeat("x", 100)})
	}
	kinds := map[rune]relation{'s': support, 'c': contradict, '-': silent, 'a': abstained, 'u': unverified, '?': unknown}
	for n, row := range rows {
		c := claim{text: row, folded: row, weight: float64(len(rows) - n)}
		for i, r := range row {
			st := stance{is: kinds[r]}
			switch st.is {
			case support, contradict:
				st.quotes = []chat.Quote{t.parties[i].quote(n, n+1)}
			case unverified:
				st.quotes = []chat.Quote{{Lane: i}}
			}
			c.stances = append(c.stances, st)
		}
		t.claims = append(t.claims, c)
	}
	return t
}

func (t *table) sketchMembers() []chat.Member {
	var out []chat.Member
	for _, p := range t.parties {
		out = append(out, chat.Member{Lane: p.lane, Model: p.model, State: string(OK)})
	}
	return out
}

func TestCategories(t *testing.T) {
	for row, want := range map[string]string{
		"sss": "consensus unanimous", "ss-": "consensus", "s--": "unique", "ssc": "contradiction", "sc-": "contradiction",
		"ss": "consensus unanimous", "s-": "unique", "sc": "contradiction",
		"ss--": "partial missing 2 3", "sss-": "consensus", "ss??": "consensus unanimous", "ss-?": "consensus",
		"ssaa": "consensus unanimous", "saaa": "unique", "s?aa": "unique",
		"uuu": "unverified", "u--": "unverified", "c--": "unverified", "suu": "unique", "ssu": "consensus", "---": "unverified",
		"sssss---": "partial missing 5 6 7", "ssssss--": "consensus",
	} {
		if got := category(sketch(row).analysis()); got != want {
			t.Errorf("%s is %s, want %s", row, got, want)
		}
	}
}

func category(a *chat.Analysis) string {
	switch {
	case len(a.Consensus) == 1 && a.Consensus[0].Unanimous:
		return "consensus unanimous"
	case len(a.Consensus) == 1:
		return "consensus"
	case len(a.Contradictions) == 1:
		return "contradiction"
	case len(a.UniqueInsights) == 1:
		return "unique"
	case len(a.PartialCoverage) == 1 && a.PartialCoverage[0].Unverified:
		return "unverified"
	case len(a.PartialCoverage) == 1:
		out := "partial missing"
		for _, l := range a.PartialCoverage[0].MissingFrom {
			out += " " + string(rune('0'+l))
		}
		return out
	}
	return "nothing"
}

// Claims a clash ties together are one contradiction, and nowhere else.
func TestClashTiesClaims(t *testing.T) {
	tab := sketch("ss--", "--ss", "s---")
	tab.clashes = []clash{{topic: "when", claims: []int{0, 1}, likely: true, source: "judge"}}
	a := tab.analysis()
	if len(a.Contradictions) != 1 || len(a.Contradictions[0].Stances) != 4 || len(a.UniqueInsights) != 1 || len(a.PartialCoverage)+len(a.Consensus) != 0 {
		t.Errorf("%+v", a)
	}
	tab.claims[1].shaky = true
	if got := tab.analysis().Contradictions[0].Confidence; got != "possible" {
		t.Errorf("an order-sensitive claim leaves the contradiction %s", got)
	}
}

func TestMemberFigures(t *testing.T) {
	// Coverage: a 3 of 4, b 2 of 4, c 2 of 4. Contested: the last claim.
	tab := sketch("sss", "ss-", "s--", "--s")
	tab.claims = append(tab.claims, sketch("scc").claims...)
	a := tab.analysis()
	tab.figures(a, tab.sketchMembers(), .5, 2)
	want := []chat.Member{
		{Claims: 4, Coverage: 4. / 5, Unique: 1, Contradicted: 1},
		{Claims: 2, Coverage: 2. / 5, Unique: 0, Contradicted: 1},
		{Claims: 2, Coverage: 2. / 5, Unique: 1, Contradicted: 1},
	}
	for i, w := range want {
		m := a.Members[i]
		if m.Claims != w.Claims || math.Abs(m.Coverage-w.Coverage) > 1e-9 || m.Unique != w.Unique || m.Contradicted != w.Contradicted {
			t.Errorf("member %d: %+v, want %+v", i, m, w)
		}
	}
	s := a.Statistics
	if s.Claims != 5 || s.Models != 3 || s.Vendors != 3 || math.Abs(s.ContestedRate-.2) > 1e-9 || s.GatingLane != 2 || s.Similarity != .5 {
		t.Errorf("%+v", s)
	}
	// Overlap of a and b: claims 1, 2 of 1, 2, 3, 5 and nothing of b's own.
	if got := s.Overlap[0][1]; math.Abs(got-.5) > 1e-9 || s.Overlap[1][0] != got || s.Overlap[0][0] != 1 {
		t.Errorf("overlap %v", s.Overlap)
	}
}

// A member that floods the panel with lone claims does not drown the others.
func TestFloodingDoesNotDrownOthers(t *testing.T) {
	rows := []string{"sss", "sss", "ss-", "s--", "-s-"}
	for range 200 {
		rows = append(rows, "--s")
	}
	tab := sketch(rows...)
	a := tab.analysis()
	tab.figures(a, tab.sketchMembers(), 0, chat.NoLane)
	if got := a.Members[0].Coverage; got < 4./13-1e-9 {
		t.Errorf("coverage of an honest member fell to %.3f", got)
	}
	if len(a.UniqueInsights) != 202 {
		t.Errorf("%d unique insights: some were dropped", len(a.UniqueInsights))
	}
}

// α against values computed by hand, its direction, and when it is hidden.
func TestAlpha(t *testing.T) {
	many := func(n int, row string) []string { return slices.Repeat([]string{row}, n) }
	for name, tc := range map[string]struct {
		rows []string
		want float64 // NaN: hidden
	}{
		// Ten units of two coders: observed 2·5 of 20 values → Do = .5; values 15 s, 5 c
		// → De = 2·15·5/(20·19) ; α = 1 − .5/.39474.
		"half disagree":     {append(many(5, "ss"), many(5, "sc")...), 1 - .5/(2*15*5./(20*19))},
		"always disagree":   {many(10, "sc"), 1 - 1/(2*10*10./(20*19))},
		"perfect, two ways": {append(many(5, "ss"), many(5, "cc")...), 1},
		"nothing varies":    {many(12, "ss"), math.NaN()},
		"too few units":     {append(many(5, "ss"), many(4, "sc")...), math.NaN()},
		"single stances":    {many(20, "s-"), math.NaN()},
		"missing values":    {append(append(many(5, "ss-"), many(5, "s?c")...), many(9, "s-a")...), 1 - .5/(2*15*5./(20*19))},
	} {
		got := sketch(tc.rows...).alpha()
		switch {
		case math.IsNaN(tc.want) && got != nil:
			t.Errorf("%s: %v is shown", name, *got)
		case !math.IsNaN(tc.want) && (got == nil || math.Abs(*got-tc.want) > 1e-9):
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}

func TestCompareOrders(t *testing.T) {
	same := sketch("ss-", "s-c", "sss")
	if n := same.compareOrders(sketch("ss-", "s-c", "sss")); n != 0 {
		t.Errorf("%d flips between equal passes", n)
	}
	planted := sketch("ss-", "s-c", "sss")
	other := sketch("ss-", "s-c", "sss")
	other.claims[1].stances[1].is = support
	other.claims[1].stances[2] = stance{}
	other.claims[2].stances[0] = stance{is: unverified}
	if n := planted.compareOrders(other); n != 2 {
		t.Errorf("%d flips, 2 were planted", n)
	}
	if !planted.claims[1].shaky || planted.claims[0].shaky || planted.claims[2].shaky {
		t.Error("the wrong claims are order sensitive")
	}
	wider := sketch("ss-")
	wider.compareOrders(sketch("ss-", "--s"))
	if n := len(wider.claims); n != 2 || !strings.Contains(wider.claims[1].notes[0], "only found when the order was reversed") {
		t.Errorf("%d claims: %+v", n, wider.claims)
	}
}

func TestCostMultiple(t *testing.T) {
	bill := func(usd string) chat.Answer {
		return chat.Answer{Finish: &chat.Finish{Cost: cost(usd)}}
	}
	got := costMultiple([]chat.Answer{bill("0.01"), bill("0.02"), {}}, []chat.Answer{bill("0.03"), bill("0.04")})
	if got == nil || math.Abs(*got-5) > 1e-9 {
		t.Errorf("multiple %v, want 5", got)
	}
	unknown := chat.Answer{Finish: &chat.Finish{Cost: chat.Cost{Source: chat.CostUnknown}}}
	if got := costMultiple([]chat.Answer{bill("0.01"), unknown}, nil); got != nil {
		t.Errorf("a multiple of unknown prices: %v", *got)
	}
	if got := costMultiple([]chat.Answer{bill("0"), bill("0")}, nil); got != nil {
		t.Errorf("a multiple of nothing: %v", *got)
	}
}
