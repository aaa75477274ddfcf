package compare

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"assay/ui/fusionpane"
	"assay/ui/keys"
	"assay/ui/lane"
	"assay/ui/layout"
	"assay/ui/status"
)

// actions is what the bindings of the workbench do.
func (s *Screen) actions() map[keys.Action]func() tea.Cmd {
	do := map[keys.Action]func() tea.Cmd{
		keys.Send:        s.prompt.send,
		keys.Newline:     s.prompt.editing(s.box.Newline),
		keys.HistoryPrev: s.prompt.editing(s.box.Up),
		keys.HistoryNext: s.prompt.editing(s.box.Down),
		keys.Editor:      s.prompt.editor,
		keys.FuseToggle:  s.lanes.toggleFuse,
		keys.FuseNow:     s.lanes.fuseNow,
		keys.NewChat:     s.lanes.fresh,
		keys.Record:      s.lanes.save,

		keys.HistorySearch: s.menu.history,
		keys.Models:        func() tea.Cmd { return s.menu.models("") },
		keys.Panels:        s.menu.panels,
		keys.Swap:          s.onColumn(s.menu.swap),
		keys.Preset:        s.onColumn(s.menu.preset),
		keys.Pin:           s.onColumn(s.menu.pin),
		keys.Params:        s.onColumn(s.menu.params),
		keys.System:        s.menu.system,
		keys.CopyCode:      s.onColumn(s.menu.code),

		keys.FocusNext: func() tea.Cmd { return s.cycle(1) },
		keys.FocusPrev: func() tea.Cmd { return s.cycle(-1) },
		keys.Zoom:      quietly(func() { s.focus.toggleZoom() }),
		keys.TurnPrev:  func() tea.Cmd { return s.lanes.turn(-1) },
		keys.TurnNext:  func() tea.Cmd { return s.lanes.turn(1) },
		keys.Back:      s.back,
		keys.Cancel:    s.cancel,
		keys.EOF:       s.eof,

		keys.Stop:        s.lanes.stop,
		keys.StopAll:     s.lanes.stopAll,
		keys.Retry:       s.onColumn(func(c *column) tea.Cmd { return s.lanes.again(c.ID) }),
		keys.RetryFailed: s.lanes.retryFailed,
		keys.Duplicate:   s.onColumn(s.lanes.duplicate),
		keys.Remove:      s.onColumn(s.lanes.remove),
		keys.Promote:     s.onColumn(s.lanes.promote),
		keys.Copy:        s.lanes.copyAnswer,
		keys.CopyTurn:    s.lanes.copyTurn,
		keys.Thinking:    s.onColumn(s.lanes.thinking),
		keys.Trace:       s.onColumn(s.lanes.trace),
		keys.Open:        s.evidence,
		keys.Switch:      func() tea.Cmd { return s.read(keys.Switch) },
	}
	for _, a := range []keys.Action{keys.Down, keys.Up, keys.PageDown, keys.PageUp, keys.HalfDown, keys.HalfUp, keys.Top, keys.Follow} {
		do[a] = func() tea.Cmd { return s.read(a) }
	}
	return do
}

func quietly(do func()) func() tea.Cmd {
	return func() tea.Cmd { do(); return nil }
}

// onColumn is an action on the lane in focus, or on the one that had it last.
func (s *Screen) onColumn(do func(*column) tea.Cmd) func() tea.Cmd {
	return func() tea.Cmd {
		c := s.stage.pick(s.focus.lane)
		if c == nil {
			return s.o.Say(status.Warning, "there is no lane yet: "+s.key(keys.Models)+" chooses models")
		}
		return do(c)
	}
}

// read scrolls: the fusion pane or the lane in focus, every lane from the composer.
func (s *Screen) read(a keys.Action) tea.Cmd {
	switch s.focus.spot {
	case onFusion:
		s.pane.Do(a)
		s.highlight()
	case onLane:
		if c := s.stage.pick(s.focus.lane); c != nil && c.Number >= 0 {
			s.stage.deck.text(c.Number).Do(a)
		}
	default:
		s.stage.deck.each(func(_ int, t *lane.View) { t.Do(a) })
	}
	return nil
}

// cycle moves the focus, or completes the command that is being typed.
func (s *Screen) cycle(by int) tea.Cmd {
	if name, arg, ok := s.box.Command(); ok && s.focus.spot == onComposer && arg == "" && by > 0 {
		if cmds := s.o.Keys.Commands(name); len(cmds) > 0 {
			s.box.SetValue("/" + common(cmds))
		}
		return nil
	}
	s.focus.next(by, len(s.stage.turn().Columns), s.stage.fusion())
	return nil
}

// common is the longest beginning all words share.
func common(words []string) string {
	out := words[0]
	for _, w := range words[1:] {
		for !strings.HasPrefix(w, out) {
			out = out[:len(out)-1]
		}
	}
	return out
}

// jump focuses the lane at a place; the place behind the last lane is the fusion pane.
func (s *Screen) jump(place int) tea.Cmd {
	switch n := len(s.stage.turn().Columns); {
	case place < n:
		s.focus.spot, s.focus.lane = onLane, place
	case place == n && s.stage.fusion():
		s.focus.spot = onFusion
	default:
		return s.o.Say(status.Warning, fmt.Sprintf("there is no lane %d", place+1))
	}
	s.focus.follow()
	return s.settle()
}

// back closes what is open, else stops the run, else returns to the prompt.
func (s *Screen) back() tea.Cmd {
	switch {
	case s.focus.spot == onFusion && s.pane.Unchoose():
		s.highlight()
	case s.focus.zoom != layout.NoZoom && s.focus.spot != onComposer:
		s.focus.zoom = layout.NoZoom
	case s.stage.talk.Live():
		return s.lanes.stopAll()
	default:
		s.focus.spot = onComposer
	}
	return nil
}

// cancel is ctrl+c: it stops the run, else puts the draft away, which the history
// keeps, else asks to leave. After either of the last two the next one quits.
func (s *Screen) cancel() tea.Cmd {
	switch {
	case s.stage.talk.Live():
		return s.lanes.stopAll()
	case !s.box.Empty():
		s.box.Remember(s.box.Value())
		s.box.Clear()
		return tea.Batch(s.prompt.drafted(), s.o.Leave("draft put away: "+s.key(keys.HistoryPrev)+" brings it back, "))
	}
	return s.o.Root(keys.Cancel)
}

// eof is ctrl+d: it quits when nothing is typed, and else deletes what is under the
// cursor, as shells do.
func (s *Screen) eof() tea.Cmd {
	if s.box.Empty() {
		return s.o.Root(keys.EOF)
	}
	s.box.Type(tea.KeyMsg{Type: tea.KeyDelete})
	return s.prompt.drafted()
}

// evidence brings the passages behind a finding into sight, in every lane that has
// one. Where the fusion pane covers the lanes, the focus goes to the first of them.
func (s *Screen) evidence() tea.Cmd {
	it := s.pane.Current()
	if s.pane.View() != fusionpane.Findings || it == nil {
		return nil
	}
	if s.pane.Chosen() == nil {
		s.pane.Do(keys.Down)
	}
	s.highlight()
	first := -1
	for n, list := range spans(it) {
		s.stage.deck.text(n).Jump(list[0])
		if p := s.stage.turn().Place(n); p >= 0 && (first < 0 || p < first) {
			first = p
		}
	}
	if first < 0 {
		return s.o.Say(status.Info, "no passage stands behind this")
	}
	s.focus.lane = first
	if s.plan.Place == layout.Tab || s.focus.zoom != layout.NoZoom {
		s.focus.spot = onLane
		s.focus.follow()
	}
	return nil
}
