// Package sse reads server-sent event streams as model servers really send them.
//
// It follows the WHATWG event-stream format and is forgiving where servers are
// sloppy: lines end with LF, CR or CRLF, a byte order mark and whitespace before a
// field are skipped, "data:{" needs no space, the last event needs no blank line,
// unknown fields are ignored. Comments and events without data are keep-alives:
// they are counted, never returned, and take no memory however many there are.
package sse

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
)

// MaxLine is how long one line, and the data of one event, may be: 16 MiB holds
// any image a model sends inline.
const MaxLine = 16 << 20

// ErrTooLong is returned by Next for a line or an event longer than the limit.
var ErrTooLong = errors.New("event stream: line too long")

// Event is one dispatched event. Data is only valid until the next call of Next.
type Event struct {
	Name string // "event:" field, "" when absent
	Data []byte
}

// The cache of event names holds this many of at most this length. Formats have
// about fifty, the longest of 53 bytes.
const (
	maxNames   = 128
	maxNameLen = 64
)

// firstBuffer is the size of the read buffer until a line needs more.
const firstBuffer = 16 << 10

// maxEmptyReads is how often a reader may return nothing before it is called broken.
const maxEmptyReads = 100

// Reader reads events from a byte stream. It is for one goroutine; only KeepAlives
// may be called from others.
type Reader struct {
	src io.Reader
	max int
	err error // of src, returned once what was read before it is used up

	buf     []byte // bytes read but not used: buf[at:end]
	at, end int
	seen    int  // buf[at:seen] holds no line end
	begun   bool // the start of the stream is behind us
	afterCR bool // the last line ended with CR, an LF right after belongs to it

	data    []byte // of the event being read
	hasData bool
	name    []byte
	names   map[string]string

	keepAlives atomic.Int64
}

// NewReader reads from r with the limit MaxLine.
func NewReader(r io.Reader) *Reader { return NewReaderLimit(r, MaxLine) }

// NewReaderLimit reads from r and refuses lines and events of more than max bytes.
func NewReaderLimit(r io.Reader, max int) *Reader {
	return &Reader{src: r, max: max, buf: make([]byte, min(firstBuffer, max+1)), names: map[string]string{}}
}

// KeepAlives is how many comments and events without data have come so far. It
// grows while Next waits and may be read from any goroutine.
func (r *Reader) KeepAlives() int64 { return r.keepAlives.Load() }

// Next returns the next event that has data. It returns io.EOF after the last one,
// ErrTooLong (wrapped) past the limit, or what the underlying reader returned; an
// event that was complete before a read error is returned first. After an error
// Next keeps returning it.
func (r *Reader) Next() (Event, error) {
	r.data, r.hasData, r.name = r.data[:0], false, r.name[:0]
	for {
		line, err := r.line()
		if err != nil {
			if len(r.data) > 0 && !errors.Is(err, ErrTooLong) {
				return r.event(), nil
			}
			return Event{}, err
		}
		if len(line) > 0 {
			if err := r.field(line); err != nil {
				r.err = err
				r.at, r.end, r.seen = 0, 0, 0
				return Event{}, err
			}
			continue
		}
		if len(r.data) > 0 {
			return r.event(), nil
		}
		if r.hasData || len(r.name) > 0 {
			r.keepAlives.Add(1)
		}
		r.data, r.hasData, r.name = r.data[:0], false, r.name[:0]
	}
}

// event hands out what has been collected. The name is interned, so that no event
// costs an allocation.
func (r *Reader) event() Event {
	if len(r.name) == 0 {
		return Event{Data: r.data}
	}
	name, ok := r.names[string(r.name)]
	if !ok {
		name = string(r.name)
		if len(r.names) < maxNames && len(name) <= maxNameLen {
			r.names[name] = name
		}
	}
	return Event{Name: name, Data: r.data}
}

// field takes one line that is not empty.
func (r *Reader) field(line []byte) error {
	if line[0] == ' ' || line[0] == '\t' {
		if line = bytes.TrimLeft(line, " \t"); len(line) == 0 {
			return nil
		}
	}
	if line[0] == ':' {
		r.keepAlives.Add(1)
		return nil
	}
	key, value, _ := bytes.Cut(line, colon)
	if len(value) > 0 && value[0] == ' ' {
		value = value[1:]
	}
	switch string(key) {
	case "data":
		if len(r.data)+len(value) >= r.max {
			return fmt.Errorf("%w: an event of more than %d bytes", ErrTooLong, r.max)
		}
		if r.hasData {
			r.data = append(r.data, '\n')
		}
		r.hasData = true
		r.data = append(r.data, value...)
	case "event":
		r.name = append(r.name[:0], value...)
	}
	return nil
}

var colon = []byte{':'}

// line returns the next line without its end. It is valid until the next call. The
// rest after the last line end is a line, too, when the stream ended properly.
func (r *Reader) line() ([]byte, error) {
	for {
		if r.afterCR && r.at < r.end {
			if r.afterCR = false; r.buf[r.at] == '\n' {
				r.at++
				r.seen = r.at
			}
		}
		if i := lineEnd(r.buf[r.seen:r.end]); i >= 0 {
			stop := r.seen + i
			line := r.start(r.buf[r.at:stop])
			r.afterCR = r.buf[stop] == '\r'
			r.at = stop + 1
			r.seen = r.at
			return line, nil
		}
		r.seen = r.end
		if r.err != nil {
			return r.rest()
		}
		if err := r.fill(); err != nil {
			r.err = err
		}
	}
}

// rest is what follows the last line end. A cut connection may have cut it, too,
// so then it is dropped.
func (r *Reader) rest() ([]byte, error) {
	if errors.Is(r.err, io.EOF) && r.at < r.end {
		line := r.start(r.buf[r.at:r.end])
		r.at, r.end, r.seen = 0, 0, 0
		return line, nil
	}
	return nil, r.err
}

// start skips the byte order mark of the first line.
func (r *Reader) start(line []byte) []byte {
	if r.begun {
		return line
	}
	r.begun = true
	return bytes.TrimPrefix(line, byteOrderMark)
}

var byteOrderMark = []byte("\xEF\xBB\xBF")

// fill reads once, after making room. It returns the reader's error or ErrTooLong.
func (r *Reader) fill() error {
	if r.at == r.end {
		r.at, r.end, r.seen = 0, 0, 0
	}
	if r.end == len(r.buf) {
		if r.at > 0 {
			r.end = copy(r.buf, r.buf[r.at:r.end])
			r.seen -= r.at
			r.at = 0
		} else {
			if r.end > r.max {
				r.at, r.end, r.seen = 0, 0, 0
				return fmt.Errorf("%w: more than %d bytes", ErrTooLong, r.max)
			}
			bigger := make([]byte, min(2*len(r.buf), r.max+1))
			copy(bigger, r.buf)
			r.buf = bigger
		}
	}
	for range maxEmptyReads {
		n, err := r.src.Read(r.buf[r.end:])
		r.end += n
		if n > 0 || err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

// lineEnd is the index of the first CR or LF, -1 without one. Two vectorised scans
// beat one loop over the bytes; the second only covers the line found by the first.
func lineEnd(b []byte) int {
	lf := bytes.IndexByte(b, '\n')
	if lf >= 0 {
		b = b[:lf]
	}
	if cr := bytes.IndexByte(b, '\r'); cr >= 0 {
		return cr
	}
	return lf
}
