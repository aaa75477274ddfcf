package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// maxBody bounds a request: 32 MiB, enough for a panel of very long answers or a
// minute of audio.
const maxBody = 32 << 20

// Options shapes a server. The zero value answers at once, which suits tests.
type Options struct {
	// Speed multiplies the pace: 1 is lifelike, 2 twice as fast, 0 without any delay.
	// Waits that are a fault themselves (demo/slow, demo/stall, demo/keepalive) are
	// divided by Speed and keep their full length at 0.
	Speed float64
	// Seed varies ids, jitter and the choices of improvised answers.
	Seed uint64
	// Faults breaks models that are otherwise sound, by the name the request gives.
	Faults map[string]Fault
	// Addr is where Start listens; "" is a free port of 127.0.0.1.
	Addr string
}

// Fault makes a model behave like one of the fault models.
type Fault struct {
	Kind  string // name of a fault model without its prefix: "ratelimited", "cut", "slow", …
	First int    // only for this many requests to the model; 0: always
}

// Server is the demo provider. It is safe for concurrent use.
type Server struct {
	opt     Options
	scripts []*script
	http    *http.Server
	handler http.Handler
	log     requestLog

	life   context.Context // ends with Close; every request's context ends with it
	cancel context.CancelFunc
	mu     sync.Mutex
	closed bool
	url    string
	broken map[string]int // how often a fault of Options was shown, by model
	busy   sync.WaitGroup // requests being answered and the accept loop
}

// New makes a server that listens nowhere yet: hand it a listener with Serve, or
// mount Handler. It fails when Options names an unknown fault.
func New(opt Options) (*Server, error) {
	for model, f := range opt.Faults {
		if _, known := faults[f.Kind]; !known {
			return nil, fmt.Errorf("demo: model %s: no fault is called %q", model, f.Kind)
		}
	}
	scripts, err := loadScripts()
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{opt: opt, scripts: scripts, life: ctx, cancel: cancel, broken: map[string]int{}}
	s.handler = s.routes()
	s.http = &http.Server{Handler: s.handler, ReadHeaderTimeout: 30 * time.Second}
	return s, nil
}

// Start makes a server and serves it on loopback until Close.
func Start(opt Options) (*Server, error) {
	s, err := New(opt)
	if err != nil {
		return nil, err
	}
	addr := opt.Addr
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		s.cancel()
		return nil, fmt.Errorf("demo: %w", err)
	}
	s.setURL(l)
	s.busy.Go(func() { _ = s.http.Serve(l) }) // ends with Close; its error says only that
	return s, nil
}

// Serve answers on l until Close, after which it returns nil. The listener may be
// one in memory, for tests in virtual time.
func (s *Server) Serve(l net.Listener) error {
	s.setURL(l)
	if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("demo: %w", err)
	}
	return nil
}

func (s *Server) setURL(l net.Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.url = "http://" + l.Addr().String()
}

// URL is the root without a slash at its end, "" before the server listens. The
// base URL of all three formats is URL() + "/v1".
func (s *Server) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.url
}

// Handler answers requests without a listener. Faults that cut the connection need
// a real one; without it the answer just ends.
func (s *Server) Handler() http.Handler { return s.handler }

// Close ends every answer at once, closes the listener and waits for all
// goroutines of the server. It may be called more than once.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	err := s.http.Close()
	s.busy.Wait()
	return err
}

// enter counts a request as being answered; it reports false once Close was called.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.busy.Add(1)
	return true
}

// routes is the table of paths.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /v1/chat/completions", s.answers(chatFormat{}))
	mux.Handle("POST /v1/messages", s.answers(messagesFormat{}))
	mux.Handle("POST /v1/responses", s.answers(responsesFormat{}))
	mux.HandleFunc("POST /v1/audio/speech", s.speech)
	mux.HandleFunc("POST /v1/audio/transcriptions", s.transcription)
	mux.HandleFunc("GET /v1/audio/voices", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, object{"voices": []string{"tune"}})
	})
	mux.HandleFunc("GET /v1/models", s.listModels)
	mux.HandleFunc("GET /v1/models/{id...}", s.showModel)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fail(w, formatOf(r), &failure{status: http.StatusNotFound, kind: kindNotFound,
			message: "Unknown request URL: " + r.Method + " " + r.URL.Path})
	})
	return s.guarded(mux)
}

// guarded reads the body, records the request and keeps Close waiting for it.
func (s *Server) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !s.enter() {
			http.Error(w, "closed", http.StatusServiceUnavailable)
			return
		}
		defer s.busy.Done()
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			fail(w, formatOf(r), &failure{status: http.StatusRequestEntityTooLarge, kind: kindTooLarge,
				message: fmt.Sprintf("The request could not be read or is larger than %d bytes.", maxBody)})
			return
		}
		s.log.add(r, body)
		ctx, cancel := context.WithCancel(context.WithValue(r.Context(), bodyKey{}, body))
		defer cancel()
		defer context.AfterFunc(s.life, cancel)()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

type bodyKey struct{}

// bodyOf is the body that guarded has read.
func bodyOf(r *http.Request) []byte {
	body, _ := r.Context().Value(bodyKey{}).([]byte)
	return body
}

// faultFor is the fault to show for one request to model: the model's own, or the
// one Options gives it. Counting happens here, so call it once a request.
func (s *Server) faultFor(model string) (fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f, ok := s.opt.Faults[model]; ok && (f.First == 0 || s.broken[model] < f.First) {
		s.broken[model]++
		return faults[f.Kind], true
	}
	name, isDemo := trimPrefix(model)
	f, ok := faults[name]
	return f, ok && isDemo
}
