package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"assay/ui/keys"
)

// Screen is one of the program's screens. All methods are called by the goroutine
// of the event loop.
type Screen interface {
	Init() tea.Cmd
	// SetSize fits the screen into w × h cells, which may be as few as one.
	SetSize(w, h int)
	// Frame draws the screen: exactly h rows of w cells with line feeds between. changed
	// is false when it is that of the last call.
	Frame() (frame string, changed bool)
	// Redraw has the next Frame draw everything again: the status line has changed.
	Redraw()

	// Where is the place that has the focus: it decides which bindings apply.
	Where() keys.Where
	// Do carries out an action and says whether it is one of this screen's. key is the
	// key that was pressed for it, "" when it was none.
	Do(a keys.Action, key string) (cmd tea.Cmd, handled bool)
	// Type takes a key no binding claims.
	Type(msg tea.KeyMsg) tea.Cmd
	Mouse(msg tea.MouseMsg) tea.Cmd
	// Update takes every other message.
	Update(msg tea.Msg) tea.Cmd
	// Close ends what the screen has started and waits until it has ended.
	Close()
}
