package markdown

import (
	"bytes"
	"fmt"
	"strings"
)

// Some models think aloud in their answer, between tags. A thought starts where a
// block may start.
var thoughtTags = [...][2]string{{"<think>", "</think>"}, {"<thinking>", "</thinking>"}}

// thought finds out whether b begins with a thought, behind blanks. If so, body is
// where its text begins and end where it ends, behind the closing tag is next; open
// says that the closing tag has not come yet, and end and next are len(b).
func thought(b []byte) (body, end, next int, open, ok bool) {
	lead := len(b) - len(bytes.TrimLeft(b, " \n"))
	for _, tag := range thoughtTags {
		if !bytes.HasPrefix(b[lead:], []byte(tag[0])) {
			continue
		}
		body = lead + len(tag[0])
		i := bytes.Index(b[body:], []byte(tag[1]))
		if i < 0 {
			return body, len(b), len(b), true, true
		}
		return body, body + i, body + i + len(tag[1]), false, true
	}
	return 0, 0, 0, false, false
}

// mayBeThought reports whether b, as short as it is, could become a thought.
func mayBeThought(b []byte) bool {
	b = bytes.TrimLeft(b, " \n")
	for _, tag := range thoughtTags {
		if len(b) < len(tag[0]) && bytes.HasPrefix([]byte(tag[0]), b) {
			return true
		}
	}
	return false
}

// visible is a raw answer without its thoughts.
func visible(raw []byte) []byte {
	if !bytes.Contains(raw, []byte("<think")) {
		return raw
	}
	var out []byte
	c := newCutter()
	for {
		if _, _, next, _, ok := thought(raw[c.cut:]); ok {
			c.reset(c.cut + next)
			continue
		}
		from := c.cut
		to, more := c.next(raw)
		if !more {
			return append(out, raw[from:]...)
		}
		out = append(out, raw[from:to]...)
	}
}

// thoughtHead is the row that stands for a thought: how long it is, and whether it is
// folded away.
func (s *Style) thoughtHead(words int, open, unfolded bool, width int) []string {
	t := s.theme
	sign, verb, unit := t.Glyph.Fold, "thought", "words"
	if unfolded {
		sign = t.Glyph.Unfold
	}
	if open {
		verb = "thinking"
	}
	if words == 1 {
		unit = "word"
	}
	return Wrap(nil, fmt.Sprintf("%s %s, %d %s", sign, verb, words, unit), width, "", 0, t.Lane.Fold.Open())
}

// thoughtText appends the rows of a thought's clean text.
func (s *Style) thoughtText(dst []string, text string, width int) []string {
	t := s.theme
	return Wrap(dst, text, width, t.Text.Faint.Paint(t.Glyph.Box.QuoteBar)+" ", 2, t.Text.Thought.Open())
}

func countWords(s string) (n int) {
	for range strings.FieldsSeq(s) {
		n++
	}
	return n
}

// Thought is reasoning that arrives beside an answer, as rows: one that says how long
// it is, and when shown the text, which is not read as Markdown. Like a Stream it is
// not safe for concurrent use, and whole lines are drawn once.
type Thought struct {
	style *Style
	width int
	gate  cleaner
	src   []byte
	ended bool
	show  bool

	words int // in src[:drawn]
	drawn int // whole lines that are in rows, or at least counted
	rows  []string
}

// NewThought makes an empty, folded thought.
func NewThought(style *Style, width int) *Thought {
	return &Thought{style: style, width: max(width, 1)}
}

// Append takes in raw text.
func (t *Thought) Append(raw []byte) {
	t.src = t.gate.write(t.src, raw)
	t.draw()
}

// Finish says that no more thought will come.
func (t *Thought) Finish() {
	t.src = t.gate.flush(t.src)
	t.ended = true
	t.draw()
}

// Set changes the look, the width and whether the text is shown.
func (t *Thought) Set(style *Style, width int, show bool) {
	if width = max(width, 1); t.style == style && t.width == width && t.show == show {
		return
	}
	t.style, t.width, t.show = style, width, show
	t.words, t.drawn, t.rows = 0, 0, nil
	t.draw()
}

func (t *Thought) draw() {
	end := t.drawn + bytes.LastIndexByte(t.src[t.drawn:], '\n') + 1
	lines := string(t.src[t.drawn:end])
	t.drawn = end
	t.words += countWords(lines)
	if t.show {
		if len(t.rows) == 0 {
			lines = strings.TrimLeft(lines, "\n")
		}
		t.rows = t.style.thoughtText(t.rows, lines, t.width)
	}
}

// Rows returns the rows so far: none while there is nothing but blanks. The caller
// must not write to them.
func (t *Thought) Rows() []string {
	last := string(t.src[t.drawn:])
	words := t.words + countWords(last)
	if words == 0 {
		return nil
	}
	rows := t.style.thoughtHead(words, !t.ended, t.show, t.width)
	if t.show {
		rows = append(rows, t.rows...)
		rows = t.style.thoughtText(rows, last, t.width)
	}
	return rows
}
