package chart

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
)

func TestSpark(t *testing.T) {
	for _, c := range []struct {
		name   string
		values []float64
		width  int
		ascii  bool
		want   string
	}{
		{"rising", []float64{0, 1, 2, 3, 4, 5, 6, 7, 8}, 9, false, " ▁▂▃▄▅▆▇█"},
		{"ascii", []float64{0, 1, 2, 3, 4, 5, 6, 7, 8}, 9, true, " .:-=+*#@"},
		{"few", []float64{1, 2}, 4, false, "  ▄█"},
		{"many", []float64{9, 9, 9, 1, 1}, 2, false, "██"},
		{"small is not blank", []float64{0.001, 100}, 2, false, "▁█"},
		{"zeros", []float64{0, 0}, 2, false, "  "},
		{"none", nil, 3, false, "   "},
		{"odd numbers", []float64{math.NaN(), -1, math.Inf(1), 1}, 4, false, "  █▁"},
		{"no room", []float64{1}, 0, false, ""},
		{"negative room", []float64{1}, -3, true, ""},
	} {
		if got := Spark(c.values, c.width, c.ascii); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestPlot(t *testing.T) {
	for _, c := range []struct {
		name   string
		values []float64
		w, h   int
		ascii  bool
		want   []string
	}{
		{"step", []float64{0, 0, 3, 3}, 2, 1, false, []string{"⣀⠏"}},
		{"flat", []float64{1, 1, 1, 1}, 2, 1, false, []string{"⠉⠉"}},
		{"few", []float64{1}, 2, 1, false, []string{" ⠈"}},
		{"zeros", []float64{0, 0}, 1, 1, false, []string{"⣀"}},
		{"none", nil, 2, 2, false, []string{"  ", "  "}},
		{"ascii", []float64{1, 2, 3, 4}, 2, 2, true, []string{" #", "##"}},
		{"ascii halves", []float64{1, 1, 4, 4}, 2, 2, true, []string{" #", ".#"}},
		{"no room", []float64{1}, 0, 3, false, nil},
	} {
		if got := Plot(c.values, c.w, c.h, c.ascii); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func wave(n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = 100 + 60*math.Sin(float64(i)/9) + 20*math.Sin(float64(i)/2)
	}
	return v
}

func TestPlotGolden(t *testing.T) {
	v := wave(120)
	golden.RequireEqual(t, []byte(Spark(v, 60, false)+"\n"+strings.Join(Plot(v, 60, 6, false), "\n")+"\n"+strings.Join(Plot(v, 60, 6, true), "\n")+"\n"))
}

func FuzzCharts(f *testing.F) {
	f.Add(1.0, 2.0, -3.0, 4, 2)
	f.Fuzz(func(t *testing.T, a, b, c float64, w, h int) {
		w, h = w%300, h%100
		values := slices.Repeat([]float64{a, b, c, a * b, a - c}, 40)
		for _, ascii := range []bool{false, true} {
			if got := ansi.StringWidth(Spark(values, w, ascii)); got != max(w, 0) {
				t.Fatalf("spark of %d cells is %d", w, got)
			}
			rows := Plot(values, w, h, ascii)
			if w > 0 && len(rows) != max(h, 0) {
				t.Fatalf("plot of %d rows has %d", h, len(rows))
			}
			for _, row := range rows {
				if ansi.StringWidth(row) != w {
					t.Fatalf("plot of %d cells is %d", w, ansi.StringWidth(row))
				}
			}
		}
	})
}

func BenchmarkCharts(b *testing.B) {
	v := wave(600)
	b.Run("spark60", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Spark(v, 60, false)
		}
	})
	b.Run("plot60x12", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Plot(v, 60, 12, false)
		}
	})
}
