package engine

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"sync/atomic"
	"syscall"
	"time"

	"assay/engine/chat"
	"assay/engine/format"
	"assay/engine/format/sse"
	"assay/engine/health"
	"assay/engine/limit"
	"assay/engine/provider"
	"assay/engine/route"
	"assay/internal/secret"
)

// Bounds on what an upstream may make us hold.
const (
	maxErrorBody = 64 << 10
	maxBody      = 32 << 20
)

// race is one or two attempts of which the first to speak wins.
type race struct {
	l       *laneRun
	winner  atomic.Pointer[attempt]
	won     chan *attempt
	ends    chan *attemptEnd
	running []*attempt
}

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

	ceiling float64 // estimated completion tokens the budget allows, 0: no bound
}

// attemptEnd is how an attempt ended. err is nil for a complete answer.
type attemptEnd struct {
	*attempt
	err      error
	result   format.Result
	format   string
	sent     bool // a request went out
	accepted bool // the upstream took it: from here on it may bill
	content  bool // something of the answer came
	lost     bool // another attempt had spoken first
	demo     bool
	tokens   float64       // estimated completion tokens that came
	ttft     time.Duration // to the first content
	duration time.Duration
}

func healthKey(c *route.Candidate) health.Key {
	return health.Key{Model: c.Model.ID, Tag: c.Endpoint.Tag}
}

// start begins an attempt. others says that another endpoint could be tried instead
// of waiting for this one's quota.
func (r *race) start(ctx context.Context, cand *route.Candidate, others bool) {
	l := r.l
	l.tries++
	a := &attempt{race: r, cand: cand, prov: l.eng.Providers().Lookup(cand.Endpoint.Provider), n: l.tries, start: time.Now()}
	a.end = &attemptEnd{attempt: a}
	ctx, a.cancel = context.WithCancelCause(ctx)
	r.running = append(r.running, a)
	l.run.last(l.lane.Spec.Lane, &chat.Attempt{
		N: a.n, Provider: cand.Endpoint.Provider, Endpoint: cand.Endpoint.Tag, Model: cand.Model.ID,
		Outcome: chat.AttemptStarted, Restart: l.restart,
	})
	l.restart = false
	go func() {
		defer a.cancel(nil)
		a.end.err = a.run(ctx, others)
		a.end.duration = time.Since(a.start)
		if a.end.err != nil && a.end.lost {
			a.end.err = &chat.Error{Type: chat.ErrCancelled, Fault: chat.FaultLocal, Message: "another endpoint answered first"}
		}
		r.ends <- a.end
	}()
}

func (r *race) stopOthers(winner *attempt) {
	for _, a := range r.running {
		if a != winner {
			a.cancel(errLost)
		}
	}
}

var errLost = errors.New("lost to another endpoint")

// drain waits for attempts that were told to stop.
func (r *race) drain(ctx context.Context) {
	for len(r.running) > 0 {
		end := <-r.ends
		r.running = slices.DeleteFunc(r.running, func(a *attempt) bool { return a == end.attempt })
		end.lost = true
		r.l.settleEnd(ctx, end)
	}
}

// run does the whole attempt. The error is a *chat.Error.
func (a *attempt) run(ctx context.Context, others bool) error {
	eng := a.race.l.eng
	release, err := a.turn(ctx, others)
	if err != nil {
		return a.fault(ctx, err)
	}
	defer release()
	if !eng.opt.Health.Begin(healthKey(a.cand)) {
		return &chat.Error{
			Type: chat.ErrUnavailable, Fault: chat.FaultUpstream, Provider: a.prov.Name, Retryable: true,
			Message: "failing; another request is probing it",
		}
	}
	codec, err := eng.codecFor(firstOf(a.cand.Endpoint.Format, a.prov.Format))
	if err != nil {
		return err
	}
	a.end.format, a.end.demo = codec.Name(), a.prov.Demo
	req, err := a.request(ctx, codec)
	if err != nil {
		return a.fault(ctx, err)
	}
	a.start = time.Now() // waiting for a turn is not the endpoint's latency
	a.watch = newWatchdog(eng.opt.Timeouts, a.cancel)
	defer a.watch.stop()
	a.end.sent = true
	resp, err := eng.client.Do(req.WithContext(a.trace(ctx)))
	if err != nil {
		return a.fault(ctx, err)
	}
	defer resp.Body.Close()
	a.watch.connected()
	return a.fault(ctx, a.respond(ctx, codec, resp))
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
	chatReq, ceiling, err := l.affordable(a.cand)
	if err != nil {
		return nil, err
	}
	a.ceiling = ceiling
	body, err := codec.Encode(chatReq, format.Options{
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

// respond reads the answer whatever shape it has: a stream, one JSON body, or an error.
func (a *attempt) respond(ctx context.Context, codec format.Codec, resp *http.Response) error {
	if resp.StatusCode/100 != 2 {
		return a.refused(codec, resp)
	}
	a.end.accepted = true
	body := bufio.NewReaderSize(resp.Body, 32<<10)
	first, err := firstByte(body)
	if err != nil {
		return err
	}
	switch first {
	case '{', '[':
		return a.whole(ctx, codec, body)
	case '<':
		page, _ := io.ReadAll(io.LimitReader(body, maxErrorBody))
		return codec.DecodeError(http.StatusBadGateway, resp.Header, page)
	}
	return a.stream(ctx, codec, body)
}

// firstByte skips the white space some gateways send to keep a connection alive.
func firstByte(r *bufio.Reader) (byte, error) {
	for {
		b, err := r.ReadByte()
		if err != nil {
			return 0, err
		}
		switch b {
		case ' ', '\t', '\r', '\n', 0xEF, 0xBB, 0xBF:
			continue
		}
		return b, r.UnreadByte()
	}
}

func (a *attempt) refused(codec format.Codec, resp *http.Response) error {
	if resp.StatusCode/100 == 3 {
		return &chat.Error{
			Type: chat.ErrUnavailable, Fault: chat.FaultUpstream, Status: resp.StatusCode,
			Message: "answers with a redirect, which is not followed: it would carry the key elsewhere",
		}
	}
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	return codec.DecodeError(resp.StatusCode, resp.Header, body)
}

func (a *attempt) whole(ctx context.Context, codec format.Codec, body io.Reader) error {
	all, err := io.ReadAll(io.LimitReader(body, maxBody+1))
	if err != nil {
		return err
	}
	if len(all) > maxBody {
		return &chat.Error{Type: chat.ErrUnavailable, Fault: chat.FaultUpstream, Message: "the answer is larger than 32 MiB"}
	}
	a.end.result, err = codec.DecodeBody(all, func(b chat.Body) { a.deliver(ctx, b) })
	if err == nil {
		err = a.verdict(ctx)
	}
	return err
}

func (a *attempt) stream(ctx context.Context, codec format.Codec, body io.Reader) error {
	rd, st := sse.NewReader(body), codec.NewStream()
	deliver := func(b chat.Body) { a.deliver(ctx, b) }
	var failed error
	for failed == nil && !st.Done() && ctx.Err() == nil {
		ev, err := rd.Next()
		if err != nil {
			failed = err
			break
		}
		failed = st.Event(ev, deliver)
	}
	res, err := st.Close()
	a.end.result = res
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case failed != nil && !errors.Is(failed, io.EOF):
		return failed
	case err != nil:
		return err
	}
	return a.verdict(ctx)
}

// verdict refuses an answer that ended well but holds nothing: the next endpoint may
// do better. Nothing visible after a length or filter stop is an answer all the same.
func (a *attempt) verdict(ctx context.Context) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if a.end.content || a.end.result.FinishReason != "stop" && a.end.result.FinishReason != "" {
		return nil
	}
	return &chat.Error{Type: chat.ErrUnavailable, Fault: chat.FaultUpstream, Retryable: true, Message: "the answer was empty"}
}

// deliver hands a fragment on if this attempt may speak: the first content of a race
// decides who may.
func (a *attempt) deliver(ctx context.Context, b chat.Body) {
	if a.end.lost || ctx.Err() != nil || blank(b) {
		return
	}
	if !a.end.content {
		if !a.race.winner.CompareAndSwap(nil, a) {
			a.end.lost = true
			a.cancel(errLost)
			return
		}
		a.end.content = true
		a.end.ttft = time.Since(a.start)
		a.race.l.firstContent()
		a.race.won <- a
	}
	a.watch.content()
	a.end.tokens += approx(b)
	if a.race.l.content(ctx, b) && a.ceiling > 0 && a.end.tokens > a.ceiling {
		a.cancel(&chat.Error{Type: chat.ErrBudget, Fault: chat.FaultLocal, Message: "stopped: going on would pass a spending cap"})
	}
}

func blank(b chat.Body) bool {
	switch b := b.(type) {
	case chat.Text:
		return b.Text == ""
	case chat.Thought:
		return b.Text == ""
	}
	return false
}

func approx(b chat.Body) float64 {
	switch b := b.(type) {
	case chat.Text:
		return chat.ApproxTokens(b.Text)
	case chat.Thought:
		return chat.ApproxTokens(b.Text)
	case chat.ToolCall:
		return chat.ApproxTokens(b.Arguments)
	}
	return 0
}

// fault turns whatever ended the attempt into a *chat.Error. A context that ended
// explains every other error.
func (a *attempt) fault(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		if cause := stopCause(ctx); !errors.Is(cause, errLost) {
			return a.blame(classify(cause))
		}
		a.end.lost = true
		return classify(errLost)
	}
	var ce *chat.Error
	if errors.As(err, &ce) {
		return a.blame(ce)
	}
	return a.blame(&chat.Error{
		Type: chat.ErrUnavailable, Fault: chat.FaultUpstream, Retryable: true,
		Message: transportReason(err, a.end.content), Cause: err,
	})
}

// blame names the provider in an error and takes our key out of its words.
func (a *attempt) blame(ce *chat.Error) *chat.Error {
	out := *ce
	if out.Fault != chat.FaultLocal && out.Provider == "" {
		out.Provider = a.prov.Name
	}
	out.Message = secret.Scrub(out.Message, a.prov.Key)
	out.Raw = secret.Scrub(out.Raw, a.prov.Key)
	return &out
}

// transportReason words a transport error without addresses or headers.
func transportReason(err error, content bool) string {
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.As(err, &dns):
		return "host not found: " + dns.Name
	case errors.As(err, &cert):
		return "TLS: " + cert.Unwrap().Error()
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		if content {
			return "the connection was cut in the middle of the answer"
		}
		return "the connection was cut before the answer"
	case errors.Is(err, sse.ErrTooLong):
		return "sent a line that is too long"
	}
	return fmt.Sprintf("network: %v", redact(err))
}

// redact drops the URL that http.Client puts before the reason.
func redact(err error) error {
	var op interface{ Unwrap() error }
	if errors.As(err, &op) {
		if inner := op.Unwrap(); inner != nil {
			return inner
		}
	}
	return err
}
