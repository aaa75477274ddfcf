package claims

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// stance is where a side of a conflict stands: its clause, and the bytes that differ.
type stance struct {
	unit  int
	words Range
}

// clash is a conflict between two clauses of different answers.
type clash struct {
	kind string
	a, b stance
}

// maxClashes bounds the pairs that are told apart by topic; the surer kinds come first.
const maxClashes = 500

// rank orders the kinds of conflict, the surest first.
func rank(kind string) int {
	return slices.Index([]string{ConflictAnswer, ConflictDate, ConflictNumber, ConflictNegation, ConflictAntonym, ConflictEntity}, kind)
}

func likely(kind string) bool {
	return kind == ConflictAnswer || kind == ConflictDate || kind == ConflictNumber
}

// conflicts joins clashes that share a side, so that one topic is listed once however
// many answers take part in it.
func (p *panel) conflicts(clashes []clash) []Conflict {
	groups := joinClashes(clashes[:min(len(clashes), maxClashes)])
	var out []Conflict
	for _, group := range groups {
		if c, ok := p.conflict(group); ok {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b Conflict) int {
		return cmp.Or(rank(a.Kind)-rank(b.Kind), len(b.Sides)-len(a.Sides))
	})
	return out
}

// joinClashes returns the connected groups of clashes of one kind.
func joinClashes(clashes []clash) [][]clash {
	var groups [][]clash
	for _, c := range clashes {
		joined := []clash{c}
		groups = slices.DeleteFunc(groups, func(g []clash) bool {
			if !slices.ContainsFunc(g, func(d clash) bool { return d.kind == c.kind && d.touches(c) }) {
				return false
			}
			joined = append(slices.Clone(g), joined...)
			return true
		})
		groups = append(groups, joined)
	}
	return groups
}

func (c clash) touches(d clash) bool {
	return c.a == d.a || c.a == d.b || c.b == d.a || c.b == d.b
}

// conflict makes one conflict of a group: a side for each answer, the one that clashes
// most.
func (p *panel) conflict(group []clash) (Conflict, bool) {
	degree := map[stance]int{}
	var stances []stance
	for _, c := range group {
		for _, s := range []stance{c.a, c.b} {
			if degree[s] == 0 {
				stances = append(stances, s)
			}
			degree[s]++
		}
	}
	slices.SortFunc(stances, func(s, t stance) int {
		return cmp.Or(p.units[s.unit].answer-p.units[t.unit].answer, degree[t]-degree[s], s.unit-t.unit, s.words.Start-t.words.Start)
	})
	stances = slices.CompactFunc(stances, func(s, t stance) bool {
		return p.units[s.unit].answer == p.units[t.unit].answer
	})
	if len(stances) < 2 {
		return Conflict{}, false
	}
	kind := group[0].kind
	out := Conflict{Kind: kind, Likely: likely(kind), Topic: p.topic(group[0])}
	for _, s := range stances {
		text := p.digests[p.units[s.unit].answer].text
		out.Sides = append(out.Sides, Side{Ref: p.ref(s.unit), Stance: s.words.Text(text)})
	}
	// Of answers that take both sides one place each is left, which may agree.
	first := out.Sides[0].Stance
	return out, kind == ConflictNegation || slices.ContainsFunc(out.Sides, func(s Side) bool { return !sameValue(s.Stance, first) })
}

// topic says what a clash is about: the subject, and the words both sides use.
func (p *panel) topic(c clash) string {
	a, b := p.clause(c.a.unit), p.clause(c.b.unit)
	text := p.digests[p.units[c.a.unit].answer].text
	var parts []string
	for _, t := range a.subject {
		if t.start < a.Start || t.start >= a.End {
			parts = append(parts, text[t.start:t.end])
		}
	}
	if len(parts) > 0 {
		parts[len(parts)-1] += ":"
	}
	for _, t := range a.tokens {
		if t.content() && (t.start < c.a.words.Start || t.start >= c.a.words.End || c.kind == ConflictNegation) && containsStem(b.tokens, t.stem) {
			parts = append(parts, text[t.start:t.end])
		}
	}
	return strings.TrimSuffix(strings.Join(parts, " "), ":")
}

// number gives conflicts their ids and notes in the claims who contradicts them.
func (r *Result) number() {
	for i := range r.Conflicts {
		r.Conflicts[i].ID = "x" + strconv.Itoa(i+1)
	}
	for i := range r.Claims {
		r.Claims[i].Contradict = r.contradicting(&r.Claims[i])
	}
}

// contradicting returns the sides that stand against a claim in the likely conflicts one
// of its places takes part in.
func (r *Result) contradicting(claim *Claim) []Ref {
	var out []Ref
	for _, c := range r.Conflicts {
		if !c.Likely || c.Kind == ConflictAnswer {
			continue
		}
		own := slices.IndexFunc(c.Sides, func(s Side) bool { return slices.Contains(claim.Support, s.Ref) })
		if own < 0 {
			continue
		}
		for _, s := range c.Sides {
			answer := func(ref Ref) bool { return ref.Answer == s.Answer }
			if sameValue(s.Stance, c.Sides[own].Stance) || slices.ContainsFunc(claim.Support, answer) || slices.ContainsFunc(out, answer) {
				continue
			}
			out = append(out, s.Ref)
		}
	}
	slices.SortFunc(out, compareRefs)
	return out
}

// sameValue reports that two stances are one value in different words.
func sameValue(a, b string) bool {
	x, y := Numbers(a), Numbers(b)
	return len(x) == 1 && len(y) == 1 && relate(x[0], y[0]) == agree || strings.EqualFold(a, b)
}
