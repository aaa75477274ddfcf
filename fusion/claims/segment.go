package claims

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Segment cuts an answer into spans, Markdown- and CJK-aware: a fence is one span,
// so is a list item or a table row; prose is cut into sentences. Spans are in order,
// do not overlap, and slice exactly; what lies between them is white space, markers
// and rules. Unfinished text (an open fence, half a sentence) gives a span as well.
func Segment(text string) []Span {
	s := segmenter{text: text}
	for pos := 0; pos < len(text); {
		pos = s.block(lineAt(text, pos))
	}
	s.flush()
	s.demoteLonelyHeadings()
	return s.spans
}

// segmenter holds the paragraph or item that is still open: lines collects the
// content of each of its lines.
type segmenter struct {
	text  string
	spans []Span
	open  Kind // Sentence or Item while a block is open
	lines []Range
	table bool
}

// block handles the line l and returns where to go on.
func (s *segmenter) block(l line) int {
	content := l.start + unquoted(s.text[l.start:l.end])
	body := s.text[content:l.end]
	wasTable := s.table
	s.table = false
	if strings.TrimSpace(body) == "" {
		s.flush()
		return l.next
	}
	if char, length := fenceOf(body); char != 0 {
		return s.fence(l, char, length)
	}
	if closer := mathOpener(body); closer != "" {
		if next, ok := s.maths(l, closer); ok {
			return next
		}
	}
	if n := atxHeading(body); n > 0 {
		s.flush()
		s.emit(content+n, l.end, Heading)
		return l.next
	}
	if underline(body) {
		s.underlined()
		return l.next
	}
	if next, ok := s.row(l, content, wasTable); ok {
		return next
	}
	if n := listMarker(body); n > 0 {
		s.flush()
		s.open, s.lines = Item, append(s.lines, Range{content + n, l.end})
		return l.next
	}
	s.prose(l, content)
	return l.next
}

// prose adds a line to the open block, or opens a paragraph.
func (s *segmenter) prose(l line, content int) {
	body := s.text[content:l.end]
	indent, _ := indentOf(body)
	if s.open == Item && indent < 2 && !s.wrapped(content) {
		s.flush()
	}
	if s.open == 0 && boldLine(body) {
		s.emit(content, l.end, Heading)
		return
	}
	if s.open == 0 {
		s.open = Sentence
	}
	s.lines = append(s.lines, Range{content, l.end})
}

// fence emits the block from the line l to the fence's end, or the text's.
func (s *segmenter) fence(l line, char byte, length int) int {
	s.flush()
	end, pos := l.end, l.next
	for pos < len(s.text) {
		next := lineAt(s.text, pos)
		end, pos = next.end, next.next
		body := s.text[next.start:next.end]
		if closesFence(body[unquoted(body):], char, length) {
			break
		}
	}
	s.emit(l.start, end, Code)
	return pos
}

func mathOpener(body string) string {
	body = strings.TrimSpace(body)
	switch {
	case body == `\[`:
		return `\]`
	case body == "$$":
		return "$$"
	}
	return ""
}

// maths emits a block of display maths if it is closed before the next blank line.
func (s *segmenter) maths(l line, closer string) (int, bool) {
	for pos := l.next; pos < len(s.text); {
		next := lineAt(s.text, pos)
		body := strings.TrimSpace(s.text[next.start:next.end])
		if body == "" {
			return 0, false
		}
		if body == closer {
			s.flush()
			s.emit(l.start, next.end, Code)
			return next.next, true
		}
		pos = next.next
	}
	return 0, false
}

// underlined handles a line of dashes or equal signs: under a single line of prose
// it makes that a heading, elsewhere it is a rule.
func (s *segmenter) underlined() {
	if s.open == Sentence && len(s.lines) == 1 && s.lines[0].End-s.lines[0].Start < 120 {
		r := s.lines[0]
		s.open, s.lines = 0, s.lines[:0]
		s.emit(r.Start, r.End, Heading)
		return
	}
	s.flush()
}

// row handles a line of a table: one that follows a row, or stands over the rule.
func (s *segmenter) row(l line, content int, inTable bool) (int, bool) {
	body := s.text[content:l.end]
	if !strings.Contains(body, "|") {
		return 0, false
	}
	if tableRule(body) && inTable {
		s.table = true
		return l.next, true
	}
	header := false
	if !inTable && l.next < len(s.text) {
		next := lineAt(s.text, l.next)
		under := s.text[next.start:next.end]
		header = tableRule(under[unquoted(under):])
	}
	trimmed := strings.TrimSpace(body)
	if !inTable && !header && !(len(trimmed) > 2 && trimmed[0] == '|' && trimmed[len(trimmed)-1] == '|') {
		return 0, false
	}
	s.flush()
	s.table = true
	kind := Row
	if header {
		kind = Heading
	}
	s.emit(content, l.end, kind)
	return l.next, true
}

// wrapped reports whether the line that starts at content goes on with the open
// block's last line, as hard-wrapped text does. Models end a line where they mean
// to, so this takes a long line before and a small letter after.
func (s *segmenter) wrapped(content int) bool {
	const wrapColumn = 55
	last := s.lines[len(s.lines)-1]
	before := strings.TrimSpace(s.text[last.Start:last.End])
	if len(before) < wrapColumn || strings.ContainsAny(before[len(before)-1:], ".!?:;") {
		return false
	}
	_, n := indentOf(s.text[content:])
	r, _ := utf8.DecodeRuneInString(s.text[content+n:])
	return unicode.IsLower(r)
}

// flush closes the open block and emits its spans.
func (s *segmenter) flush() {
	if s.open == 0 {
		return
	}
	kind, lines := s.open, s.lines
	if kind == Item {
		s.emit(lines[0].Start, lines[len(lines)-1].End, Item)
	} else {
		s.paragraph()
	}
	s.open, s.lines = 0, lines[:0]
}

// paragraph emits the sentences of the open block, joining lines that were wrapped.
func (s *segmenter) paragraph() {
	all := s.lines
	for from := 0; from < len(all); {
		to := from + 1
		for to < len(all) {
			s.lines = all[:to]
			if !s.wrapped(all[to].Start) {
				break
			}
			to++
		}
		for _, r := range sentences(s.text, all[from].Start, all[to-1].End) {
			s.emit(r.Start, r.End, Sentence)
		}
		from = to
	}
}

// emit appends a span without its surrounding white space, unless it says nothing.
func (s *segmenter) emit(start, end int, kind Kind) {
	start, end = trim(s.text, start, end)
	if start < end && wordy(s.text[start:end]) {
		s.spans = append(s.spans, Span{start, end, kind})
	}
}

// demoteLonelyHeadings turns headings into sentences where nothing else was said:
// an answer in bold is still an answer.
func (s *segmenter) demoteLonelyHeadings() {
	for _, span := range s.spans {
		if span.Kind != Heading {
			return
		}
	}
	for i := range s.spans {
		s.spans[i].Kind = Sentence
	}
}
