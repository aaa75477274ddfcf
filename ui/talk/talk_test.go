package talk_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"assay/engine/chat"
	"assay/ui/backend"
	"assay/ui/talk"
	"assay/ui/uitest"
)

func setup(model string) talk.Setup { return talk.Setup{Request: chat.Request{Model: model}} }

func says(texts ...string) []uitest.Answer {
	var out []uitest.Answer
	for _, t := range texts {
		out = append(out, uitest.Answer{Text: t, First: 10 * time.Millisecond, Every: time.Millisecond})
	}
	return out
}

func ask(t *testing.T, f *uitest.Fake, c *talk.Talk, prompt string) *talk.Turn {
	t.Helper()
	a := c.Draft(prompt)
	s, err := f.Start(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	return c.Begin(a, s)
}

func again(t *testing.T, f *uitest.Fake, c *talk.Talk, turn *talk.Turn, ids ...talk.LaneID) {
	t.Helper()
	a := c.Again(turn, ids...)
	s, err := f.Start(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	c.Resume(turn, a, s, ids...)
}

func text(turn *talk.Turn, id talk.LaneID) string {
	return string(turn.Feed.Snapshot().State.Lanes[turn.Column(id).Number].Text)
}

// script is a conversation as a lane was told it: "user: a / assistant: b".
func script(l backend.Lane) string {
	var parts []string
	for _, m := range l.Request.Messages {
		parts = append(parts, string(m.Role)+": "+m.Text())
	}
	return strings.Join(parts, " / ")
}

func TestEachLaneKeepsItsOwnHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &uitest.Fake{Answers: map[string][]uitest.Answer{"m/a": says("a1", "a2"), "m/b": says("b1", "b2")}}
		var c talk.Talk
		c.Add(setup("m/a"))
		c.Add(setup("m/b"))
		ask(t, f, &c, "one")
		c.Wait()
		ask(t, f, &c, "two")
		c.Wait()
		got := f.Asks()[1]
		if s := script(got.Lanes[0]); s != "user: one / assistant: a1 / user: two" {
			t.Errorf("lane a heard %q", s)
		}
		if s := script(got.Lanes[1]); s != "user: one / assistant: b1 / user: two" {
			t.Errorf("lane b heard %q", s)
		}
		if n := len(c.Turns()); n != 2 {
			t.Errorf("%d turns", n)
		}
	})
}

func TestPromotedAnswerIsEveryLanesHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &uitest.Fake{Answers: map[string][]uitest.Answer{"m/a": says("a1"), "m/b": says("b1"), "m/c": says("c1")}}
		var c talk.Talk
		c.Add(setup("m/a"))
		b := c.Add(setup("m/b"))
		first := ask(t, f, &c, "one")
		c.Wait()
		c.Promote(first, b)
		c.Remove(b) // the winner may leave: its answer stays the history
		c.Add(setup("m/c"))
		for i, l := range c.Draft("two").Lanes {
			if s := script(l); s != "user: one / assistant: b1 / user: two" {
				t.Errorf("lane %d heard %q", i, s)
			}
		}
		c.Promote(first, b)
		if s := script(c.Draft("two").Lanes[1]); s != "user: two" {
			t.Errorf("after the promotion was undone the new lane heard %q", s)
		}
	})
}

func TestUnansweredTurnsAreLeftOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &uitest.Fake{Answers: map[string][]uitest.Answer{"m/a": {{Failure: &chat.Failure{ErrorType: chat.ErrServer}}}, "m/b": says("b1")}}
		var c talk.Talk
		c.Add(talk.Setup{System: "be brief", Request: chat.Request{Model: "m/a"}})
		c.Add(setup("m/b"))
		ask(t, f, &c, "one")
		c.Wait()
		if s := script(c.Draft("two").Lanes[0]); s != "system: be brief / user: two" {
			t.Errorf("heard %q", s)
		}
	})
}

func TestThinkingGoesBackOnlyToTheModelThatThought(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &uitest.Fake{Answers: map[string][]uitest.Answer{"m/a": says("a1"), "m/b": says("b1")}, Thinking: &chat.Thinking{Format: "anthropic"}}
		var c talk.Talk
		a := c.Add(setup("m/a"))
		c.Add(setup("m/b"))
		turn := ask(t, f, &c, "one")
		c.Wait()
		thinks := func(lane int) bool { return c.Draft("two").Lanes[lane].Request.Messages[1].Thinking != nil }
		if !thinks(0) || !thinks(1) {
			t.Error("a lane did not get its own reasoning back")
		}
		c.Promote(turn, a)
		if !thinks(0) || thinks(1) {
			t.Error("reasoning of one model was sent to another")
		}
		c.Configure(a, setup("m/b"))
		if c.Promote(turn, a); thinks(0) {
			t.Error("reasoning was sent to the model that took the lane over")
		}
	})
}

func TestRetryAsksOneLaneAndKeepsTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &uitest.Fake{Answers: map[string][]uitest.Answer{"m/a": says("a1", "a2"), "m/b": says("b1")}}
		var c talk.Talk
		a := c.Add(setup("m/a"))
		b := c.Add(setup("m/b"))
		turn := ask(t, f, &c, "one")
		c.Wait()
		again(t, f, &c, turn, a)
		c.Wait()
		if text(turn, a) != "a2" || text(turn, b) != "b1" {
			t.Errorf("lanes say %q and %q", text(turn, a), text(turn, b))
		}
		if asks := f.Asks(); len(asks) != 2 || len(asks[1].Lanes) != 1 || asks[1].Continues != "r1" {
			t.Errorf("asked %+v", asks)
		}
	})
}

// A lane asked again while it streams belongs to the new run at once: the last
// words of the old one must not land in it.
func TestRetryOfARunningLaneIgnoresTheOldRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &uitest.Fake{Answers: map[string][]uitest.Answer{
			"m/a": {{Text: strings.Repeat("old ", 100), Every: 10 * time.Millisecond}, {Text: "new", First: time.Second}},
		}}
		var c talk.Talk
		a := c.Add(setup("m/a"))
		turn := ask(t, f, &c, "one")
		time.Sleep(55 * time.Millisecond)
		again(t, f, &c, turn, a)
		turn.Feed.CancelLane(0)
		c.Wait()
		if got := text(turn, a); got != "" && got != "new" {
			t.Errorf("lane says %q", got)
		}
		if l := turn.Feed.Snapshot().State.Lanes[0]; l.RunID != "r2" {
			t.Errorf("lane belongs to %s", l.RunID)
		}
	})
}

func TestLaneAddedAfterTheRunGetsItsOwnNumber(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &uitest.Fake{Answers: map[string][]uitest.Answer{"m/a": says("a1"), "m/b": says("b1"), "m/c": says("c1")}, Writer: &uitest.Answer{Text: "fused"}, Analyses: []chat.Analysis{{Final: true}}}
		var c talk.Talk
		c.Add(setup("m/a"))
		c.Add(setup("m/b"))
		c.Fuse = true
		turn := ask(t, f, &c, "one")
		c.Wait()
		id := c.Add(setup("m/c"))
		again(t, f, &c, turn, id)
		c.Wait()
		if n := turn.Column(id).Number; n != 4 {
			t.Errorf("new lane has number %d: 2 and 3 are the judge and the writer", n)
		}
		if text(turn, id) != "c1" || turn.Place(4) != 2 || turn.Place(3) != -1 {
			t.Errorf("says %q, place %d", text(turn, id), turn.Place(4))
		}
		if !turn.Stale {
			t.Error("the fusion does not know of the new answer")
		}
		fusing := c.Fusing(turn)
		if fusing.FirstLane != 5 || len(fusing.Answers) != 3 || fusing.Answers[2].Text != "c1" {
			t.Errorf("fusing %+v", fusing)
		}
		s, err := f.Fuse(t.Context(), fusing)
		if err != nil {
			t.Fatal(err)
		}
		c.Judged(turn, s)
		c.Wait()
		snap := turn.Feed.Snapshot()
		if turn.Stale || snap.State.Analysis == nil || len(snap.State.Lanes) != 7 || text(turn, id) != "c1" {
			t.Errorf("after fusing again: %d lanes", len(snap.State.Lanes))
		}
	})
}

func TestChooseKeepsLanesThatStay(t *testing.T) {
	var c talk.Talk
	a := c.Add(talk.Setup{Preset: "terse", Request: chat.Request{Model: "m/a"}})
	c.Add(setup("m/b"))
	c.Choose([]string{"m/c", "m/a", "m/a"})
	var got []string
	for _, l := range c.Lanes() {
		got = append(got, l.Setup.Request.Model)
	}
	if strings.Join(got, " ") != "m/a m/c m/a" || c.Lanes()[0].ID != a || c.Lanes()[0].Setup.Preset != "terse" {
		t.Errorf("lanes are %v", got)
	}
}

func TestCancelledRunSealsItsLanes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &silent{events: make(chan chat.Event, 4)}
		f := &talk.Feed{}
		f.Attach(s, false)
		s.events <- chat.Event{Lane: chat.NoLane, Body: &chat.Run{ID: "q", Lanes: []chat.LaneSpec{{Lane: 0}}}}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if snap := f.Snapshot(); !snap.Live || snap.Elapsed[0] != 2000 {
			t.Errorf("live %v, elapsed %d ms", snap.Live, snap.Elapsed[0])
		}
		close(s.events)
		f.Wait()
		l := f.Snapshot().State.Lanes[0]
		if l.Phase != chat.PhaseCancelled || f.Live() {
			t.Errorf("the channel closed and the lane is %s", l.Phase)
		}
		time.Sleep(time.Second)
		if e := f.Snapshot().Elapsed[0]; e != 2000 {
			t.Errorf("time went on after the end: %d ms", e)
		}
	})
}

type silent struct{ events chan chat.Event }

func (*silent) ID() string                  { return "q" }
func (s *silent) Events() <-chan chat.Event { return s.events }
func (*silent) Cancel()                     {}
func (*silent) CancelLane(int)              {}
func (*silent) FuseNow()                    {}

// recorder is a Sink that writes down what it hears.
type recorder struct{ b strings.Builder }

func (r *recorder) Restart(int, chat.LaneRole) { r.b.WriteString("|") }
func (r *recorder) Text(_ int, s string)       { r.b.WriteString(s) }
func (r *recorder) Thought(_ int, s string)    { r.b.WriteString("(" + s + ")") }
func (r *recorder) End(int)                    { r.b.WriteString(".") }

func TestWatcherHearsEverythingWheneverItComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &uitest.Fake{Answers: map[string][]uitest.Answer{"m/a": {{Thought: "hm", Text: "one two three", Piece: 4, Every: 10 * time.Millisecond}}}}
		var c talk.Talk
		c.Add(setup("m/a"))
		turn := ask(t, f, &c, "go")
		time.Sleep(25 * time.Millisecond)
		var late recorder
		turn.Feed.Watch(&late)
		c.Wait()
		turn.Feed.Watch(nil)
		if got := late.b.String(); got != "|(hm)one two three." {
			t.Errorf("heard %q", got)
		}
	})
}
