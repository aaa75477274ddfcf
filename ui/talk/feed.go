package talk

import (
	"slices"
	"sync"
	"time"

	"assay/engine/chat"
	"assay/ui/backend"
)

// Sink hears the text of a turn as it arrives, in order, on the goroutine that reads
// the run. It must not block and must not call the Feed.
type Sink interface {
	Restart(lane int, role chat.LaneRole) // the lane's text begins anew
	Text(lane int, s string)
	Thought(lane int, s string)
	End(lane int) // nothing more will come, until a Restart
}

// Feed folds the events of one turn into one state: those of its run, of lanes that
// were asked again, and of a later fusion. One goroutine reads each session until its
// channel is closed. A Feed is safe for concurrent use.
type Feed struct {
	mu      sync.Mutex
	state   chat.State
	runs    map[string]*pump
	fusing  string // run whose analysis counts: the newest that fuses
	sink    Sink
	version int
	open    int
	readers sync.WaitGroup
}

// pump is one session being read.
type pump struct {
	session backend.Session
	started time.Time
	open    bool
}

// Snapshot is a feed at one moment. It shares the text with the feed, which only
// ever appends to it.
type Snapshot struct {
	State   chat.State
	Elapsed []int64 // by lane: ms since its run began, frozen when the lane ended
	Live    bool    // something may still come
	Version int     // equal versions are equal snapshots but for Elapsed
}

// Attach reads a session until its events end. fuses says that its analysis
// replaces the one so far.
func (f *Feed) Attach(s backend.Session, fuses bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.runs == nil {
		f.runs = map[string]*pump{}
	}
	p := &pump{session: s, started: time.Now(), open: true}
	f.runs[s.ID()] = p
	if fuses {
		f.fusing = s.ID()
	}
	f.open++
	f.version++
	f.readers.Go(func() { f.read(p) })
}

func (f *Feed) read(p *pump) {
	for e := range p.session.Events() {
		f.mu.Lock()
		f.apply(p.session.ID(), e)
		f.mu.Unlock()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	p.open = false
	f.open--
	f.version++
	f.seal(p.session.ID())
}

// seal ends lanes whose run is over without having said how: a cancelled run may
// leave its channel without a last word.
func (f *Feed) seal(id string) {
	for i := range f.state.Lanes {
		l := &f.state.Lanes[i]
		if l.RunID == id && !l.Phase.Ended() {
			f.fold(chat.Event{TMs: l.StartMs + f.elapsed(l), Lane: i, Body: &chat.Failure{ErrorType: chat.ErrCancelled, Message: "the run ended before this lane did", Retryable: true}})
		}
	}
}

// apply folds one event of a run unless it is a stranger: a lane that was asked
// again belongs to the newer run, whatever the older one still says.
func (f *Feed) apply(id string, e chat.Event) {
	switch e.Body.(type) {
	case *chat.Run:
	case *chat.Analysis:
		if id != f.fusing {
			return
		}
	default:
		if e.Lane != chat.NoLane && (e.Lane < 0 || e.Lane >= len(f.state.Lanes) || f.state.Lanes[e.Lane].RunID != id) {
			return
		}
	}
	f.fold(e)
}

func (f *Feed) fold(e chat.Event) {
	f.version++
	generation := -1
	if e.Lane >= 0 && e.Lane < len(f.state.Lanes) {
		generation = f.state.Lanes[e.Lane].Generation
	}
	f.state.Apply(e)
	if f.sink == nil {
		return
	}
	switch b := e.Body.(type) {
	case *chat.Run:
		for _, l := range b.Lanes {
			if l.Lane >= 0 && l.Lane < len(f.state.Lanes) {
				f.sink.Restart(l.Lane, l.Role)
			}
		}
	case *chat.Attempt:
		if generation >= 0 && f.state.Lanes[e.Lane].Generation != generation {
			f.sink.Restart(e.Lane, f.state.Lanes[e.Lane].Spec.Role)
		}
	case chat.Text:
		f.sink.Text(e.Lane, b.Text)
	case chat.Thought:
		f.sink.Thought(e.Lane, b.Text)
	case *chat.Finish, *chat.Failure:
		f.sink.End(e.Lane)
	}
}

// Watch makes s hear the turn: first all that has been said, then what follows.
// There is one watcher; nil stops it.
func (f *Feed) Watch(s Sink) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sink = s
	if s == nil {
		return
	}
	for i := range f.state.Lanes {
		l := &f.state.Lanes[i]
		s.Restart(i, l.Spec.Role)
		if len(l.Thought) > 0 {
			s.Thought(i, string(l.Thought))
		}
		if len(l.Text) > 0 {
			s.Text(i, string(l.Text))
		}
		if l.Phase.Ended() {
			s.End(i)
		}
	}
}

// Version grows with everything that happens.
func (f *Feed) Version() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.version
}

// Snapshot copies the state.
func (f *Feed) Snapshot() Snapshot {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := Snapshot{State: f.state, Live: f.open > 0, Version: f.version}
	s.State.Lanes = slices.Clone(f.state.Lanes)
	s.Elapsed = make([]int64, len(s.State.Lanes))
	for i := range s.State.Lanes {
		l := &s.State.Lanes[i]
		// The fold replaces rows of these in place.
		l.Attempts = slices.Clone(l.Attempts)
		l.Tools = slices.Clone(l.Tools)
		s.Elapsed[i] = f.elapsed(l)
	}
	return s
}

func (f *Feed) elapsed(l *chat.Lane) int64 {
	switch {
	case l.Phase.Ended():
		return max(l.LastMs-l.StartMs, 0)
	case f.runs[l.RunID] != nil:
		return time.Since(f.runs[l.RunID].started).Milliseconds()
	}
	return 0
}

// Live reports whether a session is still being read.
func (f *Feed) Live() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.open > 0
}

// Cancel stops everything. What came stays.
func (f *Feed) Cancel() { f.each(backend.Session.Cancel) }

// FuseNow fuses what is there in every run that is waiting to.
func (f *Feed) FuseNow() { f.each(backend.Session.FuseNow) }

func (f *Feed) each(do func(backend.Session)) {
	f.mu.Lock()
	var open []backend.Session
	for _, p := range f.runs {
		if p.open {
			open = append(open, p.session)
		}
	}
	f.mu.Unlock()
	for _, s := range open {
		do(s)
	}
}

// CancelLane stops one lane in the run that drives it.
func (f *Feed) CancelLane(lane int) {
	f.mu.Lock()
	var s backend.Session
	if lane >= 0 && lane < len(f.state.Lanes) {
		if p := f.runs[f.state.Lanes[lane].RunID]; p != nil && p.open {
			s = p.session
		}
	}
	f.mu.Unlock()
	if s != nil {
		s.CancelLane(lane)
	}
}

// Runs are the ids of the turn's runs.
func (f *Feed) Runs() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var ids []string
	for id := range f.runs {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Wait returns when every session has been read to its end.
func (f *Feed) Wait() { f.readers.Wait() }
