// Package health remembers how endpoints have behaved: uptime over five minutes, half
// an hour and a day, time to first token and throughput percentiles, and a circuit
// breaker each. A [Registry] takes constant memory per endpoint, a fraction of a
// microsecond per report, and is safe for concurrent use.
//
// Uptime follows OpenRouter's accounting: 401, 402, 404, 5xx, broken and cut answers
// count against an endpoint; a caller's mistakes (400, 413, 422, content policy) and
// rate limits (429) and 403 do not count at all.
package health

import (
	"slices"
	"sync"
	"time"

	"assay/engine/chat"
	"assay/engine/route"
)

// Windows of uptime.
const (
	Short  = 5 * time.Minute
	Medium = 30 * time.Minute
	Long   = 24 * time.Hour
)

// Breaker settings. Two failures in a row open it, so that one bad answer changes
// nothing and a dead endpoint costs two tries; each failed probe doubles the wait.
const (
	failuresToOpen = 2
	firstOpen      = 15 * time.Second
	longestOpen    = 2 * time.Minute
	// defaultCooling is how long an endpoint rests after a 429 without a hint.
	defaultCooling = 5 * time.Second
	longestCooling = 10 * time.Minute
)

// samples is how many of the newest measurements percentiles are taken from.
const samples = 64

// MaxEndpoints bounds a registry; the least recently used endpoint makes room.
const MaxEndpoints = 4096

// Registry is the health of all endpoints, by model id and endpoint tag.
type Registry struct {
	mu  sync.Mutex
	now func() time.Time
	all map[Key]*endpoint
}

// Key names an endpoint.
type Key struct{ Model, Tag string }

// New makes an empty registry. now is the clock, nil for the real one.
func New(now func() time.Time) *Registry {
	if now == nil {
		now = time.Now
	}
	return &Registry{now: now, all: make(map[Key]*endpoint)}
}

type endpoint struct {
	short, medium, long window
	ttft, speed         ring
	breaker             breaker
	coolUntil           time.Time
	used                time.Time
	last                *chat.Error
	lastAt              time.Time
	snapshot            route.Health // percentiles cached until the next measurement
	fresh               bool
}

func (r *Registry) at(k Key) *endpoint {
	e := r.all[k]
	if e != nil {
		return e
	}
	if len(r.all) >= MaxEndpoints {
		r.evict()
	}
	e = &endpoint{
		short:  window{step: 10 * time.Second},
		medium: window{step: time.Minute},
		long:   window{step: 48 * time.Minute},
	}
	r.all[k] = e
	return e
}

func (r *Registry) evict() {
	var oldest Key
	var at time.Time
	for k, e := range r.all {
		if at.IsZero() || e.used.Before(at) {
			oldest, at = k, e.used
		}
	}
	delete(r.all, oldest)
}

// Success reports a finished answer: time to first content, and completion tokens
// over the whole duration; zero figures are not known and not counted.
func (r *Registry) Success(k Key, ttft, duration time.Duration, tokens int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	e := r.at(k)
	e.recovered()
	e.count(now, true)
	e.breaker.success()
	e.coolUntil = time.Time{}
	if ttft > 0 {
		e.ttft.add(float32(ttft.Seconds()))
	}
	if tokens > 0 && duration > 0 {
		e.speed.add(float32(float64(tokens) / duration.Seconds()))
	}
	e.fresh = false
}

// Spoke reports that an answer has begun: an open breaker closes, so that others need
// not wait for a long answer's end, but the next failure opens it again.
func (r *Registry) Spoke(k Key) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.at(k)
	e.recovered()
	e.breaker.spoke()
}

// recovered forgets the short window when a probe finds the endpoint well: the outage
// is over and must not hold it back further. The longer windows keep the record of it.
func (e *endpoint) recovered() {
	if !e.breaker.until.IsZero() {
		e.short = window{step: e.short.step}
	}
}

// Failure reports a failed attempt, as far as it is the endpoint's fault.
func (r *Registry) Failure(k Key, err *chat.Error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	e := r.at(k)
	e.used = now
	e.last, e.lastAt = err, now
	switch Verdict(err) {
	case Against:
		e.count(now, false)
		e.breaker.failure(now)
	case RateLimited:
		wait := err.RetryAfter
		if wait <= 0 {
			wait = defaultCooling
		}
		e.coolUntil = now.Add(min(wait, longestCooling))
		e.breaker.release()
	default:
		e.breaker.release()
	}
}

// Neutral reports an attempt that ended without a verdict: cancelled, or lost to a
// hedge. A probe it was is given back.
func (r *Registry) Neutral(k Key) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at(k).breaker.release()
}

// Begin reports that an attempt starts. It returns false where a half-open breaker's
// one probe is already under way: the caller then tries another endpoint first.
func (r *Registry) Begin(k Key) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.at(k).breaker.begin(r.now())
}

// Health is the planning view of an endpoint.
func (r *Registry) Health(k Key) route.Health {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.all[k]
	if e == nil {
		return route.Health{}
	}
	now := r.now()
	if !e.fresh {
		e.snapshot.TTFT = e.ttft.percentiles(false)
		e.snapshot.Throughput = e.speed.percentiles(true)
		e.fresh = true
	}
	h := e.snapshot
	h.Breaker = e.breaker.state(now)
	h.Cooling = now.Before(e.coolUntil)
	ok, bad := e.short.sum(now, Short)
	h.Requests = ok + bad
	if h.Requests > 0 {
		h.Uptime = float64(ok) / float64(h.Requests)
	}
	return h
}

// TTFTp95 is the time to first token that 95 % of this endpoint's answers stay under,
// 0 while it has answered too seldom to tell.
func (r *Registry) TTFTp95(k Key) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.all[k]
	if e == nil || e.ttft.n < minSamples {
		return 0
	}
	return time.Duration(e.ttft.quantile(.95) * float64(time.Second))
}

// minSamples is how many measurements make a p95 worth acting on.
const minSamples = 10

// Report is everything known of an endpoint, for a screen.
type Report struct {
	Key        Key
	Short      Uptime
	Medium     Uptime
	Long       Uptime
	TTFT       route.Percentiles // seconds
	Throughput route.Percentiles // tokens per second
	Breaker    route.Breaker
	Opens      int // times the breaker has opened
	CoolFor    time.Duration
	LastError  *chat.Error
	LastAt     time.Time
}

// Uptime counts answers in a window.
type Uptime struct{ OK, Failed int }

// Share is OK ÷ all, -1 without any.
func (u Uptime) Share() float64 {
	if u.OK+u.Failed == 0 {
		return -1
	}
	return float64(u.OK) / float64(u.OK+u.Failed)
}

// Reports lists every endpoint known, by model and tag.
func (r *Registry) Reports() []Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	out := make([]Report, 0, len(r.all))
	for k, e := range r.all {
		out = append(out, e.report(k, now))
	}
	slices.SortFunc(out, func(a, b Report) int {
		if c := compare(a.Key.Model, b.Key.Model); c != 0 {
			return c
		}
		return compare(a.Key.Tag, b.Key.Tag)
	})
	return out
}

// Report is everything known of one endpoint; ok is false when it was never asked.
func (r *Registry) Report(k Key) (rep Report, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.all[k]
	if e == nil {
		return Report{}, false
	}
	return e.report(k, r.now()), true
}

func (e *endpoint) report(k Key, now time.Time) Report {
	rep := Report{
		Key: k, TTFT: e.ttft.percentiles(false), Throughput: e.speed.percentiles(true),
		Breaker: e.breaker.state(now), Opens: e.breaker.opens, LastError: e.last, LastAt: e.lastAt,
	}
	rep.Short.OK, rep.Short.Failed = e.short.sum(now, Short)
	rep.Medium.OK, rep.Medium.Failed = e.medium.sum(now, Medium)
	rep.Long.OK, rep.Long.Failed = e.long.sum(now, Long)
	if now.Before(e.coolUntil) {
		rep.CoolFor = e.coolUntil.Sub(now)
	}
	return rep
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (e *endpoint) count(now time.Time, ok bool) {
	e.used = now
	e.short.add(now, ok)
	e.medium.add(now, ok)
	e.long.add(now, ok)
}

// Class is what a failure says about an endpoint.
type Class uint8

// The classes.
const (
	NotCounted  Class = iota // the caller's or our own doing
	RateLimited              // busy, not broken
	Against
)

// Verdict classifies a failure for uptime and breaker.
func Verdict(err *chat.Error) Class {
	switch err.Type {
	case chat.ErrRateLimit:
		return RateLimited
	case chat.ErrCancelled, chat.ErrBudget, chat.ErrNoEndpoints, chat.ErrInternal, chat.ErrPermission:
		return NotCounted
	}
	if err.Code == chat.CodeNetwork {
		return NotCounted
	}
	switch err.Fault {
	case chat.FaultUpstream, chat.FaultKey:
		return Against
	}
	return NotCounted
}
