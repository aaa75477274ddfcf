package smoke_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// words is what the fast upstream says over and over: Markdown with everything.
var words = strings.Fields("The **quick** answer is `code` and then - a list item with words that wrap over several lines of a narrow pane until the paragraph ends. \n\n")

// fastUpstream is a chat completions server on loopback that streams perSecond
// tokens a second until it has sent size bytes.
func fastUpstream(tb testing.TB, perSecond, size int) string {
	const tick = 5 * time.Millisecond
	batch := max(perSecond*int(tick)/int(time.Second), 1)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		flush := w.(http.Flusher)
		t := time.NewTicker(tick)
		defer t.Stop()
		for n, sent := 0, 0; sent < size; {
			for range batch {
				word := words[n%len(words)] + " "
				if n++; n%60 == 0 {
					word += "\\n\\n"
				}
				sent += len(word)
				fmt.Fprintf(w, "data: {\"id\":\"x\",\"model\":\"fast\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%s\"}}]}\n\n", word)
			}
			flush.Flush()
			select {
			case <-t.C:
			case <-r.Context().Done():
				return
			}
		}
		fmt.Fprint(w, "data: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
	}))
	tb.Cleanup(srv.Close)
	return srv.URL
}

// withUpstream starts the workbench with six lanes of that server, nothing fused.
func withUpstream(b *testing.B, url string) *terminal {
	config := filepath.Join(b.TempDir(), "config.toml")
	text := fmt.Sprintf("[providers.fast]\nbase_url = %q\nkeyless = true\n[[providers.fast.models]]\nid = \"fast/one\"\nprompt = \"1\"\ncompletion = \"2\"\n[limits]\nmax_parallel = 8\n", url)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	args := []string{"--config", config}
	for range 6 {
		args = append(args, "-m", "fast/one")
	}
	return start(b, options{w: 200, h: 50, args: args})
}

// BenchmarkSixLanes is 6 × 2,000 tokens a second on a 200×50 terminal while keys are
// typed at random gaps. Budgets: 35 % of a core, 35 ms from key to frame at p99.
func BenchmarkSixLanes(b *testing.B) {
	for b.Loop() {
		p := withUpstream(b, fastUpstream(b, 2000, 1<<20)).sees("Ask 6 models")
		p.typed("\x18f").typed("go\r").sees("streaming") // without fusion
		var took []time.Duration
		before, bytes, began := p.cpu(), len(p.written()), time.Now()
		for i := 0; time.Since(began) < 8*time.Second; i++ {
			time.Sleep(time.Duration(75+rand.IntN(150)) * time.Millisecond)
			mark := strings.Repeat(string(rune('a'+i%26)), 3) + fmt.Sprint(i)
			typed := time.Now()
			p.typed(mark)
			if p.within(2*time.Second, func(s string) bool { return strings.Contains(s, mark) }) {
				took = append(took, time.Since(typed))
			}
			p.typed("\x15") // empty the line
		}
		wall := time.Since(began)
		b.ReportMetric(100*(p.cpu()-before).Seconds()/wall.Seconds(), "%core")
		b.ReportMetric(float64(len(p.written())-bytes)/1000/wall.Seconds(), "kB/s")
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "key-p99-ms")
		median(b, took, "key-p50-ms")
		p.typed("\x1b").within(2*time.Second, func(s string) bool { return !strings.Contains(s, "streaming") })
		p.typed("\x03\x03").ended()
	}
}

// BenchmarkLargeAnswers is the peak memory with six answers of 256 KB. Budget: 90 MB.
func BenchmarkLargeAnswers(b *testing.B) {
	for b.Loop() {
		p := withUpstream(b, fastUpstream(b, 20_000, 256<<10)).sees("Ask 6 models")
		p.typed("\x18f").typed("go\r").sees("streaming") // without fusion
		p.until("finished answers", func(s string) bool { return !strings.Contains(s, "streaming") })
		b.ReportMetric(p.peak(b), "peak-MB")
		b.ReportMetric(0, "ns/op")
		load(b)
		p.typed("\x03\x03").ended()
	}
}
