package lane

import (
	"time"

	"assay/ui/markdown"
)

const (
	frame     = 33 * time.Millisecond // rest after a turn, at least
	bite      = 32 << 10              // text taken in per turn
	longTail  = 8 << 10               // bytes of open text from which on the rest is longer
	firstSize = 80                    // width before anybody said one
)

// worker turns text into rows.
type worker struct {
	v       *View
	style   *markdown.Style
	answer  *markdown.Stream
	thought *markdown.Thought
	want    box
	text    []byte // not in answer yet
	ended   bool

	version uint64
	number  int // of the answer
	layout  int
	within  float64 // where in its block the row to keep in sight stood, 0 to 1
	spans   []Span
	jumps   int
	target  int
}

func newWorker(v *View) *worker { return &worker{v: v} }

// run works until the view is closed.
func (w *worker) run() {
	defer close(w.v.done)
	for {
		select {
		case <-w.v.stop:
			return
		case <-w.v.in.wake:
		}
		for more := true; more; {
			start := time.Now()
			more = w.turn()
			if !w.rest(time.Since(start), more) {
				return
			}
		}
	}
}

// rest waits after a turn that took some time. It returns false when the view is
// closed.
func (w *worker) rest(took time.Duration, more bool) bool {
	pause := max(frame, 3*took) - took
	switch {
	case more:
		pause = took // others want the processor too
	case w.answer != nil && w.answer.Open() > longTail:
		pause = max(frame, 10*took) - took
	}
	t := time.NewTimer(pause)
	defer t.Stop()
	select {
	case <-w.v.stop:
		return false
	case <-w.v.in.urgent:
	case <-t.C:
	}
	return true
}

// turn does some of what is wanted and publishes the rows. It reports whether there
// is more to do.
func (w *worker) turn() (more bool) {
	w.want = w.v.in.take()
	if w.want.restart {
		w.answer, w.thought, w.text, w.ended = nil, nil, nil, false
		w.number++
	}
	w.text = append(w.text, w.want.text...)
	w.begin()
	if w.want.width == 0 { // nobody looks yet
		w.thought.Append(w.want.thought)
		w.version++
		w.v.snap.Store(&snapshot{version: w.version, changes: w.want.count})
		return false
	}
	w.shape()
	w.thought.Append(w.want.thought)
	n := min(len(w.text), bite)
	w.answer.Append(w.text[:n])
	if w.text = w.text[n:]; len(w.text) == 0 {
		w.text = nil
	}
	if w.want.ended && !w.ended && w.text == nil {
		w.ended = true
		w.thought.Finish()
		w.answer.Finish()
	}
	w.answer.Step()
	if w.want.marked {
		w.spans = w.want.marks
	}
	more = w.text != nil || w.answer.Pending()
	w.publish(more)
	return more
}

// begin makes the streams of a new answer.
func (w *worker) begin() {
	if w.answer != nil {
		return
	}
	w.style = w.want.style
	width := w.want.width
	if width == 0 {
		width = firstSize
	}
	w.answer = markdown.NewStream(w.style, width)
	w.thought = markdown.NewThought(w.style, width)
	w.layout++
	w.within, w.target, w.jumps = 0, 0, w.want.jumps
}

// shape gives the streams the look and the width that are wanted.
func (w *worker) shape() {
	b := &w.want
	if b.width != w.answer.Width() || b.style != w.style {
		row := 1 << 30
		w.within = 0
		if !b.anchor.follow {
			row = w.answer.Origin()
			if b.anchor.layout == w.layout {
				row = max(row+b.anchor.row, 0)
			}
			w.within = w.answer.Within(row)
		}
		w.answer.SetShape(b.style, b.width, row)
		w.style = b.style
		w.layout++
	}
	w.answer.ShowThoughts(b.show)
	w.thought.Set(b.style, b.width, b.show)
}

// publish makes a snapshot of the rows.
func (w *worker) publish(more bool) {
	w.version++
	s := &snapshot{
		version: w.version, changes: w.want.count, width: w.answer.Width(), bytes: w.answer.Len(),
		head: w.thought.Rows(), answer: w.number, layout: w.layout, origin: w.answer.Origin(), ranges: w.spans,
	}
	if more {
		s.changes-- // busy still
	}
	s.closed, s.tail = w.answer.Rows()
	s.closed = s.closed[:len(s.closed):len(s.closed)]
	if len(s.head) > 0 && len(s.closed)+len(s.tail) > 0 {
		s.head = append(s.head, blank(s.width))
	}
	s.start = int(w.within * float64(w.answer.OriginRows()))
	if !w.answer.Pending() {
		for i, span := range w.spans {
			s.marks = w.answer.Locate(s.marks, span.Start, span.End)
			for len(s.spans) < len(s.marks) {
				s.spans = append(s.spans, i)
			}
		}
		if w.jumps != w.want.jumps && w.text == nil {
			w.jumps = w.want.jumps
			w.target = w.answer.RowOf(w.want.jump.Start) - s.origin
		}
	}
	s.jumps, s.target = w.jumps, w.target
	w.v.snap.Store(s)
	if w.v.notify != nil {
		w.v.notify()
	}
}
