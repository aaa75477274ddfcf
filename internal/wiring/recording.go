package wiring

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"sync"
)

// Recording keeps the events of a run in memory, compressed, until somebody wants
// them saved. Make one with NewRecording; it is safe for concurrent use.
type Recording struct {
	mu   sync.Mutex
	log  bytes.Buffer
	gz   *gzip.Writer
	buf  *bufio.Writer // before gz, which is slow at small pieces
	over bool
}

// NewRecording is an empty recording.
func NewRecording() *Recording {
	r := &Recording{}
	r.gz, _ = gzip.NewWriterLevel(&r.log, gzip.BestSpeed) // the level is valid
	r.buf = bufio.NewWriterSize(r.gz, 32<<10)
	return r
}

// Write adds encoded events.
func (r *Recording) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.buf.Write(p)
}

// Close ends the recording: nothing more will be written.
func (r *Recording) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.over = true
	return errors.Join(r.buf.Flush(), r.gz.Close())
}

// ended reports whether the recording is whole.
func (r *Recording) ended() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.over
}

// CopyTo appends what was written so far.
func (r *Recording) CopyTo(dst *bytes.Buffer) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.over {
		if err := errors.Join(r.buf.Flush(), r.gz.Flush()); err != nil {
			return err
		}
	}
	in, err := gzip.NewReader(bytes.NewReader(r.log.Bytes()))
	if err != nil {
		return err
	}
	_, err = dst.ReadFrom(in)
	if err != nil && !r.over {
		err = nil // a run under way has no end of stream yet
	}
	return err
}
