package wiring

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"assay/catalog"
	"assay/catalog/query"
	"assay/engine"
	"assay/engine/chat"
	"assay/engine/provider"
	"assay/engine/route"
	"assay/fusion"
	"assay/ui/backend"
)

// Backend stands behind the workbench.
type Backend struct {
	sys *System

	mu      sync.Mutex
	runs    []*session // newest last; the oldest are forgotten
	status  backend.Status
	changed chan struct{}
	warm    sync.WaitGroup
	stop    context.CancelFunc
	supply  Supply
}

// keptRuns is how many runs can still be saved or continued.
const keptRuns = 50

// NewBackend makes the workbench's backend. It returns at once; keys, catalog and
// local servers are looked up in the background.
func NewBackend(ctx context.Context, sys *System) *Backend {
	b := &Backend{sys: sys, changed: make(chan struct{}, 1)}
	ctx, b.stop = context.WithCancel(ctx)
	b.warm.Go(func() {
		b.refresh()
		sys.Discover(ctx)
		for {
			select {
			case <-sys.Changed():
				b.refresh()
			case <-ctx.Done():
				return
			}
		}
	})
	return b
}

// Close stops what the backend has started; sessions end with it.
func (b *Backend) Close() {
	b.stop()
	b.warm.Wait()
	b.mu.Lock()
	runs := slices.Clone(b.runs)
	b.mu.Unlock()
	for _, s := range runs {
		if s.run != nil {
			s.run.Close()
		}
		s.pump.Wait()
	}
}

// refresh works out what the status line says and tells the workbench to look again.
func (b *Backend) refresh() {
	st := backend.Status{Demo: b.sys.Demo(), Line: b.sys.Advice(), Spent: b.sys.SpentToday()}
	b.mu.Lock()
	if limit := b.sys.opt.Config.Limits.DayUSD; limit != nil {
		st.Cap, st.Period = *limit, "today"
	}
	b.status = st
	b.mu.Unlock()
	select {
	case b.changed <- struct{}{}:
	default:
	}
}

// Changed implements backend.Shelf.
func (b *Backend) Changed() <-chan struct{} { return b.changed }

// Status implements backend.Shelf.
func (b *Backend) Status() backend.Status {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.status
}

// Models implements backend.Shelf: models that can be asked now come first.
func (b *Backend) Models(ctx context.Context) backend.Stock {
	set, cat := b.sys.Providers(), b.sys.Catalog()
	var out []backend.Choice
	for _, m := range cat.Models() {
		if ctx.Err() != nil {
			return backend.Stock{}
		}
		if m.Output != 0 && !m.Output.Has(catalog.Text) || m.AliasOf != "" && !strings.HasPrefix(m.ID, "~") {
			continue
		}
		c := backend.Choice{Model: m}
		var missing *provider.Provider
		for i := range m.Endpoints {
			name := m.Endpoints[i].Provider
			p := set.Lookup(name)
			switch {
			case p != nil && p.Usable() == "":
				if !slices.Contains(c.Providers, name) {
					c.Providers = append(c.Providers, name)
				}
			case p != nil && len(p.Env) > 0 && (missing == nil || provider.Prominence(name) < provider.Prominence(missing.Name)):
				missing = p
			}
		}
		switch {
		case len(c.Providers) > 0:
		case missing != nil:
			c.Note = "needs " + missing.Env[0]
		default:
			c.Note = "no provider configured"
		}
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(x, y backend.Choice) int {
		return b2i(len(x.Providers) == 0) - b2i(len(y.Providers) == 0)
	})
	return backend.Stock{Choices: out, Index: query.NewIndex(cat, b.sys.Facts())}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Panels implements backend.Shelf.
func (b *Backend) Panels() []backend.Panel {
	var out []backend.Panel
	for name, p := range b.sys.opt.Config.Panels {
		out = append(out, backend.Panel{Name: name, Members: p.Members, Judge: p.Judge, Writer: first(p.Writer, p.Judge), Note: p.Mode})
	}
	slices.SortFunc(out, func(x, y backend.Panel) int { return strings.Compare(x.Name, y.Name) })
	for _, name := range fusion.PanelNames() {
		p, err := b.sys.compose(name)
		if err != nil {
			continue
		}
		out = append(out, backend.Panel{Name: name, Members: p.Members, Judge: p.Judge, Writer: p.Writer, Note: strings.Join(p.Warnings, "; ")})
	}
	return out
}

// Start implements backend.Runs.
func (b *Backend) Start(ctx context.Context, a backend.Ask) (backend.Session, error) {
	job, err := b.job(a)
	if err != nil {
		return nil, err
	}
	run, err := b.sys.Start(ctx, job)
	if err != nil {
		return nil, err
	}
	b.remember(job.Lanes)
	return b.open(run, job.Fusion, a.Continues), nil
}

// Quote implements backend.Runs.
func (b *Backend) Quote(_ context.Context, a backend.Ask) (backend.Quote, error) {
	job, err := b.job(a)
	if err != nil {
		return backend.Quote{}, err
	}
	q := backend.Quote{Estimate: b.sys.Estimate(job)}
	if limit, ok := b.sys.RunCap().Amount(); ok && limit.Less(q.Estimate.Max) {
		q.Over = "the cap of $" + limit.String() + " for one run"
	}
	if limit := b.sys.opt.Config.Limits.DayUSD; limit != nil && limit.Less(b.Status().Spent.Add(q.Estimate.Max)) {
		q.Over = "the cap of $" + limit.String() + " for today"
	}
	return q, nil
}

func (b *Backend) job(a backend.Ask) (Job, error) {
	job := Job{Prompt: a.Prompt, Continues: a.Continues, Began: b.began(a.Continues)}
	for _, l := range a.Lanes {
		var prefs route.Preferences
		if l.Provider != "" {
			prefs.Only = []string{l.Provider}
		}
		spec := chat.LaneSpec{Lane: l.Number, Role: chat.RoleAnswer, Model: l.Request.Model, Preset: l.Preset}
		ln, err := b.sys.Lane(spec, l.Request, prefs)
		if err != nil {
			return Job{}, err
		}
		job.Lanes = append(job.Lanes, ln)
	}
	if len(job.Lanes) == 0 {
		return Job{}, errors.New("pick a model first")
	}
	if len(job.Lanes[0].Request.Messages) > 1 {
		job.Messages = job.Lanes[0].Request.Messages
	}
	if !a.Fuse || a.Continues != "" {
		return job, nil
	}
	var err error
	job.Fusion, err = b.sys.Fusion(Fusing{Panel: a.Panel}, &job.Lanes[0].Request, job.Lanes)
	return job, err
}

// Fuse implements backend.Runs: judge and writer over answers that are there.
func (b *Backend) Fuse(ctx context.Context, f backend.Fusing) (backend.Session, error) {
	req := chat.Request{Messages: []chat.Message{chat.TextMessage(chat.User, f.Prompt)}}
	var lanes []engine.Lane
	for _, a := range f.Answers {
		ln, err := b.sys.Lane(a.Spec, req, route.Preferences{})
		if err != nil {
			return nil, err
		}
		lanes = append(lanes, ln)
	}
	plan, err := b.sys.Fusion(Fusing{Panel: f.Panel}, &req, lanes)
	if err != nil {
		return nil, err
	}
	plan.FirstLane = f.FirstLane
	specs := plan.Lanes()[len(plan.Members):]
	spec := engine.Spec{Prompt: f.Prompt, Continues: f.Continues, Began: b.began(f.Continues), Cap: b.sys.RunCap()}
	run := b.sys.Engine.Go(ctx, spec, specs, func(ctx context.Context, st *engine.Stage) {
		fusion.Rejudge(ctx, stage{st, lanes}, st.Emit, plan, f.Answers)
	})
	return b.open(run, plan, f.Continues), nil
}

// began is when a run that is to be continued started.
func (b *Backend) began(id string) time.Time {
	if id == "" {
		return time.Time{}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.runs {
		if s.id == id {
			return s.began
		}
	}
	return time.Time{}
}

// Save implements backend.Runs: a saved run holds the first run and what continued it.
func (b *Backend) Save(_ context.Context, ids []string) (string, error) {
	parts := b.sessions(func(s *session) bool { return slices.Contains(ids, s.id) })
	id, err := b.save(parts)
	if err != nil {
		return "", err
	}
	return "run " + id, nil
}

var _ backend.Backend = (*Backend)(nil)
