package fusion

import (
	"slices"
	"strings"
	"unicode"

	"assay/engine/chat"
	"assay/fusion/claims"
	"assay/fusion/judgetext"
)

// weakFloor is the similarity below which a citation is marked weak. It only warns:
// a good paraphrase may share few words.
const weakFloor = 0.12

// resolver turns a verdict into a table, checking every citation against the spans.
type resolver struct {
	bench      *bench
	lex        *lexical
	ungrounded int
	seen       map[string]*resolved // claims already checked, while a verdict grows
}

type resolved struct {
	claim      claim
	ungrounded int
}

func newResolver(b *bench, lex *lexical) *resolver {
	return &resolver{bench: b, lex: lex, seen: map[string]*resolved{}}
}

// table resolves a whole verdict. Claims that say the same are merged.
func (r *resolver) table(v judgetext.Verdict) *table {
	t := &table{parties: r.lex.parties, notes: v.Notes}
	r.ungrounded = 0
	index := map[string]int{} // the judge's ids
	for _, c := range v.Claims {
		got := r.resolve(c)
		r.ungrounded += got.ungrounded
		if k := slices.IndexFunc(t.claims, func(o claim) bool { return o.folded == got.claim.folded }); k >= 0 {
			t.claims[k].absorb(&got.claim)
			index[c.ID] = k
			continue
		}
		index[c.ID] = len(t.claims)
		t.claims = append(t.claims, got.claim.clone())
	}
	for _, c := range v.Conflicts {
		t.addConflict(c, index)
	}
	for _, b := range v.BlindSpots {
		t.blind = append(t.blind, chat.BlindSpot{Point: b, Notes: []string{"judge's opinion"}})
	}
	return t
}

func (t *table) addConflict(c judgetext.Conflict, index map[string]int) {
	cl := clash{topic: c.Topic, likely: true, source: "judge"}
	makers := 0
	for _, id := range c.Claims {
		k, ok := index[id]
		if !ok || slices.Contains(cl.claims, k) {
			continue
		}
		cl.claims = append(cl.claims, k)
		if t.claims[k].count(support) > 0 {
			makers++
		}
		if id == c.Lean {
			cl.notes = append(cl.notes, "judge leans to: "+brief(t.claims[k].text, 120))
		}
	}
	if makers < 2 {
		return // one side or none: nothing that is verified contradicts anything
	}
	if c.Why != "" {
		cl.notes = append(cl.notes, "judge: "+brief(c.Why, 200))
	}
	t.clashes = append(t.clashes, cl)
}

// resolve checks one claim; while a verdict grows each is checked once.
func (r *resolver) resolve(c judgetext.Claim) *resolved {
	key := c.ID + "\x00" + c.Text
	if got, ok := r.seen[key]; ok && len(got.claim.stances) == len(r.lex.parties) {
		return got
	}
	out := &resolved{claim: claim{
		text: c.Text, folded: folded(c.Text), weight: c.Weight, view: c.View, stances: make([]stance, len(r.lex.parties)),
	}}
	for i, p := range r.lex.parties {
		if p.partial {
			out.claim.stances[i].is = unknown
		}
	}
	for _, s := range c.Stances {
		if k := r.bench.party(s.Label, r.lex.parties); k >= 0 {
			out.claim.stances[k] = r.stance(c.Text, k, s, out)
		} else {
			out.ungrounded += len(s.IDs)
		}
	}
	for i, p := range r.lex.parties {
		if p.abstains {
			out.claim.stances[i] = stance{is: abstained}
		}
	}
	r.numbers(&out.claim)
	if q := out.claim.quotes(support); len(q) > 0 && !slices.ContainsFunc(q, func(q chat.Quote) bool { return !q.Weak }) {
		out.claim.notes = append(out.claim.notes, "weak: no cited passage resembles this claim")
	}
	if c.Why != "" && c.View != "supported" {
		out.claim.notes = append(out.claim.notes, "judge: "+brief(c.Why, 200))
	}
	r.seen[key] = out
	return out
}

func (r *resolver) stance(text string, k int, s judgetext.Stance, out *resolved) stance {
	p := &r.lex.parties[k]
	switch s.Kind {
	case judgetext.Abstain:
		return stance{is: abstained}
	case judgetext.Silent:
		if p.partial {
			return stance{is: unknown}
		}
		return stance{}
	}
	st := stance{is: support}
	if s.Kind == judgetext.Contradict {
		st.is = contradict
	}
	for _, id := range s.IDs {
		spans, ok := r.spans(id, k)
		if !ok {
			out.ungrounded++
		}
		for _, n := range spans {
			st.quotes = r.cite(st.quotes, text, k, n)
		}
	}
	if len(st.quotes) == 0 {
		st.is = unverified
		st.quotes = []chat.Quote{{Lane: p.lane}}
	}
	return st
}

// spans are the span indices an id names within party k; ok is false when any part
// of it names none.
func (r *resolver) spans(id string, k int) (out []int, ok bool) {
	cited := judgetext.ReadID(id)
	ok = len(cited) > 0
	for _, c := range cited {
		foreign := c.Label != "" && r.bench.party(c.Label, nil) != k
		if foreign || c.Number < 1 || c.Number > len(r.lex.result.Spans[k]) {
			ok = false
			continue
		}
		out = append(out, c.Number-1)
	}
	return out, ok
}

// cite adds the span as evidence, once, and marks it weak where it shares next to
// nothing with the claim.
func (r *resolver) cite(quotes []chat.Quote, text string, k, span int) []chat.Quote {
	s := r.lex.result.Spans[k][span]
	q := r.lex.parties[k].quote(s.Start, s.End)
	if slices.Contains(quotes, q) || !q.Grounded {
		return quotes
	}
	ref := claims.Ref{Answer: k, Span: span, Start: s.Start, End: s.End}
	q.Weak = r.lex.result.ScoreOf(text, ref) < weakFloor
	if slices.ContainsFunc(quotes, func(o chat.Quote) bool { return o.Start == q.Start && o.End == q.End }) {
		return quotes
	}
	return append(quotes, q)
}

// numbers notes figures of the claim that none of its spans has.
func (r *resolver) numbers(c *claim) {
	quotes := c.quotes(support)
	if len(quotes) == 0 {
		return
	}
	var missing []string
	for _, n := range claims.Numbers(c.text) {
		found := false
		for _, q := range quotes {
			for _, m := range claims.Numbers(q.Text) {
				found = found || m.Value == n.Value || n.Value >= m.Value && n.Value <= m.High
			}
		}
		if !found && n.Value != 0 {
			missing = append(missing, c.text[n.Start:n.End])
		}
	}
	if len(missing) > 0 {
		c.notes = append(c.notes, "number not in source: "+strings.Join(missing, ", "))
	}
}

func (c *claim) clone() claim {
	out := *c
	out.stances = slices.Clone(c.stances)
	out.notes = slices.Clone(c.notes)
	return out
}

// absorb merges a claim that says the same: verified stances win over unverified
// ones and over silence.
func (c *claim) absorb(o *claim) {
	for i := range c.stances {
		mine, theirs := &c.stances[i], o.stances[i]
		switch {
		case mine.is == theirs.is && (mine.is == support || mine.is == contradict):
			for _, q := range theirs.quotes {
				if !slices.Contains(mine.quotes, q) {
					mine.quotes = append(slices.Clone(mine.quotes), q)
				}
			}
		case rankRelation(theirs.is) > rankRelation(mine.is):
			*mine = theirs
		}
	}
	c.weight = max(c.weight, o.weight)
	c.notes = unique(append(slices.Clone(c.notes), o.notes...))
}

func rankRelation(r relation) int {
	switch r {
	case support, contradict:
		return 2
	case unverified:
		return 1
	}
	return 0
}

// folded is a text without what does not change its meaning: case, spacing and
// punctuation other than signs and decimals.
func folded(s string) string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(".-+%<>=", r)
	})
	for i, w := range words {
		words[i] = strings.TrimRight(w, ".-")
	}
	return strings.Join(words, " ")
}
