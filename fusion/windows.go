package fusion

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"assay/engine/chat"
	"assay/fusion/judgetext"
)

// maxWindows bounds how often a judge reads on: beyond that, a better judge is the
// answer.
const maxWindows = 6

// fit makes the sheet small enough for the judge, doing as little as possible, in
// this order: spans in the same words share a line, code and long spans are shortened,
// a cheap model picks the spans that carry claims, the judge reads in windows. What
// was left out is told in the warnings.
func (s *session) fit(ctx context.Context, b *bench, seat Seat, lex *lexical) []*judgetext.Sheet {
	one := []*judgetext.Sheet{b.sheet}
	room := seat.Context - judgeTokens(seat, b.sheet) - promptTokens(b.sheet)
	if seat.Context <= 0 || b.sheet.Tokens() <= room {
		return one
	}
	if n := b.sheet.Collapse(b.twins(lex)); n > 0 {
		s.warn("room for the judge was short: %s that repeat others shown once", spans(n))
	}
	if b.sheet.Tokens() <= room {
		return one
	}
	if cut := b.sheet.Shorten(); len(cut) > 0 {
		s.warn("room for the judge was short: code or long passages were shortened in %s", b.places(cut, lex))
	}
	if b.sheet.Tokens() > room && s.plan.Extractor.Model != "" {
		s.extract(ctx, b, lex)
	}
	if b.sheet.Tokens() <= room {
		return one
	}
	sheets := b.sheet.Windows(max(room-knownTokens, 500))
	if len(sheets) > maxWindows {
		sheets = sheets[:maxWindows]
		s.markUnread(b, sheets, lex)
	}
	s.warn("the answers were too long for the judge at once: it read them in %d parts", len(sheets))
	return sheets
}

// knownTokens is the room for claims known from earlier windows: maxKnown of them, at
// knownText characters.
const (
	knownTokens = 2500
	maxKnown    = 60
	knownText   = 120
)

// spans counts spans in words.
func spans(n int) string {
	if n == 1 {
		return "one span"
	}
	return fmt.Sprintf("%d spans", n)
}

// promptTokens is the size of a judge's prompt without the panel.
func promptTokens(sheet *judgetext.Sheet) int {
	texts := sheet.Question + sheet.Question + sheet.Criteria + sheet.Rubric + strings.Join(sheet.Earlier, "")
	return 1500 + int(chat.ApproxTokens(texts)*1.2)
}

// twins groups spans of the same claim that say it in the same words.
func (b *bench) twins(lex *lexical) [][]judgetext.ID {
	at := make(map[int]int, len(b.order)) // party → position
	for i, k := range b.order {
		at[k] = i
	}
	taken := map[judgetext.ID]bool{}
	var out [][]judgetext.ID
	for _, c := range lex.result.Claims {
		var group []judgetext.ID
		for _, r := range c.Support {
			id := judgetext.ID{Entry: at[r.Answer], Span: r.Span}
			if taken[id] || folded(lex.spanQuote(r).Text) != folded(lex.spanQuote(c.Support[0]).Text) {
				continue
			}
			group = append(group, id)
		}
		if len(group) > 1 {
			for _, id := range group {
				taken[id] = true
			}
			out = append(out, group)
		}
	}
	return out
}

// places names the answers ids belong to, for a warning.
func (b *bench) places(ids []judgetext.ID, lex *lexical) string {
	var lanes []int
	for _, id := range ids {
		if lane := lex.parties[b.order[id.Entry]].lane; !slices.Contains(lanes, lane) {
			lanes = append(lanes, lane)
		}
	}
	slices.Sort(lanes)
	return "answer " + lanesList(lanes)
}

// extract has a cheap model pick the spans of each answer that carry claims. An
// answer for which that fails is kept whole.
func (s *session) extract(ctx context.Context, b *bench, lex *lexical) {
	seat := s.plan.Extractor
	for i := range b.sheet.Entries {
		one := b.sheet.One(i)
		messages, err := one.Extract()
		if err != nil {
			continue
		}
		zero := 0.0
		req := s.request(seat, messages, 2000)
		req.Temperature = &zero
		a := s.call(ctx, judgeLane(s.lane(), seat), req, nil)
		if diagnose(&a) != nil {
			continue
		}
		keep := judgetext.ParseKeep(a.Text, b.sheet.Entries[i].Label, len(b.sheet.Entries[i].Spans))
		if len(keep) == 0 {
			continue
		}
		if n := b.sheet.Keep(i, keep); n > 0 {
			p := &lex.parties[b.order[i]]
			p.partial = true
			s.warn("room for the judge was short: %s of answer %d left out as carrying no claim", spans(n), p.lane+1)
		}
	}
}

// markUnread tells which answers the judge will not have read to the end: their
// silence means nothing.
func (s *session) markUnread(b *bench, sheets []*judgetext.Sheet, lex *lexical) {
	last := sheets[len(sheets)-1]
	end := last.Entries[len(last.Entries)-1].Label
	past := false
	var lanes []int
	for i, e := range b.sheet.Entries {
		if past || e.Label == end {
			lex.parties[b.order[i]].partial = true
			lanes = append(lanes, lex.parties[b.order[i]].lane)
		}
		past = past || e.Label == end
	}
	slices.Sort(lanes)
	s.warn("the judge did not read answer %s to the end: the panel is %d times too long for it", lanesList(lanes), maxWindows)
}

// knownClaims tells a judge what it found in earlier windows.
func knownClaims(v judgetext.Verdict, mark string) string {
	var b strings.Builder
	for _, c := range v.Claims[:min(len(v.Claims), maxKnown)] {
		fmt.Fprintf(&b, "%s: %s\n", c.ID, strings.ReplaceAll(brief(c.Text, knownText), mark, ""))
	}
	return strings.TrimSpace(b.String())
}

// joinVerdicts adds a later window's verdict: a claim it was told of gets its stances
// where the earlier ones were silent. An id used again for another claim gets a new
// one.
func joinVerdicts(a, b judgetext.Verdict) judgetext.Verdict {
	out := judgetext.Verdict{
		Claims: slices.Clone(a.Claims), Conflicts: slices.Concat(a.Conflicts, b.Conflicts),
		BlindSpots: unique(slices.Concat(a.BlindSpots, b.BlindSpots)), Notes: unique(slices.Concat(a.Notes, b.Notes)),
	}
	for _, c := range b.Claims {
		k := slices.IndexFunc(out.Claims, func(o judgetext.Claim) bool { return o.ID == c.ID })
		if k >= 0 && !alike(out.Claims[k].Text, c.Text) {
			c.ID, k = fmt.Sprintf("%s.%d", c.ID, len(out.Claims)), -1
		}
		if k < 0 {
			out.Claims = append(out.Claims, c)
			continue
		}
		out.Claims[k].Stances = joinStances(out.Claims[k].Stances, c.Stances)
	}
	return out
}

func joinStances(a, b []judgetext.Stance) []judgetext.Stance {
	out := slices.Clone(a)
	for _, s := range b {
		k := slices.IndexFunc(out, func(o judgetext.Stance) bool { return o.Label == s.Label })
		switch {
		case k < 0:
			out = append(out, s)
		case out[k].Kind == judgetext.Silent:
			out[k] = s
		case out[k].Kind == s.Kind:
			out[k].IDs = unique(slices.Concat(out[k].IDs, s.IDs))
		}
	}
	slices.SortFunc(out, func(x, y judgetext.Stance) int { return cmp.Compare(x.Label, y.Label) })
	return out
}

// alike reports whether two wordings can be of one claim: half of their words agree.
func alike(a, b string) bool {
	x, y := unique(strings.Fields(folded(a))), unique(strings.Fields(folded(b)))
	both := 0
	for _, w := range x {
		if slices.Contains(y, w) {
			both++
		}
	}
	return 2*both >= max(len(x), len(y))
}
