package picker_test

import (
	"fmt"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"assay/ui/keys"
	"assay/ui/picker"
	"assay/ui/theme"
)

func models() []picker.Item {
	return []picker.Item{
		{Key: "anthropic/claude-opus-4.5", Title: "anthropic/claude-opus-4.5", Cells: []string{"$5 / $25", "200k"}},
		{Key: "anthropic/claude-sonnet-4.5", Title: "anthropic/claude-sonnet-4.5", Cells: []string{"$3 / $15", "1M"}},
		{Key: "openai/gpt-5", Title: "openai/gpt-5", Cells: []string{"$1.25 / $10", "400k"}},
		{Key: "meta/llama-4", Title: "meta/llama-4", Cells: []string{"free", "1M"}, Dim: true},
	}
}

type list struct {
	*picker.Model
	t      *testing.T
	picked []string
	closed bool
}

func open(t *testing.T, o picker.Options, items []picker.Item) *list {
	l := &list{t: t}
	o.Chosen = func(p []string) tea.Cmd { l.picked = p; return nil }
	l.Model = picker.New(theme.New(theme.Options{Dark: true, Profile: theme.None}), o, items)
	return l
}

func (l *list) do(actions ...keys.Action) {
	for _, a := range actions {
		closed, _ := l.Do(a)
		l.closed = l.closed || closed
	}
}

func (l *list) typed(s string) {
	for _, r := range s {
		k := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}}
		if r == ' ' {
			k = tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{r}}
		}
		l.Type(k)
	}
}

func (l *list) screen(w, h int) string {
	var rows []string
	for _, r := range l.Box(w, h) {
		rows = append(rows, ansi.Strip(r))
	}
	return strings.Join(rows, "\n")
}

func (l *list) want(keys ...string) {
	l.t.Helper()
	if strings.Join(l.picked, " ") != strings.Join(keys, " ") || !l.closed {
		l.t.Errorf("picked %v (closed %v), want %v", l.picked, l.closed, keys)
	}
}

func TestTypeAndChoose(t *testing.T) {
	l := open(t, picker.Options{}, models())
	l.typed("clason")
	l.do(keys.Pick)
	l.want("anthropic/claude-sonnet-4.5")
}

func TestEveryWordMustMatch(t *testing.T) {
	l := open(t, picker.Options{Multi: true}, models())
	l.typed("claude opus")
	l.do(keys.Pick)
	l.want("anthropic/claude-opus-4.5")
	l = open(t, picker.Options{}, models())
	l.typed("claude gpt")
	l.do(keys.Pick)
	if l.closed || !strings.Contains(l.screen(60, 10), "nothing matches") {
		t.Errorf("no hit, and yet\n%s", l.screen(60, 10))
	}
}

func TestBlankTicksUnlessWordsAreTyped(t *testing.T) {
	l := open(t, picker.Options{Multi: true}, models())
	l.typed(" ")
	l.do(keys.Down, keys.Down)
	l.typed(" ")
	l.typed("lla")
	l.do(keys.Tick)
	l.do(keys.Pick)
	l.want("anthropic/claude-opus-4.5", "openai/gpt-5", "meta/llama-4")
}

func TestEnterAloneAddsToTheLanesThereAre(t *testing.T) {
	l := open(t, picker.Options{Multi: true, Ticked: []string{"openai/gpt-5"}}, models())
	l.typed("opus")
	l.do(keys.Pick)
	l.want("openai/gpt-5", "anthropic/claude-opus-4.5")

	l = open(t, picker.Options{Multi: true, Ticked: []string{"openai/gpt-5", "meta/llama-4"}}, models())
	l.typed("gpt")
	l.do(keys.Tick, keys.Pick)
	l.want("meta/llama-4")
}

func TestEscClearsTheFilterFirst(t *testing.T) {
	l := open(t, picker.Options{}, models())
	l.typed("gpt")
	l.do(keys.Back)
	if l.closed || !strings.Contains(l.screen(60, 10), "llama") {
		t.Error("esc did not clear the filter")
	}
	if l.do(keys.Back); !l.closed || l.picked != nil {
		t.Error("esc did not close")
	}
}

func TestNarrowTakesOver(t *testing.T) {
	l := open(t, picker.Options{Narrow: func(q string) ([]int, string) {
		switch q {
		case "free":
			return []int{3}, ""
		case "free<":
			return nil, "free has no amount"
		}
		return []int{2, 1}, ""
	}}, models())
	l.typed("free<")
	if got := l.screen(60, 10); !strings.Contains(got, "free has no amount") || !strings.Contains(got, "llama") {
		t.Errorf("a half-typed term is drawn as\n%s", got)
	}
	l.Type(tea.KeyMsg{Type: tea.KeyBackspace})
	l.do(keys.Pick)
	l.want("meta/llama-4")
}

func TestItemsMayComeLater(t *testing.T) {
	l := open(t, picker.Options{Empty: "reading the catalog", Query: "gpt"}, nil)
	if !strings.Contains(l.screen(60, 10), "reading the catalog") {
		t.Errorf("drawn as\n%s", l.screen(60, 10))
	}
	l.SetItems(models())
	l.do(keys.Pick)
	l.want("openai/gpt-5")
}

func TestBoxes(t *testing.T) {
	for _, size := range [][2]int{{90, 12}, {44, 8}, {20, 6}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			l := open(t, picker.Options{Title: "Models", Hint: "type to filter", Multi: true, Ticked: []string{"openai/gpt-5"}}, models())
			l.do(keys.Down, keys.Down)
			got := l.screen(size[0], size[1])
			golden.RequireEqual(t, []byte(got))
			for _, r := range strings.Split(got, "\n") {
				if ansi.StringWidth(r) > size[0] {
					t.Errorf("row of %d cells", ansi.StringWidth(r))
				}
			}
			if n := strings.Count(got, "\n") + 1; n > size[1] {
				t.Errorf("%d rows", n)
			}
		})
	}
}

func BenchmarkTyping20000(b *testing.B) {
	items := make([]picker.Item, 20000)
	for i := range items {
		items[i] = picker.Item{Key: fmt.Sprint(i), Title: fmt.Sprintf("vendor-%d/model-%d-claude", i%40, i), Cells: []string{"$1", "128k"}}
	}
	m := picker.New(theme.New(theme.Options{}), picker.Options{}, items)
	for b.Loop() {
		m.Type(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("c")})
		m.Box(100, 40)
		m.Type(tea.KeyMsg{Type: tea.KeyBackspace})
	}
}

func TestNarrowListsKeepNamesApart(t *testing.T) {
	name := func(i int) string { return fmt.Sprintf("anthropic/claude-3.5-sonnet-2024102%d", i) }
	var items []picker.Item
	for i := range 3 {
		items = append(items, picker.Item{Key: name(i), Title: name(i), Cells: []string{"$0.25 / $1.25", "200k", "needs ANTHROPIC_API_KEY"}, Brief: "no key", Note: "needs ANTHROPIC_API_KEY", Dim: true})
	}
	l := open(t, picker.Options{Multi: true}, items)
	got := l.screen(80, 24)
	for i := range items {
		if !strings.Contains(got, name(i)) {
			t.Errorf("%s is cut:\n%s", name(i), got)
		}
	}
	if strings.Count(got, "no key") != 3 || strings.Count(got, "needs ANTHROPIC_API_KEY") != 1 {
		t.Errorf("the note is not said once, briefly elsewhere:\n%s", got)
	}
	if got := l.screen(110, 24); strings.Contains(got, "no key") || strings.Count(got, "needs ANTHROPIC_API_KEY") != 3 {
		t.Errorf("a wide list is not whole:\n%s", got)
	}
}
