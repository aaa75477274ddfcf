package engine

import (
	"context"
	"sync/atomic"
	"time"

	"assay/engine/chat"
)

// watchdog keeps three of an attempt's four timers: connect, first token and idle.
// Only content resets the idle timer; keep-alives do not. Per piece of content it
// costs one atomic store.
type watchdog struct {
	connect, first *time.Timer
	idle           atomic.Pointer[time.Timer]
	idleAfter      time.Duration
	began          time.Time
	newest         atomic.Int64 // nanoseconds after began
	stopped        atomic.Bool
	cancel         context.CancelCauseFunc
}

func newWatchdog(t Timeouts, cancel context.CancelCauseFunc) *watchdog {
	w := &watchdog{began: time.Now(), idleAfter: t.Idle, cancel: cancel}
	if t.Connect > 0 {
		w.connect = time.AfterFunc(t.Connect, func() { cancel(timeoutError("no connection within " + t.Connect.String())) })
	}
	if t.FirstToken > 0 {
		w.first = time.AfterFunc(t.FirstToken, func() { cancel(timeoutError("nothing came within " + t.FirstToken.String())) })
	}
	return w
}

func timeoutError(why string) *chat.Error {
	return &chat.Error{Type: chat.ErrTimeout, Fault: chat.FaultUpstream, Retryable: true, Message: why}
}

func (w *watchdog) connected() {
	if w.connect != nil {
		w.connect.Stop()
	}
}

// content is called for every piece of content, by one goroutine.
func (w *watchdog) content() {
	w.newest.Store(int64(time.Since(w.began)))
	if w.idle.Load() != nil || w.idleAfter <= 0 && w.first == nil {
		return
	}
	if w.first != nil {
		w.first.Stop()
	}
	if w.idleAfter > 0 {
		w.idle.Store(time.AfterFunc(w.idleAfter, w.check))
	} else {
		w.first = nil
	}
}

// check fires idleAfter after some content: it gives up, or sleeps on for as long as
// newer content allows.
func (w *watchdog) check() {
	quiet := time.Since(w.began) - time.Duration(w.newest.Load())
	if quiet >= w.idleAfter {
		w.cancel(timeoutError("the answer stalled for " + w.idleAfter.String()))
		return
	}
	if t := w.idle.Load(); t != nil && !w.stopped.Load() {
		t.Reset(w.idleAfter - quiet)
	}
}

func (w *watchdog) stop() {
	w.stopped.Store(true)
	if w.connect != nil {
		w.connect.Stop()
	}
	if w.first != nil {
		w.first.Stop()
	}
	if t := w.idle.Load(); t != nil {
		t.Stop()
	}
}
