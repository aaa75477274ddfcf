package compare

import (
	"sync"

	"assay/engine/chat"
	"assay/fusion"
	"assay/ui/lane"
	"assay/ui/theme"
)

// deck holds the texts of the turn on the screen, by lane number of its run. It is
// the turn's talk.Sink.
type deck struct {
	mu    sync.Mutex
	theme *theme.Styles
	texts map[int]*lane.View
	shown map[int]bool // lanes whose reasoning is unfolded

	markers map[int]*fusion.Markers // of writers; only the goroutine that reads the run uses it
}

func newDeck(t *theme.Styles) *deck {
	return &deck{theme: t, texts: map[int]*lane.View{}, shown: map[int]bool{}, markers: map[int]*fusion.Markers{}}
}

// text is the text of a lane, made when it is first asked for.
func (d *deck) text(n int) *lane.View {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := d.texts[n]
	if t == nil {
		t = lane.New(d.theme, nil)
		d.texts[n] = t
	}
	return t
}

// Restart implements talk.Sink. The writer's text has claim markers in it, which are
// not for reading.
func (d *deck) Restart(n int, role chat.LaneRole) {
	delete(d.markers, n)
	if role == chat.RoleWriter {
		d.markers[n] = fusion.NewMarkers(nil)
	}
	d.text(n).Restart()
}

// Text implements talk.Sink.
func (d *deck) Text(n int, s string) {
	if m := d.markers[n]; m != nil {
		s = m.Write(s)
	}
	d.text(n).Write(s)
}

// Thought implements talk.Sink.
func (d *deck) Thought(n int, s string) { d.text(n).Think(s) }

// End implements talk.Sink.
func (d *deck) End(n int) {
	if m := d.markers[n]; m != nil {
		d.text(n).Write(m.Close())
	}
	d.text(n).End()
}

func (d *deck) each(do func(n int, t *lane.View)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for n, t := range d.texts {
		do(n, t)
	}
}

// version changes when anything on the deck would be drawn differently.
func (d *deck) version() (v uint64) {
	d.each(func(_ int, t *lane.View) { v += t.Version() })
	return v
}

func (d *deck) busy() (b bool) {
	d.each(func(_ int, t *lane.View) { b = b || t.Busy() })
	return b
}

// mark makes passages stand out, and takes away what stood out before.
func (d *deck) mark(spans map[int][]lane.Span) {
	d.each(func(n int, t *lane.View) { t.Mark(spans[n]) })
}

// think shows or folds the reasoning of a lane.
func (d *deck) think(n int) {
	d.shown[n] = !d.shown[n]
	d.text(n).Thoughts(d.shown[n])
}

func (d *deck) close() {
	d.each(func(_ int, t *lane.View) { t.Close() })
	d.mu.Lock()
	defer d.mu.Unlock()
	d.texts, d.shown = map[int]*lane.View{}, map[int]bool{}
}
