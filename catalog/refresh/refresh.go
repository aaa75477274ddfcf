// Package refresh brings a catalog up to date over HTTP and keeps what it learned on
// disk.
//
// A refresh never loses what was known: a source that cannot be reached, answers with
// an error, with half a list or with something that is no list, leaves its part of the
// catalog as it was, and the others still count. Models that a complete list no longer
// holds stay, marked Gone.
//
// A Refresher is safe for concurrent use; two programs may share a folder.
package refresh

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"assay/catalog"
	"assay/catalog/source"
	"assay/internal/usd"
)

// Options of a Refresher. The zero value works, without a cache.
type Options struct {
	Client   *http.Client     // nil: http.DefaultClient's transport
	Dir      string           // folder of the cache; "": nothing is kept
	MaxBytes int64            // largest answer, default 16 MiB
	Timeout  time.Duration    // for one source as a whole, default 30 s
	Now      func() time.Time // default time.Now
	// Agent is sent as User-Agent.
	Agent string
}

// Source is somewhere models are listed.
type Source struct {
	Name     string      // of the catalog, or the provider's slug: what errors and the cache call it
	URL      string      // of the list
	Header   http.Header // what the request needs, such as the key; never kept
	Provider string      // set for a provider's own list
	Local    bool        // a server on this machine: its list is complete and its models cost nothing
}

// OpenRouter is the list of OpenRouter's models. It needs no key.
func OpenRouter() Source {
	return Source{Name: "openrouter", URL: "https://openrouter.ai/api/v1/models"}
}

// ModelsDev is the provider tree of models.dev.
func ModelsDev() Source { return Source{Name: "models.dev", URL: "https://models.dev/api.json"} }

// Result is what a refresh came to.
type Result struct {
	Catalog *catalog.Catalog
	Changes []catalog.Change
	Sources []Outcome // one for each source, in order
}

// Outcome is how one source answered.
type Outcome struct {
	Source   string
	Models   int      // rows read; 0 when nothing was new
	Same     bool     // the source said nothing has changed
	Problems []string // rows that were left out
	Err      error    // the source's part is as it was before
}

// Err joins the errors of all sources, nil when none failed.
func (r *Result) Err() error {
	var errs []error
	for _, o := range r.Sources {
		if o.Err != nil {
			errs = append(errs, o.Err)
		}
	}
	return errors.Join(errs...)
}

// Refresher asks sources for news.
type Refresher struct {
	opt Options

	mu    sync.Mutex // one refresh at a time: the second builds on the first
	state state      // of the cache last read or written
}

// New makes a Refresher. It does nothing yet.
func New(opt Options) *Refresher {
	opt.MaxBytes = cmp.Or(opt.MaxBytes, 16<<20)
	opt.Timeout = cmp.Or(opt.Timeout, 30*time.Second)
	opt.Agent = cmp.Or(opt.Agent, "assay")
	if opt.Now == nil {
		opt.Now = time.Now
	}
	client := http.Client{}
	if opt.Client != nil {
		client = *opt.Client
	}
	client.CheckRedirect = sameHost
	opt.Client = &client
	return &Refresher{opt: opt}
}

// Refresh asks the sources and returns base with their news. base is what Load or the
// last Refresh returned, before the user's own models are merged in: it is written to
// the cache, and a source that says "nothing new" means since then. What failed is in
// the result; the error is only about the cache, and the result stands beside it.
func (r *Refresher) Refresh(ctx context.Context, base *catalog.Catalog, sources ...Source) (*Result, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	res := &Result{Catalog: base, Sources: make([]Outcome, len(sources))}
	answers := make([]answer, len(sources))
	var wg sync.WaitGroup
	for i, s := range sources {
		wg.Go(func() { answers[i] = r.fetch(ctx, s, r.state.Sources[s.URL]) })
	}
	wg.Wait()
	var listings []*catalog.Listing
	next := r.state.clone()
	for i, s := range sources {
		out := &res.Sources[i]
		out.Source = s.Name
		a := answers[i]
		if a.err == nil && !a.same {
			a.err = suspicious(base, a.listing)
		}
		switch {
		case a.err != nil:
			out.Err = fmt.Errorf("refresh %s: %w", s.Name, a.err)
			continue
		case a.same:
			out.Same = true
		default:
			out.Models, out.Problems = len(a.listing.Rows), a.listing.Problems
			listings = append(listings, a.listing)
		}
		next.Sources[s.URL] = a.seen
	}
	if len(listings) > 0 {
		res.Catalog = catalog.Join(base, listings...)
		res.Changes = catalog.Diff(base, res.Catalog)
	}
	return res, r.keep(base, res.Catalog, next)
}

// answer is what one source said.
type answer struct {
	listing *catalog.Listing
	same    bool
	seen    seen
	err     error
}

func (r *Refresher) fetch(ctx context.Context, s Source, before seen) answer {
	ctx, cancel := context.WithTimeout(ctx, r.opt.Timeout)
	defer cancel()
	body, now, err := r.get(ctx, s.URL, s.Header, before)
	if err != nil {
		return answer{err: err}
	}
	if body == nil {
		return answer{same: true, seen: now}
	}
	today := r.opt.Now().UTC().Format(time.DateOnly)
	l, err := s.read(body, today)
	if err != nil {
		return answer{err: err}
	}
	if len(l.Problems) > 0 {
		// Ask for the whole list again next time: it may be mended.
		now.ETag, now.Modified = "", ""
	}
	return answer{listing: l, seen: now}
}

func (s Source) read(body []byte, today string) (*catalog.Listing, error) {
	if s.Provider == "" {
		l, err := source.Read(s.Name+"@"+today, bytes.NewReader(body))
		if err == nil {
			source.KeepUseful(l)
			// Where keys are sent, and which, is never learned from the network: the
			// addresses of providers come with the program or from the user.
			l.Providers = nil
		}
		return l, err
	}
	l, err := source.ReadProvider(s.Provider, today, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	source.KeepUseful(l)
	if !s.Local {
		return l, nil
	}
	l.Scope.Provider = s.Provider
	free := usd.Known(usd.Amount{})
	for _, row := range l.Rows {
		for i := range row.Model.Endpoints {
			row.Model.Endpoints[i].Prices = catalog.Prices{Prompt: free, Completion: free}
		}
	}
	return l, nil
}

// ErrShrunk is a list so much shorter than the one before that it is not believed.
var ErrShrunk = errors.New("the list is suddenly less than half as long; the old one is kept")

// suspicious guards against a server that answers well-formed nonsense: a complete list
// that would make most of its models vanish.
func suspicious(base *catalog.Catalog, l *catalog.Listing) error {
	if l.Format == "ollama" || l.Source.Name == "provider" {
		return nil // one model may well be all there is
	}
	had := 0
	for _, m := range base.Models() {
		for i := range m.Endpoints {
			if !m.Gone && l.Scope.Covers(&m.Endpoints[i]) {
				had++
			}
		}
	}
	if had >= 20 && len(l.Rows) < had/2 {
		return fmt.Errorf("%d models instead of %d: %w", len(l.Rows), had, ErrShrunk)
	}
	return nil
}

// Endpoints asks OpenRouter which upstreams serve a model: its slug there, as in
// Endpoint.Upstream. The endpoints are OpenRouter's, tagged "openrouter/<upstream>",
// each with its own price and limits. base is the address of the API, without a slash
// at the end.
func (r *Refresher) Endpoints(ctx context.Context, base, slug string) ([]catalog.Endpoint, error) {
	ctx, cancel := context.WithTimeout(ctx, r.opt.Timeout)
	defer cancel()
	url, err := endpointsURL(base, slug)
	if err != nil {
		return nil, err
	}
	body, _, err := r.get(ctx, url, nil, seen{})
	if err != nil {
		return nil, fmt.Errorf("endpoints of %s: %w", slug, err)
	}
	l, err := source.Read("endpoints@"+r.opt.Now().UTC().Format(time.DateOnly), bytes.NewReader(body))
	switch {
	case errors.Is(err, source.ErrEmpty):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("endpoints of %s: %w", slug, err)
	}
	return l.Rows[0].Model.Endpoints, nil
}
