package sse_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"assay/engine/format/sse"
)

// slices reads at most n bytes at a time.
type slices struct {
	r io.Reader
	n int
}

func (s slices) Read(p []byte) (int, error) { return s.r.Read(p[:min(len(p), s.n)]) }

func readAll(t testing.TB, r *sse.Reader) (events []string, err error) {
	t.Helper()
	for {
		ev, err := r.Next()
		if err != nil {
			return events, err
		}
		events = append(events, ev.Name+"|"+string(ev.Data))
	}
}

func TestNext(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
		alive    int64
	}{
		{"empty", "", nil, 0},
		{"plain", "data: a\n\ndata: b\n\n", []string{"|a", "|b"}, 0},
		{"named", "event: ping\ndata: {}\n\ndata: x\n\n", []string{"ping|{}", "|x"}, 0},
		{"crlf", "data: a\r\n\r\nevent: e\r\ndata: b\r\n\r\n", []string{"|a", "e|b"}, 0},
		{"cr", "data: a\r\rdata: b\r\r", []string{"|a", "|b"}, 0},
		{"mixed ends", "data: a\r\n\ndata: b\n\r\ndata: c\r\n\r\n", []string{"|a", "|b", "|c"}, 0},
		{"no space", "data:{\"a\":1}\n\n", []string{`|{"a":1}`}, 0},
		{"one space only", "data:  a\n\n", []string{"| a"}, 0},
		{"colon in data", "data: a:b\n\n", []string{"|a:b"}, 0},
		{"several lines", "data: a\ndata:\ndata: b\n\n", []string{"|a\n\nb"}, 0},
		{"comments", ": one\n\n:\n\ndata: a\n: inside\n\n", []string{"|a"}, 3},
		{"empty data is a keep-alive", "data:\n\nevent: ping\n\ndata: a\n\n", []string{"|a"}, 2},
		{"unknown fields", "id: 7\nretry: 100\nfoo\ndata: a\n\n", []string{"|a"}, 0},
		{"byte order mark", "\xEF\xBB\xBFdata: a\n\n", []string{"|a"}, 0},
		{"leading whitespace", "\n \n   \n\t data: a\n\n", []string{"|a"}, 0},
		{"no final blank line", "data: a\n\ndata: b\n", []string{"|a", "|b"}, 0},
		{"no final line end", "data: a\n\ndata: b", []string{"|a", "|b"}, 0},
		{"last name wins", "event: a\nevent: b\ndata: x\n\n", []string{"b|x"}, 0},
		{"name does not leak", "event: a\n\ndata: x\n\n", []string{"|x"}, 1},
		{"long line", "data: " + strings.Repeat("x", 100_000) + "\n\ndata: y\n\n", []string{"|" + strings.Repeat("x", 100_000), "|y"}, 0},
		{"utf-8", "data: \u00e9\u4e2d\U0001F600\n\n", []string{"|\u00e9\u4e2d\U0001F600"}, 0},
	}
	for _, tt := range tests {
		for _, n := range []int{1, 7, 4096} {
			t.Run(fmt.Sprintf("%s/%d", tt.name, n), func(t *testing.T) {
				r := sse.NewReader(slices{strings.NewReader(tt.in), n})
				got, err := readAll(t, r)
				if err != io.EOF {
					t.Fatalf("end: %v, want io.EOF", err)
				}
				if fmt.Sprint(got) != fmt.Sprint(tt.want) {
					t.Errorf("events %q, want %q", got, tt.want)
				}
				if r.KeepAlives() != tt.alive {
					t.Errorf("%d keep-alives, want %d", r.KeepAlives(), tt.alive)
				}
			})
		}
	}
}

func TestCRDoesNotWait(t *testing.T) {
	pr, pw := io.Pipe()
	go func() {
		_, _ = io.WriteString(pw, "data: a\r\r")
		// The pipe stays open: an LF might follow, but the event is complete.
	}()
	ev, err := sse.NewReader(pr).Next()
	if err != nil || string(ev.Data) != "a" {
		t.Fatalf("got %q, %v", ev.Data, err)
	}
	pr.Close()
}

func TestLimits(t *testing.T) {
	tests := []struct {
		name, in string
		want     string
	}{
		{"line that just fits", "data: 12345678\n\n", "[|12345678]"},
		{"line too long", "data: a\n\ndata: 123456789\n\n", "[|a]"},
		{"line without end", strings.Repeat("x", 100), "[]"},
		{"event too long", "data: 12345678\ndata: 12345678\n\n", "[]"},
		{"too long drops the event it belongs to", "data: 1\n" + strings.Repeat("x", 100), "[]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := sse.NewReaderLimit(strings.NewReader(tt.in), 14)
			got, err := readAll(t, r)
			if fmt.Sprint(got) != tt.want {
				t.Errorf("events %q, want %s", got, tt.want)
			}
			if tt.name != "line that just fits" && !errors.Is(err, sse.ErrTooLong) {
				t.Errorf("end: %v, want ErrTooLong", err)
			}
			if _, again := r.Next(); !errors.Is(again, err) {
				t.Errorf("second error %v, want %v again", again, err)
			}
		})
	}
}

func TestDefaultLimit(t *testing.T) {
	fits := "data: " + strings.Repeat("x", sse.MaxLine-6) + "\n\n"
	if ev, err := sse.NewReader(strings.NewReader(fits)).Next(); err != nil || len(ev.Data) != sse.MaxLine-6 {
		t.Errorf("line of the limit: %d bytes, %v", len(ev.Data), err)
	}
	if _, err := sse.NewReader(strings.NewReader("x" + fits)).Next(); !errors.Is(err, sse.ErrTooLong) {
		t.Errorf("line past the limit: %v, want ErrTooLong", err)
	}
}

func TestReadError(t *testing.T) {
	boom := errors.New("connection reset")
	r := sse.NewReader(io.MultiReader(strings.NewReader("data: a\n\ndata: b\ndata: hal"), iotest.ErrReader(boom)))
	got, err := readAll(t, r)
	if !errors.Is(err, boom) {
		t.Errorf("end: %v, want the reader's error", err)
	}
	// The cut line is dropped, the whole one before it is not.
	if want := "[|a |b]"; fmt.Sprint(got) != want {
		t.Errorf("events %q, want %s", got, want)
	}
}

func TestReaderThatReturnsNothing(t *testing.T) {
	r := sse.NewReader(nothing{})
	if _, err := r.Next(); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("got %v, want io.ErrNoProgress", err)
	}
}

type nothing struct{}

func (nothing) Read([]byte) (int, error) { return 0, nil }

// endless repeats a text n times without holding it in memory.
type endless struct {
	text string
	n    int
	rest string
}

func (e *endless) Read(p []byte) (int, error) {
	if e.rest == "" {
		if e.n == 0 {
			return 0, io.EOF
		}
		e.n--
		e.rest = e.text
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

func TestEndlessCommentsTakeNoMemory(t *testing.T) {
	const lines = 200_000
	src := &endless{text: ": OPENROUTER PROCESSING\n\n", n: lines}
	var r *sse.Reader
	allocs := testing.AllocsPerRun(1, func() {
		src.n = lines
		r = sse.NewReader(src)
		if _, err := r.Next(); err != io.EOF {
			t.Errorf("end: %v", err)
		}
	})
	if r.KeepAlives() != lines {
		t.Errorf("%d keep-alives, want %d", r.KeepAlives(), lines)
	}
	if allocs > 10 {
		t.Errorf("%v allocations for %d comments", allocs, lines)
	}
}

func TestNoAllocationPerEvent(t *testing.T) {
	in := strings.Repeat("event: content_block_delta\ndata: {\"type\":\"content_block_delta\"}\n\n", 2000)
	src := strings.NewReader(in)
	r := sse.NewReader(src)
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(1000, func() { _, _ = r.Next() }); n != 0 {
		t.Errorf("%v allocations per event", n)
	}
}

func FuzzReader(f *testing.F) {
	for _, s := range []string{
		"data: a\n\n", "event: x\r\ndata: b\r\n\r\n", ": c\n\ndata:{}\r\r", "\xEF\xBB\xBFdata: \xff\n\n",
		"data", "data\n\n", "data:\ndata:\n\n", " data: x\n\n\n\n", "event\ndata: 1\n\ndata: 2", "\r\n\r\n\n\r",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		var first string
		for i, n := range []int{1, 7, 4096} {
			events, err := readAll(t, sse.NewReaderLimit(slices{bytes.NewReader(in), n}, 64))
			got := fmt.Sprintf("%q %v", events, err)
			if i == 0 {
				first = got
			} else if got != first {
				t.Fatalf("slices of %d: %s\nslices of 1: %s", n, got, first)
			}
			for _, e := range events {
				if len(e) > 2*64 {
					t.Fatalf("event of %d bytes past the limit", len(e))
				}
			}
		}
	})
}

func BenchmarkReader(b *testing.B) {
	chunk := `data: {"id":"gen-1","object":"chat.completion.chunk","model":"m","choices":[{"index":0,"delta":{"content":" word"},"finish_reason":null}]}` + "\n\n"
	in := []byte(strings.Repeat(chunk, 1000))
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		r := sse.NewReader(bytes.NewReader(in))
		n := 0
		for {
			if _, err := r.Next(); err != nil {
				break
			}
			n++
		}
		if n != 1000 {
			b.Fatalf("%d events", n)
		}
	}
}
