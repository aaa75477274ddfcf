package browse

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"assay/ui/keys"
	"assay/ui/line"
	"assay/ui/status"
)

// Widths from which the detail stands beside the list, and how much of them is its.
const (
	splitWidth   = 116
	detailShare  = 5 // of twelve
	detailLeast  = 48
	detailWidest = 76
)

// split reports whether the detail stands beside the list.
func (s *Screen) split() bool { return s.view == onList && s.w >= splitWidth && s.detail.beside }

func (s *Screen) detailWidth() int {
	return min(max(s.w*detailShare/12, detailLeast), detailWidest)
}

// listed reports whether the view has the filter above it.
func (s *Screen) listed() bool { return s.view == onList || s.view == onPlot || s.view == onFree }

// firstRow is the row of the screen at which the list that has the focus begins.
func (s *Screen) firstRow() int {
	switch s.view {
	case onFree:
		return 3 + s.free.above + 1
	case onRanks:
		return 1 + s.ranks.above + 1
	}
	return 4
}

// Frame draws the screen.
func (s *Screen) Frame() (string, bool) {
	if !s.dirty {
		return s.drawn, false
	}
	s.dirty = false
	w, h := max(s.w, 1), max(s.h, 1)
	rows := []string{s.head(w)}
	room := h - 2
	if s.listed() && h >= 6 {
		rows = append(rows, s.filter.line(w, s.found()), s.filter.below(w, s.shop.index, s.o.Keys.Key(keys.List, keys.Tick)))
		room -= 2
	}
	rows = append(rows, s.body(w, max(room, 0))...)
	rows = rows[:min(len(rows), h-1)]
	for len(rows) < h-1 {
		rows = append(rows, "")
	}
	for i := range rows {
		rows[i] = line.Fit(rows[i], w)
	}
	rows = append(rows, s.o.Bar.View(w, s.hints(), s.facts()))
	s.drawn = strings.Join(rows[max(len(rows)-h, 0):], "\n")
	return s.drawn, true
}

// body draws the view into w × h cells.
func (s *Screen) body(w, h int) []string {
	switch s.view {
	case onCompare:
		return s.comparison(w, h)
	case onPlot:
		return s.scatter(w, h)
	case onFree:
		return s.freeRows(w, h)
	case onRanks:
		return s.rankRows(w, h)
	}
	m := s.current()
	switch {
	case s.detail.full:
		return s.detail.scroll.cut(s.describe(m, w), h)
	case !s.split():
		return s.table(w, h)
	}
	right := s.detailWidth()
	left := w - right - 2
	out := s.table(left, h)
	text := s.detail.scroll.cut(s.describe(m, right-1), h)
	bar := s.o.Styles.Chrome.Separator.Paint(s.o.Styles.Glyph.Box.Vertical)
	for i := range h {
		row := ""
		if i < len(out) {
			row = out[i]
		}
		row = line.Fit(row, left) + " " + bar
		if i < len(text) {
			row += " " + line.Fit(text[i], right-1)
		} else {
			row += strings.Repeat(" ", right)
		}
		if i < len(out) {
			out[i] = row
		} else {
			out = append(out, row)
		}
	}
	return out
}

// names of the views, as the tabs write them.
var viewNames = [views]string{"Models", "Compare", "Plot", "Free", "Rankings"}

func (s *Screen) tabName(v view) string {
	if v == onCompare && len(s.ticked) > 0 {
		return fmt.Sprintf("%s %d", viewNames[v], len(s.ticked))
	}
	return viewNames[v]
}

// tabsFrom is where the tabs begin in the heading.
const tabsFrom = 12

// head is the heading: the views, and where the data comes from.
func (s *Screen) head(w int) string {
	st, g := s.o.Styles, &s.o.Styles.Glyph
	border := st.Lane.BorderFocused
	origin, old := s.origin()
	age := st.Text.Dim
	if old {
		age = st.Note.Warning
	}
	right := line.New(w, g.More).Space(1).Add(age, origin).Space(1).Add(border, g.Box.HeavyHorizontal)
	left := line.New(w, g.More).Add(border, g.Box.HeavyHorizontal).Space(1).Add(st.Chrome.Title, "Catalog").Space(1).Add(border, g.Box.HeavyHorizontal).Space(1)
	for v := range views {
		style := st.Chrome.Tab
		if v == s.view {
			style = st.Chrome.TabActive
		}
		left.Add(style, s.tabName(v)).Space(2)
	}
	if left.Width()+right.Width() > w {
		right = line.New(w, g.More).Space(1).Add(age, short(origin)).Space(1).Add(border, g.Box.HeavyHorizontal)
	}
	if left.Width()+right.Width() > w {
		right = line.New(0, "")
	}
	return left.Fill(border, g.Box.HeavyHorizontal, right.Width()).Join(right).Pad()
}

// tabAt is the view whose tab is at a column.
func (s *Screen) tabAt(x int) (view, bool) {
	at := tabsFrom
	for v := range views {
		n := ansi.StringWidth(s.tabName(v))
		if x >= at && x < at+n {
			return v, true
		}
		at += n + 2
	}
	return 0, false
}

// short is an origin without its date.
func short(origin string) string {
	if _, days, ok := strings.Cut(origin, ", "); ok {
		return days
	}
	return origin
}

// staleDays is from when on the age of the data is a warning.
const staleDays = 30

// origin says how old the data is, and whether that is too old.
func (s *Screen) origin() (text string, old bool) {
	if s.refreshing {
		return "asking for news", false
	}
	src := s.o.Backend.Origin()
	if src.Name == "" {
		return "", false
	}
	day, err := time.Parse(time.DateOnly, src.Date)
	if err != nil {
		return "of unknown age", true
	}
	text = "as of " + src.Date
	switch days := int(s.today().UTC().Sub(day).Hours() / 24); {
	case days <= 0:
		return text + ", today", false
	case days == 1:
		return text + ", 1 day old", false
	default:
		return fmt.Sprintf("%s, %d days old", text, days), days > staleDays
	}
}

// found says how many models the filter has found, and their order.
func (s *Screen) found() string {
	if s.shop.index == nil {
		return ""
	}
	n, all := len(s.list.hits), s.shop.index.Len()
	count := fmt.Sprintf("%s of %s", grouped(n), grouped(all))
	if n == all {
		count = grouped(n) + " models"
	}
	order := s.list.order(&s.filter)
	if o := s.filter.query.Sort(); o.Key != "" {
		order = o
	}
	return count + " " + s.o.Styles.Glyph.Dot + " " + orderName(order)
}

// grouped writes a count with commas.
func grouped(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// hints are what the status line says about keys.
func (s *Screen) hints() []status.Hint {
	var show []keys.Action
	switch {
	case s.filter.typing:
		var out []status.Hint
		for _, h := range []struct {
			a    keys.Action
			text string
		}{{keys.Pick, "to the list"}, {keys.Tick, "complete"}, {keys.Back, "back"}} {
			if k := s.o.Keys.Key(keys.List, h.a); k != "" {
				out = append(out, status.Hint{Key: k, Text: h.text})
			}
		}
		return out
	case s.view == onCompare:
		show = []keys.Action{keys.Pick, keys.Back, keys.Help}
	case s.view == onPlot:
		show = []keys.Action{keys.Down, keys.PlotAxis, keys.Filter, keys.Tick, keys.Pick, keys.Back, keys.Help}
	case s.view == onFree:
		show = []keys.Action{keys.AskFree, keys.Tick, keys.Pick, keys.Filter, keys.Back, keys.Help}
	case s.view == onRanks:
		show = []keys.Action{keys.Tick, keys.Pick, keys.Copy, keys.Back, keys.Help}
	default:
		show = []keys.Action{keys.Filter, keys.Tick, keys.Pick, keys.Detail, keys.Sort, keys.CompareNow, keys.Back, keys.Help}
	}
	var out []status.Hint
	for _, a := range show {
		if k := s.o.Keys.Key(keys.Browse, a); k != "" {
			out = append(out, status.Hint{Key: k, Text: s.hint(a)})
		}
	}
	return out
}

func (s *Screen) hint(a keys.Action) string {
	for _, b := range s.o.Keys.Rows() {
		if b.Action == a && b.In&keys.Browse != 0 {
			return b.Hint
		}
	}
	return string(a)
}

// facts are the figures of the status line.
func (s *Screen) facts() []status.Fact {
	var out []status.Fact
	if n := len(s.ticked); n > 0 {
		out = append(out, status.Fact{Text: fmt.Sprintf("%d ticked", n), Strong: true})
	}
	if s.o.Backend.Status().Demo {
		out = append(out, status.Fact{Text: "demo", Strong: true})
	}
	return out
}
