// Package composer is the box the prompt is written in: several lines, history,
// pastes that never send, commands that begin with a slash.
//
// A large paste stands in the box as one short token and is put back when the text
// is taken out, so that typing stays fast and the rest of the prompt stays visible.
package composer

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textarea"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"assay/ui/theme"
)

// What is larger than this becomes a token. The widget's wrapping takes time by the
// square of a word's length.
const (
	maxLines = 24
	maxBytes = 4 << 10
	maxWord  = 400
)

// Model is a composer. Make one with New. It is used by one goroutine.
type Model struct {
	area    textarea.Model
	styles  *theme.Styles
	past    []string
	at      int    // place in past; len(past): the draft itself
	draft   string // what was being typed before going back in history
	held    []string
	width   int
	rows    []string
	drawn   bool
	wrapped int    // rows the text takes; 0: not counted yet
	size    [3]int // width, height and rows when drawn last
}

// New makes an empty composer.
func New(s *theme.Styles) *Model {
	a := textarea.New()
	a.CharLimit, a.MaxHeight, a.MaxWidth = 0, 0, 0
	a.ShowLineNumbers = false
	style := textarea.Style{
		Base: s.Chrome.Composer.Lip(), CursorLine: s.Chrome.Composer.Lip(), EndOfBuffer: s.Chrome.Composer.Lip(),
		Placeholder: s.Chrome.Placeholder.Lip(), Prompt: s.Chrome.ComposerPrompt.Lip(), Text: s.Chrome.Composer.Lip(),
	}
	a.FocusedStyle, a.BlurredStyle = style, style
	a.BlurredStyle.Prompt = s.Text.Dim.Lip()
	a.Cursor.Style = s.Renderer.NewStyle()
	a.Cursor.SetMode(cursor.CursorStatic)
	a.SetPromptFunc(3, func(line int) string {
		if line == 0 {
			return " " + s.Glyph.Prompt + " "
		}
		return ""
	})
	// The table of bindings decides about these; and ctrl+v would read a clipboard
	// the program may not have, where the terminal's own paste works everywhere.
	off := key.NewBinding(key.WithDisabled())
	a.KeyMap.InsertNewline, a.KeyMap.Paste = off, off
	a.Focus()
	return &Model{area: a, styles: s}
}

// SetWidth fits the box into a number of columns.
func (m *Model) SetWidth(w int) {
	if w != m.width {
		m.width = w
		m.area.SetWidth(max(w, 5))
		m.changed()
	}
}

// Focus and Blur show and hide the cursor.
func (m *Model) Focus() { m.area.Focus(); m.drawn = false }

// Blur hides the cursor.
func (m *Model) Blur() { m.area.Blur(); m.drawn = false }

// SetPlaceholder says what an empty box shows.
func (m *Model) SetPlaceholder(s string) {
	if m.area.Placeholder != s {
		m.area.Placeholder = s
		m.drawn = false
	}
}

func (m *Model) changed() { m.drawn, m.wrapped = false, 0 }

// Type edits: characters, and the keys of readline.
func (m *Model) Type(msg tea.KeyMsg) {
	if msg.Paste {
		m.Paste(string(msg.Runes))
		return
	}
	if msg.Type == tea.KeyBackspace && m.dropToken() {
		return
	}
	m.area, _ = m.area.Update(msg)
	m.changed()
}

// Newline starts a new line.
func (m *Model) Newline() { m.area.InsertString("\n"); m.changed() }

// Paste inserts text. It never sends, whatever the text ends with.
func (m *Model) Paste(s string) {
	s = tidy(s)
	if large(s) {
		m.held = append(m.held, s)
		s = token(len(m.held), s)
	}
	m.area.InsertString(s)
	m.changed()
}

// tidy drops what no prompt needs and a terminal might obey.
func tidy(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
}

func large(s string) bool {
	if len(s) > maxBytes || strings.Count(s, "\n") >= maxLines {
		return true
	}
	for w := range strings.FieldsSeq(s) {
		if len(w) > maxWord {
			return true
		}
	}
	return false
}

func token(n int, s string) string {
	if lines := strings.Count(s, "\n") + 1; lines > 1 {
		return fmt.Sprintf("[pasted text %d: %d lines]", n, lines)
	}
	return fmt.Sprintf("[pasted text %d: %d characters]", n, utf8.RuneCountInString(s))
}

// dropToken removes the whole token the cursor stands behind: one without its last
// character would no longer be put back.
func (m *Model) dropToken() bool {
	lines := strings.Split(m.area.Value(), "\n")
	info, row := m.area.LineInfo(), m.area.Line()
	if row >= len(lines) {
		return false
	}
	line := []rune(lines[row])
	before := string(line[:min(info.StartColumn+info.ColumnOffset, len(line))])
	for i, s := range m.held {
		if t := token(i+1, s); strings.HasSuffix(before, t) {
			for range utf8.RuneCountInString(t) {
				m.area, _ = m.area.Update(tea.KeyMsg{Type: tea.KeyBackspace})
			}
			m.changed()
			return true
		}
	}
	return false
}

// Value is the text with pastes put back.
func (m *Model) Value() string {
	v := m.area.Value()
	if len(m.held) == 0 {
		return v
	}
	var pairs []string
	for i, s := range m.held {
		pairs = append(pairs, token(i+1, s), s)
	}
	return strings.NewReplacer(pairs...).Replace(v)
}

// SetValue replaces the text.
func (m *Model) SetValue(s string) {
	m.area.Reset()
	m.held = nil
	m.Paste(s)
}

// Empty reports whether nothing but blanks is typed.
func (m *Model) Empty() bool { return strings.TrimSpace(m.area.Value()) == "" }

// Clear empties the box.
func (m *Model) Clear() {
	m.area.Reset()
	m.held, m.at, m.draft = nil, len(m.past), ""
	m.changed()
}

// Remember appends a prompt to the history, unless it was the last one.
func (m *Model) Remember(prompt string) {
	if strings.TrimSpace(prompt) != "" && (len(m.past) == 0 || m.past[len(m.past)-1] != prompt) {
		m.past = append(m.past, prompt)
	}
	m.at = len(m.past)
}

// History are the prompts so far, newest first.
func (m *Model) History() []string {
	out := slices.Clone(m.past)
	slices.Reverse(out)
	return out
}

// Up moves the cursor, or in the first row goes to the earlier prompt.
func (m *Model) Up() {
	if m.area.Line() > 0 || m.area.LineInfo().RowOffset > 0 {
		m.area.CursorUp()
		m.drawn = false
		return
	}
	if m.at == 0 {
		return
	}
	if m.at == len(m.past) {
		m.draft = m.Value()
	}
	m.recall(m.at - 1)
}

// Down moves the cursor, or in the last row goes to the later prompt.
func (m *Model) Down() {
	info := m.area.LineInfo()
	if m.area.Line() < m.area.LineCount()-1 || info.RowOffset < info.Height-1 {
		m.area.CursorDown()
		m.drawn = false
		return
	}
	if m.at < len(m.past) {
		m.recall(m.at + 1)
	}
}

func (m *Model) recall(i int) {
	s := m.draft
	if i < len(m.past) {
		s = m.past[i]
	}
	m.SetValue(s)
	m.at = i
}

// Command is the slash command that is typed: its name and what follows. A text of
// several lines is a prompt, and so is one that begins like a path.
func (m *Model) Command() (name, arg string, ok bool) {
	rest, ok := strings.CutPrefix(strings.TrimLeft(m.area.Value(), " "), "/")
	if !ok || strings.Contains(rest, "\n") {
		return "", "", false
	}
	name, arg, _ = strings.Cut(rest, " ")
	if strings.ContainsAny(name, "/.") {
		return "", "", false
	}
	return name, strings.TrimSpace(arg), true
}

// Rows is how many rows the text needs.
func (m *Model) Rows() int {
	if m.wrapped == 0 {
		w := max(m.area.Width(), 1)
		for line := range strings.SplitSeq(m.area.Value(), "\n") {
			m.wrapped += 1 + strings.Count(ansi.Wrap(line, w, ""), "\n")
		}
	}
	return m.wrapped
}

// View draws the box in h rows.
func (m *Model) View(h int) []string {
	if h != m.area.Height() {
		m.area.SetHeight(h)
		m.drawn = false
	}
	if !m.drawn {
		m.drawn = true
		view := m.area.View()
		if size := [3]int{m.width, h, m.Rows()}; size != m.size {
			// The widget moves its window to the cursor only while it handles a
			// message, and only within the lines it drew last.
			m.size = size
			m.area, _ = m.area.Update(nil)
			view = m.area.View()
		}
		m.rows = strings.Split(view, "\n")
		m.rows = m.rows[:min(len(m.rows), h)]
		for i, r := range m.rows {
			if ansi.StringWidth(r) > m.width {
				m.rows[i] = ansi.Truncate(r, m.width, "")
			}
		}
	}
	return m.rows
}
