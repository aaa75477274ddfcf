package ui

import (
	"io"
	"os"
	"sync"

	"assay/ui/row"
)

// output is where frames go: each is written whole.
type output interface {
	io.Writer
	Slow() bool // the terminal takes long to take a frame
}

func newOutput(w io.Writer) output {
	if f, ok := w.(*os.File); ok {
		return row.NewWriter(f)
	}
	return &stream{w: w}
}

// stream is an output that is no file.
type stream struct {
	mu sync.Mutex
	w  io.Writer
}

// Write implements io.Writer.
func (s *stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.w.Write(p)
}

// Slow implements output.
func (*stream) Slow() bool { return false }
