package fusion

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"assay/engine/chat"
)

func savedAnswers() []chat.Answer {
	var out []chat.Answer
	for i, m := range []string{"lab-a/alpha", "lab-b/beta", "lab-c/gamma"} {
		out = append(out, chat.Answer{
			Spec: chat.LaneSpec{Lane: i, Role: chat.RoleAnswer, Model: m}, Text: answersABC[m], Finish: &chat.Finish{FinishReason: "stop"},
		})
	}
	return out
}

func TestProjectionRoundTrip(t *testing.T) {
	p, acts := panelABC()
	out, _, _ := play(t, p, acts)
	raw, err := json.Marshal(ToOpenRouter(out.Analysis))
	if err != nil {
		t.Fatal(err)
	}
	back, err := FromOpenRouter(raw, savedAnswers())
	if err != nil {
		t.Fatal(err)
	}
	texts := map[int]string{}
	for _, a := range savedAnswers() {
		texts[a.Spec.Lane] = a.Text
	}
	checkQuotes(t, back, texts)
	if len(back.Consensus) != len(out.Analysis.Consensus) || len(back.UniqueInsights) != len(out.Analysis.UniqueInsights) || len(back.BlindSpots) != 1 {
		t.Fatalf("back: %+v", back)
	}
	if got, want := back.Consensus[0].Lanes, []int{0, 1, 2}; !slices.Equal(got, want) {
		t.Errorf("the first consensus is linked to %v", got)
	}
	for _, q := range quotes(back) {
		if !q.Weak {
			t.Errorf("an imported link is not weak: %+v", q)
		}
	}
	if back.Judge.Source != SourceImported || !slices.Contains(back.Warnings, "imported analysis: no evidence supplied") || !back.Final {
		t.Errorf("%+v %q", back.Judge, back.Warnings)
	}
}

// The shapes such analyses really come in.
func TestFromOpenRouterShapes(t *testing.T) {
	for name, tc := range map[string]struct {
		in                                                string
		consensus, contradictions, partial, unique, blind int
	}{
		"as documented": {`{"consensus":["Paris is the capital of France"],"contradictions":[{"topic":"size","stances":[{"model":"lab-a/alpha","stance":"large"},{"model":"lab-b/beta","stance":"small"}]}],"partial_coverage":[{"models":["lab-a/alpha","lab-c/gamma"],"point":"It has 2.1 million inhabitants"}],"unique_insights":[{"model":"beta","insight":"The Seine flows through it"}],"blind_spots":["cost"]}`, 1, 1, 1, 1, 1},
		"padded":        {strings.Repeat("\n   ", 300) + `{"consensus":["a b"]}`, 1, 0, 0, 0, 0},
		"wrapped":       {`{"output":[{"type":"x"},{"result":{"analysis":{"consensus":["a b"],"blind_spots":[]}}}]}`, 1, 0, 0, 0, 0},
		"in a string":   {`{"content":"{\"consensus\":[\"a b\"],\"blind_spots\":[\"c\"]}"}`, 1, 0, 0, 0, 1},
		"strings":       {`{"consensus":"only one","contradictions":["they differ on size"],"partial_coverage":["a point"],"unique_insights":["nobody's"],"blind_spots":[]}`, 1, 1, 1, 0, 0},
		"stray heading": {`{"consensus":["a b","## Contradictions","**Partial coverage**"],"contradictions":[]}`, 1, 0, 0, 0, 0},
		"named map":     {`{"consensus":[],"contradictions":[{"topic":"size","stances":[{"lab-a/alpha":"large"}]}]}`, 0, 1, 0, 0, 0},
		"broken":        {"```json\n{\"consensus\":[\"a b\",],\"blind_spots\":[\"c\"", 1, 0, 0, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := FromOpenRouter([]byte(tc.in), savedAnswers())
			if err != nil {
				t.Fatal(err)
			}
			if len(a.Consensus) != tc.consensus || len(a.Contradictions) != tc.contradictions || len(a.PartialCoverage) != tc.partial || len(a.UniqueInsights) != tc.unique || len(a.BlindSpots) != tc.blind {
				t.Errorf("%d %d %d %d %d", len(a.Consensus), len(a.Contradictions), len(a.PartialCoverage), len(a.UniqueInsights), len(a.BlindSpots))
			}
		})
	}
	for name, in := range map[string]string{"nothing": "", "prose": "no lists here", "other": `{"a":1}`} {
		if _, err := FromOpenRouter([]byte(in), savedAnswers()); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	if _, err := FromOpenRouter([]byte(`{"consensus":["a"]}`), nil); err == nil {
		t.Error("an analysis of no answers is accepted")
	}
}

func FuzzFromOpenRouter(f *testing.F) {
	f.Add(`{"consensus":["a"],"contradictions":[{"topic":"t","stances":[{"model":"lab-a/alpha","stance":"s"}]}]}`)
	answers := savedAnswers()
	f.Fuzz(func(t *testing.T, s string) {
		if a, err := FromOpenRouter([]byte(s), answers); err == nil {
			ToOpenRouter(a)
		}
	})
}
