package wiring

import (
	"bytes"
	"errors"
	"sync"
	"time"

	"assay/engine"
	"assay/engine/chat"
	"assay/fusion"
	"assay/internal/usd"
)

// session is a run as the workbench sees it. Its events pass through a recording,
// for Save.
type session struct {
	*Recording
	id        string
	continues string // id of the run whose lanes this one replaces
	began     time.Time
	run       *engine.Run // nil for a recorded run
	control   *fusion.Control
	events    chan chat.Event
	pump      sync.WaitGroup
}

func (b *Backend) open(run *engine.Run, plan *fusion.Plan, continues string) *session {
	s := &session{
		Recording: NewRecording(), id: run.ID, continues: continues, began: run.Began(), run: run,
		events: make(chan chat.Event, 64),
	}
	if plan != nil {
		s.control = plan.Control
	}
	b.keep(s)
	s.pump.Go(func() {
		b.forward(s)
		_ = s.Close() // into memory
		close(s.events)
		if b.sys.Config().Privacy.SaveAnswers {
			b.autosave(s)
		}
	})
	return s
}

// keep remembers a session, and forgets the oldest of too many.
func (b *Backend) keep(s *session) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.runs = append(b.runs, s)
	if len(b.runs) > keptRuns && b.runs[0].ended() {
		b.runs = b.runs[1:]
	}
}

// forward hands the events of a run on and records them.
func (b *Backend) forward(s *session) {
	w := chat.NewWriter(s)
	demo := false // the demo bills nobody
	for ev := range s.run.Events() {
		_ = w.Write(ev) // into memory
		if r, ok := ev.Body.(*chat.Run); ok {
			demo = demo || r.Demo
		}
		if sum, ok := ev.Body.(*chat.Summary); ok && !demo {
			b.spent(sum.Cost.USD)
		}
		select {
		case s.events <- ev:
		case <-s.run.Gone():
		}
	}
}

// Recall puts a recorded run among those of this backend, as if it had just ended: it
// can be continued and saved again.
func (b *Backend) Recall(events []chat.Event) error {
	for _, turn := range chat.Turns(events) {
		first, ok := turn[0].Body.(*chat.Run)
		if !ok {
			return errors.New("the recording does not begin with a run")
		}
		s := &session{Recording: NewRecording(), id: first.ID}
		w := chat.NewWriter(s)
		var last int64
		for _, ev := range turn {
			last = max(last, ev.TMs)
			if err := w.Write(ev); err != nil {
				return err
			}
		}
		if err := s.Close(); err != nil {
			return err
		}
		s.began = time.Now().Add(-time.Duration(last) * time.Millisecond)
		b.keep(s)
	}
	return nil
}

// sessions are those that match, oldest first.
func (b *Backend) sessions(match func(*session) bool) []*session {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []*session
	for _, s := range b.runs {
		if match(s) {
			out = append(out, s)
		}
	}
	return out
}

// save writes sessions as one saved run and returns its id.
func (b *Backend) save(parts []*session) (string, error) {
	if len(parts) == 0 {
		return "", errors.New("there is nothing to save")
	}
	var all bytes.Buffer
	for _, s := range parts {
		if err := s.CopyTo(&all); err != nil {
			return "", err
		}
	}
	return b.sys.Store().SaveRun(all.Bytes())
}

// autosave saves a run that has ended, together with the one it continues.
func (b *Backend) autosave(s *session) {
	root := first(s.continues, s.id)
	parts := b.sessions(func(o *session) bool { return o.id == root || o.continues == root })
	if _, err := b.save(parts); err != nil {
		b.sys.opt.Warn("the run is not saved: " + err.Error())
	}
}

func (b *Backend) spent(usd usd.Amount) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.status.Spent = b.status.Spent.Add(usd)
}

// ID implements backend.Session.
func (s *session) ID() string { return s.id }

// Events implements backend.Session.
func (s *session) Events() <-chan chat.Event { return s.events }

// Cancel implements backend.Session.
func (s *session) Cancel() { s.run.Cancel() }

// CancelLane implements backend.Session.
func (s *session) CancelLane(lane int) { s.run.CancelLane(lane) }

// FuseNow implements backend.Session.
func (s *session) FuseNow() {
	if s.control != nil {
		s.control.FuseNow()
	}
}
