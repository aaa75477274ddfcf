package browse

import "assay/ui/keys"

// window is the part of a long list that is in sight, and the row that is chosen.
type window struct {
	cursor, top, height int
}

// move carries out an action that moves in a list of n rows and says whether it was
// one.
func (w *window) move(a keys.Action, n int) bool {
	page := max(w.height, 1)
	switch a {
	case keys.Down:
		w.cursor++
	case keys.Up:
		w.cursor--
	case keys.PageDown:
		w.cursor += page
	case keys.PageUp:
		w.cursor -= page
	case keys.HalfDown:
		w.cursor += max(page/2, 1)
	case keys.HalfUp:
		w.cursor -= max(page/2, 1)
	case keys.Top:
		w.cursor = 0
	case keys.Follow:
		w.cursor = n - 1
	default:
		return false
	}
	w.clamp(n)
	return true
}

// clamp keeps the cursor in a list of n rows and in sight.
func (w *window) clamp(n int) {
	w.cursor = max(min(w.cursor, n-1), 0)
	h := max(w.height, 1)
	w.top = min(w.top, w.cursor)
	w.top = max(w.top, w.cursor-h+1)
	w.top = max(min(w.top, n-h), 0)
}

// show makes the window h rows high over n rows.
func (w *window) show(h, n int) {
	w.height = max(h, 0)
	w.clamp(n)
}

// scroll is the part of a text that is in sight.
type scroll struct {
	top, height, rows int
}

func (s *scroll) by(n int) { s.top = max(min(s.top+n, s.rows-s.height), 0) }

// move carries out an action that scrolls and says whether it was one.
func (s *scroll) move(a keys.Action) bool {
	switch a {
	case keys.Down:
		s.by(1)
	case keys.Up:
		s.by(-1)
	case keys.PageDown:
		s.by(max(s.height-1, 1))
	case keys.PageUp:
		s.by(-max(s.height-1, 1))
	case keys.HalfDown:
		s.by(max(s.height/2, 1))
	case keys.HalfUp:
		s.by(-max(s.height/2, 1))
	case keys.Top:
		s.top = 0
	case keys.Follow:
		s.by(s.rows)
	default:
		return false
	}
	return true
}

// cut is what of rows is in sight in h rows.
func (s *scroll) cut(rows []string, h int) []string {
	s.rows, s.height = len(rows), h
	s.by(0)
	return rows[s.top:min(s.top+h, len(rows))]
}
