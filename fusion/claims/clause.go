package claims

import (
	"slices"
	"strings"
)

// clause is a piece of a span that says one thing.
type clause struct {
	Range             // of the raw text
	span    int       // index into the numbered spans
	tokens  []token   // what it says
	context []token   // subject of its sentence, where the clause does not name its own
	subject []token   // what it is about, through pronouns; for telling subjects apart
	numbers []Number  // those in it
	terms   []term    // sorted by key
	wide    bool      // of a script without spaces: similarity by character n-grams
	negated int       // number of negators
	speech  utterance // whether it asserts anything
}

// utterance tells statements from what asserts nothing.
type utterance uint8

const (
	statement utterance = iota
	question
)

// splitter cuts the tokens of one sentence into clauses.
type splitter struct {
	tokens []token
	cuts   []int // token indexes at which a new clause begins, ascending
}

// splitClauses returns the token ranges of the clauses of a sentence: cut at
// semicolons, dashes and brackets, before relative clauses, participles after a comma,
// and conjunctions that open a clause with a verb of its own.
func splitClauses(tokens []token) [][2]int {
	s := splitter{tokens: tokens}
	depth := 0
	for i, t := range tokens {
		switch {
		case t.is("("):
			depth++
			s.bracket(i)
		case t.is(")"):
			depth = max(0, depth-1)
			s.cut(i + 1)
		case depth > 0:
		case t.is(";"):
			s.cut(i + 1)
		case t.is("-") && s.spaced(i) && !s.betweenNumbers(i):
			s.cut(i + 1)
		case t.kind == tokenWord && i > 0 && s.opens(i):
			s.cut(i)
		}
	}
	return s.pieces()
}

func (s *splitter) cut(i int) {
	if i > 0 && i < len(s.tokens) && !slices.Contains(s.cuts, i) {
		s.cuts = append(s.cuts, i)
	}
}

// bracket cuts at a bracket that says something: a date or at least two words.
func (s *splitter) bracket(i int) { s.cut(i) }

func (s *splitter) spaced(i int) bool {
	return i > 0 && i+1 < len(s.tokens) && s.tokens[i-1].end < s.tokens[i].start && s.tokens[i].end < s.tokens[i+1].start
}

func (s *splitter) betweenNumbers(i int) bool {
	return s.tokens[i-1].kind == tokenNumber && s.tokens[i+1].kind == tokenNumber
}

// opens decides whether the word at i opens a clause.
func (s *splitter) opens(i int) bool {
	t, before := s.tokens[i], s.tokens[i-1]
	comma := before.is(",")
	switch t.text {
	case "and", "but", "or", "while", "whereas", "although", "though", "yet", "because", "so":
		return s.conjoins(i, comma)
	case "who", "which", "whose", "where":
		return comma || t.is("who") && before.kind == tokenWord
	case "born":
		return !before.stop || comma
	}
	return comma && participle(t) && s.content(i, len(s.tokens)) > 1
}

// conjoins reports that the conjunction at i joins clauses rather than words.
func (s *splitter) conjoins(i int, comma bool) bool {
	next := i + 1
	for next < len(s.tokens) && (adverb(s.tokens[next])) {
		next++
	}
	if next >= len(s.tokens) || s.content(i, len(s.tokens)) == 0 || s.content(0, i) == 0 {
		return false
	}
	t := s.tokens[next]
	if finite(t) || subjectPronoun(t.text) {
		return s.hasVerb(0, i)
	}
	if !comma {
		return false
	}
	for j := next; j < min(next+6, len(s.tokens)); j++ {
		if s.tokens[j].is(",") {
			return false
		}
		if finite(s.tokens[j]) {
			return true
		}
	}
	return false
}

func (s *splitter) hasVerb(from, to int) bool {
	return slices.ContainsFunc(s.tokens[from:to], finite)
}

// content counts words and numbers with meaning in [from, to).
func (s *splitter) content(from, to int) int {
	n := 0
	for _, t := range s.tokens[from:to] {
		if t.content() || t.kind == tokenNumber {
			n++
		}
	}
	return n
}

// pieces applies the cuts, leaving out pieces that say nothing and joining a subject
// that stands alone to what follows it.
func (s *splitter) pieces() [][2]int {
	var out [][2]int
	from := 0
	for _, to := range append(s.cuts, len(s.tokens)) {
		if from < to && s.content(from, to) > 0 {
			out = append(out, [2]int{from, to})
		}
		from = to
	}
	return out
}

// finite reports a verb that may carry a clause.
func finite(t token) bool {
	if t.kind != tokenWord || t.capital {
		return false
	}
	return words.verbs.has(t.text) || strings.HasSuffix(t.text, "ed") && len(t.text) > 4
}

// participle reports a word that may open a clause after a comma.
func participle(t token) bool {
	return finite(t) && !t.stop || t.kind == tokenWord && !t.capital && strings.HasSuffix(t.text, "ing") && len(t.text) > 5
}

func adverb(t token) bool {
	return t.kind == tokenWord && (strings.HasSuffix(t.text, "ly") && len(t.text) > 4 || t.is("also") || t.is("later") || t.is("then") || t.is("not") || t.is("never"))
}

func subjectPronoun(text string) bool {
	switch text {
	case "he", "she", "it", "they", "we", "i", "you", "there":
		return true
	}
	return false
}
