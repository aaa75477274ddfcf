package judgetext

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"assay/fusion/claims"
)

// Sheet is the question and the answers as a judge or a writer sees them.
type Sheet struct {
	Question string
	Earlier  []string // earlier turns of the user, oldest first
	Entries  []Entry  // in the order shown
	Nonce    string   // no answer can know it; occurrences in texts are masked
	Names    []string // of models and vendors, masked where a text speaks of itself
	Criteria string   // the user's own, in the user's words
	Rubric   string   // text of a rubric, not its name
	Known    string   // claims found in earlier windows, one a line; "" in the first

	twins map[ID][]ID // spans that share another one's line, by the one that has it
	under map[ID]bool // spans shown on another one's line
}

// Entry is one answer of a sheet.
type Entry struct {
	Label    string        // "A" … "H"
	Text     string        // the raw answer
	Spans    []claims.Span // numbered from 1 in this order
	Headings []claims.Span // context, not numbered
	Cut      bool          // the answer itself is truncated

	from, to  int  // the window of spans shown; to 0 means all
	shortened bool // code and long spans are shown by their first and last lines
	dropped   map[int]bool
}

// ID names a span of a sheet: indices into Entries and into Spans. The zero ID is
// the first span of the first entry.
type ID struct{ Entry, Span int }

// Label is the letter of the i-th answer.
func Label(i int) string { return string(rune('A' + i)) }

// Name is how the span is called on the sheet, for instance "B7".
func (s *Sheet) Name(id ID) string {
	return s.Entries[id.Entry].Label + strconv.Itoa(id.Span+1)
}

// Mark opens every line that belongs to an answer.
func (s *Sheet) Mark() string { return "‹" + s.Nonce + "›" }

// Labels lists the letters in the order shown, for instance "C, A and B".
func (s *Sheet) Labels() string {
	var b strings.Builder
	for i, e := range s.Entries {
		switch {
		case i == 0:
		case i == len(s.Entries)-1:
			b.WriteString(" and ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(e.Label)
	}
	return b.String()
}

// maxSpan bounds the characters of one span, so that a member cannot flood the sheet
// with one endless line; shortSpan is the bound once the sheet was shortened.
// MaxAnswer bounds the characters of an answer as a writer sees it.
const (
	maxSpan   = 4000
	shortSpan = 600
	MaxAnswer = 100_000
)

// Panel renders the entries: every line starts with the mark.
func (s *Sheet) Panel() string {
	var b strings.Builder
	for i := range s.Entries {
		s.entry(&b, i)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func (s *Sheet) entry(b *strings.Builder, i int) {
	e := &s.Entries[i]
	from, to := e.window()
	for k := from; k < to; k++ {
		for _, h := range e.headingsAt(k, k == from) {
			s.line(b, e.Label, h.Text(e.Text), e)
		}
		id := ID{i, k}
		if s.under[id] || e.dropped[k] {
			continue
		}
		s.line(b, s.names(id), e.Spans[k].Text(e.Text), e)
	}
	if e.Cut && to == len(e.Spans) {
		s.line(b, e.Label, "(this answer breaks off here)", e)
	}
	if len(e.Spans) == 0 {
		s.line(b, e.Label, "(no text)", e)
	}
}

// headingsAt are the headings between span k and the one before it; at the start of a
// window only the last one above it.
func (e *Entry) headingsAt(k int, first bool) []claims.Span {
	end := 0
	for end < len(e.Headings) && e.Headings[end].Start < e.Spans[k].Start {
		end++
	}
	start := end
	for start > 0 && (k == 0 || e.Headings[start-1].Start > e.Spans[k-1].Start) {
		start--
	}
	if first && k > 0 && end > 0 {
		start = end - 1
	}
	return e.Headings[start:end]
}

func (e *Entry) window() (from, to int) {
	if e.to == 0 {
		return 0, len(e.Spans)
	}
	return e.from, e.to
}

// names are the ids a line carries: its own and those of its twins.
func (s *Sheet) names(id ID) string {
	name := s.Name(id)
	for _, twin := range s.twins[id] {
		name += " = " + s.Name(twin)
	}
	return name
}

// line writes one span, its further lines marked as continuations.
func (s *Sheet) line(b *strings.Builder, name, text string, e *Entry) {
	text, _ = s.shown(text, e.shortened)
	for i, part := range strings.Split(text, "\n") {
		b.WriteString(s.Mark())
		b.WriteByte(' ')
		if i == 0 {
			b.WriteString(name)
			b.WriteByte(' ')
		}
		b.WriteString("│ ")
		b.WriteString(part)
		b.WriteByte('\n')
	}
}

// shown is the judge's copy of a text: bounded, cleaned and masked. cut says that
// something was left out for length.
func (s *Sheet) shown(text string, short bool) (out string, cut bool) {
	limit := maxSpan
	if short {
		limit = shortSpan
		text, cut = fewerLines(text)
	}
	text, long := middleOut(text, limit)
	text = strings.ReplaceAll(CleanText(text), s.Nonce, "[mark]")
	return Mask(text, s.Names), cut || long
}

// middleOut keeps the first two thirds and the last third of limit characters.
func middleOut(text string, limit int) (string, bool) {
	n := utf8.RuneCountInString(text)
	if len(text) <= limit || n <= limit {
		return text, false
	}
	head, tail := 0, len(text)
	for range limit * 2 / 3 {
		_, size := utf8.DecodeRuneInString(text[head:])
		head += size
	}
	for range limit / 3 {
		_, size := utf8.DecodeLastRuneInString(text[:tail])
		tail -= size
	}
	gap := fmt.Sprintf(" [… %d characters left out …] ", n-limit*2/3-limit/3)
	return text[:head] + gap + text[tail:], true
}

// fewerLines keeps the first and last lines of a block of code.
func fewerLines(text string) (string, bool) {
	lines := strings.Split(text, "\n")
	if len(lines) <= 8 {
		return text, false
	}
	head, tail := lines[:4], lines[len(lines)-3:]
	gap := fmt.Sprintf("[… %d lines left out …]", len(lines)-7)
	return strings.Join(append(append(append([]string{}, head...), gap), tail...), "\n"), true
}

// escapes are terminal control sequences, whole.
var escapes = regexp.MustCompile(`(?s)(?:\x1b\[|\x{9b})[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x{9d}\x{90}\x{98}\x{9e}\x{9f}])[^\x07\x1b\x{9c}]{0,1000}(?:\x07|\x1b\\|\x{9c})|\x1b[ -/]*[0-~]`)

// CleanText drops what a reader cannot see (terminal sequences, control and format
// characters, except those scripts and emoji need) and makes every kind of line end a
// newline.
func CleanText(text string) string {
	if strings.ContainsAny(text, "\x1b\u0090\u0098\u009b\u009d\u009e\u009f") {
		text = escapes.ReplaceAllString(text, "")
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\v' || r == '\f':
			return ' '
		case r == '\r' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			return '\n'
		case r == '\u200c' || r == '\u200d':
			return r
		case r == utf8.RuneError, unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, text)
}
