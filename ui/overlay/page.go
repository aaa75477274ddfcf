package overlay

import (
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"assay/ui/keys"
	"assay/ui/theme"
)

// Page is text to read and scroll.
type Page struct {
	title  string
	render func(width int) []string // rows, styled, at most width cells each
	styles *theme.Styles
	width  int // most columns of text

	version func() int // nil: the text stays as it is

	rows   []string
	made   int // width the rows were made for
	seen   int // version they were made of
	top    int
	height int // rows visible when drawn last
}

// NewPage makes a page whose rows are rendered for the width there is, at most most
// columns.
func NewPage(s *theme.Styles, title string, most int, render func(width int) []string) *Page {
	return &Page{title: title, render: render, styles: s, width: most, height: 1}
}

// Following has the rows rendered again whenever version returns another number: the
// page shows something that goes on. It returns p.
func (p *Page) Following(version func() int) *Page { p.version = version; return p }

// Where implements [Overlay].
func (p *Page) Where() keys.Where { return keys.Page }

// Do implements [Overlay].
func (p *Page) Do(a keys.Action) (bool, tea.Cmd) {
	switch a {
	case keys.Back, keys.Cancel, keys.Help:
		return true, nil
	case keys.Down:
		p.scroll(1)
	case keys.Up:
		p.scroll(-1)
	case keys.HalfDown:
		p.scroll(max(p.height/2, 1))
	case keys.HalfUp:
		p.scroll(-max(p.height/2, 1))
	case keys.PageDown:
		p.scroll(max(p.height-1, 1))
	case keys.PageUp:
		p.scroll(-max(p.height-1, 1))
	case keys.Top:
		p.top = 0
	case keys.Follow:
		p.scroll(len(p.rows))
	}
	return false, nil
}

func (p *Page) scroll(n int) {
	p.top = max(min(p.top+n, len(p.rows)-p.height), 0)
}

// Type implements [Overlay]: q and enter close a page.
func (p *Page) Type(msg tea.KeyMsg) (bool, tea.Cmd) {
	return msg.String() == "q" || msg.Type == tea.KeyEnter, nil
}

// Box implements [Overlay].
func (p *Page) Box(w, h int) []string {
	width := inner(w, p.width)
	seen := p.seen
	if p.version != nil {
		seen = p.version()
	}
	if p.made != width || p.seen != seen {
		p.rows, p.made, p.seen = p.render(width), width, seen
	}
	p.height = max(min(len(p.rows), h-2), 1)
	p.scroll(0)
	hint := "esc close"
	if len(p.rows) > p.height {
		hint = fmt.Sprintf("%d-%d of %d %s esc close", p.top+1, min(p.top+p.height, len(p.rows)), len(p.rows), p.styles.Glyph.Dot)
	}
	shown := append([]string(nil), p.rows[p.top:min(p.top+p.height, len(p.rows))]...)
	return Frame(p.styles, p.title, hint, width+4, indent(shown))
}
