package compare

import (
	"assay/ui/layout"
	"assay/ui/line"
	"assay/ui/row"
)

// canvas collects the panes of a frame.
type canvas struct{ panes []row.Pane }

// row puts one row, exactly as wide as r, into its first line.
func (c *canvas) row(r layout.Rect, text string) {
	if !r.Empty() {
		c.panes = append(c.panes, row.Pane{X: r.X, Y: r.Y, W: r.W, H: 1, Rows: []string{text}})
	}
}

// exact puts rows that are exactly as wide as r into it.
func (c *canvas) exact(r layout.Rect, rows []string) {
	if !r.Empty() {
		c.panes = append(c.panes, row.Pane{X: r.X, Y: r.Y, W: r.W, H: r.H, Rows: rows})
	}
}

// block is exact for rows of any width.
func (c *canvas) block(r layout.Rect, rows []string) {
	fitted := make([]string, min(len(rows), max(r.H, 0)))
	for i := range fitted {
		fitted[i] = line.Fit(rows[i], r.W)
	}
	c.exact(r, fitted)
}

// column repeats a one-cell text down a rectangle of width one.
func (c *canvas) column(r layout.Rect, text string) {
	if !r.Empty() {
		c.panes = append(c.panes, row.Column(r.X, r.Y, r.H, text))
	}
}
