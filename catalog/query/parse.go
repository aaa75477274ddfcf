package query

import (
	"fmt"
	"slices"
	"strings"
)

// Query is a compiled query. The zero value, like the empty text, finds every model
// on offer.
type Query struct {
	text  string
	terms []term
	order Sort
	gone  bool // vanished models are asked for
}

// term is alternatives of which one must hold.
type term struct {
	alts  []alt
	words bool // nothing but words: scored, not tested
}

// alt is one alternative: a word, a flag, a field or a comparison.
type alt struct {
	negated bool
	pattern []rune // a word, lower case; nil for the others
	exact   bool   // the word stood in quotes
	mask    uint64 // characters of the word
	entry   *entry
	value   string
	op      string
	figure  quantity
}

// Compile reads a query. The error is an *Error that points at the mistake.
func Compile(text string) (*Query, error) {
	q := &Query{text: text}
	for pos := 0; ; {
		from, to, err := nextToken(text, pos)
		if err != nil {
			return nil, err
		}
		if from == to {
			return q, nil
		}
		if err := q.add(text, from, to); err != nil {
			return nil, err
		}
		pos = to
	}
}

// String is the text of the query.
func (q *Query) String() string { return q.text }

// Sort is the order the query itself asks for; its zero value when it asks for none.
func (q *Query) Sort() Sort { return q.order }

// nextToken finds the next token: what stands between spaces outside quotes.
func nextToken(text string, pos int) (from, to int, err error) {
	for pos < len(text) && isSpace(text[pos]) {
		pos++
	}
	from = pos
	quote := -1
	for ; pos < len(text) && (quote >= 0 || !isSpace(text[pos])); pos++ {
		if text[pos] != '"' {
			continue
		}
		if quote >= 0 {
			quote = -1
		} else {
			quote = pos
		}
	}
	if quote >= 0 {
		return 0, 0, &Error{quote, "the quote is not closed"}
	}
	return from, pos, nil
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func (q *Query) add(text string, from, to int) error {
	if name, value, ok := strings.Cut(text[from:to], ":"); ok && name == "sort" {
		order, err := ParseSort(value)
		if err != nil {
			return &Error{from + len("sort:"), err.Error()}
		}
		q.order = order
		return nil
	}
	var t term
	for pos := from; pos <= to; {
		end := pos
		for quoted := false; end < to && (quoted || text[end] != '|'); end++ {
			if text[end] == '"' {
				quoted = !quoted
			}
		}
		a, err := parseAlt(text, pos, end)
		if err != nil {
			return err
		}
		if a.entry != nil && a.entry.Name == "gone" && !a.negated {
			q.gone = true
		}
		t.alts = append(t.alts, a)
		pos = end + 1
	}
	t.words = !slices.ContainsFunc(t.alts, func(a alt) bool { return a.entry != nil })
	q.terms = append(q.terms, t)
	return nil
}

func parseAlt(text string, from, to int) (alt, error) {
	var a alt
	if from < to && text[from] == '-' {
		a.negated = true
		from++
	}
	if from == to {
		return a, &Error{from, "a term is missing here"}
	}
	s := text[from:to]
	if s[0] == '"' {
		word := strings.Trim(s, `"`)
		if word == "" {
			return a, &Error{from, "there is nothing in the quotes"}
		}
		a.exact = true
		return a.word(strings.ReplaceAll(word, `"`, "")), nil
	}
	if i := strings.IndexAny(s, "<>="); i > 0 {
		return a.comparison(s, i, from)
	}
	if name, value, ok := strings.Cut(s, ":"); ok {
		if e := lookup(strings.ToLower(name), Field); e != nil {
			return a.field(e, value, from)
		}
		if e := lookup(strings.ToLower(name), Compare); e != nil {
			return a, &Error{from + len(name), fmt.Sprintf("write %s with <, > or =, like %s", e.Name, e.Example)}
		}
		// Ids hold colons: "gpt-oss-20b:free" is a word.
	}
	if e := lookup(strings.ToLower(s), Flag); e != nil {
		a.entry = e
		return a, nil
	}
	return a.word(s), nil
}

func (a alt) word(s string) alt {
	a.pattern = foldRunes(s)
	a.mask = maskOf(a.pattern)
	return a
}

func (a alt) field(e *entry, value string, from int) (alt, error) {
	at := from + len(e.Name) + 1
	switch {
	case e.Name == "sort":
		return a, &Error{from, "an order cannot be negated or be one of several"}
	case value == "":
		return a, &Error{at, fmt.Sprintf("%s: needs a name, like %s", e.Name, e.Example)}
	}
	a.entry, a.value = e, strings.ToLower(value)
	return a, nil
}

func (a alt) comparison(s string, i, from int) (alt, error) {
	name := strings.ToLower(s[:i])
	e := lookup(name, Compare)
	if e == nil {
		return a, &Error{from, fmt.Sprintf("%q cannot be compared; %s can", name, comparables())}
	}
	a.op, a.entry = s[i:i+1], e
	if i+1 < len(s) && s[i+1] == '=' {
		a.op = s[i : i+2]
	}
	value := s[i+len(a.op):]
	if a.op == "==" {
		a.op = "="
	}
	at := from + len(s) - len(value)
	if value == "" {
		return a, &Error{at, fmt.Sprintf("%s needs %s", s[:i+1], unitHelp[e.unit])}
	}
	var err error
	if a.figure, err = e.unit.parse(value); err != nil {
		return a, &Error{at, err.Error()}
	}
	return a, nil
}

func comparables() string {
	var names []string
	for i := range table {
		if table[i].Kind == Compare {
			names = append(names, table[i].Name)
		}
	}
	return strings.Join(names, ", ")
}

// narrows reports whether everything q finds is also found by old: old with more
// behind it, or with its last word typed further.
func (q *Query) narrows(old *Query) bool {
	if q.gone != old.gone || len(q.terms) < len(old.terms) {
		return false
	}
	for i := range old.terms {
		if !q.terms[i].narrows(&old.terms[i]) {
			return false
		}
	}
	return true
}

func (t *term) narrows(old *term) bool {
	if len(t.alts) == 1 && len(old.alts) == 1 {
		a, b := &t.alts[0], &old.alts[0]
		if a.entry == nil && b.entry == nil && !a.negated && !b.negated && a.exact == b.exact {
			return len(a.pattern) >= len(b.pattern) && slices.Equal(a.pattern[:len(b.pattern)], b.pattern)
		}
	}
	return slices.EqualFunc(t.alts, old.alts, func(a, b alt) bool {
		return a.negated == b.negated && a.exact == b.exact && a.entry == b.entry && a.value == b.value &&
			a.op == b.op && a.figure == b.figure && slices.Equal(a.pattern, b.pattern)
	})
}
