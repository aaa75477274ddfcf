package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/catalog"
	"assay/engine"
	"assay/engine/chat"
	"assay/engine/provider"
	"assay/engine/route"
	"assay/internal/secret"
	"assay/internal/usd"
)

// upstreams is a set of scripted servers as an http.RoundTripper: it works under
// virtual time, where real sockets do not. Host names are provider names.
type upstreams struct {
	mu      sync.Mutex
	scripts map[string]func(n int) reply // n counts requests to that host from 1
	calls   map[string][]call
	open    int // bodies not closed yet
}

type call struct {
	at   time.Time
	body map[string]any
	auth string
}

// reply is one scripted answer.
type reply struct {
	after  time.Duration // before the headers
	status int           // 0: 200
	header map[string]string
	parts  []part
	fail   error  // instead of an answer
	read   func() // called when all parts have been read
}

// part is a piece of a body: it comes after a pause, or the body breaks there.
type part struct {
	after time.Duration
	data  string
	cut   error
	hang  bool // never again anything
}

func (u *upstreams) RoundTrip(req *http.Request) (*http.Response, error) {
	host := req.URL.Hostname()
	raw, _ := io.ReadAll(req.Body)
	var body map[string]any
	_ = json.Unmarshal(raw, &body)
	u.mu.Lock()
	script := u.scripts[host]
	u.calls[host] = append(u.calls[host], call{time.Now(), body, req.Header.Get("Authorization")})
	n := len(u.calls[host])
	u.mu.Unlock()
	if script == nil {
		return nil, fmt.Errorf("no script for %s", host)
	}
	r := script(n)
	if err := pause(req.Context(), r.after); err != nil {
		return nil, err
	}
	if r.fail != nil {
		return nil, r.fail
	}
	resp := &http.Response{StatusCode: r.status, Header: http.Header{"Content-Type": {"text/event-stream"}}, Request: req}
	if r.status == 0 {
		resp.StatusCode = 200
	}
	for k, v := range r.header {
		resp.Header.Set(k, v)
	}
	u.mu.Lock()
	u.open++
	u.mu.Unlock()
	resp.Body = &scripted{ctx: req.Context(), parts: r.parts, read: r.read, closed: sync.OnceFunc(func() { u.mu.Lock(); u.open--; u.mu.Unlock() })}
	return resp, nil
}

func (u *upstreams) count(host string) int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.calls[host])
}

func pause(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

type scripted struct {
	ctx    context.Context
	parts  []part
	read   func()
	closed func()
}

func (s *scripted) Read(p []byte) (int, error) {
	for {
		if len(s.parts) == 0 {
			return 0, io.EOF
		}
		head := &s.parts[0]
		if err := pause(s.ctx, head.after); err != nil {
			return 0, err
		}
		head.after = 0
		switch {
		case head.hang:
			<-s.ctx.Done()
			return 0, s.ctx.Err()
		case head.cut != nil:
			return 0, head.cut
		case head.data == "":
			s.parts = s.parts[1:]
			continue
		}
		n := copy(p, head.data)
		head.data = head.data[n:]
		if s.read != nil && head.data == "" && len(s.parts) == 1 {
			s.read()
		}
		return n, nil
	}
}

func (s *scripted) Close() error { s.closed(); return nil }

// text is one chunk of an OpenAI stream; a pause before it is optional.
func text(s string, after ...time.Duration) part {
	b, _ := json.Marshal(s)
	return frame(fmt.Sprintf(`{"id":"gen-1","model":"m-real","choices":[{"index":0,"delta":{"content":%s}}]}`, b), after...)
}

func frame(data string, after ...time.Duration) part {
	p := part{data: "data: " + data + "\n\n"}
	if len(after) > 0 {
		p.after = after[0]
	}
	return p
}

// done ends a stream well, with usage.
func done() part {
	return part{data: `data: {"id":"gen-1","model":"m-real","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}` + "\n\ndata: [DONE]\n\n"}
}

func answers(words ...string) reply {
	r := reply{}
	for _, w := range words {
		r.parts = append(r.parts, text(w))
	}
	r.parts = append(r.parts, done())
	return r
}

func always(r reply) func(int) reply {
	return func(int) reply {
		r := r
		r.parts = slices.Clone(r.parts)
		return r
	}
}

func status(code int, message string, header map[string]string) reply {
	b, _ := json.Marshal(map[string]any{"error": map[string]any{"message": message, "code": code}})
	return reply{status: code, header: header, parts: []part{{data: string(b)}}}
}

// rig is an engine in front of scripted upstreams. Its one model "m/one" is served by
// "primary" and "fallback", tried in that order; "m/two" only by "other".
type rig struct {
	*engine.Engine
	up *upstreams
}

func newRig(t *testing.T, scripts map[string]func(int) reply, change func(*engine.Options)) rig {
	t.Helper()
	up := &upstreams{scripts: scripts, calls: map[string][]call{}}
	cat := catalog.New([]*catalog.Model{
		{ID: "m/one", Author: "m", Output: catalog.Text, Input: catalog.Text, Endpoints: []catalog.Endpoint{endpoint("m/one", "primary"), endpoint("m/one", "fallback")}},
		{ID: "m/two", Author: "m", Output: catalog.Text, Input: catalog.Text, Endpoints: []catalog.Endpoint{endpoint("m/two", "other")}},
		{ID: "m/solo", Author: "m", Output: catalog.Text, Input: catalog.Text, Endpoints: []catalog.Endpoint{endpoint("m/solo", "primary")}},
	}, catalog.Source{Name: "test"})
	var list []*provider.Provider
	for _, name := range []string{"primary", "fallback", "other"} {
		list = append(list, &provider.Provider{Name: name, Format: "openai", BaseURL: "http://" + name, Key: secret.New("key-of-" + name)})
	}
	set := provider.NewSet(list...)
	opt := engine.Options{
		Catalog: func() *catalog.Catalog { return cat }, Providers: func() *provider.Set { return set },
		Prefs: route.Preferences{Order: []string{"primary", "fallback"}}, Transport: up,
	}
	if change != nil {
		change(&opt)
	}
	e := engine.New(opt)
	t.Cleanup(func() {
		e.Close()
		up.mu.Lock()
		defer up.mu.Unlock()
		if up.open != 0 {
			t.Errorf("%d upstream bodies were not closed", up.open)
		}
	})
	return rig{e, up}
}

func endpoint(model, name string) catalog.Endpoint {
	e := catalog.Endpoint{Model: model, Provider: name, Tag: name, Upstream: "native-" + name, Context: 100_000, MaxOutput: 4000, Input: catalog.Text}
	e.Prices.Prompt, e.Prices.Completion = usd.Known(usd.MustParse("0.000001")), usd.Known(usd.MustParse("0.000002"))
	return e
}

func lane(n int, model string) engine.Lane {
	return engine.Lane{
		Spec:    chat.LaneSpec{Lane: n, Role: chat.RoleAnswer, Model: model},
		Request: chat.Request{Model: model, Messages: []chat.Message{chat.TextMessage(chat.User, "why is the sky blue?")}},
	}
}

// play runs lanes to their end and returns what a reader of the events sees.
func (r rig) play(t *testing.T, lanes ...engine.Lane) (*chat.State, []chat.Event) {
	t.Helper()
	return drain(r.Start(t.Context(), engine.Spec{Prompt: "why"}, lanes...))
}

func drain(run *engine.Run) (*chat.State, []chat.Event) {
	s, all := new(chat.State), []chat.Event(nil)
	for ev := range run.Events() {
		s.Apply(ev)
		all = append(all, ev)
	}
	return s, all
}

// trail is the lane's attempts in short: "primary:429 fallback:started".
func trail(s *chat.State, lane int) string {
	var out []string
	for _, a := range s.Lanes[lane].Attempts {
		word := string(a.Outcome)
		if a.Outcome == chat.AttemptFailed {
			word = string(a.ErrorType)
		}
		out = append(out, a.Endpoint+":"+word)
	}
	return strings.Join(out, " ")
}
