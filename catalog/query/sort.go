package query

import (
	"fmt"
	"slices"
	"strings"

	"assay/catalog"
)

// Sort is an order of models. The zero value sorts by how well words match, then by id.
type Sort struct {
	Key     string // one of SortKeys; "" : by match
	Reverse bool
}

const sortKeys = 8

var sortNames = [sortKeys]string{"price", "ctx", "new", "speed", "latency", "score", "name", "providers"}

// SortKeys lists the keys: cheapest, largest context, newest, fastest, quickest to
// answer, highest score, by name and most providers first.
func SortKeys() []string { return sortNames[:] }

// ParseSort reads a key; a minus before it reverses the order. Unknown values come
// last either way.
func ParseSort(s string) (Sort, error) {
	key, reverse := strings.CutPrefix(strings.ToLower(strings.TrimSpace(s)), "-")
	if key == "" && !reverse {
		return Sort{}, nil
	}
	if !slices.Contains(sortNames[:], key) {
		return Sort{}, fmt.Errorf("cannot sort by %q; sort by %s", key, strings.Join(sortNames[:], ", "))
	}
	return Sort{Key: key, Reverse: reverse}, nil
}

// String is what ParseSort reads.
func (s Sort) String() string {
	if s.Reverse {
		return "-" + s.Key
	}
	return s.Key
}

// rankRows numbers the models by each key but price, which depends on the offer.
func (ix *Index) rankRows() {
	for key, name := range sortNames {
		switch name {
		case "price":
		case "ctx":
			ix.rankBy(key, func(r *row) (float64, bool) { return -float64(r.model.Context), r.model.Context > 0 })
		case "new":
			ix.rankBy(key, func(r *row) (float64, bool) { return -float64(r.model.Created), r.model.Created > 0 })
		case "speed":
			ix.rankBy(key, func(r *row) (float64, bool) { return -r.tps, r.measured && r.tps > 0 })
		case "latency":
			ix.rankBy(key, func(r *row) (float64, bool) { return r.ttft, r.measured && r.ttft > 0 })
		case "score":
			ix.rankBy(key, func(r *row) (float64, bool) { return -r.score, r.scored })
		case "providers":
			ix.rankBy(key, func(r *row) (float64, bool) { return -float64(sellers(r.model)), true })
		case "name":
			ix.rankNames(key)
		}
	}
}

func (ix *Index) rankBy(key int, figure func(*row) (float64, bool)) {
	type item struct {
		row *row
		v   float64
	}
	items := make([]item, 0, len(ix.rows))
	for i := range ix.rows {
		r := &ix.rows[i]
		r.rank[key] = unknown
		if v, known := figure(r); known {
			items = append(items, item{r, v})
		}
	}
	slices.SortStableFunc(items, func(a, b item) int { return compareFloat(a.v, b.v) })
	rank := int32(0)
	for i, it := range items {
		if i > 0 && it.v != items[i-1].v {
			rank++
		}
		it.row.rank[key] = rank
	}
}

func (ix *Index) rankNames(key int) {
	rows := make([]*row, len(ix.rows))
	names := make(map[*row]string, len(rows))
	for i := range ix.rows {
		rows[i] = &ix.rows[i]
		names[rows[i]] = strings.ToLower(ix.rows[i].model.Name)
	}
	slices.SortStableFunc(rows, func(a, b *row) int { return strings.Compare(names[a], names[b]) })
	for i, r := range rows {
		r.rank[key] = int32(i)
	}
}

// sellers counts the providers of a model.
func sellers(m *catalog.Model) int {
	n := 0
	for i := range m.Endpoints {
		if i == 0 || m.Endpoints[i].Provider != m.Endpoints[i-1].Provider {
			n++
		}
	}
	return n
}

// place is where a hit comes in the order, smaller first.
func (s Sort) place(key int, r *row, o *offer, score int) int32 {
	if key < 0 {
		return int32(-score)
	}
	rank := r.rank[key]
	if sortNames[key] == "price" {
		rank = unknown
		if o != nil {
			rank = o.rank
		}
	}
	if s.Reverse && rank != unknown {
		return -rank
	}
	return rank
}
