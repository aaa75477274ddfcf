package fusion

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"assay/engine/chat"
)

// fault is a way a lane goes wrong, and what a run should make of it.
type fault struct {
	name   string
	act    func(ok act) act
	state  State // of a member
	usable bool
}

func with(change func(a *act)) func(act) act {
	return func(a act) act {
		change(&a)
		return a
	}
}

var memberFaults = []fault{
	{"ok", with(func(*act) {}), OK, true},
	{"empty", with(func(a *act) { a.pieces = nil }), Empty, false},
	{"blank", with(func(a *act) { a.pieces = []string{" \n", "\t\u200b\n"} }), Empty, false},
	{"tool only", with(func(a *act) { a.pieces, a.tools, a.finish = nil, true, "tool_calls" }), ToolOnly, false},
	{"refusal", with(func(a *act) { a.pieces = []string{"I'm sorry, but I can't help with that request."} }), Refusal, true},
	{"truncated", with(func(a *act) { a.finish = "length" }), Truncated, true},
	{"timeout", with(func(a *act) { a.hang = true }), Late, false},
	{"401", with(func(a *act) { a.pieces, a.fail = nil, chat.ErrAuthentication }), Failed, false},
	{"402", with(func(a *act) { a.pieces, a.fail = nil, chat.ErrPayment }), Failed, false},
	{"429", with(func(a *act) { a.pieces, a.fail = nil, chat.ErrRateLimit }), Failed, false},
	{"500", with(func(a *act) { a.pieces, a.fail = nil, chat.ErrServer }), Failed, false},
	{"cut", with(func(a *act) { a.pieces, a.fail = a.pieces[:1], chat.ErrUnavailable }), Truncated, true},
	{"filter", with(func(a *act) { a.pieces, a.finish = nil, "content_filter" }), Failed, false},
	{"10 MB line", with(func(a *act) { a.pieces = []string{strings.Repeat("word ", 2<<20)} }), OK, true},
}

// judgeFaults and the sources they lead to when the stand-in is fine.
var judgeFaults = []struct {
	fault
	source string
}{
	{fault{name: "ok", act: with(func(*act) {})}, SourceJudge},
	{fault{name: "malformed", act: with(func(a *act) {
		a.reply = func(r *chat.Request) string {
			return "Sure!\n```json\n" + strings.ReplaceAll(strings.TrimRight(scriptedJudge(r), "}]"), `],"`, `] "`)
		}
	})}, SourceRepaired},
	{fault{name: "empty", act: with(func(a *act) { a.reply = nil })}, SourceSecond},
	{fault{name: "refusal", act: with(func(a *act) { a.reply, a.pieces = nil, []string{"I'm sorry, but I can't assist with comparing these."} })}, SourceSecond},
	{fault{name: "filter", act: with(func(a *act) { a.reply, a.finish = nil, "content_filter" })}, SourceSecond},
	{fault{name: "timeout", act: with(func(a *act) { a.hang = true })}, SourceSecond},
	{fault{name: "5xx", act: with(func(a *act) { a.reply, a.fail = nil, chat.ErrServer })}, SourceSecond},
	{fault{name: "schema drift", act: with(func(a *act) {
		a.reply, a.pieces = nil, []string{`{"consensus":["Paris is a capital"],`, `"verdict":"fine"}`}
	})}, SourceSecond},
	{fault{name: "prose", act: with(func(a *act) { a.reply, a.pieces = nil, []string{"Answer A is the best of them."} })}, SourceSecond},
	{fault{name: "cut mid-stream", act: with(func(a *act) { a.fail = chat.ErrUnavailable })}, SourceSecond},
}

var writerFaults = []fault{
	{name: "ok", act: with(func(*act) {}), usable: true},
	{name: "empty", act: with(func(a *act) { a.pieces = nil })},
	{name: "refusal", act: with(func(a *act) { a.pieces = []string{"I'm sorry, but I can't help with that."} })},
	{name: "filter", act: with(func(a *act) { a.pieces, a.finish = nil, "content_filter" })},
	{name: "timeout", act: with(func(a *act) { a.hang = true })},
	{name: "5xx", act: with(func(a *act) { a.pieces, a.fail = nil, chat.ErrServer })},
	{name: "429", act: with(func(a *act) { a.pieces, a.fail = nil, chat.ErrRateLimit })},
	{name: "cut", act: with(func(a *act) { a.fail = chat.ErrUnavailable })},
	{name: "length", act: with(func(a *act) { a.finish = "length" }), usable: true},
}

// Every kind of fault at a member, a judge and a writer, at every position, with and
// without working stand-ins: each run ends, with the outcome and the source that its
// faults call for.
func TestResilience(t *testing.T) {
	runs := 0
	for i := range 168 {
		m := memberFaults[i%len(memberFaults)]
		n := memberFaults[(i/len(memberFaults)*5+i)%len(memberFaults)]
		j := judgeFaults[(i+i/len(judgeFaults))%len(judgeFaults)]
		w := writerFaults[(i*2+i/len(writerFaults))%len(writerFaults)]
		if (m.name == "10 MB line" || n.name == "10 MB line") && i > len(memberFaults) {
			m, n = memberFaults[0], memberFaults[1] // a few are enough: they are slow
		}
		standIns := i%3 != 2
		name := fmt.Sprintf("%d %s+%s, judge %s, writer %s, stand-ins %t", i, m.name, n.name, j.name, w.name, standIns)
		t.Run(name, func(t *testing.T) {
			p, acts := panelABC()
			p.Judge.Frontier = i%4 != 0
			first, second := p.Members[i%3].Model, p.Members[(i+1)%3].Model
			acts[first], acts[second] = m.act(acts[first]), n.act(acts[second])
			acts["lab-j/judge"] = j.act(acts["lab-j/judge"])
			acts["lab-w/writer"] = w.act(acts["lab-w/writer"])
			spareJudge := act{delay: time.Second, reply: scriptedJudge}
			spareWriter := act{pieces: []string{"Paris ⟦c1⟧."}}
			if !standIns {
				spareJudge, spareWriter = act{fail: chat.ErrServer}, act{fail: chat.ErrServer}
			}
			for _, model := range []string{"lab-s/spare", "lab-t/elsewhere"} {
				acts[model+" judge"], acts[model+" writer"] = spareJudge, spareWriter
			}
			out, _, _ := play(t, p, acts)
			usable := 1
			for _, f := range []fault{m, n} {
				if f.usable {
					usable++
				}
			}
			checkMember(t, out, i%3, m)
			checkMember(t, out, (i+1)%3, n)
			checkOutcome(t, out, usable, j.source, j.name == "cut mid-stream", w.usable, standIns)
		})
		runs++
	}
	if runs < 150 {
		t.Fatalf("only %d runs", runs)
	}
}

func checkMember(t *testing.T, out Outcome, lane int, f fault) {
	t.Helper()
	m := out.Analysis.Members[lane]
	want := string(f.state)
	if f.name == "timeout" {
		if m.State != string(Late) && m.State != string(Stopped) {
			t.Errorf("hanging member is %s", m.State)
		}
		return
	}
	if m.State != want {
		t.Errorf("member %d (%s) is %s (%s), want %s", lane, f.name, m.State, m.Detail, want)
	}
	if (m.Detail == "") != (f.state == OK) {
		t.Errorf("member %d is %s with detail %q", lane, m.State, m.Detail)
	}
}

func checkOutcome(t *testing.T, out Outcome, usable int, source string, cut, writes, standIns bool) {
	t.Helper()
	if usable == 1 {
		if out.Kind != Single || out.Text == "" || out.Analysis.Judge.Source != SourceLexical {
			t.Errorf("one usable answer: %s, source %s", out.Kind, out.Analysis.Judge.Source)
		}
		return
	}
	if source == SourceSecond && !standIns {
		source = SourceLexical
		if cut {
			source = SourceSalvaged // what a broken call left is better than nothing
		}
	}
	if got := out.Analysis.Judge; got.Source != source || (got.Note == "") != (source == SourceJudge || source == SourceRepaired) {
		t.Errorf("source %s (%s), want %s", got.Source, got.Note, source)
	}
	want := Fused
	if !writes && !standIns {
		want = Verbatim
	}
	if out.Kind != want {
		t.Errorf("outcome %s, want %s; warnings %q", out.Kind, want, out.Analysis.Warnings)
	}
	if out.Text == "" || out.Lane == chat.NoLane || Verdict(out.Analysis) != out.Lane {
		t.Errorf("no answer: lane %d, %q", out.Lane, out.Text)
	}
}

func TestAllMembersFail(t *testing.T) {
	p, acts := panelABC()
	for _, m := range p.Members {
		acts[m.Model] = act{fail: chat.ErrRateLimit}
	}
	out, s, r := play(t, p, acts)
	var perr *PanelError
	if out.Kind != None || !errors.As(out.Err, &perr) || len(perr.Members) != 3 {
		t.Fatalf("outcome %+v", out)
	}
	for _, m := range p.Members {
		if !strings.Contains(out.Err.Error(), m.Model+": failed (rate_limit_exceeded: scripted)") {
			t.Errorf("error lacks %s: %v", m.Model, out.Err)
		}
	}
	if n := len(s.analyses); n == 0 || !s.analyses[n-1].Final || len(s.analyses[n-1].Members) != 3 || r.asked("lab-j/judge", chat.RoleJudge) != 0 {
		t.Error("no final analysis, or a judge was asked about nothing")
	}
}

func TestCancelKeepsWhatIsThere(t *testing.T) {
	for _, after := range []time.Duration{500 * time.Millisecond, 2500 * time.Millisecond, 3500 * time.Millisecond, 5 * time.Second} {
		t.Run(after.String(), func(t *testing.T) {
			p, acts := panelABC()
			acts["lab-w/writer"] = act{hang: true}
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), after)
				defer cancel()
				s, r := &seen{t: t}, newScript(t, acts)
				began := time.Now()
				out := Run(ctx, r, s.emit, p)
				if out.Kind != Cancelled || !errors.Is(out.Err, ErrCancelled) || time.Since(began) != after {
					t.Errorf("%s after %v: %v", out.Kind, time.Since(began), out.Err)
				}
				if after > 2*time.Second && out.Answers[0].Text == "" {
					t.Error("the first answer is lost")
				}
				if r.open != 0 {
					t.Errorf("%d lanes still open", r.open)
				}
			})
		})
	}
}
