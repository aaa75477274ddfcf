package compare

import (
	"slices"
	"strings"

	"assay/ui/layout"
	"assay/ui/line"
)

// canvas collects the pieces of a screen.
type canvas struct {
	pieces [][]piece // by row
	w      int
}

type piece struct {
	x, w int
	text string // exactly w cells
}

func newCanvas(w, h int) *canvas { return &canvas{pieces: make([][]piece, h), w: w} }

// row puts a finished row, exactly as wide as r, into its first line.
func (c *canvas) row(r layout.Rect, text string) {
	if r.Empty() {
		return
	}
	c.put(r.Y, r.X, r.W, text)
}

// block puts rows into r, at most as wide as it; what is missing stays blank.
func (c *canvas) block(r layout.Rect, rows []string) {
	for i := range r.H {
		text := ""
		if i < len(rows) {
			text = rows[i]
		}
		c.put(r.Y+i, r.X, r.W, line.Fit(text, r.W))
	}
}

// column repeats a one-cell text down a rectangle of width one.
func (c *canvas) column(r layout.Rect, text string) {
	for i := range r.H {
		c.put(r.Y+i, r.X, 1, text)
	}
}

// exact is block for rows that are exactly as wide as r.
func (c *canvas) exact(r layout.Rect, rows []string) {
	for i := range min(r.H, len(rows)) {
		c.put(r.Y+i, r.X, r.W, rows[i])
	}
}

func (c *canvas) put(y, x, w int, text string) {
	if y < 0 || y >= len(c.pieces) {
		return
	}
	c.pieces[y] = append(c.pieces[y], piece{x, w, text})
}

// rows joins the pieces.
func (c *canvas) rows() []string {
	out := make([]string, len(c.pieces))
	for y, row := range c.pieces {
		slices.SortFunc(row, func(a, b piece) int { return a.x - b.x })
		buf := make([]byte, 0, 2*c.w+64)
		at := 0
		for _, p := range row {
			buf = append(buf, blanks(p.x-at)...)
			buf = append(buf, p.text...)
			at = p.x + p.w
		}
		out[y] = string(append(buf, blanks(c.w-at)...))
	}
	return out
}

func blanks(n int) string { return strings.Repeat(" ", max(n, 0)) }
