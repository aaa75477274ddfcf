package lane

import "assay/ui/markdown"

// snapshot is the rows of an answer at one moment. It is never written again.
type snapshot struct {
	version uint64
	changes uint64 // of the inbox that the rows show
	width   int
	bytes   int

	head   []string // reasoning
	closed []string // blocks that will not change
	tail   []string // the open end
	marks  []markdown.Cells
	spans  []int // by mark: number of the passage
	ranges []Span

	answer int // number of the answer: a retry begins another
	layout int // changes when rows are counted from somewhere else
	origin int // row in closed and tail that positions are counted from
	start  int // position to stand at when the layout is new
	jumps  int // number of jumps done
	target int // position of the last
}

// len is the number of rows.
func (s *snapshot) len() int { return len(s.head) + len(s.closed) + len(s.tail) }

// row returns a row, or "" if there is none.
func (s *snapshot) row(i int) string {
	if i < 0 {
		return ""
	}
	for _, part := range [...][]string{s.head, s.closed, s.tail} {
		if i < len(part) {
			return part[i]
		}
		i -= len(part)
	}
	return ""
}

// zero is the row that position 0 stands for.
func (s *snapshot) zero() int { return len(s.head) + s.origin }

// place is a position in a layout, or the end of the text.
type place struct {
	follow bool
	layout int
	row    int
}

// window is the part of the rows that a pane shows. Positions are counted from a row
// that stays where it is in the text while rows are drawn above it.
type window struct {
	following bool
	pos       int // position of the first row
	answer    int
	layout    int
	jumps     int
}

// top is the first row shown. While reading, the position may be behind that as long
// as rows are missing; while following there may be free rows below.
func (w *window) top(s *snapshot, height int) int {
	top := max(s.zero()+w.pos, 0)
	if w.following {
		return top
	}
	return min(top, max(s.len()-height, 0))
}

// settle brings the window up to date with a snapshot.
func (w *window) settle(s *snapshot, height int, focused bool) {
	if s.answer != w.answer {
		w.answer = s.answer
		w.following = true
	}
	if s.layout != w.layout {
		w.layout = s.layout
		w.pos = s.start
	}
	if s.jumps != w.jumps {
		w.jumps = s.jumps
		w.following = false
		w.pos = s.target - height/3
	}
	if !w.following {
		return
	}
	top := max(s.zero()+w.pos, 0)
	switch rest := s.len() - top; {
	case s.len() <= height:
		top = 0
	case focused, rest < height/3 && top > 0:
		top = max(s.len()-height, 0)
	case rest > height: // full: leap, so that a third of the pane is free
		top = max(s.len()-height*2/3, 0)
	}
	w.pos = top - s.zero()
}

// scroll moves the window by n rows.
func (w *window) scroll(s *snapshot, height, n int, focused bool) {
	w.settle(s, height, focused)
	end := max(s.len()-height, 0)
	top := min(max(w.top(s, height)+n, 0), end)
	w.following = top == end && (n > 0 || end == 0)
	w.pos = top - s.zero()
}
