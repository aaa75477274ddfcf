package fusion

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"assay/engine/chat"
	"assay/fusion/claims"
)

// Overrides are a user's decisions about an analysis: binding constraints on the
// next synthesis. Ids are those of the analysis; unknown ones are ignored.
type Overrides struct {
	Accept  []string       `json:"accept,omitempty"`  // to be used
	Reject  []string       `json:"reject,omitempty"`  // not to be used, and not to be marked
	Pin     []string       `json:"pin,omitempty"`     // must appear
	Side    map[string]int `json:"side,omitempty"`    // contradiction → the lane that is right
	Exclude []int          `json:"exclude,omitempty"` // lanes that do not count
	Facts   []string       `json:"facts,omitempty"`   // true, on the user's word
	Note    string         `json:"note,omitempty"`    // further instruction to the writer
}

// Synthesize runs the writer alone, on an analysis and answers that are there, under
// the user's overrides. It takes the writer's lane of the plan; nobody else is asked.
// The analysis it emits is the old one with new links and shares.
func Synthesize(ctx context.Context, r Runner, emit func(chat.Body), p *Plan, answers []chat.Answer, a *chat.Analysis, o *Overrides) Outcome {
	s := newSession(r, emit, p)
	if err := s.adopt(answers); err != nil {
		return Outcome{Kind: None, Lane: chat.NoLane, Err: err}
	}
	if o == nil {
		o = &Overrides{}
	}
	if p.writer().Model == "" {
		return Outcome{Kind: None, Lane: chat.NoLane, Err: errors.New("a synthesis needs a writer")}
	}
	old := *a
	s.warnings = slices.DeleteFunc(slices.Clone(a.Warnings), func(w string) bool {
		return strings.Contains(w, "seems to address the judge") || strings.HasPrefix(w, "no fused answer") || strings.HasPrefix(w, "the writer marked")
	})
	if a.Statistics != nil {
		s.advice = a.Statistics.Advice
	}
	parties := slices.DeleteFunc(s.parties(false), func(p party) bool { return slices.Contains(o.Exclude, p.lane) })
	if len(parties) == 0 {
		return Outcome{Kind: None, Lane: chat.NoLane, Err: errors.New("every answer is excluded")}
	}
	return s.finish(s.write(ctx, &old, parties, o))
}

// adopt takes answers that are already there in the members' place.
func (s *session) adopt(answers []chat.Answer) error {
	if err := s.plan.check(); err != nil {
		return err
	}
	if len(answers) == 0 || len(answers) > MaxMembers {
		return fmt.Errorf("a comparison takes 1 to %d answers, not %d", MaxMembers, len(answers))
	}
	seats := s.members
	s.members = nil
	top := 0
	for i, a := range answers {
		m := &member{seat: Seat{Model: a.Spec.Model, Preset: a.Spec.Preset}, lane: a.Spec.Lane}
		for _, old := range seats {
			if old.lane == a.Spec.Lane && old.seat.Model == a.Spec.Model {
				m.seat = old.seat
			}
		}
		if slices.ContainsFunc(s.members, func(o *member) bool { return o.lane == m.lane }) {
			return fmt.Errorf("two answers are of lane %d", m.lane)
		}
		m.settle(answers[i])
		s.members = append(s.members, m)
		top = max(top, m.lane)
	}
	if s.plan.judgeLane() <= top {
		return fmt.Errorf("lane %d is an answer's and cannot be the judge's", s.plan.judgeLane())
	}
	return nil
}

// writerPrompt lays out the comparison, the user's decisions and the answers. Answers
// too long for the writer are shortened, then reduced to the spans that were cited.
func (s *session) writerPrompt(seat Seat, a *chat.Analysis, parties []party, o *Overrides) ([]chat.Message, error) {
	lex := &lexical{parties: parties, result: spansOf(parties)}
	b, err := s.newBench(lex)
	if err != nil {
		return nil, err
	}
	letter := func(lane int) string {
		for i, k := range b.order {
			if parties[k].lane == lane {
				return b.sheet.Entries[i].Label
			}
		}
		return ""
	}
	shown := withoutRejected(a, o)
	// Claims are in a judge's or a member's words: they get the same mask as answers.
	comparison := b.sheet.Safe(comparisonText(shown, letter))
	constraints := b.sheet.Safe(o.constraints(a, letter))
	if seat.Context > 0 {
		room := seat.Context - 4000 - promptTokens(b.sheet) - int(chat.ApproxTokens(comparison+constraints)*1.2)
		if b.sheet.WriterTokens() > room {
			cited := b.cited(shown, lex)
			for i := range b.sheet.Entries {
				b.sheet.Keep(i, cited[i])
			}
			b.sheet.Shorten()
			s.warn("the answers were too long for the writer: it saw the spans the comparison rests on")
			return b.sheet.WriterSpans(comparison, constraints)
		}
	}
	return b.sheet.Writer(comparison, constraints)
}

// spansOf segments answers without comparing them.
func spansOf(parties []party) *claims.Result {
	r := &claims.Result{}
	for _, p := range parties {
		var spans, headings []claims.Span
		for _, sp := range claims.Segment(p.text) {
			if sp.Kind == claims.Heading {
				headings = append(headings, sp)
			} else {
				spans = append(spans, sp)
			}
		}
		r.Spans, r.Headings = append(r.Spans, spans), append(r.Headings, headings)
	}
	return r
}

// cited lists, by position, the spans an analysis quotes.
func (b *bench) cited(a *chat.Analysis, lex *lexical) [][]int {
	out := make([][]int, len(b.order))
	for i, k := range b.order {
		for n, sp := range lex.result.Spans[k] {
			at := lex.parties[k].quote(sp.Start, sp.End)
			if slices.ContainsFunc(quotes(a), func(q chat.Quote) bool { return overlaps(q, at) }) {
				out[i] = append(out[i], n)
			}
		}
	}
	return out
}

// quotes are all pieces of evidence in an analysis.
func quotes(a *chat.Analysis) []chat.Quote {
	var out []chat.Quote
	for _, c := range a.Consensus {
		out = append(out, c.Quotes...)
	}
	for _, x := range a.Contradictions {
		for _, st := range x.Stances {
			out = append(out, st.Quotes...)
		}
	}
	for _, p := range a.PartialCoverage {
		out = append(out, p.Quotes...)
	}
	for _, u := range a.UniqueInsights {
		out = append(out, u.Quotes...)
	}
	return out
}

// withoutRejected is the analysis as the writer may see it: rejected items and
// excluded lanes are gone.
func withoutRejected(a *chat.Analysis, o *Overrides) *chat.Analysis {
	if o == nil {
		return a
	}
	gone := func(id string, lanes []int) bool {
		left := slices.DeleteFunc(slices.Clone(lanes), func(l int) bool { return slices.Contains(o.Exclude, l) })
		return slices.Contains(o.Reject, id) || len(lanes) > 0 && len(left) == 0
	}
	out := *a
	drop := map[string]bool{}
	for _, it := range items(a) {
		drop[it.id] = gone(it.id, it.lanes)
	}
	out.Consensus = slices.DeleteFunc(slices.Clone(a.Consensus), func(c chat.Consensus) bool { return drop[c.ID] })
	out.Contradictions = slices.DeleteFunc(slices.Clone(a.Contradictions), func(x chat.Contradiction) bool { return drop[x.ID] })
	out.PartialCoverage = slices.DeleteFunc(slices.Clone(a.PartialCoverage), func(p chat.Partial) bool { return drop[p.ID] })
	out.UniqueInsights = slices.DeleteFunc(slices.Clone(a.UniqueInsights), func(u chat.Unique) bool { return drop[u.ID] })
	out.BlindSpots = slices.DeleteFunc(slices.Clone(a.BlindSpots), func(b chat.BlindSpot) bool { return slices.Contains(o.Reject, b.ID) })
	return &out
}

// constraints are the user's decisions as lines of the writer's prompt.
func (o *Overrides) constraints(a *chat.Analysis, letter func(int) string) string {
	if o == nil {
		return ""
	}
	var lines []string
	text := map[string]string{}
	for _, it := range items(a) {
		text[it.id] = brief(it.text, 200)
	}
	say := func(ids []string, format string) {
		for _, id := range ids {
			if t, ok := text[id]; ok {
				lines = append(lines, fmt.Sprintf(format, id, t))
			}
		}
	}
	say(o.Pin, "- %s must appear in the answer: %s")
	say(o.Accept, "- %s is accepted as true: %s")
	say(o.Reject, "- leave this out, it is rejected (%s): %s")
	for _, x := range a.Contradictions {
		lane, ok := o.Side[x.ID]
		if k := slices.IndexFunc(x.Stances, func(st chat.Stance) bool { return st.Lane == lane }); ok && k >= 0 {
			lines = append(lines, fmt.Sprintf("- on %s (%s), this side is right, answer %s: %s", x.ID, brief(x.Topic, 120), letter(lane), brief(x.Stances[k].Stance, 200)))
		}
	}
	for _, f := range o.Facts {
		if f = brief(f, 500); f != "" {
			lines = append(lines, "- this is true, on the reader's word: "+f)
		}
	}
	if n := brief(o.Note, 1000); n != "" {
		lines = append(lines, "- "+n)
	}
	return strings.Join(lines, "\n")
}
