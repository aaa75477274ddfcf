package claims

import (
	"slices"
	"strings"
)

// part is one thing a question asks: its words, and of what sort an answer to it is.
type part struct {
	text  string
	terms []term // content words, without those of other parts
	wants NumberKind
}

// A question longer or of more parts than this carries material rather than asks.
const (
	longestQuestion = 8_000
	mostParts       = 12
)

// unanswered returns the parts of the question that nothing in any answer matches: only
// questions of several parts are looked at, and only a part none of whose own words, and
// no number of the sort it asks for, appears anywhere.
func unanswered(question string, digests []*digest) []string {
	parts := questionParts(question[:boundary(question, longestQuestion)])
	if len(parts) < 2 || len(parts) > mostParts || !slices.ContainsFunc(digests, func(d *digest) bool { return len(d.clauses) > 0 }) {
		return nil
	}
	var out []string
	for _, p := range parts {
		if len(p.terms) > 0 && !p.answered(digests) {
			out = append(out, p.text)
		}
	}
	return out
}

// questionParts splits a question at its sentences and list items, and at "and" before
// another question word. Parts keep only the words that are theirs alone.
func questionParts(question string) []part {
	const longestItem = 160 // bytes; longer ones are material, not asks
	var parts []part
	for _, s := range Segment(question) {
		if s.Kind == Code || s.Kind == Heading || s.Kind == Row {
			continue
		}
		inItem := sentences(question, s.Start, s.End)
		for _, r := range inItem {
			for _, piece := range splitAsks(question, r) {
				if s.Kind == Item && len(inItem) == 1 && piece.End-piece.Start <= longestItem || asks(question, piece) {
					parts = append(parts, newPart(question, piece))
				}
			}
		}
	}
	owners := map[uint64]int{}
	for _, p := range parts {
		for _, t := range p.terms {
			owners[t.key]++
		}
	}
	for i := range parts {
		parts[i].terms = slices.DeleteFunc(parts[i].terms, func(t term) bool { return owners[t.key] > 1 })
	}
	return parts
}

// splitAsks cuts a sentence before "and" that a question word follows.
func splitAsks(question string, r Range) []Range {
	tokens := tokenize(question, r.Start, r.End)
	var out []Range
	from := r.Start
	for i := 1; i+1 < len(tokens); i++ {
		if tokens[i].is("and") && questionWord(tokens[i+1].text) {
			out = appendTrimmed(out, question, from, tokens[i].start)
			from = tokens[i+1].start
		}
	}
	return appendTrimmed(out, question, from, r.End)
}

func questionWord(text string) bool {
	switch text {
	case "who", "what", "when", "where", "why", "how", "which", "whose":
		return true
	}
	return false
}

// asks reports a sentence that asks: one that ends in a question mark, or opens with a
// question word.
func asks(question string, r Range) bool {
	text := strings.TrimRight(r.Text(question), `"'”) `)
	if strings.HasSuffix(text, "?") || strings.HasSuffix(text, "？") {
		return true
	}
	tokens := tokenize(text, 0, len(text))
	return len(tokens) > 0 && questionWord(tokens[0].text)
}

func newPart(question string, r Range) part {
	tokens := tokenize(question, r.Start, r.End)
	p := part{text: r.Text(question), terms: termsOf(tokens, nil, findNumbers(tokens))}
	for i, t := range tokens {
		next := token{}
		if i+1 < len(tokens) {
			next = tokens[i+1]
		}
		switch {
		case t.is("when"), t.is("year"), t.is("date"):
			p.wants = Date
		case t.is("how") && (next.is("many") || next.is("much") || next.is("long") || next.is("far") || next.is("old") || next.is("tall")):
			p.wants = Count
		}
	}
	return p
}

// answered reports that some answer has one of the part's words, or one spelled much
// like it, or a number of the sort it asks for.
func (p part) answered(digests []*digest) bool {
	if slices.ContainsFunc(digests, func(d *digest) bool { return d.codeBytes > 0 }) {
		return true // what code answers is not for words to tell
	}
	said := func(t term) bool {
		return slices.ContainsFunc(p.terms, func(own term) bool { return own.key == t.key })
	}
	return p.found(digests, said) || p.found(digests, p.spelledLike())
}

// found reports that a clause or heading has a term that matches, or a clause a number
// of the sort the part asks for.
func (p part) found(digests []*digest, matches func(term) bool) bool {
	return slices.ContainsFunc(digests, func(d *digest) bool {
		return slices.ContainsFunc(d.headingTerms(), matches) || slices.ContainsFunc(d.clauses, func(c clause) bool {
			return slices.ContainsFunc(c.numbers, p.fits) || slices.ContainsFunc(c.terms, matches)
		})
	})
}

// spelledLike matches terms that share most n-grams with one of the part's.
func (p part) spelledLike() func(term) bool {
	const alike = 0.5
	grams := make([][]uint64, len(p.terms))
	for i, t := range p.terms {
		grams[i] = gramsOf(t.text)
	}
	return func(t term) bool {
		other := gramsOf(t.text)
		return slices.ContainsFunc(grams, func(own []uint64) bool { return gramSimilarity(own, other) >= alike })
	}
}

// fits reports a number of the sort the part asks for.
func (p part) fits(n Number) bool {
	switch p.wants {
	case Date:
		return n.Kind == Date
	case Count:
		return n.Kind != Label && n.Kind != Date
	}
	return false
}

func (d *digest) headingTerms() []term {
	var out []term
	for _, h := range d.headings {
		out = append(out, termsOf(tokenize(d.text, h.Start, h.End), nil, nil)...)
	}
	return out
}
