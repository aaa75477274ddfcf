package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// patience is the length of a tail from which on the cutter no longer parses it anew
// for every candidate, but only after it has grown by an eighth. It keeps the cost of
// one endless block linear.
const patience = 2048

// newBlockParser has the block grammar of the renderer (CommonMark and tables) and
// no inline parsers: it tells which blocks there are, and nothing about their text.
func newBlockParser() parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(parser.DefaultBlockParsers()...),
		parser.WithParagraphTransformers(append(parser.DefaultParagraphTransformers(),
			util.Prioritized(extension.NewTableParagraphTransformer(), 200))...),
	)
}

// cutter finds offsets of an append-only source at which it may be cut so that the
// parts parse to the same top-level blocks as the whole.
//
// Markdown's block structure is decided line by line: once a line has opened a new
// top-level block, the blocks before it are closed for good. So the cutter looks at
// lines that may open one, and asks the parser whether the text with the line has
// exactly one block more than the text without it.
type cutter struct {
	p       parser.Parser
	cut     int  // start of the open tail
	pos     int  // start of the first line not looked at yet
	blank   bool // the line before pos is blank
	mark    bool // the line before pos may have been a heading or the end of a fence
	backoff int  // length of the tail before which not to try again
}

func newCutter() *cutter { return &cutter{p: newBlockParser()} }

// reset makes pos the start of the tail. What lies before it is somebody else's.
func (c *cutter) reset(pos int) {
	c.cut, c.pos, c.blank, c.mark, c.backoff = pos, pos, false, false, 0
}

// next returns the next cut at a line that is complete in src; ok is false when
// there is none yet. The closed text is src from the old cut to the new one.
func (c *cutter) next(src []byte) (cut int, ok bool) {
	for {
		i := bytes.IndexByte(src[c.pos:], '\n')
		if i < 0 {
			return c.cut, false
		}
		start, end := c.pos, c.pos+i+1
		c.pos = end
		line := src[start:end]
		if len(bytes.TrimSpace(line)) == 0 {
			c.blank, c.mark = true, false
			continue
		}
		blank, mark, opens := c.blank, c.mark, marks(line)
		c.blank, c.mark = false, opens
		if start == c.cut || bytes.HasPrefix(line, []byte("    ")) {
			continue
		}
		if !blank && !mark && !opens || start-c.cut < c.backoff {
			continue
		}
		if c.opensBlock(src, start, end, blank || opens) {
			c.cut, c.backoff = start, 0
			return start, true
		}
		if t := start - c.cut; t > patience {
			c.backoff = t + t/8
		}
	}
}

// marks reports whether a line looks like a heading or a fence, which need no blank
// line before them.
func marks(line []byte) bool {
	return line[0] == '#' || line[0] == '`' || line[0] == '~'
}

// opensBlock asks the parser whether the line src[start:end] opens a top-level block.
// Unless sure, the block before it must be one that a paragraph line cannot belong
// to: the delimiter row of a table splits the paragraph above it, which looks like a
// new block too.
func (c *cutter) opensBlock(src []byte, start, end int, sure bool) bool {
	if tooDeep(src[c.cut:end]) {
		return false
	}
	before, last := c.blocks(src[c.cut:start])
	if before == 0 {
		return false
	}
	if !sure && last != ast.KindHeading && last != ast.KindFencedCodeBlock {
		return false
	}
	with, _ := c.blocks(src[c.cut:end])
	return with == before+1
}

// maxMarkers bounds the quote and list markers a line may begin with. The time of the
// parser grows with the square of them.
const maxMarkers = 100

// tooDeep reports whether a line of b begins with more markers than that.
func tooDeep(b []byte) bool {
	markers, lead := 0, true
	for _, c := range b {
		switch {
		case c == '\n':
			markers, lead = 0, true
		case !lead || c == ' ':
		case c == '>' || c == '-' || c == '+' || c == '*' || c == '.' || c == ')':
			if markers++; markers > maxMarkers {
				return true
			}
		case c < '0' || c > '9':
			lead = false
		}
	}
	return false
}

// blocks counts the top-level blocks of b and tells the kind of the last.
func (c *cutter) blocks(b []byte) (n int, last ast.NodeKind) {
	d := c.p.Parse(text.NewReader(b))
	if d.LastChild() != nil {
		last = d.LastChild().Kind()
	}
	return d.ChildCount(), last
}

// fence is the opening line of a fenced code block that begins a text.
type fence struct {
	char   byte
	length int
	indent int
	info   []byte
	body   int // offset behind the opening line
}

// openingFence reads the fence b begins with, if its line is complete.
func openingFence(b []byte) (f fence, ok bool) {
	end := bytes.IndexByte(b, '\n')
	if end < 0 {
		return f, false
	}
	line := bytes.TrimRight(b[:end], " ")
	f.body = end + 1
	for f.indent < len(line) && line[f.indent] == ' ' {
		f.indent++
	}
	rest := line[f.indent:]
	if f.indent > 3 || len(rest) < 3 || rest[0] != '`' && rest[0] != '~' {
		return f, false
	}
	f.char = rest[0]
	for f.length < len(rest) && rest[f.length] == f.char {
		f.length++
	}
	f.info = bytes.TrimSpace(rest[f.length:])
	if f.length < 3 || f.char == '`' && bytes.IndexByte(f.info, '`') >= 0 {
		return f, false
	}
	return f, true
}

// closes reports whether a line ends the fence.
func (f fence) closes(line []byte) bool {
	line = bytes.TrimRight(line, " \n")
	indent := 0
	for indent < len(line) && line[indent] == ' ' {
		indent++
	}
	n := 0
	for indent+n < len(line) && line[indent+n] == f.char {
		n++
	}
	return indent <= 3 && n >= f.length && indent+n == len(line)
}

// strip takes the indentation of the fence off the lines of its code.
func (f fence) strip(code []byte) []byte {
	if f.indent == 0 {
		return code
	}
	var out []byte
	for line := range bytes.Lines(code) {
		for n := 0; n < f.indent && len(line) > 0 && line[0] == ' '; n++ {
			line = line[1:]
		}
		out = append(out, line...)
	}
	return out
}
