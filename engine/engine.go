// Package engine sends one prompt to several models and gives back one stream of
// events: it plans each request over the endpoints that serve its model, tries them
// in order, fails over before the first token, keeps four timers, and bills to the
// last digit.
//
// An [Engine] owns every goroutine it starts and is safe for concurrent use; Close
// waits for all of them.
package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"assay/catalog"
	"assay/engine/budget"
	"assay/engine/chat"
	"assay/engine/format"
	"assay/engine/format/anthropic"
	"assay/engine/format/openai"
	"assay/engine/format/responses"
	"assay/engine/health"
	"assay/engine/limit"
	"assay/engine/provider"
	"assay/engine/route"
	"assay/internal/usd"
)

// Options configure an engine. Only Catalog and Providers are needed.
type Options struct {
	Catalog   func() *catalog.Catalog // called when a request is planned, not before
	Providers func() *provider.Set
	Prefs     route.Preferences // of the configuration: the base of every request's
	Timeouts  Timeouts
	Attempts  int // tries per request over all endpoints; 0: DefaultAttempts

	DayCap, MonthCap usd.Price // absent: no cap
	MaxParallel      int       // lanes at once over all runs; 0: no bound

	Health *health.Registry // nil: a fresh one
	Limits *limit.Scheduler // nil: one of this process alone
	Budget budget.Book      // nil: one of this process alone
	Record func(Record)     // called at the end of every lane, from its goroutine; may be nil
	Log    *slog.Logger     // never sees keys or text; nil: silent

	Transport http.RoundTripper // nil: NewTransport()
}

// Timeouts are the four timers. Zero fields mean the default; negative ones switch
// the timer off.
type Timeouts struct {
	Connect    time.Duration // until a connection stands, TLS included
	FirstToken time.Duration // from sending to the first content; keep-alives do not count
	Idle       time.Duration // between two pieces of content
	Total      time.Duration // of a request, all its tries included
}

// DefaultTimeouts suit models that think before they speak.
var DefaultTimeouts = Timeouts{Connect: 10 * time.Second, FirstToken: 60 * time.Second, Idle: 60 * time.Second, Total: 15 * time.Minute}

// DefaultAttempts bounds the tries of one request.
const DefaultAttempts = 6

// Engine is the router.
type Engine struct {
	opt    Options
	client *http.Client
	codecs map[string]format.Codec
	runs   sync.WaitGroup
	slots  chan struct{}
	sticky stickies
	money  budget.Split
}

// New makes an engine. It does no IO.
func New(opt Options) *Engine {
	opt.Timeouts = opt.Timeouts.withDefaults()
	if opt.Attempts <= 0 {
		opt.Attempts = DefaultAttempts
	}
	if opt.Health == nil {
		opt.Health = health.New(nil)
	}
	if opt.Limits == nil {
		opt.Limits = limit.New(nil)
	}
	if opt.Budget == nil {
		opt.Budget = budget.NewMemory()
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Transport == nil {
		opt.Transport = NewTransport()
	}
	e := &Engine{
		opt: opt,
		client: &http.Client{
			Transport: opt.Transport,
			// A redirect would carry the key to a host nobody configured.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		codecs: map[string]format.Codec{},
		sticky: newStickies(),
		money:  budget.Split{Runs: budget.NewMemory(), Rest: opt.Budget},
	}
	for _, c := range []format.Codec{openai.New(), anthropic.New(), responses.New()} {
		e.codecs[c.Name()] = c
	}
	if opt.MaxParallel > 0 {
		e.slots = make(chan struct{}, opt.MaxParallel)
	}
	return e
}

func (t Timeouts) withDefaults() Timeouts {
	pick := func(v, def time.Duration) time.Duration {
		if v == 0 {
			return def
		}
		return v
	}
	return Timeouts{
		Connect:    pick(t.Connect, DefaultTimeouts.Connect),
		FirstToken: pick(t.FirstToken, DefaultTimeouts.FirstToken),
		Idle:       pick(t.Idle, DefaultTimeouts.Idle),
		Total:      pick(t.Total, DefaultTimeouts.Total),
	}
}

// NewTransport is an HTTP transport for many concurrent streams: proxies from the
// environment, no compression surprises, connections kept for the next request.
func NewTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 16
	t.ResponseHeaderTimeout = 0 // the first-token timer covers it
	t.MaxResponseHeaderBytes = 1 << 20
	return t
}

// Close waits for every run to end. Cancel them first.
func (e *Engine) Close() {
	e.runs.Wait()
	e.client.CloseIdleConnections()
}

// Health is the engine's memory of endpoints.
func (e *Engine) Health() *health.Registry { return e.opt.Health }

// Limits is the engine's scheduler of quotas.
func (e *Engine) Limits() *limit.Scheduler { return e.opt.Limits }

// Providers is the configured upstreams.
func (e *Engine) Providers() *provider.Set { return e.opt.Providers() }

// demoOnly reports whether every lane asks for the demo provider.
func (e *Engine) demoOnly(lanes []chat.LaneSpec) bool {
	for _, l := range lanes {
		if !strings.HasPrefix(l.Model, "demo/") {
			return false
		}
	}
	return len(lanes) > 0
}

func newID() string { return strings.ToLower(rand.Text()[:12]) }

// newSeed stays below 2³¹ so that every JSON reader keeps it whole.
func newSeed() int64 { return mathrand.Int64N(1 << 31) }

// stopCause tells a stop somebody asked for from a timer's.
func stopCause(ctx context.Context) error {
	err := context.Cause(ctx)
	var ce *chat.Error
	if errors.As(err, &ce) {
		return ce
	}
	return err
}
