package formattest

import (
	"bytes"
	"fmt"
	"io"
	"reflect"
	"testing"
	"unicode/utf8"

	"assay/engine/chat"
	"assay/engine/format"
	"assay/engine/format/sse"
)

// Fuzz feeds a codec anything: it must not panic or hang, must give the same answer
// however the bytes are sliced, only whole characters, sane indices, and an error it
// has classified or none.
func Fuzz(f *testing.F, c format.Codec, seeds ...string) {
	f.Helper()
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		first := fuzzPlay(t, c, in, 1)
		for _, n := range []int{7, 4096} {
			if again := fuzzPlay(t, c, in, n); !reflect.DeepEqual(again, first) {
				t.Fatalf("slices of %d: %+v\nslices of 1: %+v", n, again, first)
			}
		}
		first.check(t)
		whole := PlayBody(t, c, in)
		whole.check(t)
	})
}

// fuzzPlay is Play for streams that need not be valid.
func fuzzPlay(t *testing.T, c format.Codec, in []byte, n int) Outcome {
	t.Helper()
	var o Outcome
	s := c.NewStream()
	r := sse.NewReaderLimit(&slices{bytes.NewReader(in), n}, 1<<16)
	for !s.Done() {
		ev, err := r.Next()
		if err != nil {
			if err != io.EOF {
				return Outcome{}
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

func (o *Outcome) check(t *testing.T) {
	t.Helper()
	if e := o.Error(t); e != nil && (e.Type == "" || e.Fault == "" || e.Message == "") {
		t.Fatalf("unclassified error %+v", e)
	}
	for _, s := range []string{o.Text, o.Thought, fmt.Sprint(o.Tools)} {
		if !utf8.ValidString(s) {
			t.Fatalf("invalid UTF-8 in %q", s)
		}
	}
	switch o.Result.FinishReason {
	case "", format.FinishStop, format.FinishLength, format.FinishToolCalls, format.FinishContentFilter, format.FinishError:
	default:
		t.Fatalf("finish reason %q", o.Result.FinishReason)
	}
	if u := o.Result.Usage; u != nil && (u.PromptTokens < 0 || u.CompletionTokens < 0 || u.ReasoningTokens < 0) {
		t.Fatalf("usage %+v", *u)
	}
	if o.Result.Cost != nil && o.Result.Cost.USD.Sign() < 0 {
		t.Fatalf("cost %s", o.Result.Cost.USD)
	}
}

// Bench decodes a stream of so many tokens and reports what one token costs.
func Bench(b *testing.B, c format.Codec, stream []byte, tokens int) {
	b.Helper()
	b.SetBytes(int64(len(stream)))
	b.ReportAllocs()
	n := 0
	emit := func(body chat.Body) {
		if _, ok := body.(chat.Text); ok {
			n++
		}
	}
	for b.Loop() {
		n = 0
		s := c.NewStream()
		r := sse.NewReader(bytes.NewReader(stream))
		for !s.Done() {
			ev, err := r.Next()
			if err != nil {
				break
			}
			if err := s.Event(ev, emit); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
	if n != tokens {
		b.Fatalf("%d tokens, want %d", n, tokens)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(tokens), "ns/token")
}
