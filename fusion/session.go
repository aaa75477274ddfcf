package fusion

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"assay/engine/chat"
	"assay/fusion/claims"
	"assay/fusion/judgetext"
)

// session is one fusion under way. Run's goroutine owns it, except where mu says.
type session struct {
	runner   Runner
	emit     func(chat.Body)
	plan     *Plan
	timing   Timing
	members  []*member
	cmp      claims.Comparer
	last     *chat.Analysis
	gating   int // lane that ended last before the comparison
	advice   string
	warnings []string
	failed   map[string]*trouble // by model, of judges and writers

	mu    sync.Mutex
	calls []chat.Answer
	next  int // first lane number nobody has
}

func newSession(r Runner, emit func(chat.Body), p *Plan) *session {
	s := &session{runner: r, emit: emit, plan: p, timing: p.Timing.withDefaults(), gating: chat.NoLane, failed: map[string]*trouble{}}
	s.next = p.judgeLane() + 2
	for i, seat := range p.Members {
		m := &member{seat: seat, lane: i}
		m.answer.Spec = m.spec()
		s.members = append(s.members, m)
	}
	return s
}

// warn adds a sentence to every analysis from now on, once.
func (s *session) warn(format string, args ...any) {
	if w := fmt.Sprintf(format, args...); !slices.Contains(s.warnings, w) {
		s.warnings = append(s.warnings, w)
	}
}

// lane is a fresh lane for a stand-in or a second pass.
func (s *session) lane() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next++
	return s.next - 1
}

// call runs one judge's or writer's lane and keeps its answer for the bill.
func (s *session) call(ctx context.Context, spec chat.LaneSpec, req *chat.Request, watch func(chat.Body)) chat.Answer {
	ctx, cancel := context.WithTimeout(ctx, s.timing.Step)
	defer cancel()
	a := s.runner.Lane(ctx, spec, req, watch)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, a)
	return a
}

// request is what a judge or writer is asked: no tools, the plan's session.
func (s *session) request(seat Seat, messages []chat.Message, maxTokens int) *chat.Request {
	req := &chat.Request{
		Model: seat.Model, Messages: messages, MaxTokens: maxTokens,
		SessionID: s.plan.Request.SessionID, User: s.plan.Request.User,
	}
	if seat.Request != nil {
		req.Reasoning, req.Verbosity = seat.Request.Reasoning, seat.Request.Verbosity
		req.Temperature, req.TopP = seat.Request.Temperature, seat.Request.TopP
		if seat.Request.MaxTokens > 0 {
			req.MaxTokens = seat.Request.MaxTokens
		}
	}
	if seat.Temperature != nil {
		req.Temperature = seat.Temperature
	}
	return req
}

// parties are the usable answers, in lane order. With live set, answers still
// arriving are taken as far as they have come.
func (s *session) parties(live bool) []party {
	var out []party
	for _, m := range s.members {
		p := party{
			lane: m.lane, model: m.seat.Model, vendor: m.seat.Vendor, text: m.text,
			partial: m.state == Truncated, abstains: m.state == Refusal,
		}
		if live && !m.ended && m.state == "" {
			p.text, p.partial = m.live.snapshot(), true
		}
		if visible(p.text) || p.abstains {
			out = append(out, p)
		}
	}
	return out
}

func (s *session) reports() []chat.Member {
	out := make([]chat.Member, len(s.members))
	for i, m := range s.members {
		out[i] = m.report()
	}
	return out
}

// publish derives the analysis of a table, dresses it and emits it.
func (s *session) publish(t *table, info chat.JudgeInfo, similarity float64) *chat.Analysis {
	a := t.analysis()
	t.figures(a, s.reports(), similarity, s.gating)
	for i := range a.Members {
		if k := t.party(a.Members[i].Lane); k >= 0 {
			a.Members[i].Steering = s.steered(&t.parties[k])
		}
	}
	if info.Order == nil {
		info.Order = []int{}
	}
	a.Judge = info
	s.send(a)
	return a
}

// send emits an analysis with what is known of the run by now.
func (s *session) send(a *chat.Analysis) {
	if a.Statistics != nil {
		a.Statistics.Advice = s.advice
	}
	a.Warnings = slices.Concat(s.warnings, steeringWarnings(a.Members))
	s.last = a
	s.emit(a)
}

func steeringWarnings(members []chat.Member) []string {
	var out []string
	for _, m := range members {
		if n := len(m.Steering); n > 0 {
			where := "in one place"
			if n > 1 {
				where = fmt.Sprintf("in %d places", n)
			}
			out = append(out, fmt.Sprintf("answer %d (%s) seems to address the judge %s; it is compared by its content only", m.Lane+1, m.Model, where))
		}
	}
	return out
}

// question is the prompt, and the user's earlier turns.
func (s *session) question() (asked string, earlier []string) {
	asked = s.plan.Request.Prompt()
	for _, m := range s.plan.Request.Messages {
		if m.Role == chat.User {
			earlier = append(earlier, m.Text())
		}
	}
	if len(earlier) > 0 {
		earlier = earlier[:len(earlier)-1]
	}
	return asked, earlier
}

// names are what must not be seen in a judge's or writer's prompt.
func (s *session) names() []string {
	var out []string
	for _, seat := range slices.Concat(s.plan.Members, []Seat{s.plan.Judge, s.plan.Writer}) {
		if seat.Model != "" {
			out = append(out, judgetext.NamesOf(seat.Model)...)
		}
		if len(seat.Vendor) > 1 {
			out = append(out, seat.Vendor)
		}
	}
	return out
}
