package fusion

import (
	"assay/engine/chat"
	"assay/fusion/claims"
)

// lexical is a comparison by the lexical judge, kept to check a model's against.
type lexical struct {
	parties []party
	result  *claims.Result
}

// compareLexically runs the lexical judge. cmp keeps what it knows of answers that
// have not changed.
func compareLexically(cmp *claims.Comparer, question string, parties []party) *lexical {
	answers := make([]claims.Answer, len(parties))
	for i, p := range parties {
		answers[i] = claims.Answer{
			Lane: p.lane, Model: p.model, Vendor: p.vendor, Text: p.text, Partial: p.partial, Abstains: p.abstains,
		}
	}
	return &lexical{parties: parties, result: cmp.Analyze(question, answers)}
}

// table is the lexical judge's findings in the common form.
func (l *lexical) table() *table {
	t := &table{parties: l.parties}
	for _, c := range l.result.Claims {
		t.claims = append(t.claims, l.claim(c))
	}
	for _, c := range l.result.Conflicts {
		t.clashes = append(t.clashes, l.clash(c, t.claims))
	}
	for _, part := range l.result.Unanswered {
		t.blind = append(t.blind, chat.BlindSpot{Point: part, Notes: []string{"part of the question no answer seems to take up"}})
	}
	return t
}

func (l *lexical) claim(c claims.Claim) claim {
	out := claim{text: brief(c.Text, 400), weight: c.Weight, stances: make([]stance, len(l.parties))}
	for i, p := range l.parties {
		switch {
		case p.abstains:
			out.stances[i].is = abstained
		case p.partial:
			out.stances[i].is = unknown
		}
	}
	l.mark(&out, c.Support, support)
	l.mark(&out, c.Also, support) // further places in the same answers
	l.mark(&out, c.Contradict, contradict)
	return out
}

func (l *lexical) mark(c *claim, refs []claims.Ref, is relation) {
	for _, r := range refs {
		s := &c.stances[r.Answer]
		if s.is == abstained {
			continue
		}
		s.is = is
		s.quotes = append(s.quotes, l.parties[r.Answer].refQuote(r))
	}
}

// clash is a lexical conflict. Claims made in exactly its places are part of it, so
// they are not listed a second time as undisputed.
func (l *lexical) clash(c claims.Conflict, all []claim) clash {
	out := clash{topic: brief(c.Topic, 160), likely: c.Likely, source: "lexical", notes: []string{conflictWord(c.Kind)}}
	for _, s := range c.Sides {
		out.sides = append(out.sides, l.side(s))
	}
	for i := range all {
		if all[i].within(out.sides) {
			out.claims = append(out.claims, i)
		}
	}
	return out
}

func (l *lexical) side(s claims.Side) chat.Stance {
	return chat.Stance{
		Lane: l.parties[s.Answer].lane, Stance: brief(s.Stance, 160),
		Quotes: []chat.Quote{l.parties[s.Answer].refQuote(s.Ref)},
	}
}

// within reports whether every place that makes the claim is one of the sides.
func (c *claim) within(sides []chat.Stance) bool {
	found := false
	for _, q := range c.quotes(support) {
		in := false
		for _, s := range sides {
			in = in || overlaps(q, s.Quotes[0])
		}
		if !in {
			return false
		}
		found = true
	}
	return found
}

func overlaps(a, b chat.Quote) bool {
	return a.Grounded && b.Grounded && a.Lane == b.Lane && a.Start < b.End && b.Start < a.End
}

func conflictWord(kind string) string {
	switch kind {
	case claims.ConflictAnswer:
		return "the final answers differ"
	case claims.ConflictNumber:
		return "different figures"
	case claims.ConflictDate:
		return "different dates"
	case claims.ConflictNegation:
		return "one says it, one denies it"
	case claims.ConflictAntonym:
		return "opposite words"
	case claims.ConflictEntity:
		return "different names"
	}
	return kind
}
