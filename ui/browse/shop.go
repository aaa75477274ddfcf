package browse

import (
	"slices"

	"assay/catalog"
	"assay/catalog/query"
	"assay/ui/backend"
)

// shop is the catalog as it was read last.
type shop struct {
	index     *query.Index
	search    *query.Searcher
	choices   map[*catalog.Model]backend.Choice
	models    map[string]*catalog.Model // by id
	names     map[string]*catalog.Model // by other names: see named
	favourite map[string]bool
	recent    map[string]int // place, the latest first
	scored    bool           // some model has a score
}

func newShop(stock backend.Stock, kept backend.Kept) shop {
	s := shop{
		index:   stock.Index,
		choices: make(map[*catalog.Model]backend.Choice, len(stock.Choices)),
		models:  make(map[string]*catalog.Model, len(stock.Choices)), favourite: map[string]bool{}, recent: map[string]int{},
	}
	for _, c := range stock.Choices {
		s.choices[c.Model] = c
	}
	for _, id := range kept.Favourites {
		s.favourite[id] = true
	}
	for i, id := range kept.Recent {
		s.recent[id] = i
	}
	if stock.Index == nil {
		return s
	}
	s.search = query.NewSearcher(stock.Index)
	for _, h := range s.search.Search(&query.Query{}, query.Sort{}) {
		s.models[h.Model.ID] = h.Model
		_, has := score(h.Model)
		s.scored = s.scored || has
	}
	return s
}

// named finds a model by its id or any other name it goes by. The names are gathered
// when first asked for.
func (s *shop) named(name string) *catalog.Model {
	if m := s.models[name]; m != nil {
		return m
	}
	if s.names == nil {
		s.names = map[string]*catalog.Model{}
		for _, m := range s.models {
			for _, alias := range append(m.Aliases[:len(m.Aliases):len(m.Aliases)], m.Canonical) {
				// A variant shares the dated name of what it is a variant of.
				if old := s.names[alias]; old == nil || len(m.ID) < len(old.ID) || len(m.ID) == len(old.ID) && m.ID < old.ID {
					s.names[alias] = m
				}
			}
		}
		delete(s.names, "")
	}
	return s.names[name]
}

// find runs a filter.
func (s *shop) find(f *filter, order query.Sort) []query.Hit {
	hits := s.search.Search(f.query, order)
	var keep func(*catalog.Model) bool
	switch f.only {
	case everything:
		return hits
	case favourites:
		keep = func(m *catalog.Model) bool { return s.favourite[m.ID] }
	case recent:
		keep = func(m *catalog.Model) bool { _, ok := s.recent[m.ID]; return ok }
	case askable:
		keep = func(m *catalog.Model) bool { return len(s.choices[m].Providers) > 0 }
	}
	hits = slices.DeleteFunc(hits, func(h query.Hit) bool { return !keep(h.Model) })
	if f.only == recent && order.Key == "" {
		slices.SortStableFunc(hits, func(a, b query.Hit) int { return s.recent[a.Model.ID] - s.recent[b.Model.ID] })
	}
	return hits
}

// score is a model's intelligence index.
func score(m *catalog.Model) (float64, bool) {
	for _, s := range m.Scores {
		if s.Name == "aa/intelligence" {
			return s.Value, true
		}
	}
	return 0, false
}
