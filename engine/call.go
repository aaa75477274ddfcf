package engine

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"assay/catalog"
	"assay/engine/budget"
	"assay/engine/chat"
	"assay/engine/limit"
	"assay/engine/provider"
	"assay/engine/route"
	"assay/internal/usd"
)

// Call is one request that is no conversation, such as speech or a transcription. It
// goes the way of every other: planned over the endpoints that serve its model, failed
// over by whose fault an error is, within quotas and caps, into health and ledger.
type Call struct {
	Model  string
	Output catalog.Modality // what the model must give: one kind
	Prefs  route.Preferences
	Cap    usd.Price     // most the call may cost; absent: no cap
	Slow   time.Duration // added to the first-token timer: work an upstream does before it answers
	Asks   bool          // only asks the upstream about itself: no money, no ledger, no verdict on its health

	// Price is what the call comes to at an endpoint, false where nobody can tell
	// beforehand.
	Price func(*catalog.Endpoint) (usd.Amount, bool)
	// Send asks one endpoint. An error that is no *chat.Error is taken for the
	// transport's.
	Send func(context.Context, *Upstream) (Receipt, error)
	// Tell is told of each try and each wait, in order; may be nil.
	Tell func(chat.Attempt)
}

// Receipt is what an upstream said its answer came to; nil fields were not told.
type Receipt struct {
	Usage *chat.Usage
	Cost  *chat.Cost
	ID    string // the upstream's own name of the answer
}

// CallResult is who answered a call, and at what price.
type CallResult struct {
	Model    string // catalog id
	Provider string
	Endpoint string
	ID       string
	Usage    chat.Usage
	Cost     chat.Cost
	Tries    int
	Duration time.Duration
	Demo     bool
}

// CallError is why a call failed, and what its user can do about it.
type CallError struct {
	Reason *chat.Error
	Remedy string
	Tries  int
}

// Error names the provider and its reason, then the remedy.
func (e *CallError) Error() string {
	s := e.Reason.Message
	if e.Reason.Provider != "" {
		s = e.Reason.Provider + ": " + s
	}
	if e.Remedy != "" && e.Reason.Type != chat.ErrCancelled {
		s += "; " + e.Remedy
	}
	return s
}

// Unwrap gives the classified error.
func (e *CallError) Unwrap() error { return e.Reason }

// callRun takes one call to its end. The lane in it keeps the books.
type callRun struct {
	*laneRun
	call *Call
}

// Call sends a call and waits for its end; the error is a *CallError.
func (e *Engine) Call(ctx context.Context, c Call) (CallResult, error) {
	e.runs.Add(1)
	defer e.runs.Done()
	ln := Lane{Spec: chat.LaneSpec{Role: chat.RoleAnswer, Model: c.Model}, Request: chat.Request{Model: c.Model}, Prefs: c.Prefs}
	r := callRun{newLaneRun(&Run{ID: newID(), eng: e, cap: c.Cap}, ln, nil), &c}
	if total := e.opt.Timeouts.Total; total > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, total, timeoutError("the whole request took longer than "+total.String()))
		defer cancel()
	}
	leave, err := e.enter(ctx)
	if err != nil {
		return CallResult{}, r.failed(err, nil)
	}
	defer leave()
	if err := r.prepare(); err != nil {
		return CallResult{}, r.failed(err, nil)
	}
	return r.drive(ctx)
}

// CallPlan is where a call would go, without sending it.
func (e *Engine) CallPlan(c *Call) (route.Plan, error) {
	p, err := e.planCall(c)
	return p.Plan, err
}

func (e *Engine) planCall(c *Call) (planned, error) {
	merged := e.opt.Prefs.Merge(c.Prefs)
	targets, why, err := e.targets(&chat.Request{Model: c.Model})
	if err != nil {
		return planned{}, err
	}
	set := e.Providers()
	for i := range targets {
		if targets[i].Model, err = e.only(targets[i].Model, c.Output, set); err != nil {
			return planned{}, err
		}
	}
	seed := newSeed()
	if merged.Seed != nil {
		seed = *merged.Seed
	}
	return planned{route.Make(route.Input{
		Targets: targets, Prefs: merged, Need: route.Need{Output: c.Output}, Seed: seed,
		Upstream: func(name string) route.Upstream {
			up := upstream(set, name)
			up.Gateway = false // a call does not carry preferences along: nobody upstream would obey them
			return up
		},
		Health: e.endpointHealth,
	}), merged, why}, nil
}

// only is the model with the endpoints that can give what a call wants: those of a
// model that is known to, and those only the user knows, which he answers for. They
// must speak a dialect of OpenAI's API, the only one with calls beside conversations.
func (e *Engine) only(m *catalog.Model, want catalog.Modality, set *provider.Set) (*catalog.Model, error) {
	fits := *m
	fits.Endpoints = slices.Clone(m.Endpoints)
	capable := m.Output.Has(want)
	fits.Endpoints = slices.DeleteFunc(fits.Endpoints, func(ep catalog.Endpoint) bool {
		return !capable && !ep.Private && ep.Source.Name != "unlisted"
	})
	if len(fits.Endpoints) == 0 {
		return nil, &chat.Error{
			Type: chat.ErrInvalidRequest, Fault: chat.FaultCaller,
			Message: m.ID + " gives " + firstOf(m.Output.String(), "text") + ", not " + want.String() + e.examples(want, set),
		}
	}
	fits.Endpoints = slices.DeleteFunc(fits.Endpoints, func(ep catalog.Endpoint) bool {
		p := set.Lookup(ep.Provider)
		name := ep.Format
		if name == "" && p != nil {
			name = p.Format
		}
		return name != "" && name != "openai" && name != "responses"
	})
	if len(fits.Endpoints) == 0 {
		return nil, &chat.Error{
			Type: chat.ErrInvalidRequest, Fault: chat.FaultCaller,
			Message: "no provider of " + m.ID + " has an API for " + want.String(),
		}
	}
	return &fits, nil
}

// examples names models that do what is wanted and can be asked now.
func (e *Engine) examples(want catalog.Modality, set *provider.Set) string {
	var names []string
	for _, m := range e.opt.Catalog().Models() {
		if len(names) == 3 {
			break
		}
		if m.Gone || m.AliasOf != "" || !m.Output.Has(want) {
			continue
		}
		if slices.ContainsFunc(m.Endpoints, func(ep catalog.Endpoint) bool {
			p := set.Lookup(ep.Provider)
			return p != nil && p.Usable() == ""
		}) {
			names = append(names, m.ID)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "; these do: " + strings.Join(names, ", ")
}

// prepare plans the call and reserves its money.
func (r *callRun) prepare() error {
	p, err := r.eng.planCall(r.call)
	if err != nil {
		return err
	}
	r.plan, r.lane.Prefs = p.Plan, p.Prefs
	if len(r.plan.Candidates) == 0 {
		return r.plan.Empty(r.call.Model)
	}
	r.most = r.eng.opt.Attempts
	if p.Prefs.Attempts > 0 {
		r.most = p.Prefs.Attempts
	}
	return r.setAside()
}

// setAside reserves the dearest candidate's price under every cap.
func (r *callRun) setAside() error {
	if r.call.Asks {
		return nil
	}
	caps := r.spendingCaps()
	if r.caps = caps; len(caps) == 0 {
		return nil
	}
	var most usd.Amount
	for i := range r.plan.Candidates {
		a, ok := r.call.Price(r.plan.Candidates[i].Endpoint)
		if !ok {
			return &chat.Error{
				Type: chat.ErrBudget, Fault: chat.FaultLocal,
				Message: "a spending cap is set and the price of " + r.call.Model + " at " + r.plan.Candidates[i].Endpoint.Tag + " is unknown",
			}
		}
		most = usd.Max(most, a)
	}
	hold, err := budget.Reserve(r.eng.money, caps, most, most)
	r.hold = hold
	return err
}

func (r *callRun) spendingCaps() []budget.Cap {
	var caps []budget.Cap
	add := func(scope string, limit usd.Price) {
		if a, ok := limit.Amount(); ok {
			caps = append(caps, budget.Cap{Scope: scope, Limit: a})
		}
	}
	add(budget.Run(r.run.ID), r.call.Cap)
	if !r.demo() {
		add(budget.Day(r.began), r.eng.opt.DayCap)
		add(budget.Month(r.began), r.eng.opt.MonthCap)
	}
	return caps
}

// drive tries candidates until one answers, nothing is left, or the context ends.
func (r *callRun) drive(ctx context.Context) (CallResult, error) {
	q := newQueue(r.plan.Candidates)
	for {
		cand, wait, ok := q.next(r.laneRun)
		if !ok {
			return CallResult{}, r.failed(r.exhausted(), nil)
		}
		if wait > 0 {
			r.tell(cand, r.tries+1, chat.AttemptWaiting, &chat.Error{RetryAfter: wait})
			if err := sleep(ctx, wait); err != nil {
				return CallResult{}, r.failed(err, nil)
			}
		}
		r.tries++
		r.tell(cand, r.tries, chat.AttemptStarted, nil)
		t := r.try(ctx, cand, q.more())
		if t.err == nil {
			return r.done(t), nil
		}
		if ctx.Err() != nil || isLocal(t.err) {
			return CallResult{}, r.failed(t.err, t)
		}
		var ce *chat.Error
		if errors.As(t.err, &ce) {
			r.err = ce
			r.tell(cand, r.tries, chat.AttemptFailed, ce)
		}
		q.failed(cand, t.err)
	}
}

func (r *callRun) tell(c *route.Candidate, n int, what chat.Outcome, err *chat.Error) {
	if r.call.Tell == nil {
		return
	}
	a := chat.Attempt{N: n, Provider: c.Endpoint.Provider, Endpoint: c.Endpoint.Tag, Model: c.Model.ID, Outcome: what}
	if err != nil {
		a.Status, a.ErrorType, a.Message, a.RetryAfterMs = err.Status, err.Type, err.Message, err.RetryAfter.Milliseconds()
	}
	r.call.Tell(a)
}

// quota is what one request to an endpoint is subject to.
func quota(p *provider.Provider, ep *catalog.Endpoint) limit.Ask {
	if ep.Free() && p.Free != (provider.Quota{}) {
		return limit.Ask{Key: p.Name + ":free", PerMinute: p.Free.PerMinute, PerDay: p.Free.PerDay, Parallel: p.Parallel}
	}
	return limit.Ask{Key: p.Name, PerMinute: p.RPM, Parallel: p.Parallel}
}

// done closes the books of an answered call.
func (r *callRun) done(t *callTry) CallResult {
	res := CallResult{
		Model: t.cand.Model.ID, Provider: t.prov.Name, Endpoint: t.cand.Endpoint.Tag, ID: t.receipt.ID,
		Cost: r.cost(t), Tries: r.tries, Duration: time.Since(r.began), Demo: t.prov.Demo,
	}
	if t.receipt.Usage != nil {
		res.Usage = *t.receipt.Usage
	}
	if r.call.Asks {
		res.Cost = chat.Cost{Source: chat.CostCatalog}
		return res
	}
	r.eng.opt.Health.Success(healthKey(t.cand), t.first, t.took, 0)
	r.settle(res.Cost)
	r.enter(t, res.Usage, res.Cost, "")
	return res
}

// cost is what the upstream reported, else its tokens at known prices, else the price
// that was known beforehand.
func (r *callRun) cost(t *callTry) chat.Cost {
	if t.receipt.Cost != nil {
		return *t.receipt.Cost
	}
	if u := t.receipt.Usage; u != nil {
		if a, ok := Price(*u, t.cand.Endpoint.Prices.For(u.PromptTokens, time.Now())); ok {
			return chat.Cost{USD: a, Source: chat.CostCatalog}
		}
	}
	if a, ok := r.call.Price(t.cand.Endpoint); ok {
		return chat.Cost{USD: a, Source: chat.CostCatalog}
	}
	return chat.Cost{Source: chat.CostUnknown}
}

// failed closes the books of a call without an answer. t is the try under way when it
// ended, nil when there was none.
func (r *callRun) failed(err error, t *callTry) error {
	ce := classify(err)
	var cost chat.Cost
	if t != nil && t.accepted && !r.call.Asks {
		// It was at work when we left, and will hardly do that for nothing.
		if cost = r.cost(t); cost.Source == chat.CostCatalog {
			cost.Source = chat.CostEstimate
		}
	}
	r.settle(cost)
	r.enter(t, chat.Usage{}, cost, ce.Type)
	return &CallError{Reason: ce, Remedy: r.remedy(ce), Tries: r.tries}
}

// enter writes the ledger's line.
func (r *callRun) enter(t *callTry, usage chat.Usage, cost chat.Cost, failure chat.ErrorType) {
	if r.eng.opt.Record == nil || r.call.Asks {
		return
	}
	rec := Record{
		At: r.began, RunID: r.run.ID, Lane: r.lane.Spec, Model: r.call.Model, Usage: usage, Cost: cost,
		Duration: time.Since(r.began), Tries: r.tries, Failure: failure,
	}
	if t != nil {
		rec.Provider, rec.Endpoint, rec.Demo, rec.Model = t.prov.Name, t.cand.Endpoint.Tag, t.prov.Demo, t.cand.Model.ID
		rec.TTFT, rec.Policy = t.first, t.cand.Endpoint.Policy
		if rec.Policy == "" {
			rec.Policy = t.prov.Policy
		}
	}
	r.eng.opt.Record(rec)
}

// verdict reports a failed try to the endpoint's health.
func (r *callRun) verdict(t *callTry) {
	key := healthKey(t.cand)
	if ce := (*chat.Error)(nil); errors.As(t.err, &ce) && ce.Type != chat.ErrCancelled && !r.call.Asks {
		r.eng.opt.Health.Failure(key, ce)
		return
	}
	r.eng.opt.Health.Neutral(key)
}
