package compare

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"assay/engine/chat"
	"assay/fusion"
	"assay/ui/figure"
	"assay/ui/keys"
	"assay/ui/markdown"
	"assay/ui/overlay"
	"assay/ui/status"
	"assay/ui/talk"
)

// lanes does to lanes what their keys ask for.
type lanes struct{ *Screen }

func (s *lanes) stop() tea.Cmd {
	if s.focus.spot == onFusion {
		for _, r := range []chat.LaneRole{chat.RoleJudge, chat.RoleWriter} {
			if n, l := s.stage.role(r); l != nil && !l.Phase.Ended() {
				s.stage.turn().Feed.CancelLane(n)
			}
		}
		return nil
	}
	return s.onColumn(func(c *column) tea.Cmd {
		if !c.running() {
			return s.o.Say(status.Info, "this lane is not running")
		}
		s.stage.turn().Feed.CancelLane(c.Number)
		return nil
	})()
}

func (s *lanes) stopAll() tea.Cmd {
	if !s.stage.talk.Live() {
		return s.o.Say(status.Info, "nothing is running")
	}
	s.stage.talk.Cancel()
	return s.o.Say(status.Info, "stopping; what came is kept")
}

// again asks lanes of the turn on the screen once more.
func (s *lanes) again(ids ...talk.LaneID) tea.Cmd {
	t := s.stage.turn()
	if !t.Asked() {
		return s.o.Say(status.Info, "nothing was asked yet")
	}
	a := s.stage.talk.Again(t, ids...)
	run, err := s.o.Backend.Start(s.o.Context, a)
	if err != nil {
		return s.o.Say(status.Error, reason(err))
	}
	for _, id := range ids {
		if c := t.Column(id); c != nil && c.Number >= 0 {
			t.Feed.CancelLane(c.Number)
		}
	}
	s.stage.talk.Resume(t, a, run, ids...)
	return nil
}

func (s *lanes) retryFailed() tea.Cmd {
	var ids []talk.LaneID
	for _, c := range s.stage.columns() {
		if c.lane == nil || c.lane.Failure != nil {
			ids = append(ids, c.ID)
		}
	}
	if len(ids) == 0 {
		return s.o.Say(status.Info, "no lane has failed")
	}
	return s.again(ids...)
}

func (s *lanes) toggleFuse() tea.Cmd {
	t := s.stage.talk
	t.Fuse = !t.Fuse
	text := "the next answers stand side by side"
	switch {
	case t.Fuse && len(t.Lanes()) < 2:
		text = "the next answers are fused, once there are two lanes"
	case t.Fuse:
		text = "the next answers are fused"
	}
	return tea.Batch(s.prompt.drafted(), s.o.Say(status.Info, text))
}

// fuseNow fuses what is there: a run that waits for lanes stops waiting, answers
// that were not fused are.
func (s *lanes) fuseNow() tea.Cmd {
	t := s.stage.turn()
	switch {
	case !t.Asked():
		return s.o.Say(status.Info, "there are no answers yet")
	case t.Fused && t.Feed.Live():
		t.Feed.FuseNow()
		return s.o.Say(status.Info, "fusing what is there")
	}
	f := s.stage.talk.Fusing(t)
	if len(f.Answers) < 2 {
		return s.o.Say(status.Warning, "fusing takes two answers")
	}
	run, err := s.o.Backend.Fuse(s.o.Context, f)
	if err != nil {
		return s.o.Say(status.Error, reason(err))
	}
	s.stage.talk.Judged(t, run)
	return nil
}

func (s *lanes) fresh() tea.Cmd {
	old := s.stage
	if old.talk.Live() {
		return s.o.Say(status.Warning, "a run is under way: "+s.key(keys.Back)+" stops it first")
	}
	old.close()
	s.stage = newStage(old.talk.Fresh(), s.o.Styles)
	s.stage.models = old.models
	s.pane.Reset()
	s.focus = focus{}
	return s.o.Say(status.Info, "new conversation")
}

func (s *lanes) duplicate(c *column) tea.Cmd {
	s.stage.talk.Add(c.setup)
	return tea.Batch(s.prompt.drafted(), s.o.Say(status.Info, "one more lane: "+s.key(keys.Retry)+" asks it too"))
}

func (s *lanes) remove(c *column) tea.Cmd {
	s.stage.talk.Remove(c.ID)
	return s.prompt.drafted()
}

func (s *lanes) promote(c *column) tea.Cmd {
	if c.lane == nil || len(c.lane.Text) == 0 {
		return s.o.Say(status.Info, "this lane has no answer to go on from")
	}
	s.stage.talk.Promote(s.stage.turn(), c.ID)
	text := "every lane goes on from its own answer"
	if s.stage.turn().Promoted != 0 {
		text = fmt.Sprintf("every lane goes on from lane %d's answer", c.place+1)
	}
	return s.o.Say(status.Info, text)
}

func (s *lanes) thinking(c *column) tea.Cmd {
	if c.lane == nil || len(c.lane.Thought) == 0 {
		return s.o.Say(status.Info, "this lane has shown no reasoning")
	}
	s.stage.deck.think(c.Number)
	return nil
}

func (s *lanes) trace(c *column) tea.Cmd {
	if c.lane == nil {
		return s.o.Say(status.Info, "this lane was not asked yet")
	}
	turn, place := s.stage.turn(), c.place
	title := fmt.Sprintf("Trace of lane %d, %s", c.place+1, figure.Short(markdown.CleanLine(c.model())))
	last := *c.lane
	rows := func(w int) []string {
		if now := s.stage.pick(place); s.stage.turn() == turn && now != nil && now.lane != nil {
			last = *now.lane
		}
		return s.p.traceRows(&last, w)
	}
	s.o.Open(overlay.NewPage(s.o.Styles, title, 96, rows).Following(func() int { return s.stage.snap.Version }))
	return nil
}

func (s *lanes) copyAnswer() tea.Cmd {
	if s.focus.spot == onFusion {
		if _, l := s.stage.role(chat.RoleWriter); l != nil && len(l.Text) > 0 {
			clean, _ := fusion.Strip(string(l.Text), nil)
			return s.o.Copy(clean, "fused answer")
		}
		return s.o.Say(status.Info, "there is no fused answer")
	}
	return s.onColumn(func(c *column) tea.Cmd {
		if c.lane == nil || len(c.lane.Text) == 0 {
			return s.o.Say(status.Info, "this lane has no answer yet")
		}
		return s.o.Copy(string(c.lane.Text), fmt.Sprintf("answer of lane %d", c.place+1))
	})()
}

func (s *lanes) copyTurn() tea.Cmd {
	t := s.stage.turn()
	if !t.Asked() {
		return s.o.Say(status.Info, "nothing was asked yet")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Prompt\n\n%s\n", t.Prompt)
	for _, c := range s.stage.columns() {
		if c.lane != nil && len(c.lane.Text) > 0 {
			fmt.Fprintf(&b, "\n# %d: %s\n\n%s\n", c.place+1, markdown.CleanLine(c.model()), c.lane.Text)
		}
	}
	if _, l := s.stage.role(chat.RoleWriter); l != nil && len(l.Text) > 0 {
		clean, _ := fusion.Strip(string(l.Text), nil)
		fmt.Fprintf(&b, "\n# Fused answer\n\n%s\n", clean)
	}
	return s.o.Copy(b.String(), "turn")
}

func (s *lanes) save() tea.Cmd {
	runs := s.stage.talk.Runs()
	if len(runs) == 0 {
		return s.o.Say(status.Info, "there is nothing to save yet")
	}
	return func() tea.Msg {
		path, err := s.o.Backend.Save(s.o.Context, runs)
		return savedMsg{path, err}
	}
}

func (s *lanes) saved(m savedMsg) tea.Cmd {
	if m.err != nil {
		return s.o.Say(status.Error, "not saved: "+reason(m.err))
	}
	return s.o.Say(status.Good, "saved to "+markdown.CleanLine(m.path))
}

// turn shows an earlier or a later turn.
func (s *lanes) turn(by int) tea.Cmd {
	to := s.stage.at + by
	if to < 0 || to >= len(s.stage.talk.Turns()) {
		return s.o.Say(status.Info, [...]string{"this is the first turn", "this is the last turn"}[max(by, 0)])
	}
	s.pane.Reset()
	s.stage.show(to)
	return nil
}
