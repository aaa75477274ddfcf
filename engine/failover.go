package engine

import (
	"errors"
	mathrand "math/rand/v2"
	"slices"
	"time"

	"assay/engine/chat"
	"assay/engine/route"
)

// Back-off of a second round, full jitter, and the longest wait an upstream's own
// hint may cause within a request.
const (
	firstBackoff   = 500 * time.Millisecond
	longestBackoff = 8 * time.Second
	longestHint    = 30 * time.Second
)

// queue is what of a plan is still worth trying. Each endpoint gets one try; when
// all have had theirs, those with a passing fault get a second one after a pause.
type queue struct {
	fresh []*route.Candidate
	again []retry
	dead  map[int]bool // targets that refuse the request itself
	tried map[string]int
	last  string // tag of the newest try
}

type retry struct {
	cand  *route.Candidate
	ready time.Time
}

func newQueue(cands []route.Candidate) *queue {
	q := &queue{dead: map[int]bool{}, tried: map[string]int{}}
	for i := range cands {
		q.fresh = append(q.fresh, &cands[i])
	}
	return q
}

// next is the endpoint to try now and how long to wait before. ok is false when the
// tries are used up or nobody is left.
func (q *queue) next(l *laneRun) (c *route.Candidate, wait time.Duration, ok bool) {
	if l.tries >= l.most {
		return nil, 0, false
	}
	if c := q.takeFresh(); c != nil {
		return c, 0, true
	}
	r, ok := q.takeAgain()
	if !ok {
		return nil, 0, false
	}
	return r.cand, max(time.Until(r.ready), 0), true
}

// takeFresh removes the first endpoint not tried yet, nil when there is none.
func (q *queue) takeFresh() *route.Candidate {
	for len(q.fresh) > 0 {
		c := q.fresh[0]
		q.fresh = q.fresh[1:]
		if !q.dead[c.Target] {
			q.tried[c.Endpoint.Tag]++
			q.last = c.Endpoint.Tag
			return c
		}
	}
	return nil
}

// takeAgain removes the endpoint that is ready soonest, another one than the last if
// it can.
func (q *queue) takeAgain() (retry, bool) {
	q.again = slices.DeleteFunc(q.again, func(r retry) bool { return q.dead[r.cand.Target] })
	slices.SortStableFunc(q.again, func(a, b retry) int {
		if same := b2i(a.cand.Endpoint.Tag == q.last) - b2i(b.cand.Endpoint.Tag == q.last); same != 0 {
			return same
		}
		return a.ready.Compare(b.ready)
	})
	if len(q.again) == 0 {
		return retry{}, false
	}
	r := q.again[0]
	q.again = q.again[1:]
	q.tried[r.cand.Endpoint.Tag]++
	q.last = r.cand.Endpoint.Tag
	return r, true
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// failed decides what a failure means for the endpoint and its model.
func (q *queue) failed(c *route.Candidate, err error) {
	var ce *chat.Error
	if !errors.As(err, &ce) {
		return
	}
	if ce.Fault == chat.FaultCaller {
		q.dead[c.Target] = true // no endpoint of this model takes the request; a fallback model may
		return
	}
	n := q.tried[c.Endpoint.Tag]
	if n >= 2 || !passing(ce) || ce.RetryAfter > longestHint {
		return
	}
	wait := ce.RetryAfter
	if wait <= 0 {
		wait = jitter(n)
	}
	q.again = append(q.again, retry{c, time.Now().Add(wait)})
}

// passing reports a fault that may be over in a moment.
func passing(e *chat.Error) bool {
	switch e.Type {
	case chat.ErrRateLimit, chat.ErrOverloaded, chat.ErrUnavailable, chat.ErrServer, chat.ErrTimeout:
		return e.Fault != chat.FaultKey
	}
	return false
}

func jitter(n int) time.Duration {
	most := min(firstBackoff<<max(n-1, 0), longestBackoff)
	return time.Duration(mathrand.Int64N(int64(most))) + time.Millisecond
}

// more reports whether an endpoint is left that has not been tried.
func (q *queue) more() bool {
	return slices.ContainsFunc(q.fresh, func(c *route.Candidate) bool { return !q.dead[c.Target] })
}
