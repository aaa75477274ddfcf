package markdown

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// perFrame is the text of one frame: 200 tokens a second at 30 frames.
const perFrame = 28

func percentile(d []time.Duration, p float64) float64 {
	slices.Sort(d)
	return float64(d[min(len(d)-1, int(p*float64(len(d))))].Microseconds())
}

// frames streams n bytes of src from an offset on and returns what each frame took.
func frames(s *Stream, src string, from, n int) []time.Duration {
	var took []time.Duration
	for at := from; at < from+n && at < len(src); at += perFrame {
		start := time.Now()
		s.Append([]byte(src[at:min(at+perFrame, len(src))]))
		took = append(took, time.Since(start))
	}
	return took
}

// BenchmarkStream is the cost of a frame when the answer already has a length. It
// must not depend on that: budget p99 8 ms, 1.5 times from 4 KB to 256 KB.
func BenchmarkStream(b *testing.B) {
	src := newWriter(11).doc(300 << 10)
	for _, kb := range []int{4, 16, 64, 256} {
		b.Run(fmt.Sprintf("%dKB", kb), func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				b.StopTimer()
				s := NewStream(darkStyle(), 48)
				s.Append([]byte(src[:kb<<10]))
				b.StartTimer()
				took = append(took, frames(s, src, kb<<10, 16<<10)...)
			}
			b.ReportMetric(percentile(took, 0.5), "p50-µs")
			b.ReportMetric(percentile(took, 0.99), "p99-µs")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkWhole is what a frame would cost if the whole text was drawn for it.
func BenchmarkWhole(b *testing.B) {
	for _, kb := range []int{4, 64} {
		src := newWriter(11).doc(kb << 10)
		b.Run(fmt.Sprintf("%dKB", kb), func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			p := newPainter(darkStyle(), 48)
			for b.Loop() {
				p.draw(chunk{src: []byte(src), first: true})
			}
		})
	}
}

// BenchmarkOpenFence is the cost of a frame inside one block of code that never ends.
func BenchmarkOpenFence(b *testing.B) {
	w := newWriter(2)
	src := "```go\n" + CleanText(w.code("go", 3000))
	for _, kb := range []int{4, 64} {
		b.Run(fmt.Sprintf("%dKB", kb), func(b *testing.B) {
			s := NewStream(darkStyle(), 48)
			s.Append([]byte(src[:kb<<10]))
			at := kb << 10
			for b.Loop() {
				s.Append([]byte(src[at : at+perFrame]))
				if at += perFrame; at+perFrame > len(src) {
					at = kb << 10
				}
			}
		})
	}
}

// BenchmarkResize is the time to the first rows and to all rows at a new width.
func BenchmarkResize(b *testing.B) {
	src := newWriter(11).doc(64 << 10)
	for _, all := range []bool{false, true} {
		b.Run(map[bool]string{false: "first", true: "all"}[all], func(b *testing.B) {
			s := NewStream(darkStyle(), 60)
			s.Append([]byte(src))
			width := 48
			for b.Loop() {
				s.SetWidth(width, 1<<30)
				width ^= 1
				for s.Step(); all && s.Pending(); {
					s.Step()
				}
			}
		})
	}
}

// BenchmarkRows is the normaliser alone.
func BenchmarkRows(b *testing.B) {
	rows := whole(darkStyle(), 48, newWriter(11).doc(64<<10))
	var out string
	for _, r := range rows {
		out += r + "\n"
	}
	b.SetBytes(int64(len(out)))
	b.ReportAllocs()
	for b.Loop() {
		w := rowWriter{width: 48}
		w.write(out)
		w.rows(nil)
	}
}

func BenchmarkLocate(b *testing.B) {
	src := newWriter(11).doc(16 << 10)
	s := NewStream(darkStyle(), 48)
	s.Append([]byte(src))
	for b.Loop() {
		s.maps = nil
		s.Locate(nil, 8<<10, 8<<10+200)
	}
}
