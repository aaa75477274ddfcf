package engine

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"time"

	"assay/engine/chat"
	"assay/engine/format"
	"assay/engine/health"
	"assay/engine/limit"
	"assay/engine/provider"
	"assay/engine/route"
	"assay/internal/usd"
)

// attempt is one request to one endpoint. It runs on its own goroutine.
type attempt struct {
	race   *race
	cand   *route.Candidate
	prov   *provider.Provider
	n      int
	cancel context.CancelCauseFunc
	start  time.Time
	watch  *watchdog
	end    *attemptEnd

	budget  *usd.Amount // most it may cost, nil: no bound
	ceiling float64     // estimated completion tokens that allows, 0: no bound
}

// attemptEnd is how an attempt ended. err is nil for a complete answer.
type attemptEnd struct {
	*attempt
	err      error
	result   format.Result
	format   string
	begun    bool // the endpoint's breaker let it pass
	sent     bool // a request went out
	accepted bool // the upstream took it: from here on it may bill
	content  bool // something of the answer came
	left     bool // we went away: stopped, timed out or lost
	lost     bool // another attempt had spoken first
	demo     bool
	tokens   float64       // estimated completion tokens that came
	ttft     time.Duration // to the first content
	duration time.Duration
}

func healthKey(c *route.Candidate) health.Key {
	return health.Key{Model: c.Model.ID, Tag: c.Endpoint.Tag}
}

// run does the whole attempt. The error is a *chat.Error.
func (a *attempt) run(ctx context.Context, others bool) error {
	eng := a.race.l.eng
	codec, err := eng.codecFor(firstOf(a.cand.Endpoint.Format, a.prov.Format))
	if err != nil {
		return err
	}
	a.end.format, a.end.demo = codec.Name(), a.prov.Demo
	// Before its turn: a request that cannot be sent must not use up a quota.
	req, err := a.request(ctx, codec)
	if err != nil {
		return a.fault(ctx, err)
	}
	release, err := a.turn(ctx, others)
	if err != nil {
		return a.fault(ctx, err)
	}
	defer release()
	a.end.begun = eng.opt.Health.Begin(healthKey(a.cand))
	if !a.end.begun && others {
		return &chat.Error{
			Type: chat.ErrUnavailable, Fault: chat.FaultUpstream, Provider: a.prov.Name, Retryable: true,
			Message: "failing; another request is probing it",
		}
	}
	a.start = time.Now() // waiting for a turn is not the endpoint's latency
	a.watch = newWatchdog(a.patience(others), a.cancel)
	defer a.watch.stop()
	a.end.sent = true
	resp, err := eng.client.Do(req.WithContext(a.trace(ctx)))
	if err != nil {
		return a.fault(ctx, err)
	}
	defer resp.Body.Close()
	a.watch.connected()
	err = a.respond(ctx, codec, resp)
	if err == nil {
		a.finishBody(resp.Body)
	}
	return a.fault(ctx, err)
}

// finishBody reads what follows a complete answer, which is nothing but the end of the
// body: only then the connection serves the next request. Upstreams that keep the body
// open are not waited for.
func (a *attempt) finishBody(body io.Reader) {
	defer time.AfterFunc(25*time.Millisecond, func() { a.cancel(nil) }).Stop()
	_, _ = io.CopyN(io.Discard, body, 4<<10)
}

// patience is the timers of the attempt. Nobody should wait the whole time for an
// endpoint that may still be down while others could answer: a quarter of it is given
// then, or twice what the endpoint usually needs.
func (a *attempt) patience(others bool) Timeouts {
	t := a.race.l.eng.opt.Timeouts
	if a.cand.Probe && others && t.FirstToken > 0 {
		usual := a.race.l.eng.opt.Health.TTFTp95(healthKey(a.cand))
		t.FirstToken = min(t.FirstToken, max(t.FirstToken/4, 2*usual))
	}
	return t
}

// turn waits for the provider's quotas.
func (a *attempt) turn(ctx context.Context, others bool) (func(), error) {
	l := a.race.l
	ask := limit.Ask{Key: a.prov.Name, PerMinute: a.prov.RPM, Parallel: a.prov.Parallel}
	if a.cand.Endpoint.Free() && a.prov.Free != (provider.Quota{}) {
		ask = limit.Ask{Key: a.prov.Name + ":free", PerMinute: a.prov.Free.PerMinute, PerDay: a.prov.Free.PerDay, Parallel: a.prov.Parallel}
	}
	patience := 2 * time.Minute
	if others {
		patience = 0
	}
	return l.eng.opt.Limits.Take(ctx, ask, patience, func(d time.Duration) {
		l.run.emit(ctx, l.lane.Spec.Lane, &chat.Attempt{
			N: a.n, Provider: a.prov.Name, Endpoint: a.cand.Endpoint.Tag, Model: a.cand.Model.ID,
			Outcome: chat.AttemptWaiting, RetryAfterMs: d.Milliseconds(),
		})
	})
}

func (a *attempt) request(ctx context.Context, codec format.Codec) (*http.Request, error) {
	l := a.race.l
	chatReq, ceiling, err := l.affordable(a.cand, a.budget)
	if err != nil {
		return nil, err
	}
	a.ceiling = ceiling
	body, err := codec.Encode(suited(chatReq, a.cand.Endpoint), format.Options{
		Model: a.cand.Endpoint.Upstream, Provider: a.prov.Name,
		MaxTokens: outputLimit(a.cand.Endpoint), Extra: passthrough(a.prov, &l.lane.Prefs),
	})
	if err != nil {
		return nil, &chat.Error{Type: chat.ErrInvalidRequest, Fault: chat.FaultCaller, Provider: a.prov.Name, Message: err.Error(), Cause: err}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.prov.BaseURL+codec.Path(), bytes.NewReader(body))
	if err != nil {
		return nil, &chat.Error{Type: chat.ErrInternal, Fault: chat.FaultLocal, Provider: a.prov.Name, Message: "base_url: " + err.Error()}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream, application/json")
	req.Header.Set("User-Agent", "assay")
	codec.Authorize(req.Header, a.prov.Key.Reveal())
	for k, v := range a.prov.Headers {
		req.Header.Set(k, v)
	}
	return req, nil
}

// trace tells the watchdog when the connection stands.
func (a *attempt) trace(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { a.watch.connected() },
	})
}
