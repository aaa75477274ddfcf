package claims

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Grade says how a quote was found.
type Grade uint8

// The grades, from none to best. A Near quote differs in some words: show the source's
// own text, not the quote.
const (
	NotFound Grade = iota
	Near
	Canonical // equal but for quotes, dashes, markup, case and white space
	Exact
)

// String returns the grade in lower case.
func (g Grade) String() string {
	switch g {
	case Near:
		return "near"
	case Canonical:
		return "canonical"
	case Exact:
		return "exact"
	}
	return "none"
}

// VerifyQuote finds a quote in an answer and returns the bytes [start, end) of the
// answer's raw text it stands for: exactly, then in canonical form, then fuzzily. A
// fuzzy match needs nearly all words in order, and its numbers and negators must be
// those of the quote: a quote with a "not" put in is not found. Long quotes and answers
// are compared in time linear in the answer.
func VerifyQuote(answer, quote string) (start, end int, grade Grade, ok bool) {
	quote = strings.TrimSpace(quote)
	if quote == "" {
		return 0, 0, NotFound, false
	}
	if i := strings.Index(answer, quote); i >= 0 {
		return i, i + len(quote), Exact, true
	}
	quote = strings.Trim(quote, "\"'“”‘’«»…. \t\r\n")
	source, wanted := canonical(answer), canonical(quote)
	if len(wanted.text) == 0 {
		return 0, 0, NotFound, false
	}
	if i := source.index(wanted.text); i >= 0 {
		return source.offsets[i], runeEnd(answer, source.offsets[i+len(wanted.text)-1]), Canonical, true
	}
	if start, end, ok = nearest(answer, quote); ok {
		return start, end, Near, true
	}
	return 0, 0, NotFound, false
}

// canonicalText is a text reduced to what a quote must keep, and where each of its
// bytes comes from: the start of a rune of the raw text.
type canonicalText struct {
	text    string
	offsets []int
}

// canonical drops markup, folds case, width, quotes and dashes, and makes one space of
// all white space.
func canonical(text string) canonicalText {
	var b strings.Builder
	var offsets []int
	space := true
	put := func(s string, at int) {
		b.WriteString(s)
		for range len(s) {
			offsets = append(offsets, at)
		}
	}
	for i, r := range text {
		switch {
		case unicode.IsSpace(r):
			if !space {
				put(" ", i)
			}
			space = true
			continue
		case strings.ContainsRune("*_`#>~\\", r) || unicode.Is(unicode.Cf, r):
			continue
		case strings.ContainsRune(`"'“”„«»‘’‚`, r):
			continue
		case strings.ContainsRune("–—−‐‑―", r):
			put("-", i)
		case r < utf8.RuneSelf:
			put(string(unicode.ToLower(r)), i)
		default:
			put(fold(string(r)), i)
		}
		space = false
	}
	return canonicalText{strings.TrimRight(b.String(), " "), offsets}
}

// index finds a canonical text that begins and ends at the edge of a word.
func (c canonicalText) index(wanted string) int {
	for from := 0; from <= len(c.text)-len(wanted); {
		i := strings.Index(c.text[from:], wanted)
		if i < 0 {
			return -1
		}
		i += from
		if c.edge(i) && c.edge(i+len(wanted)) {
			return i
		}
		from = i + 1
	}
	return -1
}

// edge reports that position i is not inside a word or a number.
func (c canonicalText) edge(i int) bool {
	if i <= 0 || i >= len(c.text) {
		return true
	}
	before, _ := utf8.DecodeLastRuneInString(c.text[:i])
	after, _ := utf8.DecodeRuneInString(c.text[i:])
	inWord := func(r rune) bool { return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !wideLetter(r) }
	return !inWord(before) || !inWord(after)
}

// nearest finds the stretch of the answer that has nearly all words of the quote, in
// order, and none of the quote's numbers or negators changed.
func nearest(answer, quote string) (start, end int, ok bool) {
	const (
		floor    = 0.8
		fewest   = 4
		mostWord = 200
	)
	wanted, source := wordsOf(quote), wordsOf(answer)
	n := len(wanted)
	if n < fewest || n > mostWord || len(source) == 0 {
		return 0, 0, false
	}
	best, bestAt, bestTo := 0.0, 0, 0
	for _, at := range anchors(wanted, source) {
		from, to := max(0, at-n), min(len(source), at+n+2)
		shared, first, last := align(wanted, source[from:to])
		if shared == 0 {
			continue
		}
		score := 2 * float64(shared) / float64(n+last-first+1)
		if score > best {
			best, bestAt, bestTo = score, from+first, from+last+1
		}
	}
	if best < floor {
		return 0, 0, false
	}
	bestAt, bestTo = widen(wanted, source, bestAt, bestTo)
	if !sameGuards(wanted, source[bestAt:bestTo]) {
		return 0, 0, false
	}
	return source[bestAt].start, source[bestTo-1].end, true
}

// wordsOf returns the words and numbers of a text, runs of wide script cut into runes.
func wordsOf(text string) []token {
	var out []token
	for _, t := range tokenize(text, 0, len(text)) {
		switch t.kind {
		case tokenWord, tokenNumber:
			out = append(out, t)
		case tokenWide:
			for i, r := range text[t.start:t.end] {
				out = append(out, token{start: t.start + i, end: t.start + i + utf8.RuneLen(r), kind: tokenWide, text: string(r)})
			}
		}
	}
	return out
}

// anchors returns the places where the quote's rarest words stand in the answer.
func anchors(wanted, source []token) []int {
	const most = 24
	places := map[string][]int{}
	for i, t := range source {
		places[t.text] = append(places[t.text], i)
	}
	rare := slices.Clone(wanted)
	rare = slices.DeleteFunc(rare, func(t token) bool { return len(places[t.text]) == 0 })
	slices.SortStableFunc(rare, func(a, b token) int { return len(places[a.text]) - len(places[b.text]) })
	var out []int
	for _, t := range rare {
		for _, at := range places[t.text] {
			if len(out) == most {
				return out
			}
			out = append(out, at)
		}
	}
	return out
}

// align returns the length of the longest common subsequence of two short lists of words,
// and where in source its first and last words stand.
func align(wanted, source []token) (shared, first, last int) {
	rows, cols := len(wanted), len(source)
	length := make([]int, (rows+1)*(cols+1))
	at := func(i, j int) *int { return &length[i*(cols+1)+j] }
	for i := rows - 1; i >= 0; i-- {
		for j := cols - 1; j >= 0; j-- {
			if wanted[i].text == source[j].text {
				*at(i, j) = *at(i+1, j+1) + 1
			} else {
				*at(i, j) = max(*at(i+1, j), *at(i, j+1))
			}
		}
	}
	first = -1
	for i, j := 0, 0; i < rows && j < cols; {
		switch {
		case wanted[i].text == source[j].text:
			if first < 0 {
				first = j
			}
			last = j
			i, j = i+1, j+1
		case *at(i+1, j) >= *at(i, j+1):
			i++
		default:
			j++
		}
	}
	return *at(0, 0), max(first, 0), last
}

// widen takes in the words beside the stretch that stand where the quote's first and
// last words should, so that a changed word at an edge is looked at as well.
func widen(wanted, source []token, from, to int) (int, int) {
	if from > 0 && wanted[0].text != source[from].text {
		from--
	}
	if to < len(source) && wanted[len(wanted)-1].text != source[to-1].text {
		to++
	}
	return from, to
}

// sameGuards reports that two lists of words have the same numbers and negators.
func sameGuards(a, b []token) bool {
	return slices.Equal(guards(a), guards(b))
}

func guards(tokens []token) []string {
	var out []string
	for _, t := range tokens {
		_, spelled := words.numbers[t.text]
		if t.kind == tokenNumber || words.negators.has(t.text) || spelled && !t.is("one") || words.scales[t.text] > 0 ||
			strings.ContainsFunc(t.text, unicode.IsDigit) || wideNegator(t.text) {
			out = append(out, t.text)
		}
	}
	slices.Sort(out)
	return out
}

// wideNegator reports characters that negate in Chinese, and the ones Japanese negation
// is written with.
func wideNegator(text string) bool {
	switch text {
	case "不", "没", "無", "无", "非", "未", "な", "ぬ", "ん":
		return true
	}
	return false
}
