package catalog

import (
	"slices"
	"strings"
)

// Catalog is a set of models with an index by every name they go by. Build one with
// New, Embedded or Merge; it is never changed afterwards.
type Catalog struct {
	models []*Model
	byName map[string]*Model
	Source Source // of the newest part
}

// New builds a catalog. Models are sorted by id; of two with one id the later wins.
func New(models []*Model, src Source) *Catalog {
	c := &Catalog{byName: make(map[string]*Model, 2*len(models)), Source: src}
	for _, m := range models {
		c.byName[m.ID] = m
	}
	for _, m := range models {
		if c.byName[m.ID] != m {
			continue
		}
		c.models = append(c.models, m)
		if _, taken := c.byName[m.Canonical]; !taken && m.Canonical != "" {
			c.byName[m.Canonical] = m
		}
	}
	slices.SortFunc(c.models, func(a, b *Model) int { return strings.Compare(a.ID, b.ID) })
	return c
}

// Models lists every model by id. The slice and what it points to must not be changed.
func (c *Catalog) Models() []*Model { return c.models }

// Lookup finds a model by id or canonical id, nil when there is none. It does not
// follow aliases and does not strip routing variants.
func (c *Catalog) Lookup(id string) *Model { return c.byName[id] }
