// Package overlay is what is laid over the screen and has the keyboard until it is
// closed: pages to read, questions to answer, and (in package picker) lists to
// choose from.
package overlay

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"assay/ui/keys"
	"assay/ui/line"
	"assay/ui/theme"
)

// Overlay is laid over a screen. It is used by the goroutine of the event loop only.
type Overlay interface {
	// Where decides which bindings apply.
	Where() keys.Where
	// Do carries out a binding; closed says that the overlay is done with.
	Do(a keys.Action) (closed bool, cmd tea.Cmd)
	// Type takes a key no binding claims.
	Type(msg tea.KeyMsg) (closed bool, cmd tea.Cmd)
	// Box draws the overlay, border included, in at most w × h cells.
	Box(w, h int) []string
}

// Frame draws a border with a title around rows, which it makes w-2 cells wide, and a
// hint into the lower edge.
func Frame(s *theme.Styles, title, hint string, w int, rows []string) []string {
	g := &s.Glyph.Box
	edge := func(left, right, text string, style theme.Style) string {
		l := line.New(w, s.Glyph.More).Add(s.Lane.BorderFocused, left)
		if text != "" && l.Room() > 6 {
			inner := line.New(l.Room()-4, s.Glyph.More).Add(style, text)
			l.Add(s.Lane.BorderFocused, g.Horizontal).Space(1).Join(inner).Space(1)
		}
		return l.Fill(s.Lane.BorderFocused, g.Horizontal, 1).Add(s.Lane.BorderFocused, right).String()
	}
	side := s.Lane.BorderFocused.Paint(g.Vertical)
	out := []string{edge(g.TopLeft, g.TopRight, title, s.Chrome.Title)}
	for _, r := range rows {
		out = append(out, side+line.Fit(r, max(w-2, 0))+side)
	}
	return append(out, edge(g.BottomLeft, g.BottomRight, hint, s.Text.Dim))
}

// Lay puts a box into the middle of a screen of w cells a row. The rows of the screen
// are changed in place.
func Lay(screen, box []string, w int) {
	if len(box) == 0 {
		return
	}
	bw := ansi.StringWidth(box[0])
	x, y := max((w-bw)/2, 0), max((len(screen)-len(box))/2, 0)
	for i, row := range box {
		if y+i >= len(screen) {
			return
		}
		under := screen[y+i]
		left := line.Fit(ansi.Truncate(under, x, ""), x)
		right := line.Fit(ansi.TruncateLeft(under, x+bw, ""), max(w-x-bw, 0))
		screen[y+i] = left + line.Fit(row, min(bw, w)) + right
	}
}

// inner is the room a frame leaves for text that is one blank away from it.
func inner(w, most int) int { return max(min(w-4, most), 1) }

// indent puts a blank before every row.
func indent(rows []string) []string {
	for i, r := range rows {
		rows[i] = " " + r
	}
	return rows
}

// Confirm is a question with a yes and a no.
type Confirm struct {
	Title    string
	Question string
	Yes, No  string         // what the answers do, in a word
	Agreed   func() tea.Cmd // called for yes
	Styles   *theme.Styles
}

// Where implements [Overlay].
func (c *Confirm) Where() keys.Where { return keys.Page }

// Do implements [Overlay].
func (c *Confirm) Do(a keys.Action) (bool, tea.Cmd) { return a == keys.Back || a == keys.Cancel, nil }

// Type implements [Overlay].
func (c *Confirm) Type(msg tea.KeyMsg) (bool, tea.Cmd) {
	switch {
	case msg.Paste:
		return false, nil
	case msg.Type == tea.KeyEnter, msg.String() == "y", msg.String() == "Y":
		return true, c.Agreed()
	case msg.String() == "n", msg.String() == "N", msg.String() == "q":
		return true, nil
	}
	return false, nil
}

// Box implements [Overlay].
func (c *Confirm) Box(w, h int) []string {
	width := inner(w, 56)
	var rows []string
	for par := range strings.SplitSeq(c.Question, "\n") {
		rows = append(rows, line.Wrap(par, width)...)
	}
	rows = rows[:min(len(rows), max(h-4, 1))]
	keysRow := line.New(width, c.Styles.Glyph.More).
		Add(c.Styles.Chrome.HelpKey, "enter").Add(c.Styles.Chrome.HelpText, " "+c.Yes+"   ").
		Add(c.Styles.Chrome.HelpKey, "esc").Add(c.Styles.Chrome.HelpText, " "+c.No).String()
	return Frame(c.Styles, c.Title, "", width+4, indent(append(rows, "", keysRow)))
}
