package fusionpane

import (
	"fmt"
	"strconv"
	"strings"

	"assay/engine/chat"
	"assay/ui/line"
	"assay/ui/markdown"
	"assay/ui/theme"
)

// drawn is the list as rows, kept until something changes.
type drawn struct {
	width    int
	rows     []string
	starts   []int // first row of each item
	ends     []int
	listAt   int // row of the body the list begins at
	listRows int
}

// brief holds the rows of items the cursor is not on, so that moving it draws two
// items and not all of them.
type brief struct {
	width, gutter int
	rows          [][]string // by item; nil: not drawn yet
}

// Head is what stands in the pane's heading: the counts.
func (m *Model) Head(l *line.Line) {
	n := counts(m.items)
	for k := range kinds {
		style, glyph := m.kind(k)
		if n[k] == 0 || l.Room() < 6 {
			continue
		}
		l.Space(1).Add(style, glyph+" "+strconv.Itoa(n[k]))
	}
}

// Brief is the number of contradictions, for a tab: "" while there are none.
func (m *Model) Brief() string {
	n := counts(m.items)[Contradiction]
	if n == 0 {
		return ""
	}
	_, glyph := m.kind(Contradiction)
	return glyph + strconv.Itoa(n)
}

// Word says in a word or two where the analysis stands.
func (m *Model) Word() string {
	switch {
	case m.src.Stale:
		return "out of date"
	case m.src.Stage != "":
		return m.src.Stage
	case m.src.Analysis == nil:
		return ""
	case m.src.Analysis.Final:
		return "final"
	}
	return "provisional"
}

func (m look) kind(k Kind) (theme.Style, string) {
	f, g := &m.styles.Fusion, &m.styles.Glyph.Fusion
	switch k {
	case Consensus:
		return f.Consensus, g.Consensus
	case Contradiction:
		return f.Contradiction, g.Contradiction
	case Partial:
		return f.Partial, g.Partial
	case Unique:
		return f.Unique, g.Unique
	}
	return f.Blind, g.Blind
}

func (m look) grade(g Grade) (theme.Style, string) {
	switch g {
	case Verified:
		return m.styles.Fusion.Verified, m.styles.Glyph.Verified
	case Weak:
		return m.styles.Fusion.Weak, m.styles.Glyph.Weak
	case Unverified:
		return m.styles.Fusion.Unverified, m.styles.Glyph.Unknown
	}
	return m.styles.Text.Faint, " "
}

// Body draws h rows of at most w cells. focused says whether the cursor is live.
func (m *Model) Body(w, h int, focused bool) []string {
	if w <= 0 || h <= 0 {
		return nil
	}
	m.settle(w, h)
	switch {
	case m.src.Answer == nil:
		return m.list(w, h, 0, focused)
	case beside(w, h):
		return m.beside(w, h, focused)
	case stacked(h):
		return m.split(w, h, focused)
	case m.view == FusedAnswer:
		return append([]string{m.switcher(w)}, m.src.Answer.Rows(w, h-1)...)
	}
	return append([]string{m.switcher(w)}, m.list(w, h-1, 1, focused)...)
}

// beside shows the findings and the fused answer next to each other.
func (m *Model) beside(w, h int, focused bool) []string {
	left := w * 11 / 20
	right := w - left - 1
	rows := []string{m.heading("Findings", m.view == Findings && focused, left)}
	rows = append(rows, m.list(left, h-1, 1, focused && m.view == Findings)...)
	text := []string{m.heading("Fused answer", m.view == FusedAnswer && focused, right)}
	text = append(text, m.src.Answer.Rows(right, h-1)...)
	sep := m.styles.Chrome.Separator.Paint(m.styles.Glyph.Box.Vertical)
	out := make([]string, h)
	for i := range out {
		l, r := "", ""
		if i < len(rows) {
			l = rows[i]
		}
		if i < len(text) {
			r = text[i]
		}
		out[i] = line.Fit(l, left) + sep + r
	}
	return out
}

// split shows the fused answer above the findings, each with a heading.
func (m *Model) split(w, h int, focused bool) []string {
	upper := (h - 2) / 2
	rows := []string{m.heading("Fused answer", m.view == FusedAnswer && focused, w)}
	text := m.src.Answer.Rows(w, upper)
	rows = append(rows, text...)
	for len(rows) < upper+1 {
		rows = append(rows, "")
	}
	rows = append(rows, m.heading("Findings", m.view == Findings && focused, w))
	return append(rows, m.list(w, h-len(rows), len(rows), focused && m.view == Findings)...)
}

func (m look) heading(text string, active bool, w int) string {
	style, mark := m.styles.Text.Dim, " "
	if active {
		style, mark = m.styles.Text.Title, m.styles.Glyph.Cursor
	}
	return line.New(w, m.styles.Glyph.More).Add(style, mark+text+" ").Fill(m.styles.Chrome.Separator, m.styles.Glyph.Box.Horizontal, 0).String()
}

func (m *Model) switcher(w int) string {
	tab := func(v View) theme.Style {
		if m.view == v {
			return m.styles.Chrome.TabActive
		}
		return m.styles.Chrome.Tab
	}
	return line.New(w, m.styles.Glyph.More).Space(1).Add(tab(FusedAnswer), "Fused answer").Space(2).Add(tab(Findings), "Findings").
		Add(m.styles.Text.Faint, "   a switches").String()
}

// list draws the findings so that the item under the cursor is in sight.
func (m *Model) list(w, h, at int, focused bool) []string {
	if m.cache.width != w || m.cache.rows == nil {
		m.cache = m.compose(w)
	}
	m.cache.listAt, m.cache.listRows = at, h
	m.room = h
	c := &m.cache
	if m.chosen && m.cursor < len(c.starts) {
		start, end := c.starts[m.cursor], c.ends[m.cursor]
		if end > m.top+h {
			m.top = end - h
		}
		if start < m.top {
			m.top = start
		}
		if m.cursor == 0 {
			m.top = 0
		}
	} else {
		m.top = 0
	}
	m.top = max(min(m.top, len(c.rows)-h), 0)
	end := min(m.top+h, len(c.rows))
	rows := make([]string, 0, h)
	rows = append(rows, c.rows[m.top:end]...)
	if !focused {
		return rows
	}
	if n := len(rows); n > 0 && end < len(c.rows) && m.top+n-1 >= 0 && (m.cursor >= len(c.ends) || end > c.ends[m.cursor]) {
		rows[n-1] = line.New(w, "").Add(m.styles.Text.Faint, fmt.Sprintf(" %s %d more rows", m.styles.Glyph.Below, len(c.rows)-end+1)).String()
	}
	return rows
}

// compose draws every row of the findings.
func (m *Model) compose(w int) drawn {
	d := drawn{width: w, rows: m.preface(w)}
	if m.brief.width != w || len(m.brief.rows) != len(m.items) {
		m.brief = brief{width: w, gutter: m.gutter(w), rows: make([][]string, len(m.items))}
	}
	n := counts(m.items)
	last := kinds
	for i := range m.items {
		it := &m.items[i]
		if it.Kind != last {
			if len(d.rows) > 0 {
				d.rows = append(d.rows, "")
			}
			style, glyph := m.kind(it.Kind)
			d.rows = append(d.rows, line.New(w, m.styles.Glyph.More).Space(1).Add(style, glyph+" "+it.Kind.String()).Add(m.styles.Text.Dim, " "+strconv.Itoa(n[it.Kind])).String())
			last = it.Kind
		}
		d.starts = append(d.starts, len(d.rows))
		if m.chosen && i == m.cursor {
			d.rows = append(d.rows, m.item(it, w, true)...)
		} else {
			if m.brief.rows[i] == nil {
				m.brief.rows[i] = m.item(it, w, false)
			}
			d.rows = append(d.rows, m.brief.rows[i]...)
		}
		d.ends = append(d.ends, len(d.rows))
	}
	return d
}

// preface says where the findings come from and what to think of them.
func (m *Model) preface(w int) []string {
	var rows []string
	say := func(s theme.Style, lead, text string) {
		for i, r := range line.Wrap(text, w-2-len([]rune(lead))) {
			if i > 0 {
				lead = strings.Repeat(" ", len([]rune(lead)))
			}
			rows = append(rows, line.New(w, m.styles.Glyph.More).Space(1).Add(s, lead+r).String())
		}
	}
	if m.src.Stale {
		say(m.styles.Note.Warning, "! ", "a lane was asked again after this; fuse again to take it in")
	}
	a := m.src.Analysis
	if a == nil {
		for _, par := range m.src.Intro {
			say(m.styles.Text.Dim, "", par)
		}
		if m.src.Stage != "" {
			say(m.styles.Text.Dim, "", m.src.Stage)
		}
		return rows
	}
	say(m.styles.Text.Dim, "", source(a))
	if s := figures(a.Statistics); s != "" {
		say(m.styles.Text.Dim, "", s)
	}
	if a.Statistics != nil && a.Statistics.Advice != "" {
		say(m.styles.Note.Info, m.styles.Glyph.Bullet+" ", markdown.CleanLine(a.Statistics.Advice))
	}
	for _, warning := range a.Warnings {
		say(m.styles.Note.Warning, "! ", markdown.CleanLine(warning))
	}
	if len(m.items) == 0 {
		say(m.styles.Text.Dim, "", "nothing to compare was found in these answers")
	}
	return rows
}

// source names who made the analysis.
func source(a *chat.Analysis) string {
	var parts []string
	switch {
	case a.Judge.Method == "lexical":
		parts = append(parts, "compared word by word, without a model")
	case a.Judge.Model != "":
		parts = append(parts, "judged by "+markdown.CleanLine(a.Judge.Model))
	}
	if s := a.Judge.Source; s != "" && s != "judge" && s != "lexical" {
		parts = append(parts, strings.ReplaceAll(markdown.CleanLine(s), "_", " "))
	}
	if n := a.Judge.Flips; n > 0 {
		parts = append(parts, "the order of the answers decided "+plural(n, "stance"))
	}
	if n := a.Judge.Ungrounded; n > 0 {
		parts = append(parts, plural(n, "citation")+" without a passage")
	}
	if a.Judge.Note != "" {
		parts = append(parts, markdown.CleanLine(a.Judge.Note))
	}
	if a.Final {
		parts = append(parts, "final")
	} else {
		parts = append(parts, "provisional")
	}
	return strings.Join(parts, ", ")
}

// figures is the statistics line.
func figures(s *chat.Statistics) string {
	if s == nil {
		return ""
	}
	parts := []string{plural(s.Claims, "claim"), plural(s.Models, "model"), plural(s.Vendors, "vendor")}
	parts = append(parts, fmt.Sprintf("%.0f%% contested", 100*s.ContestedRate))
	if s.Alpha != nil {
		parts = append(parts, fmt.Sprintf("alpha %.2f", *s.Alpha))
	}
	if s.Similarity > 0 {
		parts = append(parts, fmt.Sprintf("%.0f%% alike", 100*s.Similarity))
	}
	if s.Unmarked != nil {
		parts = append(parts, fmt.Sprintf("%.0f%% of the fused answer without a claim", 100**s.Unmarked))
	}
	return strings.Join(parts, ", ")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Foot is the row of figures under the pane.
func (m *Model) Foot(w int) string {
	l := line.New(w, m.styles.Glyph.More).Space(1)
	for i, f := range m.src.Figures {
		if i > 0 {
			l.Add(m.styles.Lane.Footer, " "+m.styles.Glyph.Dot+" ")
		}
		l.Add(m.styles.Lane.Footer, f)
	}
	return l.Pad()
}
