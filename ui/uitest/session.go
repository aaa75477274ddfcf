package uitest

import (
	"context"
	"sync"
	"time"
	"unicode/utf8"

	"assay/engine/chat"
)

// session plays one run of a Fake.
type session struct {
	id     string
	ctx    context.Context
	cancel context.CancelFunc
	began  time.Time
	events chan chat.Event
	now    chan struct{} // closed by FuseNow

	mu      sync.Mutex
	lanes   map[int]chan struct{} // closed when the lane is cancelled
	hurried bool

	thinking *chat.Thinking
}

func (s *session) ID() string                { return s.id }
func (s *session) Events() <-chan chat.Event { return s.events }
func (s *session) Cancel()                   { s.cancel() }

func (s *session) CancelLane(lane int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.lanes[lane]; c != nil {
		close(c)
		s.lanes[lane] = nil
	}
}

func (s *session) FuseNow() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.hurried {
		s.hurried = true
		close(s.now)
	}
}

func (s *session) ms() int64 { return time.Since(s.began).Milliseconds() }

// emit waits for the reader: a session is read to its end, also a cancelled one.
func (s *session) emit(lane int, b chat.Body) {
	s.events <- chat.Event{TMs: s.ms(), Lane: lane, Body: b}
}

func (s *session) end() {
	s.cancel()
	close(s.events)
}

// sleep reports whether the time passed without a cancel.
func (s *session) sleep(d time.Duration, lane chan struct{}) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-s.ctx.Done():
	case <-lane:
	}
	return false
}

// answer plays one lane and returns how it failed, nil when it did not.
func (s *session) answer(l chat.LaneSpec, a Answer) *chat.Failure {
	stop := make(chan struct{})
	s.mu.Lock()
	s.lanes[l.Lane] = stop
	s.mu.Unlock()
	if a.Provider == "" {
		a.Provider = "acme"
	}
	if a.Route != nil {
		s.emit(l.Lane, a.Route)
	}
	for _, t := range a.Attempts {
		s.emit(l.Lane, &t)
	}
	s.emit(l.Lane, &chat.Attempt{N: len(a.Attempts) + 1, Provider: a.Provider, Endpoint: a.Provider, Model: l.Model, Outcome: chat.AttemptStarted})
	began := s.ms()
	first, said := int64(-1), ""
	pieces := cut(a)
	for i, p := range pieces {
		wait := a.Every
		if i == 0 {
			wait = a.First
		}
		if !s.sleep(wait, stop) {
			return s.cancelled(l, a, said)
		}
		if first < 0 {
			first = s.ms() - began
		}
		if t, ok := p.(chat.Text); ok {
			said += t.Text
		}
		s.emit(l.Lane, p)
	}
	if a.Hold {
		select {
		case <-stop:
		case <-s.ctx.Done():
		}
		return s.cancelled(l, a, said)
	}
	if a.Failure != nil {
		s.emit(l.Lane, a.Failure)
		return a.Failure
	}
	tokens := int(chat.ApproxTokens(a.Thought + a.Text))
	took := max(s.ms()-began, 1)
	s.emit(l.Lane, &chat.Finish{
		Model: l.Model, Provider: a.Provider, Endpoint: a.Provider, FinishReason: "stop", TTFTMs: max(first, 0), DurationMs: took,
		Thinking: s.thinking, Usage: chat.Usage{PromptTokens: 12, CompletionTokens: tokens}, Cost: cost(a.Cost), TokensPerS: float64(tokens) * 1000 / float64(took),
	})
	return nil
}

func (s *session) cancelled(l chat.LaneSpec, a Answer, said string) *chat.Failure {
	f := &chat.Failure{ErrorType: chat.ErrCancelled, Provider: a.Provider, Model: l.Model, Message: "cancelled", Retryable: true, Attempts: 1, DurationMs: s.ms()}
	if said != "" {
		c := cost(a.Cost)
		c.Source = chat.CostEstimate
		f.Cost = &c
	}
	s.emit(l.Lane, f)
	return f
}

// cut divides an answer into the pieces it arrives in.
func cut(a Answer) []chat.Body {
	n := a.Piece
	if n <= 0 {
		n = 16
	}
	var out []chat.Body
	each := func(s string, body func(string) chat.Body) {
		for len(s) > 0 {
			end := min(n, len(s))
			for end < len(s) && !utf8.RuneStart(s[end]) {
				end++
			}
			out = append(out, body(s[:end]))
			s = s[end:]
		}
	}
	each(a.Thought, func(s string) chat.Body { return chat.Thought{Text: s} })
	each(a.Text, func(s string) chat.Body { return chat.Text{Text: s} })
	return out
}
