package query

import (
	"cmp"
	"slices"

	"github.com/junegunn/fzf/src/algo"
	"github.com/junegunn/fzf/src/util"

	"assay/catalog"
)

// Hit is a model a query found.
type Hit struct {
	Model *catalog.Model
	// Endpoint is the cheapest offer that meets the query's terms about offers; nil for
	// a model nobody offers.
	Endpoint *catalog.Endpoint

	query *Query
	row   *row
}

// Run finds the models of the index that meet the query, in the given order, the
// query's own when it names one.
func (q *Query) Run(ix *Index, order Sort) []Hit {
	return NewSearcher(ix).Search(q, order)
}

// Searcher runs queries one after another, as someone types. It is not safe for
// concurrent use.
type Searcher struct {
	ix   *Index
	slab *util.Slab
	last *Query
	rows []int32 // what last found, by row
}

// Sizes of the matcher's scratch memory, in cells: a row of 1,000 characters against
// a word of 100 fits.
const slab16, slab32 = 100 * 1024, 2048

// NewSearcher starts with an empty query.
func NewSearcher(ix *Index) *Searcher {
	return &Searcher{ix: ix, slab: util.MakeSlab(slab16, slab32)}
}

// found is a row that matched; key orders by place, then by row.
type found struct {
	key   uint64
	offer *offer
}

func newFound(place, at int32, o *offer) found {
	return found{uint64(uint32(place)^1<<31)<<32 | uint64(at), o}
}

func (f found) at() int32 { return int32(f.key) }

// Search runs the query. Where it only narrows the one before, just the models that
// one found are looked at.
func (s *Searcher) Search(q *Query, order Sort) []Hit {
	if q.order != (Sort{}) {
		order = q.order
	}
	key := slices.Index(sortNames[:], order.Key)
	tests := q.bind(s.ix)
	narrow := s.last != nil && q.narrows(s.last)
	n := len(s.ix.rows)
	if narrow {
		n = len(s.rows)
	}
	list := make([]found, 0, n)
	for i := range n {
		at := int32(i)
		if narrow {
			at = s.rows[i]
		}
		r := &s.ix.rows[at]
		if r.model.Gone && !q.gone {
			continue
		}
		o, ok := r.meets(tests)
		if !ok {
			continue
		}
		score, ok := q.score(r, s.slab)
		if ok {
			list = append(list, newFound(order.place(key, r, o, score), at, o))
		}
	}
	s.remember(q, list)
	slices.SortFunc(list, func(a, b found) int { return cmp.Compare(a.key, b.key) })
	hits := make([]Hit, len(list))
	for i, f := range list {
		r := &s.ix.rows[f.at()]
		hits[i] = Hit{Model: r.model, query: q, row: r}
		if f.offer != nil {
			hits[i].Endpoint = f.offer.Endpoint
		}
	}
	return hits
}

func (s *Searcher) remember(q *Query, list []found) {
	s.last = q
	s.rows = s.rows[:0]
	for _, f := range list {
		s.rows = append(s.rows, f.at())
	}
}

// bound is a term made ready for one index.
type bound struct {
	alts     []boundAlt
	endpoint bool // some alternative is about an offer
}

type boundAlt struct {
	*alt
	test test
}

// bind makes the terms that are more than words ready.
func (q *Query) bind(ix *Index) []bound {
	var out []bound
	for i := range q.terms {
		t := &q.terms[i]
		if t.words {
			continue
		}
		b := bound{alts: make([]boundAlt, len(t.alts))}
		for k := range t.alts {
			a := &t.alts[k]
			b.alts[k] = boundAlt{alt: a, test: a.bind(ix)}
			if a.entry != nil && a.entry.endpoint && !a.negated {
				b.endpoint = true
			}
		}
		out = append(out, b)
	}
	return out
}

func (a *alt) bind(ix *Index) test {
	switch e := a.entry; {
	case e == nil:
		return func(r *row, _ *offer) bool {
			_, ok := a.match(r, nil)
			return ok
		}
	case e.Kind == Flag:
		return e.flag
	case e.Kind == Field:
		return e.field(ix, a.value)
	default:
		return func(r *row, o *offer) bool {
			c, known := e.figure(r, o, a.figure)
			return known && compares(c, a.op)
		}
	}
}

func compares(c int, op string) bool {
	switch op {
	case "<":
		return c < 0
	case "<=":
		return c <= 0
	case ">":
		return c > 0
	case ">=":
		return c >= 0
	}
	return c == 0
}

// meets reports whether the row meets the tests, and the cheapest offer at which
// those about offers hold together.
func (r *row) meets(tests []bound) (*offer, bool) {
	offers := false
	for i := range tests {
		if tests[i].endpoint {
			offers = true
		} else if !tests[i].holds(r, nil) {
			return nil, false
		}
	}
	if len(r.offers) == 0 {
		return nil, !slices.ContainsFunc(tests, func(b bound) bool { return !b.holds(r, nil) })
	}
	if !offers {
		return &r.offers[0], true
	}
	for i := range r.offers {
		o := &r.offers[i]
		if !slices.ContainsFunc(tests, func(b bound) bool { return b.endpoint && !b.holds(r, o) }) {
			return o, true
		}
	}
	return nil, false
}

func (b *bound) holds(r *row, o *offer) bool {
	for i := range b.alts {
		if b.alts[i].holds(r, o) {
			return true
		}
	}
	return false
}

func (a *boundAlt) holds(r *row, o *offer) bool {
	if a.entry == nil || !a.entry.endpoint {
		return a.test(r, nil) != a.negated
	}
	if !a.negated {
		return o != nil && a.test(r, o)
	}
	for i := range r.offers {
		if a.test(r, &r.offers[i]) {
			return false
		}
	}
	return true
}

// score adds up how well the words match; ok is false when one does not.
func (q *Query) score(r *row, slab *util.Slab) (total int, ok bool) {
	for i := range q.terms {
		t := &q.terms[i]
		if !t.words {
			continue
		}
		best, matched := 0, false
		for k := range t.alts {
			a := &t.alts[k]
			score, ok := a.match(r, slab)
			if a.negated {
				score, ok = 0, !ok
			}
			if ok {
				best, matched = max(best, score), true
			}
		}
		if !matched {
			return 0, false
		}
		total += best
	}
	return total, true
}

// match looks for the word in the id and, where it is not there, in the name.
func (a *alt) match(r *row, slab *util.Slab) (score int, ok bool) {
	if len(a.pattern) == 1 && r.id.mask&a.mask != 0 && isAlnum(a.pattern[0]) {
		return 1, true // has a bit of its own; one letter is too little to rank by
	}
	for _, l := range []*label{&r.id, &r.name} {
		if l.mask&a.mask != a.mask {
			continue
		}
		if res, _ := a.find(l, false, slab); res.Start >= 0 {
			return res.Score, true
		}
	}
	return 0, false
}

func (a *alt) find(l *label, positions bool, slab *util.Slab) (algo.Result, *[]int) {
	if a.exact {
		return algo.ExactMatchNaive(false, true, true, &l.text, a.pattern, positions, slab)
	}
	return algo.FuzzyMatchV2(false, true, true, &l.text, a.pattern, positions, slab)
}

// Marks are the characters (not bytes) of the model's id and name that the words of
// the query matched, ascending: what a list makes bold. They are worked out when asked
// for.
func (h Hit) Marks() (id, name []int) {
	for i := range h.query.terms {
		for k := range h.query.terms[i].alts {
			a := &h.query.terms[i].alts[k]
			if a.entry != nil || a.negated {
				continue
			}
			if in, ok := a.marks(&h.row.id); ok {
				id = append(id, in...)
			} else if in, ok := a.marks(&h.row.name); ok {
				name = append(name, in...)
			}
		}
	}
	slices.Sort(id)
	slices.Sort(name)
	return slices.Compact(id), slices.Compact(name)
}

func (a *alt) marks(l *label) ([]int, bool) {
	res, pos := a.find(l, true, nil)
	if res.Start < 0 {
		return nil, false
	}
	if pos != nil {
		return *pos, true
	}
	var out []int
	for p := res.Start; p < res.End; p++ {
		out = append(out, p)
	}
	return out, true
}
