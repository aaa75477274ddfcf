package engine

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"time"

	"assay/catalog"
	"assay/engine/chat"
	"assay/engine/format"
	"assay/engine/format/openai"
	"assay/engine/provider"
	"assay/engine/route"
	"assay/internal/secret"
)

// Upstream is one endpoint about to be asked. Its Do is an HTTP client of that
// endpoint alone: it adds the key, keeps the timers, bounds what is read, and returns
// refusals as classified errors.
type Upstream struct {
	Endpoint *catalog.Endpoint
	BaseURL  string // without trailing slash
	try      *callTry
}

// callTry is one request of a call to one endpoint.
type callTry struct {
	eng   *Engine
	cand  *route.Candidate
	prov  *provider.Provider
	watch *watchdog
	start time.Time

	receipt  Receipt
	accepted bool // the upstream took the request
	err      error
	first    time.Duration // until the answer began
	took     time.Duration
}

// try asks one endpoint. others says that another one could be asked instead of
// waiting for this one's quota.
func (r *callRun) try(ctx context.Context, cand *route.Candidate, others bool) *callTry {
	e := r.eng
	t := &callTry{eng: e, cand: cand, prov: e.Providers().Lookup(cand.Endpoint.Provider), start: time.Now()}
	patience := 2 * time.Minute
	if others {
		patience = 0
	}
	release, err := e.opt.Limits.Take(ctx, quota(t.prov, cand.Endpoint), patience, func(d time.Duration) {
		r.tell(cand, r.tries, chat.AttemptWaiting, &chat.Error{RetryAfter: d})
	})
	if err != nil {
		t.err = t.fault(ctx, err)
		return t
	}
	defer release()
	if !e.opt.Health.Begin(healthKey(cand)) {
		t.err = t.blame(&chat.Error{
			Type: chat.ErrUnavailable, Fault: chat.FaultUpstream, Retryable: true,
			Message: "failing; another request is probing it",
		})
		return t
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	timers := e.opt.Timeouts
	if timers.FirstToken > 0 {
		timers.FirstToken += r.call.Slow
	}
	t.start = time.Now() // waiting for a turn is not the endpoint's latency
	t.watch = newWatchdog(timers, cancel)
	defer t.watch.stop()
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { t.watch.connected() },
	})
	t.receipt, err = r.call.Send(traced, &Upstream{Endpoint: cand.Endpoint, BaseURL: t.prov.BaseURL, try: t})
	t.took = time.Since(t.start)
	if t.err = t.fault(ctx, err); t.err != nil {
		r.verdict(t)
	}
	return t
}

// fault turns whatever ended the try into a *chat.Error. A context that ended
// explains every other error.
func (t *callTry) fault(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	var ce *chat.Error
	switch {
	case ctx.Err() != nil:
		return t.blame(classify(stopCause(ctx)))
	case errors.As(err, &ce):
		return t.blame(ce)
	}
	return t.blame(&chat.Error{
		Type: chat.ErrUnavailable, Fault: chat.FaultUpstream, Retryable: true,
		Message: transportReason(err, t.accepted), Cause: err,
	})
}

// blame names the provider in an error and takes our key out of its words.
func (t *callTry) blame(ce *chat.Error) *chat.Error {
	out := *ce
	if out.Fault != chat.FaultLocal && out.Provider == "" {
		out.Provider = t.prov.Name
	}
	out.Message = secret.Scrub(out.Message, t.prov.Key)
	out.Raw = secret.Scrub(out.Raw, t.prov.Key)
	return &out
}

// Do sends one request to the endpoint. An answer that is no success comes back as a
// *chat.Error.
func (u *Upstream) Do(req *http.Request) (*http.Response, error) {
	t := u.try
	req.Header.Set("User-Agent", "assay")
	openai.New().Authorize(req.Header, t.prov.Key.Reveal())
	for k, v := range t.prov.Headers {
		req.Header.Set(k, v)
	}
	resp, err := t.eng.client.Do(req)
	if err != nil {
		return nil, err
	}
	switch resp.StatusCode / 100 {
	case 2:
		t.accepted = true
		resp.Body = &watchedBody{resp.Body, t, maxBody}
		return resp, nil
	case 3:
		err = &chat.Error{
			Type: chat.ErrUnavailable, Fault: chat.FaultUpstream, Status: resp.StatusCode,
			Message: "answers with a redirect, which is not followed: it would carry the key elsewhere",
		}
	default:
		body, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
		err = format.DecodeError(resp.StatusCode, resp.Header, body)
	}
	_ = resp.Body.Close() // nothing of it is of interest any more
	return nil, err
}

// watchedBody resets the idle timer with every piece and bounds the whole.
type watchedBody struct {
	io.ReadCloser
	t    *callTry
	left int
}

// Read implements io.Reader.
func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		if b.t.first == 0 {
			b.t.first = time.Since(b.t.start)
		}
		b.t.watch.content()
	}
	if b.left -= n; b.left < 0 {
		return 0, &chat.Error{Type: chat.ErrUnavailable, Fault: chat.FaultUpstream, Message: "the answer is larger than 32 MiB"}
	}
	return n, err
}
