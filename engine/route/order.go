package route

import (
	"math"
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
		c.key = draw(in.Seed, c)
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
func draw(seed int64, c *Candidate) float64 {
	u := float64(mix(uint64(seed)^hash(c.Endpoint.Tag))>>11+1) / (1 << 53)
	p := c.Price
	if math.IsNaN(p) {
		p = 1
	}
	p = max(p, minWeightPrice)
	return -math.Log(u) * p * p
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
	x += 0x9e3779b97f4a7c15
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
	key   float64
	index int32
	class class
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

// rank orders a group of candidates and computes their shares of the draw.
func (p *Plan) rank(group []Candidate) {
	probeOne(group)
	var few [48]place
	places := few[:0]
	for i := range group {
		places = append(places, place{group[i].key, int32(i), group[i].class})
	}
	sortPlaces(places, group)
	sorted := make([]Candidate, len(group))
	for i, at := range places {
		sorted[i] = group[at.index]
	}
	copy(group, sorted)
	total := 0.0
	for i := range group {
		if c := &group[i]; c.class == classStable && c.reason == reasonDrawn {
			total += weight(c.Price)
		}
	}
	for i := range group {
		if c := &group[i]; c.class == classStable && c.reason == reasonDrawn {
			c.Share = weight(c.Price) / total
		}
	}
}

func weight(price float64) float64 {
	p := max(price, minWeightPrice)
	return 1 / (p * p)
}

// sortPlaces is an insertion sort while groups are as small as they always are.
func sortPlaces(places []place, group []Candidate) {
	if len(places) > 64 {
		slices.SortFunc(places, func(a, b place) int {
			if before(&a, &b, group) {
				return -1
			}
			return 1
		})
		return
	}
	for i := 1; i < len(places); i++ {
		x := places[i]
		j := i
		for ; j > 0 && before(&x, &places[j-1], group); j-- {
			places[j] = places[j-1]
		}
		places[j] = x
	}
}

// before is a total order: the price and the tag decide between equal keys.
func before(a, b *place, group []Candidate) bool {
	switch {
	case a.class != b.class:
		return a.class < b.class
	case a.key != b.key:
		return a.key < b.key
	}
	x, y := &group[a.index], &group[b.index]
	switch {
	case x.Target != y.Target:
		return x.Target < y.Target
	case x.Price < y.Price || y.Price != y.Price && x.Price == x.Price:
		return true
	case y.Price < x.Price || x.Price != x.Price && y.Price == y.Price:
		return false
	}
	return x.Endpoint.Tag < y.Endpoint.Tag
}
