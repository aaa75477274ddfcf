package export

import (
	"bytes"
	_ "embed"
	"html/template"
	"io"
	"net/url"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"

	"assay/engine/chat"
	"assay/ui/figure"
	"assay/ui/markdown"
)

//go:embed page.html
var pageText string

// page is what the template is filled with.
type page struct {
	Title string
	Turns []pageTurn
}

type pageTurn struct {
	ID, Date, Took string
	Demo           bool
	Prompt         string
	Answers        []pageAnswer
	Analysis       string // as text
	Fused          template.HTML
	Costs          []pageCost
	Total          string
}

type pageAnswer struct {
	Title, Caption string
	Body           template.HTML
	Tools          []string
}

type pageCost struct{ Title, Cost string }

// HTML writes runs as one page that stands alone. It holds no script and forbids the
// browser to run or load any: markup inside answers is shown as text, pictures as
// links, and links lead to the web or to a mailbox only.
func HTML(w io.Writer, runs []*chat.State) error {
	tmpl, err := template.New("page").Parse(pageText)
	if err != nil {
		return err
	}
	md := newMarkdown()
	p := page{Title: "assay"}
	for _, s := range runs {
		t, err := newTurn(md, s)
		if err != nil {
			return err
		}
		p.Turns = append(p.Turns, t)
	}
	if len(runs) > 0 {
		p.Title = Headline(&runs[0].Run)
	}
	return tmpl.Execute(w, p)
}

func newTurn(md goldmark.Markdown, s *chat.State) (pageTurn, error) {
	total, _ := s.Bill()
	t := pageTurn{
		ID: markdown.CleanLine(s.Run.ID), Date: markdown.CleanLine(s.Run.StartedAt), Took: figure.Seconds(s.NowMs),
		Demo: s.Run.Demo, Prompt: markdown.CleanText(Prompt(&s.Run)), Total: cost(total),
	}
	for _, l := range lanes(s) {
		t.Costs = append(t.Costs, pageCost{title(l), cost(l.Bill())})
		if l.Spec.Role != chat.RoleAnswer {
			continue
		}
		a := pageAnswer{Title: title(l), Caption: caption(l)}
		for _, call := range l.Tools {
			a.Tools = append(a.Tools, markdown.CleanLine(call.Name)+": "+markdown.CleanLine(call.Arguments))
		}
		var err error
		if a.Body, err = convert(md, string(l.Text)); err != nil {
			return t, err
		}
		t.Answers = append(t.Answers, a)
	}
	if s.Analysis != nil {
		var text bytes.Buffer
		if err := plainAnalysis(&text, s); err != nil {
			return t, err
		}
		t.Analysis = text.String()
	}
	var err error
	if answer := Fused(s); answer != "" {
		t.Fused, err = convert(md, answer)
	}
	return t, err
}

func newMarkdown() goldmark.Markdown {
	md := goldmark.New(goldmark.WithExtensions(extension.GFM))
	md.Renderer().AddOptions(renderer.WithNodeRenderers(util.Prioritized(harmless{}, 1)))
	return md
}

func convert(md goldmark.Markdown, text string) (template.HTML, error) {
	var b bytes.Buffer
	if err := md.Convert([]byte(markdown.CleanText(text)), &b); err != nil {
		return "", err
	}
	return template.HTML(b.String()), nil //nolint:gosec // every node that carries markup or an address is rendered by harmless
}

// harmless renders the nodes through which a text could reach beyond itself.
type harmless struct{}

// RegisterFuncs implements renderer.NodeRenderer.
func (h harmless) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindHTMLBlock, h.block)
	r.Register(ast.KindRawHTML, h.inline)
	r.Register(ast.KindAutoLink, h.auto)
	r.Register(ast.KindLink, h.link)
	r.Register(ast.KindImage, h.image)
}

func (harmless) block(w util.BufWriter, src []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	n := node.(*ast.HTMLBlock)
	if !entering {
		return ast.WalkContinue, nil
	}
	_, _ = w.WriteString("<pre>")
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		_, _ = w.Write(util.EscapeHTML(line.Value(src)))
	}
	if n.HasClosure() {
		_, _ = w.Write(util.EscapeHTML(n.ClosureLine.Value(src)))
	}
	_, _ = w.WriteString("</pre>\n")
	return ast.WalkSkipChildren, nil
}

func (harmless) inline(w util.BufWriter, src []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	n := node.(*ast.RawHTML)
	for i := range n.Segments.Len() {
		s := n.Segments.At(i)
		_, _ = w.Write(util.EscapeHTML(s.Value(src)))
	}
	return ast.WalkSkipChildren, nil
}

func (harmless) auto(w util.BufWriter, src []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	n := node.(*ast.AutoLink)
	to := string(n.URL(src))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(to), "mailto:") {
		to = "mailto:" + to
	}
	open, end := anchor(to)
	_, _ = w.WriteString(open)
	_, _ = w.Write(util.EscapeHTML(n.Label(src)))
	_, _ = w.WriteString(end)
	return ast.WalkContinue, nil
}

func (harmless) link(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	open, end := anchor(string(node.(*ast.Link).Destination))
	if !entering {
		open = end
	}
	_, _ = w.WriteString(open)
	return ast.WalkContinue, nil
}

// image is a link with the picture's description: a page that loads pictures tells
// their hosts that it is being read.
func (harmless) image(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	open, end := anchor(string(node.(*ast.Image).Destination))
	if entering {
		_, _ = w.WriteString(open + "[picture: ")
		return ast.WalkContinue, nil
	}
	_, _ = w.WriteString("]" + end)
	return ast.WalkContinue, nil
}

// anchor is the tags around a link's text; an address of a kind that is not allowed
// leaves the text alone.
func anchor(to string) (open, end string) {
	u, err := url.Parse(to)
	if err != nil {
		return "<span>", "</span>"
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https", "mailto":
		return `<a rel="nofollow noopener noreferrer" href="` + template.HTMLEscapeString(u.String()) + `">`, "</a>"
	}
	return "<span>", "</span>"
}
