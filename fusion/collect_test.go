package fusion

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"assay/engine/chat"
)

// The rules of waiting: who is in the comparison, and when it begins.
func TestQuorum(t *testing.T) {
	type late struct {
		lane  int
		delay time.Duration
	}
	for name, tc := range map[string]struct {
		quorum int
		grace  time.Duration
		late   []late
		fuse   time.Duration // when the user asks to go on; 0 never
		begins time.Duration // when the judge is asked; 0 never
		states string
	}{
		"all at once":            {begins: 3020 * time.Millisecond, states: "ok ok ok"},
		"straggler within grace": {late: []late{{2, 5 * time.Second}}, begins: 5020 * time.Millisecond, states: "ok ok ok"},
		"straggler past grace":   {late: []late{{2, 20 * time.Second}}, begins: 6020 * time.Millisecond, states: "ok ok late"},
		"grace grows with time":  {late: []late{{0, 40 * time.Second}, {1, 40 * time.Second}, {2, 80 * time.Second}}, begins: 50025 * time.Millisecond, states: "ok ok late"},
		"grace as set":           {grace: time.Second, late: []late{{2, 20 * time.Second}}, begins: 3020 * time.Millisecond, states: "ok ok late"},
		"quorum of all":          {quorum: 3, late: []late{{2, 90 * time.Second}}, begins: 90020 * time.Millisecond, states: "ok ok ok"},
		"quorum of one is kept":  {quorum: 1, late: []late{{1, 60 * time.Second}, {2, 90 * time.Second}}, states: "ok late late"},
		"fuse now":               {quorum: 3, late: []late{{2, 90 * time.Second}}, fuse: 10 * time.Second, begins: 10 * time.Second, states: "ok ok late"},
		"fuse now, little there": {quorum: 3, late: []late{{1, 90 * time.Second}, {2, 90 * time.Second}}, fuse: 10 * time.Second, states: "ok late late"},
		"deadline":               {quorum: 3, late: []late{{2, 8 * time.Minute}}, begins: 5 * time.Minute, states: "ok ok late"},
	} {
		t.Run(name, func(t *testing.T) {
			p, acts := panelABC()
			p.Quorum, p.Timing.Grace, p.Mode = tc.quorum, tc.grace, Compare
			p.Timing.Linger = 10 * time.Minute
			for _, l := range tc.late {
				a := acts[p.Members[l.lane].Model]
				a.delay = l.delay
				acts[p.Members[l.lane].Model] = a
			}
			synctest.Test(t, func(t *testing.T) {
				p.Control = NewControl() // inside the bubble, so that waiting on it lets time pass
				if tc.fuse > 0 {
					timer := time.AfterFunc(tc.fuse, p.Control.FuseNow)
					defer timer.Stop()
				}
				s, began := &seen{t: t}, time.Now()
				var asked time.Duration
				inner := acts["lab-j/judge"]
				inner.reply = func(r *chat.Request) string {
					asked = time.Since(began) - inner.delay
					return scriptedJudge(r)
				}
				acts["lab-j/judge"] = inner
				out := Run(t.Context(), newScript(t, acts), s.emit, p)
				var states []string
				for _, m := range out.Analysis.Members {
					states = append(states, m.State)
				}
				if got := strings.Join(states, " "); got != tc.states {
					t.Errorf("states %q, want %q", got, tc.states)
				}
				if asked != tc.begins {
					t.Errorf("the judge was asked after %v, want %v", asked, tc.begins)
				}
				for _, a := range out.Answers {
					if a.Finish == nil || a.Text == "" {
						t.Errorf("lane %d did not run to its end", a.Spec.Lane)
					}
				}
			})
		})
	}
}

// With fewer than two complete answers "fuse now" takes what has arrived, and what is
// missing from such an answer counts for nothing.
func TestFuseNowTakesWhatHasArrived(t *testing.T) {
	p, acts := panelABC()
	p.Mode, p.Judge = Compare, Seat{}
	slow := acts["lab-b/beta"]
	slow.delay = time.Second
	slow.pieces = append(slow.pieces, strings.Split(strings.Repeat(" More words follow here.", 4000), ".")...)
	acts["lab-b/beta"] = slow
	acts["lab-c/gamma"] = act{hang: true}
	synctest.Test(t, func(t *testing.T) {
		p.Control = NewControl()
		timer := time.AfterFunc(3*time.Second, p.Control.FuseNow)
		defer timer.Stop()
		s := &seen{t: t}
		out := Run(t.Context(), newScript(t, acts), s.emit, p)
		a := out.Analysis
		if out.Kind != Compared || a.Members[1].State != string(Truncated) || !strings.Contains(a.Members[1].Detail, "fused early") {
			t.Fatalf("%s, members %+v", out.Kind, a.Members)
		}
		for _, x := range a.PartialCoverage {
			for _, lane := range x.MissingFrom {
				if lane == 1 {
					t.Errorf("a cut answer is said to miss %q", x.Point)
				}
			}
		}
		if len(out.Answers[1].Text) < 80000 {
			t.Errorf("the answer went on to %d bytes only", len(out.Answers[1].Text))
		}
	})
}

func TestTickShowsProvisionalComparisons(t *testing.T) {
	p, acts := panelABC()
	p.Mode, p.Judge = Compare, Seat{}
	for _, m := range p.Members {
		a := acts[m.Model]
		a.delay = 0
		for range 500 {
			a.pieces = append(a.pieces, " Indeed.")
		}
		acts[m.Model] = a
	}
	synctest.Test(t, func(t *testing.T) {
		p.Control = NewControl()
		s := &seen{t: t}
		ticker := time.AfterFunc(time.Second, p.Control.Tick)
		defer ticker.Stop()
		out := Run(t.Context(), newScript(t, acts), s.emit, p)
		if len(s.analyses) < 3 || s.analyses[0].Final || len(s.analyses[0].Consensus) == 0 {
			t.Fatalf("%d analyses, the first %+v", len(s.analyses), s.analyses[0])
		}
		for _, m := range s.analyses[0].Members {
			if m.State != "" && m.State != string(Late) {
				t.Errorf("member %+v before anybody ended", m)
			}
		}
		if out.Kind != Compared {
			t.Error(out.Kind)
		}
	})
}

func TestClassify(t *testing.T) {
	long := strings.Repeat("The committee met on Tuesday and agreed on most of the points. ", 10)
	fin := func(reason string) *chat.Finish { return &chat.Finish{FinishReason: reason} }
	for name, tc := range map[string]struct {
		a    chat.Answer
		want State
	}{
		"fine":              {chat.Answer{Text: "42", Finish: fin("stop")}, OK},
		"white space":       {chat.Answer{Text: " \n\u200b\u2060", Finish: fin("stop")}, Empty},
		"all thought":       {chat.Answer{Finish: fin("length")}, Empty},
		"length":            {chat.Answer{Text: "One", Finish: fin("length")}, Truncated},
		"tool only":         {chat.Answer{Tools: []chat.ToolRequest{{Name: "f"}}, Finish: fin("tool_calls")}, ToolOnly},
		"text and tool":     {chat.Answer{Text: "Let me look.", Tools: []chat.ToolRequest{{Name: "f"}}, Finish: fin("tool_calls")}, OK},
		"refusal":           {chat.Answer{Text: "I'm sorry, but I can't help with that.", Finish: fin("stop")}, Refusal},
		"regret, then text": {chat.Answer{Text: "I'm sorry to hear that. " + long, Finish: fin("stop")}, OK},
		"breaks off":        {chat.Answer{Text: long + "After that they decided to move on with the", Finish: fin("stop")}, Truncated},
		"open fence":        {chat.Answer{Text: "Like this:\n```go\nfunc main() {\n", Finish: fin("stop")}, Truncated},
		"stopped empty":     {chat.Answer{Failure: &chat.Failure{ErrorType: chat.ErrCancelled}}, Stopped},
		"stopped with text": {chat.Answer{Text: "Half", Failure: &chat.Failure{ErrorType: chat.ErrCancelled}}, Truncated},
		"cut":               {chat.Answer{Text: "Half", Failure: &chat.Failure{ErrorType: chat.ErrUnavailable}}, Truncated},
		"failed":            {chat.Answer{Failure: &chat.Failure{ErrorType: chat.ErrServer}}, Failed},
		"policy refusal":    {chat.Answer{Failure: &chat.Failure{ErrorType: chat.ErrRefusal}}, Refusal},
		"filtered":          {chat.Answer{Finish: fin("content_filter")}, Failed},
		"never ended":       {chat.Answer{}, Failed},
	} {
		if got, detail := classify(&tc.a); got != tc.want || (detail == "") != (got == OK) {
			t.Errorf("%s: %s (%q), want %s", name, got, detail, tc.want)
		}
	}
}
