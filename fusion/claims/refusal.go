package claims

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	refusalOpening = regexp.MustCompile(`(?i)^\W{0,4}(?:(?:i(?:'m| am) (?:really |very |truly |so )?sorry|sorry|my apologies|i apologi[sz]e|unfortunately|as an? (?:ai|artificial intelligence|language|large language)\b[^.!?\n]{0,40}|i appreciate[^.!?\n]{0,60})\b[^.!?\n]{0,40}[,.;: ]+(?:but |however,? |and )?)?(?:i(?:'m| am) (?:not (?:able|allowed|permitted|comfortable|programmed|designed)|unable|not going)\b|i (?:can't|cannot|can not|won't|will not|must decline|have to decline|decline)\b|it (?:is not|isn't|would not be|wouldn't be) (?:appropriate|ethical|possible for me)\b)`)
	refusedAct     = regexp.MustCompile(`(?i)\b(?:assist|help|provide|fulfil|fulfill|comply|create|write|generate|answer|discuss|share|offer|support|engage|do that|give|produce|complete|respond|continue|participate|decline|appropriate|ethical|possible)\b`)
	refusalWide    = regexp.MustCompile(`^.{0,30}(?:申し訳(?:ございません|ありません)|すみません|抱歉|对不起|無法|无法).{0,60}(?:できません|できかねます|お答え(?:でき|いたし)|お手伝い(?:でき)|无法|無法|不能|不可以)`)
)

// Refusal reports that a text declines to answer instead of answering. It looks at the
// opening only, and lets pass long answers that merely open with a caution.
func Refusal(text string) bool {
	const longest = 900
	text = strings.ReplaceAll(strings.TrimSpace(text), "’", "'")
	if len(text) == 0 || len(text) > longest && len(Segment(text)) > 8 {
		return false
	}
	opening := text[:boundary(text, 320)]
	if refusalWide.MatchString(opening) {
		return true
	}
	end := len(opening)
	m := refusalOpening.FindStringIndex(opening)
	return m != nil && refusedAct.MatchString(opening[m[0]:end])
}

// Truncated reports that a text seems to be cut: a fence or bracket is open, or its last
// sentence ends in a comma or in a word that no sentence ends with, such as "the". A
// missing full stop alone says nothing, as some models leave it out; only scripts with
// marks of their own for it are held to them.
func Truncated(text string) bool {
	text = strings.TrimRightFunc(text, unicode.IsSpace)
	spans := Segment(text)
	if len(spans) == 0 {
		return false
	}
	last := spans[len(spans)-1]
	body := last.Text(text)
	switch last.Kind {
	case Code:
		return openFence(body)
	case Heading, Row:
		return false
	}
	r, _ := utf8.DecodeLastRuneInString(body)
	if wideLetter(r) || r == '、' || r == '，' {
		const signature = 36 // bytes: shorter last lines are names and closings
		return last.Kind == Sentence && len(body) > signature && len(spans) > 1 && mostlyEnded(text, spans[:len(spans)-1])
	}
	if strings.ContainsRune(",;–—([{", r) {
		return true
	}
	if terminator(r) || last.End < len(text) {
		return false
	}
	tokens := tokenize(text, max(last.Start, boundary(text, last.End-80)), last.End)
	if len(tokens) == 0 {
		return false
	}
	word := tokens[len(tokens)-1]
	return word.kind == tokenWord && words.unfinished.has(word.text) && len(tokens) > 3
}

// mostlyEnded reports that most sentences of wide script end in a mark for it.
func mostlyEnded(text string, spans []Span) bool {
	ended, all := 0, 0
	for _, s := range spans {
		if s.Kind == Sentence {
			all++
			if r, _ := utf8.DecodeLastRuneInString(s.Text(text)); wideTerminator(r) || strings.ContainsRune("！？」』）", r) {
				ended++
			}
		}
	}
	return all > 0 && 2*ended >= all
}

// openFence reports a fence that its block does not close.
func openFence(block string) bool {
	first := lineAt(block, 0)
	char, length := fenceOf(block[:first.end])
	if char == 0 {
		return false
	}
	if first.next >= len(block) {
		return true
	}
	return !closesFence(block[strings.LastIndexByte(block, '\n')+1:], char, length)
}
