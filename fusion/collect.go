package fusion

import (
	"context"
	"time"

	"assay/engine/chat"
)

// collector runs the members and gathers their answers.
type collector struct {
	s       *session
	ended   chan arrival
	running int
	began   time.Time
}

type arrival struct {
	m      *member
	answer chat.Answer
}

// newCollector prepares to run a session's members. close must be called.
func newCollector(s *session) *collector {
	return &collector{s: s, ended: make(chan arrival, len(s.members)), began: time.Now()}
}

// start runs members under ctx, each in its own goroutine. The channel has room for
// all of them, so none ever waits to report.
func (c *collector) start(ctx context.Context, members []*member) {
	for _, m := range members {
		c.running++
		go func() {
			c.ended <- arrival{m, c.s.runner.Lane(ctx, m.spec(), c.s.plan.request(m.seat), m.live.watch)}
		}()
	}
}

// gather waits until all started members have ended, or enough of them and the grace
// is over, or the deadline has come, or the user asks to go on. It reports whether
// the run was cancelled instead.
func (c *collector) gather(ctx context.Context, quorum int) (cancelled bool) {
	fuse, tick := c.s.plan.Control.signals()
	deadline := time.NewTimer(c.s.timing.Deadline)
	defer deadline.Stop()
	var grace <-chan time.Time
	for c.running > 0 {
		select {
		case a := <-c.ended:
			c.settle(a)
			c.s.provisional(false)
		case <-tick:
			c.s.provisional(true)
		case <-grace:
			return false
		case <-deadline.C:
			c.s.takeLive("the deadline had come")
			return false
		case <-fuse:
			c.s.takeLive("fused early")
			return false
		case <-ctx.Done():
			return true
		}
		if grace == nil && c.running > 0 && c.s.usable() >= quorum {
			timer := time.NewTimer(c.s.timing.grace(time.Since(c.began)))
			defer timer.Stop()
			grace = timer.C
		}
	}
	return ctx.Err() != nil
}

func (c *collector) settle(a arrival) {
	c.running--
	if a.m.state == "" {
		a.m.settle(a.answer)
		c.s.gating = a.m.lane
		return
	}
	// It was taken as it stood; its answer is kept, its part in the comparison is not
	// rewritten.
	a.m.answer, a.m.ended = a.answer, true
}

// close ends the collection: late members may go on for linger, then cancel ends
// them; all are waited for.
func (c *collector) close(cancel context.CancelFunc, linger time.Duration) {
	timer := time.NewTimer(linger)
	defer timer.Stop()
	for c.running > 0 {
		select {
		case a := <-c.ended:
			c.late(a)
		case <-timer.C:
			cancel()
		}
	}
}

// late keeps an answer that came after the comparison had begun.
func (c *collector) late(a arrival) {
	c.running--
	a.m.answer, a.m.ended = a.answer, true
	if a.m.state == "" {
		state, detail := classify(&a.answer)
		a.m.state, a.m.detail = Late, "ended after the comparison had begun"
		if !state.usable() || a.answer.Failure != nil {
			a.m.state, a.m.detail = state, detail
		}
		if f := a.answer.Failure; f != nil && f.ErrorType == chat.ErrCancelled {
			a.m.state, a.m.detail = Stopped, "stopped"
		}
	}
}

// usable counts the answers that can be compared.
func (s *session) usable() int {
	n := 0
	for _, m := range s.members {
		if m.state.usable() {
			n++
		}
	}
	return n
}

// takeLive takes answers still arriving as far as they have come, where without them
// there would be fewer than two to compare.
func (s *session) takeLive(why string) {
	if s.usable() > 1 {
		return
	}
	for _, m := range s.members {
		if text := m.live.snapshot(); m.state == "" && visible(text) {
			m.state, m.detail, m.text = Truncated, why+", taken as far as it had come", text
		}
	}
}

// provisional emits a lexical comparison of what is there, where there is anything
// to compare.
func (s *session) provisional(live bool) {
	parties := s.parties(live)
	if len(parties) < 2 {
		return
	}
	asked, _ := s.question()
	lex := compareLexically(&s.cmp, asked, parties)
	s.publish(lex.table(), lexicalInfo(parties, ""), lex.result.Similarity)
}

// lexicalInfo describes an analysis by the lexical judge, and why no model made it.
func lexicalInfo(parties []party, note string) chat.JudgeInfo {
	info := chat.JudgeInfo{Method: "lexical", Source: SourceLexical, Order: []int{}, Note: note}
	for _, p := range parties {
		info.Order = append(info.Order, p.lane)
	}
	return info
}
