package markdown

import (
	"bytes"
	"errors"
	"fmt"

	gansi "github.com/charmbracelet/glamour/ansi"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// chunk is a part of a document that can be drawn alone.
type chunk struct {
	src    []byte // clean
	first  bool   // nothing stands before it
	refs   []parser.Reference
	mapped bool // find out which cells show which bytes; rows are then without colours of code
}

// drawn is a chunk as rows.
type drawn struct {
	rows  []string
	refs  []parser.Reference // those given and those defined in the chunk
	spans []span             // when mapped; rows counted from the chunk's first, bytes from its start
}

// painter draws chunks at one width. It is not safe for concurrent use.
type painter struct {
	style   *Style
	width   int
	parser  parser.Parser
	glamour renderer.Renderer
	buf     bytes.Buffer
}

var errDeep = errors.New("render: nested too deeply")

func newPainter(style *Style, width int) *painter {
	p := &painter{style: style, width: max(width, 1), parser: goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser()}
	p.reset()
	return p
}

// reset makes a new glamour renderer; one costs tens of microseconds.
func (p *painter) reset() {
	p.glamour = renderer.NewRenderer(renderer.WithNodeRenderers(util.Prioritized(gansi.NewRenderer(gansi.Options{
		WordWrap:         p.width,
		PreserveNewLines: true, // the typesetter has broken the lines
		InlineTableLinks: true,
		ColorProfile:     p.style.profile,
		Styles:           p.style.config(p.width),
	}), 1000)))
}

// draw renders a chunk. Text that the libraries cannot cope with is shown as it is.
func (p *painter) draw(c chunk) drawn {
	d, err := p.try(c)
	if err != nil {
		p.reset()
		return drawn{rows: Wrap(nil, string(c.src), p.width, "", 0, ""), refs: c.refs}
	}
	return d
}

// try renders a chunk with glamour.
func (p *painter) try(c chunk) (d drawn, err error) {
	// The parser and the renderer are large, the text is hostile, and one panic
	// would take all lanes and the terminal's state with it.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("render: %v", r)
		}
	}()
	if tooDeep(c.src) {
		return drawn{}, errDeep
	}
	pc := parser.NewContext()
	for _, ref := range c.refs {
		pc.AddReference(ref)
	}
	doc := p.parser.Parse(text.NewReader(c.src), parser.WithContext(pc))
	t := &typesetter{style: p.style, mapped: c.mapped, raw: c.src, src: string(c.src)}
	t.buf = append(make([]byte, 0, len(c.src)+len(c.src)/2+64), c.src...)
	w := &rowWriter{width: p.width, bar: p.style.theme.Glyph.Box.QuoteBar}
	first := c.first
	for n := doc.FirstChild(); n != nil; n = doc.FirstChild() {
		if isCode(n) {
			if !first {
				w.newline()
			}
			t.codeInto(w, n)
			doc.RemoveChild(doc, n)
		} else if err := p.prose(t, w, doc, first); err != nil {
			return drawn{}, err
		}
		first = false
	}
	if t.deep {
		return drawn{}, errDeep
	}
	return drawn{rows: w.rows(nil), refs: pc.References(), spans: w.spans}, nil
}

func isCode(n ast.Node) bool {
	return n.Kind() == ast.KindFencedCodeBlock || n.Kind() == ast.KindCodeBlock
}

// prose renders the blocks of doc up to the next code block and removes them.
func (p *painter) prose(t *typesetter, w *rowWriter, doc ast.Node, first bool) error {
	part := ast.NewDocument()
	if !first {
		// Glamour leaves out the blank line in front of the first block. An empty
		// one in front of it draws nothing, and what follows is not the first.
		part.AppendChild(part, ast.NewTextBlock())
	}
	for n := doc.FirstChild(); n != nil && !isCode(n); n = doc.FirstChild() {
		part.AppendChild(part, n)
	}
	t.blocks(part, container{width: p.width})
	if t.deep {
		return errDeep
	}
	p.buf.Reset()
	if err := p.glamour.Render(&p.buf, t.buf, part); err != nil {
		return err
	}
	out := p.buf.Bytes()
	if first {
		out = trimBlankLine(out)
	}
	w.sources = t.sources
	w.write(string(out))
	if w.open() {
		w.newline()
	}
	w.style = ""
	return nil
}

// trimBlankLine cuts the blank line glamour puts in front of lists, tables and rules.
func trimBlankLine(b []byte) []byte {
	i := bytes.IndexByte(b, '\n')
	if i < 0 || len(bytes.TrimLeft(b[:i], " ")) > 0 {
		return b
	}
	return b[i+1:]
}
