package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/parser"
)

// Stream is a growing Markdown text as rows. The cost of an Append does not depend on
// how much came before, unless one block never ends. Not safe for concurrent use.
type Stream struct {
	style *Style
	paint *painter
	gate  cleaner
	src   []byte // clean text
	cut   *cutter
	refs  []parser.Reference

	blocks []block
	rows   []string // of all blocks
	tail   []string // of what is behind them
	fence  openFence
	flow   *reflow // blocks are being drawn anew; nil when all have their rows
	unfold bool    // thoughts are shown
	ended  bool
	anchor int // block that SetShape keeps in sight
	maps   map[int][]span
}

// block is a closed part of the text.
type block struct {
	from, to int // bytes of the clean text
	row      int // first of its rows
	rows     int
	refs     int // link references known when it was drawn
	thought  bool
}

// openFence is the state of a code block that is still open at the end of the text.
// Its whole lines are drawn once, without colours: those may change with every line
// until the end is known.
type openFence struct {
	at   int // where the tail began; -1 if the tail is no open fence
	head fence
	body int // offset of the first line of code that is not in rows
	next int // offset of the first line that may be the end
	rows []string
}

// NewStream makes an empty stream of rows of the given width.
func NewStream(style *Style, width int) *Stream {
	s := &Stream{style: style, paint: newPainter(style, width), cut: newCutter(), fence: openFence{at: -1}}
	s.gate.keep = true
	return s
}

// Append takes in raw text as it came from the model and brings the rows up to date.
func (s *Stream) Append(raw []byte) {
	s.src = s.gate.write(s.src, raw)
	s.advance()
	s.drawTail()
}

// Finish says that the text has ended. Blocks that use link references defined behind
// them are then drawn again: as long as Pending, Step must be called. The old rows
// stay until that is done.
func (s *Stream) Finish() {
	s.src = s.gate.flush(s.src)
	s.advance()
	if s.cut.cut < len(s.src) {
		_, _, _, _, thinks := thought(s.src[s.cut.cut:])
		s.push(len(s.src), thinks)
	}
	s.tail = nil
	s.ended = true
	if s.flow == nil {
		s.resolve()
	}
}

// resolve draws the blocks anew if one may use a reference that was not known yet.
func (s *Stream) resolve() {
	for i := range s.blocks {
		if b := &s.blocks[i]; !b.thought && b.refs < len(s.refs) && bytes.IndexByte(s.src[b.from:b.to], '[') >= 0 {
			s.flow = &reflow{keep: true, rowsOf: make([]int, len(s.blocks))}
			return
		}
	}
}

// Len is the number of raw bytes taken in.
func (s *Stream) Len() int { return s.gate.raw }

// Width is the width of the rows.
func (s *Stream) Width() int { return s.paint.width }

// Rows returns the rows of the closed blocks and of the open tail. The first slice is
// append-only until SetShape, ShowThoughts or a Step; the second is made anew by every
// Append. The caller must not write to them.
func (s *Stream) Rows() (closed, tail []string) {
	if s.flow == nil || s.flow.keep {
		return s.rows, s.tail
	}
	if s.flow.hi < len(s.blocks) {
		return s.flow.rows, nil
	}
	return s.flow.rows, s.tail
}

// advance finds the blocks that have closed.
func (s *Stream) advance() {
	for {
		rest := s.src[s.cut.cut:]
		if _, _, next, open, ok := thought(rest); ok {
			if open {
				return
			}
			s.push(s.cut.cut+next, true)
			continue
		}
		if mayBeThought(rest) {
			return
		}
		if open, closed := s.followFence(); open {
			return
		} else if closed {
			continue
		}
		from := s.cut.cut
		to, ok := s.cut.next(s.src)
		if !ok {
			return
		}
		s.add(block{from: from, to: to})
	}
}

// followFence looks for the end of a fence the tail begins with. The whole block is
// closed with its last line.
func (s *Stream) followFence() (open, closed bool) {
	f := &s.fence
	if f.at != s.cut.cut {
		rest := s.src[s.cut.cut:]
		lead := blankLines(rest)
		head, ok := openingFence(rest[lead:])
		if !ok {
			f.at = -1
			return false, false
		}
		body := s.cut.cut + lead + head.body
		*f = openFence{at: s.cut.cut, head: head, body: body, next: body}
	}
	for f.next < len(s.src) {
		i := bytes.IndexByte(s.src[f.next:], '\n')
		if i < 0 {
			break
		}
		line := s.src[f.next : f.next+i+1]
		if f.head.closes(line) {
			s.push(f.next+i+1, false)
			return false, true
		}
		f.next += i + 1
	}
	return true, false
}

// blankLines is the length of the blank lines b begins with.
func blankLines(b []byte) int {
	n := 0
	for i, c := range b {
		switch c {
		case '\n':
			n = i + 1
		case ' ':
		default:
			return n
		}
	}
	return n
}

// push closes the tail at an offset that the cutter did not find.
func (s *Stream) push(to int, thinks bool) {
	b := block{from: s.cut.cut, to: to, thought: thinks}
	s.cut.reset(to)
	s.fence.at = -1
	s.add(b)
}

// add appends a closed block and draws it, unless others wait to be drawn before it.
func (s *Stream) add(b block) {
	b.row = len(s.rows)
	s.blocks = append(s.blocks, b)
	if s.flow != nil {
		return
	}
	i := len(s.blocks) - 1
	rows := s.drawBlock(i)
	s.blocks[i].rows = len(rows)
	s.rows = append(s.rows, rows...)
}

// drawBlock draws a closed block and learns the references it defines.
func (s *Stream) drawBlock(i int) []string {
	b := &s.blocks[i]
	if b.thought {
		return s.drawThought(s.src[b.from:b.to], i == 0)
	}
	d := s.paint.draw(chunk{src: s.src[b.from:b.to], first: i == 0, refs: s.refs})
	s.refs = d.refs
	b.refs = len(s.refs)
	return d.rows
}

// drawTail draws what is behind the closed blocks.
func (s *Stream) drawTail() {
	s.tail = nil
	delete(s.maps, len(s.blocks))
	rest := s.src[s.cut.cut:]
	first := len(s.blocks) == 0
	switch {
	case len(bytes.TrimSpace(rest)) == 0 || mayBeThought(rest):
	case s.fence.at == s.cut.cut:
		s.drawFence(first)
	default:
		if _, _, _, _, ok := thought(rest); ok {
			s.tail = s.drawThought(rest, first)
			return
		}
		s.tail = s.paint.draw(chunk{src: rest, first: first, refs: s.refs}).rows
	}
}

// drawFence draws an open fence: whole lines once, the last one every time.
func (s *Stream) drawFence(first bool) {
	f := &s.fence
	if f.rows == nil && !first {
		f.rows = append(f.rows, s.paint.blankRow())
	}
	f.rows = s.paint.plainCode(f.rows, f.head.strip(s.src[f.body:f.next]))
	f.body = f.next
	s.tail = s.paint.plainCode(f.rows[:len(f.rows):len(f.rows)], f.head.strip(s.src[f.next:]))
}
