package overlay_test

import (
	"fmt"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"assay/ui/keys"
	"assay/ui/overlay"
	"assay/ui/theme"
)

func styles() *theme.Styles {
	return theme.New(theme.Options{Dark: true, Profile: theme.None})
}

func plain(rows []string) string { return ansi.Strip(strings.Join(rows, "\n")) }

func TestLayKeepsTheScreenInShape(t *testing.T) {
	for w := 4; w < 60; w++ {
		screen := make([]string, 12)
		for i := range screen {
			screen[i] = "\x1b[1m" + strings.Repeat("世", w/2) + strings.Repeat("x", w%2) + "\x1b[0m"
		}
		c := &overlay.Confirm{Title: "Send?", Question: "This may cost more than the cap.", Yes: "send", No: "keep", Styles: styles()}
		overlay.Lay(screen, c.Box(w, 12), w)
		for i, r := range screen {
			if ansi.StringWidth(r) != w {
				t.Fatalf("width %d: row %d has %d cells: %q", w, i, ansi.StringWidth(r), r)
			}
		}
	}
}

func TestConfirm(t *testing.T) {
	agreed := 0
	c := &overlay.Confirm{Title: "Send?", Question: "one\ntwo", Yes: "send", No: "keep", Styles: styles(), Agreed: func() tea.Cmd { agreed++; return nil }}
	if got := plain(c.Box(40, 10)); !strings.Contains(got, "enter send   esc keep") {
		t.Errorf("drawn as\n%s", got)
	}
	key := func(s string) bool {
		closed, _ := c.Type(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s)})
		return closed
	}
	if key("x") || agreed != 0 {
		t.Error("any key is taken for an answer")
	}
	if closed, _ := c.Type(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("y"), Paste: true}); closed {
		t.Error("a paste is taken for an answer")
	}
	if !key("n") || agreed != 0 {
		t.Error("n does not refuse")
	}
	if !key("y") || agreed != 1 {
		t.Error("y does not agree")
	}
	if closed, _ := c.Do(keys.Back); !closed || agreed != 1 {
		t.Error("esc does not refuse")
	}
}

func TestPageScrolls(t *testing.T) {
	p := overlay.NewPage(styles(), "Help", 30, func(w int) []string {
		var rows []string
		for i := range 50 {
			rows = append(rows, fmt.Sprintf("row %d", i))
		}
		return rows
	})
	see := func(want string) {
		t.Helper()
		if got := plain(p.Box(40, 12)); !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	see("1-10 of 50")
	for _, step := range []struct {
		a    keys.Action
		want string
	}{
		{keys.Down, "2-11 of"}, {keys.HalfDown, "7-16 of"}, {keys.PageDown, "16-25 of"}, {keys.Follow, "41-50 of"},
		{keys.PageDown, "41-50 of"}, {keys.Up, "40-49 of"}, {keys.PageUp, "31-40 of"}, {keys.HalfUp, "26-35 of"}, {keys.Top, "1-10 of"},
	} {
		if closed, _ := p.Do(step.a); closed {
			t.Fatalf("%s closes the page", step.a)
		}
		see(step.want)
	}
	if closed, _ := p.Do(keys.Back); !closed {
		t.Error("esc does not close the page")
	}
	if rows := p.Box(40, 3); len(rows) != 3 {
		t.Errorf("%d rows in 3", len(rows))
	}
}
