package engine_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"assay/catalog"
	"assay/engine"
	"assay/engine/chat"
	"assay/engine/provider"
	"assay/internal/secret"
)

// Real connections take real time: only what has to run into a timer gets a short one.
var (
	patient   = engine.Timeouts{Connect: 20 * time.Second, FirstToken: 20 * time.Second, Idle: 20 * time.Second}
	impatient = engine.Timeouts{Connect: 20 * time.Second, FirstToken: time.Second, Idle: time.Second}
)

// wireServer answers each request with bytes of the test's choosing.
type wireServer struct {
	url      string
	requests atomic.Int32
	gone     chan time.Time // when the peer of a connection was found gone
}

// listen serves until the test ends. answer gets the connection after the request has
// been read; the connection is closed when it returns.
func listen(t *testing.T, answer func(s *wireServer, c *net.TCPConn)) *wireServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &wireServer{url: "http://" + l.Addr().String(), gone: make(chan time.Time, 16)}
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(context.Background())
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			stop := context.AfterFunc(ctx, func() { c.Close() })
			wg.Go(func() {
				defer stop()
				defer c.Close()
				req, err := http.ReadRequest(bufio.NewReader(c))
				if err != nil {
					return
				}
				_, _ = io.Copy(io.Discard, req.Body)
				s.requests.Add(1)
				answer(s, c.(*net.TCPConn))
			})
		}
	})
	t.Cleanup(func() { l.Close(); cancel(); wg.Wait() })
	return s
}

// untilGone reads until the peer closes the connection.
func (s *wireServer) untilGone(c net.Conn) {
	_, _ = io.Copy(io.Discard, c)
	s.gone <- time.Now()
}

const (
	sseHead     = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
	chunkedHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
)

// says writes a fixed answer.
func says(parts ...string) func(*wireServer, *net.TCPConn) {
	return func(_ *wireServer, c *net.TCPConn) { _, _ = io.WriteString(c, strings.Join(parts, "")) }
}

// reset writes and then breaks the connection off.
func reset(parts ...string) func(*wireServer, *net.TCPConn) {
	return func(s *wireServer, c *net.TCPConn) {
		says(parts...)(s, c)
		time.Sleep(20 * time.Millisecond) // or the reset overtakes what was written
		_ = c.SetLinger(0)
	}
}

// drip writes byte by byte.
func drip(every time.Duration, parts ...string) func(*wireServer, *net.TCPConn) {
	return func(_ *wireServer, c *net.TCPConn) {
		for _, b := range []byte(strings.Join(parts, "")) {
			if _, err := c.Write([]byte{b}); err != nil {
				return
			}
			time.Sleep(every)
		}
	}
}

// flood writes the same for as long as it is read.
func flood(head, line string) func(*wireServer, *net.TCPConn) {
	return func(s *wireServer, c *net.TCPConn) {
		says(head)(s, c)
		for block := []byte(strings.Repeat(line, 1000)); ; {
			if _, err := c.Write(block); err != nil {
				return
			}
		}
	}
}

func stuck(parts ...string) func(*wireServer, *net.TCPConn) {
	return func(s *wireServer, c *net.TCPConn) {
		says(parts...)(s, c)
		s.untilGone(c)
	}
}

func zipped(body string, cut int) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = io.WriteString(z, body)
	_ = z.Close()
	return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n" + b.String()[:b.Len()-cut]
}

func chunk(s string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(s), s) }

// newSocketEngine asks one upstream over real sockets, once.
func newSocketEngine(t testing.TB, url string, change func(*engine.Options)) *engine.Engine {
	t.Helper()
	cat := catalog.New([]*catalog.Model{{
		ID: "m/solo", Author: "m", Output: catalog.Text, Input: catalog.Text, Endpoints: []catalog.Endpoint{endpoint("m/solo", "primary")},
	}}, catalog.Source{})
	set := provider.NewSet(&provider.Provider{Name: "primary", Format: "openai", BaseURL: url, Key: secret.New("key-of-primary")})
	opt := engine.Options{
		Catalog: func() *catalog.Catalog { return cat }, Providers: func() *provider.Set { return set },
		Timeouts: patient, Attempts: 1,
	}
	if change != nil {
		change(&opt)
	}
	e := engine.New(opt)
	t.Cleanup(e.Close)
	return e
}

// Every fault of a real connection ends in one event that tells what it was, in
// bounded time, with whatever text came before it.
func TestSocketFaults(t *testing.T) {
	before := runtime.NumGoroutine()
	whole := text("Hello ").data + text("world").data + done().data
	long := strings.Repeat("x", 10<<20)
	t.Run("faults", func(t *testing.T) {
		for name, tc := range map[string]struct {
			answer func(*wireServer, *net.TCPConn)
			text   string
			fails  chat.ErrorType // "" : the answer is whole
			says   string
		}{
			"whole":                       {says(sseHead, whole), "Hello world", "", ""},
			"chunked":                     {says(chunkedHead, chunk(whole), "0\r\n\r\n"), "Hello world", "", ""},
			"one byte at a time":          {drip(0, sseHead, whole), "Hello world", "", ""},
			"one byte a millisecond":      {drip(time.Millisecond, sseHead, whole), "Hello world", "", ""},
			"gzip":                        {says(zipped(whole, 0)), "Hello world", "", ""},
			"gzip cut":                    {says(zipped(whole, 150)), "", chat.ErrUnavailable, "cut"},
			"not the encoding it says":    {says(strings.Replace(sseHead, "Connection", "Content-Encoding: gzip\r\nConnection", 1), whole), "", chat.ErrUnavailable, "gzip"},
			"stays open after the end":    {stuck(chunkedHead, chunk(whole)), "Hello world", "", ""},
			"wrong content type":          {says(strings.Replace(sseHead, "text/event-stream", "text/plain", 1), whole), "Hello world", "", ""},
			"whole JSON, called a stream": {says(sseHead, "  \n", `{"choices":[{"index":0,"message":{"content":"Hello world"},"finish_reason":"stop"}]}`), "Hello world", "", ""},
			"reset before the headers":    {reset(), "", chat.ErrUnavailable, "cut before the answer"},
			"closed before the headers":   {says(), "", chat.ErrUnavailable, "cut before the answer"},
			"reset within the headers":    {reset(sseHead[:30]), "", chat.ErrUnavailable, "cut before the answer"},
			"reset before content":        {reset(chunkedHead, chunk(": wait\n\n")), "", chat.ErrUnavailable, "cut before the answer"},
			"reset within the answer":     {reset(chunkedHead, chunk(text("Hello ").data)), "Hello ", chat.ErrUnavailable, "cut in the middle"},
			"closed within a chunk":       {says(chunkedHead, chunk(text("Hello ").data), "ff\r\ndata: "), "Hello ", chat.ErrUnavailable, "cut in the middle"},
			"closed without an end":       {says(sseHead, text("Hello ").data), "Hello ", chat.ErrUnavailable, "before the answer was complete"},
			"shorter than promised":       {says(strings.Replace(sseHead, "Connection: close", "Content-Length: 9999", 1), text("Hello ").data), "Hello ", chat.ErrUnavailable, "cut in the middle"},
			"headers never come":          {stuck(), "", chat.ErrTimeout, "nothing came within 1s"},
			"headers drip":                {drip(100*time.Millisecond, sseHead, whole), "", chat.ErrTimeout, "nothing came within 1s"},
			"body never comes":            {stuck(sseHead), "", chat.ErrTimeout, "nothing came within 1s"},
			"stalls":                      {stuck(sseHead, text("Hello ").data), "Hello ", chat.ErrTimeout, "stalled for 1s"},
			"half closed":                 {halfClosed(sseHead, text("Hello ").data), "Hello ", chat.ErrUnavailable, "before the answer was complete"},
			"comments for ever":           {flood(sseHead, ": still here\n\n"), "", chat.ErrTimeout, "nothing came within 1s"},
			"empty lines for ever":        {flood(sseHead, "\n"), "", chat.ErrTimeout, "nothing came within 1s"},
			"headers for ever":            {flood(sseHead[:17], "X-Header: nothing\r\n"), "", chat.ErrUnavailable, ""},
			"a line for ever":             {flood(sseHead, "data: and so on"), "", chat.ErrUnavailable, "line that is too long"},
			"JSON for ever":               {flood(sseHead, "{\"and\":"), "", chat.ErrUnavailable, "larger than 32 MiB"},
			"a line of ten megabytes":     {says(sseHead, text(long).data, done().data), long, "", ""},
			"a page":                      {says(sseHead, "<html><title>Bad gateway</title></html>"), "", chat.ErrUnavailable, "Bad gateway"},
			"a page with a status":        {says("HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html><title>It broke</title></html>"), "", chat.ErrUnavailable, "It broke"},
			"words":                       {says(sseHead, "upstream connect error"), "", chat.ErrUnavailable, "upstream connect error"},
			"no HTTP":                     {says("SSH-2.0-OpenSSH_9.6\r\n"), "", chat.ErrUnavailable, "malformed HTTP"},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				s := listen(t, tc.answer)
				begin := time.Now()
				e := newSocketEngine(t, s.url, func(o *engine.Options) {
					if tc.fails == chat.ErrTimeout {
						o.Timeouts = impatient
					}
				})
				state, _ := drain(e.Start(t.Context(), engine.Spec{}, lane(0, "m/solo")))
				l := state.Lanes[0]
				if d := time.Since(begin); d > 15*time.Second {
					t.Errorf("took %v", d)
				}
				if string(l.Text) != tc.text {
					t.Errorf("text of %d bytes, want %d: %.80q", len(l.Text), len(tc.text), l.Text)
				}
				switch {
				case tc.fails == "" && l.Finish == nil:
					t.Errorf("%+v", l.Failure)
				case tc.fails != "" && (l.Failure == nil || l.Failure.ErrorType != tc.fails || !strings.Contains(l.Failure.Message, tc.says) || !l.Failure.Retryable && name != "JSON for ever"):
					t.Errorf("failure %+v, finish %+v", l.Failure, l.Finish)
				}
			})
		}
	})
	noLeak(t, before)
}

// halfClosed ends what it says but goes on listening.
func halfClosed(parts ...string) func(*wireServer, *net.TCPConn) {
	return func(s *wireServer, c *net.TCPConn) {
		says(parts...)(s, c)
		_ = c.CloseWrite()
		s.untilGone(c)
	}
}

// noLeak waits for goroutines to end.
func noLeak(t *testing.T, before int) {
	t.Helper()
	http.DefaultClient.CloseIdleConnections()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		n := runtime.NumGoroutine()
		if n <= before {
			return
		}
		if time.Now().After(deadline) {
			buf := make([]byte, 1<<16)
			t.Errorf("%d goroutines, %d before:\n%s", n, before, buf[:runtime.Stack(buf, true)])
			return
		}
	}
}

func TestNoConnection(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Run("ways", func(t *testing.T) {
		closed, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		closed.Close()
		secure := httptest.NewTLSServer(http.NotFoundHandler())
		secure.Config.ErrorLog = log.New(io.Discard, "", 0)
		t.Cleanup(secure.Close)
		plain := listen(t, says())
		for name, tc := range map[string]struct {
			url   string
			dial  func(context.Context, string, string) (net.Conn, error)
			fails chat.ErrorType
			says  string
		}{
			"refused":                {"http://" + closed.Addr().String(), nil, chat.ErrUnavailable, "connection refused"},
			"no such host":           {"http://nowhere.invalid", nil, chat.ErrUnavailable, "host not found: nowhere.invalid"},
			"certificate of nobody":  {secure.URL, nil, chat.ErrUnavailable, "TLS: x509: certificate"},
			"no TLS":                 {strings.Replace(plain.url, "http:", "https:", 1), nil, chat.ErrUnavailable, ""},
			"connection never comes": {"http://127.0.0.1:9", hang, chat.ErrTimeout, "no connection within 1s"},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				e := newSocketEngine(t, tc.url, func(o *engine.Options) {
					tr := engine.NewTransport()
					if tc.dial != nil {
						tr.DialContext, o.Timeouts.Connect = tc.dial, time.Second
					}
					o.Transport = tr
				})
				s, _ := drain(e.Start(t.Context(), engine.Spec{}, lane(0, "m/solo")))
				f := s.Lanes[0].Failure
				if f == nil || f.ErrorType != tc.fails || !strings.Contains(f.Message, tc.says) || strings.Contains(f.Message, "key-of") || f.Provider != "primary" {
					t.Errorf("%+v", f)
				}
			})
		}
	})
	noLeak(t, before)
}

func hang(ctx context.Context, _, _ string) (net.Conn, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}
