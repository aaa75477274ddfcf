package theme

import (
	"strings"

	"github.com/charmbracelet/lipgloss"
)

// reset ends whatever styling came before it.
const reset = "\x1b[0m"

// Style paints one line of text. The zero value paints nothing.
//
// It holds the escape sequences ready made: lipgloss computes them anew for every
// call, which costs microseconds per word, and a frame has hundreds of words.
type Style struct {
	lip  lipgloss.Style
	open string // SGR sequence, empty when the style has no attributes
}

// newStyle renders the style once to learn its escape sequence.
func newStyle(lip lipgloss.Style) Style {
	open, _, found := strings.Cut(lip.Render("x"), "x")
	if !found {
		open = ""
	}
	return Style{lip: lip, open: open}
}

// Paint returns text in this style. Text must be one line and already clean.
func (s Style) Paint(text string) string {
	if s.open == "" || text == "" {
		return text
	}
	return s.open + text + reset
}

// Append is Paint into a buffer.
func (s Style) Append(dst []byte, text string) []byte {
	if s.open == "" || text == "" {
		return append(dst, text...)
	}
	dst = append(dst, s.open...)
	dst = append(dst, text...)
	return append(dst, reset...)
}

// Open is the escape sequence that starts the style; it is empty when the style has
// no attributes.
func (s Style) Open() string { return s.open }

// Close is the escape sequence that ends the style; it is empty when Open is.
func (s Style) Close() string {
	if s.open == "" {
		return ""
	}
	return reset
}

// Lip is the style as lipgloss knows it, for widgets that want one.
func (s Style) Lip() lipgloss.Style { return s.lip }
