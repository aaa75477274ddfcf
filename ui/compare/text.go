package compare

import (
	"sync"

	"assay/engine/chat"
	"assay/fusion"
	"assay/ui/keys"
)

// Span is a passage of a lane's raw text, in bytes.
type Span struct{ Start, End int }

// Text is one growing answer on the screen. Write, Think, Restart and End are called
// by the goroutine that reads the run; everything else by the event loop.
type Text interface {
	Write(s string)
	Think(s string)
	Restart()
	End()

	SetSize(w, h int)
	Rows() []string // exactly as many rows and cells as SetSize said
	Do(a keys.Action)
	Thoughts(show bool)
	Focus(on bool)         // the focused answer scrolls line by line
	Mark(spans []Span)     // passages to stand out; nil: none
	Jump(s Span)           // bring a passage into sight
	Scrolled() (below int) // rows hidden below; 0 while following
	Version() uint64       // changes when Rows would
	Busy() bool            // rows are being made
	Close()
}

// deck holds the texts of the turn on the screen, by lane number of its run. It is
// the turn's talk.Sink.
type deck struct {
	mu    sync.Mutex
	make  func() Text
	texts map[int]Text
	shown map[int]bool // lanes whose reasoning is unfolded

	markers map[int]*fusion.Markers // of writers; only the goroutine that reads the run uses it
}

func newDeck(make func() Text) *deck {
	return &deck{make: make, texts: map[int]Text{}, shown: map[int]bool{}, markers: map[int]*fusion.Markers{}}
}

// text is the text of a lane, made when it is first asked for.
func (d *deck) text(lane int) Text {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := d.texts[lane]
	if t == nil {
		t = d.make()
		d.texts[lane] = t
	}
	return t
}

// Restart implements talk.Sink. The writer's text has claim markers in it, which are
// not for reading.
func (d *deck) Restart(lane int, role chat.LaneRole) {
	delete(d.markers, lane)
	if role == chat.RoleWriter {
		d.markers[lane] = fusion.NewMarkers(nil)
	}
	d.text(lane).Restart()
}

// Text implements talk.Sink.
func (d *deck) Text(lane int, s string) {
	if m := d.markers[lane]; m != nil {
		s = m.Write(s)
	}
	d.text(lane).Write(s)
}

// Thought implements talk.Sink.
func (d *deck) Thought(lane int, s string) { d.text(lane).Think(s) }

// End implements talk.Sink.
func (d *deck) End(lane int) {
	if m := d.markers[lane]; m != nil {
		d.text(lane).Write(m.Close())
	}
	d.text(lane).End()
}

func (d *deck) each(do func(lane int, t Text)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for n, t := range d.texts {
		do(n, t)
	}
}

// version changes when anything on the deck would be drawn differently.
func (d *deck) version() (v uint64) {
	d.each(func(_ int, t Text) { v += t.Version() })
	return v
}

func (d *deck) busy() (b bool) {
	d.each(func(_ int, t Text) { b = b || t.Busy() })
	return b
}

// mark makes passages stand out, and takes away what stood out before.
func (d *deck) mark(spans map[int][]Span) {
	d.each(func(n int, t Text) { t.Mark(spans[n]) })
}

// think shows or folds the reasoning of a lane.
func (d *deck) think(lane int) {
	d.shown[lane] = !d.shown[lane]
	d.text(lane).Thoughts(d.shown[lane])
}

func (d *deck) close() {
	d.each(func(_ int, t Text) { t.Close() })
	d.mu.Lock()
	defer d.mu.Unlock()
	d.texts = map[int]Text{}
}
