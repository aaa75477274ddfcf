package markdown

import (
	"github.com/charmbracelet/x/ansi"
	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

const (
	columnFrame = 3 // cells around a column: a blank on either side and a border
	tableFrame  = 1 // glamour reckons with a border at the end too
	minColumn   = 6 // no column is made narrower, unless all its text is
)

// cell is a table cell while its column is measured.
type cell struct {
	node   ast.Node
	col    int
	atoms  []atom
	pieces []piece
}

// table rewrites a table. Glamour would cut headers and, where it and lipgloss break
// lines differently, lose lines of cells. So the cells are broken here to columns
// that fit. A table too narrow for its headers becomes a paragraph for each row.
func (t *typesetter) table(n *extast.Table, in container) {
	need := tableFrame
	for c := headerCell(n); c != nil; c = c.NextSibling() {
		text := CleanLine(string(c.Text(t.raw))) //nolint:staticcheck // the plain text is all that is wanted
		need += max(ansi.StringWidth(text), minColumn) + columnFrame
	}
	if need > in.width {
		t.stack(n, in)
		return
	}
	cells := t.cells(n, in.depth)
	widths := columns(cells, len(n.Alignments), in.width-tableFrame-columnFrame*len(n.Alignments))
	for i := range cells {
		c := &cells[i]
		breakLines(c.atoms, max(widths[c.col], 1), 0, 0)
		t.atoms, t.pieces = c.atoms, c.pieces
		for i := range t.pieces {
			t.put(&t.pieces[i], 0)
		}
	}
	t.atoms, t.pieces = nil, nil
}

// headerCell is the first cell of the header.
func headerCell(n *extast.Table) ast.Node {
	if h := n.FirstChild(); h != nil && h.Kind() == extast.KindTableHeader {
		return h.FirstChild()
	}
	return nil
}

// cells gathers the text of all cells.
func (t *typesetter) cells(n *extast.Table, depth int) (cells []cell) {
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		col := 0
		for c := row.FirstChild(); c != nil && col < len(n.Alignments); c = c.NextSibling() {
			if row.Kind() == extast.KindTableHeader {
				embolden(c)
			}
			t.atoms, t.pieces = nil, nil
			t.collect(c, depth)
			cells = append(cells, cell{node: c, col: col, atoms: t.atoms, pieces: t.pieces})
			col++
		}
	}
	return cells
}

// columns divides the width: a column gets what its text needs if that is not more
// than a limit all share, and always the width of its header, which has one line.
func columns(cells []cell, n, width int) []int {
	least, natural := make([]int, n), make([]int, n)
	for i := range cells {
		c := &cells[i]
		w := widestLine(c.atoms)
		natural[c.col] = max(natural[c.col], w)
		if c.node.Parent().Kind() == extast.KindTableHeader {
			least[c.col] = w
		}
	}
	total := func(limit int) (sum int) {
		for i := range n {
			sum += max(least[i], min(natural[i], limit))
		}
		return sum
	}
	limit := width
	for limit > minColumn && total(limit) > width {
		limit--
	}
	widths := make([]int, n)
	for i := range n {
		widths[i] = max(least[i], min(natural[i], limit))
	}
	return widths
}

// widestLine is the width of the longest line between forced breaks.
func widestLine(atoms []atom) (w int) {
	line := 0
	for i := range atoms {
		if line += atoms[i].width; atoms[i].kind == brk {
			line = 0
		}
		w = max(w, line)
	}
	return w
}

// embolden puts the content of a cell into strong emphasis.
func embolden(cell ast.Node) {
	bold := ast.NewEmphasis(2)
	for n := cell.FirstChild(); n != nil; n = cell.FirstChild() {
		bold.AppendChild(bold, n)
	}
	if bold.HasChildren() {
		cell.AppendChild(cell, bold)
	}
}

// stack replaces a table by a paragraph for each row, with a line "header: cell" for
// each cell.
func (t *typesetter) stack(n *extast.Table, in container) {
	parent := n.Parent()
	head := headerCell(n)
	var made []ast.Node
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		labelled := row.Kind() != extast.KindTableHeader
		if !labelled && row.NextSibling() != nil {
			continue // its cells stand in front of the others
		}
		made = append(made, t.stackRow(row, head, labelled))
	}
	for _, p := range made {
		parent.InsertBefore(parent, n, p)
	}
	parent.RemoveChild(parent, n)
	for _, p := range made {
		t.paragraph(p, in)
	}
}

func (t *typesetter) stackRow(row, head ast.Node, labelled bool) ast.Node {
	p := ast.NewParagraph()
	for c := row.FirstChild(); c != nil; c = c.NextSibling() {
		if labelled && head != nil {
			t.label(p, head)
			head = head.NextSibling()
		}
		for n := c.FirstChild(); n != nil; n = c.FirstChild() {
			p.AppendChild(p, n)
		}
		if c.NextSibling() != nil {
			end := ast.NewTextSegment(t.segment(""))
			end.SetHardLineBreak(true)
			p.AppendChild(p, end)
		}
	}
	return p
}

// label appends the text of a header cell in bold and a colon.
func (t *typesetter) label(p, header ast.Node) {
	bold := ast.NewEmphasis(2)
	_ = ast.Walk(header, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if leaf, ok := n.(*ast.Text); ok && entering {
			bold.AppendChild(bold, ast.NewTextSegment(leaf.Segment))
		}
		return ast.WalkContinue, nil
	})
	if !bold.HasChildren() {
		return
	}
	p.AppendChild(p, bold)
	p.AppendChild(p, ast.NewTextSegment(t.segment(": ")))
}
