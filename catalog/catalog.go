package catalog

import (
	"slices"
	"strings"
	"sync"
)

// Catalog is a set of models with an index by every name they go by. Build one with
// New, Embedded or Merge; it is never changed afterwards.
type Catalog struct {
	models    []*Model
	byName    map[string]*Model
	providers []Provider
	names     func() *nameIndex // every other spelling, built when first asked for
	Source    Source            // of the newest part
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
		if _, taken := c.byName[m.Canonical]; !taken && m.Canonical != "" && !isVariant(m.ID) {
			c.byName[m.Canonical] = m
		}
		for _, a := range m.Aliases {
			if _, taken := c.byName[a]; !taken {
				c.byName[a] = m
			}
		}
	}
	slices.SortFunc(c.models, func(a, b *Model) int { return strings.Compare(a.ID, b.ID) })
	c.names = sync.OnceValue(func() *nameIndex { return newNameIndex(c.models) })
	return c
}

// isVariant reports a catalogue variant: a row of its own, "x:free", that shares its
// canonical id with the model it is a variant of.
func isVariant(id string) bool { return strings.IndexByte(id, ':') >= 0 }

// Models lists every model by id. The slice and what it points to must not be changed.
func (c *Catalog) Models() []*Model { return c.models }

// Lookup finds a model by id, canonical id or further full name, nil when there is none. It does not
// follow aliases and does not strip routing variants.
func (c *Catalog) Lookup(id string) *Model { return c.byName[id] }

// Providers lists the upstreams the catalog knows, by slug.
func (c *Catalog) Providers() []Provider { return c.providers }

// Provider is the row of that slug.
func (c *Catalog) Provider(slug string) (Provider, bool) {
	i, ok := slices.BinarySearchFunc(c.providers, slug, func(p Provider, s string) int { return strings.Compare(p.Slug, s) })
	if !ok {
		return Provider{}, false
	}
	return c.providers[i], true
}

// Select is c with only the models keep says yes to.
func Select(c *Catalog, keep func(*Model) bool) *Catalog {
	out := New(slices.DeleteFunc(slices.Clone(c.models), func(m *Model) bool { return !keep(m) }), c.Source)
	out.providers = c.providers
	return out
}
