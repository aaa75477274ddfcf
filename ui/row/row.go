// Package row puts a frame together and writes it.
//
// Panes hand over rows that are already exactly as wide as they are, so composing is
// copying: no escape sequence is parsed and nothing is measured. Boxes of lipgloss
// around the same rows cost a hundred times as much, every frame.
package row

import (
	"slices"
	"strings"
)

// Pane is a rectangle of a frame, in cells from the top left corner, and its rows.
type Pane struct {
	X, Y, W, H int
	Rows       []string // each exactly W cells; missing ones are blank, surplus ones cut
}

// Append appends a frame of width times height cells to dst, rows separated by line
// feeds, without one at the end. Panes must not overlap; cells that belong to no pane
// are blank. What of a pane lies outside the frame above or below is left out; to the
// sides panes must fit.
func Append(dst []byte, width, height int, panes []Pane) []byte {
	order := slices.SortedStableFunc(slices.Values(panes), func(a, b Pane) int { return a.X - b.X })
	for y := range height {
		if y > 0 {
			dst = append(dst, '\n')
		}
		x := 0
		for i := range order {
			p := &order[i]
			at := y - p.Y
			if at < 0 || at >= p.H || p.W <= 0 {
				continue
			}
			dst = blanks(dst, p.X-x)
			if at < len(p.Rows) {
				dst = append(dst, p.Rows[at]...)
			} else {
				dst = blanks(dst, p.W)
			}
			x = p.X + p.W
		}
		dst = blanks(dst, width-x)
	}
	return dst
}

// Column is the rows of a pane one cell wide that shows the same text in each, such
// as a separator.
func Column(x, y, height int, cell string) Pane {
	return Pane{X: x, Y: y, W: 1, H: height, Rows: slices.Repeat([]string{cell}, max(height, 0))}
}

const space = "                                                                "

func blanks(dst []byte, n int) []byte {
	for ; n > len(space); n -= len(space) {
		dst = append(dst, space...)
	}
	if n > 0 {
		dst = append(dst, space[:n]...)
	}
	return dst
}

// Blank is n blanks.
func Blank(n int) string { return strings.Repeat(" ", max(n, 0)) }
