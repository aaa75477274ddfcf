package composer_test

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"assay/ui/composer"
	"assay/ui/theme"
)

func newComposer() *composer.Model {
	m := composer.New(theme.New(theme.Options{Dark: true, Profile: theme.None}))
	m.SetWidth(40)
	return m
}

func typed(m *composer.Model, s string) {
	for _, r := range s {
		m.Type(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
	}
}

func screen(m *composer.Model, h int) string {
	var rows []string
	for _, r := range m.View(h) {
		rows = append(rows, strings.TrimRight(ansi.Strip(r), " "))
	}
	return strings.Join(rows, "\n")
}

func TestTypingAndNewlines(t *testing.T) {
	m := newComposer()
	typed(m, "one")
	m.Newline()
	typed(m, "two")
	if m.Value() != "one\ntwo" || m.Rows() != 2 {
		t.Errorf("value %q in %d rows", m.Value(), m.Rows())
	}
	if got := screen(m, 2); got != " ❯ one\n   two" {
		t.Errorf("drawn as\n%s", got)
	}
}

func TestLongLinesWrapAndTheCursorStaysInSight(t *testing.T) {
	m := newComposer()
	typed(m, strings.Repeat("word ", 30)+"END")
	if m.Rows() < 4 {
		t.Fatalf("%d rows", m.Rows())
	}
	for _, w := range []int{40, 20, 8, 30} {
		m.SetWidth(w)
		for _, h := range []int{1, 3, 2} {
			if !strings.Contains(screen(m, h), "END") {
				t.Errorf("%d×%d does not show what is being typed:\n%s", w, h, screen(m, h))
			}
			for _, r := range m.View(h) {
				if ansi.StringWidth(r) > w {
					t.Errorf("row %q is wider than %d", r, w)
				}
			}
		}
	}
}

func TestPasteKeepsItsText(t *testing.T) {
	m := newComposer()
	m.Type(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("a\r\nb\n\x1b[31mc"), Paste: true})
	if m.Value() != "a\nb\n[31mc" {
		t.Errorf("value %q", m.Value())
	}
}

func TestLargePasteIsAToken(t *testing.T) {
	m := newComposer()
	big := strings.Repeat("line\twith a tab\n", 400) + "end"
	typed(m, "explain ")
	m.Paste(big)
	if m.Value() != "explain "+big {
		t.Error("the paste was not put back")
	}
	if got := screen(m, 2); !strings.Contains(got, "[pasted text 1: 401 lines]") {
		t.Errorf("drawn as %q", got)
	}
	typed(m, "!")
	m.Type(tea.KeyMsg{Type: tea.KeyBackspace})
	if m.Value() != "explain "+big {
		t.Error("backspace took more than the character before it")
	}
	m.Type(tea.KeyMsg{Type: tea.KeyBackspace})
	if m.Value() != "explain " {
		t.Errorf("backspace behind the token left %.40q", m.Value())
	}
	m.Paste(strings.Repeat("x", 5000))
	m.Paste(strings.Repeat("y", 600))
	if !strings.Contains(m.Value(), "xxyyy") {
		t.Error("a long word is not a token, or is lost")
	}
	if !strings.Contains(screen(m, 3), "[pasted text 2: 5000") {
		t.Errorf("drawn as %q", screen(m, 3))
	}
}

func TestHistoryKeepsTheDraft(t *testing.T) {
	m := newComposer()
	m.Remember("first")
	m.Remember("second\nwith two lines")
	m.Remember("second\nwith two lines")
	typed(m, "draft")
	m.Up()
	if m.Value() != "second\nwith two lines" {
		t.Errorf("value %q", m.Value())
	}
	m.Up() // the cursor stands in the last row: this only moves it
	if m.Value() != "second\nwith two lines" {
		t.Errorf("value %q", m.Value())
	}
	m.Up()
	if m.Value() != "first" {
		t.Errorf("value %q", m.Value())
	}
	m.Up()
	m.Down()
	m.Down()
	if m.Value() != "draft" {
		t.Errorf("value %q", m.Value())
	}
	if h := m.History(); len(h) != 2 || h[1] != "first" {
		t.Errorf("history %q", h)
	}
}

func TestClearedDraftCanBeRecalled(t *testing.T) {
	m := newComposer()
	typed(m, "precious")
	m.Remember(m.Value())
	m.Clear()
	if !m.Empty() {
		t.Error("not empty")
	}
	m.Up()
	if m.Value() != "precious" {
		t.Errorf("value %q", m.Value())
	}
}

func TestCommand(t *testing.T) {
	for in, want := range map[string][2]string{
		"/models opus 4": {"models", "opus 4"},
		"/":              {"", ""},
		"  /q":           {"q", ""},
	} {
		m := newComposer()
		m.SetValue(in)
		name, arg, ok := m.Command()
		if !ok || name != want[0] || arg != want[1] {
			t.Errorf("%q: %q %q %v", in, name, arg, ok)
		}
	}
	for _, in := range []string{"why /models?", "/etc/passwd says", "/help\nme", "./run", "a/b", "/tmp.txt"} {
		m := newComposer()
		m.SetValue(in)
		if _, _, ok := m.Command(); ok {
			t.Errorf("%q is taken for a command", in)
		}
	}
}

func BenchmarkTypeAndView(b *testing.B) {
	m := newComposer()
	m.SetWidth(200)
	m.SetValue(strings.Repeat("a line of the prompt that is being written\n", 20))
	for b.Loop() {
		m.Type(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{'x'}})
		m.Rows()
		m.View(5)
		m.Type(tea.KeyMsg{Type: tea.KeyBackspace})
	}
}
