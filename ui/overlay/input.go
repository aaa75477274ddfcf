package overlay

import (
	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"assay/ui/keys"
	"assay/ui/line"
	"assay/ui/theme"
)

// Input asks for one line of text.
type Input struct {
	title  string
	hint   string
	styles *theme.Styles
	field  textinput.Model
	fault  string
	accept func(text string) (tea.Cmd, error)
}

// NewInput makes a question with a value to start from. What accept refuses stays
// open, with the reason under it.
func NewInput(s *theme.Styles, title, hint, value string, accept func(string) (tea.Cmd, error)) *Input {
	f := textinput.New()
	f.Prompt = s.Glyph.Prompt + " "
	f.PromptStyle, f.TextStyle = s.Chrome.ComposerPrompt.Lip(), s.Chrome.Composer.Lip()
	f.Cursor.Style = s.Renderer.NewStyle()
	f.Cursor.SetMode(cursor.CursorStatic)
	f.KeyMap.Paste.SetEnabled(false)
	f.SetValue(value)
	f.Focus()
	return &Input{title: title, hint: hint, styles: s, field: f, accept: accept}
}

// Where implements [Overlay].
func (in *Input) Where() keys.Where { return keys.List }

// Do implements [Overlay].
func (in *Input) Do(a keys.Action) (bool, tea.Cmd) {
	switch a {
	case keys.Back, keys.Cancel:
		return true, nil
	case keys.Pick:
		cmd, err := in.accept(in.field.Value())
		if err == nil {
			return true, cmd
		}
		in.fault = err.Error()
	}
	return false, nil
}

// Type implements [Overlay].
func (in *Input) Type(msg tea.KeyMsg) (bool, tea.Cmd) {
	in.field, _ = in.field.Update(msg)
	in.fault = ""
	return false, nil
}

// Box implements [Overlay].
func (in *Input) Box(w, h int) []string {
	width := inner(w, 72)
	in.field.Width = max(width-4, 1)
	rows := []string{in.field.View()}
	text, style := in.hint, in.styles.Text.Dim
	if in.fault != "" {
		text, style = in.fault, in.styles.Note.Error
	}
	for _, r := range line.Wrap(text, width) {
		rows = append(rows, line.New(width, in.styles.Glyph.More).Add(style, r).String())
	}
	rows = rows[:min(len(rows), max(h-2, 1))]
	return Frame(in.styles, in.title, "enter accept "+in.styles.Glyph.Dot+" esc close", width+4, indent(rows))
}
