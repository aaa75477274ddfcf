package compare

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"assay/ui/keys"
	"assay/ui/layout"
)

// pointer does what the mouse asks for.
type pointer struct{ *Screen }

// event follows a click or the wheel.
func (s pointer) event(msg tea.MouseMsg) tea.Cmd {
	hit := s.plan.At(msg.X, msg.Y)
	switch {
	case msg.Button == tea.MouseButtonWheelUp || msg.Button == tea.MouseButtonWheelDown:
		s.wheel(hit, msg.Button == tea.MouseButtonWheelDown)
	case msg.Action != tea.MouseActionPress || msg.Button != tea.MouseButtonLeft:
		return nil
	case hit.Composer:
		s.focus.spot = onComposer
	case hit.Tabs:
		s.clickTab(msg.X)
	case hit.Fusion:
		s.focus.spot = onFusion
		if s.plan.Fusion.Body.Contains(msg.X, msg.Y) {
			s.pane.Click(msg.Y - s.plan.Fusion.Body.Y)
			s.highlight()
		}
	case hit.Lane >= 0:
		s.focus.spot, s.focus.lane = onLane, hit.Lane
	}
	s.dirty = true
	return s.settle()
}

// wheel scrolls what lies under the pointer, three rows a notch.
func (s pointer) wheel(hit layout.Hit, down bool) {
	a := keys.Up
	if down {
		a = keys.Down
	}
	for range 3 {
		if hit.Fusion {
			s.pane.Do(a)
		} else if c := s.stage.pick(hit.Lane); c != nil && c.Number >= 0 {
			s.stage.deck.text(c.Number).Do(a)
		}
	}
	if hit.Fusion {
		s.highlight()
	}
}

func (s pointer) clickTab(x int) {
	tabs := view{s.Screen}.tabs()
	_, starts := s.p.strip(tabs, s.plan.Tabs.W)
	for i, at := range slices.Backward(starts) {
		if x >= at {
			if tabs[i].lane < 0 {
				s.focus.spot = onFusion
			} else {
				s.focus.spot, s.focus.lane = onLane, tabs[i].lane
			}
			s.focus.follow()
			return
		}
	}
}
