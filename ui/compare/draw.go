package compare

import (
	"fmt"
	"strings"

	"assay/engine/chat"
	"assay/ui/figure"
	"assay/ui/fusionpane"
	"assay/ui/keys"
	"assay/ui/lane"
	"assay/ui/layout"
	"assay/ui/row"
	"assay/ui/status"
)

// Frame draws the screen: exactly as many rows and cells as SetSize said, with line
// feeds between. changed is false when it is that of the last call.
func (s *Screen) Frame() (frame string, changed bool) {
	if !s.dirty {
		return s.drawn, false
	}
	s.dirty = false
	s.drawn = string(view{s}.compose())
	return s.drawn, true
}

// view draws the screen as it is.
type view struct{ *Screen }

// compose draws everything. It is also where sizes reach the parts.
func (s view) compose() []byte {
	// Taken before the rows are: what is published meanwhile is a change.
	s.stage.seen = s.stage.deck.version()
	cols := s.stage.columns()
	fusion := s.stage.fusion()
	s.focus.clamp(len(cols), fusion)
	s.box.SetWidth(s.w)
	s.box.SetPlaceholder(s.placeholder(len(cols)))
	s.plan = layout.Compare(layout.Want{
		Width: s.w, Height: s.h, Lanes: len(cols), Focus: s.focus.lane, First: s.plan.First,
		Fusion: fusion, OnFusion: s.focus.spot == onFusion, Zoom: s.focus.zoom, Composer: s.box.Rows(),
	})
	if fusion {
		s.pane.Set(s.source())
	}
	c := &canvas{}
	for _, l := range s.plan.Lanes {
		s.drawLane(c, &cols[l.Lane], l.Pane)
	}
	s.drawFusion(c)
	// The frame names the keys of what the fusion pane shows in the size it has now.
	s.drawFrame(c)
	for _, sep := range s.plan.Seps {
		c.column(sep, s.o.Styles.Chrome.Separator.Paint(s.o.Styles.Glyph.Box.Vertical))
	}
	return row.Append(make([]byte, 0, 2*s.w*s.h), s.w, s.h, c.panes)
}

// drawFrame draws what spans the whole width.
func (s view) drawFrame(c *canvas) {
	p := &s.plan
	c.row(p.Title, s.p.title(s.stage, s.o.Backend.Status().Line, p.Title.W))
	if !p.Tabs.Empty() {
		strip, _ := s.p.strip(s.tabs(), p.Tabs.W)
		c.row(p.Tabs, strip)
	}
	if !p.Rule.Empty() {
		c.row(p.Rule, s.p.ruler(rulerState{box: s.box, keys: s.o.Keys, talk: s.stage.talk, price: s.prompt.price, focused: s.focus.spot == onComposer}, p.Rule.W))
	}
	c.block(p.Composer, s.box.View(p.Composer.H))
	if !p.Status.Empty() {
		c.row(p.Status, s.o.Bar.View(p.Status.W, s.hints(), s.facts()))
	}
}

func (s view) drawLane(c *canvas, col *column, p layout.Pane) {
	focused := s.focus.spot == onLane && s.focus.lane == col.place
	tag := ""
	if s.stage.turn().Promoted == col.ID {
		tag = "winner"
	}
	c.row(p.Head, s.p.head(col, p.Head.W, focused, tag))
	if !p.Body.Empty() {
		var t *lane.View
		if col.Number >= 0 {
			t = s.stage.deck.text(col.Number)
			t.Focus(focused)
		}
		c.exact(p.Body, s.p.body(col, t, p.Body.W, p.Body.H))
	}
	if !p.Foot.Empty() {
		below := 0
		if col.Number >= 0 {
			below = s.stage.deck.text(col.Number).Scrolled()
		}
		c.row(p.Foot, s.p.foot(col, p.Foot.W, below))
	}
}

func (s view) drawFusion(c *canvas) {
	p := &s.plan.Fusion
	focused := s.focus.spot == onFusion
	if !p.Head.Empty() {
		c.row(p.Head, s.p.fusionHead(s.pane, p.Head.W, focused))
	}
	if !p.Body.Empty() {
		c.block(p.Body, s.pane.Body(p.Body.W, p.Body.H, focused))
	}
	if !p.Foot.Empty() {
		c.row(p.Foot, s.pane.Foot(p.Foot.W))
	}
}

// source is what the fusion pane has to show.
func (s view) source() fusionpane.Source {
	g := s.stage
	src := fusionpane.Source{
		Analysis: g.snap.State.Analysis, Lanes: g.turn().Numbers(), Stage: s.stageWord(), Stale: g.turn().Stale,
		Intro: s.intro(), Figures: g.figures(s.o.Styles.Glyph.Approx), Version: g.snap.Version,
	}
	if n, l := g.role(chat.RoleWriter); l != nil && len(l.Text) > 0 {
		src.Answer = writer{g.deck.text(n)}
	}
	return src
}

// intro says what the fusion pane is for before there is anything in it.
func (s view) intro() []string {
	if s.stage.turn().Asked() {
		return nil
	}
	return []string{
		"What the answers agree on, where they contradict each other, what only one of them saw and what none did will stand here, each with the passages behind it, and one answer written out of them.",
		s.key(keys.FuseToggle) + " leaves that out, " + s.key(keys.Panels) + " chooses who judges.",
	}
}

// stageWord says what the fusion is doing, or what it waits for.
func (s view) stageWord() string {
	g := s.stage
	if !g.turn().Asked() {
		return ""
	}
	if !g.snap.Live {
		if g.snap.State.Analysis == nil {
			return "not fused"
		}
		return ""
	}
	if _, l := g.role(chat.RoleWriter); l != nil && l.Phase > chat.PhaseIdle && !l.Phase.Ended() {
		return "writing the answer"
	}
	_, judge := g.role(chat.RoleJudge)
	judging := judge != nil && !judge.Phase.Ended()
	// The judge does not wait for answers that are late.
	if usable, open, all := g.progress(); open > 0 && !(judging && judge.Phase > chat.PhaseIdle) {
		return fmt.Sprintf("%d of %d answers", usable, all)
	}
	if judging {
		return "judging"
	}
	return ""
}

// writer shows the fused answer in the fusion pane.
type writer struct{ text *lane.View }

// Rows implements [fusionpane.Answer].
func (a writer) Rows(w, h int) []string {
	a.text.SetSize(w, h)
	return a.text.Rows()
}

// Do implements [fusionpane.Answer].
func (a writer) Do(k keys.Action) { a.text.Do(k) }

// tabs are the entries of the strip.
func (s view) tabs() []tab {
	cols := s.stage.columns()
	fusionVisible := !s.plan.Fusion.Body.Empty()
	return s.p.tabs(cols, s.stage, s.pane, func(place int) bool {
		if place < 0 {
			return fusionVisible
		}
		for _, l := range s.plan.Lanes {
			if l.Lane == place {
				return true
			}
		}
		return false
	})
}

func (s view) placeholder(lanes int) string {
	switch {
	case lanes == 0:
		return "Choose models with " + s.key(keys.Models)
	case lanes == 1:
		return "Ask"
	}
	return fmt.Sprintf("Ask %d models at once", lanes)
}

// hints are what the status line says about keys, by focus.
func (s view) hints() []status.Hint {
	var show []keys.Action
	switch {
	case s.stage.talk.Live() && s.focus.spot == onComposer:
		show = []keys.Action{keys.Back, keys.FocusNext, keys.Help}
	case s.focus.spot == onComposer:
		show = []keys.Action{keys.Send, keys.FocusNext, keys.Models, keys.Palette, keys.Help}
	case s.focus.spot == onFusion:
		show = s.fusionKeys()
	default:
		show = []keys.Action{keys.Zoom, keys.Retry, keys.Copy, keys.Promote, keys.Trace, keys.Help}
		if c := s.stage.pick(s.focus.lane); c != nil && c.running() {
			show = []keys.Action{keys.Zoom, keys.Stop, keys.Copy, keys.Trace, keys.Help}
		}
	}
	var out []status.Hint
	in := s.Where()
	for _, a := range show {
		row, _ := s.o.Keys.Row(a)
		text := row.Hint
		switch {
		case a == keys.Back && s.stage.talk.Live():
			text = "stop"
		case a == keys.Down && s.pane.View() == fusionpane.Findings:
			text = "next item"
		case a == keys.Down:
			text = "scroll"
		case a == keys.Switch && s.pane.View() == fusionpane.FusedAnswer:
			text = "findings"
		}
		if k := s.o.Keys.Key(in, a); k != "" {
			out = append(out, status.Hint{Key: k, Text: text})
		}
	}
	return out
}

// fusionKeys are the keys that do something in the fusion pane as it is.
func (s view) fusionKeys() []keys.Action {
	var show []keys.Action
	switch {
	case s.pane.View() == fusionpane.FusedAnswer:
		show = append(show, keys.Down)
	case s.pane.Current() != nil:
		show = append(show, keys.Down, keys.Open)
	}
	if s.pane.Answered() {
		show = append(show, keys.Switch)
	}
	return append(show, keys.Zoom, keys.Help)
}

// facts are the figures of the status line.
func (s view) facts() []status.Fact {
	st := s.o.Backend.Status()
	var out []status.Fact
	if !st.Cap.IsZero() {
		out = append(out, status.Fact{Text: trim(st.Period, figure.Money(st.Spent), "of", figure.Money(st.Cap))})
	} else if !st.Spent.IsZero() {
		out = append(out, status.Fact{Text: trim(st.Period, figure.Money(st.Spent))})
	}
	if st.FreeLimit > 0 {
		out = append(out, status.Fact{Text: fmt.Sprintf("free %d of %d", st.FreeLeft, st.FreeLimit)})
	}
	if total, ok := s.stage.bill(); ok {
		out = append(out, status.Fact{Text: figure.Cost(total, s.o.Styles.Glyph.Approx), Strong: true})
	}
	if st.Demo {
		out = append(out, status.Fact{Text: "demo", Strong: true})
	}
	return out
}

func trim(parts ...string) string { return strings.TrimSpace(strings.Join(parts, " ")) }
