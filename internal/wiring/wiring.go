// Package wiring builds the program's parts from configuration and environment and
// connects them: the configured upstreams, the catalog with what the user added, the
// demo provider, the engine, and what a prompt with presets and panels means in terms
// of lanes. The command line and the workbench both stand on a [System].
package wiring

import (
	"context"
	"errors"
	"sync"
	"time"

	"assay/catalog"
	"assay/engine"
	"assay/engine/limit"
	"assay/engine/provider"
	"assay/internal/config"
	"assay/internal/demo"
	"assay/internal/store"
	"assay/internal/usd"
)

// Options is what a system is built from.
type Options struct {
	Config    *config.Config
	Env       func(string) string
	DemoOnly  bool    // no upstream but the demo provider
	DemoSpeed float64 // of the demo provider: 1 is lifelike; 0 means 1
	Catalog   func() (*catalog.Catalog, error)
	Store     func() *store.Store  // the data file; nil: memory
	Warn      func(problem string) // told about keys that could not be read and the like; may be nil
}

// System is the wired program. Its parts are made when first asked for, so that
// building one does no IO. It is safe for concurrent use.
type System struct {
	opt    Options
	keys   config.Keys
	Engine *engine.Engine

	providers func() *provider.Set
	base      func() (*catalog.Catalog, error)
	demo      func() (*demo.Server, error)
	store     func() *store.Store
	restored  sync.Once

	mu      sync.Mutex
	found   []found          // local servers discovered so far
	fresh   *catalog.Catalog // what a refresh made of base, nil before the first
	merged  *catalog.Catalog
	set     *provider.Set
	started *demo.Server
	changed chan struct{}
}

// New wires a system.
func New(opt Options) *System {
	if opt.Warn == nil {
		opt.Warn = func(string) {}
	}
	if opt.DemoSpeed == 0 {
		opt.DemoSpeed = 1
	}
	s := &System{opt: opt, keys: config.Keys{Env: opt.Env}, changed: make(chan struct{}, 1)}
	if opt.Store == nil {
		opt.Store = store.NewMemory
	}
	s.store = sync.OnceValue(opt.Store)
	s.base = sync.OnceValues(opt.Catalog)
	s.demo = sync.OnceValues(s.startDemo)
	s.providers = sync.OnceValue(s.configured)
	c := opt.Config
	s.Engine = engine.New(engine.Options{
		Catalog: s.Catalog, Providers: s.Providers, Prefs: Preferences(&c.Routing),
		Timeouts: engine.Timeouts{
			Connect: c.Routing.Timeouts.Connect, FirstToken: c.Routing.Timeouts.FirstToken,
			Idle: c.Routing.Timeouts.Idle, Total: c.Routing.Timeouts.Total,
		},
		DayCap: optional(c.Limits.DayUSD), MonthCap: optional(c.Limits.MonthUSD),
		MaxParallel: c.Limits.MaxParallel,
		Limits:      limit.New(books{s.store}), Budget: books{s.store}, Record: s.record,
	})
	return s
}

func optional(a *usd.Amount) usd.Price {
	if a == nil {
		return usd.Price{}
	}
	return usd.Known(*a)
}

// RunCap is the most one run may cost, absent without a cap.
func (s *System) RunCap() usd.Price { return optional(s.opt.Config.Limits.RunUSD) }

// Config is the configuration the system was built from.
func (s *System) Config() *config.Config { return s.opt.Config }

func (s *System) startDemo() (*demo.Server, error) {
	srv, err := demo.Start(demo.Options{Speed: s.opt.DemoSpeed})
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.started = srv
	s.mu.Unlock()
	return srv, nil
}

// Close waits for everything under way and stops the demo provider. Runs must have
// been cancelled or read to their end before.
func (s *System) Close() error {
	s.Engine.Close()
	if len(s.Engine.Health().Reports()) > 0 {
		s.keepHealth()
	}
	s.mu.Lock()
	srv := s.started
	s.mu.Unlock()
	if srv == nil {
		return nil
	}
	return srv.Close()
}

// Providers is every configured upstream. The first call may run key commands.
func (s *System) Providers() *provider.Set {
	base := s.providers()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.set == nil {
		list := base.All()
		for _, f := range s.found {
			list = append(list[:len(list):len(list)], f.provider)
		}
		s.set = provider.NewSet(list...)
	}
	return s.set
}

// Catalog is every model known: the embedded or refreshed catalog, the user's own
// models, local servers' models and the demo's. Without a readable catalog it holds
// the rest.
func (s *System) Catalog() *catalog.Catalog {
	base, err := s.listed()
	if err != nil {
		s.opt.Warn(err.Error())
		base = catalog.New(nil, catalog.Source{Name: "none"})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.merged == nil {
		if s.fresh != nil { // it came meanwhile
			base = s.fresh
		}
		overlays := []*catalog.Catalog{demoCatalog(), s.ownCatalog()}
		for _, f := range s.found {
			overlays = append(overlays, f.models)
		}
		s.merged = catalog.Merge(base, overlays...)
	}
	return s.merged
}

// Changed gets a value when Providers or Catalog have changed by themselves.
func (s *System) Changed() <-chan struct{} { return s.changed }

// Demo reports whether there is nothing to talk to but the demo provider.
func (s *System) Demo() bool {
	for _, p := range s.Providers().All() {
		if !p.Demo && p.Usable() == "" {
			return false
		}
	}
	return true
}

// configured builds the upstreams from what is known, the environment and the file.
func (s *System) configured() *provider.Set {
	if s.opt.DemoOnly {
		return provider.NewSet(s.demoProvider())
	}
	known := map[string]provider.Provider{}
	for _, p := range provider.Known() {
		known[p.Name] = p
	}
	for _, p := range s.catalogProviders() {
		if _, have := known[p.Name]; !have {
			known[p.Name] = p
		}
	}
	for name := range s.opt.Config.Providers {
		if _, have := known[name]; !have {
			known[name] = provider.Provider{Name: name, Display: name, Format: "openai", Policy: catalog.PolicyUnknown}
		}
	}
	list := []*provider.Provider{s.demoProvider()}
	for name, p := range known {
		set, inFile := s.opt.Config.Providers[name]
		if !inFile {
			set.Enabled = true
		}
		list = append(list, s.configure(p, set, inFile))
	}
	return provider.NewSet(list...)
}

// configure lays the file's settings over what is known of a provider and finds its
// key.
func (s *System) configure(p provider.Provider, set config.Provider, inFile bool) *provider.Provider {
	override := func(dst *string, v string) {
		if v != "" {
			*dst = v
		}
	}
	override(&p.Format, set.Format)
	override(&p.BaseURL, trimSlash(set.BaseURL))
	if set.Policy != "" {
		p.Policy = catalog.Policy(set.Policy)
	}
	if set.FreeQuota != (config.Quota{}) {
		p.Free = provider.Quota{PerMinute: set.FreeQuota.PerMinute, PerDay: set.FreeQuota.PerDay}
	}
	p.RPM, p.Parallel = set.PerMinute, set.Parallel
	p.Keyless = p.Keyless || set.Keyless
	p.Headers = set.Headers
	p.Disabled = !set.Enabled || p.BaseURL == ""
	p.Local = p.Local || isLoopback(p.BaseURL)
	if p.Disabled {
		return &p
	}
	ctx, cancel := context.WithTimeout(context.Background(), config.CommandTimeout+time.Second)
	defer cancel()
	key, from, err := s.keys.Find(ctx, p.Name, set, p.Env)
	if err != nil && inFile && !errors.Is(err, config.ErrNoKey) {
		s.opt.Warn("provider " + p.Name + ": " + err.Error())
	}
	if err == nil {
		p.Key, p.KeyFrom = key, from
	}
	return &p
}
