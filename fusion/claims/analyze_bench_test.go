package claims_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/fusion/claims"
)

// BenchmarkAnalyze takes eight real answers at a time, and reports the spread over
// prompts. The budget is a p95 of 15 ms.
func BenchmarkAnalyze(b *testing.B) {
	panels := readPanels(b, "mt_bench")
	times := make([]time.Duration, 0, b.N)
	for i := 0; b.Loop(); i++ {
		p := panels[i%len(panels)]
		start := time.Now()
		claims.Analyze(p.question, p.answers)
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	b.ReportMetric(times[len(times)/2].Seconds()*1000, "p50-ms")
	b.ReportMetric(times[len(times)*95/100].Seconds()*1000, "p95-ms")
	b.ReportMetric(times[len(times)-1].Seconds()*1000, "max-ms")
}

// BenchmarkComparer takes the same panels again while one answer grows.
func BenchmarkComparer(b *testing.B) {
	p := readPanels(b, "mt_bench")[70]
	var c claims.Comparer
	answers := slices.Clone(p.answers)
	for i := 0; b.Loop(); i++ {
		text := p.answers[0].Text
		answers[0].Text, answers[0].Partial = text[:len(text)*(i%10+1)/10], true
		c.Analyze(p.question, answers)
	}
}

func BenchmarkSegment(b *testing.B) {
	var all strings.Builder
	for _, p := range readPanels(b, "mt_bench") {
		all.WriteString(p.answers[0].Text + "\n\n")
	}
	b.SetBytes(int64(all.Len()))
	for b.Loop() {
		claims.Segment(all.String())
	}
}

// BenchmarkFlood is one answer that repeats a claim thousands of times, and one of a
// megabyte, beside two usual ones.
func BenchmarkFlood(b *testing.B) {
	flood, words := &strings.Builder{}, &strings.Builder{}
	for i := range 20_000 {
		fmt.Fprintf(flood, "- Answer A is the best answer of all, number %d.\n", i%7)
		fmt.Fprintf(words, "Word%d says word%d in %d. ", i, i*31, 1000+i)
	}
	p := readPanels(b, "mt_bench")[70]
	answers := append(slices.Clone(p.answers[:2]), claims.Answer{Text: flood.String()}, claims.Answer{Text: words.String()})
	for b.Loop() {
		claims.Analyze(p.question, answers)
	}
}
