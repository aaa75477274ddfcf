package ui

import (
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// A terminal that supports synchronized output (mode 2026) shows what stands between
// these at once; others ignore them.
const (
	beginSync = "\x1b[?2026h"
	endSync   = "\x1b[?2026l"
)

// slowWrite is how long a frame may take to be written before the terminal counts as
// slow.
const slowWrite = 20 * time.Millisecond

// output writes frames whole, lets nothing else in between, and notices a slow
// terminal.
type output struct {
	mu   sync.Mutex
	w    io.Writer
	buf  []byte
	last atomic.Int64 // duration of the last write, ns
}

// Write writes one frame.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.buf = append(append(append(o.buf[:0], beginSync...), p...), endSync...)
	start := time.Now()
	_, err := o.w.Write(o.buf)
	o.last.Store(int64(time.Since(start)))
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

// slow reports whether the last frame took long to write.
func (o *output) slow() bool { return time.Duration(o.last.Load()) > slowWrite }

// terminal is an output that Bubble Tea recognises as a terminal.
type terminal struct {
	*output
	file *os.File
}

func (t terminal) Read(p []byte) (int, error) { return t.file.Read(p) }
func (t terminal) Close() error               { return t.file.Close() }
func (t terminal) Fd() uintptr                { return t.file.Fd() }
