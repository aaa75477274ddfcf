// Package compare is the home screen: lanes side by side, the fusion pane, the
// composer, and one line of status.
//
// Nothing here renders Markdown or waits for anything. Text goes from the goroutine
// that reads a run straight to the lane that draws it; the screen hears of frames,
// thirty a second while something streams and none otherwise.
package compare

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"assay/engine/chat"
	"assay/ui/backend"
	"assay/ui/keys"
	"assay/ui/overlay"
	"assay/ui/status"
	"assay/ui/talk"
	"assay/ui/theme"
)

// Options are what the screen is made of.
type Options struct {
	Context context.Context // ends what the screen has started
	Backend backend.Backend
	Styles  *theme.Styles
	Keys    *keys.Table
	Bar     *status.Bar

	Open  func(overlay.Overlay)                        // lays something over the screen
	Say   func(status.Level, string) tea.Cmd           // shows a notice for a while
	Copy  func(text, what string) tea.Cmd              // puts text on the clipboard and says so
	Edit  func(text string, done func(string)) tea.Cmd // lets the user's editor change a text
	Root  func(keys.Action) tea.Cmd                    // what the program does, not the screen
	Leave func(done string) tea.Cmd                    // says what ctrl+c has done and that another one quits, which it then does
	Slow  func() bool                                  // the terminal is slow to take output

	Lanes []talk.Setup // to begin with
	Draft string
	Fuse  bool
	Panel string
	FPS   int // frames a second while something streams; 0: 30

	Recorded []chat.Event // runs to begin with, as if they had just ended; their lanes instead of Lanes
}

// Messages of the screen.
type (
	frameMsg   struct{}
	modelsMsg  backend.Stock
	changedMsg struct{}
	priceMsg   struct{ generation int } // the draft has rested: price it
	quotedMsg  struct {
		generation int
		ask        backend.Ask
		quote      backend.Quote
		err        error
		send       bool
	}
	savedMsg struct {
		path string
		err  error
	}
)

// usualFPS is how often a second the screen is drawn while something moves, and
// slowFrameTime how far apart frames are on a slow terminal at least.
const (
	usualFPS      = 30
	slowFrameTime = time.Second / 12
)

// frameTime is the time between two frames on a fast terminal.
func (o *Options) frameTime() time.Duration {
	if o.FPS > 0 {
		return time.Second / time.Duration(o.FPS)
	}
	return time.Second / usualFPS
}

// rest is how long a draft is left alone before it is priced.
const rest = 200 * time.Millisecond
