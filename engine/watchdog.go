package engine

import (
	"context"
	"math"
	"sync/atomic"
	"time"

	"assay/engine/chat"
)

// watchdog keeps three of an attempt's four timers: connect, first token and idle.
// Only content resets the idle timer, keep-alives do not; while content is handed to a
// slow reader the clock stands still. Per piece of content it costs two atomic stores.
type watchdog struct {
	connect, first, idle *time.Timer // nil: switched off
	idleAfter            time.Duration
	began                time.Time
	newest               atomic.Int64 // when content was handed on, nanoseconds after began; or busy
	quiet                bool         // no content yet
	stopped              atomic.Bool
	cancel               context.CancelCauseFunc
}

// busy stands for the time while content is being handed on.
const busy = math.MaxInt64

func newWatchdog(t Timeouts, cancel context.CancelCauseFunc) *watchdog {
	w := &watchdog{began: time.Now(), idleAfter: t.Idle, quiet: true, cancel: cancel}
	if t.Connect > 0 {
		w.connect = time.AfterFunc(t.Connect, func() { cancel(timeoutError("no connection within " + t.Connect.String())) })
	}
	if t.FirstToken > 0 {
		w.first = time.AfterFunc(t.FirstToken, func() { cancel(timeoutError("nothing came within " + t.FirstToken.String())) })
	}
	if t.Idle > 0 {
		w.idle = time.AfterFunc(time.Hour, w.check) // armed by the first content
		w.idle.Stop()
	}
	return w
}

func timeoutError(why string) *chat.Error {
	return &chat.Error{Type: chat.ErrTimeout, Fault: chat.FaultUpstream, Retryable: true, Message: why}
}

func (w *watchdog) connected() { halt(w.connect) }

// content is called when a piece of content has come, handedOn when its reader has it;
// both by one goroutine.
func (w *watchdog) content() {
	w.newest.Store(busy)
	if !w.quiet {
		return
	}
	w.quiet = false
	halt(w.first)
	if w.idle != nil {
		w.idle.Reset(w.idleAfter)
	}
}

func (w *watchdog) handedOn() { w.newest.Store(int64(time.Since(w.began))) }

// check fires idleAfter after some content: it gives up, or sleeps on for as long as
// newer content allows.
func (w *watchdog) check() {
	wait := w.idleAfter
	if newest := w.newest.Load(); newest != busy {
		wait -= time.Since(w.began) - time.Duration(newest)
	}
	if wait <= 0 {
		w.cancel(timeoutError("the answer stalled for " + w.idleAfter.String()))
		return
	}
	if !w.stopped.Load() {
		w.idle.Reset(wait)
	}
}

func (w *watchdog) stop() {
	w.stopped.Store(true)
	halt(w.connect)
	halt(w.first)
	halt(w.idle)
}

func halt(t *time.Timer) {
	if t != nil {
		t.Stop()
	}
}
