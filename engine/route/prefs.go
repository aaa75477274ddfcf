package route

import (
	"cmp"
	"slices"

	"assay/internal/usd"
)

// Sort is how endpoints are ordered. Source: OpenRouter's provider.sort.
type Sort string

// The sorts. The empty one is the default: a draw weighted by 1/price² among the
// stable endpoints.
const (
	SortDraw       Sort = ""
	SortPrice      Sort = "price"
	SortLatency    Sort = "latency"
	SortThroughput Sort = "throughput"
	SortUptime     Sort = "uptime"
	SortExacto     Sort = "exacto" // quality: uptime, then throughput
)

// Preferences are what a request, a preset and the configuration may say about
// routing. The zero value has no preference. Source: OpenRouter's provider object.
type Preferences struct {
	Order             []string // provider slugs or endpoint tags, tried first in this order
	Only              []string // nothing else is tried
	Ignore            []string // never tried
	NoFallbacks       bool     // only the first endpoint, or only those in Order
	RequireParameters bool     // an endpoint must support every parameter sent
	DenyCollection    bool     // data_collection = "deny"
	ZDR               bool     // zero data retention only
	Quantizations     []string
	MaxPrice          MaxPrice
	Sort              Sort
	AcrossModels      bool        // partition "none": one list over all fallback models
	MinThroughput     Percentiles // tokens per second; endpoints below go last
	MaxLatency        Percentiles // seconds to first token; endpoints above go last
	Seed              *int64      // of the weighted draw

	Attempts        int  // tries per request over all endpoints, 0: the engine's default
	RestartAfterCut bool // after_first_token = "restart"
	Hedge           bool
}

// MaxPrice bounds prices: dollars per token, and per request and image. Absent
// fields do not bound; an endpoint of unknown price never passes a bound.
type MaxPrice struct {
	Prompt, Completion, Request, Image usd.Price
}

// Percentiles are thresholds; zero fields are not asked for. A single number given
// by the user is P50.
type Percentiles struct {
	P50, P75, P90, P99 float64
}

// Merge lays more specific preferences over p. Policy merges strictest wins: what
// either forbids stays forbidden. Taste merges most specific wins.
func (p Preferences) Merge(over Preferences) Preferences {
	m := p
	m.Only = intersect(p.Only, over.Only)
	m.Ignore = union(p.Ignore, over.Ignore)
	m.Quantizations = intersect(p.Quantizations, over.Quantizations)
	m.DenyCollection = p.DenyCollection || over.DenyCollection
	m.ZDR = p.ZDR || over.ZDR
	m.RequireParameters = p.RequireParameters || over.RequireParameters
	m.NoFallbacks = p.NoFallbacks || over.NoFallbacks
	m.MaxPrice = MaxPrice{
		Prompt:     stricter(p.MaxPrice.Prompt, over.MaxPrice.Prompt),
		Completion: stricter(p.MaxPrice.Completion, over.MaxPrice.Completion),
		Request:    stricter(p.MaxPrice.Request, over.MaxPrice.Request),
		Image:      stricter(p.MaxPrice.Image, over.MaxPrice.Image),
	}
	if len(over.Order) > 0 {
		m.Order = over.Order
	}
	m.Sort = cmp.Or(over.Sort, p.Sort)
	m.MinThroughput = cmp.Or(over.MinThroughput, p.MinThroughput)
	m.MaxLatency = cmp.Or(over.MaxLatency, p.MaxLatency)
	m.Seed = cmp.Or(over.Seed, p.Seed)
	m.Attempts = cmp.Or(over.Attempts, p.Attempts)
	m.AcrossModels = p.AcrossModels || over.AcrossModels
	m.RestartAfterCut = p.RestartAfterCut || over.RestartAfterCut
	m.Hedge = p.Hedge || over.Hedge
	return m
}

// nothing is an allowlist that two disjoint allowlists leave: it names no provider.
const nothing = "(none)"

func intersect(a, b []string) []string {
	switch {
	case len(a) == 0:
		return b
	case len(b) == 0:
		return a
	}
	var both []string
	for _, x := range b {
		// A tag lies within its provider: "deepinfra" and "deepinfra/turbo" meet in the tag.
		for _, y := range a {
			switch {
			case matches(y, x):
				both = append(both, x)
			case matches(x, y):
				both = append(both, y)
			}
		}
	}
	if len(both) == 0 {
		return []string{nothing}
	}
	slices.Sort(both)
	return slices.Compact(both)
}

func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

func stricter(a, b usd.Price) usd.Price {
	x, okA := a.Amount()
	y, okB := b.Amount()
	if !okB || okA && x.Less(y) {
		return a
	}
	return b
}

// matches reports whether slug names the endpoint tag: the tag itself, or the
// provider it belongs to.
func matches(slug, tag string) bool {
	return slug == tag || len(tag) > len(slug) && tag[len(slug)] == '/' && tag[:len(slug)] == slug
}

// names reports whether one of the slugs names the tag.
func names(slugs []string, tag string) bool {
	return rankOf(slugs, tag) >= 0
}

func rankOf(slugs []string, tag string) int {
	for i, s := range slugs {
		if matches(s, tag) {
			return i
		}
	}
	return -1
}
