package catalog

import (
	"cmp"
	"slices"
	"strings"
)

// Merge lays overlays over base, later ones on top. A model of an overlay joins the
// one that goes by the same id, canonical id or spelling; what it leaves unknown is
// kept. Nothing passed in is changed.
func Merge(base *Catalog, overlays ...*Catalog) *Catalog {
	for _, over := range overlays {
		base = merge(base, over)
	}
	return base
}

func merge(base, over *Catalog) *Catalog {
	models := slices.Clone(base.models)
	at := make(map[string]int, len(models))
	for i, m := range models {
		at[m.ID] = i
	}
	for _, m := range over.models {
		i, ok := at[base.owner(m)]
		if !ok {
			added := m.clone()
			added.settle()
			at[m.ID] = len(models)
			models = append(models, added)
			continue
		}
		merged := models[i].clone()
		merged.absorb(m)
		merged.settle()
		models[i] = merged
	}
	src := base.Source
	if over.Source.Date >= src.Date {
		src = over.Source
	}
	out := New(models, src)
	out.providers = mergeProviders(base.providers, over.providers)
	return out
}

// owner is the id under which base has the model, m's own when it has none.
func (c *Catalog) owner(m *Model) string {
	if len(c.models) == 0 {
		return m.ID
	}
	if have := c.Lookup(m.ID); have != nil {
		return have.ID
	}
	if author, _ := splitID(m.ID); strings.HasPrefix(author, "~") || author == "" {
		return m.ID
	}
	ident := identify(m.ID)
	author, _ := splitID(m.ID)
	ident.author = cmp.Or(authors[author], author)
	return cmp.Or(c.names().exact[ident.author+"/"+ident.full()], m.ID)
}

func (m *Model) clone() *Model {
	out := *m
	out.Endpoints = slices.Clone(m.Endpoints)
	return &out
}

// How much a source's word about a provider counts.
const (
	hearsay   = iota // price lists of third parties
	curated          // models.dev
	ownWord          // the provider's own list
	usersWord        // the user's configuration
)

// authority ranks the source's word about a provider.
func (s Source) authority(provider string) int {
	switch s.Name {
	case "config", "demo":
		return usersWord
	case "provider", provider:
		return ownWord
	case "models.dev":
		return curated
	case "openrouter": // about models, and upstreams it reaches
		return ownWord
	}
	return hearsay
}

// aboutModels ranks the source's word about a model itself: a provider's own list
// gives it a local name and the day the provider took it up.
func (s Source) aboutModels() int {
	if s.Name == "provider" {
		return hearsay
	}
	return s.authority("")
}

// absorb lays another telling of the same model over m: the word of the weightier
// source counts, of equals the later one.
func (m *Model) absorb(src *Model) {
	if src.Source.aboutModels() < m.Source.aboutModels() {
		below := src.clone()
		below.absorbFacts(m)
		below.Endpoints = m.Endpoints
		below.ID, below.Author, below.Gone = m.ID, m.Author, m.Gone
		*m = *below
	} else {
		m.absorbFacts(src)
	}
	m.absorbEndpoints(src)
}

func (m *Model) absorbFacts(src *Model) {
	over(&m.Canonical, src.Canonical)
	over(&m.Name, src.Name)
	over(&m.Created, src.Created)
	over(&m.MaxOutput, src.MaxOutput)
	over(&m.Input, src.Input)
	over(&m.Output, src.Output)
	over(&m.Knowledge, src.Knowledge)
	over(&m.Expires, src.Expires)
	over(&m.AliasOf, src.AliasOf)
	over(&m.Weights, src.Weights)
	over(&m.Source, src.Source)
	over(&m.Context, src.Context)
	m.Params |= src.Params
	m.Router = m.Router || src.Router
	m.Open = m.Open || src.Open
	m.Demo = m.Demo || src.Demo
	m.Reasoning = m.Reasoning.under(src.Reasoning)
	if len(src.Scores) > 0 {
		m.Scores = src.Scores
	}
	m.Aliases = union(m.Aliases, src.Aliases)
}

func (m *Model) absorbEndpoints(src *Model) {
	revived := m.Gone && !src.Gone && len(src.Endpoints) > 0
	old := m.Endpoints
	if revived {
		m.Gone, m.Endpoints = false, nil
	}
	for i := range src.Endpoints {
		e := src.Endpoints[i]
		if k := match(m.Endpoints, &e); k >= 0 {
			m.Endpoints[k].absorb(&e)
			continue
		}
		if k := match(old, &e); revived && k >= 0 {
			before := old[k]
			before.absorb(&e)
			e = before
		}
		m.Endpoints = append(m.Endpoints, e)
	}
}

func match(endpoints []Endpoint, e *Endpoint) int {
	same := func(o *Endpoint) bool { return o.Provider == e.Provider && o.Upstream == e.Upstream }
	for i := range endpoints {
		if same(&endpoints[i]) && endpoints[i].Tag == e.Tag {
			return i
		}
	}
	if e.Tag != "" && e.Tag != e.Provider {
		return -1
	}
	for i := range endpoints {
		if same(&endpoints[i]) {
			return i
		}
	}
	return -1
}

// absorb replaces prices as a whole: classes told on different days do not mix.
func (e *Endpoint) absorb(src *Endpoint) {
	if src.Source.authority(e.Provider) < e.Source.authority(e.Provider) {
		below := *src
		below.Tag = e.Tag
		below.absorb(e)
		*e = below
		return
	}
	if src.Prices.Told() {
		e.Prices, e.Source = src.Prices, src.Source
	}
	over(&e.Context, src.Context)
	over(&e.MaxOutput, src.MaxOutput)
	over(&e.MaxPrompt, src.MaxPrompt)
	over(&e.Quantization, src.Quantization)
	over(&e.Params, src.Params)
	over(&e.Input, src.Input)
	over(&e.Policy, src.Policy)
	e.Private = e.Private || src.Private
	e.Subscription = e.Subscription || src.Subscription
}

func (r Reasoning) under(src Reasoning) Reasoning {
	if len(src.Efforts) > 0 {
		r.Efforts = src.Efforts
	}
	r.Supported = r.Supported || src.Supported
	r.Mandatory = r.Mandatory || src.Mandatory
	return r
}

func over[T comparable](dst *T, src T) {
	var zero T
	if src != zero {
		*dst = src
	}
}

func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// settle derives what follows from the endpoints: their order and tags, the largest
// limits, the parameters any of them takes. Tags that endpoints already have stay.
func (m *Model) settle() {
	if m.Author == "" {
		m.Author, _ = splitID(m.ID)
	}
	if m.Name == "" {
		_, m.Name = splitID(m.ID)
	}
	m.Endpoints = collapse(m.Endpoints)
	m.tag()
	context, output, params := 0, 0, Params(0)
	for i := range m.Endpoints {
		e := &m.Endpoints[i]
		e.Model = m.ID
		context, output = max(context, e.Context), max(output, e.MaxOutput)
		params |= e.Params
	}
	over(&m.Context, context)
	over(&m.MaxOutput, output)
	over(&m.Params, params)
}

// tag gives every endpoint a name of its own within the model: the provider's, or
// "provider/upstream name" for its further ones.
func (m *Model) tag() {
	taken := map[string]bool{}
	for i := range m.Endpoints {
		if e := &m.Endpoints[i]; e.Tag != "" && !taken[e.Tag] {
			taken[e.Tag] = true
		} else {
			e.Tag = ""
		}
	}
	for i := range m.Endpoints {
		e := &m.Endpoints[i]
		if e.Tag != "" {
			continue
		}
		if e.Tag = e.Provider; taken[e.Tag] {
			e.Tag = e.Provider + "/" + e.Upstream
		}
		taken[e.Tag] = true
	}
}

// collapse sorts endpoints and drops one that repeats another of its provider under
// a dated name at the same price. Bedrock's regional profiles are kept apart: where
// data goes matters.
func collapse(endpoints []Endpoint) []Endpoint {
	slices.SortStableFunc(endpoints, func(a, b Endpoint) int {
		return cmp.Or(cmp.Compare(a.Provider, b.Provider), cmp.Compare(len(a.Upstream), len(b.Upstream)),
			cmp.Compare(a.Upstream, b.Upstream), cmp.Compare(a.Tag, b.Tag))
	})
	out := endpoints[:0]
	for _, e := range endpoints {
		k := slices.IndexFunc(out, func(o Endpoint) bool { return repeats(&o, &e) })
		if k < 0 {
			out = append(out, e)
			continue
		}
		kept := &out[k]
		kept.Context, kept.MaxOutput = cmp.Or(kept.Context, e.Context), cmp.Or(kept.MaxOutput, e.MaxOutput)
		kept.MaxPrompt, kept.Params = cmp.Or(kept.MaxPrompt, e.MaxPrompt), cmp.Or(kept.Params, e.Params)
	}
	return out
}

func repeats(a, b *Endpoint) bool {
	if a.Provider != b.Provider || a.Upstream == b.Upstream || !a.Prices.same(&b.Prices) {
		return false
	}
	x, y := identify(a.Upstream), identify(b.Upstream)
	regionA, _, _, _ := dotted(a.Upstream)
	regionB, _, _, _ := dotted(b.Upstream)
	return x.key == y.key && x.variant == y.variant && regionA == regionB
}

// retire drops endpoints a complete listing no longer holds; a model left without
// any stays with its last ones, marked Gone.
func (c *Catalog) retire(l *Listing) *Catalog {
	if l.Scope == (Scope{}) {
		return c
	}
	listed := make(map[string]bool, len(l.Rows))
	for _, r := range l.Rows {
		for i := range r.Model.Endpoints {
			listed[r.Model.Endpoints[i].Provider+"\x00"+r.Model.Endpoints[i].Upstream] = true
		}
	}
	dead := func(e *Endpoint) bool {
		return l.Scope.Covers(e) && !e.Private && e.Source.Date <= l.Source.Date && !listed[e.Provider+"\x00"+e.Upstream]
	}
	models := slices.Clone(c.models)
	changed := false
	for i, m := range models {
		kept := make([]Endpoint, 0, len(m.Endpoints))
		for k := range m.Endpoints {
			if !dead(&m.Endpoints[k]) {
				kept = append(kept, m.Endpoints[k])
			}
		}
		if len(kept) == len(m.Endpoints) || m.Gone {
			continue
		}
		out := m.clone()
		if len(kept) == 0 {
			out.Gone = true
		} else {
			out.Endpoints = kept
			out.settle()
		}
		models[i], changed = out, true
	}
	if !changed {
		return c
	}
	out := New(models, c.Source)
	out.providers = c.providers
	return out
}

func mergeProviders(a, b []Provider) []Provider {
	out := slices.Clone(a)
	for _, p := range b {
		if i := slices.IndexFunc(out, func(o Provider) bool { return o.Slug == p.Slug }); i >= 0 {
			out[i] = mergeProvider(out[i], p)
			continue
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(x, y Provider) int { return cmp.Compare(x.Slug, y.Slug) })
	return out
}
