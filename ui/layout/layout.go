// Package layout divides the screen. It is a pure function from what is to be shown
// to named rectangles: it draws nothing and remembers nothing. Rectangles never
// overlap and never leave the screen, down to a single cell.
package layout

// Rect is a rectangle of cells. A rectangle without width or height is not shown.
type Rect struct{ X, Y, W, H int }

// Empty reports whether nothing of the rectangle can be seen.
func (r Rect) Empty() bool { return r.W <= 0 || r.H <= 0 }

// Contains reports whether a cell lies in the rectangle.
func (r Rect) Contains(x, y int) bool {
	return x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H
}

// Sizes the layout aims at, in cells.
const (
	MinLane   = 38 // two lanes and a separator fit into 80 columns
	minFusion = 44
	maxFusion = 76
	tallBody  = 27 // body rows from which the fusion pane fits under the lanes
)

// Place is where the fusion pane is.
type Place uint8

// The places.
const (
	Hidden Place = iota
	Beside       // right of the lanes
	Under        // below the lanes
	Tab          // instead of the lanes, when it has the focus
)

// Zoom says which pane is shown alone.
type Zoom uint8

// The zooms.
const (
	NoZoom Zoom = iota
	ZoomLane
	ZoomFusion
)

// Want is what is to be shown.
type Want struct {
	Width, Height int
	Lanes         int
	Focus         int  // lane that must be visible, clamped
	First         int  // leftmost lane so far; moves no further than Focus needs
	Fusion        bool // there is a fusion pane
	OnFusion      bool // the fusion pane has the focus
	Zoom          Zoom
	Composer      int // rows of text in the composer
}

// Pane is a column: one row of heading, the text, one row of figures.
type Pane struct {
	Head, Body, Foot Rect
}

// LanePane is the column of one lane.
type LanePane struct {
	Lane int
	Pane
}

// Plan is where everything goes.
type Plan struct {
	Title    Rect // the turn and its prompt
	Tabs     Rect // the strip that names every pane, when not all are visible
	Lanes    []LanePane
	Fusion   Pane
	Place    Place
	Seps     []Rect // vertical separators, one column wide
	Rule     Rect   // above the composer
	Composer Rect
	Status   Rect
	First    int // leftmost visible lane
	Visible  int // lanes visible beside each other
}

// Compare lays out the workbench.
func Compare(w Want) Plan {
	w.Width, w.Height = max(w.Width, 1), max(w.Height, 1)
	w.Lanes = max(w.Lanes, 0)
	w.Focus = min(max(w.Focus, 0), max(w.Lanes-1, 0))
	var p Plan
	top, bottom := p.frame(w)
	area := Rect{0, top, w.Width, max(bottom-top, 0)}
	p.arrange(w, area)
	return p
}

// frame places what spans the whole width and returns the rows left between.
// Height that runs short is taken from ornaments first, from the composer last.
func (p *Plan) frame(w Want) (top, bottom int) {
	h := w.Height
	bottom = h
	row := func(at, n int) Rect { return Rect{0, at, w.Width, n} }
	if h >= 3 {
		bottom--
		p.Status = row(bottom, 1)
	}
	rows := 1
	if h >= 10 {
		rows = min(max(w.Composer, 1), h/4)
	}
	bottom -= rows
	p.Composer = row(bottom, rows)
	if h >= 9 {
		bottom--
		p.Rule = row(bottom, 1)
	}
	if h >= 8 {
		p.Title = row(0, 1)
		top = 1
	}
	return top, bottom
}

func (p *Plan) arrange(w Want, area Rect) {
	fit := min(max((area.W+1)/(MinLane+1), 1), max(w.Lanes, 1))
	fusionW := min(max(area.W/3, minFusion), maxFusion)
	laneW := area.W - fusionW - 1
	switch {
	case !w.Fusion:
		p.Place = Hidden
	case w.Lanes > 0 && (laneW+1)/(MinLane+1) >= w.Lanes:
		p.Place = Beside
	case area.H >= tallBody:
		p.Place = Under
	default:
		p.Place = Tab
	}
	alone := w.Zoom != NoZoom || p.Place == Tab && w.OnFusion
	if w.Zoom != NoZoom && w.Lanes+boolInt(w.Fusion) > 1 || p.Place == Tab || fit < w.Lanes {
		if w.Height >= 8 {
			p.Tabs = Rect{0, area.Y, area.W, 1}
			area.Y++
			area.H--
		}
	}
	switch {
	case w.Fusion && w.Zoom != ZoomLane && (alone || w.Lanes == 0):
		p.Fusion = pane(area, w.Height)
	case alone:
		p.lanes(w, area, 1)
	case p.Place == Beside:
		left := Rect{area.X, area.Y, laneW, area.H}
		p.lanes(w, left, w.Lanes)
		p.Seps = append(p.Seps, Rect{laneW, area.Y, 1, area.H})
		p.Fusion = pane(Rect{laneW + 1, area.Y, fusionW, area.H}, w.Height)
	case p.Place == Under:
		low := area.H * 9 / 20
		p.lanes(w, Rect{area.X, area.Y, area.W, area.H - low}, fit)
		p.Fusion = pane(Rect{area.X, area.Y + area.H - low, area.W, low}, w.Height)
	default:
		p.lanes(w, area, fit)
	}
}

// lanes places n lanes beside each other, so that the focused one is among them.
func (p *Plan) lanes(w Want, area Rect, n int) {
	n = min(n, w.Lanes)
	if n == 0 {
		return
	}
	first := min(max(w.First, 0), w.Lanes-n)
	if w.Focus < first {
		first = w.Focus
	}
	if w.Focus >= first+n {
		first = w.Focus - n + 1
	}
	p.First, p.Visible = first, n
	free := area.W - (n - 1)
	x := area.X
	for i := range n {
		width := free / n
		if i < free%n {
			width++
		}
		p.Lanes = append(p.Lanes, LanePane{Lane: first + i, Pane: pane(Rect{x, area.Y, width, area.H}, w.Height)})
		x += width
		if i < n-1 {
			p.Seps = append(p.Seps, Rect{x, area.Y, 1, area.H})
			x++
		}
	}
}

// pane divides one column. The screen's height decides which ornaments there is
// room for, so that neighbours always look alike.
func pane(r Rect, screen int) Pane {
	var p Pane
	y, h := r.Y, r.H
	if screen >= 4 && h >= 2 {
		p.Head = Rect{r.X, y, r.W, 1}
		y++
		h--
	}
	if screen >= 7 && h >= 3 {
		h--
		p.Foot = Rect{r.X, y + h, r.W, 1}
	}
	p.Body = Rect{r.X, y, r.W, max(h, 0)}
	return p
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Hit is what lies under a cell.
type Hit struct {
	Lane     int // -1 when none
	Fusion   bool
	Composer bool
	Tabs     bool
}

// At tells what a click at a cell means.
func (p *Plan) At(x, y int) Hit {
	hit := Hit{Lane: -1}
	for _, l := range p.Lanes {
		if l.contains(x, y) {
			hit.Lane = l.Lane
		}
	}
	hit.Fusion = p.Fusion.contains(x, y)
	hit.Composer = p.Composer.Contains(x, y)
	hit.Tabs = p.Tabs.Contains(x, y)
	return hit
}

func (p *Pane) contains(x, y int) bool {
	return p.Head.Contains(x, y) || p.Body.Contains(x, y) || p.Foot.Contains(x, y)
}

// Rects lists every rectangle of the plan that can be seen.
func (p *Plan) Rects() []Rect {
	all := []Rect{p.Title, p.Tabs, p.Rule, p.Composer, p.Status}
	add := func(q Pane) { all = append(all, q.Head, q.Body, q.Foot) }
	for _, l := range p.Lanes {
		add(l.Pane)
	}
	add(p.Fusion)
	all = append(all, p.Seps...)
	seen := all[:0]
	for _, r := range all {
		if !r.Empty() {
			seen = append(seen, r)
		}
	}
	return seen
}
