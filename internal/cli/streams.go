package cli

import (
	"io"
	"os"
	"strconv"

	"github.com/charmbracelet/x/term"
)

// Streams are where a command reads and writes. Data goes to Out and nothing else
// does; talk and progress go to Err.
type Streams struct {
	In     io.Reader
	Out    io.Writer
	Err    io.Writer
	InTTY  bool // somebody types
	OutTTY bool // somebody reads Out as it comes
	ErrTTY bool
	// Width is the columns of Out's terminal, 0 when it has none.
	Width func() int
}

// System is the streams of the process.
func System() Streams {
	return Streams{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		InTTY:  term.IsTerminal(os.Stdin.Fd()),
		OutTTY: term.IsTerminal(os.Stdout.Fd()),
		ErrTTY: term.IsTerminal(os.Stderr.Fd()),
		Width:  terminalWidth,
	}
}

func terminalWidth() int {
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		return n
	}
	w, _, err := term.GetSize(os.Stdout.Fd())
	if err != nil {
		return 0
	}
	return w
}
