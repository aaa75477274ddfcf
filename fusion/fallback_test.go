package fusion

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"assay/engine/chat"
)

// A judge or writer that has just failed as a member is not asked again.
func TestDeadMemberIsNotTheJudge(t *testing.T) {
	p, acts := panelABC()
	p.Judge = p.Members[0]
	p.Writer = p.Members[0]
	acts[p.Members[0].Model] = act{fail: chat.ErrServer}
	for _, m := range []string{"lab-s/spare", "lab-t/elsewhere"} {
		acts[m+" judge"], acts[m+" writer"] = act{reply: scriptedJudge}, act{pieces: []string{"Paris ⟦c1⟧."}}
	}
	out, _, r := play(t, p, acts)
	if out.Kind != Fused || out.Analysis.Judge.Source != SourceSecond || r.asked(p.Members[0].Model, chat.RoleJudge) != 0 || r.asked(p.Members[0].Model, chat.RoleWriter) != 0 {
		t.Errorf("%s, judge %+v", out.Kind, out.Analysis.Judge)
	}
}

// What is wrong with the provider as a whole sends the stand-in elsewhere; what is
// wrong with one model does not.
func TestStandInGoesElsewhereWhenTheProviderIsToBlame(t *testing.T) {
	for kind, want := range map[chat.ErrorType]string{
		chat.ErrRateLimit: "lab-t/elsewhere", chat.ErrAuthentication: "lab-t/elsewhere", chat.ErrServer: "lab-s/spare",
	} {
		p, acts := panelABC()
		acts["lab-j/judge"] = act{fail: kind}
		acts[want] = act{reply: scriptedJudge}
		out, _, _ := play(t, p, acts)
		if got := out.Analysis.Judge.Model; got != want {
			t.Errorf("after %s the judge is %s, want %s", kind, got, want)
		}
	}
}

// The re-ask holds the judge's own words and none of the answers.
func TestAgainSendsNoAnswers(t *testing.T) {
	p, acts := panelABC()
	n := 0
	acts["lab-j/judge"] = act{reply: func(r *chat.Request) string {
		n++
		if n == 1 {
			return `The verdict: {"verdict": "I mixed up the keys"}`
		}
		return `{"claims":[{"id":"c1","text":"Paris is the capital","stance":{"A":["support","A1"],"B":["support","B1"],"C":["support","C1"]}}]}`
	}}
	out, _, r := play(t, p, acts)
	if out.Analysis.Judge.Source != SourceRepaired || r.asked("lab-j/judge", chat.RoleJudge) != 2 {
		t.Fatalf("%+v", out.Analysis.Judge)
	}
	again := r.prompt("lab-j/judge", chat.RoleJudge, 1)
	if strings.Contains(again, "Louvre") || !strings.Contains(again, "I mixed up the keys") {
		t.Errorf("the second prompt is %q", again)
	}
}

func TestBothOrdersByDefaultForLesserJudges(t *testing.T) {
	p, acts := panelABC()
	p.Judge.Frontier = false
	out, _, r := play(t, p, acts)
	if r.asked("lab-j/judge", chat.RoleJudge) != 2 || out.Analysis.Judge.Flips != 0 {
		t.Fatalf("asked %d times, %d flips", r.asked("lab-j/judge", chat.RoleJudge), out.Analysis.Judge.Flips)
	}
	one, two := r.prompt("lab-j/judge", chat.RoleJudge, 0), r.prompt("lab-j/judge", chat.RoleJudge, 1)
	first, second := readSheet(one), readSheet(two)
	if first[0].id[:1] != second[len(second)-1].id[:1] || first[0].id[:1] == second[0].id[:1] {
		t.Errorf("orders %v and %v", first, second)
	}

	p, acts = panelABC()
	p.Judge.Frontier = false
	var calls atomic.Int32 // the passes run side by side
	acts["lab-j/judge"] = act{reply: func(r *chat.Request) string {
		out := scriptedJudge(r)
		if calls.Add(1) == 2 {
			out = strings.Replace(out, `"support"`, `"contradict"`, 1)
		}
		return out
	}}
	out, _, _ = play(t, p, acts)
	if out.Analysis.Judge.Flips != 1 || !strings.Contains(allNotes(out.Analysis), "order sensitive") {
		t.Errorf("%d flips, notes %q", out.Analysis.Judge.Flips, allNotes(out.Analysis))
	}
}

func allNotes(a *chat.Analysis) string {
	var out []string
	for _, c := range a.Consensus {
		out = append(out, c.Notes...)
	}
	for _, x := range a.Contradictions {
		out = append(out, x.Notes...)
	}
	for _, p := range a.PartialCoverage {
		out = append(out, p.Notes...)
	}
	for _, u := range a.UniqueInsights {
		out = append(out, u.Notes...)
	}
	return strings.Join(out, "; ")
}

// An answer too long for the judge's window is read all the same, and what was left
// out is told, step by step as room gets scarcer.
func TestOverflow(t *testing.T) {
	shared := "The harbour was built by the old merchants of the town over many years. "
	long := func(name string, n int) string {
		var b strings.Builder
		b.WriteString(strings.Repeat(shared, 1))
		for i := range n {
			b.WriteString("Fact " + name + " number " + strings.Repeat("x", i%5+1) + " tells about the " + name + " wall and its stones in section " + string(rune('a'+i%26)) + ". ")
		}
		return b.String()
	}
	for name, tc := range map[string]struct {
		context int
		n       int
		calls   int
		warns   string
	}{
		"fits":       {200_000, 60, 1, ""},
		"unknown":    {0, 60, 1, ""},
		"in windows": {19_000, 260, 3, "read them in"},
		"too long":   {11_000, 260, 6, "did not read answer"},
	} {
		t.Run(name, func(t *testing.T) {
			p, acts := answering(Compare, "Tell me about the harbour.", long("north", tc.n), long("south", tc.n), long("east", tc.n))
			p.Judge = Seat{Model: "j/judge", Vendor: "j", Frontier: true, Context: tc.context}
			acts["j/judge"] = act{reply: scriptedJudge}
			out, _, r := play(t, p, acts)
			calls := r.asked("j/judge", chat.RoleJudge)
			if calls != tc.calls {
				t.Errorf("%d calls, want %d; warnings %q", calls, tc.calls, out.Analysis.Warnings)
			}
			if got := strings.Join(out.Analysis.Warnings, "; "); !strings.Contains(got, tc.warns) || tc.warns == "" && strings.Contains(got, "room") {
				t.Errorf("warnings %q", got)
			}
			for i := range calls {
				if size := chat.ApproxTokens(r.prompt("j/judge", chat.RoleJudge, i)); tc.context > 0 && size > float64(tc.context) {
					t.Errorf("prompt %d has about %.0f tokens for a window of %d", i, size, tc.context)
				}
			}
			if calls > 1 && !strings.Contains(r.prompt("j/judge", chat.RoleJudge, 1), "already found") {
				t.Error("the second window is not told of the first's claims")
			}
			if out.Analysis.Judge.Ungrounded != 0 {
				t.Errorf("%d citations lost their spans", out.Analysis.Judge.Ungrounded)
			}
		})
	}
}

// A cheap model thins the answers out before they are cut into windows; ids stay what
// they were, and an answer of which something was left out is not called silent.
func TestExtractorThinsOut(t *testing.T) {
	var filler strings.Builder
	for i := range 400 {
		filler.WriteString("Some filler sentence of no great weight number " + strings.Repeat("z", i%7+1) + " stands here. ")
	}
	p, acts := answering(Compare, "Q?", filler.String()+"The wall is 40 metres long.", "The wall is 40 metres long. It is old.")
	p.Judge = Seat{Model: "j/judge", Vendor: "j", Frontier: true, Context: 17_000}
	p.Extractor = Seat{Model: "cheap/m"}
	acts["j/judge"] = act{reply: scriptedJudge}
	acts["cheap/m"] = act{reply: func(r *chat.Request) string {
		var keep []string
		for _, l := range readSheet(r.Messages[1].Text()) {
			if strings.Contains(l.text, "wall") || strings.Contains(l.text, "old") {
				keep = append(keep, `"`+l.id+`"`)
			}
		}
		return "```json\n{\"keep\":[" + strings.Join(keep, ",") + "]}\n```"
	}}
	out, _, r := play(t, p, acts)
	if r.asked("cheap/m", chat.RoleJudge) != 2 || r.asked("j/judge", chat.RoleJudge) != 1 {
		t.Fatalf("extractor %d, judge %d; %q", r.asked("cheap/m", chat.RoleJudge), r.asked("j/judge", chat.RoleJudge), out.Analysis.Warnings)
	}
	if c := out.Analysis.Consensus; len(c) != 1 || len(c[0].Lanes) != 2 || out.Analysis.Judge.Ungrounded != 0 {
		t.Errorf("consensus %+v", c)
	}
	if !strings.Contains(strings.Join(out.Analysis.Warnings, "; "), "spans of answer 1 left out") {
		t.Errorf("warnings %q", out.Analysis.Warnings)
	}
}

func TestWriterTooSmallSeesTheCitedSpans(t *testing.T) {
	p, acts := panelABC()
	acts["lab-a/alpha"] = act{delay: time.Second, pieces: []string{answersABC["lab-a/alpha"] + "\n\n" + strings.Repeat("```\n"+strings.Repeat("some code line\n", 3000)+"```\n\n", 1)}}
	p.Writer.Context = 12_000
	out, _, r := play(t, p, acts)
	if out.Kind != Fused || !strings.Contains(strings.Join(out.Analysis.Warnings, "; "), "too long for the writer") {
		t.Errorf("%s %q", out.Kind, out.Analysis.Warnings)
	}
	prompt := r.prompt("lab-w/writer", chat.RoleWriter, 0)
	if len(prompt) > 40_000 || !strings.Contains(prompt, "Louvre") {
		t.Errorf("the writer's prompt has %d bytes", len(prompt))
	}
}
