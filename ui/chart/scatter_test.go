package chart_test

import (
	"math"
	"slices"
	"testing"
	"unicode/utf8"

	"assay/ui/chart"
)

func TestScatter(t *testing.T) {
	corners := []chart.Point{{0, 0}, {1, 1}, {0, 1}, {1, 0}}
	for _, c := range []struct {
		name   string
		points []chart.Point
		w, h   int
		ascii  bool
		want   []string
	}{
		{"nothing", nil, 3, 2, false, []string{"   ", "   "}},
		{"corners", corners, 2, 2, false, []string{"⠁⠈", "⡀⢀"}},
		{"one cell", corners, 1, 1, false, []string{"⣉"}},
		{"outside and not a number", []chart.Point{{-1, 2}, {math.NaN(), math.Inf(1)}}, 2, 1, false, []string{"⠁ "}},
		{"in ascii", append(corners, chart.Point{X: 0, Y: 0}, chart.Point{X: 1, Y: 1}, chart.Point{X: 1, Y: 1}), 2, 2, true, []string{".#", ":."}},
		{"no room", corners, 0, 3, false, nil},
	} {
		if got := chart.Scatter(c.points, c.w, c.h, c.ascii); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// The cell of a point is where its dot is drawn.
func TestPointCell(t *testing.T) {
	const w, h = 17, 9
	for i := range 50 {
		for k := range 50 {
			p := chart.Point{X: float64(i) / 49, Y: float64(k) / 49}
			x, y := p.Cell(w, h)
			row := []rune(chart.Scatter([]chart.Point{p}, w, h, false)[y])
			if utf8.RuneCountInString(string(row)) != w || row[x] == ' ' {
				t.Fatalf("%v is said to be in cell %d, %d: %q", p, x, y, string(row))
			}
		}
	}
}
