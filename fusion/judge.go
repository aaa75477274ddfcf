package fusion

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"assay/engine/chat"
	"assay/fusion/claims"
	"assay/fusion/judgetext"
)

// The sources of an analysis, best first.
const (
	SourceJudge    = "judge"          // the judge's verdict as it came
	SourceRepaired = "judge_repaired" // after repair, or written again as JSON
	SourceSalvaged = "judge_salvaged" // what could be read of it
	SourceSecond   = "judge2"         // of the stand-in
	SourceLexical  = "lexical"
	SourceImported = "imported" // of a run made elsewhere
)

// trouble is why a judge's or writer's call is of no use.
type trouble struct {
	reason string
	broken bool // the call failed, rather than its text being of no use
	away   bool // the provider is to blame as a whole: its other models will fail too
}

// diagnose says what is wrong with a call before its text is even read.
func diagnose(a *chat.Answer) *trouble {
	if f := a.Failure; f != nil {
		away := false
		switch f.ErrorType {
		case chat.ErrAuthentication, chat.ErrPayment, chat.ErrPermission, chat.ErrRateLimit, chat.ErrOverloaded, chat.ErrUnavailable:
			away = true
		}
		return &trouble{reason: string(f.ErrorType), broken: true, away: away}
	}
	switch {
	case a.Finish == nil:
		return &trouble{reason: "did not end"}
	case !visible(a.Text) && a.Finish.FinishReason == "content_filter":
		return &trouble{reason: "content filter"}
	case !visible(a.Text):
		return &trouble{reason: "empty"}
	case claims.Refusal(a.Text):
		return &trouble{reason: "refused"}
	}
	return nil
}

// verdict is a judge's reading, resolved.
type verdict struct {
	table    *table
	info     chat.JudgeInfo
	warnings []string // to be told if the verdict is used
}

// judge asks the plan's judge and, if that is of no use, one stand-in. Where neither
// gave a verdict, what a broken call had delivered is better than nothing. It returns
// nil and the reasons when there is not even that.
func (s *session) judge(ctx context.Context, lex *lexical) (*verdict, string) {
	var reasons []string
	seat, source := s.plan.Judge, ""
	lane := s.plan.judgeLane()
	var remnant *verdict
	last := s.broken(seat)
	if last != nil {
		reasons = append(reasons, "judge "+seat.Model+" had just failed as a member ("+last.reason+")")
	}
	for range 2 {
		if last != nil {
			var ok bool
			if seat, ok = s.standIn(seat, last); !ok {
				break
			}
			source, lane = SourceSecond, s.lane()
		}
		v, t := s.consult(ctx, seat, lane, lex)
		if t == nil {
			if source != "" {
				v.info.Source = source
			}
			v.info.Note = strings.Join(reasons, "; ")
			return s.accept(v), ""
		}
		reasons = append(reasons, "judge "+seat.Model+": "+t.reason)
		s.note(seat, t)
		if remnant == nil {
			remnant = v
		}
		if last != nil || ctx.Err() != nil {
			break
		}
		last = t
	}
	if remnant != nil {
		remnant.info.Source, remnant.info.Note = SourceSalvaged, strings.Join(reasons, "; ")
		return s.accept(remnant), ""
	}
	return nil, strings.Join(reasons, "; ")
}

// broken is how a model has just failed, as a member or in another role; nil when it
// has not.
func (s *session) broken(seat Seat) *trouble {
	for _, m := range s.members {
		if m.seat.Model == seat.Model && m.ended && m.answer.Failure != nil && !m.state.usable() {
			return diagnose(&m.answer)
		}
	}
	return s.failed[seat.Model]
}

// note remembers a model whose call failed, so that it is not asked again in this run.
func (s *session) note(seat Seat, t *trouble) {
	if t.broken {
		s.failed[seat.Model] = t
	}
}

// standIn picks who replaces a judge or writer that failed: not the same model, none
// that has failed itself, elsewhere when the provider was to blame, and rather a model
// that is not on the panel.
func (s *session) standIn(failed Seat, t *trouble) (Seat, bool) {
	onPanel := func(seat Seat) bool {
		return slices.ContainsFunc(s.members, func(m *member) bool { return m.seat.Model == seat.Model })
	}
	for _, panel := range []bool{false, true} {
		for _, seat := range s.plan.StandIns {
			elsewhere := !t.away || seat.Provider == "" || seat.Provider != failed.Provider
			if seat.Model != failed.Model && s.broken(seat) == nil && elsewhere && onPanel(seat) == panel {
				return seat, true
			}
		}
	}
	return Seat{}, false
}

// consult has one judge compare the answers, in both orders where the plan says so.
// With both a verdict and a trouble, the verdict is what a broken call left.
func (s *session) consult(ctx context.Context, seat Seat, lane int, lex *lexical) (*verdict, *trouble) {
	b, err := s.newBench(lex)
	if err != nil {
		return nil, &trouble{reason: err.Error()}
	}
	windows := s.fit(ctx, b, seat, lex)
	var second <-chan *table
	back, cancel := context.WithCancel(ctx)
	defer cancel()
	both := s.plan.bothOrders(seat)
	if both && len(windows) == 1 {
		second = s.secondPass(back, seat, b, lex)
	}
	rs := newResolver(b, lex)
	read, t := s.windows(ctx, seat, lane, windows, b, rs)
	if t != nil {
		cancel() // nothing is left to compare a second pass with
	}
	var reversed *table
	if second != nil {
		reversed = <-second
	}
	if read == nil {
		return nil, t
	}
	v := &verdict{table: rs.table(read.verdict), info: b.info(lex.parties, s.plan.Seed)}
	v.info.Model, v.info.Source = seat.Model, read.source
	if reversed != nil {
		v.info.Flips = v.table.compareOrders(reversed)
	} else if both {
		v.warnings = append(v.warnings, "judged in one order only: order effects are unknown")
	}
	v.info.Ungrounded = rs.ungrounded
	v.table.crosscheck(lex)
	v.warnings = append(v.warnings, judgeWarnings(seat, read, v.table)...)
	return v, t
}

// accept tells a verdict's warnings.
func (s *session) accept(v *verdict) *verdict {
	for _, w := range v.warnings {
		s.warn("%s", w)
	}
	return v
}

func judgeWarnings(seat Seat, read *reading, t *table) []string {
	var out []string
	if read.cut {
		out = append(out, "the judge's output was cut off: claims may be missing")
	}
	for _, n := range t.notes {
		out = append(out, "judge: "+brief(n, 200))
	}
	mine := vendorName(seat.Vendor, seat.Model)
	for _, p := range t.parties {
		if vendorOf(p) == mine {
			return append(out, fmt.Sprintf("the judge %s is of the same family as a member (%s): judges favour their own", seat.Model, p.model))
		}
	}
	return out
}

// secondPass judges the same sheet in the opposite order, beside the first pass. The
// channel gives one table, nil if it came to nothing.
func (s *session) secondPass(ctx context.Context, seat Seat, b *bench, lex *lexical) <-chan *table {
	out, lane := make(chan *table, 1), s.lane()
	back := &bench{sheet: b.sheet.Reversed(), order: slices.Clone(b.order)}
	slices.Reverse(back.order)
	go func() {
		read, t := s.read(ctx, seat, lane, back.sheet, nil)
		if t != nil {
			out <- nil // a remnant would make every missing claim a flip
			return
		}
		out <- newResolver(back, lex).table(read.verdict)
	}()
	return out
}

// reading is what was made of a judge's output.
type reading struct {
	verdict judgetext.Verdict
	source  string
	cut     bool
}

// windows has the judge read one sheet after the other and joins the verdicts.
// Usually there is one.
func (s *session) windows(ctx context.Context, seat Seat, lane int, sheets []*judgetext.Sheet, b *bench, rs *resolver) (*reading, *trouble) {
	var all *reading
	for i, sheet := range sheets {
		if i > 0 {
			lane = s.lane()
			sheet.Known = knownClaims(all.verdict, sheet.Mark())
		}
		var sofar judgetext.Verdict
		if all != nil {
			sofar = all.verdict
		}
		read, t := s.read(ctx, seat, lane, sheet, s.progress(seat, sofar, b, rs))
		switch {
		case t != nil && all == nil:
			return read, t
		case t != nil:
			s.warn("part %d of %d of the answers could not be judged (%s)", i+1, len(sheets), t.reason)
			all.cut = true
		case all == nil:
			all = read
		default:
			all.verdict = joinVerdicts(all.verdict, read.verdict)
			all.source = worseSource(all.source, read.source)
			all.cut = all.cut || read.cut
		}
	}
	return all, nil
}

// read asks for one verdict and makes what it can of the output: as it is, repaired,
// salvaged, or written again by the same judge from its own words.
func (s *session) read(ctx context.Context, seat Seat, lane int, sheet *judgetext.Sheet, watch func(chat.Body)) (*reading, *trouble) {
	messages, err := sheet.Judge()
	if err != nil {
		return nil, &trouble{reason: err.Error()}
	}
	a := s.call(ctx, judgeLane(lane, seat), s.judgeRequest(seat, messages, sheet), watch)
	v, rep := judgetext.Parse(a.Text)
	if t := diagnose(&a); t != nil {
		if rep.Good() && ctx.Err() == nil {
			return &reading{verdict: v, source: SourceSalvaged, cut: true}, t
		}
		return nil, t
	}
	if !rep.Good() && a.Finish.FinishReason != "length" && strings.ContainsAny(a.Text, "{[") && ctx.Err() == nil {
		if again, ok := s.again(ctx, seat, sheet, a.Text); ok {
			return again, nil
		}
	}
	if !rep.Good() {
		return nil, &trouble{reason: "unreadable verdict"}
	}
	read := &reading{verdict: v, source: sourceOf(rep.Path)}
	read.cut = a.Finish.FinishReason == "length" || rep.Path != judgetext.Clean && rep.Found < rep.Expected
	return read, nil
}

// again has the judge repeat its own output as JSON; the answers are not sent again.
func (s *session) again(ctx context.Context, seat Seat, sheet *judgetext.Sheet, broken string) (*reading, bool) {
	messages, err := judgetext.Again(broken)
	if err != nil {
		return nil, false
	}
	a := s.call(ctx, judgeLane(s.lane(), seat), s.judgeRequest(seat, messages, sheet), nil)
	if diagnose(&a) != nil {
		return nil, false
	}
	v, rep := judgetext.Parse(a.Text)
	return &reading{verdict: v, source: SourceRepaired, cut: a.Finish.FinishReason == "length"}, rep.Good()
}

func (s *session) judgeRequest(seat Seat, messages []chat.Message, sheet *judgetext.Sheet) *chat.Request {
	req := s.request(seat, messages, judgeTokens(seat, sheet))
	zero, seed := 0.0, s.plan.Seed&(1<<31-1)
	if req.Temperature == nil {
		req.Temperature = &zero
	}
	req.Seed = &seed
	if seat.Strict {
		req.ResponseFormat = sheet.Schema()
	}
	return req
}

// judgeTokens caps a verdict: a claim takes about 120 tokens, and reasoning models
// must not spend their whole allowance before the first. A small window is not given
// up to the output alone.
func judgeTokens(seat Seat, sheet *judgetext.Sheet) int {
	n := min(16000, 6000+160*sheet.MaxClaims())
	if seat.Context > 0 {
		n = min(n, seat.Context/3)
	}
	return n
}

func judgeLane(lane int, seat Seat) chat.LaneSpec {
	return chat.LaneSpec{Lane: lane, Role: chat.RoleJudge, Model: seat.Model, Preset: seat.Preset}
}

func sourceOf(p judgetext.Path) string {
	switch p {
	case judgetext.Clean:
		return SourceJudge
	case judgetext.Repaired:
		return SourceRepaired
	}
	return SourceSalvaged
}

func worseSource(a, b string) string {
	ranks := []string{SourceJudge, SourceRepaired, SourceSalvaged}
	return ranks[max(slices.Index(ranks, a), slices.Index(ranks, b))]
}

// progress emits analyses while a judge writes: claims show as they are closed, at
// most one analysis per Coalesce.
func (s *session) progress(seat Seat, sofar judgetext.Verdict, b *bench, rs *resolver) func(chat.Body) {
	var scan judgetext.Scanner
	var closed []judgetext.Claim
	var sent time.Time
	dirty := false
	return func(body chat.Body) {
		switch body := body.(type) {
		case *chat.Attempt:
			if body.Restart {
				scan, closed = judgetext.Scanner{}, nil
			}
			return
		case chat.Text:
			if found := scan.Write(body.Text); len(found) > 0 {
				closed = append(closed, found...)
				dirty = true
			}
		}
		if now := time.Now(); dirty && now.Sub(sent) >= s.timing.Coalesce {
			sent, dirty = now, false
			v := joinVerdicts(sofar, judgetext.Verdict{Claims: closed})
			info := b.info(rs.lex.parties, s.plan.Seed)
			info.Model, info.Source = seat.Model, SourceJudge
			t := rs.table(v)
			info.Ungrounded = rs.ungrounded
			s.publish(t, info, rs.lex.result.Similarity)
		}
	}
}
