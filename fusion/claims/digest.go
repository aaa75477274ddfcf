package claims

import "slices"

// Bounds on one answer, so that flooding costs the flooder alone: what lies past them
// is numbered but not compared.
const (
	maxSpans        = 400
	maxClauses      = 600
	maxClauseTokens = 120
)

// digest is what one answer says, independent of the others and of the question.
type digest struct {
	text     string
	spans    []Span // numbered
	headings []Span
	clauses  []clause
	skipped  int // spans not compared
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
		if s.Kind != Code {
			about = d.addSpan(i, s, about)
		}
	}
	return d
}

// addSpan adds the clauses of a span. about is the subject of what came before, which
// pronouns stand for; it returns the subject for what follows.
func (d *digest) addSpan(index int, s Span, about []token) []token {
	for _, sentence := range sentences(d.text, s.Start, s.End) {
		tokens := tokenize(d.text, sentence.Start, sentence.End)
		numbers := findNumbers(tokens)
		subject, pronoun := subjectOf(tokens)
		if !pronoun && len(subject) > 0 {
			about = subject
		}
		speech := statement
		if n := len(tokens); n > 0 && (tokens[n-1].is("?") || tokens[n-1].is("？")) {
			speech = question
		}
		for i, piece := range splitClauses(tokens) {
			c := clause{span: index, speech: speech, subject: about}
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

// stripEdges drops marks and conjunctions at a clause's start, and marks at its end.
func stripEdges(tokens []token) []token {
	for len(tokens) > 0 && (tokens[0].kind == tokenMark && !currency(tokens[0].text) || joiner(tokens[0].text)) {
		tokens = tokens[1:]
	}
	for len(tokens) > 0 && tokens[len(tokens)-1].kind == tokenMark && !closingMark(tokens[len(tokens)-1].text) {
		tokens = tokens[:len(tokens)-1]
	}
	return tokens
}

func joiner(text string) bool {
	switch text {
	case "and", "but", "or", "while", "whereas", "although", "though", "yet", "so":
		return true
	}
	return false
}

func closingMark(text string) bool { return text == "%" || text == "°" || currency(text) }

// subjectOf returns the words before the first verb of a sentence that name what it is
// about, and whether that is a pronoun.
func subjectOf(tokens []token) (subject []token, pronoun bool) {
	start := 0
	if len(tokens) > 0 && tokens[0].stop && !subjectPronoun(tokens[0].text) && preposition(tokens[0].text) {
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

func preposition(text string) bool {
	switch text {
	case "in", "on", "at", "by", "for", "from", "with", "to", "after", "before", "during", "since", "until", "as",
		"under", "over", "through", "throughout", "despite", "while", "when", "although", "though", "if", "because":
		return true
	}
	return false
}
