package health

import (
	"time"

	"assay/engine/route"
)

// breaker is closed until failuresToOpen failures in a row open it. When its wait is
// over it is half-open: one probe may pass; success closes it, failure opens it for
// twice as long, and a probe that ends without a verdict is given back.
type breaker struct {
	failures int
	wait     time.Duration // of the current opening
	until    time.Time     // open until then; zero when closed
	probing  bool
	opens    int
}

func (b *breaker) state(now time.Time) route.Breaker {
	switch {
	case b.until.IsZero():
		return route.Closed
	case now.Before(b.until) || b.probing:
		return route.Open
	}
	return route.HalfOpen
}

// begin claims the probe of a half-open breaker. Attempts at an open one pass: the
// planner puts them last, so nothing else was left to try.
func (b *breaker) begin(now time.Time) bool {
	if b.until.IsZero() || now.Before(b.until) {
		return true
	}
	if b.probing {
		return false
	}
	b.probing = true
	return true
}

// spoke closes the breaker on probation: one failure opens it for twice as long.
func (b *breaker) spoke() {
	if !b.until.IsZero() {
		b.until, b.probing, b.failures = time.Time{}, false, failuresToOpen-1
	}
}

func (b *breaker) success() { *b = breaker{opens: b.opens} }

func (b *breaker) release() { b.probing = false }

func (b *breaker) failure(now time.Time) {
	b.failures++
	b.probing = false
	if b.failures < failuresToOpen {
		return
	}
	if !b.until.IsZero() && now.Before(b.until) {
		return // tried as a last resort while open: not a probe, so no longer wait
	}
	b.opens++
	b.wait = min(max(2*b.wait, firstOpen), longestOpen)
	b.until = now.Add(b.wait)
}
