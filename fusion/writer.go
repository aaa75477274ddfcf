package fusion

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"assay/engine/chat"
)

// write has the writer write one answer from the analysis. Its last resort is the
// answer that covers most, word for word.
func (s *session) write(ctx context.Context, a *chat.Analysis, parties []party, o *Overrides) Outcome {
	seat, lane := s.plan.writer(), s.plan.writerLane()
	var reasons []string
	var last *trouble
	if last = s.broken(seat); last != nil {
		reasons = append(reasons, "writer "+seat.Model+" had just failed ("+last.reason+")")
	}
	for range 2 {
		if last != nil {
			var ok bool
			if seat, ok = s.standIn(seat, last); !ok {
				break
			}
			lane = s.lane()
		}
		answer, t := s.compose(ctx, seat, lane, a, parties, o)
		if t == nil {
			if len(reasons) > 0 {
				s.warn("%s wrote instead (%s)", seat.Model, strings.Join(reasons, "; "))
			}
			return s.fused(answer, a)
		}
		reasons = append(reasons, "writer "+seat.Model+": "+t.reason)
		s.note(seat, t)
		if last != nil || ctx.Err() != nil {
			break
		}
		last = t
	}
	if ctx.Err() != nil {
		return s.cancelled()
	}
	return s.verbatim(a, parties, reasons)
}

// compose asks one writer.
func (s *session) compose(ctx context.Context, seat Seat, lane int, a *chat.Analysis, parties []party, o *Overrides) (chat.Answer, *trouble) {
	messages, err := s.writerPrompt(seat, a, parties, o)
	if err != nil {
		return chat.Answer{}, &trouble{reason: err.Error()}
	}
	req := s.request(seat, messages, s.plan.Request.MaxTokens)
	if s.plan.Request.ResponseFormat != nil {
		req.ResponseFormat = s.plan.Request.ResponseFormat
	}
	spec := chat.LaneSpec{Lane: lane, Role: chat.RoleWriter, Model: seat.Model, Preset: seat.Preset}
	answer := s.call(ctx, spec, req, nil)
	return answer, diagnose(&answer)
}

// fused is the outcome of a written answer: markers out, links and shares in.
func (s *session) fused(answer chat.Answer, a *chat.Analysis) Outcome {
	out := *a
	text, links := Strip(answer.Text, ClaimIDs(a))
	out.Links = links
	unmarked := unmarkedShare(text, links)
	if out.Statistics != nil {
		stats := *out.Statistics
		stats.Unmarked = &unmarked
		out.Statistics = &stats
	}
	out.Members = fusedShares(text, links, a)
	if answer.Finish.FinishReason == "length" {
		s.warn("the fused answer reached its length limit and is cut off")
	}
	if len(links) == 0 {
		s.warn("the writer marked nothing: what the fused answer rests on is not known")
	}
	return Outcome{Kind: Fused, Lane: answer.Spec.Lane, Text: text, Analysis: &out}
}

// verbatim falls back to the answer that covers most.
func (s *session) verbatim(a *chat.Analysis, parties []party, reasons []string) Outcome {
	p := best(a, parties)
	s.warn("no fused answer (%s): answer %d (%s), which covers most, stands instead", strings.Join(reasons, "; "), p.lane+1, p.model)
	for _, x := range a.Contradictions {
		if slices.ContainsFunc(x.Stances, func(st chat.Stance) bool { return st.Lane == p.lane }) {
			s.warn("that answer is contradicted on: %s", brief(x.Topic, 120))
		}
	}
	return Outcome{Kind: Verbatim, Lane: p.lane, Text: p.text, Analysis: a}
}

// ClaimIDs are the items of an analysis a writer's marker may name; none for nil.
func ClaimIDs(a *chat.Analysis) []string {
	if a == nil {
		return nil
	}
	var ids []string
	for _, it := range items(a) {
		ids = append(ids, it.id)
	}
	return ids
}

// item is an entry of any of the four lists that rest on spans.
type item struct {
	id    string
	text  string
	lanes []int // that make the claim, or take a side
}

// items lists an analysis' claims in the order a reader meets them.
func items(a *chat.Analysis) []item {
	var out []item
	for _, c := range a.Consensus {
		out = append(out, item{c.ID, c.Claim, c.Lanes})
	}
	for _, x := range a.Contradictions {
		it := item{id: x.ID, text: x.Topic}
		for _, st := range x.Stances {
			if !slices.Contains(it.lanes, st.Lane) {
				it.lanes = append(it.lanes, st.Lane)
			}
		}
		out = append(out, it)
	}
	for _, p := range a.PartialCoverage {
		out = append(out, item{p.ID, p.Point, p.CoveredBy})
	}
	for _, u := range a.UniqueInsights {
		out = append(out, item{u.ID, u.Insight, []int{u.Lane}})
	}
	return out
}

// letters counts what a reader reads: characters that are not white space.
func letters(s string) int {
	n := 0
	for _, r := range s {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}

// unmarkedShare is the share of the text, white space not counted, that no link
// covers.
func unmarkedShare(text string, links []chat.Link) float64 {
	total, marked := letters(text), 0
	for _, l := range links {
		marked += letters(text[l.Start:l.End])
	}
	if total == 0 {
		return 0
	}
	return float64(total-marked) / float64(total)
}

// fusedShares is each member's part of the marked text: the share that rests on at
// least one claim of that member's. Several members may share a sentence, so the
// shares need not sum to one.
func fusedShares(text string, links []chat.Link, a *chat.Analysis) []chat.Member {
	lanes := map[string][]int{}
	for _, it := range items(a) {
		lanes[it.id] = it.lanes
	}
	members := slices.Clone(a.Members)
	total := 0
	for _, l := range links {
		total += letters(text[l.Start:l.End])
	}
	for i := range members {
		n := 0
		for _, l := range links {
			if slices.ContainsFunc(l.Claims, func(id string) bool { return slices.Contains(lanes[id], members[i].Lane) }) {
				n += letters(text[l.Start:l.End])
			}
		}
		if total > 0 {
			members[i].Fused = float64(n) / float64(total)
		}
	}
	return members
}

// best is the party whose answer stands in for a fused one: complete and answering
// before others, then by what it covers, weighted by how many share it, less what is
// disputed; the earliest lane among equals.
func best(a *chat.Analysis, parties []party) party {
	score := func(p party) float64 {
		n := 0.0
		for _, c := range a.Consensus {
			n += 2 * has(c.Lanes, p.lane)
		}
		for _, c := range a.PartialCoverage {
			n += 1.5 * has(c.CoveredBy, p.lane)
		}
		for _, u := range a.UniqueInsights {
			n += 0.5 * has([]int{u.Lane}, p.lane)
		}
		for _, x := range a.Contradictions {
			n -= contradictedWeight(&x, p.lane)
		}
		for _, m := range a.Members {
			if m.Lane == p.lane && len(m.Steering) > 0 {
				n -= 1000
			}
		}
		if p.partial {
			n -= 10000
		}
		if p.abstains {
			n -= 100000
		}
		return n
	}
	top := parties[0]
	for _, p := range parties[1:] {
		if score(p) > score(top) {
			top = p
		}
	}
	return top
}

func has(lanes []int, lane int) float64 {
	if slices.Contains(lanes, lane) {
		return 1
	}
	return 0
}

// contradictedWeight costs a party that stands alone in a dispute more than one that
// stands with others.
func contradictedWeight(x *chat.Contradiction, lane int) float64 {
	mine, ok := "", false
	for _, st := range x.Stances {
		if st.Lane == lane {
			mine, ok = st.Stance, true
		}
	}
	if !ok {
		return 0
	}
	with := 0
	for _, st := range x.Stances {
		if st.Stance == mine {
			with++
		}
	}
	return float64(len(x.Stances)-with) / float64(len(x.Stances))
}

// comparisonText is the analysis as a writer reads it: letters instead of names.
func comparisonText(a *chat.Analysis, letter func(lane int) string) string {
	var b strings.Builder
	who := func(lanes []int) string {
		parts := make([]string, 0, len(lanes))
		for _, l := range lanes {
			if s := letter(l); s != "" {
				parts = append(parts, s)
			}
		}
		slices.Sort(parts)
		return strings.Join(parts, ", ")
	}
	section := func(title string, n int) {
		if n > 0 {
			b.WriteString("\n" + title + "\n")
		}
	}
	section("Agreed by most:", len(a.Consensus))
	for _, c := range a.Consensus {
		fmt.Fprintf(&b, "%s [%s] %s\n", c.ID, who(c.Lanes), brief(c.Claim, 400))
	}
	section("Contradictions:", len(a.Contradictions))
	for _, x := range a.Contradictions {
		fmt.Fprintf(&b, "%s %s (%s)\n", x.ID, brief(x.Topic, 300), x.Confidence)
		for _, st := range x.Stances {
			if l := letter(st.Lane); l != "" {
				fmt.Fprintf(&b, "   [%s] %s\n", l, brief(st.Stance, 300))
			}
		}
	}
	section("Said by some:", len(a.PartialCoverage))
	for _, p := range a.PartialCoverage {
		if !p.Unverified {
			fmt.Fprintf(&b, "%s [%s] %s\n", p.ID, who(p.CoveredBy), brief(p.Point, 400))
		}
	}
	section("Said by one:", len(a.UniqueInsights))
	for _, u := range a.UniqueInsights {
		fmt.Fprintf(&b, "%s [%s] %s\n", u.ID, letter(u.Lane), brief(u.Insight, 400))
	}
	section("Open questions, covered by nobody:", len(a.BlindSpots))
	for _, s := range a.BlindSpots {
		fmt.Fprintf(&b, "- %s\n", brief(s.Point, 300))
	}
	return strings.TrimSpace(b.String())
}
