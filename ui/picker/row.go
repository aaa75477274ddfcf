package picker

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"assay/ui/line"
	"assay/ui/theme"
)

// Room that titles get before columns are: at least minTitle cells, and up to
// maxTitle where a title in the window is that long. Below narrow columns of screen
// rows say less.
const (
	minTitle = 24
	maxTitle = 40
	minCells = 6 // the last column is cut down to this; then columns go whole, from the right
	narrow   = 100
)

// cells are the columns of a row.
func (m *Model) cells(it *Item) []string {
	if m.slim && it.Brief != "" && len(it.Cells) > 0 {
		return append(slices.Clone(it.Cells[:len(it.Cells)-1]), it.Brief)
	}
	return it.Cells
}

// widths are those of the columns that fit, over the rows in the window.
func (m *Model) widths(width int) []int {
	var out []int
	title := minTitle
	for i := m.top; i < min(m.top+m.height, len(m.hits)); i++ {
		it := &m.items[m.hits[i].item]
		title = max(title, min(ansi.StringWidth(it.Title), maxTitle))
		for j, c := range m.cells(it) {
			if j == len(out) {
				out = append(out, 0)
			}
			out[j] = max(out[j], ansi.StringWidth(c))
		}
	}
	for whole := true; len(out) > 0; whole = false {
		sum := 6
		for _, w := range out {
			sum += w + 2
		}
		over := sum + title - width
		if over <= 0 {
			break
		}
		if last := &out[len(out)-1]; whole && *last-over >= minCells {
			*last -= over
			break
		}
		out = out[:len(out)-1]
	}
	return out
}

// row draws one row of the window.
func (m *Model) row(i, width int, cells []int) string {
	s := m.styles
	l := line.New(width, s.Glyph.More)
	if i >= len(m.hits) {
		if i == 0 {
			text := m.o.Empty
			if len(m.items) > 0 || text == "" {
				text = "nothing matches"
			}
			l.Space(3).Add(s.Text.Dim, text)
		}
		return l.Pad()
	}
	it := m.items[m.hits[i].item]
	title, detail, match := s.Chrome.Picker, s.Chrome.PickerDetail, s.Chrome.PickerMatch
	if it.Dim {
		title = s.Text.Dim
	}
	mark := " "
	if i == m.cursor {
		title, detail, match = s.Chrome.PickerChosen, s.Chrome.PickerChosen, s.Chrome.PickerChosen
		l.On(s.Chrome.PickerChosen)
		mark = s.Glyph.Cursor
	}
	l.Add(title, mark+" ")
	if m.o.Multi {
		l.Add(title, m.box(it.Key)+" ")
	}
	right := 1
	for _, w := range cells {
		right += w + 2
	}
	name := line.New(max(l.Room()-right, 0), s.Glyph.More)
	paint(name, it.Title, m.hits[i].at, title, match)
	l.Join(name).Right(right)
	texts := m.cells(&it)
	for j, w := range cells {
		cell := ""
		if j < len(texts) {
			cell = ansi.Truncate(texts[j], w, s.Glyph.More)
		}
		l.Space(2+w-ansi.StringWidth(cell)).Add(detail, cell)
	}
	return l.Pad()
}

// box is the number of a ticked row: the lane it will be.
func (m *Model) box(key string) string {
	n := slices.Index(m.ticked, key)
	switch {
	case n < 0:
		return m.styles.Glyph.Empty
	case n < 9:
		return strconv.Itoa(n + 1)
	}
	return m.styles.Glyph.Checked
}

// paint adds a title with the matched characters in a style of their own. at counts
// characters.
func paint(l *line.Line, title string, at []int, plain, match theme.Style) {
	if len(at) == 0 || ansi.StringWidth(title) > l.Room() {
		l.Add(plain, title)
		return
	}
	runes := []rune(title)
	n := utf8.RuneCountInString(title)
	for i := 0; i < n; {
		j := i
		_, hit := slices.BinarySearch(at, i)
		for j < n {
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
