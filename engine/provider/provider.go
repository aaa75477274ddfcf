// Package provider is the set of configured upstreams: where each is, which format
// it speaks, where its key comes from and what it does with prompts. A [Set] is
// immutable and safe for concurrent use.
package provider

import (
	"slices"

	"assay/catalog"
	"assay/internal/secret"
)

// Provider is one upstream.
type Provider struct {
	Name    string // slug: the catalog's Endpoint.Provider
	Display string
	Format  string // openai, anthropic, responses
	BaseURL string // without trailing slash
	Env     []string
	Key     secret.Key
	KeyFrom string // where the key came from, never the key: "env GROQ_API_KEY"
	Keyless bool
	Headers map[string]string
	Policy  catalog.Policy
	Free    Quota // of zero-priced endpoints, which are rationed
	RPM     int   // requests a minute over all models, 0: no limit known
	// Parallel bounds concurrent requests, 0: no bound.
	Parallel int
	Gateway  bool // routes to providers of its own and takes our preferences along
	Local    bool // on this machine
	Demo     bool
	Disabled bool
}

// Quota rations requests. Zero fields do not limit.
type Quota struct {
	PerMinute int
	PerDay    int // UTC days
}

// Usable reports why the provider cannot be used: "" when it can, "no_key" or
// "disabled" otherwise.
func (p *Provider) Usable() string {
	switch {
	case p.Disabled:
		return "disabled"
	case p.Key.IsZero() && !p.Keyless:
		return "no_key"
	}
	return ""
}

// Set is the configured providers by name.
type Set struct {
	list   []*Provider
	byName map[string]*Provider
}

// NewSet indexes providers; of two with one name the later wins.
func NewSet(list ...*Provider) *Set {
	s := &Set{byName: make(map[string]*Provider, len(list))}
	for _, p := range list {
		s.byName[p.Name] = p
	}
	for _, p := range list {
		if s.byName[p.Name] == p {
			s.list = append(s.list, p)
		}
	}
	slices.SortStableFunc(s.list, func(a, b *Provider) int { return rank(a) - rank(b) })
	return s
}

// rank orders what a list shows: what works first, then gateways, then the rest.
func rank(p *Provider) int {
	r := 0
	if p.Usable() != "" {
		r += 4
	}
	if p.Demo {
		r += 2
	}
	return r
}

// All lists the providers, usable ones first.
func (s *Set) All() []*Provider { return s.list }

// Lookup finds a provider by name, nil when it is not configured.
func (s *Set) Lookup(name string) *Provider { return s.byName[name] }

// Real lists the usable providers that are neither local nor the demo.
func (s *Set) Real() []*Provider {
	return slices.DeleteFunc(slices.Clone(s.list), func(p *Provider) bool {
		return p.Usable() != "" || p.Demo || p.Local
	})
}
