package smoke_test

import (
	"bytes"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// load is the machine's load average, to be read next to every figure of time.
func load(b *testing.B) {
	b.Helper()
	raw, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return // only Linux has one
	}
	if first, _, ok := strings.Cut(string(raw), " "); ok {
		if f, err := strconv.ParseFloat(first, 64); err == nil {
			b.ReportMetric(f, "load")
		}
	}
}

// median reports the median of durations in milliseconds.
func median(b *testing.B, took []time.Duration, unit string) {
	b.Helper()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, unit)
	b.ReportMetric(0, "ns/op")
	load(b)
}

// BenchmarkFirstFrame is from starting the process until the composer stands on the
// screen. Budget: 60 ms.
func BenchmarkFirstFrame(b *testing.B) {
	for name, silent := range map[string]bool{"answering": false, "silent": true} {
		b.Run(name, func(b *testing.B) {
			binary(b)
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				p := start(b, options{silent: silent, args: []string{"--demo"}}).sees(ready)
				took = append(took, time.Since(began))
				p.typed("\x03\x03").ended()
			}
			median(b, took, "p50-ms")
		})
	}
}

// BenchmarkVersion is the whole process. Budget: 20 ms.
func BenchmarkVersion(b *testing.B) {
	binary(b)
	var took []time.Duration
	for b.Loop() {
		began := time.Now()
		if out, err := command(b, "--version").Output(); err != nil || !bytes.HasPrefix(out, []byte("assay ")) {
			b.Fatal(string(out), err)
		}
		took = append(took, time.Since(began))
	}
	median(b, took, "p50-ms")
}

// BenchmarkIdle is the processor time that a workbench takes while nothing happens,
// over five seconds from its first frame. Budget: 0.
func BenchmarkIdle(b *testing.B) {
	for b.Loop() {
		p := start(b, options{args: []string{"--demo"}}).sees(ready)
		p.within(2*time.Second, func(string) bool { return false }) // what looks around behind the first frame
		before := p.cpu()
		p.within(5*time.Second, func(string) bool { return false })
		b.ReportMetric(float64((p.cpu()-before).Milliseconds())/50, "%core")
		b.ReportMetric(0, "ns/op")
		p.typed("\x03\x03").ended()
	}
	load(b)
}

// cpu is the processor time of the program so far, in steps of 10 ms: user and
// system are the 14th and 15th field, after a name in brackets.
func (p *terminal) cpu() time.Duration {
	p.t.Helper()
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(p.cmd.Process.Pid) + "/stat")
	if err != nil {
		p.t.Skip("needs /proc")
	}
	f := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:]))
	user, _ := strconv.Atoi(f[11]) // the kernel writes numbers
	sys, _ := strconv.Atoi(f[12])
	return time.Duration(user+sys) * 10 * time.Millisecond
}

// peak is the program's largest resident size so far, in MB.
func (p *terminal) peak(b *testing.B) float64 {
	raw, err := os.ReadFile("/proc/" + strconv.Itoa(p.cmd.Process.Pid) + "/status")
	if err != nil {
		b.Skip("needs /proc")
	}
	for line := range strings.Lines(string(raw)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmHWM:" {
			kb, _ := strconv.Atoi(f[1]) // the kernel writes numbers
			return float64(kb) / 1024
		}
	}
	return 0
}
