package ui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

// lateAnswers drops a terminal's answer to the question for its background when it
// comes so late that the event loop reads it: as alt+], the colour as typed text, and
// alt+\ or ctrl+g. It is a tea.WithFilter function, called by the event loop only.
func lateAnswers() func(tea.Model, tea.Msg) tea.Msg {
	began := false // alt+] was the newest key
	inside := false
	return func(_ tea.Model, msg tea.Msg) tea.Msg {
		k, ok := msg.(tea.KeyMsg)
		if !ok {
			return msg
		}
		text := string(k.Runes)
		switch {
		case began && strings.HasPrefix(text, "11;"):
			began, inside = false, true
			return nil
		case inside && (k.Alt && text == `\` || k.Type == tea.KeyCtrlG):
			inside = false
			return nil
		case k.Alt && text == "]":
			began = true
			return nil // no binding uses it
		}
		began, inside = false, false
		return msg
	}
}
