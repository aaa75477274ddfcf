package claims

import "slices"

// Opposites are looked for only between clauses that are nearly the same otherwise:
// this much of the shorter one must be in the other, and this many words.
const (
	oppositionFloor = 0.75
	oppositionWords = 2
)

// opposition is what two clauses have in common and what not, negators aside.
type opposition struct {
	a, b       *clause
	shared     int
	sumShared  float64 // idf of the shared words
	sumA, sumB float64
	restA      []token // words of a that b lacks, in order
	restB      []token
}

// oppose compares the content words of two clauses.
func (p *panel) oppose(a, b *clause) opposition {
	o := opposition{a: a, b: b}
	wordsA, wordsB := contentOf(a), contentOf(b)
	for _, t := range wordsA {
		w := p.idf(hashOf('w', t.stem))
		o.sumA += w
		if containsStem(wordsB, t.stem) {
			o.shared++
			o.sumShared += w
		} else {
			o.restA = append(o.restA, t)
		}
	}
	for _, t := range wordsB {
		o.sumB += p.idf(hashOf('w', t.stem))
		if !containsStem(wordsA, t.stem) {
			o.restB = append(o.restB, t)
		}
	}
	return o
}

func containsStem(tokens []token, stem string) bool {
	return slices.ContainsFunc(tokens, func(t token) bool { return t.stem == stem })
}

// contentOf returns the words of a clause that carry meaning, each once, without
// negators and numbers.
func contentOf(c *clause) []token {
	out := make([]token, 0, len(c.tokens))
	for _, t := range c.tokens {
		if t.content() && !words.negators.has(t.text) && !inNumber(t, c.numbers) && !containsStem(out, t.stem) {
			out = append(out, t)
		}
	}
	return out
}

// near reports that one of the clauses is mostly contained in the other.
func (o opposition) near() bool {
	return o.shared >= oppositionWords && o.sumShared >= oppositionFloor*min(o.sumA, o.sumB)
}

// negation reports that one clause denies what the other asserts. What is denied must
// be asserted in full: that nobody sits on a step does not contradict that somebody
// sits, while that nobody sits contradicts that somebody sits on a step.
func (o opposition) negation() bool {
	if !o.near() || o.a.negated%2 == o.b.negated%2 || partlyNegated(o.a) || partlyNegated(o.b) {
		return false
	}
	if vetoed(o.a, o.b) || o.hasAntonyms() {
		return false
	}
	denial, rest := o.a, o.restA
	if o.b.negated%2 == 1 {
		denial, rest = o.b, o.restB
	}
	from := firstNegator(denial)
	return !slices.ContainsFunc(rest, func(t token) bool { return t.start > from })
}

func firstNegator(c *clause) int {
	for _, t := range c.tokens {
		if words.negators.has(t.text) {
			return t.start
		}
	}
	return c.End
}

// partlyNegated reports "not only", "not all" and the like, which deny less than they
// seem to.
func partlyNegated(c *clause) bool {
	for i, t := range c.tokens {
		if words.negators.has(t.text) && i+1 < len(c.tokens) && words.partial.has(c.tokens[i+1].text) {
			return true
		}
	}
	return false
}

func (o opposition) hasAntonyms() bool {
	return slices.ContainsFunc(o.restA, func(t token) bool {
		return slices.ContainsFunc(o.restB, func(u token) bool { return antonyms(t, u) })
	})
}

func antonyms(t, u token) bool {
	return opposites.has(t.stem+" "+u.stem) || opposites.has(u.stem+" "+t.stem)
}

// antonym returns the two words that alone set the clauses apart, if they are opposites.
func (o opposition) antonym() (a, b token, ok bool) {
	if len(o.restA) != 1 || len(o.restB) != 1 || o.shared < oppositionWords || o.a.negated%2 != o.b.negated%2 || vetoed(o.a, o.b) {
		return token{}, token{}, false
	}
	a, b = o.restA[0], o.restB[0]
	return a, b, antonyms(a, b)
}

// swap returns the two names that alone set the clauses apart. Each is a run of
// capitalised words; a longer form of the same name is no swap.
func (o opposition) swap() (a, b Range, ok bool) {
	if o.shared < oppositionWords || o.a.negated%2 != o.b.negated%2 || vetoed(o.a, o.b) {
		return Range{}, Range{}, false
	}
	a, beforeA, okA := nameOf(o.restA, o.a)
	b, beforeB, okB := nameOf(o.restB, o.b)
	return a, b, okA && okB && beforeA == beforeB
}

// nameOf returns the bytes of tokens if they are one name within the clause, not at its
// start, where any word is capital, and the word before it.
func nameOf(rest []token, c *clause) (name Range, before string, ok bool) {
	const longest = 4
	if len(rest) == 0 || len(rest) > longest || rest[0].start == c.Start {
		return Range{}, "", false
	}
	at := slices.IndexFunc(c.tokens, func(t token) bool { return t.start == rest[0].start })
	for i, t := range rest {
		if !t.capital || at+i >= len(c.tokens) || c.tokens[at+i].start != t.start {
			return Range{}, "", false
		}
	}
	for at--; at >= 0; at-- {
		if t := c.tokens[at]; t.kind == tokenWord && !t.is("the") && !t.is("a") && !t.is("an") {
			before = t.text
			break
		}
	}
	return Range{rest[0].start, rest[len(rest)-1].end}, before, true
}

// oppositions pairs the clauses of different answers of which one denies the other, or
// that are the same but for two opposite words or two names.
func (p *panel) oppositions(links [][]link) []clash {
	var out []clash
	for u := range links {
		a := p.clause(u)
		if !a.asserts() {
			continue
		}
		for _, l := range links[u] {
			b := p.clause(l.unit)
			if l.unit < u || p.units[u].answer == p.units[l.unit].answer || !b.asserts() || !p.sameSubject(u, l.unit) {
				continue
			}
			if c, ok := p.opposed(u, l.unit); ok {
				out = append(out, c)
			}
		}
	}
	return p.withoutLists(out, links)
}

// opposed classifies one pair.
func (p *panel) opposed(u, w int) (clash, bool) {
	a, b := p.clause(u), p.clause(w)
	o := p.oppose(a, b)
	if o.negation() {
		return clash{ConflictNegation, stance{u, a.Range}, stance{w, b.Range}}, true
	}
	if x, y, ok := o.antonym(); ok {
		return clash{ConflictAntonym, stance{u, Range{x.start, x.end}}, stance{w, Range{y.start, y.end}}}, true
	}
	if x, y, ok := o.swap(); ok {
		return clash{ConflictEntity, stance{u, x}, stance{w, y}}, true
	}
	return clash{}, false
}

// withoutLists drops what only seems opposed: one of the answers says elsewhere what the
// other says, or says the same of several names. Both can be right then.
func (p *panel) withoutLists(clashes []clash, links [][]link) []clash {
	return slices.DeleteFunc(clashes, func(c clash) bool {
		return p.repeats(c.a.unit, c.b.unit, links) || p.repeats(c.b.unit, c.a.unit, links)
	})
}

// repeats reports that the answer of u has another clause that is the same as u but for
// a name, or that matches w.
func (p *panel) repeats(u, w int, links [][]link) bool {
	for _, l := range links[u] {
		if p.units[l.unit].answer == p.units[u].answer {
			if _, _, ok := p.oppose(p.clause(u), p.clause(l.unit)).swap(); ok {
				return true
			}
		}
	}
	return slices.ContainsFunc(links[w], func(l link) bool {
		return p.units[l.unit].answer == p.units[u].answer && l.unit != u && l.score >= matchFloor
	})
}
