package fusionpane

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"assay/ui/markdown"
)

// tidy makes a text of a model safe to draw on one line and takes the marks of inline
// Markdown away: those of strong and struck text, and of code. Marks that stand alone
// stay, but for those a passage begins or ends with, whose other half was not quoted.
func tidy(text string) string {
	s := markdown.CleanLine(text)
	if !strings.ContainsAny(s, "*_`~") {
		return s
	}
	var out strings.Builder
	for s != "" {
		before, rest, found := strings.Cut(s, "`")
		if !found {
			out.WriteString(unmark(s))
			break
		}
		ticks := 1 + len(rest) - len(strings.TrimLeft(rest, "`"))
		fence := strings.Repeat("`", ticks)
		code, after, closed := strings.Cut(rest[ticks-1:], fence)
		out.WriteString(unmark(before))
		if !closed {
			out.WriteString(fence + unmark(rest[ticks-1:]))
			break
		}
		out.WriteString(strings.TrimSpace(code))
		s = after
	}
	return out.String()
}

// unmark takes the marks out of text without code. Each is two characters long.
func unmark(s string) string {
	for _, mark := range []string{"**", "__", "~~"} {
		s = unpair(s, mark)
	}
	return s
}

// unpair takes one kind of mark out. A mark opens before a word and closes behind
// one, as in Markdown: the stars of 2**8 do neither.
func unpair(s, mark string) string {
	opened := -1 // where the mark that waits for its other half stands
	for i := 0; ; {
		at := strings.Index(s[i:], mark)
		if at < 0 {
			break
		}
		i += at
		opens, closes := flanks(s, i, len(mark))
		switch {
		case closes && opened >= 0:
			s = s[:opened] + s[opened+len(mark):i] + s[i+len(mark):]
			i -= len(mark)
			opened = -1
		case closes && i+len(mark) == len(s):
			s = s[:i]
		case opens && opened < 0:
			opened = i
			i += len(mark)
		default:
			i += len(mark)
		}
	}
	if opened == 0 {
		s = s[len(mark):]
	}
	return s
}

// flanks says whether the n bytes at i may open and may close marked text.
func flanks(s string, i, n int) (opens, closes bool) {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i+n:])
	first, last := i == 0, i+n == len(s)
	opens = !last && !unicode.IsSpace(after) && (first || !word(before))
	closes = !first && !unicode.IsSpace(before) && (last || !word(after))
	return opens, closes
}

func word(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
