package ui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"assay/ui/keys"
	"assay/ui/line"
	"assay/ui/overlay"
	"assay/ui/picker"
)

// help shows every binding.
func (m *model) help() {
	m.open(overlay.NewPage(m.styles, "Keys", 96, func(w int) []string {
		var rows []string
		for _, g := range m.keys.Groups() {
			if len(rows) > 0 {
				rows = append(rows, "")
			}
			rows = append(rows, m.styles.Chrome.Title.Paint(g.Name))
			for _, b := range g.Rows {
				rows = append(rows, m.helpRow(b, w)...)
			}
		}
		return rows
	}))
}

func (m *model) helpRow(b keys.Binding, w int) []string {
	s := &m.styles.Chrome
	in := min(26, w/2)
	text := b.Help
	if len(b.Slash) > 0 {
		text += "  /" + strings.Join(b.Slash, " /")
	}
	if b.In&keys.Main != keys.Main {
		text += "  (" + b.In.String() + ")"
	}
	label := b.Labels(m.styles.Options.ASCII)
	if label == "" {
		label = "not bound"
	}
	var rows []string
	l := line.New(w, m.styles.Glyph.More)
	l.Join(line.New(in-1, m.styles.Glyph.More).Add(s.HelpKey, label))
	for _, r := range line.Wrap(text, max(w-in, 1)) {
		rows = append(rows, l.Right(w-in).Add(s.HelpText, r).String())
		l = line.New(w, m.styles.Glyph.More)
	}
	return rows
}

// palette finds any command by its words.
func (m *model) palette() {
	var items []picker.Item
	seen := map[keys.Action]bool{}
	for _, b := range m.keys.Rows() {
		if b.In&m.around() == 0 || seen[b.Action] || !offered(b.Action) {
			continue
		}
		seen[b.Action] = true
		slash := ""
		if len(b.Slash) > 0 {
			slash = "/" + b.Slash[0]
		}
		items = append(items, picker.Item{Key: string(b.Action), Title: b.Help, Search: strings.Join(b.Slash, " ") + " " + string(b.Action), Cells: []string{slash, b.Labels(m.styles.Options.ASCII)}})
	}
	m.open(picker.New(m.styles, picker.Options{Title: "Commands", Hint: "what do you want to do?", Chosen: func(picked []string) tea.Cmd {
		m.over = nil
		return m.do(keys.Action(picked[0]), "")
	}}, items))
}

// around are the places the focus can get to on this screen.
func (m *model) around() keys.Where {
	const compare = keys.Composer | keys.Reading
	if in := m.screen().Where(); in&compare == 0 {
		return in
	}
	return compare
}

// offered leaves out what only makes sense as a key.
func offered(a keys.Action) bool {
	switch a {
	case keys.Newline, keys.HistoryPrev, keys.HistoryNext, keys.Jump, keys.Palette, keys.Back, keys.EOF, keys.Cancel,
		keys.Down, keys.Up, keys.PageDown, keys.PageUp, keys.HalfDown, keys.HalfUp:
		return false
	}
	return true
}
