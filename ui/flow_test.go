package ui_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"assay/catalog"
	"assay/engine/chat"
	"assay/internal/usd"
	"assay/ui"
	"assay/ui/backend"
	"assay/ui/talk"
	"assay/ui/theme"
	"assay/ui/uitest"
)

const (
	alphaText = "# Sky\n\nThe sky is **blue** because of Rayleigh scattering.\n\n- short waves scatter more\n- sunsets are red\n\n```go\nfmt.Println(\"blue\")\n```\n"
	betaText  = "It is blue since short waves scatter more than long ones. At night it is black."
	gammaText = "Water reflects the sky, and that is why it is blue."
)

// scripted is a backend with three models that answer within about two seconds.
func scripted() *uitest.Fake {
	say := func(provider, text string, first time.Duration) uitest.Answer {
		return uitest.Answer{Provider: provider, Text: text, First: first, Every: 100 * time.Millisecond, Piece: 8, Cost: "0.0021"}
	}
	return &uitest.Fake{
		Answers: map[string][]uitest.Answer{
			"acme/alpha": {say("acme", alphaText, 300*time.Millisecond)},
			"beta/beta":  {say("bravo", betaText, 500*time.Millisecond)},
			"gam/gamma":  {say("golf", gammaText, 700*time.Millisecond)},
		},
		Choices: []backend.Choice{
			choice("acme/alpha", "3", "15", 200000, "acme"),
			choice("beta/beta", "0.25", "1", 128000, "bravo", "golf"),
			choice("gam/gamma", "0", "0", 32768, "golf"),
			{Model: &catalog.Model{ID: "delta/delta", Name: "Delta", Context: 8192}, Note: "needs DELTA_API_KEY"},
		},
		Price: backend.Quote{Estimate: chat.Estimate{Min: usd.MustParse("0.0021"), Max: usd.MustParse("0.034")}},
		Says:  backend.Status{Spent: usd.MustParse("0.42"), Cap: usd.MustParse("2"), Period: "today", FreeLeft: 47, FreeLimit: 50},
	}
}

func choice(id, in, out string, ctx int, providers ...string) backend.Choice {
	p, _ := usd.ParsePricePerMillion(in)
	q, _ := usd.ParsePricePerMillion(out)
	m := &catalog.Model{ID: id, Context: ctx}
	m.Author, m.Name, _ = strings.Cut(id, "/")
	for _, name := range providers {
		m.Endpoints = append(m.Endpoints, catalog.Endpoint{Model: id, Provider: name, Tag: name, Context: ctx, Prices: catalog.Prices{Prompt: p, Completion: q}})
	}
	return backend.Choice{Model: m, Providers: providers}
}

func quote(lane int, all, part string) chat.Quote {
	i := strings.Index(all, part)
	return chat.Quote{Lane: lane, Start: i, End: i + len(part), Text: part, Grounded: i >= 0}
}

// fusing makes a backend judge: first word by word, then by a model, with a writer.
func fusing(f *uitest.Fake) *uitest.Fake {
	first := chat.Analysis{
		Consensus:      []chat.Consensus{{ID: "c1", Claim: "Short waves scatter more", Lanes: []int{0, 1}, Quotes: []chat.Quote{quote(0, alphaText, "short waves scatter more"), quote(1, betaText, "short waves scatter more")}}},
		UniqueInsights: []chat.Unique{{ID: "u1", Lane: 1, Insight: "The sky is black at night", Quotes: []chat.Quote{quote(1, betaText, "At night it is black")}}},
		Judge:          chat.JudgeInfo{Method: "lexical"},
	}
	final := first
	final.Contradictions = []chat.Contradiction{{ID: "x1", Topic: "Why is it blue?", Stances: []chat.Stance{
		{Lane: 0, Stance: "scattering", Quotes: []chat.Quote{quote(0, alphaText, "Rayleigh scattering")}},
		{Lane: 1, Stance: "scattering of short waves"},
	}}}
	final.Judge = chat.JudgeInfo{Method: "model", Model: "acme/judge"}
	final.Links = []chat.Link{{Start: 0, End: 17, Claims: []string{"c1"}}}
	final.Final = true
	f.Analyses = []chat.Analysis{first, final}
	f.Every = time.Second
	f.Writer = &uitest.Answer{Provider: "acme", Text: "Scattered light ⟦c1⟧ makes it blue ⟦x1⟧.\n", First: 200 * time.Millisecond, Every: 20 * time.Millisecond, Cost: "0.003"}
	return f
}

func options(f *uitest.Fake, models ...string) ui.Options {
	o := ui.Options{Backend: f, Theme: theme.Options{Dark: true, Profile: theme.TrueColor}}
	for _, m := range models {
		o.Lanes = append(o.Lanes, talk.Setup{Request: chat.Request{Model: m}})
	}
	return o
}

func two(f *uitest.Fake) ui.Options { return options(f, "acme/alpha", "beta/beta") }

// flow runs a test in virtual time.
func flow(t *testing.T, do func(t *testing.T)) { t.Helper(); synctest.Test(t, do) }

// ask types a prompt and sends it.
func ask(d *uitest.Driver, prompt string) *uitest.Driver { return d.Type(prompt).Press("enter") }

func TestAskTwoModels(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := scripted()
		d := uitest.Start(t, 80, 24, two(f))
		d.Sees("1 alpha", "2 beta", "Ask 2 models at once", "served by bravo, golf", "$3 / $15", "to 2 lanes")
		d.Type("why is the sky blue?").Advance(300 * time.Millisecond).Sees("≈$0.0021 to $0.034")
		d.Press("enter").Sees("connecting", "esc stop").Lacks("Rayleigh")
		d.Advance(500*time.Millisecond).Sees("streaming", "≈", "tok")
		d.Advance(3*time.Second).Sees("because of Rayleigh", "At night it is", "✓ done", "$0.0021", "$0.0042", "today $0.42 of $2.00")
		if asks := f.Asks(); len(asks) != 1 || asks[0].Prompt != "why is the sky blue?" || asks[0].Fuse {
			t.Errorf("asked %+v", asks)
		}
		d.Quit()
	})
}

func TestTurnsAndHistory(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := scripted()
		f.Answers["acme/alpha"] = append(f.Answers["acme/alpha"], uitest.Answer{Text: "second alpha"})
		d := uitest.Start(t, 80, 24, two(f))
		ask(d, "first question").Advance(3 * time.Second)
		ask(d, "second question").Advance(3*time.Second).Sees("turn 2 of 2", "second question", "second alpha").Lacks("Rayleigh")
		d.Press("tab", "[").Sees("turn 1 of 2", "first question", "Rayleigh").Lacks("second alpha")
		d.Press("[").Sees("this is the first turn")
		d.Press("]").Sees("turn 2 of 2", "second alpha")
		d.Press("esc", "up").Sees("❯ second question").Press("up").Sees("❯ first question").Press("down", "down").Sees("Ask 2 models")
		if m := f.Asks()[1].Lanes[1].Request.Messages; len(m) != 3 || m[1].Text() != betaText {
			t.Errorf("lane 2 was told %+v", m)
		}
		d.Quit()
	})
}

func TestFusionFillsAndLeadsToTheEvidence(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := fusing(scripted())
		o := two(f)
		o.Fuse = true
		d := uitest.Start(t, 160, 40, o)
		d.Sees("then fused", "What the answers agree on")
		ask(d, "why?").Advance(500 * time.Millisecond).Sees("0 of 2 answers")
		d.Advance(3*time.Second).Sees("Short waves scatter more", "provisional", "without a model", "judging").Lacks("Why is it blue?")
		d.Advance(3*time.Second).Sees("Why is it blue?", "final", "judged by acme/judge", "Scattered light makes it blue.", "≠ 1", "writer").Lacks("⟦")
		before := d.Styled()
		d.Press("tab", "tab", "tab").Sees("next item", "evidence")
		d.Press("j").Sees("“short waves scatter more” ✓")
		if d.Styled() == before || !strings.Contains(d.Styled(), "short waves scatter more") {
			t.Error("the passage does not stand out")
		}
		d.Press("j", "enter").Sees("Rayleigh scattering").Press("j", "enter").Sees("At night")
		d.Press("a").Sees("findings", "scroll").Lacks("next item", "evidence")
		d.Press("a").Sees("next item", "evidence")
		d.Press("esc").Press("esc").Type("x").Sees("❯ x")
		d.Quit()
	})
}

func TestFusionAsATabJumpsToTheLane(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := fusing(scripted())
		o := two(f)
		o.Fuse = true
		d := uitest.Start(t, 80, 24, o)
		ask(d, "why?").Advance(4 * time.Second).Lacks("Fusion ≠1 ✓")
		seen := false
		for range 40 { // the notice goes after a while
			seen = seen || strings.Contains(d.Advance(100*time.Millisecond).Screen(), "the fused answer is ready: shift+tab shows it")
		}
		if d.Sees("Fusion ≠1 ✓"); !seen {
			t.Error("nothing says that the fused answer is ready")
		}
		d.Press("shift+tab").Sees("━ Fusion").Press("esc").Press("esc")
		d.Press("tab", "3").Sees("Fused answer", "Scattered light")
		d.Press("a", "j", "enter").Sees("━ 1 alpha").Lacks("Fused answer")
		d.Quit()
	})
}

func TestProgressCountsAnswersThatCanBeUsed(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := fusing(scripted())
		f.Answers["beta/beta"] = []uitest.Answer{{Provider: "bravo", Failure: &chat.Failure{ErrorType: chat.ErrOverloaded, Status: 503, Provider: "bravo", Message: "busy"}}}
		o := two(f)
		o.Fuse = true
		d := uitest.Start(t, 160, 40, o)
		ask(d, "why?").Advance(time.Second).Sees("✗ failed", "0 of 2 answers").Lacks("1 of 2")
		d.Quit()
	})
}

func TestFuseLaterAndAgain(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := fusing(scripted())
		d := uitest.Start(t, 160, 40, two(f))
		ask(d, "why?").Advance(3 * time.Second).Lacks("Fusion")
		d.Type("/fuse-now").Press("enter").Advance(6*time.Second).Sees("Why is it blue?", "final")
		d.Press("tab", "r").Sees("out of date")
		d.Advance(3*time.Second).Press("ctrl+x", "u").Advance(6 * time.Second).Lacks("out of date")
		if n := len(f.Fusings()); n != 2 {
			t.Errorf("fused %d times", n)
		}
		d.Quit()
	})
}

func TestEscStopsAndKeepsWhatCame(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := scripted()
		d := uitest.Start(t, 80, 24, two(f))
		ask(d, "why?").Advance(900*time.Millisecond).Sees("streaming", "Sky")
		d.Press("esc").Advance(time.Second).Sees("■ stopped", "what came is kept", "Sky").Lacks("streaming", "✓ done")
		d.Sees("≈$0.0021") // the part has its bill
		d.Quit()
	})
}

func TestStopAndRetryOneLane(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := scripted()
		d := uitest.Start(t, 80, 24, two(f))
		ask(d, "why?").Advance(900*time.Millisecond).Press("tab", "x").Advance(2*time.Second).Sees("■ stopped", "✓ done", "At night it is")
		d.Press("r").Advance(3 * time.Second).Sees("Rayleigh").Lacks("stopped")
		asks := f.Asks()
		if len(asks) != 2 || len(asks[1].Lanes) != 1 || asks[1].Continues != "r1" || asks[1].Lanes[0].Number != 0 {
			t.Errorf("asked %+v", asks)
		}
		d.Press("R").Sees("no lane has failed")
		d.Quit()
	})
}

func TestFailureSaysWhyAndWhatToDo(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := scripted()
		f.Answers["beta/beta"] = []uitest.Answer{
			{Provider: "bravo", Failure: &chat.Failure{ErrorType: chat.ErrRateLimit, Status: 429, Provider: "bravo", Message: "too many requests for org-1", Remedy: "try again in 12 s", Attempts: 3}},
			{Provider: "golf", Text: "now it works"},
		}
		d := uitest.Start(t, 80, 24, two(f))
		ask(d, "why?").Advance(3*time.Second).Sees("✗ failed", "rate limit exceeded (429) at bravo", "too many requests for org-1", "3 attempts", "try again in 12 s", "Rayleigh")
		d.Press("tab", "R").Advance(3*time.Second).Sees("now it works", "beta golf").Lacks("failed")
		d.Quit()
	})
}

func TestFailoverIsVisibleAndTraced(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := scripted()
		a := f.Answers["beta/beta"][0]
		a.Attempts = []chat.Attempt{{N: 1, Provider: "alfa", Endpoint: "alfa", Outcome: chat.AttemptFailed, Status: 503, ErrorType: chat.ErrOverloaded, Message: "overloaded"}}
		a.Route = &chat.Route{Model: "beta/beta", Strategy: "price", Candidates: []chat.Candidate{{Provider: "alfa", Endpoint: "alfa", Reason: "cheapest"}, {Provider: "bravo", Endpoint: "bravo", Reason: "next"}}, Excluded: []chat.Exclusion{{Provider: "kilo", Endpoint: "kilo", By: "no_key"}}}
		a.First = 2 * time.Second
		f.Answers["beta/beta"] = []uitest.Answer{a}
		d := uitest.Start(t, 100, 30, two(f))
		ask(d, "why?").Advance(time.Second).Sees("✗ alfa: provider overloaded (503), overloaded", "○ bravo", "connecting")
		d.Advance(4*time.Second).Press("tab", "2", "T").Sees("Trace of lane 2", "Plan", "cheapest", "provider overloaded (503)", "Answered by", "bravo", "Not tried", "kilo", "no key")
		d.Press("esc").Lacks("Trace of lane")
		d.Press("r").Advance(time.Second).Press("T").Sees("Trace of lane 2", "asked").Lacks("answered")
		d.Advance(5*time.Second).Sees("✓ bravo", "answered").Lacks("asked")
		d.Quit()
	})
}

func TestPasteNeverSends(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := scripted()
		d := uitest.Start(t, 80, 24, two(f))
		d.Paste("line one\nline two\n").Sees("line one", "line two")
		d.Press("tab").Paste("more\n").Sees("more") // also when a lane has the focus
		d.Paste(strings.Repeat("x\n", 100)).Sees("[pasted text 1: 101 lines]")
		if len(f.Asks()) != 0 {
			t.Error("a paste was sent")
		}
		d.Press("enter").Advance(time.Second)
		if asks := f.Asks(); len(asks) != 1 || !strings.HasSuffix(asks[0].Prompt, strings.Repeat("x\n", 100)) {
			t.Errorf("asked %d times", len(asks))
		}
		d.Quit()
	})
}

func TestCtrlC(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := scripted()
		d := uitest.Start(t, 80, 24, two(f))
		d.Type("precious draft").Press("ctrl+c").Lacks("❯ precious").Sees("draft put away")
		d.Press("up").Sees("❯ precious draft")
		d.Press("enter").Advance(500 * time.Millisecond).Press("ctrl+c").Advance(time.Second).Sees("stopped")
		d.Press("ctrl+c").Sees("ctrl+c again quits").Advance(5 * time.Second).Lacks("again quits")
		d.Press("ctrl+c").Sees("again quits").Type("x").Press("ctrl+c").Sees("put away", "ctrl+c again quits")
		d.Send(uitest.Key("ctrl+c"))
		d.Ended()
	})
}

func TestCapAsksFirst(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := scripted()
		f.Price.Over = "run_usd 0.01"
		d := uitest.Start(t, 80, 24, two(f))
		ask(d, "expensive").Sees("Send?", "which is above", "run_usd 0.01").Press("esc").Sees("❯ expensive")
		if len(f.Asks()) != 0 {
			t.Fatal("it was sent without a yes")
		}
		d.Press("enter").Sees("Send?").Press("enter").Advance(3 * time.Second).Sees("Rayleigh")
		d.Quit()
	})
}

func TestRefusedRunKeepsTheDraft(t *testing.T) {
	flow(t, func(t *testing.T) {
		f := scripted()
		f.Refuse = &chat.Error{Type: chat.ErrBudget, Message: "the day's budget of $2 is spent"}
		d := uitest.Start(t, 80, 24, two(f))
		ask(d, "try").Sees("the day's budget of $2 is spent", "❯ try")
		d.Quit()
	})
}
