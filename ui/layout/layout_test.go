package layout_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"assay/ui/layout"
)

// draw paints the plan, one character a cell.
func draw(p layout.Plan, w, h int) string {
	grid := make([][]byte, h)
	for y := range grid {
		grid[y] = []byte(strings.Repeat(".", w))
	}
	fill := func(r layout.Rect, c byte) {
		for y := r.Y; y < r.Y+r.H; y++ {
			for x := r.X; x < r.X+r.W; x++ {
				grid[y][x] = c
			}
		}
	}
	pane := func(p layout.Pane, body byte) {
		fill(p.Head, '=')
		fill(p.Body, body)
		fill(p.Foot, '_')
	}
	fill(p.Title, 'T')
	fill(p.Tabs, 't')
	for _, l := range p.Lanes {
		pane(l.Pane, byte('1'+l.Lane))
	}
	pane(p.Fusion, 'F')
	for _, s := range p.Seps {
		fill(s, '|')
	}
	fill(p.Rule, '-')
	fill(p.Composer, 'c')
	fill(p.Status, 's')
	var b strings.Builder
	for _, row := range grid {
		b.Write(row)
		b.WriteByte('\n')
	}
	return b.String()
}

func TestDrawings(t *testing.T) {
	for _, tc := range []struct {
		name string
		want layout.Want
	}{
		{"80x24-two-lanes", layout.Want{Width: 80, Height: 24, Lanes: 2, Composer: 1}},
		{"80x24-three-lanes-third-focused", layout.Want{Width: 80, Height: 24, Lanes: 3, Focus: 2, Composer: 2}},
		{"80x24-two-lanes-fusion-is-a-tab", layout.Want{Width: 80, Height: 24, Lanes: 2, Fusion: true, Composer: 1}},
		{"80x24-fusion-focused", layout.Want{Width: 80, Height: 24, Lanes: 2, Fusion: true, OnFusion: true, Composer: 1}},
		{"60x20-narrow", layout.Want{Width: 60, Height: 20, Lanes: 3, Focus: 1, Composer: 1}},
		{"120x40-fusion-under", layout.Want{Width: 120, Height: 40, Lanes: 3, Fusion: true, Composer: 3}},
		{"200x50-fusion-beside", layout.Want{Width: 200, Height: 50, Lanes: 3, Fusion: true, Composer: 3}},
		{"120x40-zoomed-lane", layout.Want{Width: 120, Height: 40, Lanes: 3, Focus: 1, Fusion: true, Zoom: layout.ZoomLane, Composer: 1}},
		{"120x40-zoomed-fusion", layout.Want{Width: 120, Height: 40, Lanes: 3, Fusion: true, OnFusion: true, Zoom: layout.ZoomFusion, Composer: 1}},
		{"20x6", layout.Want{Width: 20, Height: 6, Lanes: 2, Composer: 4}},
		{"20x6-fusion", layout.Want{Width: 20, Height: 6, Lanes: 2, Fusion: true, OnFusion: true, Composer: 4}},
		{"4x2", layout.Want{Width: 4, Height: 2, Lanes: 2, Composer: 4}},
		{"no-lanes", layout.Want{Width: 40, Height: 10, Composer: 1}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			golden.RequireEqual(t, []byte(draw(layout.Compare(tc.want), tc.want.Width, tc.want.Height)))
		})
	}
}

func check(w layout.Want) error {
	p := layout.Compare(w)
	width, height := max(w.Width, 1), max(w.Height, 1)
	taken := make([]bool, width*height)
	for _, r := range p.Rects() {
		if r.X < 0 || r.Y < 0 || r.X+r.W > width || r.Y+r.H > height {
			return fmt.Errorf("%+v leaves the screen", r)
		}
		for y := r.Y; y < r.Y+r.H; y++ {
			for x := r.X; x < r.X+r.W; x++ {
				if taken[y*width+x] {
					return fmt.Errorf("%+v overlaps at %d,%d", r, x, y)
				}
				taken[y*width+x] = true
			}
		}
	}
	if p.Composer.Empty() {
		return fmt.Errorf("there is nowhere to type")
	}
	for _, l := range p.Lanes {
		if l.Lane < 0 || l.Lane >= w.Lanes {
			return fmt.Errorf("lane %d of %d", l.Lane, w.Lanes)
		}
	}
	focus := min(max(w.Focus, 0), w.Lanes-1)
	showsFocus := false
	for _, l := range p.Lanes {
		showsFocus = showsFocus || l.Lane == focus
	}
	if len(p.Lanes) > 0 && !showsFocus {
		return fmt.Errorf("lane %d has the focus and is not visible", focus)
	}
	if w.Fusion && w.OnFusion && w.Zoom != layout.ZoomLane && height >= 4 && p.Fusion.Body.Empty() {
		return fmt.Errorf("the fusion pane has the focus and is not visible")
	}
	return nil
}

func TestEverySmallScreen(t *testing.T) {
	for w := 1; w <= 130; w += 7 {
		for h := 1; h <= 45; h++ {
			for lanes := range 5 {
				for bits := range 4 {
					want := layout.Want{Width: w, Height: h, Lanes: lanes, Focus: lanes - 1, Composer: 1 + bits, Fusion: bits&1 != 0, OnFusion: bits&2 != 0}
					if err := check(want); err != nil {
						t.Fatalf("%+v: %v", want, err)
					}
				}
			}
		}
	}
}

func FuzzCompare(f *testing.F) {
	f.Add(80, 24, 3, 1, 0, 2, byte(1))
	f.Add(1, 1, 8, 7, 0, 9, byte(7))
	f.Add(20, 6, 2, 0, 0, 1, byte(3))
	f.Fuzz(func(t *testing.T, w, h, lanes, focus, first, composer int, bits byte) {
		want := layout.Want{
			Width: w % 300, Height: h % 100, Lanes: lanes % 12, Focus: focus, First: first % 100, Composer: composer % 100,
			Fusion: bits&1 != 0, OnFusion: bits&2 != 0, Zoom: layout.Zoom(bits >> 2 % 3),
		}
		if want.Zoom == layout.ZoomFusion && !want.Fusion {
			want.Zoom = layout.NoZoom
		}
		if err := check(want); err != nil {
			t.Fatalf("%+v: %v", want, err)
		}
	})
}

func TestAtFindsWhatIsDrawn(t *testing.T) {
	p := layout.Compare(layout.Want{Width: 200, Height: 50, Lanes: 3, Fusion: true, Composer: 3})
	for _, l := range p.Lanes {
		if hit := p.At(l.Body.X, l.Body.Y); hit.Lane != l.Lane || hit.Fusion {
			t.Errorf("body of lane %d: %+v", l.Lane, hit)
		}
		if hit := p.At(l.Foot.X, l.Foot.Y); hit.Lane != l.Lane {
			t.Errorf("foot of lane %d: %+v", l.Lane, hit)
		}
	}
	if hit := p.At(p.Fusion.Body.X, p.Fusion.Body.Y); !hit.Fusion || hit.Lane != -1 {
		t.Errorf("fusion: %+v", hit)
	}
	if hit := p.At(0, p.Composer.Y); !hit.Composer {
		t.Errorf("composer: %+v", hit)
	}
	if hit := p.At(-1, 400); hit != (layout.Hit{Lane: -1}) {
		t.Errorf("outside: %+v", hit)
	}
}

func BenchmarkCompare(b *testing.B) {
	for b.Loop() {
		layout.Compare(layout.Want{Width: 200, Height: 50, Lanes: 6, Fusion: true, Composer: 3})
	}
}
