package browse

import (
	"slices"
	"strconv"

	"github.com/charmbracelet/x/ansi"

	"assay/catalog"
	"assay/catalog/query"
	"assay/ui/keys"
	"assay/ui/line"
	"assay/ui/markdown"
	"assay/ui/theme"
)

// list is what the filter found.
type list struct {
	window
	hits []query.Hit
	sort query.Sort
}

// order is the order of the list: the user's, else how well words match, else newest
// first.
func (l *list) order(f *filter) query.Sort {
	switch {
	case l.sort.Key != "" || f.orders || f.only == recent:
		return l.sort
	}
	return query.Sort{Key: "new", Reverse: l.sort.Reverse}
}

// next goes on to the next sort key; after the last comes the order of the filter.
func (l *list) next() {
	all := query.SortKeys()
	if l.sort.Key == "" {
		l.sort = query.Sort{Key: all[0]}
		return
	}
	i := slices.Index(all, l.sort.Key) + 1
	l.sort = query.Sort{}
	if i < len(all) {
		l.sort.Key = all[i]
	}
}

// orderNames says an order in words, and turned round.
var orderNames = map[string][2]string{
	"":          {"best match first", "best match first"},
	"price":     {"cheapest first", "dearest first"},
	"ctx":       {"largest context first", "smallest context first"},
	"new":       {"newest first", "oldest first"},
	"speed":     {"fastest first", "slowest first"},
	"latency":   {"quickest first token", "slowest first token"},
	"score":     {"highest score first", "lowest score first"},
	"name":      {"by name", "by name, backwards"},
	"providers": {"most providers first", "fewest providers first"},
}

func orderName(s query.Sort) string {
	if s.Reverse {
		return orderNames[s.Key][1]
	}
	return orderNames[s.Key][0]
}

// seek moves the cursor to a model, if it is listed.
func (l *list) seek(id string) {
	if i := slices.IndexFunc(l.hits, func(h query.Hit) bool { return h.Model.ID == id }); i >= 0 {
		l.window.cursor = i
	}
}

// lead is the cells in front of an id: cursor, tick, favourite, ready, blank.
const lead = 6

// table draws the rows in sight, the heading first.
func (s *Screen) table(w, h int) []string {
	s.list.show(h-1, len(s.list.hits))
	cols := s.columns(w)
	idW := w - lead
	for _, c := range cols {
		idW -= c.w + 1
	}
	rows, base := []string{s.heading(w, idW, cols)}, s.cells()
	end := min(s.list.top+s.list.height, len(s.list.hits))
	for i := s.list.top; i < end; i++ {
		rows = append(rows, s.row(i, idW, cols, base, line.New(w, s.o.Styles.Glyph.More)))
	}
	if len(s.list.hits) == 0 && h > 1 {
		rows = append(rows, "", line.New(w, s.o.Styles.Glyph.More).Space(lead).Add(s.o.Styles.Text.Dim, s.nothing()).String())
	}
	return rows
}

// nothing says why the list is empty.
func (s *Screen) nothing() string {
	switch {
	case s.shop.search == nil && s.loading:
		return "reading the catalog"
	case s.shop.search == nil:
		return "there is no catalog"
	case s.filter.only == favourites && len(s.shop.favourite) == 0:
		return "no favourites yet: " + s.key(keys.Favourite) + " keeps a model among them"
	case s.filter.only == recent && len(s.shop.recent) == 0:
		return "no model has been asked yet"
	}
	return "no model is like that; " + s.key(keys.Back) + " clears the filter"
}

func (s *Screen) heading(w, idW int, cols []column) string {
	st := s.o.Styles.Chrome.TableHead
	l := line.New(w, "").Space(lead).Add(st, "model").Right(w - lead - idW)
	for _, c := range cols {
		l.Space(1+c.w-ansi.StringWidth(c.head)).Add(st, c.head)
	}
	return l.Pad()
}

// row draws one row of the list.
func (s *Screen) row(i, idW int, cols []column, c cells, l *line.Line) string {
	hit := &s.list.hits[i]
	m := hit.Model
	st, g := &s.o.Styles.Chrome, &s.o.Styles.Glyph
	p := paint{plain: st.Picker, match: st.PickerMatch, note: s.o.Styles.Text.Dim, good: s.o.Styles.Note.Good, warn: s.o.Styles.Note.Warning}
	ground, cursor, w := theme.Style{}, " ", l.Room()
	if i == s.list.cursor {
		ground, cursor = st.PickerChosen, g.Cursor
		p = paint{plain: ground, match: ground, note: ground, good: ground, warn: ground}
		l.On(ground)
	}
	l.Add(p.plain, cursor).Add(p.good, s.tickMark(m.ID))
	l.Space(1).Add(p.warn, mark(s.shop.favourite[m.ID], "*")).Add(p.good, mark(len(s.choice(m).Providers) > 0, g.Bullet)).Space(1)
	id := line.New(idW, g.More).On(ground)
	text := markdown.CleanLine(m.ID)
	at, _ := hit.Marks()
	if len(at) == 0 || text != m.ID || ansi.StringWidth(text) > idW {
		id.Add(p.plain, text)
	} else {
		marked(id, text, at, p.plain, p.match)
	}
	if badge, bad := badge(m); badge != "" {
		style := p.note
		if bad {
			style = p.warn
		}
		id.Whole(style, "  "+badge)
	}
	l.Join(id).Right(w - lead - idW)
	c.model, c.endpoint = m, hit.Endpoint
	c.there = hit.Endpoint != nil && slices.Contains(s.choice(m).Providers, hit.Endpoint.Provider)
	for _, col := range cols {
		text, tone := col.cell(&c)
		l.Space(1+col.w-ansi.StringWidth(text)).Add(p.tone(tone), text)
	}
	return l.Pad()
}

// paint is the styles of a row, all one where the cursor is.
type paint struct{ plain, match, note, good, warn theme.Style }

func (p *paint) tone(t tone) theme.Style {
	switch t {
	case quiet:
		return p.note
	case good:
		return p.good
	case warned:
		return p.warn
	}
	return p.plain
}

func mark(on bool, glyph string) string {
	if on {
		return glyph
	}
	return " "
}

// tickMark is the number of a ticked model: the lane it would be.
func (s *Screen) tickMark(id string) string {
	switch n := slices.Index(s.ticked, id); {
	case n < 0:
		return s.o.Styles.Glyph.Empty
	case n < 9:
		return strconv.Itoa(n + 1)
	}
	return s.o.Styles.Glyph.Checked
}

// badge is what sets a model apart from the others, and whether it is bad news.
func badge(m *catalog.Model) (text string, bad bool) {
	switch {
	case m.Gone:
		return "gone", true
	case m.Expires != "":
		return "until " + markdown.CleanLine(m.Expires), true
	case m.Demo:
		return "demo", false
	case m.Router:
		return "router", false
	case m.AliasOf != "":
		return "= " + markdown.CleanLine(m.AliasOf), false
	}
	return "", false
}

// marked adds text with the characters at the given places in a style of their own.
func marked(l *line.Line, text string, at []int, plain, match theme.Style) {
	runes := []rune(text)
	for i := 0; i < len(runes); {
		_, hit := slices.BinarySearch(at, i)
		j := i + 1
		for j < len(runes) {
			if _, h := slices.BinarySearch(at, j); h != hit {
				break
			}
			j++
		}
		style := plain
		if hit {
			style = match
		}
		l.Add(style, string(runes[i:j]))
		i = j
	}
}
