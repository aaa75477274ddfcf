package markdown

import (
	"strings"

	"assay/ui/theme"

	gansi "github.com/charmbracelet/glamour/ansi"
	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// Style is how Markdown looks under a theme. It is read-only and safe to share.
type Style struct {
	theme   *theme.Styles
	profile termenv.Profile
	code    codeStyle
}

// NewStyle makes the Markdown look of a theme.
func NewStyle(t *theme.Styles) *Style {
	s := &Style{theme: t, profile: termenv.ANSI}
	switch t.Options.Profile {
	case theme.TrueColor:
		s.profile = termenv.TrueColor
	case theme.ANSI256:
		s.profile = termenv.ANSI256
	}
	s.code = newCodeStyle(t)
	return s
}

// color is the text colour of a style in the notation of glamour; nil without colour.
func (s *Style) color(st theme.Style) *string {
	c, ok := st.Lip().GetForeground().(lipgloss.CompleteColor)
	if !ok || s.theme.Options.Profile == theme.None {
		return nil
	}
	switch s.profile {
	case termenv.TrueColor:
		return &c.TrueColor
	case termenv.ANSI256:
		return &c.ANSI256
	default:
		return &c.ANSI
	}
}

// Widths of what glamour draws in front of text. The typesetter must know them, so
// they are fixed here and not left to a style file.
const (
	quoteIndent = 2
	levelIndent = 2 // of a nested list
	bulletWidth = 2 // "• "
	taskWidth   = 4 // "[x] "
)

// quoteToken stands for the bar of a quote until the row writer draws it. It is a
// noncharacter, which the gate lets nobody send, and it is as wide as one cell:
// glamour takes the width of what it draws in front of quotes to be the number of
// times it draws it.
const quoteToken = "\uFDD0"

// config is a lean glamour style: no document colour, no margin, nothing around code.
// Those make glamour paint every blank and its output ten times as large.
func (s *Style) config(width int) gansi.StyleConfig {
	t, g := s.theme, s.theme.Glyph
	yes := true
	indent, none := uint(quoteIndent), uint(0)
	token := quoteToken
	accent := s.color(t.Text.Accent)
	rule := strings.Repeat(g.Box.Horizontal, max(min(width, 24), 1))
	ticked := "[" + g.Checked + "] "
	plainCode := ""
	if s.theme.Options.Profile == theme.None {
		plainCode = "`"
	}
	heading := func(level int) gansi.StyleBlock {
		return gansi.StyleBlock{StylePrimitive: gansi.StylePrimitive{Prefix: strings.Repeat("#", level) + " "}}
	}
	return gansi.StyleConfig{
		Document: gansi.StyleBlock{Margin: &none},
		BlockQuote: gansi.StyleBlock{
			StylePrimitive: gansi.StylePrimitive{Color: s.color(t.Text.Dim)},
			Indent:         &indent, IndentToken: &token,
		},
		List: gansi.StyleList{LevelIndent: levelIndent},
		Heading: gansi.StyleBlock{
			StylePrimitive: gansi.StylePrimitive{BlockSuffix: "\n", Color: accent, Bold: &yes},
		},
		H1: heading(1), H2: heading(2), H3: heading(3), H4: heading(4), H5: heading(5), H6: heading(6),
		Strikethrough:  gansi.StylePrimitive{CrossedOut: &yes},
		Emph:           gansi.StylePrimitive{Italic: &yes},
		Strong:         gansi.StylePrimitive{Bold: &yes},
		HorizontalRule: gansi.StylePrimitive{Color: s.color(t.Text.Faint), Format: "\n" + rule + "\n"},
		Item:           gansi.StylePrimitive{BlockPrefix: g.Bullet + " "},
		Enumeration:    gansi.StylePrimitive{BlockPrefix: ". "},
		Task:           gansi.StyleTask{Ticked: ticked, Unticked: "[ ] "},
		Link:           gansi.StylePrimitive{Color: s.color(t.Text.Dim)},
		LinkText:       gansi.StylePrimitive{Color: s.color(t.Text.Link), Underline: &yes},
		Code: gansi.StyleBlock{StylePrimitive: gansi.StylePrimitive{
			Color: s.color(t.Text.Code), Prefix: plainCode, Suffix: plainCode,
		}},
		Table: gansi.StyleTable{
			CenterSeparator: &g.Box.Cross, ColumnSeparator: &g.Box.Vertical, RowSeparator: &g.Box.Horizontal,
		},
	}
}
