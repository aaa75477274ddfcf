package claims

import (
	"slices"
	"strings"
	"unicode/utf8"
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
	speech  utterance // what the sentence does
}

// utterance tells statements from what asserts nothing.
type utterance uint8

const (
	statement    utterance = iota
	supposition            // "If …", "Suppose …"
	question               // asks
	introduction           // ends in a colon: announces what follows
)

// asserts reports that the clause says how something is.
func (c *clause) asserts() bool { return c.speech == statement && !c.wide }

// claims reports that the clause may stand for a claim.
func (c *clause) claims() bool { return c.speech == statement || c.speech == supposition }

// speechOf tells from a sentence's tokens what it does.
func speechOf(tokens []token) utterance {
	if len(tokens) == 0 {
		return statement
	}
	last := tokens[len(tokens)-1]
	if last.is("*") && len(tokens) > 2 {
		last = tokens[len(tokens)-3]
	}
	switch {
	case last.is("?"), last.is("？"):
		return question
	case last.is(":"), last.is("："):
		return introduction
	}
	switch tokens[0].text {
	case "if", "unless", "suppose", "let", "imagine", "assume", "assuming", "whether":
		return supposition
	}
	return statement
}

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
	bracket := 0 // end of the bracket that is open
	for i, t := range tokens {
		switch {
		case i < bracket:
		case t.is("("):
			if bracket = s.bracketEnd(i); s.speaks(i, bracket) {
				s.cut(i)
				s.cut(bracket)
			}
		case t.is(";"):
			s.cut(i + 1)
		case t.is("-") && s.spaced(i) && !s.betweenNumbers(i):
			s.cut(i + 1)
		case (t.is("、") || t.is("，")) && s.pauses(i):
			s.cut(i + 1)
		case t.kind == tokenWord && i > 0 && s.opens(i):
			s.cut(i)
		}
	}
	return s.pieces()
}

func (s *splitter) cut(i int) {
	if n := len(s.cuts); i > 0 && i < len(s.tokens) && (n == 0 || i > s.cuts[n-1]) {
		s.cuts = append(s.cuts, i)
	}
}

// bracketEnd returns the token after the bracket that opens at i.
func (s *splitter) bracketEnd(i int) int {
	depth := 0
	for j := i; j < len(s.tokens); j++ {
		switch {
		case s.tokens[j].is("("):
			depth++
		case s.tokens[j].is(")"):
			depth--
		}
		if depth == 0 {
			return j + 1
		}
	}
	return len(s.tokens)
}

// speaks reports that what stands in a bracket is a statement of its own.
func (s *splitter) speaks(from, to int) bool {
	return s.hasVerb(from, to) && s.content(from, to) > 1 || slices.ContainsFunc(s.tokens[from:to], func(t token) bool { return t.is("born") })
}

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
	if comma && finite(t) && t.stop {
		return s.afterRelative()
	}
	return comma && participle(t) && s.content(i, len(s.tokens)) > 1
}

// afterRelative reports that the clause cut last is a relative one, which the verb after
// a comma ends.
func (s *splitter) afterRelative() bool {
	return len(s.cuts) > 0 && relative(s.tokens[s.cuts[len(s.cuts)-1]])
}

func relative(t token) bool {
	return t.is("who") || t.is("which") || t.is("whose") || t.is("where")
}

// pauses reports that the comma at i, of a script without spaces, stands between clauses:
// both sides are long, and in Japanese a verb or a conjunction comes before.
func (s *splitter) pauses(i int) bool {
	const shortest = 8 // runes
	from := 0
	if n := len(s.cuts); n > 0 {
		from = s.cuts[n-1]
	}
	if wideLength(s.tokens[from:i]) < shortest || wideLength(s.tokens[i:]) < shortest {
		return false
	}
	before := s.tokens[i-1].text
	last, _ := utf8.DecodeLastRuneInString(before)
	return scriptOf(last) != hiragana && s.tokens[i].is("，") || strings.ContainsRune("しりてでがばくずめの", last) && !strings.HasSuffix(before, "もの")
}

func wideLength(tokens []token) int {
	n := 0
	for _, t := range tokens {
		if t.kind == tokenWide {
			n += utf8.RuneCountInString(t.text)
		}
	}
	return n
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
		switch {
		case t.content(), t.kind == tokenNumber:
			n++
		case t.kind == tokenWide:
			n += 2
		}
	}
	return n
}

// pieces applies the cuts. What says too little to stand alone is joined to the piece
// before it, or at the start of a sentence to the one after.
func (s *splitter) pieces() [][2]int {
	var out [][2]int
	from := 0
	for _, to := range append(s.cuts, len(s.tokens)) {
		if from >= to {
			continue
		}
		last := len(out) - 1
		switch {
		case last == 0 && s.leads(out[0][1]):
			out[0][1] = to
		case last >= 0 && !s.stands(out[last][0], out[last][1]):
			out[last][1] = to
		case last >= 0 && !s.stands(from, to):
			out[last][1] = to
		default:
			out = append(out, [2]int{from, to})
		}
		from = to
	}
	return out
}

// leads reports that the first tokens are a subject which what follows says something of:
// "Ann Lee, who was born in 1941".
func (s *splitter) leads(to int) bool {
	next := s.tokens[to]
	return !s.hasVerb(0, to) && (relative(next) || next.is("(") || next.is("born") || participle(next))
}

// stands reports that tokens say enough for a clause: two words, or one and a verb.
func (s *splitter) stands(from, to int) bool {
	n := s.content(from, to)
	return n > 1 || n == 1 && slices.ContainsFunc(s.tokens[from:to], func(t token) bool { return finite(t) && t.stop })
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
