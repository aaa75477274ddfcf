package claims

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// line is one line of a text: its bytes [start, end) without the line break, and
// where the next line starts.
type line struct{ start, end, next int }

func lineAt(text string, pos int) line {
	l := line{start: pos, end: len(text), next: len(text)}
	if i := strings.IndexByte(text[pos:], '\n'); i >= 0 {
		l.end, l.next = pos+i, pos+i+1
	}
	if l.end > l.start && text[l.end-1] == '\r' {
		l.end--
	}
	return l
}

// trim narrows [start, end) to leave out white space at both ends.
func trim(text string, start, end int) (int, int) {
	for start < end {
		r, n := utf8.DecodeRuneInString(text[start:end])
		if !unicode.IsSpace(r) {
			break
		}
		start += n
	}
	for start < end {
		r, n := utf8.DecodeLastRuneInString(text[start:end])
		if !unicode.IsSpace(r) {
			break
		}
		end -= n
	}
	return start, end
}

// wordy reports whether s says anything: a letter, a digit or another symbol that
// carries meaning by itself, as in formulas and emoji answers.
func wordy(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r > 0x2190 && unicode.IsSymbol(r) {
			return true
		}
	}
	return false
}

// indentOf counts leading spaces, a tab as four.
func indentOf(s string) (width, bytes int) {
	for ; bytes < len(s); bytes++ {
		switch s[bytes] {
		case ' ':
			width++
		case '\t':
			width += 4
		default:
			return width, bytes
		}
	}
	return width, bytes
}

// unquoted skips block-quote markers at the start of a line and returns how many
// bytes they take.
func unquoted(s string) int {
	skip := 0
	for {
		_, n := indentOf(s[skip:])
		if skip+n >= len(s) || s[skip+n] != '>' {
			return skip
		}
		skip += n + 1
	}
}

// fenceOf returns the fence a line opens: its character and length, zero without.
func fenceOf(s string) (char byte, length int) {
	_, n := indentOf(s)
	s = s[n:]
	if s == "" || s[0] != '`' && s[0] != '~' {
		return 0, 0
	}
	for length < len(s) && s[length] == s[0] {
		length++
	}
	if length < 3 || s[0] == '`' && strings.IndexByte(s[length:], '`') >= 0 {
		return 0, 0
	}
	return s[0], length
}

// closesFence reports whether a line closes the fence.
func closesFence(s string, char byte, length int) bool {
	s = strings.TrimSpace(s)
	return len(s) >= length && strings.Trim(s, string(char)) == ""
}

// atxHeading returns where a heading's text starts after its marks, 0 without.
func atxHeading(s string) int {
	_, n := indentOf(s)
	i := n
	for i < len(s) && s[i] == '#' {
		i++
	}
	if i == n || i-n > 6 || i < len(s) && s[i] != ' ' && s[i] != '\t' {
		return 0
	}
	return i
}

// underline reports a line of nothing but three or more '=' or '-'.
func underline(s string) bool {
	s = strings.TrimSpace(s)
	return len(s) >= 3 && (strings.Trim(s, "=") == "" || strings.Trim(s, "-") == "")
}

// listMarker returns the length of a list marker with its white space, 0 without.
func listMarker(s string) int {
	_, i := indentOf(s)
	start := i
	r, n := utf8.DecodeRuneInString(s[i:])
	switch {
	case strings.ContainsRune("-*+•◦▪‣・●○", r) && n > 0:
		i += n
	default:
		for i < len(s) && i-start < 3 && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		if i == start && i+1 < len(s) && isASCIILetter(s[i]) && s[i+1] == ')' {
			i++
		}
		if i == start || i >= len(s) || s[i] != '.' && s[i] != ')' {
			return 0
		}
		i++
	}
	if i >= len(s) {
		return 0
	}
	if _, n := indentOf(s[i:]); n > 0 {
		return i + n
	}
	if r == '・' || r == '•' || r == '●' {
		return i
	}
	return 0
}

func isASCIILetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// boldLine reports a line that is one bold phrase, as models write headings.
func boldLine(s string) bool {
	s = strings.TrimSpace(s)
	s = strings.TrimSuffix(s, ":")
	if len(s) < 5 || len(s) > 120 || s[:2] != "**" && s[:2] != "__" || !strings.HasSuffix(s, s[:2]) {
		return false
	}
	inner := s[2 : len(s)-2]
	return !strings.Contains(inner, s[:2]) && !strings.HasSuffix(inner, ".")
}

// tableRule reports the line under a table's header, as |---|:-:|.
func tableRule(s string) bool {
	s = strings.TrimSpace(s)
	return strings.Contains(s, "|") && strings.Contains(s, "-") && strings.Trim(s, "|-: \t") == ""
}

// runeEnd returns where the rune at pos ends.
func runeEnd(text string, pos int) int {
	_, n := utf8.DecodeRuneInString(text[pos:])
	return pos + n
}

// boundary returns the largest start of a rune not past n.
func boundary(text string, n int) int {
	if n >= len(text) {
		return len(text)
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return n
}
