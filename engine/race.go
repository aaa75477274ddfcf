package engine

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"assay/engine/chat"
	"assay/engine/route"
)

// race is one or two attempts of which the first to speak wins.
type race struct {
	l       *laneRun
	winner  atomic.Pointer[attempt]
	won     chan *attempt
	ends    chan *attemptEnd
	running []*attempt
}

var errLost = errors.New("lost to another endpoint")

// race runs one attempt, and with hedging a second one beside it when the first is
// later than it should be. It returns the attempt that answered, or the last failure;
// what became of the other one has been told and billed by then.
func (l *laneRun) race(ctx context.Context, cand *route.Candidate, q *queue) *attemptEnd {
	r := &race{l: l, won: make(chan *attempt, 1), ends: make(chan *attemptEnd, 2)}
	r.start(ctx, cand, q.more())
	hedge := l.hedgeTimer(cand)
	defer hedge.Stop()
	for {
		select {
		case end := <-r.ends:
			r.left(end)
			if len(r.running) == 0 || end.attempt == r.winner.Load() {
				r.stopOthers(end.attempt)
				r.drain(ctx)
				return end
			}
			l.abandon(ctx, end)
			if !end.lost {
				l.note(end)
				q.failed(end.cand, end.err)
			}
		case w := <-r.won:
			r.stopOthers(w)
		case <-hedge.C:
			if l.tries < l.most && ctx.Err() == nil {
				if second := q.takeFresh(); second != nil {
					r.start(ctx, second, q.more())
				}
			}
		}
	}
}

// start begins an attempt. others says that another endpoint could be tried instead
// of waiting for this one's quota.
func (r *race) start(ctx context.Context, cand *route.Candidate, others bool) {
	l := r.l
	l.tries++
	a := &attempt{
		race: r, cand: cand, prov: l.eng.Providers().Lookup(cand.Endpoint.Provider), n: l.tries, start: time.Now(),
		budget: l.allowance(),
	}
	a.end = &attemptEnd{attempt: a}
	ctx, a.cancel = context.WithCancelCause(ctx)
	r.running = append(r.running, a)
	l.run.last(l.lane.Spec.Lane, &chat.Attempt{
		N: a.n, Provider: cand.Endpoint.Provider, Endpoint: cand.Endpoint.Tag, Model: cand.Model.ID,
		Outcome: chat.AttemptStarted, Restart: l.restart,
	})
	l.restart = false
	go func() {
		defer a.cancel(nil)
		a.end.err = a.run(ctx, others)
		a.end.duration = time.Since(a.start)
		if a.end.err != nil && a.end.lost {
			a.end.err = &chat.Error{Type: chat.ErrCancelled, Fault: chat.FaultLocal, Message: "another endpoint answered first"}
		}
		r.ends <- a.end
	}()
}

// claim makes an attempt the one that answers, if none is yet.
func (r *race) claim(a *attempt) bool {
	return r.winner.CompareAndSwap(nil, a) || r.winner.Load() == a
}

func (r *race) stopOthers(winner *attempt) {
	for _, a := range r.running {
		if a != winner {
			a.cancel(errLost)
		}
	}
}

func (r *race) left(end *attemptEnd) {
	r.running = slices.DeleteFunc(r.running, func(a *attempt) bool { return a == end.attempt })
}

// drain waits for attempts that were told to stop.
func (r *race) drain(ctx context.Context) {
	for len(r.running) > 0 {
		end := <-r.ends
		r.left(end)
		r.l.abandon(ctx, end)
	}
}

// hedgeTimer fires when the first token of cand is later than its own p95; without
// enough history, or without hedging, it never fires.
func (l *laneRun) hedgeTimer(cand *route.Candidate) *time.Timer {
	t := time.NewTimer(time.Hour)
	t.Stop()
	if !l.lane.Prefs.Hedge {
		return t
	}
	if p95 := l.eng.opt.Health.TTFTp95(healthKey(cand)); p95 > 0 {
		t.Reset(p95)
	}
	return t
}

// abandon books an attempt that is not the lane's answer: what it cost is told with
// it and added to the lane's bill.
func (l *laneRun) abandon(ctx context.Context, end *attemptEnd) {
	var cost *chat.Cost
	if end.billable() {
		_, bill := l.eng.bill(l, end, time.Now())
		l.answer.Abandoned = l.answer.Abandoned.Add(bill)
		cost = &bill
	}
	l.tell(ctx, end, cost)
}

// tell reports an attempt that failed: its event and its health. cost is nil where
// the lane's own end carries it.
func (l *laneRun) tell(ctx context.Context, end *attemptEnd, cost *chat.Cost) {
	ev := &chat.Attempt{
		N: end.n, Provider: end.cand.Endpoint.Provider, Endpoint: end.cand.Endpoint.Tag, Model: end.cand.Model.ID,
		Outcome: chat.AttemptFailed, Cost: cost,
	}
	ce := classify(end.err)
	if end.lost || ctx.Err() != nil || ce.Type == chat.ErrCancelled {
		ev.Outcome = chat.AttemptAbandoned
	} else {
		ev.Status, ev.ErrorType, ev.Message = ce.Status, ce.Type, ce.Message
		ev.RetryAfterMs = ce.RetryAfter.Milliseconds()
	}
	switch h := l.eng.opt.Health; {
	case !end.begun: // nobody was to be asked, so there is nothing to tell or give back
	case ev.Outcome == chat.AttemptFailed && end.sent:
		h.Failure(healthKey(end.cand), ce)
	default:
		h.Neutral(healthKey(end.cand))
	}
	l.run.last(l.lane.Spec.Lane, ev)
}
