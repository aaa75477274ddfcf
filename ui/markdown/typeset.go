package markdown

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// maxDepth bounds how deep blocks and emphasis may nest. Glamour's time and memory
// grow with the square of it, and nobody writes such text in earnest; deeper text is
// shown as it is.
const maxDepth = 40

// typesetter rewrites the syntax tree of a chunk before glamour draws it.
//
// Glamour draws text from the source bytes its nodes point to. So rewritten text is
// appended to a copy of the source, behind what was parsed, and the nodes are pointed
// there.
type typesetter struct {
	style  *Style
	mapped bool   // put marks in front of words and into sources
	raw    []byte // the chunk
	src    string // the same
	buf    []byte // a copy of it and the rewritten text behind

	sources []source
	deep    bool // nested deeper than maxDepth
	atoms   []atom
	pieces  []piece
}

// container is what a block stands in.
type container struct {
	width int // of the lines of its children
	item  int // width of the list marker in front of its text; 0 outside lists
	depth int
}

// segment appends rewritten text and returns where it is.
func (t *typesetter) segment(s string) text.Segment {
	start := len(t.buf)
	t.buf = append(t.buf, s...)
	return text.NewSegment(start, len(t.buf))
}

// blocks rewrites the children of a block.
func (t *typesetter) blocks(parent ast.Node, in container) {
	if in.depth++; in.depth > maxDepth {
		t.deep = true
		return
	}
	for n := parent.FirstChild(); n != nil; {
		next := n.NextSibling()
		t.block(n, in)
		n = next
	}
}

func (t *typesetter) block(n ast.Node, in container) {
	switch n := n.(type) {
	case *ast.Heading:
		t.inline(n, in.width, n.Level+1, n.Level+1, in.depth)
	case *ast.Paragraph, *ast.TextBlock:
		t.paragraph(n, in)
	case *ast.HTMLBlock:
		p := t.html(n)
		n.Parent().ReplaceChild(n.Parent(), n, p)
		t.paragraph(p, in)
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		t.nestedCode(n, in)
	case *ast.Blockquote:
		t.blocks(n, container{width: max(in.width-quoteIndent, 1), depth: in.depth})
	case *ast.List:
		t.list(n, in)
	case *extast.Table:
		t.table(n, in)
	}
}

// list rewrites a list. Glamour indents a nested one by levelIndent, whatever the
// marker above it.
func (t *typesetter) list(n *ast.List, in container) {
	for up := n.Parent(); up != nil; up = up.Parent() {
		if up.Kind() == ast.KindList {
			in.width = max(in.width-levelIndent, 1)
			break
		}
	}
	number := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		in.item = bulletWidth
		if n.IsOrdered() {
			in.item = len(strconv.Itoa(number)) + len(". ")
		}
		if first := item.FirstChild(); first != nil && first.FirstChild() != nil &&
			first.FirstChild().Kind() == extast.KindTaskCheckBox {
			in.item = taskWidth
		}
		number++
		t.blocks(item, in)
	}
}

// paragraph rewrites a block of text. Glamour writes the paragraphs of a list item
// one behind the other, so those after the first start with a line feed of ours.
func (t *typesetter) paragraph(n ast.Node, in container) {
	lead := 0
	if n.Parent().Kind() == ast.KindListItem {
		lead = in.item
		if prev := n.PreviousSibling(); prev != nil {
			t.inline(n, in.width, lead, lead, in.depth)
			n.InsertBefore(n, n.FirstChild(), ast.NewTextSegment(t.segment(newLine(prev, in.item))))
			return
		}
	}
	t.inline(n, in.width, lead, lead, in.depth)
}

// newLine is what starts a block of text behind prev in a list item.
func newLine(prev ast.Node, indent int) string {
	blanks := strings.Repeat(" ", indent)
	switch prev.Kind() {
	case ast.KindParagraph, ast.KindTextBlock:
		return "\n" + blanks
	}
	return blanks // other blocks end with a line feed
}

// html turns a block of raw HTML into a paragraph that shows it. Glamour would show
// only what it takes for text, and what a model wrote must not vanish.
func (t *typesetter) html(n *ast.HTMLBlock) ast.Node {
	p := ast.NewParagraph()
	lines := n.Lines()
	for i := range lines.Len() {
		t.htmlLine(p, lines.At(i))
	}
	if n.HasClosure() {
		t.htmlLine(p, n.ClosureLine)
	}
	if last, ok := p.LastChild().(*ast.Text); ok {
		last.SetHardLineBreak(false)
	}
	return p
}

func (t *typesetter) htmlLine(p ast.Node, seg text.Segment) {
	for seg.Stop > seg.Start && seg.Stop <= len(t.src) && t.src[seg.Stop-1] == '\n' {
		seg.Stop--
	}
	line := ast.NewRawTextSegment(seg)
	line.SetHardLineBreak(true)
	p.AppendChild(p, line)
}

// nestedCode turns a code block inside another block into text that is already
// broken into lines and coloured. Code at the top level never gets here.
func (t *typesetter) nestedCode(n ast.Node, in container) {
	inItem := n.Parent().Kind() == ast.KindListItem
	left := 0
	if inItem {
		left = in.item
	}
	w := rowWriter{width: max(in.width-left, 1), passMarks: true}
	t.codeInto(&w, n)
	var b strings.Builder
	if prev := n.PreviousSibling(); inItem && prev != nil {
		b.WriteString(newLine(prev, 0))
	}
	for i, row := range w.rows(nil) {
		if i > 0 {
			b.WriteByte('\n')
		}
		if inItem && (i > 0 || n.PreviousSibling() != nil) {
			b.WriteString(strings.Repeat(" ", left))
		}
		b.WriteString(strings.TrimRight(row, " "))
	}
	var block ast.Node = ast.NewParagraph()
	if inItem {
		block = ast.NewTextBlock()
	}
	shown := encode(nil, b.String(), encoding{amp: true, slashes: 1})
	block.AppendChild(block, ast.NewTextSegment(t.segment(string(shown))))
	n.Parent().ReplaceChild(n.Parent(), n, block)
}

// codeInto draws a code block into w. A mapped one has marks instead of colours: the
// highlighter would take them for code.
func (t *typesetter) codeInto(w *rowWriter, n ast.Node) {
	var styled []byte
	if t.mapped {
		lines := n.Lines()
		for i := range lines.Len() {
			line := lines.At(i)
			styled = t.markWords(styled, t.src[line.Start:min(line.Stop, len(t.src))], line.Start)
		}
		w.sources = t.sources
	} else {
		lang := ""
		if f, ok := n.(*ast.FencedCodeBlock); ok {
			lang = string(f.Language(t.raw))
		}
		styled = t.style.highlight(codeText(n, t.raw), lang)
	}
	w.code(string(styled), t.style.code.wrap)
}

// markWords copies s, which stands at offset from of the source, with a mark around
// every word.
func (t *typesetter) markWords(dst []byte, s string, from int) []byte {
	for i := 0; i < len(s); {
		n := 0
		for i+n < len(s) && s[i+n] != ' ' && s[i+n] != '\n' {
			n++
		}
		if n == 0 {
			dst = append(dst, s[i])
			i++
			continue
		}
		dst = t.openMark(dst, from+i, from+i+n)
		dst = append(dst, s[i:i+n]...)
		dst = appendMark(dst, 0)
		i += n
	}
	return dst
}

func (t *typesetter) openMark(dst []byte, from, to int) []byte {
	t.sources = append(t.sources, source{from, to})
	return appendMark(dst, len(t.sources))
}
