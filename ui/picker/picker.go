// Package picker is a list to choose from, narrowed by typing: models, panels,
// commands, earlier prompts, code blocks.
package picker

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"assay/ui/keys"
	"assay/ui/line"
	"assay/ui/overlay"
	"assay/ui/theme"
)

// Item is a row of the list. Its texts are clean and one line each.
type Item struct {
	Key    string   // what choosing it means to the caller
	Title  string   // matched against what is typed
	Cells  []string // columns at the right edge, aligned over all rows
	Search string   // further words to match
	Brief  string   // the last column where the list is narrow; "": the same
	Note   string   // where the list is narrow: what the bottom line says of the row under the cursor
	Dim    bool     // can be chosen, but is not at its best: a model without a key
}

// Options describe a list.
type Options struct {
	Title  string
	Hint   string // shown when nothing is typed
	Multi  bool   // several may be ticked, the order counts
	Ticked []string
	Query  string
	Empty  string // what to say when there are no items yet
	// Chosen gets the keys that were ticked, or the row under the cursor.
	Chosen func(picked []string) tea.Cmd
	// Narrow, when set, filters and orders by the typed text instead of the fuzzy
	// match: it returns indices of items, or what is wrong with the text.
	Narrow func(query string) (items []int, fault string)
}

// Model is a list that is open. Make one with New.
type Model struct {
	o      Options
	styles *theme.Styles
	items  []Item
	find   *matcher
	input  textinput.Model
	hits   []hit
	cursor int
	top    int
	height int // rows visible when drawn last
	ticked []string
	fault  string
	slim   bool // drawn narrow last
	typing bool // the last key was part of the filter: a blank goes on with it
}

// New opens a list.
func New(s *theme.Styles, o Options, items []Item) *Model {
	in := textinput.New()
	in.Prompt = s.Glyph.Prompt + " "
	in.PromptStyle, in.TextStyle = s.Chrome.ComposerPrompt.Lip(), s.Chrome.Picker.Lip()
	in.PlaceholderStyle = s.Chrome.Placeholder.Lip()
	in.Placeholder = o.Hint
	in.Cursor.Style = s.Renderer.NewStyle()
	in.Cursor.SetMode(cursor.CursorStatic)
	in.KeyMap.Paste.SetEnabled(false)
	in.SetValue(o.Query)
	in.Focus()
	m := &Model{o: o, styles: s, input: in, ticked: slices.Clone(o.Ticked), height: 1, typing: o.Query != ""}
	m.SetItems(items)
	return m
}

// SetItems replaces the rows, keeping what is typed and ticked.
func (m *Model) SetItems(items []Item) {
	m.items = items
	texts := make([]string, len(items))
	for i, it := range items {
		texts[i] = it.Title + " " + it.Search
	}
	m.find = newMatcher(texts)
	m.narrow()
}

func (m *Model) narrow() {
	m.cursor, m.top = 0, 0
	q := m.input.Value()
	if m.o.Narrow != nil && len(m.items) > 0 {
		items, fault := m.o.Narrow(q)
		m.fault = fault
		if fault != "" {
			return // half a term is being typed: the rows stay
		}
		m.hits = m.hits[:0]
		for _, i := range items {
			m.hits = append(m.hits, hit{item: i})
		}
		return
	}
	m.hits = m.find.find(q)
}

// Where implements [overlay.Overlay].
func (m *Model) Where() keys.Where { return keys.List }

// Do implements [overlay.Overlay].
func (m *Model) Do(a keys.Action) (bool, tea.Cmd) {
	switch a {
	case keys.Back, keys.Cancel:
		if a == keys.Back && m.input.Value() != "" {
			m.input.SetValue("")
			m.typing = false
			m.narrow()
			return false, nil
		}
		return true, nil
	case keys.Down:
		m.move(1)
	case keys.Up:
		m.move(-1)
	case keys.PageDown:
		m.move(m.height)
	case keys.PageUp:
		m.move(-m.height)
	case keys.Tick:
		m.tick()
	case keys.Pick:
		return m.pick()
	}
	return false, nil
}

func (m *Model) move(n int) {
	m.typing = false
	m.cursor = max(min(m.cursor+n, len(m.hits)-1), 0)
}

func (m *Model) current() (Item, bool) {
	if m.cursor >= len(m.hits) {
		return Item{}, false
	}
	return m.items[m.hits[m.cursor].item], true
}

func (m *Model) tick() {
	it, ok := m.current()
	if !ok || !m.o.Multi {
		return
	}
	if i := slices.Index(m.ticked, it.Key); i >= 0 {
		m.ticked = slices.Delete(m.ticked, i, i+1)
	} else {
		m.ticked = append(m.ticked, it.Key)
	}
}

// pick takes what is ticked. Who ticks nothing means the row under the cursor: it
// comes to what was ticked before, so that no lane is lost by a plain enter.
func (m *Model) pick() (bool, tea.Cmd) {
	it, ok := m.current()
	if !m.o.Multi {
		if !ok {
			return false, nil
		}
		return true, m.o.Chosen([]string{it.Key})
	}
	picked := slices.Clone(m.ticked)
	if ok && slices.Equal(m.ticked, m.o.Ticked) && !slices.Contains(picked, it.Key) {
		picked = append(picked, it.Key)
	}
	if len(picked) == 0 {
		return false, nil
	}
	return true, m.o.Chosen(picked)
}

// Type implements [overlay.Overlay]. A blank ticks, unless words are being typed.
func (m *Model) Type(msg tea.KeyMsg) (bool, tea.Cmd) {
	if msg.String() == " " && m.o.Multi && !m.typing && !msg.Paste {
		m.tick()
		return false, nil
	}
	before := m.input.Value()
	m.input, _ = m.input.Update(msg)
	if v := m.input.Value(); v != before {
		m.typing = v != ""
		m.narrow()
	}
	return false, nil
}

// Box implements [overlay.Overlay].
func (m *Model) Box(w, h int) []string {
	width := max(min(w-2, 100), 8)
	m.input.Width = max(width-6, 1)
	rows := []string{" " + m.input.View()}
	m.height = max(h-4, 1)
	if want := len(m.items); want < m.height && m.o.Empty == "" {
		m.height = max(want, 1)
	}
	m.top = min(max(m.top, m.cursor-m.height+1), m.cursor)
	m.slim = w < narrow
	rows = append(rows, line.New(width, "").Fill(m.styles.Chrome.Border, m.styles.Glyph.Box.Horizontal, 0).String())
	cells := m.widths(width)
	for i := range m.height {
		rows = append(rows, m.row(m.top+i, width, cells))
	}
	return overlay.Frame(m.styles, m.o.Title, m.hint(), width+2, rows)
}

func (m *Model) hint() string {
	if m.fault != "" {
		return m.fault
	}
	parts := []string{"enter choose", "esc close"}
	if m.o.Multi {
		tick := "space tick"
		if m.typing {
			tick = "tab tick"
		}
		parts = []string{tick, "enter choose", "esc close"}
		if n := len(m.ticked); n > 0 {
			parts = append([]string{fmt.Sprintf("%d ticked", n)}, parts...)
		}
	}
	if len(m.hits) != len(m.items) {
		parts = append([]string{fmt.Sprintf("%d of %d", len(m.hits), len(m.items))}, parts...)
	}
	if it, ok := m.current(); ok && m.slim && it.Note != "" {
		parts = append([]string{it.Note}, parts...)
	}
	return strings.Join(parts, " "+m.styles.Glyph.Dot+" ")
}
