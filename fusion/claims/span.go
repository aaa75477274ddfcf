package claims

// Kind says what piece of Markdown a span is.
type Kind uint8

// The kinds of span. Headings give context to what follows and carry no number.
const (
	Sentence Kind = iota + 1
	Item          // a list item, without its marker
	Row           // a row of a table
	Code          // a fenced block or a block of display maths, with its fences
	Heading
)

// String returns the kind in lower case.
func (k Kind) String() string {
	switch k {
	case Sentence:
		return "sentence"
	case Item:
		return "item"
	case Row:
		return "row"
	case Code:
		return "code"
	case Heading:
		return "heading"
	}
	return "none"
}

// Span is a piece of one answer: the bytes [Start, End) of its raw text, without
// white space at either end.
type Span struct {
	Start, End int
	Kind       Kind
}

// Text returns the span's bytes of the answer it was cut from.
func (s Span) Text(answer string) string { return answer[s.Start:s.End] }

// Range is the bytes [Start, End) of a text.
type Range struct{ Start, End int }

// Text returns the range's bytes of the text it belongs to.
func (r Range) Text(text string) string { return text[r.Start:r.End] }
