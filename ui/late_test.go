package ui

import (
	"testing"

	tea "github.com/charmbracelet/bubbletea"
)

func TestLateAnswersAreNotTyped(t *testing.T) {
	runes := func(s string, alt bool) tea.KeyMsg {
		return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s), Alt: alt}
	}
	filter := lateAnswers()
	var typed string
	for _, k := range []tea.KeyMsg{
		runes("a", false),
		runes("]", true), runes("11;rgb:1a1a/1b1b/1c1c", false), runes(`\`, true),
		runes("b", false),
		runes("]", true), runes("11;rgb:ffff/ffff/ffff", false), {Type: tea.KeyCtrlG},
		runes("11;", false), {Type: tea.KeyCtrlG},
	} {
		if m, ok := filter(nil, k).(tea.KeyMsg); ok {
			typed += m.String()
		}
	}
	if typed != "ab11;ctrl+g" {
		t.Errorf("typed %q", typed)
	}
}
