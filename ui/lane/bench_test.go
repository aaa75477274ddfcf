package lane

import (
	"runtime"
	"strings"
	"testing"
	"time"
)

// Six answers of 256 KB fit into memory many times over.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("renders 1.5 MB of Markdown")
	}
	const lanes, budget = 6, 60 << 20 // of the 90 MB the whole program may have
	text := strings.Repeat("## Part\n\nSome *text* of a model, with `code` and words that go on for a while.\n\n- a point\n- another **point**\n\n```go\nx := call(1) // and a comment\n```\n\n", 1+256<<10/150)[:256<<10]
	var views []*View
	for range lanes {
		v := New(styles(), nil)
		v.SetSize(50, 45)
		views = append(views, v)
	}
	var peak uint64
	for at := 0; at < len(text); at += 32 << 10 {
		for _, v := range views {
			v.Write(text[at:min(at+32<<10, len(text))])
		}
		for busy := true; busy; {
			busy = false
			for _, v := range views {
				busy = busy || v.Busy()
			}
			time.Sleep(time.Millisecond)
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		peak = max(peak, m.HeapInuse+m.StackInuse)
	}
	for _, v := range views {
		v.Close()
	}
	t.Logf("peak %d MB", peak>>20)
	if peak > budget {
		t.Errorf("%d MB in use, budget %d", peak>>20, budget>>20)
	}
}

// BenchmarkRows is what the event loop pays for a pane.
func BenchmarkRows(b *testing.B) {
	v := New(styles(), nil)
	defer v.Close()
	v.SetSize(33, 45)
	v.Write(strings.Repeat("Some *text* of a model, with `code` and words.\n\n", 2000))
	for v.Busy() {
		time.Sleep(time.Millisecond)
	}
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			v.Rows()
		}
	})
	v.Mark([]Span{{90000, 95000}})
	v.Jump(Span{90000, 95000})
	for v.Busy() {
		time.Sleep(time.Millisecond)
	}
	b.Run("marked", func(b *testing.B) {
		for b.Loop() {
			v.Rows()
		}
	})
}
