package health

import (
	"math"
	"slices"
	"time"

	"assay/engine/route"
)

// buckets × step is the longest window a window can sum.
const buckets = 32

// window counts successes and failures in a ring of time buckets.
type window struct {
	step   time.Duration
	ok     [buckets]uint16
	bad    [buckets]uint16
	newest int64 // number of the newest bucket
}

func (w *window) advance(now time.Time) {
	b := now.UnixNano() / int64(w.step)
	if b-w.newest >= buckets {
		w.ok, w.bad = [buckets]uint16{}, [buckets]uint16{}
		w.newest = b
		return
	}
	for w.newest < b {
		w.newest++
		w.ok[w.newest%buckets], w.bad[w.newest%buckets] = 0, 0
	}
}

func (w *window) add(now time.Time, ok bool) {
	w.advance(now)
	c := &w.bad[w.newest%buckets]
	if ok {
		c = &w.ok[w.newest%buckets]
	}
	if *c < math.MaxUint16 {
		*c++
	}
}

func (w *window) sum(now time.Time, span time.Duration) (ok, bad int) {
	w.advance(now)
	n := min(int64(span/w.step), buckets)
	for i := range n {
		b := w.newest - i
		if b < 0 {
			break
		}
		ok += int(w.ok[b%buckets])
		bad += int(w.bad[b%buckets])
	}
	return ok, bad
}

// ring keeps the newest measurements.
type ring struct {
	v [samples]float32
	n int // measurements ever
}

func (r *ring) add(v float32) {
	r.v[r.n%samples] = v
	r.n++
}

// percentiles of the measurements. With descending set, pN is the value that N % of
// the measurements reach or exceed, as throughput is quoted; otherwise the value
// that N % stay under.
func (r *ring) percentiles(descending bool) route.Percentiles {
	n := min(r.n, samples)
	if n == 0 {
		return route.Percentiles{}
	}
	s := slices.Clone(r.v[:n])
	slices.Sort(s)
	if descending {
		slices.Reverse(s)
	}
	at := func(p float64) float64 { return float64(s[max(int(math.Ceil(p*float64(n)))-1, 0)]) }
	return route.Percentiles{P50: at(.50), P75: at(.75), P90: at(.90), P99: at(.99)}
}

// quantile is the value a share of the measurements stay under, 0 without any.
func (r *ring) quantile(share float64) float64 {
	n := min(r.n, samples)
	if n == 0 {
		return 0
	}
	s := slices.Clone(r.v[:n])
	slices.Sort(s)
	return float64(s[max(int(math.Ceil(share*float64(n)))-1, 0)])
}
