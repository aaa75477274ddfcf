package markdown

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Wrap appends clean text to dst as rows of exactly width cells, broken between words
// where possible. Each begins with prefix, which is styled text of the given number
// of cells; the text is painted with the SGR sequence sgr, which may be empty.
func Wrap(dst []string, s string, width int, prefix string, cells int, sgr string) []string {
	width = max(width, 1)
	if cells >= width {
		prefix, cells = "", 0
	}
	w := rowWriter{width: width, cont: prefix, contW: cells}
	for line := range strings.Lines(s) {
		line = strings.TrimRight(line, "\n")
		for part := range strings.SplitSeq(ansi.Wordwrap(line, width-cells, ""), "\n") {
			w.write(prefix)
			w.write(sgr)
			w.write(part)
			w.style = ""
			w.newline()
		}
	}
	return w.rows(dst)
}

// plainCode appends the rows of code without colours.
func (p *painter) plainCode(dst []string, code []byte) []string {
	w := rowWriter{width: p.width}
	w.code(string(code), p.style.code.wrap)
	return w.rows(dst)
}

func (p *painter) blankRow() string { return strings.Repeat(" ", p.width) }
