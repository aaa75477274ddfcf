package query

import (
	"math"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/junegunn/fzf/src/algo"
	"github.com/junegunn/fzf/src/util"

	"assay/catalog"
	"assay/internal/usd"
)

// Facts are what the catalog itself does not know. Every field may be left out.
type Facts struct {
	// Stats are measured figures of a model: the time to its first token and its speed.
	Stats func(*catalog.Model) (ttftMs, tps float64, ok bool)
	// Policy is what is done with prompts at an endpoint; the endpoint's own without it.
	Policy func(*catalog.Endpoint) catalog.Policy
	// Local reports providers on this machine besides those the catalog knows.
	Local func(provider string) bool
	// Now is what ages are counted from; the zero value is the time of NewIndex.
	Now time.Time
}

// Index is a catalog made ready for queries. It does not follow changes: build a new
// one when the catalog or the facts change (a few milliseconds for a real catalog).
type Index struct {
	rows      []row
	authors   []string // sorted
	providers []string // sorted
}

type row struct {
	model  *catalog.Model
	author string
	id     label
	name   label
	offers []offer // cheapest first, unknown prices last

	tps, ttft, days, score float64
	measured, scored       bool
	rank                   [sortKeys]int32
}

// label is a text that words are looked for in.
type label struct {
	text util.Chars
	mask uint64 // its characters
}

func newLabel(s string) label {
	return label{text: util.ToChars([]byte(s)), mask: maskOf(foldRunes(s))}
}

// offer is an endpoint with what queries ask of it worked out.
type offer struct {
	*catalog.Endpoint
	mix    usd.Amount // 3 prompt tokens and 1 answer token
	priced bool       // mix is known, and is what a token costs
	paid   bool       // by a plan: a zero price says nothing
	local  bool
	policy catalog.Policy
	rank   int32 // among all offers by price
}

// unknown ranks behind everything, whichever way a list is sorted.
const unknown = math.MaxInt32

// fzf's tables are package variables of its own that must be filled once.
var initMatcher = sync.OnceFunc(func() { algo.Init("default") })

// NewIndex makes a catalog ready.
func NewIndex(c *catalog.Catalog, f Facts) *Index {
	initMatcher()
	if f.Now.IsZero() {
		f.Now = time.Now()
	}
	local := map[string]bool{}
	for _, p := range c.Providers() {
		local[p.Slug] = p.Local()
	}
	models := c.Models()
	ix := &Index{rows: make([]row, len(models))}
	authors, providers := map[string]bool{}, map[string]bool{}
	for i, m := range models {
		r := &ix.rows[i]
		r.fill(m, f)
		authors[r.author] = true
		for k := range m.Endpoints {
			e := &m.Endpoints[k]
			providers[e.Provider] = true
			o := newOffer(e, f)
			o.local = o.local || local[e.Provider]
			r.offers = append(r.offers, o)
		}
	}
	ix.authors, ix.providers = sorted(authors), sorted(providers)
	ix.rankOffers()
	ix.rankRows()
	return ix
}

// Len is the number of models in the index.
func (ix *Index) Len() int { return len(ix.rows) }

func (r *row) fill(m *catalog.Model, f Facts) {
	r.model, r.author = m, strings.TrimPrefix(m.Author, "~")
	r.id, r.name = newLabel(m.ID), newLabel(m.Name)
	r.days = f.Now.Sub(time.Unix(m.Created, 0)).Hours() / 24
	if f.Stats != nil {
		r.ttft, r.tps, r.measured = f.Stats(m)
	}
	for _, s := range m.Scores {
		if s.Name == "aa/intelligence" {
			r.score, r.scored = s.Value, true
		}
	}
}

func newOffer(e *catalog.Endpoint, f Facts) offer {
	o := offer{Endpoint: e, policy: e.Policy}
	in, known := e.Prices.Prompt.Amount()
	out, alsoKnown := e.Prices.Completion.Amount()
	o.paid = e.Subscription && in.IsZero() && out.IsZero()
	o.mix, o.priced = in.Mul(3).Add(out), known && alsoKnown && !o.paid
	if f.Policy != nil {
		o.policy = f.Policy(e)
	}
	o.local = f.Local != nil && f.Local(e.Provider)
	return o
}

// rankOffers puts every row's offers in order of price, and numbers the prices.
func (ix *Index) rankOffers() {
	var all []*offer
	for i := range ix.rows {
		offers := ix.rows[i].offers
		slices.SortStableFunc(offers, func(a, b offer) int {
			if a.priced != b.priced {
				return b2i(b.priced) - b2i(a.priced)
			}
			return a.mix.Cmp(b.mix)
		})
		for k := range offers {
			offers[k].rank = unknown
			if offers[k].priced {
				all = append(all, &offers[k])
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *offer) int { return a.mix.Cmp(b.mix) })
	rank := int32(0)
	for i, o := range all {
		if i > 0 && o.mix != all[i-1].mix {
			rank++
		}
		o.rank = rank
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// takes reports a request parameter; of an endpoint that tells none, the model's.
func (o *offer) takes(r *row, p catalog.Params) bool {
	if o.Params == 0 {
		return r.model.Params.Has(p)
	}
	return o.Params.Has(p)
}

func (o *offer) reads(r *row, m catalog.Modality) bool {
	if o.Input == 0 {
		return r.model.Input.Has(m)
	}
	return o.Input.Has(m)
}

func (o *offer) context(r *row) int {
	if o.Context == 0 && len(r.offers) == 1 {
		return r.model.Context
	}
	return o.Context
}

func (o *offer) maxOutput(r *row) int {
	if o.MaxOutput == 0 && len(r.offers) == 1 {
		return r.model.MaxOutput
	}
	return o.MaxOutput
}

func sorted(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for s := range set {
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

// foldRunes is how words are compared: lower case, without accents.
func foldRunes(s string) []rune {
	return algo.NormalizeRunes([]rune(strings.ToLower(s)))
}

func isAlnum(r rune) bool { return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' }

// maskOf is a set of the characters in a text, so that most rows can be told not to
// match without looking at them: letters and digits have a bit each, the rest share.
func maskOf(text []rune) uint64 {
	var m uint64
	for _, r := range text {
		switch {
		case r >= 'a' && r <= 'z':
			m |= 1 << (r - 'a')
		case r >= '0' && r <= '9':
			m |= 1 << (26 + r - '0')
		case r > unicode.MaxASCII:
			m |= 1 << 63
		default:
			m |= 1 << (36 + uint(r)%27)
		}
	}
	return m
}
