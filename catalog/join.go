package catalog

import (
	"cmp"
	"slices"
	"strings"
)

// Listing is what one catalog or provider lists, in its own words.
type Listing struct {
	Format    string // openrouter, openrouter-endpoints, models.dev, litellm, catwalk, genai-prices, ruby_llm, openai, anthropic, ollama
	Source    Source
	Scope     Scope // what the listing is complete for
	Providers []Provider
	Rows      []Row
	Problems  []string // rows that were left out, with the reason
}

// Row is one model as one provider lists it.
type Row struct {
	Base  string // the source's own link to the model this is an offer of; "" when it has none
	Model *Model // id as the listing writes it, with at least one endpoint
}

// Scope names the endpoints a listing is complete for: what is in scope and not
// listed is no longer offered. The zero value covers nothing.
type Scope struct {
	Provider string // every endpoint of this provider
	Source   string // every endpoint whose facts came from this source
}

// Covers reports whether the endpoint is in scope.
func (s Scope) Covers(e *Endpoint) bool {
	return s.Provider != "" && e.Provider == s.Provider || s.Source != "" && e.Source.Name == s.Source
}

// Join adds listings to base, which may be nil: rows of the same model become one
// model with several endpoints. Of two sources that tell the same fact the later
// listing wins; names are settled by authority (OpenRouter's slugs, then a source's
// own links, then equal spelling), whatever the order. Models that a complete
// listing no longer holds stay, marked Gone.
func Join(base *Catalog, listings ...*Listing) *Catalog {
	if base == nil {
		base = New(nil, Source{})
	}
	j := &joiner{names: newNameIndex(base.models), dates: map[string]map[string]bool{}, known: map[string]bool{}}
	for served := range j.names.served {
		j.known[served] = true
	}
	for _, m := range base.models {
		j.census(identify(m.ID))
		for _, a := range m.Aliases {
			j.census(identify(a))
		}
	}
	j.assign(listings)
	out := base
	for i, l := range listings {
		out = Merge(out, j.overlay(l, i, out.ownDates()))
		if len(l.Problems) == 0 {
			out = out.retire(l)
		}
	}
	return out
}

type joiner struct {
	names *nameIndex
	dates map[string]map[string]bool // author/key → dates seen
	known map[string]bool            // provider and upstream name: offered according to base
	rows  []joinRow
}

type joinRow struct {
	*Row
	listing int
	rank    int  // order in which names are settled
	trust   int  // order in which facts are laid over each other
	native  bool // from a provider's own list
	ident   identity
	id      string
}

func (j *joiner) assign(listings []*Listing) {
	for i, l := range listings {
		for k := range l.Rows {
			r := newJoinRow(l, &l.Rows[k], i)
			j.census(r.ident)
			j.rows = append(j.rows, r)
		}
	}
	order := make([]*joinRow, len(j.rows))
	for i := range j.rows {
		order[i] = &j.rows[i]
	}
	slices.SortStableFunc(order, func(a, b *joinRow) int { return cmp.Compare(a.rank, b.rank) })
	for _, r := range order {
		j.name(r)
	}
}

func newJoinRow(l *Listing, row *Row, listing int) joinRow {
	e := &row.Model.Endpoints[0]
	r := joinRow{Row: row, listing: listing, ident: identify(row.Model.ID), native: l.Source.Name == "provider"}
	if row.Base != "" {
		variant := r.ident.variant
		r.ident = identify(row.Base)
		if variant == "free" {
			r.ident.variant = variant
		}
	}
	seller := authors[e.Provider]
	own := seller != "" && (r.ident.author == seller || r.ident.author == "" && strings.IndexByte(row.Model.ID, '/') < 0)
	switch {
	case strings.HasPrefix(l.Format, "openrouter"):
		r.rank, r.trust = 0, 3
	case e.Provider == "openrouter":
		r.rank, r.trust = 1, 3
	case row.Base != "":
		r.rank, r.trust = 2, 1
	case own:
		r.rank = 3
	case r.ident.author != "":
		r.rank = 4
	default:
		r.rank = 5
	}
	if own {
		r.trust = 2
	}
	if r.ident.author == "" && row.Base == "" && own && r.ident.guess() == "" {
		r.ident.author = seller
	}
	if r.ident.date != "" && r.rank > 1 {
		r.rank += 6
	}
	return r
}

func (j *joiner) census(id identity) {
	if id.date == "" {
		return
	}
	k := id.whose()
	if j.dates[k] == nil {
		j.dates[k] = map[string]bool{}
	}
	j.dates[k][id.date] = true
}

// whose is the author, told or guessed, and the undated key.
func (id identity) whose() string { return cmp.Or(id.author, id.guess()) + "/" + id.key }

// name settles the id of a row's model.
func (j *joiner) name(r *joinRow) {
	e := &r.Model.Endpoints[0]
	switch id := j.names.served[e.Provider+"\x00"+e.Upstream]; {
	case r.rank == 0 || r.rank == 1:
		r.id = r.Model.ID
		j.names.addName(r.Model.ID, r.id)
		if r.Model.Canonical != "" && !isVariant(r.id) {
			j.names.addName(r.Model.Canonical, r.id)
		}
	case id != "":
		r.id = id
	case r.ident.author == "openrouter":
		// A gateway's own copy of OpenRouter's routers is another router.
		r.id = e.Provider + "/" + r.ident.full()
	default:
		r.id = j.find(r.ident)
		if r.id == "" {
			r.id = r.coin()
		}
		j.names.addName(r.id, r.id)
		if r.Base != "" {
			j.names.addName(canonicalName(r.ident, r.Base), r.id)
		}
	}
	for i := range r.Model.Endpoints {
		j.names.addServed(r.Model.Endpoints[i].Provider, r.Model.Endpoints[i].Upstream, r.id)
	}
}

// find also takes a dated id for the undated model where there is only one date.
func (j *joiner) find(id identity) string {
	found := j.names.find(id)
	if found == "" && id.date != "" && len(j.dates[id.whose()]) == 1 {
		id.date = ""
		found = j.names.find(id)
	}
	if found == "" && id.variant != "" && id.variant != "free" {
		id.variant = ""
		return j.find(id)
	}
	return found
}

// coin makes the id of a model no other catalog names. What only a provider's own
// list names is the provider's unless its id says otherwise: a local server's
// "llama3.2" is whatever its owner loaded.
func (r *joinRow) coin() string {
	provider := r.Model.Endpoints[0].Provider
	name := canonicalName(r.ident, cmp.Or(r.Base, r.Model.ID))
	author, rest := splitID(name)
	if author == "" || r.native && r.ident.author == "" {
		return cmp.Or(authors[provider], provider) + "/" + rest
	}
	return name
}

// canonicalName spells an id with its author's canonical slug and its last part in
// lower case.
func canonicalName(id identity, from string) string {
	from = strings.ToLower(from)
	path, name := "", from
	if i := strings.LastIndexByte(from, '/'); i >= 0 {
		path, name = from[:i], from[i+1:]
	}
	name, _, _ = strings.Cut(name, ":")
	if _, _, rest, ok := dotted(name); ok {
		name = rest
	}
	if id.variant != "" {
		name += ":" + id.variant
	}
	author := cmp.Or(id.author, id.guess())
	if author == "" && strings.Count(path, "/") == 0 {
		author = strings.Trim(path, "@")
	}
	return author + "/" + name
}

// ownDates is, by provider, how new the facts are that it told itself.
func (c *Catalog) ownDates() map[string]string {
	dates := map[string]string{}
	for _, m := range c.models {
		for i := range m.Endpoints {
			if e := &m.Endpoints[i]; e.Source.authority(e.Provider) == ownWord {
				dates[e.Provider] = max(dates[e.Provider], e.Source.Date)
			}
		}
	}
	return dates
}

// overlay builds the catalog of one listing's rows. What a third party says of a
// provider that has itself been heard since is left out unless the provider lists
// the model too.
func (j *joiner) overlay(l *Listing, listing int, own map[string]string) *Catalog {
	var rows []*joinRow
	for i := range j.rows {
		r := &j.rows[i]
		if r.listing != listing {
			continue
		}
		e := &r.Model.Endpoints[0]
		if e.Source.authority(e.Provider) < ownWord && own[e.Provider] >= e.Source.Date && own[e.Provider] != "" && !j.known[e.Provider+"\x00"+e.Upstream] {
			continue
		}
		rows = append(rows, r)
	}
	slices.SortStableFunc(rows, func(a, b *joinRow) int { return cmp.Compare(a.trust, b.trust) })
	plans := map[string]bool{}
	for _, p := range l.Providers {
		plans[p.Slug] = p.Subscription
	}
	byID := map[string]*Model{}
	var models []*Model
	for _, r := range rows {
		m := *r.Model
		m.ID, m.Endpoints = r.id, slices.Clone(m.Endpoints)
		m.Author, _ = splitID(r.id)
		for i := range m.Endpoints {
			m.Endpoints[i].Subscription = plans[m.Endpoints[i].Provider] || subscription(m.Endpoints[i].Provider)
		}
		if dated := r.datedAlias(); dated != "" {
			m.Aliases = append(slices.Clone(m.Aliases), dated)
		}
		if have := byID[r.id]; have != nil {
			have.absorb(&m)
			continue
		}
		byID[r.id] = &m
		models = append(models, &m)
	}
	c := New(models, l.Source)
	c.providers = l.Providers
	return c
}

// datedAlias is the dated name of a row that was taken for an undated model.
func (r *joinRow) datedAlias() string {
	if r.ident.date == "" || r.rank < 2 || identify(r.id).date == r.ident.date {
		return ""
	}
	from := cmp.Or(r.Base, r.Model.ID)
	return canonicalName(r.ident, from)
}
