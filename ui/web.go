package ui

import (
	"context"
	"os/exec"
	"runtime"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"assay/ui/markdown"
	"assay/ui/status"
)

// webTime is how long a desktop may take to hand an address to its browser.
const webTime = 10 * time.Second

// web shows a page in the browser, or its address where there is none.
func (o *outside) web(address string) tea.Cmd {
	address = markdown.CleanLine(address)
	args := o.opener(address)
	if args == nil {
		return o.say(status.Info, address)
	}
	return tea.Batch(o.say(status.Good, "opened "+address), func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), webTime)
		defer cancel()
		if err := exec.CommandContext(ctx, args[0], args[1:]...).Run(); err != nil {
			return appliedMsg{func() tea.Cmd { return o.say(status.Warning, "no browser answered: "+address) }}
		}
		return nil
	})
}

// opener is the command that opens an address on this desktop, nil without one.
func (o *outside) opener(address string) []string {
	var args []string
	switch runtime.GOOS {
	case "darwin":
		args = []string{"open", address}
	case "windows":
		args = []string{"rundll32", "url.dll,FileProtocolHandler", address}
	default:
		if o.getenv("DISPLAY") == "" && o.getenv("WAYLAND_DISPLAY") == "" {
			return nil
		}
		args = []string{"xdg-open", address}
	}
	if _, err := exec.LookPath(args[0]); err != nil {
		return nil
	}
	return args
}
