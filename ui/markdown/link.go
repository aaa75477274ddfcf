package markdown

import (
	"html"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// maxURL bounds how much of an address is shown: some hold whole pictures.
const maxURL = 300

// noURL is a destination that glamour does not print.
const noURL = "#"

// link gathers the text of a link and appends its address as text, which wraps. Not
// so in struck text, whose style would end with that of the address, and in table
// headers, which have one line.
func (t *typesetter) link(n *ast.Link, depth int) {
	from := len(t.pieces)
	t.collect(n, depth)
	var shown strings.Builder
	for _, p := range t.pieces[from:] {
		for _, a := range t.atoms[p.from:p.to] {
			shown.WriteString(a.s)
		}
	}
	url := shownURL(n.Destination)
	n.Destination = []byte(noURL)
	if url == "" || strings.HasPrefix(url, "#") || url == shown.String() || inside(n, extast.KindStrikethrough) || inside(n, extast.KindTableHeader) {
		return
	}
	t.addText(n, " ("+url+")", t.style.theme.Text.Dim.Open())
}

// shownURL makes an address safe to show, and short.
func shownURL(dest []byte) string {
	url := CleanLine(html.UnescapeString(string(util.UnescapePunctuations(dest))))
	if len(url) > maxURL {
		url = strings.ToValidUTF8(url[:maxURL], "") + "..."
	}
	return url
}

// addText inserts text of our own behind n.
func (t *typesetter) addText(n ast.Node, s, sgr string) {
	node := ast.NewRawTextSegment(t.segment(s))
	n.Parent().InsertAfter(n.Parent(), n, node)
	t.text(node)
	t.pieces[len(t.pieces)-1].sgr = sgr
}

// inside reports whether a node of a kind is above n.
func inside(n ast.Node, kind ast.NodeKind) bool {
	for up := n.Parent(); up != nil; up = up.Parent() {
		if up.Kind() == kind {
			return true
		}
	}
	return false
}

// autoLink turns a bare address into a link whose text is the address.
func (t *typesetter) autoLink(n *ast.AutoLink, depth int) {
	link := ast.NewLink()
	link.Destination = []byte(noURL)
	label := n.Label(t.raw)
	if len(label) > maxURL {
		link.AppendChild(link, ast.NewRawTextSegment(t.segment(shownURL(label))))
	} else {
		// The node keeps to itself where it stands; the slice it returns does not.
		at := cap(t.raw) - cap(label)
		link.AppendChild(link, ast.NewRawTextSegment(text.NewSegment(at, at+len(label))))
	}
	n.Parent().ReplaceChild(n.Parent(), n, link)
	t.collect(link, depth)
}

// image turns a picture into a link that says what it shows. Its description becomes
// plain text, as in a browser.
func (t *typesetter) image(n *ast.Image, depth int) {
	link := ast.NewLink()
	link.Destination = []byte(noURL)
	add := func(leaf *ast.Text) { link.AppendChild(link, leaf) }
	add(ast.NewRawTextSegment(t.segment("[image")))
	sep := ": "
	_ = ast.Walk(n, func(c ast.Node, entering bool) (ast.WalkStatus, error) {
		leaf, ok := c.(*ast.Text)
		if !ok || !entering {
			return ast.WalkContinue, nil
		}
		if sep != "" {
			add(ast.NewRawTextSegment(t.segment(sep)))
			sep = ""
		}
		part := ast.NewTextSegment(leaf.Segment)
		part.SetSoftLineBreak(leaf.SoftLineBreak() || leaf.HardLineBreak())
		part.SetRaw(leaf.IsRaw() || leaf.Parent().Kind() == ast.KindCodeSpan)
		add(part)
		return ast.WalkContinue, nil
	})
	add(ast.NewRawTextSegment(t.segment("]")))
	if url := shownURL(n.Destination); url != "" {
		add(ast.NewRawTextSegment(t.segment(" " + url)))
	}
	n.Parent().ReplaceChild(n.Parent(), n, link)
	t.collect(link, depth)
}
