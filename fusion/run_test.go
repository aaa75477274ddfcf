package fusion

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"assay/engine/chat"
)

// play runs a plan under virtual time and checks what holds for every run.
func play(t *testing.T, p *Plan, acts map[string]act, during ...func()) (Outcome, *seen, *script) {
	t.Helper()
	var out Outcome
	s, r := &seen{t: t}, newScript(t, acts)
	synctest.Test(t, func(t *testing.T) {
		for _, f := range during {
			go f()
		}
		began := time.Now()
		out = Run(t.Context(), r, s.emit, p)
		if took := time.Since(began); took > 20*time.Minute {
			t.Errorf("the run took %v", took)
		}
		if r.open != 0 {
			t.Errorf("%d lanes still open", r.open)
		}
	})
	texts := map[int]string{}
	for _, a := range out.Answers {
		texts[a.Spec.Lane] = a.Text
	}
	for _, a := range s.analyses {
		checkQuotes(t, a, texts)
	}
	if n := len(s.analyses); out.Analysis != nil && out.Kind != Cancelled && (n == 0 || s.analyses[n-1] != out.Analysis || !out.Analysis.Final) {
		t.Error("the last analysis is not the final one")
	}
	return out, s, r
}

func TestFuse(t *testing.T) {
	p, acts := panelABC()
	out, s, r := play(t, p, acts)
	if out.Kind != Fused || out.Err != nil {
		t.Fatalf("outcome %s, %v; warnings %q", out.Kind, out.Err, out.Analysis.Warnings)
	}
	if want := "Paris is the capital. It is large. Go there."; out.Text != want {
		t.Errorf("text %q, want %q", out.Text, want)
	}
	a := out.Analysis
	if a.Judge.Source != SourceJudge || a.Judge.Method != "model" || a.Judge.Model != "lab-j/judge" || a.Judge.Seed != 42 {
		t.Errorf("judge %+v", a.Judge)
	}
	if len(a.Consensus) != 2 || a.Consensus[1].Unanimous || !a.Consensus[0].Unanimous || len(a.Consensus[0].Lanes) != 3 || a.Consensus[0].Vendors != 3 {
		t.Errorf("consensus %+v", a.Consensus)
	}
	if len(a.PartialCoverage) != 0 || len(a.UniqueInsights) != 3 || len(a.BlindSpots) != 1 {
		t.Errorf("partial %+v, unique %+v, blind %+v", a.PartialCoverage, a.UniqueInsights, a.BlindSpots)
	}
	if len(a.Links) == 0 || out.Text[a.Links[0].Start:a.Links[0].End] != "Paris is the capital." {
		t.Errorf("links %+v", a.Links)
	}
	if got := a.Statistics; got.GatingLane != 2 || got.CostMultiple == nil || *got.CostMultiple != 5 {
		t.Errorf("statistics %+v", got)
	}
	if first := s.analyses[0]; first.Judge.Method != "lexical" || first.Final {
		t.Errorf("the first analysis should be provisional and lexical: %+v", first.Judge)
	}
	if r.lanes[3].Role != chat.RoleJudge || r.lanes[4].Role != chat.RoleWriter {
		t.Errorf("lanes %+v", r.lanes)
	}
	prompt := r.prompt("lab-w/writer", chat.RoleWriter, 0)
	for _, word := range []string{"c1 [A, B, C] Paris is the capital of France", "│ Paris is the capital"} {
		if !strings.Contains(prompt, word) {
			t.Errorf("writer's prompt lacks %q:\n%s", word, prompt)
		}
	}
}
