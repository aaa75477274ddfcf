package fusionpane

import (
	"slices"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"assay/engine/chat"
	"assay/ui/line"
	"assay/ui/theme"
)

// Most rows of an item the cursor is not on, and most quotes of one it is on.
const (
	briefRows = 3
	maxQuotes = 8
)

// gutter is the width of what stands before an item's text: cursor, mark, lanes.
func (m *Model) gutter(w int) int {
	lanes := 1
	for i := range m.items {
		lanes = max(lanes, len(m.places(m.items[i].Lanes)))
	}
	return min(4+2*lanes, max(w/2, 4))
}

// places are the positions of lanes on the screen, in order.
func (m *Model) places(lanes []int) []int {
	var out []int
	for _, n := range lanes {
		if p := m.place(n); p >= 0 && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

func (m *Model) place(lane int) int {
	if m.src.Lanes == nil {
		return lane
	}
	return slices.Index(m.src.Lanes, lane)
}

// item draws one finding: mark, lanes, text; below it the sides of a contradiction;
// under the cursor also the passages it rests on.
func (m *Model) item(it *Item, w int, current bool) []string {
	in := m.brief.gutter
	text := line.Wrap(it.Text, max(w-in-1, 1))
	if len(text) == 0 {
		text = []string{""}
	}
	if !current && len(text) > briefRows {
		text = text[:briefRows]
		text[briefRows-1] = ansi.Truncate(text[briefRows-1], max(w-in-2, 0), "") + m.styles.Glyph.More
	}
	style := m.styles.Text.Plain
	if current {
		style = m.styles.Text.Strong
	}
	var rows []string
	for i, t := range text {
		l := line.New(w, m.styles.Glyph.More)
		if i == 0 {
			m.lead(l, it, current)
		}
		rows = append(rows, l.Right(l.Room()-(in-l.Width())).Add(style, t).String())
	}
	for _, s := range m.sides(it) {
		rows = append(rows, m.side(s, w, in, current)...)
	}
	if current {
		rows = append(rows, m.evidence(it, w, in)...)
	}
	return rows
}

// lead is the gutter of an item's first row.
func (m *Model) lead(l *line.Line, it *Item, current bool) {
	if current {
		l.Add(m.styles.Text.Accent, m.styles.Glyph.Cursor)
	} else {
		l.Space(1)
	}
	style, glyph := m.grade(it.Grade)
	l.Add(style, glyph)
	for _, p := range m.places(it.Lanes) {
		l.Space(1).Add(m.styles.Lane.Color(p), strconv.Itoa(p+1))
	}
}

// side is what one or several lanes say in a contradiction.
type side struct {
	lanes []int
	text  string
}

// sides are the stances of a contradiction, each once. What only repeats the topic
// comes last, after those who see it otherwise.
func (m *Model) sides(it *Item) []side {
	var out []side
	same := side{text: "as above"}
	for _, s := range it.Stances {
		i := slices.IndexFunc(out, func(o side) bool { return alike(o.text, s.Text) })
		switch {
		case alike(s.Text, it.Text):
			same.lanes = append(same.lanes, s.Lane)
		case i >= 0:
			out[i].lanes = append(out[i].lanes, s.Lane)
		default:
			out = append(out, side{[]int{s.Lane}, s.Text})
		}
	}
	if same.lanes != nil {
		out = append(out, same)
	}
	return out
}

// alike reports whether two texts differ in nothing but case and their last stop.
func alike(a, b string) bool {
	return strings.EqualFold(strings.TrimRight(a, ".!"), strings.TrimRight(b, ".!"))
}

func (m *Model) side(s side, w, in int, current bool) []string {
	lead := 2 * len(s.lanes)
	rows := line.Wrap(s.text, max(w-in-lead-2, 1))
	if !current && len(rows) > 2 {
		rows = rows[:2]
		rows[1] = ansi.Truncate(rows[1], max(w-in-lead-3, 0), "") + m.styles.Glyph.More
	}
	var out []string
	for i, r := range rows {
		l := line.New(w, m.styles.Glyph.More).Space(in)
		if i > 0 {
			l.Space(lead)
		} else {
			for _, n := range s.lanes {
				m.lane(l, n)
			}
		}
		out = append(out, l.Add(m.styles.Text.Plain, r).String())
	}
	return out
}

// lane adds the number of a lane in its colour, or a dash for one that is gone.
func (m *Model) lane(l *line.Line, n int) {
	if p := m.place(n); p >= 0 {
		l.Add(m.styles.Lane.Color(p), strconv.Itoa(p+1)+" ")
	} else {
		l.Add(m.styles.Text.Faint, "- ")
	}
}

// evidence draws what an item rests on: who lacks it, the passages, remarks.
func (m *Model) evidence(it *Item, w, in int) []string {
	var rows []string
	if missing := m.places(it.Missing); len(missing) > 0 {
		l := line.New(w, m.styles.Glyph.More).Space(in).Add(m.styles.Text.Dim, "missing from ")
		for i, p := range missing {
			if i > 0 {
				l.Add(m.styles.Text.Dim, ", ")
			}
			l.Add(m.styles.Lane.Color(p), strconv.Itoa(p+1))
		}
		rows = append(rows, l.String())
	}
	for i, q := range it.Quotes {
		if i == maxQuotes {
			rows = append(rows, line.New(w, "").Space(in).Add(m.styles.Text.Faint, plural(len(it.Quotes)-i, "more passage")).String())
			break
		}
		rows = append(rows, m.quote(q, w, in)...)
	}
	if it.Grade == Unverified && len(it.Quotes) == 0 {
		rows = append(rows, line.New(w, m.styles.Glyph.More).Space(in).Add(m.styles.Fusion.Unverified, "no passage was cited: unverified").String())
	}
	for _, n := range it.Notes {
		for _, r := range line.Wrap(n, max(w-in-1, 1)) {
			rows = append(rows, line.New(w, m.styles.Glyph.More).Space(in).Add(m.styles.Text.Dim, r).String())
		}
	}
	return rows
}

// quote draws one cited passage with its grade in a word.
func (m *Model) quote(q chat.Quote, w, in int) []string {
	g := gradeOf(q)
	style, glyph := m.grade(g)
	text := tidy(q.Text)
	word := glyph
	if g != Verified {
		word += " " + g.String()
	}
	rows := line.Wrap(open(m.styles)+text+close(m.styles)+" ", max(w-in-3, 1))
	var out []string
	for i, r := range rows {
		l := line.New(w, m.styles.Glyph.More).Space(in)
		if i == 0 {
			m.lane(l, q.Lane)
		} else {
			l.Space(2)
		}
		l.Add(m.styles.Text.Thought, r)
		if i == len(rows)-1 {
			if !l.Whole(style, " "+word) {
				out = append(out, l.String())
				l = line.New(w, m.styles.Glyph.More).Space(in+2).Add(style, word)
			}
		}
		out = append(out, l.String())
	}
	return out
}

// open and close are the marks around a quoted passage.
func open(s *theme.Styles) string { return mark(s, "“") }

func close(s *theme.Styles) string { return mark(s, "”") }

func mark(s *theme.Styles, m string) string {
	if s.Options.ASCII {
		return strings.Repeat(`"`, len([]rune(m)))
	}
	return m
}
