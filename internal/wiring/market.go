package wiring

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"assay/catalog"
	"assay/catalog/rankings"
	"assay/catalog/refresh"
	"assay/engine"
	"assay/engine/health"
	"assay/engine/route"
	"assay/internal/store"
	"assay/ui/backend"
)

// Supply is where news of models come from. Without one the catalog stays as it is.
type Supply struct {
	Refresher *refresh.Refresher
	Sources   []refresh.Source // nil: the public catalogs
	Rankings  *rankings.Client
}

// Supply gives the backend a source of news. Call it before the workbench opens.
func (b *Backend) Supply(s Supply) {
	if s.Sources == nil {
		s.Sources = []refresh.Source{refresh.OpenRouter(), refresh.ModelsDev()}
	}
	b.supply = s
}

// Rankings makes a client of the public rankings that uses OpenRouter's key and counts
// its requests in the store. dir is where answers are kept.
func (s *System) Rankings(dir, agent string) *rankings.Client {
	opt := rankings.Options{Dir: dir, Agent: agent, Count: books{s.store}}
	if p := s.opt.Config.Providers["openrouter"]; p.BaseURL != "" {
		opt.BaseURL = trimSlash(p.BaseURL)
	}
	opt.Header = func() (http.Header, bool) {
		p := s.Providers().Lookup("openrouter")
		if p == nil || p.Usable() != "" {
			return nil, false
		}
		return http.Header{"Authorization": {"Bearer " + p.Key.Reveal()}}, true
	}
	return rankings.New(opt)
}

// listed is the catalog without the user's own models, as a refresh wants it.
func (s *System) listed() (*catalog.Catalog, error) {
	s.mu.Lock()
	fresh := s.fresh
	s.mu.Unlock()
	if fresh != nil {
		return fresh, nil
	}
	return s.base()
}

// renew replaces the catalog by what a refresh made of it.
func (s *System) renew(c *catalog.Catalog) {
	s.mu.Lock()
	s.fresh, s.merged = c, nil
	s.mu.Unlock()
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// Origin implements backend.Market.
func (b *Backend) Origin() catalog.Source {
	b.sys.mu.Lock()
	defer b.sys.mu.Unlock()
	if b.sys.merged == nil {
		return catalog.Source{}
	}
	return b.sys.merged.Source
}

// Refresh implements backend.Market.
func (b *Backend) Refresh(ctx context.Context) (backend.News, error) {
	if b.supply.Refresher == nil {
		return backend.News{}, errors.New("there is nowhere to ask")
	}
	b.warm.Add(1) // the first goroutine of warm runs until Close waits
	defer b.warm.Done()
	base, err := b.sys.listed()
	if err != nil {
		return backend.News{}, err
	}
	res, err := b.supply.Refresher.Refresh(ctx, base, b.supply.Sources...)
	if err != nil && res == nil {
		return backend.News{}, err
	}
	news := backend.News{}
	failed := 0
	for _, o := range res.Sources {
		if o.Err != nil {
			failed++
			news.Problems = append(news.Problems, o.Err.Error())
		}
	}
	if failed == len(res.Sources) {
		return backend.News{}, res.Err()
	}
	if err != nil {
		news.Problems = append(news.Problems, "not kept on disk: "+err.Error())
	}
	for _, c := range res.Changes {
		switch c.Kind {
		case catalog.ModelNew, catalog.ModelBack:
			news.New++
		case catalog.ModelGone:
			news.Gone++
		default:
			news.Changed++
		}
	}
	b.sys.renew(res.Catalog)
	return news, nil
}

// Seen implements backend.Market.
func (b *Backend) Seen(model, endpoint string) backend.Seen {
	r, ok := b.sys.Engine.Health().Report(health.Key{Model: model, Tag: endpoint})
	if !ok {
		return backend.Seen{}
	}
	seen := backend.Seen{
		Requests: r.Long.OK + r.Long.Failed, Uptime: r.Long.Share(), Broken: r.Breaker != route.Closed || r.CoolFor > 0,
		TTFT: time.Duration(r.TTFT.P50 * float64(time.Second)), TPS: r.Throughput.P50,
	}
	if r.LastError != nil {
		seen.Error, seen.ErrorAt = cmp.Or(r.LastError.Message, string(r.LastError.Type)), r.LastAt
	}
	return seen
}

// Policy implements backend.Market.
func (b *Backend) Policy(e *catalog.Endpoint) catalog.Policy {
	return b.sys.Facts().Policy(e)
}

// Quotas implements backend.Market: of the providers that can be asked.
func (b *Backend) Quotas(context.Context) ([]backend.Quota, error) {
	var out []backend.Quota
	for _, p := range b.sys.Providers().All() {
		if p.Usable() != "" || p.Free.PerMinute+p.Free.PerDay == 0 {
			continue
		}
		used, err := b.sys.Engine.Limits().Used(p.Name + ":free")
		if err != nil {
			return out, err
		}
		out = append(out, backend.Quota{
			Provider: p.Name, PerMinute: p.Free.PerMinute, PerDay: p.Free.PerDay,
			MinuteUsed: used.MinuteUsed, DayUsed: used.DayUsed, MinuteResets: used.MinuteResets, DayResetsIn: used.DayResetsIn,
		})
	}
	return out, nil
}

// keptRecent is how many models count as recent.
const keptRecent = 50

// Kept implements backend.Market.
func (b *Backend) Kept(context.Context) (backend.Kept, error) {
	b.sys.restore() // what is known of endpoints is shown beside the models
	favourites, err := b.sys.Store().Favourites()
	if err != nil {
		return backend.Kept{}, err
	}
	recent, err := b.sys.Store().RecentModels(keptRecent)
	return backend.Kept{Favourites: favourites, Recent: recent}, err
}

// SetFavourite implements backend.Market.
func (b *Backend) SetFavourite(_ context.Context, model string, on bool) error {
	return b.sys.Store().SetFavourite(model, on)
}

// remember keeps the models of a run among the recent ones.
func (b *Backend) remember(lanes []engine.Lane) {
	b.warm.Go(func() {
		for _, l := range lanes {
			if err := b.sys.Store().UsedModel(l.Spec.Model); err != nil {
				b.sys.opt.Warn(err.Error())
				return
			}
		}
	})
}

// Rankings implements backend.Market.
func (b *Backend) Rankings(ctx context.Context, days int) (*rankings.Table, error) {
	if b.supply.Rankings == nil {
		return nil, rankings.ErrNoKey
	}
	return b.supply.Rankings.Get(ctx, days)
}

// Usage implements backend.Market.
func (b *Backend) Usage(_ context.Context, days int) ([]backend.Used, error) {
	return b.sys.UsedModels(days)
}

// UsedModels is the user's own requests of the last days by model, most tokens first,
// the demo's left out.
func (s *System) UsedModels(days int) ([]backend.Used, error) {
	today := time.Now().UTC().Truncate(24 * time.Hour)
	sums, err := s.Store().Usage(store.Period{From: today.AddDate(0, 0, -days)}, store.ByModel)
	if err != nil {
		return nil, err
	}
	var out []backend.Used
	for _, g := range sums {
		if tokens := int64(g.Tokens.PromptTokens) + int64(g.Tokens.CompletionTokens); g.Key != "" && tokens > 0 {
			out = append(out, backend.Used{Model: g.Key, Requests: g.Requests, Tokens: tokens})
		}
	}
	slices.SortStableFunc(out, func(x, y backend.Used) int { return cmp.Compare(y.Tokens, x.Tokens) })
	return out, nil
}
