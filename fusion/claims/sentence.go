package claims

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// sentences cuts the bytes [start, end) of text into sentences. Together they cover
// everything but white space.
func sentences(text string, start, end int) []Range {
	var out []Range
	from, unclosed := start, start
	for i := start; i < end; {
		r, n := utf8.DecodeRuneInString(text[i:end])
		if close := closerOf(r); close != 0 && i >= unclosed {
			after := skipQuoted(text, i+n, end, r, close)
			if after == i+n {
				unclosed = i + quoteReach // looking again and again would take forever
			}
			i = after
			continue
		}
		if !terminator(r) {
			i += n
			continue
		}
		stop := i + n
		for stop < end {
			next, m := utf8.DecodeRuneInString(text[stop:end])
			if !terminator(next) {
				break
			}
			stop += m
		}
		stop = skipClosers(text, stop, end)
		if stop >= end || sentenceEnds(text, from, i, stop, end) {
			out = appendTrimmed(out, text, from, stop)
			from = stop
		}
		i = stop
	}
	return appendTrimmed(out, text, from, end)
}

func appendTrimmed(out []Range, text string, start, end int) []Range {
	start, end = trim(text, start, end)
	if start < end {
		out = append(out, Range{start, end})
	}
	return out
}

func terminator(r rune) bool { return strings.ContainsRune(".!?…。！？｡．؟।॥", r) }

// wideTerminator reports sentence ends that need no space after them.
func wideTerminator(r rune) bool { return strings.ContainsRune("。！？｡．।॥", r) }

// closerOf returns the mark that closes a quotation or code span within which a
// full stop ends nothing, 0 for any other rune.
func closerOf(r rune) rune {
	switch r {
	case '「':
		return '」'
	case '『':
		return '』'
	case '（':
		return '）'
	case '`':
		return '`'
	}
	return 0
}

// quoteReach is how many bytes a quotation may go on before it counts as not closed.
const quoteReach = 400

// skipQuoted returns where the quotation opened before pos is over, or pos itself
// if it is not closed within reach.
func skipQuoted(text string, pos, end int, open, close rune) int {
	limit := min(end, pos+quoteReach)
	depth := 1
	for i := pos; i < limit; {
		r, n := utf8.DecodeRuneInString(text[i:end])
		i += n
		switch {
		case r == close:
			depth--
		case r == open:
			depth++
		}
		if depth == 0 {
			return i
		}
	}
	return pos
}

// skipClosers passes closing quotes, brackets, emphasis and citation marks such as
// [1] that belong to the sentence before them.
func skipClosers(text string, pos, end int) int {
	for pos < end {
		r, n := utf8.DecodeRuneInString(text[pos:end])
		switch {
		case strings.ContainsRune(`"')]*_”’»」』）】`, r):
			pos += n
		case r == '[':
			stop := pos + n
			for stop < end && stop-pos < 6 && text[stop] >= '0' && text[stop] <= '9' {
				stop++
			}
			if stop == pos+n || stop >= end || text[stop] != ']' {
				return pos
			}
			pos = stop + 1
		default:
			return pos
		}
	}
	return pos
}

// sentenceEnds decides about the terminator at mark of the sentence that started at
// from; stop is the first byte after it and its closers.
func sentenceEnds(text string, from, mark, stop, end int) bool {
	r, _ := utf8.DecodeRuneInString(text[mark:end])
	if wideTerminator(r) {
		return true
	}
	next, n := utf8.DecodeRuneInString(text[stop:end])
	if !unicode.IsSpace(next) {
		return r == '…' && unicode.IsUpper(next) || wideLetter(next)
	}
	rest := strings.TrimLeftFunc(text[stop+n:end], unicode.IsSpace)
	following, _ := utf8.DecodeRuneInString(strings.TrimLeft(rest, `"'“‘(*_[`))
	if unicode.IsLower(following) {
		return false
	}
	if r != '.' || strings.HasPrefix(text[mark:], "..") {
		return true
	}
	return !abbreviated(text[from:mark], rest)
}

// abbreviated reports whether the full stop after before belongs to an abbreviation,
// an initial or a list number rather than to the sentence.
func abbreviated(before, after string) bool {
	cut := strings.LastIndexFunc(before, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(`("'“‘[*_/—–-`, r)
	})
	word := before[cut+1:]
	if cut >= 0 {
		_, n := utf8.DecodeRuneInString(before[cut:])
		word = before[cut+n:]
	}
	if word == "" {
		return false
	}
	if strings.TrimLeft(before, " *_") == word && strings.Trim(word, "0123456789") == "" && len(word) <= 3 {
		return true
	}
	if utf8.RuneCountInString(word) == 1 {
		r, _ := utf8.DecodeRuneInString(word)
		return unicode.IsUpper(r) && r != 'I'
	}
	lower := strings.ToLower(word)
	if lower == "no" || lower == "nos" {
		next, _ := utf8.DecodeRuneInString(after)
		return unicode.IsDigit(next)
	}
	if words.neverEnds.has(lower) {
		return true
	}
	if words.mayEnd.has(lower) || dottedInitials(word) {
		first, _, _ := strings.Cut(after, " ")
		return !words.starters.has(strings.Trim(strings.ToLower(first), `"'“‘(,`))
	}
	return false
}

// dottedInitials matches U.S, e.g, a.m and the like, without their last full stop.
func dottedInitials(word string) bool {
	if len(word) < 3 || len(word) > 9 {
		return false
	}
	for i := range len(word) {
		if dot := word[i] == '.'; dot != (i%2 == 1) || !dot && !isASCIILetter(word[i]) {
			return false
		}
	}
	return len(word)%2 == 1
}

// wideLetter reports letters of scripts written without spaces between words.
func wideLetter(r rune) bool {
	return r >= 0x2E80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) ||
		r >= 0x0E00 && unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) ||
		r == 'ー' || r == '々'
}
