package markdown

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"assay/ui/theme"

	"github.com/charmbracelet/x/ansi"
	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
)

// atom is the smallest thing a line is made of: what one or no cell cluster shows.
type atom struct {
	s        string
	width    int
	from, to int  // the source it stands for; from < 0 if there is none
	kind     kind // what may happen at it
	newline  bool // a line feed in front of it, or instead of it if it is a blank
}

type kind uint8

const (
	glyph kind = iota
	blank      // a line may be broken here; the blank then goes
	wide       // CJK: a line may be broken in front of it
	brk        // a line is always broken here
)

// piece is the atoms of one text node.
type piece struct {
	node     *ast.Text
	from, to int // atoms
	enc      encoding
	sgr      string // style of its own, beside that of its node
}

// encoding undoes what glamour will do to the text of a node: it resolves entities
// once and backslash escapes as often as elements are drawn into elements.
type encoding struct {
	amp     bool
	slashes int
}

func encode(dst []byte, s string, e encoding) []byte {
	if strings.IndexByte(s, '&') < 0 && strings.IndexByte(s, '\\') < 0 {
		return append(dst, s...)
	}
	for i := range len(s) {
		switch {
		case s[i] == '&' && e.amp:
			dst = append(dst, "&amp;"...)
		case s[i] == '\\':
			for range 1 << e.slashes {
				dst = append(dst, '\\')
			}
		default:
			dst = append(dst, s[i])
		}
	}
	return dst
}

// inline rewrites the text of a block: it resolves what is to be resolved and breaks
// it into lines of the given width. The first line begins behind lead cells, the
// others behind hang blanks.
func (t *typesetter) inline(block ast.Node, width, lead, hang, depth int) {
	t.atoms, t.pieces = t.atoms[:0], t.pieces[:0]
	t.collect(block, depth)
	breakLines(t.atoms, width, lead, hang)
	for i := range t.pieces {
		t.put(&t.pieces[i], hang)
	}
}

// collect gathers the text below n, rewriting nodes that glamour draws badly.
func (t *typesetter) collect(n ast.Node, depth int) {
	if depth++; depth > maxDepth {
		t.deep = true
		return
	}
	for c := n.FirstChild(); c != nil; {
		next := c.NextSibling()
		switch c := c.(type) {
		case *ast.Text:
			t.text(c)
		case *ast.RawHTML:
			t.rawHTML(c)
		case *ast.AutoLink:
			t.autoLink(c, depth)
		case *ast.Image:
			t.image(c, depth)
		case *ast.Link:
			t.link(c, depth)
		case *ast.CodeSpan:
			t.codeSpan(c)
		case *ast.Emphasis, *extast.Strikethrough:
			t.collect(c, depth)
		}
		c = next
	}
}

// text gathers a text node: prose with escapes and entities, or raw.
func (t *typesetter) text(n *ast.Text) {
	from := len(t.atoms)
	if n.IsRaw() {
		t.literal(n.Segment.Start, n.Segment.Stop)
	} else {
		t.prose(n.Segment.Start, n.Segment.Stop)
	}
	switch {
	case n.HardLineBreak():
		t.atoms = append(t.atoms, atom{from: -1, kind: brk, newline: true})
	case n.SoftLineBreak() && !t.endsInHan():
		t.atoms = append(t.atoms, atom{s: " ", width: 1, from: -1, kind: blank})
	}
	n.SetHardLineBreak(false)
	n.SetSoftLineBreak(false)
	t.pieces = append(t.pieces, piece{node: n, from: from, to: len(t.atoms), enc: t.encodingOf(n)})
}

// endsInHan: text without spaces between words continues without one on the next line.
func (t *typesetter) endsInHan() bool {
	return len(t.atoms) > 0 && t.atoms[len(t.atoms)-1].kind == wide
}

// stringAt is source or rewritten text.
func (t *typesetter) stringAt(start, stop int) string {
	if stop <= len(t.src) {
		return t.src[start:stop]
	}
	return string(t.buf[start:stop])
}

// prose gathers text in which escapes and entities mean something.
func (t *typesetter) prose(start, stop int) {
	s := t.stringAt(start, stop)
	plain := 0
	for i := 0; i < len(s); {
		n, shown := 0, ""
		switch {
		case s[i] == '\\' && i+1 < len(s) && util.IsPunct(s[i+1]):
			n, shown = 2, s[i+1:i+2]
		case s[i] == '&':
			n, shown = entity(s[i:])
		}
		if n == 0 {
			i++
			continue
		}
		t.clusters(s[plain:i], start+plain)
		t.resolved(shown, start+i, start+i+n)
		i += n
		plain = i
	}
	t.clusters(s[plain:], start+plain)
}

// entity resolves the reference s begins with. What it stands for passes the gate:
// "&#27;" is an ESC that never was in the text.
func entity(s string) (n int, shown string) {
	end := strings.IndexByte(s[:min(len(s), 40)], ';')
	if end < 2 {
		return 0, ""
	}
	ref := s[:end+1]
	shown = html.UnescapeString(ref)
	if shown == ref || strings.HasSuffix(shown, ";") {
		return 0, ""
	}
	return len(ref), strings.ReplaceAll(CleanText(shown), "\n", " ")
}

// resolved gathers text that another text stands for.
func (t *typesetter) resolved(shown string, from, to int) {
	first := len(t.atoms)
	t.clusters(shown, 0)
	for i := first; i < len(t.atoms); i++ {
		t.atoms[i].from, t.atoms[i].to = from, to
	}
}

// literal gathers text that means itself.
func (t *typesetter) literal(start, stop int) {
	t.clusters(t.stringAt(start, stop), start)
}

// clusters gathers the characters of s, which stands at offset from. Text that is
// not of the source has no offset.
func (t *typesetter) clusters(s string, from int) {
	for i := 0; i < len(s); {
		a := atom{from: from + i}
		switch {
		case s[i] == ' ' || s[i] == '\n':
			a.s, a.width, a.kind = " ", 1, blank
			i++
		case s[i] < utf8.RuneSelf && (i+1 == len(s) || s[i+1] < utf8.RuneSelf):
			a.s, a.width = s[i:i+1], 1
			i++
		default:
			a.s, a.width = ansi.FirstGraphemeCluster(s[i:], ansi.GraphemeWidth)
			if r, _ := utf8.DecodeRuneInString(a.s); isHan(r) {
				a.kind = wide
			}
			i += len(a.s)
		}
		a.to = from + i
		if a.from >= len(t.src) {
			a.from = -1
		}
		t.atoms = append(t.atoms, a)
	}
}

// isHan: characters of scripts that put no spaces between words.
func isHan(r rune) bool {
	return r >= 0x3000 && r <= 0x30ff || r >= 0xff00 && r <= 0xffef ||
		unicode.Is(unicode.Han, r) || unicode.Is(unicode.Thai, r)
}

// rawHTML shows a tag as it is. A line break becomes one.
func (t *typesetter) rawHTML(n *ast.RawHTML) {
	parent := n.Parent()
	if tag := string(n.Segments.Value(t.raw)); isBreak(tag) {
		br := ast.NewTextSegment(t.segment(""))
		br.SetHardLineBreak(true)
		parent.ReplaceChild(parent, n, br)
		t.text(br)
		return
	}
	for i := range n.Segments.Len() {
		line := ast.NewRawTextSegment(n.Segments.At(i))
		parent.InsertBefore(parent, n, line)
		t.text(line)
	}
	parent.RemoveChild(parent, n)
}

func isBreak(tag string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(strings.TrimSuffix(strings.TrimSuffix(tag, ">"), "/")), ""), "<br")
}

// codeSpan gathers code in a line. Nothing in it is an escape or an entity.
func (t *typesetter) codeSpan(n *ast.CodeSpan) {
	quotes := t.style.theme.Options.Profile == theme.None
	if quotes { // drawn by glamour, in front of and behind the text
		t.atoms = append(t.atoms, atom{s: "`", width: 1, from: -1})
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if leaf, ok := c.(*ast.Text); ok {
			from := len(t.atoms)
			t.literal(leaf.Segment.Start, leaf.Segment.Stop)
			leaf.SetSoftLineBreak(false)
			t.pieces = append(t.pieces, piece{node: leaf, from: from, to: len(t.atoms), enc: t.encodingOf(n)})
		}
	}
	if quotes {
		t.atoms = append(t.atoms, atom{s: "`", width: 1, from: -1})
	}
}

// encodingOf counts how often glamour resolves escapes in the text of a node.
func (t *typesetter) encodingOf(n ast.Node) encoding {
	e := encoding{amp: true, slashes: 1}
	if n.Kind() == ast.KindCodeSpan {
		e.slashes = 0
	}
	for child, up := n, n.Parent(); up != nil; child, up = up, up.Parent() {
		inner := child.Kind() == ast.KindCodeSpan || child.Kind() == ast.KindLink
		if inner && (up.Kind() == ast.KindLink || up.Kind() == extast.KindTableCell) {
			e.slashes++
		}
	}
	return e
}

// put writes the atoms of a piece behind the source and points its node there.
func (t *typesetter) put(p *piece, hang int) {
	if t.unchanged(p) {
		return
	}
	start := len(t.buf)
	t.buf = append(t.buf, p.sgr...)
	marked := -1 // end of the source of the open mark, or -1
	for i := p.from; i < p.to; i++ {
		a := &t.atoms[i]
		if marked >= 0 && (a.kind != glyph || a.newline || a.from < 0 || a.from >= marked) {
			t.buf = appendMark(t.buf, 0)
			marked = -1
		}
		if a.newline {
			t.buf = append(t.buf, '\n')
			for range hang {
				t.buf = append(t.buf, ' ')
			}
			if a.kind == blank || a.kind == brk {
				continue
			}
		}
		if t.mapped && marked < 0 && a.from >= 0 && a.kind != blank {
			marked = t.wordEnd(i, p.to)
			t.buf = t.openMark(t.buf, a.from, marked)
		}
		t.buf = encode(t.buf, a.s, p.enc)
	}
	if marked >= 0 {
		t.buf = appendMark(t.buf, 0)
	}
	if p.sgr != "" {
		t.buf = append(t.buf, "\x1b[0m"...)
	}
	p.node.Segment.Start, p.node.Segment.Stop, p.node.Segment.Padding = start, len(t.buf), 0
}

// wordEnd is the end of the source of the word that atom i begins.
func (t *typesetter) wordEnd(i, end int) int {
	to := t.atoms[i].to
	if t.atoms[i].kind != glyph {
		return to
	}
	for i++; i < end; i++ {
		if a := t.atoms[i]; a.kind != glyph || a.newline || a.from < 0 {
			break
		}
		to = t.atoms[i].to
	}
	return to
}

// unchanged reports whether the node already points at what the piece shows, which
// is the most usual case by far.
func (t *typesetter) unchanged(p *piece) bool {
	seg := p.node.Segment
	if t.mapped || p.sgr != "" || seg.Padding != 0 || seg.Stop > len(t.src) {
		return false
	}
	at := seg.Start
	for i := p.from; i < p.to; i++ {
		a := &t.atoms[i]
		if a.newline || a.from != at || a.to-a.from != len(a.s) || t.src[a.from:a.to] != a.s || a.s == "&" || a.s == "\\" {
			return false
		}
		at = a.to
	}
	return at == seg.Stop
}
