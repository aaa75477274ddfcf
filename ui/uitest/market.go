package uitest

import (
	"context"
	"slices"
	"time"

	"assay/catalog"
	"assay/catalog/rankings"
	"assay/ui/backend"
)

// Market is the part of a Fake the catalog screen talks to.
type Market struct {
	From      catalog.Source
	Brought   backend.News // what a refresh brings, after RefreshIn, unless it fails
	RefreshIn time.Duration
	Failing   error                   // a refresh's and the rankings' error
	Health    map[string]backend.Seen // by "model endpoint"
	Left      []backend.Quota
	Marked    backend.Kept
	Ranked    *rankings.Table
	Own       []backend.Used
}

// Origin implements [backend.Market].
func (f *Fake) Origin() catalog.Source { return f.From }

// Refresh implements [backend.Market].
func (f *Fake) Refresh(ctx context.Context) (backend.News, error) {
	select {
	case <-time.After(f.RefreshIn):
	case <-ctx.Done():
		return backend.News{}, ctx.Err()
	}
	if f.Failing != nil {
		return backend.News{}, f.Failing
	}
	return f.Brought, nil
}

// Seen implements [backend.Market].
func (f *Fake) Seen(model, endpoint string) backend.Seen { return f.Health[model+" "+endpoint] }

// Policy implements [backend.Market].
func (f *Fake) Policy(e *catalog.Endpoint) catalog.Policy { return e.Policy }

// Quotas implements [backend.Market].
func (f *Fake) Quotas(context.Context) ([]backend.Quota, error) { return f.Left, nil }

// Kept implements [backend.Market].
func (f *Fake) Kept(context.Context) (backend.Kept, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return backend.Kept{Favourites: slices.Clone(f.Marked.Favourites), Recent: slices.Clone(f.Marked.Recent)}, nil
}

// SetFavourite implements [backend.Market].
func (f *Fake) SetFavourite(_ context.Context, model string, on bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.Marked.Favourites = slices.DeleteFunc(slices.Clone(f.Marked.Favourites), func(m string) bool { return m == model })
	if on {
		f.Marked.Favourites = append(f.Marked.Favourites, model)
	}
	return nil
}

// Rankings implements [backend.Market].
func (f *Fake) Rankings(context.Context, int) (*rankings.Table, error) { return f.Ranked, f.Failing }

// Usage implements [backend.Market].
func (f *Fake) Usage(context.Context, int) ([]backend.Used, error) { return f.Own, nil }
