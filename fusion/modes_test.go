package fusion

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"assay/engine/chat"
)

// answering is a plan whose members say the given texts, without a judge.
func answering(mode Mode, question string, texts ...string) (*Plan, map[string]act) {
	p := &Plan{Mode: mode, Request: &chat.Request{Messages: []chat.Message{chat.TextMessage(chat.User, question)}}, Seed: 9}
	acts := map[string]act{}
	for i, text := range texts {
		model := string(rune('a'+i)) + "/m"
		p.Members = append(p.Members, Seat{Model: model, Vendor: model[:1]})
		acts[model] = act{delay: time.Duration(i+1) * 100 * time.Millisecond, pieces: []string{text}}
	}
	return p, acts
}

func TestCompareStopsAtTheAnalysis(t *testing.T) {
	p, acts := panelABC()
	p.Mode = Compare
	out, _, r := play(t, p, acts)
	if out.Kind != Compared || out.Text != "" || Verdict(out.Analysis) != chat.NoLane || r.asked("lab-w/writer", chat.RoleWriter) != 0 {
		t.Errorf("%s %q", out.Kind, out.Text)
	}
}

func TestLexicalJudgeOnly(t *testing.T) {
	p, acts := panelABC()
	p.Judge = Seat{}
	out, _, r := play(t, p, acts)
	if out.Kind != Fused || out.Analysis.Judge.Method != "lexical" || out.Analysis.Judge.Note != "" || len(r.lanes) != 4 {
		t.Errorf("%s, judge %+v, lanes %v", out.Kind, out.Analysis.Judge, r.lanes)
	}
	if _, taken := r.lanes[3]; taken {
		t.Error("the judge's lane went to somebody else")
	}
}

func TestPick(t *testing.T) {
	p, acts := panelABC()
	p.Mode = Pick
	out, _, _ := play(t, p, acts)
	if out.Kind != Picked || out.Text != answersABC["lab-a/alpha"] || out.Lane != 0 || Verdict(out.Analysis) != 0 {
		t.Errorf("%s lane %d %q", out.Kind, out.Lane, out.Text)
	}
}

func TestVote(t *testing.T) {
	for name, tc := range map[string]struct {
		texts []string
		kind  Kind
		lane  int
		tally string
	}{
		"majority":         {[]string{"41", "The answer is 42.", "**42**", "Forty-one."}, Voted, 1, "2 × The answer is 42."},
		"numbers":          {[]string{"1,000", "1000.0", "999"}, Voted, 0, "2 × 1,000"},
		"letters":          {[]string{"The right one is option (B).\n\nBecause of the long explanation that follows here and there.", "B", "C"}, Voted, 0, "2 × B"},
		"boxed":            {[]string{`We compute and find after long thought, in several steps, that it is \boxed{7} as was to be shown.`, "7", "8"}, Voted, 0, "2 × 7"},
		"tie":              {[]string{"yes", "no"}, Tied, chat.NoLane, "1 × yes, 1 × no"},
		"refusals abstain": {[]string{"I'm sorry, but I can't help with that.", "no", "No."}, Voted, 1, "2 × no"},
	} {
		t.Run(name, func(t *testing.T) {
			p, acts := answering(Vote, "How many?", tc.texts...)
			p.Judge = Seat{Model: "never/asked"}
			out, _, _ := play(t, p, acts)
			if out.Kind != tc.kind || out.Lane != tc.lane {
				t.Errorf("%s lane %d, want %s lane %d", out.Kind, out.Lane, tc.kind, tc.lane)
			}
			if note := out.Analysis.Judge.Note; !strings.Contains(note, tc.tally) {
				t.Errorf("note %q, want %q", note, tc.tally)
			}
			if out.Kind == Tied && len(out.Analysis.Contradictions) != 1 {
				t.Errorf("a tie is not shown: %+v", out.Analysis)
			}
		})
	}
}

func TestScout(t *testing.T) {
	same := "Paris is the capital of France. It has two million inhabitants."
	for name, tc := range map[string]struct {
		texts []string
		kind  Kind
		asked int
	}{
		"agree":      {[]string{same, same, "unused", "unused"}, Picked, 2},
		"contradict": {[]string{"The tower is 300 metres high.", "The tower is 450 metres high.", "The tower is 300 metres high.", "It stands."}, Compared, 4},
		"refusal":    {[]string{same, "I'm sorry, but I can't help with that.", same, same}, Compared, 4},
		"differ":     {[]string{same, "Bread is baked early in the morning by bakers.", same, same}, Compared, 4},
	} {
		t.Run(name, func(t *testing.T) {
			p, acts := answering(Scout, "Tell me.", tc.texts...)
			out, _, r := play(t, p, acts)
			if out.Kind != tc.kind || len(r.lanes) != tc.asked {
				t.Errorf("%s, %d lanes; want %s, %d; %q", out.Kind, len(r.lanes), tc.kind, tc.asked, out.Analysis.Warnings)
			}
			for _, m := range p.Members[:2] {
				if n := r.asked(m.Model, chat.RoleAnswer); n != 1 {
					t.Errorf("scout %s was asked %d times", m.Model, n)
				}
			}
		})
	}
}

func TestFrugalSkipsJudgeAndWriter(t *testing.T) {
	same := "Paris is the capital of France. It has two million inhabitants."
	p, acts := answering(Fuse, "Tell me.", same, same, same)
	p.Frugal, p.Judge = true, Seat{Model: "never/asked"}
	out, _, _ := play(t, p, acts)
	if out.Kind != Picked || !strings.Contains(out.Analysis.Statistics.Advice, "alike") {
		t.Errorf("%s, advice %q", out.Kind, out.Analysis.Statistics.Advice)
	}
}

func TestAdvice(t *testing.T) {
	for _, prompt := range []string{"What is 17 * 23?", "Is 7 prime? Answer yes or no.", "What is the capital of Peru?", "Which of the following is true?\nA) x\nB) y"} {
		if !Verifiable(prompt) {
			t.Errorf("%q is not recognised", prompt)
		}
	}
	for _, prompt := range []string{"Write a story about a lighthouse.", "Compare the two designs and recommend one.", "Why did the empire fall?"} {
		if Verifiable(prompt) {
			t.Errorf("%q is called verifiable", prompt)
		}
	}
}

func TestRepeatIsSelfFusion(t *testing.T) {
	seats := Repeat(Seat{Model: "a/m", Vendor: "a"}, 3)
	var temps []float64
	for _, s := range seats {
		temps = append(temps, *s.Temperature)
	}
	if len(seats) != 3 || !slices.IsSorted(temps) || temps[0] == temps[2] {
		t.Errorf("temperatures %v", temps)
	}
	p, _ := answering(Compare, "Q?")
	p.Members = seats
	acts := map[string]act{"a/m": {pieces: []string{"Paris is the capital of France."}}}
	out, _, _ := play(t, p, acts)
	if c := out.Analysis.Consensus; len(c) != 1 || len(c[0].Lanes) != 3 || c[0].Vendors != 1 {
		t.Errorf("three voices of one vendor: %+v", c)
	}
}

func TestGuidedThenSynthesize(t *testing.T) {
	p, acts := panelABC()
	p.Mode = Guided
	out, _, r := play(t, p, acts)
	if out.Kind != Waiting || r.asked("lab-w/writer", chat.RoleWriter) != 0 {
		t.Fatalf("%s", out.Kind)
	}
	a := out.Analysis
	rejected := a.UniqueInsights[0]
	o := &Overrides{
		Reject: []string{rejected.ID, "c99"}, Pin: []string{a.Consensus[1].ID}, Accept: []string{"c1"},
		Exclude: []int{1}, Facts: []string{"The question is about 2026."}, Note: "Be brief.",
	}
	var second Outcome
	s := &seen{t: t}
	again := newScript(t, acts)
	synctest.Test(t, func(t *testing.T) {
		second = Synthesize(t.Context(), again, s.emit, p, out.Answers, a, o)
	})
	if second.Kind != Fused || len(again.lanes) != 1 || again.lanes[4].Role != chat.RoleWriter || len(s.analyses) != 1 {
		t.Fatalf("%s, lanes %v, %d analyses", second.Kind, again.lanes, len(s.analyses))
	}
	prompt := again.prompt("lab-w/writer", chat.RoleWriter, 0)
	for _, want := range []string{
		"leave this out, it is rejected (" + rejected.ID + ")", a.Consensus[1].ID + " must appear", "c1 is accepted as true",
		"on the reader's word: The question is about 2026.", "- Be brief.",
	} {
		if !strings.Contains(prompt, want) {
			t.Errorf("the prompt lacks %q", want)
		}
	}
	if strings.Contains(prompt, "Seine") {
		t.Error("an excluded answer is in the prompt")
	}
	if strings.Contains(prompt, "\n"+rejected.ID+" [") {
		t.Error("a rejected claim is in the comparison")
	}
	if len(second.Analysis.Links) == 0 || second.Analysis.Consensus[0].Claim != a.Consensus[0].Claim || !second.Analysis.Final {
		t.Errorf("%+v", second.Analysis)
	}
}

func TestSideIsAConstraint(t *testing.T) {
	a := sketch("sc").analysis()
	o := &Overrides{Side: map[string]int{"x1": 1}}
	got := o.constraints(a, func(lane int) string { return string(rune('A' + lane)) })
	if !strings.Contains(got, "on x1 (sc), this side is right, answer B: denies it") {
		t.Errorf("constraints %q", got)
	}
}

func TestRejudge(t *testing.T) {
	p, acts := panelABC()
	out, _, _ := play(t, p, acts)
	q := *p
	q.Judge, q.Rubric, q.Mode, q.FirstLane = Seat{Model: "lab-k/other", Vendor: "lab-k", Frontier: true, Strict: true}, "research", Compare, 7
	acts["lab-k/other"] = act{reply: func(r *chat.Request) string {
		return strings.ReplaceAll(scriptedJudge(r), `"support"`, `"silent"`)
	}}
	var second Outcome
	s, r := &seen{t: t}, newScript(t, acts)
	synctest.Test(t, func(t *testing.T) { second = Rejudge(t.Context(), r, s.emit, &q, out.Answers) })
	if second.Kind != Compared || len(r.lanes) != 1 || r.lanes[7].Model != "lab-k/other" {
		t.Fatalf("%s, lanes %+v", second.Kind, r.lanes)
	}
	req := r.requests["lab-k/other judge"][0]
	if req.ResponseFormat == nil || !req.ResponseFormat.Strict || !strings.Contains(req.Messages[0].Text(), "Separate facts") {
		t.Errorf("request %+v", req.ResponseFormat)
	}
	moves := Moved(out.Analysis, second.Analysis)
	found := false
	for _, m := range moves {
		found = found || m.From == "consensus" && m.To == "unverified" && strings.HasPrefix(m.Claim, "Paris")
	}
	if !found || len(Moved(out.Analysis, out.Analysis)) != 0 {
		t.Errorf("moves:\n%s", MovedText(moves))
	}
}

func TestRejudgeRefusesLanesThatClash(t *testing.T) {
	p, _ := panelABC()
	p.FirstLane = 1
	answers := []chat.Answer{{Spec: chat.LaneSpec{Lane: 0}, Text: "x"}, {Spec: chat.LaneSpec{Lane: 4}, Text: "y"}}
	if out := Rejudge(t.Context(), newScript(t, nil), (&seen{t: t}).emit, p, answers); out.Err == nil || out.Kind != None {
		t.Errorf("%+v", out)
	}
}
