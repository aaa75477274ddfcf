package fusion

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"assay/engine/chat"
)

// ballot is one result and the lanes whose answers come to it.
type ballot struct {
	key    string // normalised
	shown  string // as the first of the lanes wrote it
	lanes  []int
	quotes []chat.Quote // where each lane says so
	short  bool         // the answers are hardly more than the result
}

// shortAnswer is up to how many characters an answer is a result as a whole.
const shortAnswer = 80

// ballots counts what the answers come to, most votes first, then in lane order.
// Answers without a recognisable result and refusals do not vote.
func ballots(parties []party) []ballot {
	var out []ballot
	for i := range parties {
		p := &parties[i]
		if p.abstains {
			continue
		}
		start, end, ok := result(p.text)
		if !ok {
			continue
		}
		key := normal(p.text[start:end])
		if key == "" {
			continue
		}
		short := utf8.RuneCountInString(strings.TrimSpace(p.text)) <= shortAnswer
		k := slices.IndexFunc(out, func(b ballot) bool { return b.key == key })
		if k < 0 {
			out = append(out, ballot{key: key, shown: brief(p.text[start:end], shortAnswer), short: short})
			k = len(out) - 1
		}
		out[k].lanes = append(out[k].lanes, p.lane)
		out[k].quotes = append(out[k].quotes, p.quote(start, end))
		out[k].short = out[k].short && short
	}
	slices.SortStableFunc(out, func(a, b ballot) int { return len(b.lanes) - len(a.lanes) })
	return out
}

// The ways answers mark their result, most explicit first. The last match of the
// first pattern that matches at all counts: models sum up at the end.
var resultMarks = []*regexp.Regexp{
	regexp.MustCompile(`\\boxed\{([^{}]{1,80})\}`),
	regexp.MustCompile(`(?m)^#{4}\s*(.{1,80}?)\s*$`),
	regexp.MustCompile(`(?im)\b(?:final answer|the answer|answer|result)\s*(?:is|:|=)+\s*\**\s*([^\n]{1,80}?)\**\s*\.?\s*$`),
	regexp.MustCompile(`(?i)\b(?:option|choice|answer)\s*(?:is)?\s*:?\s*\**\(?([A-E])\)?\**(?:[.,:)\s]|$)`),
	regexp.MustCompile(`=\s*\**\$?(-?[\d][\d., ]*\d|-?\d)\**`),
}

// opening finds the results answers begin with.
var opening = regexp.MustCompile(`(?i)^\W{0,8}(yes|no|true|false)\b`)

// resultTail is how much of an answer's end a result is looked for in.
const resultTail = 4000

// result finds the bytes of an answer that state what it comes to.
func result(text string) (start, end int, ok bool) {
	trimmed := strings.TrimSpace(text)
	offset := strings.Index(text, trimmed)
	if utf8.RuneCountInString(trimmed) <= shortAnswer && trimmed != "" && !strings.Contains(trimmed, "=") {
		return offset, offset + len(trimmed), true
	}
	from := max(0, len(text)-resultTail)
	for _, mark := range resultMarks {
		if all := mark.FindAllStringSubmatchIndex(text[from:], -1); len(all) > 0 {
			last := all[len(all)-1]
			return from + last[2], from + last[3], true
		}
	}
	if m := opening.FindStringSubmatchIndex(text); m != nil {
		return m[2], m[3], true
	}
	return 0, 0, false
}

// normal makes equal results equal: case, marks, articles and the way a number is
// written do not matter.
func normal(s string) string {
	s = strings.ToLower(strings.Join(strings.Fields(s), " "))
	s = strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsPunct(r) && r != '-' && r != '%' || r == '$' || r == '`' || r == '€' || r == '£'
	})
	for _, lead := range []string{"the answer is ", "answer: ", "it is ", "it's ", "the ", "a ", "an "} {
		s = strings.TrimPrefix(s, lead)
	}
	s = strings.Trim(s, "*_\"'`() ")
	plain := strings.ReplaceAll(strings.ReplaceAll(s, ",", ""), " ", "")
	if f, err := strconv.ParseFloat(plain, 64); err == nil {
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return s
}
