// Package line builds one row of the screen out of styled pieces, never wider than
// it may be and, when asked, exactly as wide. It is how everything but answers is
// drawn: headings, figures, lists, the status line.
package line

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"assay/ui/theme"
)

// Line is a row being built. Make one with New; text given to it is clean and has no
// escape sequences.
type Line struct {
	buf  []byte
	w    int // cells so far
	max  int
	more string // what a cut piece ends with
	base theme.Style
}

// New starts a row of at most width cells; a piece that does not fit is cut and ends
// with the glyph more, which is one cell wide.
func New(width int, more string) *Line {
	return &Line{buf: make([]byte, 0, width+64), max: max(width, 0), more: more}
}

// On gives the row a ground: blanks that Pad and Space add are painted with it.
func (l *Line) On(s theme.Style) *Line { l.base = s; return l }

// Ground is the style On gave the row.
func (l *Line) Ground() theme.Style { return l.base }

// Width is the number of cells so far, Room how many are left.
func (l *Line) Width() int { return l.w }

// Room is the number of cells that are left.
func (l *Line) Room() int { return l.max - l.w }

// Add appends text, cut to the room there is.
func (l *Line) Add(s theme.Style, text string) *Line {
	w := ansi.StringWidth(text)
	if w > l.Room() {
		text = ansi.Truncate(text, l.Room(), l.more)
		w = ansi.StringWidth(text)
	}
	if w > 0 {
		l.buf = s.Append(l.buf, text)
		l.w += w
	}
	return l
}

// Whole appends text if all of it fits and says whether it did.
func (l *Line) Whole(s theme.Style, text string) bool {
	if ansi.StringWidth(text) > l.Room() {
		return false
	}
	l.Add(s, text)
	return true
}

// Space appends n blanks.
func (l *Line) Space(n int) *Line {
	if n = min(n, l.Room()); n > 0 {
		l.buf = l.base.Append(l.buf, strings.Repeat(" ", n))
		l.w += n
	}
	return l
}

// Fill repeats a one-cell glyph until n cells are left.
func (l *Line) Fill(s theme.Style, glyph string, n int) *Line {
	if k := l.Room() - max(n, 0); k > 0 {
		l.buf = s.Append(l.buf, strings.Repeat(glyph, k))
		l.w += k
	}
	return l
}

// Right moves to where n cells are left, if that is still ahead.
func (l *Line) Right(n int) *Line { return l.Space(l.Room() - n) }

// Join appends another row built for the room that is left.
func (l *Line) Join(o *Line) *Line {
	if o.w <= l.Room() {
		l.buf = append(l.buf, o.buf...)
		l.w += o.w
	}
	return l
}

// String is the row as it is.
func (l *Line) String() string { return string(l.buf) }

// Pad is the row filled with blanks to its full width.
func (l *Line) Pad() string { return l.Space(l.Room()).String() }

// Fit makes a finished row, styled or not, exactly w cells wide.
func Fit(row string, w int) string {
	n := ansi.StringWidth(row)
	switch {
	case n > w:
		row = ansi.Truncate(row, max(w, 0), "")
		return row + strings.Repeat(" ", max(w-ansi.StringWidth(row), 0))
	case n < w:
		return row + strings.Repeat(" ", w-n)
	}
	return row
}

// Wrap breaks clean text into rows of at most w cells, at blanks where it can.
func Wrap(text string, w int) []string {
	if text == "" || w <= 0 {
		return nil
	}
	rows := strings.Split(ansi.Wrap(text, w, ""), "\n")
	for i, r := range rows {
		rows[i] = strings.TrimRight(r, " ")
	}
	return rows
}
