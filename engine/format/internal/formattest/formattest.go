// Package formattest is for tests: it finds recorded answers of real providers and
// plays answers, recorded or not, through a codec the way the engine does.
package formattest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/engine/chat"
	"assay/engine/format"
	"assay/engine/format/sse"
	"assay/internal/shareddata"
)

// Recording is one recorded answer.
type Recording struct {
	File    string            `json:"file"`
	Kind    string            `json:"kind"`   // stream, chunks, json, error, endpoint
	Format  string            `json:"format"` // chat, messages, responses, or another endpoint
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`

	dir string
}

// All lists the recordings of a format ("" for all) and of the kinds given. The test
// is skipped where there are none.
func All(t testing.TB, wireFormat string, kinds ...string) []Recording {
	t.Helper()
	dir := filepath.Join(shareddata.Dir(t), "wire")
	var out []Recording
	for _, line := range lines(t, filepath.Join(dir, "index.jsonl")) {
		r := Recording{dir: dir}
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		for _, k := range kinds {
			if r.Kind == k && (wireFormat == "" || r.Format == wireFormat) {
				out = append(out, r)
			}
		}
	}
	return out
}

// Finals is what other people's code made of the recorded streams, by file. Streams
// it refused are nil.
func Finals(t testing.TB) map[string]json.RawMessage {
	t.Helper()
	out := map[string]json.RawMessage{}
	for _, line := range lines(t, filepath.Join(shareddata.Dir(t), "wire", "finals.jsonl")) {
		var f struct {
			File  string          `json:"file"`
			Final json.RawMessage `json:"final"`
		}
		if err := json.Unmarshal(line, &f); err != nil {
			t.Fatal(err)
		}
		if format.IsNull(f.Final) {
			f.Final = nil
		}
		out[f.File] = f.Final
	}
	return out
}

func lines(t testing.TB, file string) [][]byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Skipf("recordings are absent: %v", err)
	}
	return bytes.Split(bytes.TrimSpace(b), []byte("\n"))
}

// Body is the recorded bytes.
func (r Recording) Body(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(r.dir, r.File))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Header is the recorded header.
func (r Recording) Header() http.Header {
	h := http.Header{}
	for name, v := range r.Headers {
		h.Set(name, v)
	}
	return h
}

// Stream is the recorded event stream. Recordings of bare payloads are framed the way
// their format frames them.
func (r Recording) Stream(t testing.TB) []byte {
	t.Helper()
	body := r.Body(t)
	if r.Kind != "chunks" {
		return body
	}
	var out bytes.Buffer
	for _, line := range bytes.Split(bytes.TrimSpace(body), []byte("\n")) {
		if r.Format != "chat" {
			var head struct {
				Type string `json:"type"`
			}
			_ = json.Unmarshal(line, &head)
			fmt.Fprintf(&out, "event: %s\n", head.Type)
		}
		fmt.Fprintf(&out, "data: %s\n\n", line)
	}
	return out.Bytes()
}

// Outcome is an answer as the engine would fold it.
type Outcome struct {
	Text    string
	Thought string
	Tools   []chat.ToolRequest
	Result  format.Result
	Err     error
	Pieces  int // bodies emitted
}

// Error is the outcome's error as the engine's own kind, nil when there is none.
func (o *Outcome) Error(t testing.TB) *chat.Error {
	t.Helper()
	if o.Err == nil {
		return nil
	}
	e, ok := o.Err.(*chat.Error)
	if !ok {
		t.Fatalf("error %T (%v) is no *chat.Error", o.Err, o.Err)
	}
	return e
}

// Take folds one emitted body in.
func (o *Outcome) Take(t testing.TB, b chat.Body) {
	o.Pieces++
	switch b := b.(type) {
	case chat.Text:
		o.Text += b.Text
	case chat.Thought:
		o.Thought += b.Text
	case chat.ToolCall:
		for len(o.Tools) <= b.Index {
			o.Tools = append(o.Tools, chat.ToolRequest{})
		}
		c := &o.Tools[b.Index]
		if b.ID != "" {
			c.ID = b.ID
		}
		if b.Name != "" {
			c.Name = b.Name
		}
		c.Arguments += b.Arguments
	default:
		t.Fatalf("a codec must not emit %T", b)
	}
}

// Play decodes a stream that arrives in slices of n bytes.
func Play(t testing.TB, c format.Codec, stream []byte, n int) Outcome {
	t.Helper()
	var o Outcome
	s := c.NewStream()
	r := sse.NewReader(&slices{bytes.NewReader(stream), n})
	for !s.Done() {
		ev, err := r.Next()
		if err != nil {
			if err != io.EOF {
				t.Fatal(err)
			}
			break
		}
		if s.Event(ev, func(b chat.Body) { o.Take(t, b) }) != nil {
			break
		}
	}
	o.Result, o.Err = s.Close()
	return o
}

// PlayLines decodes payloads, one a line, each as an event without a name.
func PlayLines(t testing.TB, c format.Codec, payloads string) Outcome {
	t.Helper()
	var b strings.Builder
	for line := range strings.Lines(payloads) {
		if line = strings.TrimSpace(line); line != "" {
			b.WriteString("data: " + line + "\n\n")
		}
	}
	return Play(t, c, []byte(b.String()), 4096)
}

// PlayBody decodes a whole answer.
func PlayBody(t testing.TB, c format.Codec, body []byte) Outcome {
	t.Helper()
	var o Outcome
	o.Result, o.Err = c.DecodeBody(body, func(b chat.Body) { o.Take(t, b) })
	return o
}

// slices reads at most n bytes at a time.
type slices struct {
	r io.Reader
	n int
}

func (s *slices) Read(p []byte) (int, error) { return s.r.Read(p[:min(len(p), s.n)]) }
