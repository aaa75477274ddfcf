package claims

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// tokenKind says what a token is.
type tokenKind uint8

const (
	tokenWord   tokenKind = iota + 1
	tokenNumber           // digits, with separators between them
	tokenWide             // a run of a script written without spaces
	tokenMark             // one rune of punctuation or a symbol
)

// token is a word, a number or a mark: the bytes [start, end) of the raw text.
type token struct {
	start, end int
	kind       tokenKind
	capital    bool   // begins with a capital letter
	stop       bool   // says nothing by itself
	text       string // folded: compatibility forms, accents and case removed
	stem       string
}

func (t token) is(text string) bool { return t.text == text }

// content reports whether the token counts in similarity.
func (t token) content() bool { return t.kind == tokenWord && !t.stop }

// tokenize cuts the bytes [start, end) of text into tokens. Contractions are spelled
// out: "don't" gives "do" and "not" at the same place.
func tokenize(text string, start, end int) []token {
	out := make([]token, 0, (end-start)/5+1)
	for i := start; i < end; {
		r, n := utf8.DecodeRuneInString(text[i:end])
		switch {
		case unicode.IsSpace(r):
			i += n
		case unicode.IsDigit(r):
			stop := numberEnd(text, i, end)
			out, i = append(out, numberToken(text, i, stop)), stop
		case wideLetter(r):
			stop := runEnd(text, i, end, wideLetter)
			out = append(out, token{start: i, end: stop, kind: tokenWide, text: norm.NFKC.String(text[i:stop])})
			i = stop
		case unicode.IsLetter(r):
			stop := wordEnd(text, i, end)
			out, i = appendWord(out, text, i, stop), stop
		default:
			out = append(out, token{start: i, end: i + n, kind: tokenMark, text: foldMark(text[i : i+n])})
			i += n
		}
	}
	return out
}

func runEnd(text string, i, end int, in func(rune) bool) int {
	for i < end {
		r, n := utf8.DecodeRuneInString(text[i:end])
		if !in(r) {
			break
		}
		i += n
	}
	return i
}

// numberEnd passes digits, and points and commas between digits.
func numberEnd(text string, i, end int) int {
	for i < end {
		r, n := utf8.DecodeRuneInString(text[i:end])
		if !unicode.IsDigit(r) {
			after := i + n
			if r != '.' && r != ',' || after >= end || text[after] < '0' || text[after] > '9' {
				break
			}
		}
		i += n
	}
	return i
}

func numberToken(text string, start, end int) token {
	folded := text[start:end]
	if !ascii(folded) {
		folded = norm.NFKC.String(folded)
	}
	return token{start: start, end: end, kind: tokenNumber, text: folded, stem: folded}
}

// wordEnd passes letters, marks and digits, and apostrophes between letters.
func wordEnd(text string, i, end int) int {
	for i < end {
		r, n := utf8.DecodeRuneInString(text[i:end])
		switch {
		case wideLetter(r):
			return i
		case unicode.IsLetter(r), unicode.IsMark(r), unicode.IsDigit(r):
		case r == '\'' || r == '’':
			next, _ := utf8.DecodeRuneInString(text[i+n : end])
			if !unicode.IsLetter(next) {
				return i
			}
		default:
			return i
		}
		i += n
	}
	return i
}

// appendWord adds the word at [start, end), spelled out.
func appendWord(out []token, text string, start, end int) []token {
	raw := text[start:end]
	first, _ := utf8.DecodeRuneInString(raw)
	t := token{start: start, end: end, kind: tokenWord, capital: unicode.IsUpper(first), text: fold(raw)}
	negated := false
	if i := strings.IndexByte(t.text, '\''); i >= 0 {
		t.text, negated = contraction(t.text, i)
	}
	if t.text == "cannot" {
		t.text, negated = "can", true
	}
	t.stop = words.stop.has(t.text)
	t.stem = stem(t.text)
	out = append(out, t)
	if negated {
		out = append(out, token{start: start, end: end, kind: tokenWord, stop: true, text: "not", stem: "not"})
	}
	return out
}

// contraction drops what follows the apostrophe at i and reports a hidden "not".
func contraction(word string, i int) (string, bool) {
	if strings.HasSuffix(word, "n't") {
		switch base := word[:len(word)-3]; base {
		case "wo":
			return "will", true
		case "ca":
			return "can", true
		case "sha":
			return "shall", true
		default:
			return base, true
		}
	}
	switch word[i+1:] {
	case "s", "re", "ve", "ll", "d", "m", "t":
		return word[:i], false
	}
	return strings.ReplaceAll(word, "'", ""), false
}

// fold brings a word to one form: compatibility forms composed, accents of scripts
// with letters removed, lower case, straight apostrophes.
func fold(word string) string {
	if ascii(word) {
		return strings.ToLower(word)
	}
	var b strings.Builder
	b.Grow(len(word))
	for _, r := range norm.NFKD.String(word) {
		switch {
		case r == '’' || r == 'ʼ':
			b.WriteByte('\'')
		case unicode.Is(unicode.Mn, r) && r < 0x0370:
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// foldMark unifies dashes and quotes.
func foldMark(mark string) string {
	switch mark {
	case "–", "—", "−", "‐", "‑", "―", "〜", "～":
		return "-"
	case "“", "”", "„", "«", "»":
		return `"`
	case "‘", "’", "‚":
		return "'"
	case "％":
		return "%"
	case "（":
		return "("
	case "）":
		return ")"
	}
	return mark
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
