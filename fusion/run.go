package fusion

import (
	"context"
	"strings"
	"unicode/utf8"

	"assay/engine/chat"
	"assay/fusion/judgetext"
)

// Run carries out a plan and returns when every lane it started has ended. emit is
// called with *chat.Analysis only, never concurrently; the last one has Final set. A
// plan that does not pass Check, and a run cancelled before two answers were there,
// emit none.
func Run(ctx context.Context, r Runner, emit func(chat.Body), p *Plan) Outcome {
	if err := p.Check(); err != nil {
		return Outcome{Kind: None, Lane: chat.NoLane, Err: err}
	}
	s := newSession(r, emit, p)
	c := newCollector(s)
	linger := s.timing.Linger
	lanes, cancel := context.WithCancel(ctx)
	defer cancel()
	cancelled := s.convene(lanes, c)
	var out Outcome
	if cancelled {
		out = s.cancelled()
		linger = 0
	} else {
		out = s.conclude(ctx)
	}
	if ctx.Err() != nil {
		linger = 0
	}
	c.close(cancel, linger)
	return s.finish(out)
}

// convene gathers the answers; a scouting panel starts with two members and calls
// the others only when those do not agree.
func (s *session) convene(ctx context.Context, c *collector) (cancelled bool) {
	first := s.members
	if s.plan.Mode == Scout && len(s.members) > 2 {
		first = s.members[:2]
	}
	c.start(ctx, first)
	if c.gather(ctx, min(s.plan.quorum(), len(first))) {
		return true
	}
	if len(first) == len(s.members) {
		return false
	}
	if why := s.scoutsDisagree(); why != "" {
		s.warn("the scouts did not settle it (%s): the whole panel was asked", why)
		c.start(ctx, s.members[2:])
		return c.gather(ctx, s.plan.quorum())
	}
	for _, m := range s.members[2:] {
		m.state, m.detail = Stopped, "not asked: the scouts agreed"
	}
	return false
}

// conclude compares what was gathered and makes the answer the mode asks for.
func (s *session) conclude(ctx context.Context) Outcome {
	parties := s.parties(false)
	s.warnMissing()
	switch len(parties) {
	case 0:
		return s.none()
	case 1:
		return s.single(parties[0])
	}
	asked, _ := s.question()
	lex := compareLexically(&s.cmp, asked, parties)
	for i, n := range lex.result.Skipped {
		if n > 0 {
			parties[i].partial = true
			s.warn("answer %d is very long: %s at its end not compared", parties[i].lane+1, spans(n))
		}
	}
	for _, p := range parties {
		if utf8.RuneCountInString(p.text) > judgetext.MaxAnswer {
			s.warn("answer %d is very long: judge and writer see its beginning and its end", p.lane+1)
		}
	}
	s.advice = advise(asked, lex)
	if s.plan.Mode == Vote {
		return s.vote(lex)
	}
	if s.plan.Mode == Scout && s.settledByScouts() || s.plan.Frugal && s.advice != "" {
		return s.pick(s.publish(lex.table(), lexicalInfo(parties, "the answers agree: no judge was asked"), lex.result.Similarity))
	}
	a := s.compare(ctx, lex)
	if ctx.Err() != nil {
		return s.cancelled()
	}
	switch s.plan.Mode {
	case Compare:
		return Outcome{Kind: Compared, Lane: chat.NoLane, Analysis: a}
	case Guided:
		return Outcome{Kind: Waiting, Lane: chat.NoLane, Analysis: a}
	case Pick:
		return s.pick(a)
	}
	if !s.plan.writes() {
		return Outcome{Kind: Compared, Lane: chat.NoLane, Analysis: a}
	}
	return s.write(ctx, a, parties, nil)
}

// compare publishes the best analysis to be had: the lexical judge's at once, then a
// model's where there is one.
func (s *session) compare(ctx context.Context, lex *lexical) *chat.Analysis {
	if !s.plan.judged() {
		return s.publish(lex.table(), lexicalInfo(lex.parties, ""), lex.result.Similarity)
	}
	s.publish(lex.table(), lexicalInfo(lex.parties, ""), lex.result.Similarity)
	v, why := s.judge(ctx, lex)
	if v == nil {
		return s.publish(lex.table(), lexicalInfo(lex.parties, why), lex.result.Similarity)
	}
	return s.publish(v.table, v.info, lex.result.Similarity)
}

// none is the outcome without any usable answer.
func (s *session) none() Outcome {
	a := emptyAnalysis()
	a.Judge = lexicalInfo(nil, "no usable answer: there is nothing to compare")
	a.Members = s.reports()
	s.send(a)
	return Outcome{Kind: None, Lane: chat.NoLane, Analysis: a, Err: &PanelError{Members: a.Members}}
}

// single is the outcome with nothing to compare: the one usable answer, and who is
// missing.
func (s *session) single(p party) Outcome {
	a := emptyAnalysis()
	a.Judge = lexicalInfo([]party{p}, "one usable answer: there is nothing to compare")
	a.Members = s.reports()
	for i := range a.Members {
		if a.Members[i].Lane == p.lane {
			a.Members[i].Steering = steering(&p)
		}
	}
	s.warn("only answer %d is usable: no comparison was made", p.lane+1)
	s.send(a)
	return Outcome{Kind: Single, Lane: p.lane, Text: p.text, Analysis: a}
}

// warnMissing names the members that take no part, or not all of one.
func (s *session) warnMissing() {
	var missing []string
	for _, m := range s.members {
		switch {
		case m.state == "":
			missing = append(missing, m.who()+" is late")
		case m.state == Truncated:
			s.warn("%s is not complete (%s): what it does not say counts for nothing", m.who(), m.detail)
		case m.state != OK && m.state != Refusal && !strings.HasPrefix(m.detail, "not asked"):
			missing = append(missing, m.who()+" "+m.detail)
		}
	}
	if len(missing) > 0 {
		s.warn("partial panel: %s", strings.Join(missing, "; "))
	}
}

func (s *session) cancelled() Outcome {
	s.warn("stopped: the analysis is as far as it had come")
	return Outcome{Kind: Cancelled, Lane: chat.NoLane, Analysis: s.last, Err: ErrCancelled}
}

// finish sends the last analysis as final, with what is only known at the end: late
// members, and what everything cost.
func (s *session) finish(out Outcome) Outcome {
	for _, m := range s.members {
		out.Answers = append(out.Answers, m.answer)
	}
	out.Calls = s.calls
	if out.Analysis == nil {
		return out
	}
	a := *out.Analysis
	s.refreshMembers(&a)
	if a.Statistics != nil {
		stats := *a.Statistics
		stats.CostMultiple = costMultiple(out.Answers, out.Calls)
		a.Statistics = &stats
	}
	if out.Lane != chat.NoLane {
		lane := out.Lane
		a.AnswerLane = &lane
	}
	a.Final = true
	s.send(&a)
	out.Analysis = &a
	return out
}

// refreshMembers brings the states of late members up to date, figures untouched.
func (s *session) refreshMembers(a *chat.Analysis) {
	members := make([]chat.Member, len(a.Members))
	copy(members, a.Members)
	for i := range members {
		for _, m := range s.members {
			if m.lane == members[i].Lane {
				r := m.report()
				members[i].State, members[i].Detail = r.State, r.Detail
			}
		}
	}
	a.Members = members
}

// costMultiple is what everything cost over the dearest single answer; nil where a
// part has no known price or all was free.
func costMultiple(answers, calls []chat.Answer) *float64 {
	var total, dearest float64
	add := func(a *chat.Answer) (float64, bool) {
		if a.Finish == nil && a.Failure == nil {
			return 0, true // never started
		}
		b := a.Bill()
		return b.USD.Float(), b.Known() || a.Finish == nil
	}
	for i := range answers {
		usd, ok := add(&answers[i])
		if !ok {
			return nil
		}
		total, dearest = total+usd, max(dearest, usd)
	}
	for i := range calls {
		usd, ok := add(&calls[i])
		if !ok {
			return nil
		}
		total += usd
	}
	if dearest <= 0 {
		return nil
	}
	m := total / dearest
	return &m
}
