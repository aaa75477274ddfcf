package route

import (
	"math"
	"math/rand/v2"
	"slices"
)

// reason is why a candidate stands where it stands; explain.go words it.
type reason uint8

const (
	reasonDrawn reason = iota
	reasonOrder
	reasonSticky
	reasonPrice
	reasonLatency
	reasonThroughput
	reasonUptime
	reasonUnpriced
	reasonSlow
	reasonShaky
	reasonDown
	reasonPin
)

// Uptime bounds below which an endpoint is only tried late or last, and the number
// of requests that make an uptime count. Source: OpenRouter, for providers §10–12,
// with a sample size that fits one person.
const (
	normalUptime   = 0.95
	degradedUptime = 0.80
	enoughRequests = 5
)

// minWeightPrice stands for "free" in a draw weighted by 1/price².
const minWeightPrice = 1e-12

func (c *Candidate) classify(in *Input, h *Health) {
	tag := c.Endpoint.Tag
	c.Probe = h.Breaker == HalfOpen
	switch {
	case in.Pin != "":
		c.class, c.reason = classOrdered, reasonPin
	case names(in.Prefs.Order, tag) && h.Breaker != Open && !h.Cooling:
		c.class, c.reason = classOrdered, reasonOrder
		c.key = float64(rankOf(in.Prefs.Order, tag))
		return
	case h.Breaker == Open || h.Cooling || doubtful(h, degradedUptime):
		c.class, c.reason = classDown, reasonDown
	case doubtful(h, normalUptime):
		c.class, c.reason = classShaky, reasonShaky
	case missesThreshold(in, h):
		c.class, c.reason = classSlow, reasonSlow
	case in.Sticky != "" && tag == in.Sticky:
		c.class, c.reason = classSticky, reasonSticky
	case math.IsNaN(c.Price):
		c.class, c.reason = classUnpriced, reasonUnpriced
	default:
		c.class = classStable
	}
	c.score(in, h)
}

// doubtful reports an uptime below the bound. A single failure is no ground for doubt
// however few the requests were. A half-open breaker overrules it: what has been left
// alone long enough must be asked again to be found well.
func doubtful(h *Health, bound float64) bool {
	return h.Breaker != HalfOpen && h.Requests >= enoughRequests && h.Uptime < bound && float64(h.Requests)*(1-h.Uptime) > 1.5
}

// score sets the sort key within the class: smaller goes first.
func (c *Candidate) score(in *Input, h *Health) {
	why := reasonDrawn
	switch sortOf(in, c.Target) {
	case SortPrice:
		c.key, why = c.Price, reasonPrice
	case SortLatency:
		c.key, why = unknownLast(h.TTFT.P50), reasonLatency
	case SortThroughput:
		c.key, why = -h.Throughput.P50, reasonThroughput
		if h.Throughput.P50 == 0 {
			c.key = math.Inf(1)
		}
	case SortUptime:
		c.key, why = uptimeKey(h), reasonUptime
	case SortExacto:
		// Throughput breaks ties of uptime: it is far below the uptime's resolution.
		c.key, why = uptimeKey(h)-h.Throughput.P50*1e-9, reasonUptime
	default:
		c.key = draw(in, c)
	}
	if math.IsNaN(c.key) {
		c.key = math.Inf(1)
	}
	if c.class == classStable || c.class == classUnpriced && why != reasonDrawn {
		c.class, c.reason = classStable, why
	}
}

func uptimeKey(h *Health) float64 {
	if h.Requests == 0 {
		return math.Inf(1)
	}
	return -h.Uptime
}

func unknownLast(v float64) float64 {
	if v == 0 {
		return math.Inf(1)
	}
	return v
}

// draw gives each candidate an exponential waiting time of rate 1/price²: the one
// that is first is a draw weighted by that rate, the second a draw among the rest,
// and so on. Every endpoint has its own random number, so adding one does not
// reshuffle the others.
func draw(in *Input, c *Candidate) float64 {
	p := c.Price
	if math.IsNaN(p) {
		p = 1
	}
	p = max(p, minWeightPrice)
	in.luck.state = uint64(in.Seed) ^ hash(c.Endpoint.Tag)
	return in.luck.ExpFloat64() * p * p
}

// luck is a random number generator that can be set to where an endpoint's numbers
// begin.
type luck struct {
	*rand.Rand
	state uint64
}

func newLuck() *luck {
	l := &luck{}
	l.Rand = rand.New(l)
	return l
}

// Uint64 is the next number of splitmix64.
func (l *luck) Uint64() uint64 {
	l.state += 0x9e3779b97f4a7c15
	return mix(l.state)
}

func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// mix is the finaliser of splitmix64.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func missesThreshold(in *Input, h *Health) bool {
	return below(h.Throughput, in.Prefs.MinThroughput) || above(h.TTFT, in.Prefs.MaxLatency)
}

// below reports a measured figure under a wanted one; what was not measured passes.
func below(have, want Percentiles) bool {
	lt := func(h, w float64) bool { return w > 0 && h > 0 && h < w }
	return lt(have.P50, want.P50) || lt(have.P75, want.P75) || lt(have.P90, want.P90) || lt(have.P99, want.P99)
}

func above(have, want Percentiles) bool {
	gt := func(h, w float64) bool { return w > 0 && h > w }
	return gt(have.P50, want.P50) || gt(have.P75, want.P75) || gt(have.P90, want.P90) || gt(have.P99, want.P99)
}

// place is what a candidate is sorted by; sorting these and moving each candidate
// once is several times cheaper than sorting the candidates.
type place struct {
	order uint64
	index int
}

// probeOne lets one half-open endpoint stand among the healthy ones, the one that
// would be tried first: a request should meet no more than one that may still be down.
func probeOne(group []Candidate) {
	var best *Candidate
	for i := range group {
		c := &group[i]
		if !c.Probe || c.class != classStable && c.class != classUnpriced {
			continue
		}
		late := c
		if best == nil || c.key < best.key {
			late, best = best, c
		}
		if late != nil {
			late.class, late.reason = classShaky, reasonShaky
		}
	}
}

// fewEndpoints is as many as a model usually has: so many need no memory but the plan.
const fewEndpoints = 48

// rank appends a group in the order its candidates are tried, with their shares of
// the draw.
func (p *Plan) rank(group []Candidate) {
	probeOne(group)
	var few [fewEndpoints]place
	places := few[:0]
	total := 0.0
	for i := range group {
		c := &group[i]
		places = append(places, place{order(c.class, c.key), i})
		if c.class == classStable && c.reason == reasonDrawn {
			c.Share = weight(c.Price)
			total += c.Share
		}
	}
	sortPlaces(places, group)
	whole := 1 / max(total, math.SmallestNonzeroFloat64)
	for i := range places {
		c := &group[places[i].index]
		c.Share *= whole
		p.Candidates = append(p.Candidates, *c)
	}
}

func weight(price float64) float64 {
	p := max(price, minWeightPrice)
	return 1 / (p * p)
}

// sortPlaces is an insertion sort while groups are as small as they always are.
func sortPlaces(places []place, group []Candidate) {
	if len(places) > fewEndpoints {
		slices.SortFunc(places, func(a, b place) int {
			if a.before(&b, group) {
				return -1
			}
			return 1
		})
		return
	}
	for i := 1; i < len(places); i++ {
		x, j := places[i], i
		for ; j > 0; j-- {
			y := &places[j-1]
			if y.order < x.order || y.order == x.order && !x.before(y, group) {
				break
			}
			places[j] = *y
		}
		places[j] = x
	}
}

// order is a class and a key as one number: where two differ, so do class and key.
func order(c class, key float64) uint64 {
	bits := math.Float64bits(key)
	if bits>>63 != 0 {
		bits = ^bits
	} else {
		bits |= 1 << 63
	}
	return uint64(c)<<56 | bits>>8
}

func (a *place) before(b *place, group []Candidate) bool {
	return a.order < b.order || a.order == b.order && tie(&group[a.index], &group[b.index])
}

// tie makes the order total: what order left out of the key, then the target, the
// price and the tag decide.
func tie(x, y *Candidate) bool {
	switch {
	case x.key != y.key:
		return x.key < y.key
	case x.Target != y.Target:
		return x.Target < y.Target
	case x.Price < y.Price || y.Price != y.Price && x.Price == x.Price:
		return true
	case y.Price < x.Price || x.Price != x.Price && y.Price == y.Price:
		return false
	}
	return x.Endpoint.Tag < y.Endpoint.Tag
}
