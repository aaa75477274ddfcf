package engine

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"assay/engine/budget"
	"assay/engine/chat"
	"assay/engine/route"
	"assay/internal/usd"
)

// eventBuffer is how many events a run holds for a slow reader before its lanes wait.
const eventBuffer = 256

// Spec introduces a run.
type Spec struct {
	Prompt    string         // shown and recorded; or, with more than one turn:
	Messages  []chat.Message // the conversation
	Continues string         // id of the run whose lanes of the same number this one replaces
	Began     time.Time      // zero of the run's clock; the zero time means now
	Estimate  *chat.Estimate
	Cap       usd.Price // most the whole run may cost; absent: no cap
}

// Lane is one request of a run.
type Lane struct {
	Spec    chat.LaneSpec
	Request chat.Request
	Prefs   route.Preferences
	Cap     usd.Price // most this preset may cost altogether; absent: no cap
}

// errStopped is the cause of a lane's end when somebody asked for it.
var errStopped = errors.New("stopped")

// Run is a run under way. Its events come over one bounded channel: when the reader
// is slow the lanes wait, nothing is dropped and nothing grows. The channel is closed
// when everything the run started has ended; until then it must be read, or the run
// closed with Close.
type Run struct {
	ID string

	eng    *Engine
	start  time.Time
	events chan chat.Event
	ctx    context.Context
	cancel context.CancelCauseFunc
	gone   chan struct{} // closed when nobody reads any more
	once   sync.Once
	cap    usd.Price

	mu      sync.Mutex
	stops   map[int]context.CancelCauseFunc
	stopped map[int]bool // lanes stopped before they began
	known   map[int]bool // lanes a run event has introduced
	pending int          // lanes introduced at the start that have no money set aside yet
	answers map[int]chat.Answer
}

// Events is the run's stream; it is closed when the run has ended.
func (r *Run) Events() <-chan chat.Event { return r.events }

// Cancel stops every lane. Partial answers and their bills are kept.
func (r *Run) Cancel() { r.cancel(errStopped) }

// CancelLane stops one lane; one that has not begun will not begin.
func (r *Run) CancelLane(lane int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopped[lane] = true
	if stop := r.stops[lane]; stop != nil {
		stop(errStopped)
	}
}

// Close stops the run for a reader that will read no more, and waits for its end.
func (r *Run) Close() {
	r.once.Do(func() { close(r.gone) })
	r.Cancel()
	for range r.events { // drained until closed: that is the wait
		continue
	}
}

// Results are the answers by lane number, complete once Events is closed.
func (r *Run) Results() []chat.Answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]chat.Answer, 0, len(r.answers))
	for _, a := range r.answers {
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b chat.Answer) int { return a.Spec.Lane - b.Spec.Lane })
	return out
}

// Start runs the lanes side by side.
func (e *Engine) Start(ctx context.Context, spec Spec, lanes ...Lane) *Run {
	specs := make([]chat.LaneSpec, len(lanes))
	for i := range lanes {
		specs[i] = lanes[i].Spec
	}
	return e.Go(ctx, spec, specs, func(ctx context.Context, s *Stage) {
		var wg sync.WaitGroup
		for _, ln := range lanes {
			wg.Go(func() { s.Run(ctx, ln, nil) })
		}
		wg.Wait()
	})
}

// Go runs body in the background as a run whose known lanes are given; body starts
// lanes through the stage and returns when all it started has ended.
func (e *Engine) Go(ctx context.Context, spec Spec, lanes []chat.LaneSpec, body func(context.Context, *Stage)) *Run {
	r := &Run{
		ID: newID(), eng: e, start: spec.Began, cap: spec.Cap,
		events: make(chan chat.Event, eventBuffer), gone: make(chan struct{}),
		stops: map[int]context.CancelCauseFunc{}, stopped: map[int]bool{},
		known: map[int]bool{}, answers: map[int]chat.Answer{},
	}
	if r.start.IsZero() {
		r.start = time.Now()
	}
	r.ctx, r.cancel = context.WithCancelCause(ctx)
	e.runs.Add(1)
	go func() {
		defer e.runs.Done()
		defer r.cancel(nil)
		defer close(r.events)
		began := time.Now()
		r.announce(spec, lanes)
		body(r.ctx, &Stage{r})
		r.summarize(began)
		e.money.Runs.Forget(budget.Run(r.ID))
	}()
	return r
}

func (r *Run) announce(spec Spec, lanes []chat.LaneSpec) {
	for _, l := range lanes {
		r.known[l.Lane] = true
	}
	r.pending = len(lanes)
	r.last(chat.NoLane, &chat.Run{
		V: 1, ID: r.ID, StartedAt: r.start.UTC().Format(time.RFC3339Nano),
		Prompt: spec.Prompt, Messages: spec.Messages, Lanes: lanes,
		Estimate: spec.Estimate, Continues: spec.Continues, Demo: r.eng.demoOnly(lanes),
	})
}

// emit sends a fragment. A fragment may be dropped once ctx is done, and only then;
// it reports whether the reader will get it.
func (r *Run) emit(ctx context.Context, lane int, b chat.Body) bool {
	select {
	case r.events <- r.stamp(lane, b):
		return true
	case <-ctx.Done():
		return false
	}
}

// last sends an event that must not be lost as long as somebody reads.
func (r *Run) last(lane int, b chat.Body) {
	select {
	case r.events <- r.stamp(lane, b):
	case <-r.gone:
	}
}

func (r *Run) stamp(lane int, b chat.Body) chat.Event {
	return chat.Event{TMs: time.Since(r.start).Milliseconds(), Lane: lane, Body: b}
}

// open registers a lane and introduces it if no run event has.
func (r *Run) open(ctx context.Context, spec chat.LaneSpec) (context.Context, context.CancelCauseFunc) {
	r.mu.Lock()
	introduced := r.known[spec.Lane]
	r.known[spec.Lane] = true
	ctx, stop := context.WithCancelCause(ctx)
	r.stops[spec.Lane] = stop
	if r.stopped[spec.Lane] {
		stop(errStopped)
	}
	r.mu.Unlock()
	if !introduced {
		r.last(chat.NoLane, &chat.Run{V: 1, ID: r.ID, StartedAt: r.start.UTC().Format(time.RFC3339Nano), Lanes: []chat.LaneSpec{spec}, Continues: r.ID})
	}
	return ctx, stop
}

// starting is how many lanes share what the caps leave now, this one included.
func (r *Run) starting() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return max(r.pending, 1)
}

// started says that a lane has its money or will not need any.
func (r *Run) started() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pending--
}

func (r *Run) close(a chat.Answer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.stops, a.Spec.Lane)
	r.answers[a.Spec.Lane] = a
}

func (r *Run) summarize(began time.Time) {
	sum := chat.Summary{DurationMs: time.Since(began).Milliseconds()}
	var total chat.Cost
	for _, a := range r.Results() {
		bill := a.Bill()
		total = total.Add(bill)
		switch a.Spec.Role {
		case chat.RoleJudge:
			sum.Cost.Judge = sum.Cost.Judge.Add(bill.USD)
		case chat.RoleWriter:
			sum.Cost.Writer = sum.Cost.Writer.Add(bill.USD)
		default:
			sum.Cost.Answers = sum.Cost.Answers.Add(bill.USD)
		}
		switch {
		case a.Finish != nil:
			sum.OK++
		case a.Failure != nil && a.Failure.ErrorType == chat.ErrCancelled:
			sum.Cancelled++
		default:
			sum.Failed++
		}
	}
	sum.Cost.USD, sum.Cost.Source = total.USD, total.Source
	if sum.Cost.Source == "" {
		sum.Cost.Source = chat.CostCatalog // nothing was billed at all
	}
	r.last(chat.NoLane, &sum)
}

// Stage is what a run's body works with.
type Stage struct{ run *Run }

// Run sends one lane's request and waits for its end. The lane's events go out by
// themselves; watch, where not nil, sees each fragment in order, on this goroutine's
// behalf and never concurrently with itself.
func (s *Stage) Run(ctx context.Context, ln Lane, watch func(chat.Body)) chat.Answer {
	ctx, stop := s.run.open(ctx, ln.Spec)
	defer stop(nil)
	a := newLaneRun(s.run, ln, watch).start(ctx)
	s.run.close(a)
	return a
}

// Emit sends an event of the run itself.
func (s *Stage) Emit(b chat.Body) { s.run.last(chat.NoLane, b) }

// ID is the run's id.
func (s *Stage) ID() string { return s.run.ID }

// Began is the zero of the run's clock.
func (r *Run) Began() time.Time { return r.start }

// Gone is closed when the reader has given the run up.
func (r *Run) Gone() <-chan struct{} { return r.gone }
