package compare

import (
	"assay/ui/keys"
	"assay/ui/layout"
)

// spot is what can have the focus.
type spot uint8

const (
	onComposer spot = iota
	onLane
	onFusion
)

// focus says where keys go, and which lane is meant where one is needed: the one
// that had the focus last.
type focus struct {
	spot spot
	lane int // place from 0
	zoom layout.Zoom
}

func (f *focus) where() keys.Where {
	switch f.spot {
	case onLane:
		return keys.Lane
	case onFusion:
		return keys.Fusion
	}
	return keys.Composer
}

// next moves the focus on by one in the ring composer, lanes, fusion.
func (f *focus) next(by, lanes int, fusion bool) {
	n := 1 + lanes
	if fusion {
		n++
	}
	at := 0
	switch f.spot {
	case onLane:
		at = 1 + f.lane
	case onFusion:
		at = n - 1
	}
	switch at = (at + by + n) % n; {
	case at == 0:
		f.spot = onComposer
	case fusion && at == n-1:
		f.spot = onFusion
	default:
		f.spot, f.lane = onLane, at-1
	}
	f.follow()
}

// follow keeps the zoom on what has the focus.
func (f *focus) follow() {
	switch {
	case f.zoom == layout.NoZoom:
	case f.spot == onLane:
		f.zoom = layout.ZoomLane
	case f.spot == onFusion:
		f.zoom = layout.ZoomFusion
	}
}

// clamp brings the focus back onto something that is there.
func (f *focus) clamp(lanes int, fusion bool) {
	f.lane = max(min(f.lane, lanes-1), 0)
	if f.spot == onFusion && !fusion || f.spot == onLane && lanes == 0 {
		f.spot = onComposer
	}
	if f.zoom == layout.ZoomFusion && !fusion || f.zoom == layout.ZoomLane && lanes == 0 {
		f.zoom = layout.NoZoom
	}
}

// toggleZoom shows the focused pane alone, or everything again.
func (f *focus) toggleZoom() {
	switch {
	case f.zoom != layout.NoZoom:
		f.zoom = layout.NoZoom
	case f.spot == onFusion:
		f.zoom = layout.ZoomFusion
	default:
		f.zoom = layout.ZoomLane
	}
}
