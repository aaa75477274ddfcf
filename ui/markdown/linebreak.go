package markdown

import "strings"

// Characters that may not begin or end a line of CJK text.
const (
	notFirst = "、。，．・：；？！）」』】〕〉》］｝ー々ゝゞぁぃぅぇぉっゃゅょァィゥェォッャュョ,.;:?!)]}"
	notLast  = "（「『【〔〈《［｛([{"
)

// breakLines marks the atoms in front of which, or instead of which, a line ends, so
// that lines are at most width cells. The first begins behind lead cells, the others
// behind hang cells. A word longer than a line is broken where the line ends.
func breakLines(atoms []atom, width, lead, hang int) {
	if width <= hang {
		hang = 0
	}
	col := lead
	start := 0 // first atom of the line
	last := -1 // the line may be broken at this one, if it is behind start
	for i := range atoms {
		a := &atoms[i]
		if a.kind == brk {
			col, start, last = hang, i+1, -1
			continue
		}
		if a.kind == blank || i > start && mayBreak(&atoms[i-1], a) {
			last = i
		}
		if col+a.width > width && a.kind != blank && i > start {
			if last <= start {
				last = i
			}
			start = breakAt(atoms, start, last)
			col, last = hang+widthOf(atoms[start:i]), -1
		}
		col += a.width
	}
}

// breakAt ends the line that begins at start at an atom, and returns where the next
// begins. Blanks there go.
func breakAt(atoms []atom, start, at int) int {
	if atoms[at].kind != blank {
		atoms[at].newline = true
		return at
	}
	next := at + 1
	for at > start && atoms[at-1].kind == blank {
		atoms[at].s, atoms[at].width = "", 0
		at--
	}
	atoms[at].newline = true
	return next
}

// mayBreak reports whether a line may end between two atoms without a blank.
func mayBreak(a, b *atom) bool {
	if a.kind != wide && b.kind != wide {
		return a.s == "-" && b.kind == glyph && b.s != "-"
	}
	return a.kind != blank && !strings.Contains(notFirst, b.s) && !strings.Contains(notLast, a.s)
}

func widthOf(atoms []atom) (w int) {
	for i := range atoms {
		w += atoms[i].width
	}
	return w
}
