// Package browse is the catalog screen: every model with its prices, a filter in the
// catalog's query language, the detail of one model, a few models side by side, price
// against quality as a plot, what is free and how much of it is left, and who is used
// how much.
//
// A frame draws only the rows in sight, however many models there are; everything
// that takes time (reading the catalog, asking for news) happens outside the event
// loop and comes back as a message.
package browse

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"assay/catalog/rankings"
	"assay/ui/backend"
	"assay/ui/keys"
	"assay/ui/status"
	"assay/ui/talk"
	"assay/ui/theme"
)

// Backend is what the screen needs from the program.
type Backend interface {
	backend.Shelf
	backend.Market
}

// Options are what the screen is made of.
type Options struct {
	Context context.Context // ends what the screen has started
	Backend Backend
	Styles  *theme.Styles
	Keys    *keys.Table
	Bar     *status.Bar

	Say  func(status.Level, string) tea.Cmd // shows a notice for a while
	Copy func(text, what string) tea.Cmd    // puts text on the clipboard and says so
	Web  func(address string) tea.Cmd       // shows a page in the browser, or its address

	Draft func() string                    // the prompt in the composer
	Lanes func(models []string) tea.Cmd    // makes these models the lanes and shows them
	Ask   func(lanes []talk.Setup) tea.Cmd // makes these the lanes, shows them and sends the prompt
}

// Messages of the screen.
type (
	stockMsg struct {
		shop shop
		err  error // about favourites and recent models
	}
	refreshedMsg struct {
		news backend.News
		err  error
	}
	keptMsg struct {
		model string
		on    bool
		err   error
	}
	quotasMsg struct {
		quotas []backend.Quota
		err    error
	}
	againMsg struct{} // quotas are to be looked at again
	rankMsg  struct {
		table *rankings.Table
		used  []backend.Used
		err   error
	}
)
