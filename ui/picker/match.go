package picker

import (
	"cmp"
	"slices"
	"strings"

	"github.com/junegunn/fzf/src/algo"
	"github.com/junegunn/fzf/src/util"

	"assay/catalog"
	"assay/catalog/query"
)

// prepare fills the matcher's tables, which the library keeps as package state and
// which may be filled only once: package query does.
func prepare() { query.NewIndex(catalog.New(nil, catalog.Source{}), query.Facts{}) }

// hit is an item that matches, with the characters of its search text that do.
type hit struct {
	item  int
	score int
	at    []int
}

// matcher finds items by fuzzy words, all of which must match.
type matcher struct {
	texts []util.Chars
	slab  *util.Slab
}

func newMatcher(texts []string) *matcher {
	prepare()
	m := &matcher{texts: make([]util.Chars, len(texts)), slab: util.MakeSlab(100<<10, 2<<10)}
	for i, t := range texts {
		m.texts[i] = util.ToChars([]byte(t))
	}
	return m
}

// find returns the hits, best first; ties keep the order of the items.
func (m *matcher) find(query string) []hit {
	words := strings.Fields(strings.ToLower(query))
	hits := make([]hit, 0, len(m.texts))
	for i := range m.texts {
		if h, ok := m.match(i, words); ok {
			hits = append(hits, h)
		}
	}
	if len(words) > 0 {
		slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(b.score, a.score) })
	}
	return hits
}

func (m *matcher) match(i int, words []string) (hit, bool) {
	h := hit{item: i}
	for _, w := range words {
		r, at := algo.FuzzyMatchV2(false, true, true, &m.texts[i], []rune(w), true, m.slab)
		if r.Start < 0 {
			return h, false
		}
		h.score += r.Score
		if at != nil {
			h.at = append(h.at, *at...)
		}
	}
	slices.Sort(h.at)
	return h, true
}
