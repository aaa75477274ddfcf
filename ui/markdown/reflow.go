package markdown

import "bytes"

// stepBytes is how much text one Step draws: some ten milliseconds' worth.
const stepBytes = 4 << 10

// reflow draws all blocks anew, a contiguous stretch of them that grows downwards
// first and then upwards. What a pane shows is there after a step or two.
type reflow struct {
	lo, hi int // blocks drawn
	rows   []string
	rowsOf []int // by block
	keep   bool  // the old rows are shown until the new ones are complete
}

// SetWidth is SetShape with the look left as it is.
func (s *Stream) SetWidth(width, row int) { s.SetShape(s.style, width, row) }

// SetShape changes the look and the width of the rows. All are drawn anew, those of
// the block that holds the row first; a row that is not there means the end of the
// text. As long as Pending, Step must be called, and Rows returns a stretch of rows
// around that block.
func (s *Stream) SetShape(style *Style, width, row int) {
	width = max(width, 1)
	if width == s.paint.width && style == s.style {
		return
	}
	at := len(s.blocks)
	if closed, _ := s.Rows(); row < len(closed) {
		at = s.blockOf(row)
	}
	s.restart(style, width, at)
}

// restart draws everything anew, the block at first.
func (s *Stream) restart(style *Style, width, at int) {
	s.style, s.paint, s.anchor = style, newPainter(style, width), at
	s.rows, s.fence = nil, openFence{at: -1}
	s.maps = nil
	s.flow = &reflow{lo: at, hi: at, rowsOf: make([]int, len(s.blocks))}
	s.advance()
	s.drawTail()
	if len(s.blocks) == 0 {
		s.flow = nil
	}
}

// Pending reports whether rows are being drawn anew.
func (s *Stream) Pending() bool { return s.flow != nil }

// Step draws some of the blocks that wait for it.
func (s *Stream) Step() {
	f := s.flow
	if f == nil {
		return
	}
	for len(f.rowsOf) < len(s.blocks) { // closed meanwhile
		f.rowsOf = append(f.rowsOf, 0)
	}
	left := stepBytes
	for ; f.hi < len(s.blocks) && left > 0; f.hi++ {
		left -= s.blocks[f.hi].to - s.blocks[f.hi].from
		rows := s.drawBlock(f.hi)
		f.rowsOf[f.hi] = len(rows)
		f.rows = append(f.rows, rows...)
	}
	var above [][]string
	for f.lo > 0 && left > 0 {
		f.lo--
		left -= s.blocks[f.lo].to - s.blocks[f.lo].from
		rows := s.drawBlock(f.lo)
		f.rowsOf[f.lo] = len(rows)
		above = append(above, rows)
	}
	f.prepend(above)
	if f.lo == 0 && f.hi == len(s.blocks) {
		s.settle()
	}
}

// prepend puts the rows of blocks, the lowest first, above what is there.
func (f *reflow) prepend(above [][]string) {
	n := len(f.rows)
	for _, rows := range above {
		n += len(rows)
	}
	if n == len(f.rows) {
		return
	}
	all := make([]string, 0, n)
	for i := len(above) - 1; i >= 0; i-- {
		all = append(all, above[i]...)
	}
	f.rows = append(all, f.rows...)
}

// settle makes the new rows the rows.
func (s *Stream) settle() {
	row := 0
	for i := range s.blocks {
		s.blocks[i].row, s.blocks[i].rows = row, s.flow.rowsOf[i]
		row += s.blocks[i].rows
	}
	s.rows, s.flow, s.maps = s.flow.rows, nil, nil
	if s.ended {
		s.resolve()
	}
}

// blockOf is the block that shows a row of Rows; len(blocks) is the tail.
func (s *Stream) blockOf(row int) int {
	if f := s.flow; f != nil && !f.keep {
		for i := f.lo; i < f.hi; i++ {
			if row -= f.rowsOf[i]; row < 0 {
				return i
			}
		}
		return f.hi
	}
	lo, hi := 0, len(s.blocks)
	for lo < hi {
		if mid := (lo + hi) / 2; s.blocks[mid].row+s.blocks[mid].rows <= row {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// ShowThoughts unfolds or folds what the model thought aloud in its answer.
func (s *Stream) ShowThoughts(show bool) {
	if s.unfold == show {
		return
	}
	s.unfold = show
	s.drawTail()
	some := false
	for i := range s.blocks {
		some = some || s.blocks[i].thought
	}
	if !some {
		return
	}
	if s.flow != nil {
		s.restart(s.style, s.paint.width, s.anchor)
		return
	}
	all := make([]string, 0, len(s.rows))
	for i := range s.blocks {
		b := &s.blocks[i]
		rows := s.rows[b.row : b.row+b.rows]
		if b.thought {
			rows = s.drawBlock(i)
		}
		b.row, b.rows = len(all), len(rows)
		all = append(all, rows...)
	}
	s.rows, s.maps = all, nil
}

// Origin is where the first row of the block that SetShape was asked to keep in sight
// stands in the rows of Rows; without a SetShape that is the first row of all. What
// is drawn above it later moves it.
func (s *Stream) Origin() int {
	if f := s.flow; f != nil && !f.keep {
		n := 0
		for i := f.lo; i < min(s.anchor, f.hi); i++ {
			n += f.rowsOf[i]
		}
		return n
	}
	if s.anchor < len(s.blocks) {
		return s.blocks[s.anchor].row
	}
	return len(s.rows)
}

// OriginRows is how many rows the block at the origin has, as far as they are drawn.
func (s *Stream) OriginRows() int {
	switch f := s.flow; {
	case s.anchor >= len(s.blocks):
		return 0
	case f != nil && !f.keep && s.anchor < len(f.rowsOf):
		return f.rowsOf[s.anchor]
	}
	return s.blocks[s.anchor].rows
}

// Within is where in its block a row of Rows stands, from 0 at the first row of the
// block to almost 1 at the last.
func (s *Stream) Within(row int) float64 {
	if s.flow != nil && !s.flow.keep {
		return 0
	}
	i := s.blockOf(row)
	if i >= len(s.blocks) || s.blocks[i].rows == 0 {
		return 0
	}
	return float64(row-s.blocks[i].row) / float64(s.blocks[i].rows)
}

// Open is how many bytes of the text are not in a closed block.
func (s *Stream) Open() int { return len(s.src) - s.cut.cut }

// drawThought draws a thought in the text.
func (s *Stream) drawThought(src []byte, first bool) []string {
	body, end, _, open, _ := thought(src)
	text := string(bytes.TrimSpace(src[body:end]))
	var rows []string
	if !first {
		rows = append(rows, s.paint.blankRow())
	}
	rows = append(rows, s.style.thoughtHead(countWords(text), open, s.unfold, s.paint.width)...)
	if s.unfold {
		rows = s.style.thoughtText(rows, text, s.paint.width)
	}
	return rows
}
