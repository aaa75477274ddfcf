// Package demotest gives tests a demo provider in memory: no port, no real time.
// It works inside a testing/synctest bubble, where the delays of the server and the
// timers of its client pass in virtual time.
package demotest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"

	"assay/internal/demo"
)

// BaseURL is what clients of Start use as base URL of all three formats.
const BaseURL = "http://demo.invalid/v1"

// Start serves a demo provider in memory until the test ends. The client reaches
// it, and nothing else, under any host name.
func Start(t testing.TB, opt demo.Options) (*demo.Server, *http.Client) {
	t.Helper()
	s, err := demo.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	l := &listener{conns: make(chan net.Conn), done: make(chan struct{})}
	var serving sync.WaitGroup
	serving.Go(func() {
		if err := s.Serve(l); err != nil {
			t.Error(err)
		}
	})
	transport := &http.Transport{
		DialContext:        func(ctx context.Context, _, _ string) (net.Conn, error) { return l.dial(ctx) },
		DisableCompression: true,
	}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		serving.Wait()
	})
	return s, &http.Client{Transport: transport}
}

// listener hands the server one end of a pipe for every dial.
type listener struct {
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func (l *listener) dial(ctx context.Context) (net.Conn, error) {
	near, far := net.Pipe()
	var err error
	select {
	case l.conns <- far:
		return near, nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-l.done:
		err = errors.New("demotest: connection refused: the server is closed")
	}
	return nil, errors.Join(err, near.Close(), far.Close())
}

// Accept waits for the next dial.
func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

// Close ends Accept and all further dials.
func (l *listener) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

// Addr names the place, which is none.
func (l *listener) Addr() net.Addr { return address{} }

type address struct{}

func (address) Network() string { return "memory" }
func (address) String() string  { return "demo.invalid" }
