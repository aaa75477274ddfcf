package backend

import (
	"context"
	"time"

	"assay/catalog"
	"assay/catalog/rankings"
)

// Market is what the catalog screen asks for besides the models themselves.
type Market interface {
	// Origin says where the catalog comes from and how old it is. It never blocks.
	Origin() catalog.Source
	// Refresh asks the public catalogs for news. What is known stays when it fails;
	// part of it may fail. Called outside the event loop.
	Refresh(ctx context.Context) (News, error)
	// Seen is how an endpoint has behaved here. It is cheap and never blocks.
	Seen(model, endpoint string) Seen
	// Policy is what is done with prompts at an endpoint: its own, else its provider's.
	Policy(e *catalog.Endpoint) catalog.Policy
	// Quotas are those of free requests. Called outside the event loop.
	Quotas(ctx context.Context) ([]Quota, error)
	// Kept are the models the user has marked or used. Called outside the event loop.
	Kept(ctx context.Context) (Kept, error)
	SetFavourite(ctx context.Context, model string, favourite bool) error
	// Rankings is the public ranking of the last days. A table may come together with
	// an error: it is then an older one, and the error says why. Called outside the
	// event loop.
	Rankings(ctx context.Context, days int) (*rankings.Table, error)
	// Usage is the user's own requests of the last days by model, most tokens first,
	// the demo's left out. Called outside the event loop.
	Usage(ctx context.Context, days int) ([]Used, error)
}

// News is what a refresh brought.
type News struct {
	New, Gone int // models
	Changed   int // further differences: prices, endpoints, context windows
	Problems  []string
}

// Seen is the health of an endpoint, measured here. Figures are zero until known.
type Seen struct {
	Requests int           // of the last day
	Uptime   float64       // share that succeeded, 0 to 1; meaningless without requests
	TTFT     time.Duration // median
	TPS      float64       // tokens a second, median
	Broken   bool          // is left alone for now after failures
	Error    string        // of the last failed request
	ErrorAt  time.Time
}

// Quota is how much of a provider's free requests is used.
type Quota struct {
	Provider                  string
	PerMinute, PerDay         int // zero: no limit known
	MinuteUsed, DayUsed       int
	MinuteResets, DayResetsIn time.Duration
}

// Kept are models by id.
type Kept struct {
	Favourites []string
	Recent     []string // the latest first
}

// Used is what the user has asked of one model.
type Used struct {
	Model    string
	Requests int
	Tokens   int64
}
