package engine

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"assay/engine/budget"
	"assay/engine/chat"
	"assay/engine/format"
	"assay/engine/health"
	"assay/engine/route"
	"assay/internal/usd"
)

// laneRun takes one lane from its request to its end. All its methods run on the
// lane's goroutine; what attempts do concurrently is in attempt.go.
type laneRun struct {
	eng   *Engine
	run   *Run
	lane  Lane
	watch func(chat.Body)
	began time.Time

	req    chat.Request // as sent: caps applied
	plan   route.Plan
	hold   *budget.Hold
	caps   []budget.Cap
	answer chat.Answer
	text   strings.Builder
	think  strings.Builder

	tries   int
	restart bool          // the next attempt voids what was shown
	ttft    time.Duration // of the lane: since it began, failed tries included
	most    int
	faults  map[string]*chat.Error // last fault of each endpoint, by tag
	err     *chat.Error            // the newest failure
}

func newLaneRun(r *Run, ln Lane, watch func(chat.Body)) *laneRun {
	return &laneRun{
		eng: r.eng, run: r, lane: ln, watch: watch, began: time.Now(), req: ln.Request,
		answer: chat.Answer{Spec: ln.Spec}, faults: map[string]*chat.Error{},
	}
}

// start drives the lane. It always ends with exactly one finish or error event.
func (l *laneRun) start(ctx context.Context) chat.Answer {
	if total := l.eng.opt.Timeouts.Total; total > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, total, timeoutError("the whole request took longer than "+total.String()))
		defer cancel()
	}
	leave, err := l.eng.enter(ctx)
	if err == nil {
		defer leave()
		err = l.prepare(ctx)
	}
	l.run.started()
	if err != nil {
		return l.fail(err, nil)
	}
	return l.drive(ctx)
}

// enter takes one of the engine's parallel slots.
func (e *Engine) enter(ctx context.Context) (leave func(), err error) {
	if e.slots == nil {
		return func() {}, stopCause(ctx)
	}
	select {
	case e.slots <- struct{}{}:
		return func() { <-e.slots }, nil
	case <-ctx.Done():
		return nil, stopCause(ctx)
	}
}

// prepare plans the request and reserves its money.
func (l *laneRun) prepare(ctx context.Context) error {
	plan, err := l.eng.plan(&l.req, l.lane.Prefs)
	if err != nil {
		return err
	}
	l.plan = plan.Plan
	ev := l.plan.Event(l.req.Model)
	ev.Note = plan.Why
	l.run.emit(ctx, l.lane.Spec.Lane, ev)
	if len(l.plan.Candidates) == 0 {
		return l.plan.Empty(l.req.Model)
	}
	l.most = l.eng.opt.Attempts
	if plan.Prefs.Attempts > 0 {
		l.most = plan.Prefs.Attempts
	}
	l.lane.Prefs = plan.Prefs
	return l.reserve()
}

// drive tries candidates until one answers, nothing is left, or the context ends.
func (l *laneRun) drive(ctx context.Context) answer {
	queue := newQueue(l.plan.Candidates)
	for {
		cand, wait, ok := queue.next(l)
		if !ok {
			return l.fail(l.exhausted(), nil)
		}
		if wait > 0 {
			l.announceWait(ctx, cand, wait)
			if err := sleep(ctx, wait); err != nil {
				return l.fail(err, nil)
			}
		}
		end := l.race(ctx, cand, queue)
		switch {
		case end.err == nil:
			return l.finish(end)
		case ctx.Err() != nil || isLocal(end.err) || end.content && !l.lane.Prefs.RestartAfterCut:
			l.tell(ctx, end, nil)
			return l.fail(end.err, end)
		}
		l.abandon(ctx, end)
		if end.content {
			l.voidText()
		}
		l.note(end)
		queue.failed(end.cand, end.err)
	}
}

type answer = chat.Answer

func isLocal(err error) bool {
	var ce *chat.Error
	return errors.As(err, &ce) && ce.Fault == chat.FaultLocal && ce.Type != chat.ErrRateLimit
}

func (l *laneRun) note(end *attemptEnd) {
	var ce *chat.Error
	if errors.As(end.err, &ce) {
		l.err = ce
		l.faults[end.cand.Endpoint.Tag] = ce
	}
}

// exhausted is the error of a lane that has nobody left to ask: the last failure,
// since by then it is as good as any and names a provider and a reason.
func (l *laneRun) exhausted() error {
	if l.err != nil {
		return l.err
	}
	return &chat.Error{Type: chat.ErrUnavailable, Fault: chat.FaultUpstream, Retryable: true, Message: "every endpoint is busy"}
}

// voidText forgets what a cut answer had shown; its bill stays.
func (l *laneRun) voidText() {
	l.text.Reset()
	l.think.Reset()
	l.answer.Tools = nil
	l.restart, l.ttft = true, 0
}

// firstContent is called by the attempt that may speak, when it does.
func (l *laneRun) firstContent() { l.ttft = time.Since(l.began) }

func (l *laneRun) finish(end *attemptEnd) answer {
	now := time.Now()
	usage, cost := l.eng.bill(l, end, now)
	prov := end.cand.Endpoint.Provider
	if end.result.Provider != "" {
		prov = end.result.Provider
	}
	fin := &chat.Finish{
		Model: firstOf(end.result.Model, end.cand.Model.ID), Provider: prov, Endpoint: end.cand.Endpoint.Tag,
		FinishReason: firstOf(end.result.FinishReason, "stop"), NativeFinishReason: end.result.NativeFinishReason,
		GenerationID: end.result.ID, Usage: usage, Cost: cost,
		TTFTMs: l.ttft.Milliseconds(), DurationMs: now.Sub(l.began).Milliseconds(),
		TokensPerS: rate(usage.CompletionTokens, end), Demo: end.demo, Skipped: end.result.Skipped,
	}
	if len(end.result.Thinking) > 0 {
		fin.Thinking = thinkingOf(end)
	}
	key := health.Key{Model: end.cand.Model.ID, Tag: end.cand.Endpoint.Tag}
	l.eng.opt.Health.Success(key, end.ttft, end.duration, usage.CompletionTokens)
	l.eng.sticky.hit(&l.req, end.cand)
	l.answer.Finish = fin
	l.settle(cost)
	l.run.last(l.lane.Spec.Lane, fin)
	return l.end(end, "")
}

// fail ends the lane with an error event. end is the attempt that had begun to
// answer, nil when none had.
func (l *laneRun) fail(err error, end *attemptEnd) answer {
	ce := classify(err)
	f := &chat.Failure{
		ErrorType: ce.Type, Status: ce.Status, Provider: ce.Provider, Model: l.req.Model,
		Message: ce.Message, Raw: ce.Raw, Retryable: ce.Retryable, RetryAfterMs: ce.RetryAfter.Milliseconds(),
		Remedy: l.remedy(ce), Attempts: l.tries, Previous: ce.Previous,
		DurationMs: time.Since(l.began).Milliseconds(),
	}
	if end != nil {
		f.Endpoint, f.Provider = end.cand.Endpoint.Tag, firstOf(f.Provider, end.cand.Endpoint.Provider)
		f.TTFTMs = l.ttft.Milliseconds()
		if end.billable() {
			usage, cost := l.eng.bill(l, end, time.Now())
			f.Usage, f.Cost = &usage, &cost
		}
	}
	l.answer.Failure = f
	var cost chat.Cost
	if f.Cost != nil {
		cost = *f.Cost
	}
	l.settle(cost)
	l.run.last(l.lane.Spec.Lane, f)
	return l.end(end, ce.Type)
}

// end closes the books of the lane.
func (l *laneRun) end(end *attemptEnd, failure chat.ErrorType) answer {
	l.answer.Text, l.answer.Thought = l.text.String(), l.think.String()
	l.eng.record(l, end, failure)
	return l.answer
}

func thinkingOf(end *attemptEnd) *chat.Thinking {
	blocks, err := rawBlocks(end.result.Thinking)
	if err != nil {
		return nil
	}
	return &chat.Thinking{Format: end.format, Provider: end.cand.Endpoint.Tag, Blocks: blocks}
}

// rate is tokens per second after the first one; an answer that came in one piece is
// measured over its whole duration.
func rate(tokens int, end *attemptEnd) float64 {
	d := end.duration - end.ttft
	if d < 100*time.Millisecond {
		d = end.duration
	}
	if tokens == 0 || d <= 0 {
		return 0
	}
	return float64(int(float64(tokens)/d.Seconds()*10+.5)) / 10
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// content hands one fragment of the winning attempt on.
func (l *laneRun) content(ctx context.Context, b chat.Body) bool {
	if !l.run.emit(ctx, l.lane.Spec.Lane, b) {
		return false
	}
	switch b := b.(type) {
	case chat.Text:
		l.text.WriteString(b.Text)
	case chat.Thought:
		l.think.WriteString(b.Text)
	case chat.ToolCall:
		l.tool(b)
	}
	if l.watch != nil {
		l.watch(b)
	}
	return true
}

func (l *laneRun) tool(c chat.ToolCall) {
	if c.Index < 0 || c.Index >= chat.MaxLanes {
		return
	}
	for len(l.answer.Tools) <= c.Index {
		l.answer.Tools = append(l.answer.Tools, chat.ToolRequest{})
	}
	t := &l.answer.Tools[c.Index]
	t.ID, t.Name = firstOf(c.ID, t.ID), firstOf(c.Name, t.Name)
	t.Arguments += c.Arguments
}

func (l *laneRun) announceWait(ctx context.Context, c *route.Candidate, wait time.Duration) {
	l.run.emit(ctx, l.lane.Spec.Lane, &chat.Attempt{
		N: l.tries + 1, Provider: c.Endpoint.Provider, Endpoint: c.Endpoint.Tag, Model: c.Model.ID,
		Outcome: chat.AttemptWaiting, RetryAfterMs: wait.Milliseconds(),
	})
}

// sleep waits, or returns the cause of the context's end.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return stopCause(ctx)
	}
}

// codecFor is the codec of a provider's format.
func (e *Engine) codecFor(name string) (format.Codec, error) {
	c := e.codecs[name]
	if c == nil {
		return nil, &chat.Error{Type: chat.ErrInternal, Fault: chat.FaultLocal, Message: "unknown wire format " + name}
	}
	return c, nil
}

// settle books the lane's money: what was held, and for days and months without a
// cap too, so that a cap set later counts what was spent before.
func (l *laneRun) settle(cost chat.Cost) {
	spent := cost.Add(l.answer.Abandoned).USD
	fail := func(err error) {
		if err != nil {
			l.eng.opt.Log.Error("settle budget", "err", err)
		}
	}
	if l.hold != nil {
		fail(l.hold.Settle(spent))
	}
	if spent.IsZero() || l.demo() {
		return
	}
	for _, scope := range []string{budget.Day(l.began), budget.Month(l.began)} {
		if !slices.ContainsFunc(l.caps, func(c budget.Cap) bool { return c.Scope == scope }) {
			fail(l.eng.money.Settle(scope, usd.Amount{}, spent))
		}
	}
}
