package audio_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"assay/catalog"
	"assay/engine"
	"assay/engine/audio"
	"assay/engine/chat"
	"assay/engine/provider"
	"assay/engine/route"
	"assay/internal/demo"
	"assay/internal/secret"
	"assay/internal/usd"
)

const key = "sk-test-0123456789abcdefghijklmnop"

// answer is one scripted answer of an upstream.
type answer struct {
	status int
	header map[string]string
	body   string
	hang   bool // until the caller goes away
}

// bench is an engine over scripted upstreams. Host names are provider names.
type bench struct {
	*engine.Engine
	mu      sync.Mutex
	script  map[string][]answer // the last one repeats
	asked   []string            // hosts in order
	bodies  [][]byte
	types   []string
	gone    int // requests whose caller went away
	records []engine.Record
}

// RoundTrip implements http.RoundTripper.
func (b *bench) RoundTrip(req *http.Request) (*http.Response, error) {
	host := req.URL.Hostname()
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
	}
	b.mu.Lock()
	n := 0
	for _, h := range b.asked {
		if h == host {
			n++
		}
	}
	b.asked = append(b.asked, host)
	b.bodies, b.types = append(b.bodies, body), append(b.types, req.Header.Get("Content-Type"))
	list := b.script[host]
	b.mu.Unlock()
	if req.Header.Get("Authorization") != "Bearer "+key {
		return nil, errors.New("no key")
	}
	a := list[min(n, len(list)-1)]
	if a.hang {
		<-req.Context().Done()
		b.mu.Lock()
		b.gone++
		b.mu.Unlock()
		return nil, req.Context().Err()
	}
	resp := &http.Response{StatusCode: a.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(a.body)), Request: req}
	for k, v := range a.header {
		resp.Header.Set(k, v)
	}
	return resp, nil
}

func newBench(t *testing.T, opt engine.Options, script map[string][]answer, eps ...catalog.Endpoint) *bench {
	t.Helper()
	b := &bench{script: script}
	var list []*provider.Provider
	for _, ep := range eps {
		list = append(list, &provider.Provider{Name: ep.Provider, Format: "openai", BaseURL: "http://" + ep.Provider + "/v1", Key: secret.New(key)})
	}
	set := provider.NewSet(list...)
	voice := &catalog.Model{ID: "x/voice", Output: catalog.Speech}
	ear := &catalog.Model{ID: "x/ear", Input: catalog.Audio, Output: catalog.Transcription}
	text := &catalog.Model{ID: "x/text", Output: catalog.Text}
	for _, m := range []*catalog.Model{voice, ear, text} {
		for _, ep := range eps {
			ep.Model, ep.Tag = m.ID, ep.Provider
			if ep.Upstream == "" {
				ep.Upstream = "up-" + m.Name
			}
			m.Endpoints = append(m.Endpoints, ep)
		}
	}
	cat := catalog.New([]*catalog.Model{voice, ear, text}, catalog.Source{Name: "test"})
	opt.Catalog = func() *catalog.Catalog { return cat }
	opt.Providers = func() *provider.Set { return set }
	opt.Transport = b
	opt.Record = func(r engine.Record) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.records = append(b.records, r)
	}
	b.Engine = engine.New(opt)
	return b
}

func inOrder(names ...string) route.Preferences { return route.Preferences{Order: names} }

func ep(name string) catalog.Endpoint { return catalog.Endpoint{Provider: name} }

const (
	sound   = "ID3 some sound"
	limited = `{"error":{"message":"slow down, ` + key + `","code":"rate_limit_exceeded"}}`
)

func TestSpeakFailsOver(t *testing.T) {
	for _, tt := range []struct {
		name  string
		first answer
		asked string
		fails chat.ErrorType
	}{
		{"rate limit", answer{status: 429, body: limited}, "a b", ""},
		{"key refused", answer{status: 401, body: `{"error":{"message":"bad key"}}`}, "a b", ""},
		{"no such path there", answer{status: 404, body: "404 page not found"}, "a b", ""},
		{"server error", answer{status: 500, body: "oops"}, "a b", ""},
		{"empty answer", answer{status: 200}, "a b", ""},
		{"page with a good status", answer{status: 200, body: "<html>login</html>"}, "a b", ""},
		{"error with a good status", answer{status: 200, body: `{"error":{"message":"overloaded","code":503}}`}, "a b", ""},
		{"another format", answer{status: 200, body: "RIFF1234WAVE"}, "a b", ""},
		{"redirect", answer{status: 302, header: map[string]string{"Location": "http://evil/"}}, "a b", ""},
		{"the caller's mistake", answer{status: 400, body: `{"error":{"message":"Invalid 'voice'","type":"invalid_request_error"}}`}, "a", chat.ErrInvalidRequest},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, engine.Options{}, map[string][]answer{"a": {tt.first}, "b": {{status: 200, body: sound}}}, ep("a"), ep("b"))
				got, err := audio.Speak(t.Context(), b.Engine, audio.SpeechRequest{Model: "x/voice", Text: "hello", Prefs: inOrder("a", "b")})
				if asked := strings.Join(b.asked, " "); asked != tt.asked {
					t.Errorf("asked %s, want %s", asked, tt.asked)
				}
				if len(b.records) != 1 || b.records[0].Failure != tt.fails || b.records[0].Tries != len(b.asked) {
					t.Errorf("ledger %+v", b.records)
				}
				var ce *engine.CallError
				switch {
				case tt.fails == "" && (err != nil || string(got.Audio) != sound || got.Provider != "b" || got.Tries != 2):
					t.Errorf("got %+v, %v", got, err)
				case tt.fails == "" && got.Cost.Source != chat.CostUnknown:
					t.Errorf("cost %+v, want unknown", got.Cost)
				case tt.fails != "" && (!errors.As(err, &ce) || ce.Reason.Type != tt.fails):
					t.Errorf("error %v, want %s", err, tt.fails)
				}
			})
		})
	}
}

func TestSpeakRequest(t *testing.T) {
	b := newBench(t, engine.Options{}, map[string][]answer{"a": {{status: 200, body: "RIFF1234WAVE", header: map[string]string{"X-Generation-Id": "gen-1"}}}}, ep("a"))
	got, err := audio.Speak(t.Context(), b.Engine, audio.SpeechRequest{Model: "x/voice", Text: "hello", Voice: "nova", Format: "wav", Speed: 1.5})
	if err != nil || got.ID != "gen-1" {
		t.Fatalf("%+v, %v", got, err)
	}
	want := `{"model":"up-","input":"hello","voice":"nova","response_format":"wav","speed":1.5}`
	if s := strings.TrimSpace(string(b.bodies[0])); s != want {
		t.Errorf("sent %s\nwant %s", s, want)
	}
}

// Keys never come back out of an error, and an exhausted plan says the last reason.
func TestErrorsHoldNoKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, engine.Options{}, map[string][]answer{"a": {{status: 429, body: limited}}}, ep("a"))
		_, err := audio.Speak(t.Context(), b.Engine, audio.SpeechRequest{Model: "x/voice", Text: "hello"})
		var ce *engine.CallError
		if !errors.As(err, &ce) || ce.Reason.Type != chat.ErrRateLimit || ce.Reason.Provider != "a" {
			t.Fatalf("error %v", err)
		}
		if strings.Contains(err.Error(), key) || strings.Contains(ce.Reason.Raw, key) {
			t.Errorf("the key shows: %v", err)
		}
		if len(b.asked) != 2 {
			t.Errorf("%d requests, want a second one after a pause", len(b.asked))
		}
	})
}

func TestTimeoutsAndCancel(t *testing.T) {
	t.Run("a silent endpoint is left", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, engine.Options{}, map[string][]answer{"a": {{hang: true}}, "b": {{status: 200, body: sound}}}, ep("a"), ep("b"))
			got, err := audio.Speak(t.Context(), b.Engine, audio.SpeechRequest{Model: "x/voice", Text: "hello", Prefs: inOrder("a", "b")})
			if err != nil || got.Provider != "b" || b.gone != 1 {
				t.Errorf("%+v, %v, %d left", got, err, b.gone)
			}
		})
	})
	t.Run("a caller who leaves", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t, engine.Options{}, map[string][]answer{"a": {{hang: true}}, "b": {{status: 200, body: sound}}}, ep("a"), ep("b"))
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(3*time.Second, cancel)
			_, err := audio.Speak(ctx, b.Engine, audio.SpeechRequest{Model: "x/voice", Text: "hello", Prefs: inOrder("a", "b")})
			if !errors.Is(err, &chat.Error{Type: chat.ErrCancelled}) || b.gone != 1 || len(b.asked) != 1 {
				t.Errorf("%v, %d left, asked %v", err, b.gone, b.asked)
			}
			if len(b.records) != 1 || b.records[0].Failure != chat.ErrCancelled {
				t.Errorf("ledger %+v", b.records)
			}
		})
	})
}

// A caller who leaves closes the upstream's socket.
func TestCancelClosesTheSocket(t *testing.T) {
	arrived, closed := make(chan struct{}), make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		close(arrived)
		<-r.Context().Done()
		close(closed)
	}))
	defer srv.Close()
	set := provider.NewSet(&provider.Provider{Name: "a", Format: "openai", BaseURL: srv.URL, Keyless: true})
	cat := catalog.New([]*catalog.Model{{ID: "x/ear", Output: catalog.Transcription, Endpoints: []catalog.Endpoint{{Model: "x/ear", Provider: "a", Tag: "a", Upstream: "ear"}}}}, catalog.Source{})
	e := engine.New(engine.Options{Catalog: func() *catalog.Catalog { return cat }, Providers: func() *provider.Set { return set }})
	defer e.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	_, err := audio.Transcribe(ctx, e, audio.TranscriptionRequest{Model: "x/ear", Audio: []byte(sound)})
	if !errors.Is(err, &chat.Error{Type: chat.ErrCancelled}) {
		t.Fatalf("error %v", err)
	}
	select {
	case <-closed:
	case <-time.After(5 * time.Second):
		t.Fatal("the upstream still waits")
	}
}

func price(s string) usd.Price {
	p, err := usd.ParsePrice(s)
	if err != nil {
		panic(err)
	}
	return p
}

func TestCosts(t *testing.T) {
	byCharacter := catalog.Endpoint{Provider: "openrouter", Prices: catalog.Prices{Prompt: price("0.000015"), Completion: price("0")}}
	b := newBench(t, engine.Options{}, map[string][]answer{"openrouter": {{status: 200, body: sound}}}, byCharacter)
	got, err := audio.Speak(t.Context(), b.Engine, audio.SpeechRequest{Model: "x/voice", Text: "häuser"})
	if err != nil || got.Cost.USD.String() != "0.00009" || got.Cost.Source != chat.CostCatalog {
		t.Errorf("six characters: %+v, %v", got.Cost, err)
	}
	for _, tt := range []struct {
		usage, usd string
		source     chat.CostSource
	}{
		{`{"seconds":3,"input_tokens":0,"output_tokens":0,"cost":0.000508}`, "0.000508", chat.CostProvider},
		{`{"type":"tokens","input_tokens":100,"output_tokens":10,"input_token_details":{"audio_tokens":90}}`, "0.00101", chat.CostCatalog}, // 10 text and 90 audio tokens in, 10 out
		{`{"type":"duration","seconds":9}`, "0", chat.CostUnknown},
	} {
		tokens := catalog.Endpoint{Provider: "a", Prices: catalog.Prices{Prompt: price("0.000001"), Completion: price("0.00001"), AudioPrompt: price("0.00001")}}
		b := newBench(t, engine.Options{}, map[string][]answer{"a": {{status: 200, body: `{"text":"hi","usage":` + tt.usage + `}`}}}, tokens)
		got, err := audio.Transcribe(t.Context(), b.Engine, audio.TranscriptionRequest{Model: "x/ear", Audio: []byte(sound)})
		if err != nil || got.Cost.USD.String() != tt.usd || got.Cost.Source != tt.source {
			t.Errorf("%s: %s %s, %v; want %s %s", tt.usage, got.Cost.USD, got.Cost.Source, err, tt.usd, tt.source)
		}
	}
}

// A cap is kept by refusing what it may not pay for, and what has no price.
func TestCaps(t *testing.T) {
	priced := catalog.Endpoint{Provider: "openrouter", Prices: catalog.Prices{Prompt: price("0.01"), Completion: price("0")}}
	for name, b := range map[string]*bench{
		"too dear": newBench(t, engine.Options{DayCap: price("0.04")}, nil, priced),
		"unpriced": newBench(t, engine.Options{DayCap: price("100")}, nil, ep("a")),
	} {
		_, err := audio.Speak(t.Context(), b.Engine, audio.SpeechRequest{Model: "x/voice", Text: "hello"})
		if !errors.Is(err, &chat.Error{Type: chat.ErrBudget}) || len(b.asked) != 0 {
			t.Errorf("%s: %v, asked %v", name, err, b.asked)
		}
	}
}

func TestModelsOfAnotherKind(t *testing.T) {
	b := newBench(t, engine.Options{}, nil, ep("a"))
	_, err := audio.Speak(t.Context(), b.Engine, audio.SpeechRequest{Model: "x/text", Text: "hello"})
	if err == nil || !strings.Contains(err.Error(), "x/text gives text, not speech; these do: x/voice") {
		t.Errorf("error %v", err)
	}
	// What a gateway does not promise, a policy does not get.
	b = newBench(t, engine.Options{}, nil, ep("openrouter"))
	_, err = audio.Speak(t.Context(), b.Engine, audio.SpeechRequest{Model: "x/voice", Text: "hello", Prefs: route.Preferences{ZDR: true}})
	if !errors.Is(err, &chat.Error{Type: chat.ErrNoEndpoints}) || len(b.asked) != 0 {
		t.Errorf("zdr: %v, asked %v", err, b.asked)
	}
}

func TestChecks(t *testing.T) {
	for _, tt := range []struct {
		req  audio.SpeechRequest
		want string
	}{
		{audio.SpeechRequest{Text: " \n"}, "no text"},
		{audio.SpeechRequest{Text: "x", Speed: 5}, "not between 0.25 and 4"},
		{audio.SpeechRequest{Text: "x", Format: "mid"}, "it can be mp3, wav"},
		{audio.SpeechRequest{Text: strings.Repeat("x", 100_001)}, "100001 characters"},
		{audio.SpeechRequest{Text: "x", Speed: 4, Format: "opus"}, ""},
	} {
		check(t, tt.req.Check(), tt.want)
	}
	for _, tt := range []struct{ name, begins, want string }{
		{"a.mp3", "", "empty"},
		{"a.mp3", "ID3", ""},
		{"a.mpga", "\xff\xfb\x90", ""},
		{"a.wav", "RIFF1234WAVEfmt ", ""},
		{"a.wav", "ID3", "this is no wav file"},
		{"a.mp3", "#!/bin/sh", "this is no mp3 file"},
		{"a.m4a", "\x00\x00\x00\x20ftypM4A ", ""},
		{"a.ogg", "OggS", ""},
		{"a.txt", "ID3", ".txt files cannot be transcribed"},
		{"", "fLaC", ""},
		{"", "root:x:0", "no recording of a known format"},
		{"a.mp3", "ID3" + strings.Repeat("x", audio.MaxRecording), "at most 25 MB"},
	} {
		r := audio.TranscriptionRequest{Name: tt.name, Audio: []byte(tt.begins)}
		check(t, r.Check(), tt.want)
	}
	r := audio.TranscriptionRequest{Audio: []byte("ID3"), Language: "in German"}
	check(t, r.Check(), "is no language")
}

func check(t *testing.T, err error, want string) {
	t.Helper()
	if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
		t.Errorf("error %v, want %q", err, want)
	}
}

// The demo provider speaks, and hears what it spoke.
func TestDemo(t *testing.T) {
	srv, err := demo.Start(demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	set := provider.NewSet(&provider.Provider{Name: "demo", Format: "openai", BaseURL: srv.URL() + "/v1", Keyless: true, Demo: true})
	model := func(id string, out catalog.Modality) *catalog.Model {
		return &catalog.Model{ID: id, Output: out, Endpoints: []catalog.Endpoint{{Model: id, Provider: "demo", Tag: "demo", Upstream: id}}}
	}
	cat := catalog.New([]*catalog.Model{model("demo/lark", catalog.Speech), model("demo/owl", catalog.Transcription)}, catalog.Source{})
	e := engine.New(engine.Options{Catalog: func() *catalog.Catalog { return cat }, Providers: func() *provider.Set { return set }})
	defer e.Close()
	for _, format := range []string{"mp3", "wav", "pcm"} {
		s, err := audio.Speak(t.Context(), e, audio.SpeechRequest{Model: "demo/lark", Text: "one two three", Format: format})
		if err != nil || len(s.Audio) < 1000 || !s.Demo {
			t.Fatalf("%s: %d bytes, %v", format, len(s.Audio), err)
		}
		if format == "pcm" {
			continue
		}
		tr, err := audio.Transcribe(t.Context(), e, audio.TranscriptionRequest{Model: "demo/owl", Name: "x." + format, Audio: s.Audio})
		if err != nil || len(tr.Segments) != 3 || tr.Language != "english" || tr.Seconds <= 0 || !strings.Contains(tr.Text, "demo provider") {
			t.Errorf("%s: %+v, %v", format, tr, err)
		}
		if b, err := json.Marshal(tr.Segments[0]); err != nil || !strings.HasPrefix(string(b), `{"start":0,"end":2.6,"text":"This is`) {
			t.Errorf("segment %s, %v", b, err)
		}
	}
	if _, err := audio.Speak(t.Context(), e, audio.SpeechRequest{Model: "demo/lark", Text: "x", Format: "flac"}); err == nil || !strings.Contains(err.Error(), "'mp3', 'wav', and 'pcm'") {
		t.Errorf("refused format: %v", err)
	}
}
