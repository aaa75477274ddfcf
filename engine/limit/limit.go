// Package limit schedules requests within quotas instead of running into them:
// requests a minute and a day, and parallel requests, per provider. Waiting is first
// come, first served, and ends at once when the caller goes away.
package limit

import (
	"context"
	"sync"
	"time"

	"assay/engine/chat"
)

// Counter counts requests in fixed windows, shared between processes when it is kept
// in a store. Every method is atomic.
type Counter interface {
	// Take counts one request in the window of that key that starts at start, unless
	// it already holds limit of them; it returns how many the window holds now.
	Take(key string, start time.Time, length time.Duration, limit int) (ok bool, used int, err error)
	// Used returns how many requests the window holds.
	Used(key string, start time.Time, length time.Duration) (int, error)
}

// Ask is what one request is subject to. Zero limits do not limit.
type Ask struct {
	Key       string // what shares the limits, for instance a provider, or a provider's free endpoints
	PerMinute int
	PerDay    int // UTC days
	Parallel  int
}

// Scheduler hands out turns.
type Scheduler struct {
	counter Counter
	mu      sync.Mutex
	queues  map[string]*queue
}

// queue is the line before one key: turn serialises the wait for a window, so that
// whoever came first gets the next place.
type queue struct {
	turn  chan struct{}
	slots chan struct{}
}

// New makes a scheduler. counter may be nil: counts are then of this process alone.
func New(counter Counter) *Scheduler {
	if counter == nil {
		counter = NewMemory()
	}
	return &Scheduler{counter: counter, queues: map[string]*queue{}}
}

// Take waits for a turn. waiting, if not nil, is called before each wait with its
// expected length (0 when it depends on others). A wait longer than patience is not
// begun: the error is then a *chat.Error of type rate_limit_exceeded with RetryAfter.
// release must be called when the request has ended.
func (s *Scheduler) Take(ctx context.Context, a Ask, patience time.Duration, waiting func(time.Duration)) (release func(), err error) {
	if a.PerMinute <= 0 && a.PerDay <= 0 && a.Parallel <= 0 {
		return func() {}, nil
	}
	q := s.queue(a)
	release, err = q.enter(ctx, waiting)
	if err != nil {
		return nil, err
	}
	if err := q.window(ctx, s.counter, a, patience, waiting); err != nil {
		release()
		return nil, err
	}
	return release, nil
}

func (s *Scheduler) queue(a Ask) *queue {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queues[a.Key]
	if q == nil {
		q = &queue{turn: make(chan struct{}, 1)}
		if a.Parallel > 0 {
			q.slots = make(chan struct{}, a.Parallel)
		}
		s.queues[a.Key] = q
	}
	return q
}

// enter waits for one of the parallel slots.
func (q *queue) enter(ctx context.Context, waiting func(time.Duration)) (func(), error) {
	if q.slots == nil {
		return func() {}, nil
	}
	select {
	case q.slots <- struct{}{}:
	default:
		if waiting != nil {
			waiting(0)
		}
		select {
		case q.slots <- struct{}{}:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	return sync.OnceFunc(func() { <-q.slots }), nil
}

// window waits until the minute and the day have a place.
func (q *queue) window(ctx context.Context, c Counter, a Ask, patience time.Duration, waiting func(time.Duration)) error {
	if a.PerMinute <= 0 && a.PerDay <= 0 {
		return nil
	}
	select {
	case q.turn <- struct{}{}:
	default:
		if waiting != nil {
			waiting(0)
		}
		select {
		case q.turn <- struct{}{}:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	defer func() { <-q.turn }()
	for {
		wait, err := take(c, a, time.Now().UTC())
		if err != nil || wait == 0 {
			return err
		}
		if wait > patience {
			return &chat.Error{
				Type: chat.ErrRateLimit, Fault: chat.FaultLocal, Retryable: true, RetryAfter: wait,
				Message: "the quota of " + a.Key + " is used up",
			}
		}
		if waiting != nil {
			waiting(wait)
		}
		t := time.NewTimer(wait)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return context.Cause(ctx)
		}
	}
}

// take counts the request in both windows, or returns how long until the full one
// starts anew. The day is looked at first: a used-up day makes minutes meaningless.
func take(c Counter, a Ask, now time.Time) (time.Duration, error) {
	day := now.Truncate(24 * time.Hour)
	if a.PerDay > 0 {
		used, err := c.Used(a.Key, day, 24*time.Hour)
		if err != nil {
			return 0, err
		}
		if used >= a.PerDay {
			return day.Add(24 * time.Hour).Sub(now), nil
		}
	}
	minute := now.Truncate(time.Minute)
	if a.PerMinute > 0 {
		ok, _, err := c.Take(a.Key, minute, time.Minute, a.PerMinute)
		if err != nil {
			return 0, err
		}
		if !ok {
			return minute.Add(time.Minute).Sub(now), nil
		}
	}
	if a.PerDay > 0 {
		ok, _, err := c.Take(a.Key, day, 24*time.Hour, a.PerDay)
		if err != nil {
			return 0, err
		}
		if !ok {
			return day.Add(24 * time.Hour).Sub(now), nil
		}
	}
	return 0, nil
}

// Usage is what is left of a quota.
type Usage struct {
	MinuteUsed, DayUsed       int
	MinuteResets, DayResetsIn time.Duration
}

// Used tells how much of a key's quota this minute and today have seen.
func (s *Scheduler) Used(key string) (Usage, error) {
	now := time.Now().UTC()
	minute, day := now.Truncate(time.Minute), now.Truncate(24*time.Hour)
	m, err := s.counter.Used(key, minute, time.Minute)
	if err != nil {
		return Usage{}, err
	}
	d, err := s.counter.Used(key, day, 24*time.Hour)
	return Usage{m, d, minute.Add(time.Minute).Sub(now), day.Add(24 * time.Hour).Sub(now)}, err
}

// Memory is a Counter of this process alone. It forgets windows that are over.
type Memory struct {
	mu    sync.Mutex
	count map[windowKey]int
}

type windowKey struct {
	key    string
	start  int64
	length time.Duration
}

// NewMemory makes an empty counter.
func NewMemory() *Memory { return &Memory{count: map[windowKey]int{}} }

// Take implements Counter.
func (m *Memory) Take(key string, start time.Time, length time.Duration, limit int) (bool, int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := windowKey{key, start.Unix(), length}
	if m.count[k] >= limit {
		return false, m.count[k], nil
	}
	m.count[k]++
	if m.count[k] == 1 {
		for old := range m.count {
			if old.key == key && old.length == length && old.start < k.start {
				delete(m.count, old)
			}
		}
	}
	return true, m.count[k], nil
}

// Used implements Counter.
func (m *Memory) Used(key string, start time.Time, length time.Duration) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.count[windowKey{key, start.Unix(), length}], nil
}
