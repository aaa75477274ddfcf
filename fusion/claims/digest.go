package claims

import (
	"slices"
	"strings"
)

// Bounds on one answer, so that flooding costs the flooder alone: what lies past them
// is numbered but not compared.
const (
	maxSpans         = 400
	maxClauses       = 600
	maxSentenceBytes = 16_000
	maxClauseTokens  = 120
)

// digest is what one answer says, independent of the others and of the question.
type digest struct {
	text     string
	spans    []Span // numbered
	headings []Span
	clauses  []clause
	skipped  int // spans not compared

	code      []uint64 // the words of all code, sorted, each once
	codeBytes int
}

// digestOf segments and normalises one answer.
func digestOf(text string) *digest {
	d := &digest{text: text}
	for _, s := range Segment(text) {
		if s.Kind == Heading {
			d.headings = append(d.headings, s)
		} else {
			d.spans = append(d.spans, s)
		}
	}
	var about []token
	for i, s := range d.spans {
		if i >= maxSpans || len(d.clauses) >= maxClauses {
			d.skipped = len(d.spans) - i
			break
		}
		if s.Kind == Code {
			d.addCode(s)
			continue
		}
		about = d.addSpan(i, s, about)
	}
	slices.Sort(d.code)
	d.code = slices.Compact(d.code)
	return d
}

// silenced is the digest of an answer that takes no stance: its spans without clauses.
func (d *digest) silenced() *digest {
	return &digest{text: d.text, spans: d.spans, headings: d.headings, skipped: d.skipped}
}

// addCode notes the words of a block of code, which makes no claims.
func (d *digest) addCode(s Span) {
	const longest = 20_000
	for _, t := range tokenize(d.text, s.Start, min(s.End, s.Start+longest)) {
		if t.kind != tokenMark {
			d.code = append(d.code, hashOf('k', t.text))
		}
	}
	d.codeBytes += s.End - s.Start
}

// addSpan adds the clauses of a span. about is the subject of what came before, which
// pronouns stand for; it returns the subject for what follows.
func (d *digest) addSpan(index int, s Span, about []token) []token {
	for _, sentence := range sentences(d.text, s.Start, s.End) {
		if len(d.clauses) >= maxClauses {
			break
		}
		end := sentence.Start + boundary(d.text[sentence.Start:sentence.End], maxSentenceBytes)
		tokens := tokenize(d.text, sentence.Start, end)
		numbers := findNumbers(tokens)
		subject, pronoun := subjectOf(tokens)
		if !pronoun && len(subject) > 0 {
			about = subject
		}
		for i, piece := range splitClauses(tokens) {
			c := clause{span: index, speech: speechOf(tokens), subject: about}
			if i > 0 {
				c.context = subject
			}
			d.addClause(c, tokens[piece[0]:piece[1]], numbers)
		}
	}
	return about
}

// addClause completes a clause from its tokens and adds it.
func (d *digest) addClause(c clause, tokens []token, numbers []Number) {
	if len(tokens) > maxClauseTokens {
		tokens = tokens[:maxClauseTokens]
	}
	tokens = stripEdges(tokens)
	if len(tokens) == 0 {
		return
	}
	c.tokens = tokens
	c.Range = Range{tokens[0].start, tokens[len(tokens)-1].end}
	for _, n := range numbers {
		if n.Start >= c.Start && n.End <= c.End {
			c.numbers = append(c.numbers, n)
		}
	}
	wide := 0
	for _, t := range tokens {
		if t.kind == tokenWide {
			wide += t.end - t.start
		}
		if words.negators.has(t.text) {
			c.negated++
		}
	}
	c.wide = wide*2 > c.End-c.Start
	c.terms = termsOf(tokens, c.context, c.numbers)
	d.clauses = append(d.clauses, c)
}

// stripEdges drops what does not belong to a clause at its ends: marks but quotes and
// emphasis, joining words, citation marks, and what is left of a bracket or quotation
// that the clause does not hold whole.
func stripEdges(tokens []token) []token {
	for len(tokens) > 0 {
		switch {
		case len(tokens) > 2 && tokens[0].kind == tokenNumber && (tokens[1].is(".") || tokens[1].is(")")) && tokens[1].start == tokens[0].end:
			tokens = tokens[2:] // the number of a list item within a line
			continue
		case leadingMark(tokens[0]), joiner(tokens[0].text), unpaired(tokens, 0):
			tokens = tokens[1:]
			continue
		}
		break
	}
	for {
		n := len(tokens)
		switch {
		case n == 0:
			return tokens
		case n > 2 && tokens[n-1].is("]") && tokens[n-2].kind == tokenNumber && tokens[n-3].is("["):
			tokens = tokens[:n-3]
		case trailingMark(tokens[n-1]) || unpaired(tokens, n-1):
			tokens = tokens[:n-1]
		default:
			return tokens
		}
	}
}

func leadingMark(t token) bool {
	return t.kind == tokenMark && strings.ContainsAny(t.text, ",;:.!?-)]}|/\\>・。、！？，；：…")
}

func trailingMark(t token) bool {
	return t.kind == tokenMark && strings.ContainsAny(t.text, ",;:.!?-([{|/\\<。、！？，；：…")
}

// unpaired reports that the bracket, quote or emphasis at i has no partner among tokens.
func unpaired(tokens []token, i int) bool {
	t := tokens[i]
	if t.kind != tokenMark {
		return false
	}
	count := func(text string) int {
		n := 0
		for _, u := range tokens {
			if u.kind == tokenMark && u.text == text {
				n++
			}
		}
		return n
	}
	switch t.text {
	case `"`, "'", "*", "_", "`":
		return count(t.text)%2 == 1
	case "(", ")":
		return count("(") != count(")")
	case "[", "]":
		return count("[") != count("]")
	case "「", "」":
		return count("「") != count("」")
	}
	return false
}

func joiner(text string) bool {
	switch text {
	case "and", "but", "or", "while", "whereas", "although", "though", "yet", "so":
		return true
	}
	return false
}

// subjectOf returns the words before the first verb of a sentence that name what it is
// about, and whether that is a pronoun.
func subjectOf(tokens []token) (subject []token, pronoun bool) {
	start := 0
	if len(tokens) > 1 && (preposition(tokens[0].text) || participial(tokens[0]) && preposition(tokens[1].text)) {
		if comma := slices.IndexFunc(tokens, func(t token) bool { return t.is(",") }); comma >= 0 && comma < 12 {
			start = comma + 1
		}
	}
	for i := start; i < len(tokens) && i < start+12; i++ {
		t := tokens[i]
		switch {
		case finite(t):
			return subject, false
		case subjectPronoun(t.text) && len(subject) == 0:
			return nil, true
		case t.is("(") || t.is(",") && len(subject) > 0:
			return subject, false
		case t.content():
			subject = append(subject, t)
		}
	}
	return nil, false
}

// participial reports the opening of "Born in 1941, she …".
func participial(t token) bool {
	return t.is("born") || t.is("known") || words.verbs.has(t.text) && !t.stop || strings.HasSuffix(t.text, "ed") && len(t.text) > 4
}

func preposition(text string) bool {
	switch text {
	case "in", "on", "at", "by", "for", "from", "with", "to", "after", "before", "during", "since", "until", "as",
		"under", "over", "through", "throughout", "despite", "while", "when", "although", "though", "if", "because":
		return true
	}
	return false
}
