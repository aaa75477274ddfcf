package lane

import (
	"sync"
	"sync/atomic"

	"assay/ui/keys"
	"assay/ui/markdown"
	"assay/ui/theme"
)

// Span is a passage of the raw answer: bytes [Start, End).
type Span struct{ Start, End int }

// View is one answer in a pane. Make it with New and end it with Close.
type View struct {
	in     inbox
	snap   atomic.Pointer[snapshot]
	stop   chan struct{}
	done   chan struct{}
	notify func()

	// What follows belongs to the event loop.
	theme   *theme.Styles
	width   int
	height  int
	margin  int
	focused bool
	window  window
	current Span   // passage last jumped to
	drawn   uint64 // grows with every change made on this side
}

// New makes the view of an empty answer and starts its goroutine. changed, which may
// be nil, is called by that goroutine after new rows have been published; it must not
// wait. Nothing is drawn before SetSize.
func New(t *theme.Styles, changed func()) *View {
	v := &View{theme: t, stop: make(chan struct{}), done: make(chan struct{}), notify: changed}
	v.in.wake = make(chan struct{}, 1)
	v.in.urgent = make(chan struct{}, 1)
	v.in.style = markdown.NewStyle(t)
	v.snap.Store(&snapshot{})
	v.window.following = true
	go newWorker(v).run()
	return v
}

// Close ends the goroutine and waits for it. The view must not be used afterwards.
func (v *View) Close() {
	close(v.stop)
	<-v.done
}

// Write takes in a piece of the raw answer.
func (v *View) Write(s string) { v.in.put(func(b *box) { b.text = append(b.text, s...) }) }

// Think takes in a piece of the raw reasoning that comes beside the answer.
func (v *View) Think(s string) { v.in.put(func(b *box) { b.thought = append(b.thought, s...) }) }

// Restart makes the answer begin anew.
func (v *View) Restart() {
	v.in.urge(func(b *box) { b.text, b.thought, b.restart, b.ended = nil, nil, true, false })
}

// End says that the answer is complete: what waited for its end is drawn.
func (v *View) End() { v.in.urge(func(b *box) { b.ended = true }) }

// SetSize gives the pane a size in cells. The first rows of a new width are there
// within milliseconds; until then Rows cuts the old ones.
func (v *View) SetSize(width, height int) {
	width, height = max(width, 1), max(height, 1)
	if width == v.width && height == v.height {
		return
	}
	if width != v.width {
		v.margin = 0
		if width > 2*minMargin {
			v.margin = 1
		}
		inner := width - 2*v.margin
		at := v.place()
		v.in.urge(func(b *box) { b.width, b.height, b.anchor = inner, height, at })
	} else {
		v.in.put(func(b *box) { b.height = height })
	}
	v.width, v.height = width, height
	v.drawn++
}

// minMargin is half the width from which on a blank column stands on either side.
const minMargin = 8

// SetTheme changes the look.
func (v *View) SetTheme(t *theme.Styles) {
	if t == v.theme {
		return
	}
	v.theme = t
	at := v.place()
	v.in.urge(func(b *box) { b.style, b.anchor = markdown.NewStyle(t), at })
	v.drawn++
}

// Thoughts shows or folds the reasoning, beside the answer and in it.
func (v *View) Thoughts(show bool) { v.in.urge(func(b *box) { b.show = show }) }

// Focus says whether the pane has the focus. One that has follows text line by line,
// others in leaps of a third of their height: scrolling is what makes frames large.
func (v *View) Focus(on bool) {
	if v.focused != on {
		v.focused = on
		v.drawn++
	}
}

// Mark makes passages stand out, and takes away what stood out before.
func (v *View) Mark(spans []Span) {
	v.in.urge(func(b *box) { b.marks, b.marked = append([]Span(nil), spans...), true })
	v.drawn++
}

// Jump brings a passage into sight, a third from the top. If it is marked it stands
// out from the other marked ones.
func (v *View) Jump(s Span) {
	v.current = s
	v.in.urge(func(b *box) { b.jump, b.jumps = s, b.jumps+1 })
	v.drawn++
}

// Do scrolls: the actions for reading are known, others are ignored.
func (v *View) Do(a keys.Action) {
	page := max(v.height-1, 1)
	switch a {
	case keys.Down:
		v.Scroll(1)
	case keys.Up:
		v.Scroll(-1)
	case keys.PageDown:
		v.Scroll(page)
	case keys.PageUp:
		v.Scroll(-page)
	case keys.HalfDown:
		v.Scroll(max(page/2, 1))
	case keys.HalfUp:
		v.Scroll(-max(page/2, 1))
	case keys.Top:
		v.Scroll(-1 << 30)
	case keys.Follow:
		v.Follow()
	}
}

// Scroll moves the window by rows, down if n is positive. At the end of the text it
// follows again.
func (v *View) Scroll(n int) {
	v.window.scroll(v.snap.Load(), v.height, n, v.focused)
	v.drawn++
}

// Follow goes to the end and stays there while text arrives.
func (v *View) Follow() {
	v.window.following = true
	v.drawn++
}

// Scrolled is how many rows are hidden below; 0 while following.
func (v *View) Scrolled() (below int) {
	if v.window.following {
		return 0
	}
	s := v.snap.Load()
	return max(s.len()-v.window.top(s, v.height)-v.height, 0)
}

// Version grows whenever Rows would return something else.
func (v *View) Version() uint64 { return v.snap.Load().version + v.drawn }

// Busy reports whether there is something that the rows do not show yet.
func (v *View) Busy() bool { return v.in.changes() != v.snap.Load().changes }

// Taken is how many bytes of the raw answer the rows show.
func (v *View) Taken() int { return v.snap.Load().bytes }

// place is where the window stands, for the worker to keep in sight.
func (v *View) place() place {
	if v.window.following {
		return place{follow: true}
	}
	return place{layout: v.window.layout, row: v.window.pos}
}

// inbox is what the worker has not seen yet.
type inbox struct {
	mu     sync.Mutex
	wake   chan struct{}
	urgent chan struct{}
	box
}

// box is text that waits and what is wanted of the rows.
type box struct {
	text, thought []byte // taken by the worker
	restart       bool   // forget what came before text; taken too
	ended         bool
	show          bool
	style         *markdown.Style
	width, height int
	anchor        place
	marks         []Span
	marked        bool // marks are new; taken too
	jump          Span
	jumps         int    // number of Jumps
	count         uint64 // number of changes
}

// put changes the box and wakes the worker.
func (i *inbox) put(change func(*box)) {
	i.mu.Lock()
	change(&i.box)
	i.count++
	i.mu.Unlock()
	signal(i.wake)
}

// urge is put for what somebody waits for: it ends the worker's rest.
func (i *inbox) urge(change func(*box)) {
	i.put(change)
	signal(i.urgent)
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// take empties the box.
func (i *inbox) take() box {
	i.mu.Lock()
	defer i.mu.Unlock()
	b := i.box
	i.text, i.thought, i.restart, i.marked = nil, nil, false, false
	return b
}

func (i *inbox) changes() uint64 {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.count
}
