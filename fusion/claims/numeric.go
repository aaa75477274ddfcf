package claims

import (
	"slices"
	"strings"
)

// Facts conflict only if what they are of is nearly the same. A date may carry more
// detail on one side; a quantity hardly, for a qualifier changes what is counted.
const (
	dateFrame     = 0.5
	quantityFrame = 0.8
	listFrame     = 0.5
	maxFacts      = 1200
)

// fact is a number and what it is a number of.
type fact struct {
	unit   int
	number Number
	frame  vector // the other words of the clause that the question does not have
	given  vector // those it has
	event  string // the once-only event it dates, "" for any other
}

// facts lists the numbers of every statement that may conflict: those that stand alone
// in their clause, so that it is clear what they are of.
func (p *panel) facts() []fact {
	var out []fact
	for u := range p.units {
		c := p.clause(u)
		if !c.asserts() {
			continue
		}
		for i, n := range c.numbers {
			if n.Kind == Label || n.scaled || !alone(c.numbers, i) || !c.states(n) || len(out) >= maxFacts {
				continue
			}
			f := fact{unit: u, number: n}
			f.frame, f.given = p.frame(c)
			if n.Kind == Date {
				f.event = eventOf(c)
			}
			out = append(out, f)
		}
	}
	return out
}

// states reports that the clause asserts its number: one in brackets without a verb is
// a note, such as the minutes of a lesson plan, and one in a formula a step.
func (c *clause) states(n Number) bool {
	noted, operators, equals := false, 0, 0
	for _, t := range c.tokens {
		switch {
		case t.kind != tokenMark:
		case t.is("(") && t.end == n.Start:
			noted = true
		case t.is("="):
			equals++
		case strings.Contains("+*^×÷<>≤≥√", t.text):
			operators++
		}
	}
	return operators == 0 && equals < 2 && (!noted || slices.ContainsFunc(c.tokens, finite))
}

// alone reports that no other number of the clause is of the kind of the one at i.
func alone(numbers []Number, i int) bool {
	for j, n := range numbers {
		if j != i && n.Kind == numbers[i].Kind && (n.Kind == Date || n.Unit == numbers[i].Unit) {
			return false
		}
	}
	return true
}

// frame splits the clause's terms, without its numbers and the words that introduce
// them, into those of its own and those the question has too.
func (p *panel) frame(c *clause) (own, given vector) {
	var mine, theirs []term
	for _, t := range c.terms {
		number := t.key == hashOf('n', t.text)
		switch {
		case number && !ranked(t, c.numbers) || words.frameStop.has(t.text):
		case p.prompt[t.key]:
			theirs = append(theirs, t)
		default:
			mine = append(mine, t)
		}
	}
	return p.weigh(mine, c.wide), p.weigh(theirs, c.wide)
}

// ranked reports that a term is the rank in "first issued" or "third album", which tells
// what is counted or dated rather than being a value of it.
func ranked(t term, numbers []Number) bool {
	return slices.ContainsFunc(numbers, func(n Number) bool {
		return n.Kind == Ordinal && t.key == numberTerm(n.Value).key
	})
}

// eventOf returns the once-only event a clause tells of.
func eventOf(c *clause) string {
	for _, t := range c.tokens {
		if words.once.has(t.stem) {
			return t.stem
		}
	}
	return ""
}

// numberConflicts pairs the facts of different answers that cannot both hold.
func (p *panel) numberConflicts() []clash {
	facts := p.facts()
	var out []clash
	for i, a := range facts {
		for _, b := range facts[i+1:] {
			if p.units[a.unit].answer == p.units[b.unit].answer || !p.clash(a, b) ||
				p.listed(a, b, facts) || p.listed(b, a, facts) {
				continue
			}
			kind := ConflictNumber
			if a.number.Kind == Date {
				kind = ConflictDate
			}
			out = append(out, clash{
				kind: kind,
				a:    stance{a.unit, Range{a.number.Start, a.number.End}},
				b:    stance{b.unit, Range{b.number.Start, b.number.End}},
			})
		}
	}
	return out
}

// clash reports that two facts give different values for the same thing.
func (p *panel) clash(a, b fact) bool {
	if a.event != b.event || relate(a.number, b.number) != differ || !p.sameSubject(a.unit, b.unit) {
		return false
	}
	if named(a.number, p.clause(b.unit).numbers) || named(b.number, p.clause(a.unit).numbers) {
		return false
	}
	if p.clause(a.unit).negated%2 != p.clause(b.unit).negated%2 {
		return false
	}
	return a.event != "" || p.sameFrame(a, b)
}

// named reports that a value stands among numbers, of whatever kind: then it is likelier
// that one of them was read as the wrong kind than that they conflict.
func named(n Number, numbers []Number) bool {
	return slices.ContainsFunc(numbers, func(m Number) bool {
		return m.Value == n.Value && (n.Kind != Date || m.Kind != Date)
	})
}

// sameFrame reports that two facts are of the same thing: most words are shared, among
// them one that is no name, and one of them says nothing besides what the other says.
// Words of the question count where both have them: an answer need not repeat them.
func (p *panel) sameFrame(a, b fact) bool {
	floor := quantityFrame
	if a.number.Kind == Date {
		floor = dateFrame
	}
	own := overlap(&a.frame, &b.frame) * (a.frame.sum + b.frame.sum)
	given := overlap(&a.given, &b.given) * (a.given.sum + b.given.sum)
	if own+given == 0 || own+given < floor*(a.frame.sum+b.frame.sum+given) {
		return false
	}
	return (residue(&a.frame, &b.frame) == 0 || residue(&b.frame, &a.frame) == 0) && p.shareWord(a.unit, b.unit)
}

// shareWord reports that two clauses have a word in common that is no name.
func (p *panel) shareWord(a, b int) bool {
	x, y := contentOf(p.clause(a)), contentOf(p.clause(b))
	return slices.ContainsFunc(x, func(t token) bool {
		return slices.ContainsFunc(y, func(u token) bool { return t.stem == u.stem && !(t.capital && u.capital) })
	})
}

// residue is how much of a is not in b.
func residue(a, b *vector) float64 {
	rest, j := 0.0, 0
	for i, key := range a.keys {
		for j < len(b.keys) && b.keys[j] < key {
			j++
		}
		if j >= len(b.keys) || b.keys[j] != key {
			rest += a.idf[i]
		}
	}
	return rest
}

// listed reports that the answer of a gives several values for much the same thing: then
// it is a thing that has several, as prizes won have years.
func (p *panel) listed(a, b fact, facts []fact) bool {
	for _, f := range facts {
		if p.units[f.unit].answer != p.units[a.unit].answer || f.unit == a.unit || f.event != a.event {
			continue
		}
		if a.event != "" && !p.sameSubject(a.unit, f.unit) || a.event == "" && overlap(&a.frame, &f.frame) < listFrame {
			continue
		}
		if relate(f.number, a.number) == differ || relate(f.number, b.number) == agree {
			return true
		}
	}
	return false
}

// sameSubject reports that two clauses may be about the same thing: the subject of one
// has no word that the other's lacks, as with a name and its short form, or one names
// nothing.
func (p *panel) sameSubject(a, b int) bool {
	x, y := p.clause(a).subject, p.clause(b).subject
	return within(x, y) || within(y, x)
}

func within(x, y []token) bool {
	return !slices.ContainsFunc(x, func(t token) bool { return !containsStem(y, t.stem) })
}
