package browse

import (
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"assay/catalog"
	"assay/catalog/rankings"
	"assay/ui/backend"
	"assay/ui/chart"
	"assay/ui/line"
	"assay/ui/markdown"
	"assay/ui/status"
)

// rankDays is how many days are ranked.
const rankDays = 30

// ranks is who is used how much: by the world, and by the user.
type ranks struct {
	window
	table  *rankings.Table
	used   []backend.Used
	asking bool
	fault  string
	above  int
}

func (r *ranks) len() int {
	if r.table != nil {
		return len(r.table.Models)
	}
	return len(r.used)
}

// model is the catalog's model of a row, nil when it has none.
func (r *ranks) model(i int, s *shop) *catalog.Model {
	if r.table != nil {
		return s.ranked(r.table.Models[i].Slug)
	}
	return s.named(r.used[i].Model)
}

// ranked finds a model by the dated id the ranking uses.
func (s *shop) ranked(slug string) *catalog.Model {
	if m := s.named(slug); m != nil {
		return m
	}
	base, variant, ok := strings.Cut(slug, ":")
	if m := s.named(base); ok && m != nil {
		if v := s.models[m.ID+":"+variant]; v != nil {
			return v
		}
		return m
	}
	return nil
}

// rank asks for the rankings, once a time.
func (s *Screen) rank() tea.Cmd {
	if s.ranks.asking {
		return nil
	}
	s.ranks.asking = true
	return func() tea.Msg {
		var m rankMsg
		m.table, m.err = s.o.Backend.Rankings(s.o.Context, rankDays)
		used, err := s.o.Backend.Usage(s.o.Context, rankDays)
		m.used = used
		if m.err == nil {
			m.err = err
		}
		return m
	}
}

func (s *Screen) ranked(msg rankMsg) tea.Cmd {
	s.dirty, s.ranks.asking, s.ranks.fault = true, false, ""
	s.ranks.used = msg.used
	if msg.table != nil {
		s.ranks.table = msg.table
	}
	s.ranks.clamp(s.ranks.len())
	if msg.err != nil {
		s.ranks.fault = reason(msg.err)
		if s.ranks.table != nil {
			return s.o.Say(status.Warning, "an older ranking: "+s.ranks.fault)
		}
	}
	return nil
}

// rankRows draws the view.
func (s *Screen) rankRows(w, h int) []string {
	st := s.o.Styles
	r := &s.ranks
	note := func(text string) string { return line.New(w, st.Glyph.More).Space(1).Add(st.Text.Dim, text).String() }
	switch {
	case r.table == nil && r.asking:
		return []string{"", note("asking for the rankings")}
	case r.table == nil && len(r.used) == 0:
		return []string{"", note(orText(r.fault, "nothing is known")), note("your own usage: nothing has been asked in the last 30 days")}
	case r.table == nil:
		return s.ownRows(w, h, note)
	}
	rows := s.rankChart(w, min(8, h/3))
	r.above = len(rows)
	r.show(h-len(rows)-2, r.len())
	rows = append(rows, s.rankHead(w))
	for i := r.top; i < min(r.top+r.height, r.len()); i++ {
		rows = append(rows, s.rankRow(i, w))
	}
	for len(rows) < h-1 {
		rows = append(rows, "")
	}
	return append(rows, note(markdown.CleanLine(r.table.Attribution())+" CC BY 4.0."))
}

// rankChart draws the chosen model's tokens by day.
func (s *Screen) rankChart(w, h int) []string {
	st, t := s.o.Styles, s.ranks.table
	if h < 3 || s.ranks.cursor >= len(t.Models) {
		return nil
	}
	m := &t.Models[s.ranks.cursor]
	values := make([]float64, 0, 2*len(m.Daily))
	high := int64(0)
	cells := max(min(w-12, 3*len(m.Daily)), 1)
	for x := range 2 * cells {
		if len(m.Daily) > 0 {
			values = append(values, float64(m.Daily[x*len(m.Daily)/(2*cells)]))
		}
	}
	for _, v := range m.Daily {
		high = max(high, v)
	}
	name := line.New(w, st.Glyph.More).Space(1).Add(st.Text.Strong, markdown.CleanLine(m.Slug)).
		Add(st.Text.Dim, fmt.Sprintf("  tokens a day, %s to %s", markdown.CleanLine(t.Start), markdown.CleanLine(t.End)))
	rows := []string{name.String()}
	for y, r := range chart.Plot(values, cells, h-2, st.Options.ASCII) {
		label := ""
		switch y {
		case 0:
			label = count(high)
		case h - 3:
			label = "0"
		}
		rows = append(rows, line.New(w, "").Space(8-len(label)).Add(st.Text.Dim, label).Space(1).Add(st.Chrome.Border, st.Glyph.Box.Vertical).Add(st.Text.Accent, r).String())
	}
	return append(rows, "")
}

// count writes a number of tokens: 950, 12.3k, 4.56M, 1.2T.
func count(n int64) string {
	for _, u := range []struct {
		over int64
		name string
	}{{1e12, "T"}, {1e9, "B"}, {1e6, "M"}, {1e3, "k"}} {
		if n >= u.over {
			return fmt.Sprintf("%.3g%s", float64(n)/float64(u.over), u.name)
		}
	}
	return fmt.Sprint(n)
}

// Cells of the columns of the ranking.
const (
	placeCells = 5
	tokenCells = 9
	shareCells = 8
	trendCells = 32
	yourCells  = 20
)

func (s *Screen) rankHead(w int) string {
	st := s.o.Styles.Chrome.TableHead
	l := line.New(w, "").Space(lead+placeCells-2).Add(st, "model")
	return s.rankColumns(l, w, func(l *line.Line, n int) {
		l.Add(st, [...]string{"  tokens", "  share", "by day", "you"}[n])
	})
}

// rankColumns lays the columns that fit behind what the row begins with.
func (s *Screen) rankColumns(l *line.Line, w int, cell func(l *line.Line, n int)) string {
	widths := []int{tokenCells, shareCells, trendCells, yourCells}
	right := 0
	for _, n := range widths {
		right += n
	}
	if w < 110 {
		widths[2] = 0
		right -= trendCells
	}
	l.Right(right)
	for n, cells := range widths {
		if cells == 0 {
			continue
		}
		c := line.New(cells-1, s.o.Styles.Glyph.More).On(l.Ground())
		cell(c, n)
		l.Join(c).Space(cells - c.Width())
	}
	return l.Pad()
}

func (s *Screen) rankRow(i, w int) string {
	t := s.ranks.table
	m := &t.Models[i]
	st, g := s.o.Styles, &s.o.Styles.Glyph
	plain, note, good := st.Chrome.Picker, st.Text.Dim, st.Note.Good
	l, cursor := line.New(w, g.More), " "
	if i == s.ranks.cursor {
		plain, note, good, cursor = st.Chrome.PickerChosen, st.Chrome.PickerChosen, st.Chrome.PickerChosen, g.Cursor
		l.On(plain)
	}
	known := s.shop.ranked(m.Slug)
	tick := " "
	if known != nil {
		tick = s.tickMark(known.ID)
	}
	place := fmt.Sprint(i + 1)
	name := m.Slug
	if m.Slug == rankings.Other {
		place, name = "", "all others together"
	}
	l.Add(plain, cursor).Add(good, tick).Space(placeCells-len(place)).Add(note, place).Space(2)
	id := line.New(max(w-lead-placeCells-tokenCells-shareCells-yourCells, 1), g.More).On(l.Ground()).Add(plain, markdown.CleanLine(name))
	return s.rankColumns(l.Join(id), w, func(l *line.Line, n int) {
		switch n {
		case 0:
			l.Add(plain, fmt.Sprintf("%8s", count(m.Tokens)))
		case 1:
			l.Add(note, fmt.Sprintf("%6.1f%%", 100*t.Share(m)))
		case 2:
			l.Add(good, chart.Spark(floats(m.Daily), min(trendCells-1, len(m.Daily)), st.Options.ASCII))
		case 3:
			l.Add(plain, s.yours(known))
		}
	})
}

func floats(values []int64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = float64(v)
	}
	return out
}

// yours is what the user has asked of a model.
func (s *Screen) yours(m *catalog.Model) string {
	if m == nil {
		return ""
	}
	for i, u := range s.ranks.used {
		if s.shop.named(u.Model) == m {
			return fmt.Sprintf("no. %d, %s", i+1, count(u.Tokens))
		}
	}
	return ""
}

// ownRows is the user's own ranking alone: the public one could not be had.
func (s *Screen) ownRows(w, h int, note func(string) string) []string {
	st := s.o.Styles
	rows := []string{note(s.ranks.fault), note(fmt.Sprintf("your own usage, last %d days", rankDays)), ""}
	s.ranks.above = len(rows)
	s.ranks.show(h-len(rows)-1, len(s.ranks.used))
	rows = append(rows, line.New(w, "").Space(lead+placeCells-2).Add(st.Chrome.TableHead, "model").Right(22).Add(st.Chrome.TableHead, "  tokens  requests").Pad())
	for i := s.ranks.top; i < min(s.ranks.top+s.ranks.height, len(s.ranks.used)); i++ {
		u := s.ranks.used[i]
		l, plain, cursor := line.New(w, st.Glyph.More), st.Chrome.Picker, " "
		if i == s.ranks.cursor {
			plain, cursor = st.Chrome.PickerChosen, st.Glyph.Cursor
			l.On(plain)
		}
		l.Add(plain, fmt.Sprintf("%s %5d  ", cursor, i+1))
		l.Join(line.New(max(w-32, 1), st.Glyph.More).On(plain).Add(plain, markdown.CleanLine(u.Model)))
		rows = append(rows, l.Right(22).Add(plain, fmt.Sprintf("%8s  %8s", count(u.Tokens), grouped(u.Requests))).Pad())
	}
	return rows
}
