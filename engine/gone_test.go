package engine_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"assay/engine"
	"assay/engine/chat"
)

// A redirect to another host is not followed: neither the key nor the prompt arrives
// there.
func TestRedirectsAreNotFollowed(t *testing.T) {
	var reached atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	defer elsewhere.Close()
	for _, line := range []string{"301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"} {
		s := listen(t, says("HTTP/1.1 ", line, "\r\nLocation: ", elsewhere.URL, "/v1/chat/completions\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
		state, _ := drain(newSocketEngine(t, s.url, nil).Start(t.Context(), engine.Spec{}, lane(0, "m/solo")))
		f := state.Lanes[0].Failure
		if f == nil || f.ErrorType != chat.ErrUnavailable || f.Status != 300+int(line[2]-'0') || !strings.Contains(f.Message, "redirect") {
			t.Errorf("%s: %+v", line, f)
		}
	}
	if n := reached.Load(); n != 0 {
		t.Errorf("the other host got %d requests", n)
	}
}

// However long an upstream goes on, what it makes us hold is bounded.
func TestFloodsTakeNoMemory(t *testing.T) {
	for name, tc := range map[string]struct {
		answer func(*wireServer, *net.TCPConn)
		most   uint64
	}{
		"comments":    {flood(sseHead, ": still here\n\n"), 4 << 20},
		"empty lines": {flood(sseHead, "\n"), 4 << 20},
		"headers":     {flood(sseHead[:17], "X-Header: nothing\r\n"), 12 << 20},
		"a line":      {flood(sseHead, "data: and so on"), 96 << 20},
		"JSON":        {flood(sseHead, "{\"and\":"), 192 << 20},
	} {
		t.Run(name, func(t *testing.T) {
			s := listen(t, tc.answer)
			e := newSocketEngine(t, s.url, func(o *engine.Options) { o.Timeouts.FirstToken = time.Second })
			before, stop, most := heap(), make(chan struct{}), make(chan uint64)
			go func() {
				peak := uint64(0)
				tick := time.NewTicker(5 * time.Millisecond)
				defer tick.Stop()
				for {
					select {
					case <-tick.C:
						peak = max(peak, heap())
					case <-stop:
						most <- peak
						return
					}
				}
			}()
			state, _ := drain(e.Start(t.Context(), engine.Spec{}, lane(0, "m/solo")))
			close(stop)
			if state.Lanes[0].Failure == nil {
				t.Errorf("%+v", state.Lanes[0].Finish)
			}
			if peak := <-most; peak > before+tc.most {
				t.Errorf("the heap grew by %d MiB", (peak-before)>>20)
			}
		})
	}
}

// heap is the bytes of live objects and of garbage not collected yet.
func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// When the caller goes, the upstream's connection is closed at once, whatever the
// request was waiting for, and whether it was the caller's context or a stop.
func TestCallerGoneClosesTheConnection(t *testing.T) {
	tokens := func(s *wireServer, c *net.TCPConn) {
		says(sseHead)(s, c)
		go func() {
			for {
				if _, err := c.Write([]byte(text("word ").data)); err != nil {
					return
				}
				time.Sleep(5 * time.Millisecond)
			}
		}()
		s.untilGone(c)
	}
	for name, answer := range map[string]func(*wireServer, *net.TCPConn){
		"while it streams":           tokens,
		"before the headers":         stuck(),
		"before the first byte":      stuck(sseHead),
		"between comments":           stuck(sseHead, ": wait\n\n"),
		"within a body that is JSON": stuck("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n", `{"choices":[`),
		"within an error's body":     stuck("HTTP/1.1 500 Oops\r\nContent-Length: 900\r\n\r\n", `{"error":`),
	} {
		for how, leave := range map[string]func(context.CancelFunc, *engine.Run){
			"context": func(cancel context.CancelFunc, _ *engine.Run) { cancel() },
			"stop":    func(_ context.CancelFunc, r *engine.Run) { r.CancelLane(0) },
			"close":   func(_ context.CancelFunc, r *engine.Run) { r.Close() },
		} {
			t.Run(name+"/"+how, func(t *testing.T) {
				t.Parallel()
				best := time.Hour
				for range 4 { // a busy machine may be late, but not every time
					best = min(best, departure(t, answer, leave))
					if best <= 50*time.Millisecond {
						return
					}
				}
				t.Errorf("the connection was closed %v after the caller had gone", best)
			})
		}
	}
}

// departure is how long an upstream sees its connection open after the caller left.
func departure(t *testing.T, answer func(*wireServer, *net.TCPConn), leave func(context.CancelFunc, *engine.Run)) time.Duration {
	t.Helper()
	s := listen(t, answer)
	e := newSocketEngine(t, s.url, func(o *engine.Options) { o.Timeouts = engine.Timeouts{} })
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	run := e.Start(ctx, engine.Spec{}, lane(0, "m/solo"))
	ended := make(chan *chat.State)
	go func() { st, _ := drain(run); ended <- st }()
	for s.requests.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(30 * time.Millisecond) // until what the upstream says has been read
	left := time.Now()
	leave(cancel, run)
	d := (<-s.gone).Sub(left)
	select {
	case st := <-ended:
		if f := st.Lanes[0].Failure; f != nil && f.ErrorType != chat.ErrCancelled {
			t.Errorf("%+v", f)
		}
	case <-time.After(5 * time.Second):
		t.Error("the run did not end")
	}
	return d
}

// A caller that goes during a back-off or in a quota's queue ends the lane at once,
// and nobody is asked any more.
func TestCallerGoneWhileNobodyIsAsked(t *testing.T) {
	s := listen(t, says("HTTP/1.1 429 Slow down\r\nRetry-After: 20\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"))
	e := newSocketEngine(t, s.url, func(o *engine.Options) { o.Attempts = 0 })
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	run := e.Start(ctx, engine.Spec{}, lane(0, "m/solo"))
	var left time.Time
	for ev := range run.Events() {
		switch b := ev.Body.(type) {
		case *chat.Attempt:
			if b.Outcome == chat.AttemptWaiting {
				left = time.Now()
				cancel()
			}
		case *chat.Failure:
			if d := time.Since(left); b.ErrorType != chat.ErrCancelled || left.IsZero() || d > time.Second {
				t.Errorf("ended %v after the caller had gone: %+v", d, b)
			}
		}
	}
	if n := s.requests.Load(); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// One connection serves request after request, also when answers end with their own
// last word before the body ends.
func TestConnectionsAreKept(t *testing.T) {
	var connections atomic.Int32
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for _, p := range answers("Hello ", "world").parts {
			_, _ = w.Write([]byte(p.data))
			w.(http.Flusher).Flush()
		}
		time.Sleep(2 * time.Millisecond) // the body ends a little later than the answer
	}))
	srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections.Add(1)
		}
	}
	srv.Start()
	defer srv.Close()
	e := newSocketEngine(t, srv.URL, nil)
	for range 5 {
		if s, _ := drain(e.Start(t.Context(), engine.Spec{}, lane(0, "m/solo"))); s.Lanes[0].Finish == nil {
			t.Fatalf("%+v", s.Lanes[0].Failure)
		}
	}
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections for five requests", n)
	}
}
