package uitest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"assay/catalog"
	"assay/catalog/query"
	"assay/engine/chat"
	"assay/internal/usd"
	"assay/ui/backend"
)

// Answer is what a model of a Fake says to one request.
type Answer struct {
	Provider string
	Route    *chat.Route
	Attempts []chat.Attempt // before the one that answers
	First    time.Duration  // until the first content
	Every    time.Duration  // between pieces
	Piece    int            // bytes a piece, cut at character borders; 0: 16
	Thought  string
	Text     string
	Cost     string        // in USD; "" is unknown
	Failure  *chat.Failure // instead of a finish, after Thought and Text
	Hold     bool          // never ends by itself
}

// Fake is a backend that plays scripts in the time of the test. It remembers what it
// was asked. Set its fields before it is used; afterwards read them through Asks.
type Fake struct {
	Answers  map[string][]Answer // by model: one for each request, the last one for all further ones
	Analyses []chat.Analysis     // of a fused run: sent one after the other when the answers have ended
	Every    time.Duration       // between analyses; 0: 200 ms
	Writer   *Answer             // the fused answer
	Choices  []backend.Choice
	Panelled []backend.Panel
	Preset   []backend.Preset
	Says     backend.Status
	Price    backend.Quote
	Refuse   error // Start's answer
	Thinking *chat.Thinking
	Saved    []string
	News     chan struct{} // what Changed returns
	Market

	mu       sync.Mutex
	asks     []backend.Ask
	fusings  []backend.Fusing
	count    map[string]int
	sessions int
	playing  sync.WaitGroup
}

// Asks are the runs started so far.
func (f *Fake) Asks() []backend.Ask {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.asks)
}

// Fusings are the fusions of existing answers started so far.
func (f *Fake) Fusings() []backend.Fusing {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.fusings)
}

// Wait returns when every session has ended.
func (f *Fake) Wait() { f.playing.Wait() }

// Models implements [backend.Shelf].
func (f *Fake) Models(context.Context) backend.Stock {
	models := make([]*catalog.Model, len(f.Choices))
	for i, c := range f.Choices {
		models[i] = c.Model
	}
	return backend.Stock{Choices: f.Choices, Index: query.NewIndex(catalog.New(models, catalog.Source{}), query.Facts{})}
}

// Panels implements [backend.Shelf].
func (f *Fake) Panels() []backend.Panel { return f.Panelled }

// Presets implements [backend.Shelf].
func (f *Fake) Presets() []backend.Preset { return f.Preset }

// Status implements [backend.Shelf].
func (f *Fake) Status() backend.Status { return f.Says }

// Changed implements [backend.Shelf].
func (f *Fake) Changed() <-chan struct{} { return f.News }

// Quote implements [backend.Runs].
func (f *Fake) Quote(context.Context, backend.Ask) (backend.Quote, error) { return f.Price, nil }

// Save implements [backend.Runs].
func (f *Fake) Save(_ context.Context, runs []string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.Saved = append(f.Saved, runs...)
	return "/data/runs/" + runs[0] + ".jsonl", nil
}

// Start implements [backend.Runs].
func (f *Fake) Start(ctx context.Context, a backend.Ask) (backend.Session, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.Refuse != nil {
		return nil, f.Refuse
	}
	if len(a.Lanes) == 0 {
		return nil, errors.New("no lanes")
	}
	answers := make([]Answer, len(a.Lanes))
	for i, l := range a.Lanes {
		script := f.Answers[l.Request.Model]
		if len(script) == 0 {
			return nil, fmt.Errorf("no model %q", l.Request.Model)
		}
		if f.count == nil {
			f.count = map[string]int{}
		}
		n := f.count[l.Request.Model]
		f.count[l.Request.Model]++
		answers[i] = script[min(n, len(script)-1)]
	}
	f.asks = append(f.asks, a)
	s := f.session(ctx)
	run := &chat.Run{V: 1, ID: s.id, Prompt: a.Prompt, Continues: a.Continues, Demo: f.Says.Demo}
	for _, l := range a.Lanes {
		run.Lanes = append(run.Lanes, chat.LaneSpec{Lane: l.Number, Role: chat.RoleAnswer, Model: l.Request.Model, Preset: l.Preset})
	}
	var fusion []chat.LaneSpec
	if a.Fuse {
		fusion = f.fusionLanes(len(a.Lanes))
	}
	run.Lanes = append(run.Lanes, fusion...)
	f.playing.Go(func() { f.play(s, run, answers, fusion) })
	return s, nil
}

// fusionLanes are the judge and, if there is one, the writer.
func (f *Fake) fusionLanes(first int) []chat.LaneSpec {
	out := []chat.LaneSpec{{Lane: first, Role: chat.RoleJudge, Model: "acme/judge"}}
	if f.Writer != nil {
		out = append(out, chat.LaneSpec{Lane: first + 1, Role: chat.RoleWriter, Model: "acme/writer"})
	}
	return out
}

// Fuse implements [backend.Runs].
func (f *Fake) Fuse(ctx context.Context, g backend.Fusing) (backend.Session, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.Refuse != nil {
		return nil, f.Refuse
	}
	f.fusings = append(f.fusings, g)
	s := f.session(ctx)
	run := &chat.Run{V: 1, ID: s.id, Prompt: g.Prompt, Continues: g.Continues, Lanes: f.fusionLanes(g.FirstLane)}
	f.playing.Go(func() {
		defer s.end()
		s.emit(chat.NoLane, run)
		f.judge(s, run.Lanes)
	})
	return s, nil
}

func (f *Fake) session(ctx context.Context) *session {
	f.sessions++
	ctx, cancel := context.WithCancel(ctx)
	return &session{
		id: fmt.Sprintf("r%d", f.sessions), ctx: ctx, cancel: cancel, began: time.Now(),
		events: make(chan chat.Event, 64), lanes: map[int]chan struct{}{}, now: make(chan struct{}), thinking: f.Thinking,
	}
}

func (f *Fake) play(s *session, run *chat.Run, answers []Answer, fusion []chat.LaneSpec) {
	defer s.end()
	s.emit(chat.NoLane, run)
	var lanes sync.WaitGroup
	var ok, bad, stopped counter
	for i, a := range answers {
		lanes.Go(func() {
			switch err := s.answer(run.Lanes[i], a); {
			case err == nil:
				ok.add()
			case err.ErrorType == chat.ErrCancelled:
				stopped.add()
			default:
				bad.add()
			}
		})
	}
	done := make(chan struct{})
	go func() { lanes.Wait(); close(done) }()
	select {
	case <-done:
	case <-s.now:
	}
	if len(fusion) > 0 {
		f.judge(s, fusion)
	}
	<-done
	s.emit(chat.NoLane, &chat.Summary{OK: ok.get(), Failed: bad.get(), Cancelled: stopped.get(), DurationMs: s.ms()})
}

// judge sends the analyses, and before the last one the writer's answer.
func (f *Fake) judge(s *session, lanes []chat.LaneSpec) {
	every := f.Every
	if every == 0 {
		every = 200 * time.Millisecond
	}
	for i := range f.Analyses {
		if !s.sleep(every, nil) {
			break
		}
		if len(lanes) > 1 && i == len(f.Analyses)-1 {
			s.answer(lanes[1], *f.Writer)
		}
		a := f.Analyses[i]
		s.emit(chat.NoLane, &a)
	}
	s.answer(lanes[0], Answer{Cost: "0.0004"})
}

type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) add() { c.mu.Lock(); c.n++; c.mu.Unlock() }

func (c *counter) get() int { c.mu.Lock(); defer c.mu.Unlock(); return c.n }

// cost reads an amount of a script.
func cost(s string) chat.Cost {
	if s == "" {
		return chat.Cost{Source: chat.CostUnknown}
	}
	a, err := usd.Parse(s)
	if err != nil {
		return chat.Cost{Source: chat.CostUnknown}
	}
	return chat.Cost{USD: a, Source: chat.CostProvider}
}
