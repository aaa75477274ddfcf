package compare

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"assay/ui/talk"
)

// Ask makes these the lanes of the next prompt and sends what is typed to them. Lanes
// of models that stay are kept as they are, but for a provider that is asked for.
func (s *Screen) Ask(lanes []talk.Setup) tea.Cmd {
	var models []string
	for _, l := range lanes {
		models = append(models, l.Request.Model)
	}
	cmd := s.Choose(models)
	for _, c := range s.stage.talk.Lanes() {
		i := slices.IndexFunc(lanes, func(l talk.Setup) bool { return l.Request.Model == c.Setup.Request.Model })
		if i >= 0 && lanes[i].Provider != "" {
			setup := c.Setup
			setup.Provider = lanes[i].Provider
			s.stage.talk.Configure(c.ID, setup)
		}
	}
	s.focus.spot = onComposer
	return tea.Batch(cmd, s.prompt.send())
}
