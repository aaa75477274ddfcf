package demo

import (
	"regexp"
	"slices"
	"strings"
)

// sheet is what a fusion puts before a judge: several answers under letters, cut
// into numbered spans, one a line: "‹mark› A12 │ words". Lines without a number
// continue the span above or are headings, and "A3 = B7" is one text of two spans.
type sheet struct {
	answers []sheetAnswer // in the order shown
}

// sheetAnswer is one answer of a sheet.
type sheetAnswer struct {
	label string
	spans []sheetSpan
	flat  string // all spans in flat form, a space between them
	ends  []int  // where each of them ends in flat
}

// sheetSpan is one numbered piece of an answer.
type sheetSpan struct {
	id   string // "A12"
	text string
}

var (
	spanLine  = regexp.MustCompile(`^\s*(‹[^›]*›|\[[^\]]*\])?\s*([A-Z]\d+(?:\s*=\s*[A-Z]\d+)*)\s*[│|]\s?(.*)$`)
	otherLine = regexp.MustCompile(`^\s*(‹[^›]*›|\[[^\]]*\])\s*([A-Z])?\s*[│|]\s?(.*)$`)
	spanName  = regexp.MustCompile(`[A-Z]\d+`)
)

// readSheet finds the numbered lines of a prompt. Lines under another mark than the
// first one's are words of an answer that imitates it, and belong to nobody.
func readSheet(prompt string) *sheet {
	sh := &sheet{}
	mark, open := "", []string{} // ids that a line without a number continues
	for line := range strings.Lines(prompt) {
		line = strings.TrimRight(line, "\r\n")
		if m := spanLine.FindStringSubmatch(line); m != nil && (len(sh.answers) == 0 || m[1] == mark) {
			mark, open = m[1], spanName.FindAllString(m[2], -1)
			for _, id := range open {
				sh.add(id, m[3])
			}
			continue
		}
		if m := otherLine.FindStringSubmatch(line); m != nil && m[1] == mark && len(sh.answers) > 0 {
			if m[2] != "" {
				open = nil
			}
			for _, id := range open {
				sh.more(id, m[3])
			}
		}
	}
	for i := range sh.answers {
		sh.answers[i].flatten()
	}
	return sh
}

func (a *sheetAnswer) flatten() {
	var text strings.Builder
	for i, sp := range a.spans {
		if i > 0 {
			text.WriteByte(' ')
		}
		text.WriteString(flat(sp.text))
		a.ends = append(a.ends, text.Len())
	}
	a.flat = text.String()
}

func (sh *sheet) add(id, text string) {
	label := id[:1]
	at := slices.IndexFunc(sh.answers, func(a sheetAnswer) bool { return a.label == label })
	if at < 0 {
		at = len(sh.answers)
		sh.answers = append(sh.answers, sheetAnswer{label: label})
	}
	sh.answers[at].spans = append(sh.answers[at].spans, sheetSpan{id: id, text: text})
}

func (sh *sheet) more(id, text string) {
	for i := range sh.answers {
		spans := sh.answers[i].spans
		if sh.answers[i].label == id[:1] && len(spans) > 0 && spans[len(spans)-1].id == id {
			spans[len(spans)-1].text += "\n" + text
		}
	}
}

// flat is text without what differs between a source and a copy of it: case,
// emphasis and the width of gaps.
func flat(text string) string {
	return strings.Join(strings.Fields(emphasis.Replace(strings.ToLower(text))), " ")
}

var emphasis = strings.NewReplacer("*", "", "_", "", "`", "")

// where names the spans in which a piece of the answer stands; it may begin in one
// and end in the next. Nothing is returned for a piece the answer does not have.
func (a sheetAnswer) where(piece string) []string {
	piece = flat(piece)
	from := strings.Index(a.flat, piece)
	if from < 0 || piece == "" {
		return nil
	}
	var ids []string
	begin := 0
	for i, end := range a.ends {
		if begin < from+len(piece) && from < end {
			ids = append(ids, a.spans[i].id)
		}
		begin = end + 1
	}
	return ids
}

// refuses reports an answer that declines instead of answering.
func (a sheetAnswer) refuses() bool {
	var all strings.Builder
	for _, sp := range a.spans {
		all.WriteString(" " + strings.ToLower(sp.text))
	}
	text := strings.ReplaceAll(all.String(), "’", "'")
	declines := strings.Contains(text, "can't help") || strings.Contains(text, "cannot help") || strings.Contains(text, "unable to help") ||
		strings.Contains(text, "can't assist") || strings.Contains(text, "cannot assist")
	return declines && len(strings.Fields(text)) < 60
}
