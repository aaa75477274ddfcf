package engine_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	goopenai "github.com/sashabaranov/go-openai" //nolint:depguard // what the engine is measured against

	"assay/engine"
	"assay/engine/chat"
)

// overheadTokens is the length of the answers that are measured.
const overheadTokens = 2000

// overheadStream is an answer as gateways send it, one piece for every read.
func overheadStream(tokens int) [][]byte {
	const head = `data: {"id":"gen-1753242299-QZRAt5HJHd1ptY8sdS0s","provider":"Novita","model":"moonshotai/kimi-k2","object":"chat.completion.chunk","created":1753242299,"choices":[{"index":0,"delta":{"role":"assistant","content":`
	const tail = `},"finish_reason":null,"native_finish_reason":null,"logprobs":null}]}` + "\n\n"
	var out [][]byte
	for range tokens {
		out = append(out, []byte(head+`" token"`+tail))
	}
	return append(out, []byte(done().data))
}

// pieces is a body and the transport that always answers with it.
type pieces struct {
	all  [][]byte
	rest []byte
	gate chan struct{} // where set, nothing follows the first piece until it is closed
	read bool
}

func (p *pieces) RoundTrip(req *http.Request) (*http.Response, error) {
	_, _ = io.Copy(io.Discard, req.Body)
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/event-stream"}}, Request: req,
		Body: io.NopCloser(&pieces{all: p.all, gate: p.gate}),
	}, nil
}

func (p *pieces) Read(b []byte) (int, error) {
	if p.read && p.gate != nil {
		<-p.gate
	}
	p.read = true
	if len(p.rest) == 0 {
		if len(p.all) == 0 {
			return 0, io.EOF
		}
		p.rest, p.all = p.all[0], p.all[1:]
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// bare is the loop anybody would write: net/http, a scanner, and a struct of what is
// needed. first is called at the first token.
func bare(tb testing.TB, client *http.Client, tokens int, first func()) {
	resp, err := client.Post("http://primary/chat/completions", "application/json", strings.NewReader(`{"model":"m","stream":true}`))
	if err != nil {
		tb.Fatal(err)
	}
	defer resp.Body.Close()
	var text strings.Builder
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		data, ok := bytes.CutPrefix(lines.Bytes(), []byte("data: "))
		if !ok || string(data) == "[DONE]" {
			continue
		}
		var chunk struct {
			ID      string `json:"id"`
			Model   string `json:"model"`
			Choices []struct {
				Delta struct {
					Content string `json:"content"`
				} `json:"delta"`
				FinishReason string `json:"finish_reason"`
			} `json:"choices"`
			Usage *struct {
				PromptTokens     int `json:"prompt_tokens"`
				CompletionTokens int `json:"completion_tokens"`
			} `json:"usage"`
		}
		if err := json.Unmarshal(data, &chunk); err != nil {
			tb.Fatal(err)
		}
		for _, c := range chunk.Choices {
			if text.Len() == 0 {
				first()
			}
			text.WriteString(c.Delta.Content)
		}
	}
	if text.Len() != tokens*len(" token") {
		tb.Fatalf("%d bytes", text.Len())
	}
}

func withGoOpenAI(tb testing.TB, client *goopenai.Client) {
	s, err := client.CreateChatCompletionStream(context.Background(), goopenai.ChatCompletionRequest{Model: "m"})
	if err != nil {
		tb.Fatal(err)
	}
	defer s.Close()
	var text strings.Builder
	for {
		chunk, err := s.Recv()
		if err == io.EOF {
			break
		}
		if err != nil {
			tb.Fatal(err)
		}
		for _, c := range chunk.Choices {
			text.WriteString(c.Delta.Content)
		}
	}
	if text.Len() != overheadTokens*len(" token") {
		tb.Fatalf("%d bytes", text.Len())
	}
}

// throughEngine runs a whole lane: planned, timed, billed, and read as events.
func throughEngine(tb testing.TB, e *engine.Engine, tokens int, first func()) {
	text := 0
	for ev := range e.Start(context.Background(), engine.Spec{}, lane(0, "m/solo")).Events() {
		if b, ok := ev.Body.(chat.Text); ok {
			if text == 0 {
				first()
			}
			text += len(b.Text)
		}
	}
	if text != tokens*len(" token") {
		tb.Fatalf("%d bytes", text)
	}
}

// cpu is the time this process has used on any core: other processes do not show in it.
func cpu(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkOverhead measures the CPU of a streamed token through the whole engine
// against a bare loop over the same bytes and against go-openai, in turns. It keeps to
// one core: what is compared is the work, not how two threads share a core.
func BenchmarkOverhead(b *testing.B) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	body := &pieces{all: overheadStream(overheadTokens)}
	client := &http.Client{Transport: body}
	config := goopenai.DefaultConfig("")
	config.HTTPClient = client
	other := goopenai.NewClientWithConfig(config)
	e := newSocketEngine(b, "http://primary", func(o *engine.Options) { o.Transport = body })
	var spent [3]time.Duration
	for b.Loop() {
		at := [4]time.Duration{cpu(b)}
		bare(b, client, overheadTokens, func() {})
		at[1] = cpu(b)
		withGoOpenAI(b, other)
		at[2] = cpu(b)
		throughEngine(b, e, overheadTokens, func() {})
		at[3] = cpu(b)
		for i := range spent {
			spent[i] += at[i+1] - at[i]
		}
	}
	perToken := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / float64(b.N) / overheadTokens }
	b.ReportMetric(perToken(spent[0]), "bare-ns/token")
	b.ReportMetric(perToken(spent[1]), "goopenai-ns/token")
	b.ReportMetric(perToken(spent[2]), "engine-ns/token")
	b.ReportMetric(float64(spent[2])/float64(spent[0]), "engine/bare")
	b.ReportMetric(float64(spent[2])/float64(spent[1]), "engine/goopenai")
}

// BenchmarkFirstToken measures what the engine adds to the time to first token: the
// plan, the reservation, the goroutines, and the way through the channel.
func BenchmarkFirstToken(b *testing.B) {
	body := &pieces{all: overheadStream(5)}
	client := &http.Client{Transport: body}
	e := newSocketEngine(b, "http://primary", func(o *engine.Options) { o.Transport = body })
	until := func(run func(first func())) (d time.Duration) {
		body.gate = make(chan struct{})
		begin := time.Now()
		run(func() { d = time.Since(begin); close(body.gate) })
		return d
	}
	var added []time.Duration
	for b.Loop() {
		plain := until(func(first func()) { bare(b, client, 5, first) })
		added = append(added, until(func(first func()) { throughEngine(b, e, 5, first) })-plain)
	}
	slices.Sort(added)
	b.ReportMetric(added[len(added)/2].Seconds()*1000, "p50-ms-added")
	b.ReportMetric(added[len(added)*99/100].Seconds()*1000, "p99-ms-added")
}
