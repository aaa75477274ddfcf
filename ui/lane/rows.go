package lane

import (
	"strings"

	"assay/ui/theme"

	"github.com/charmbracelet/x/ansi"
)

// Rows returns the visible rows: exactly as many, and exactly as wide, as SetSize
// said. The slice is the caller's.
func (v *View) Rows() []string {
	s := v.snap.Load()
	v.window.settle(s, v.height, v.focused)
	top := v.window.top(s, v.height)
	margin := strings.Repeat(" ", v.margin)
	inner := max(v.width-2*v.margin, 1)
	rows := make([]string, v.height)
	for y := range rows {
		row := s.row(top + y)
		if row == "" {
			rows[y] = blank(v.width)
			continue
		}
		row = v.mark(s, row, top+y-len(s.head))
		if s.width != inner {
			row = fit(row, inner)
		}
		rows[y] = margin + row + margin
	}
	return rows
}

// mark paints the marked passages of a row of the answer over it.
func (v *View) mark(s *snapshot, row string, at int) string {
	for i, c := range s.marks {
		if c.Row != at {
			continue
		}
		style := v.theme.Mark.Evidence
		if s.ranges[s.spans[i]] == v.current {
			style = v.theme.Mark.EvidenceCurrent
		}
		row = paint(row, c.Col, c.Width, style)
	}
	return row
}

// paint draws some cells of a row in another style.
func paint(row string, col, width int, style theme.Style) string {
	cells := ansi.StringWidth(row)
	width = min(width, cells-col)
	if width <= 0 {
		return row
	}
	var b strings.Builder
	b.WriteString(ansi.Cut(row, 0, col))
	b.WriteString(style.Paint(ansi.Strip(ansi.Cut(row, col, col+width))))
	b.WriteString(ansi.Cut(row, col+width, cells))
	return b.String()
}

// fit cuts a row of another width, or fills it up.
func fit(row string, width int) string {
	row = ansi.Truncate(row, width, "")
	return row + blank(width-ansi.StringWidth(row))
}

func blank(n int) string { return strings.Repeat(" ", max(n, 0)) }
