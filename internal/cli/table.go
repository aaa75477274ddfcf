package cli

import (
	"bufio"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"assay/ui/markdown"
)

// table prints rows: aligned columns with a heading on a terminal, cut to its width;
// tab-separated values without heading where a program reads. Cells are cleaned.
type table struct {
	s       Streams
	columns []column
	rows    [][]string
}

// column is how cells that stand below each other are set.
type column struct {
	name  string
	right bool // numbers
	keep  bool // never cut
	wide  bool // gives way on a narrow terminal
	as    bool // the name is a heading as it is, not in capitals
}

func newTable(s Streams, columns ...column) *table { return &table{s: s, columns: columns} }

func (t *table) row(cells ...string) {
	for i, c := range cells {
		cells[i] = markdown.CleanLine(c)
	}
	t.rows = append(t.rows, cells)
}

// flush writes everything. An empty table writes nothing.
func (t *table) flush() error {
	w := bufio.NewWriter(t.s.Out)
	if len(t.rows) > 0 && t.s.OutTTY {
		t.aligned(w)
	} else {
		for _, r := range t.rows {
			w.WriteString(strings.Join(r, "\t"))
			w.WriteByte('\n')
		}
	}
	return w.Flush()
}

const gap = "  "

func (t *table) aligned(w *bufio.Writer) {
	heading := make([]string, len(t.columns))
	for i, c := range t.columns {
		heading[i] = markdown.CleanLine(c.name)
		if !c.as {
			heading[i] = strings.ToUpper(heading[i])
		}
	}
	rows := append([][]string{heading}, t.rows...)
	widths := t.widths(rows)
	for _, r := range rows {
		var line strings.Builder
		for i, cell := range r {
			if i > 0 {
				line.WriteString(gap)
			}
			if !t.columns[i].keep {
				cell = ansi.Truncate(cell, widths[i], "…")
			}
			pad := strings.Repeat(" ", max(widths[i]-ansi.StringWidth(cell), 0))
			if t.columns[i].right {
				cell = pad + cell
			} else {
				cell += pad
			}
			line.WriteString(cell)
		}
		w.WriteString(strings.TrimRight(line.String(), " "))
		w.WriteByte('\n')
	}
}

// widths is what each column needs, the wide ones cut so that the rows fit.
func (t *table) widths(rows [][]string) []int {
	widths := make([]int, len(t.columns))
	total := len(gap) * (len(widths) - 1)
	for i := range widths {
		for _, r := range rows {
			widths[i] = max(widths[i], ansi.StringWidth(r[i]))
		}
		total += widths[i]
	}
	screen := 0
	if t.s.Width != nil {
		screen = t.s.Width()
	}
	if screen <= 0 {
		return widths
	}
	const least = 12
	for over := total - screen; over > 0; over-- {
		widest := -1
		for i, c := range t.columns {
			if c.wide && widths[i] > least && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		widths[widest]--
	}
	return widths
}
