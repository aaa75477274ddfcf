package row

import (
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// A terminal that knows synchronized output (mode 2026) shows what is written between
// these at once; others ignore them.
const (
	beginSync = "\x1b[?2026h"
	endSync   = "\x1b[?2026l"
)

const (
	slowWrite = 20 * time.Millisecond // a frame that takes longer makes the link slow
	calm      = 60                    // quick frames in a row that make it quick again
)

// Writer writes frames to a terminal: each whole, never interleaved with another, and
// timed. It is a file to those who look for one (Bubble Tea does, to find out whether
// it talks to a terminal). It is safe for concurrent use.
type Writer struct {
	*os.File
	mu     sync.Mutex
	buf    []byte
	quick  int // quick frames since the last slow one
	slow   atomic.Bool
	took   atomic.Int64 // ns, last frame
	frames atomic.Int64
	bytes  atomic.Int64
}

// NewWriter makes a Writer on a terminal.
func NewWriter(f *os.File) *Writer { return &Writer{File: f} }

// Write writes one frame.
func (w *Writer) Write(frame []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.buf = append(append(append(w.buf[:0], beginSync...), frame...), endSync...)
	start := time.Now()
	n, err := w.File.Write(w.buf)
	w.count(time.Since(start), n)
	if err != nil {
		return min(max(n-len(beginSync), 0), len(frame)), err
	}
	return len(frame), nil
}

// WriteString is Write for a string.
func (w *Writer) WriteString(s string) (int, error) { return w.Write([]byte(s)) }

// count takes the time of a frame into account.
func (w *Writer) count(took time.Duration, n int) {
	w.took.Store(int64(took))
	w.frames.Add(1)
	w.bytes.Add(int64(n))
	switch {
	case took > slowWrite:
		w.quick = 0
		w.slow.Store(true)
	case w.quick < calm:
		if w.quick++; w.quick == calm {
			w.slow.Store(false)
		}
	}
}

// Slow reports whether the link to the terminal is slow: a recent frame took more
// than 20 ms to write. Frames should then be fewer and scroll in leaps.
func (w *Writer) Slow() bool { return w.slow.Load() }

// Stats are what was written so far and how long the last frame took.
func (w *Writer) Stats() (frames, bytes int64, last time.Duration) {
	return w.frames.Load(), w.bytes.Load(), time.Duration(w.took.Load())
}
