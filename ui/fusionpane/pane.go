// Package fusionpane shows what fusion found out: the findings by category, who holds
// them and how well they are tied to the answers, and the fused answer.
package fusionpane

import (
	"slices"

	"assay/engine/chat"
	"assay/ui/keys"
	"assay/ui/theme"
)

// Answer is the fused answer as it is drawn: a lane's text.
type Answer interface {
	// Rows draws at most h rows of at most w cells.
	Rows(w, h int) []string
	// Do scrolls, for the actions of reading.
	Do(a keys.Action)
}

// Source is what there is to show. Lanes are numbered as in the run.
type Source struct {
	Analysis *chat.Analysis
	Lanes    []int    // numbers of the lanes on the screen, by position; nil: all, in order
	Answer   Answer   // nil: there is no fused answer
	Stage    string   // what is being done, or waited for; "" when nothing is
	Intro    []string // paragraphs, while there is nothing to show
	Stale    bool     // answers have changed since
	Figures  []string // cost and time by stage
	Version  int      // equal versions are equal sources
}

// View is what the pane shows when there is no room for everything.
type View uint8

// The views.
const (
	Findings View = iota
	FusedAnswer
)

// Sizes from which findings and answer are both shown: above each other, or beside.
const (
	splitRows   = 24
	besideCells = 96
)

// Model is a fusion pane. It is used by one goroutine.
type Model struct {
	look
	src      Source
	items    []Item
	cursor   int
	chosen   bool // the user has moved: the cursor stays with its item
	view     View
	switched bool // the user has chosen the view
	top      int
	room     int // rows of the list when drawn last
	cache    drawn
	brief    brief
}

// look is how marks and headings are drawn.
type look struct{ styles *theme.Styles }

// New makes an empty pane.
func New(s *theme.Styles) *Model { return &Model{look: look{s}} }

// Reset forgets where the user was: the pane shows another turn.
func (m *Model) Reset() { *m = Model{look: m.look} }

// Set gives the pane what to show. The cursor stays on its item where that is still
// there; analyses come several times, each complete so far.
func (m *Model) Set(src Source) {
	if !slices.Equal(src.Lanes, m.src.Lanes) || src.Analysis != m.src.Analysis {
		m.brief = brief{}
	} else if src.Version == m.src.Version {
		m.src = src
		return
	}
	id := ""
	if it := m.Current(); it != nil && m.chosen {
		id = it.ID
	}
	if src.Analysis != m.src.Analysis {
		m.items = Items(src.Analysis)
	}
	m.src = src
	m.cursor = 0
	if i := slices.IndexFunc(m.items, func(it Item) bool { return it.ID == id }); i >= 0 && id != "" {
		m.cursor = i
	}
	if src.Answer == nil {
		m.view = Findings
	}
	m.cache = drawn{}
}

// Current is the item under the cursor, nil when there is none.
func (m *Model) Current() *Item {
	if m.cursor < 0 || m.cursor >= len(m.items) {
		return nil
	}
	return &m.items[m.cursor]
}

// Chosen is the item the user has moved to, nil before that: only a choice
// highlights passages in the lanes.
func (m *Model) Chosen() *Item {
	if !m.chosen {
		return nil
	}
	return m.Current()
}

// Unchoose takes the highlight away and says whether there was one.
func (m *Model) Unchoose() bool {
	was := m.chosen
	m.chosen = false
	m.cache = drawn{}
	return was
}

// View is what the keys act on, in the size drawn last: until the user chooses, the
// findings, and the fused answer only where there is no room for both.
func (m *Model) View() View { return m.view }

// Answered reports whether there is a fused answer to switch to.
func (m *Model) Answered() bool { return m.src.Answer != nil }

// settle chooses the view for a size, unless the user has.
func (m *Model) settle(w, h int) {
	switch {
	case m.switched:
	case m.src.Answer != nil && !beside(w, h) && !stacked(h):
		m.view = FusedAnswer
	default:
		m.view = Findings
	}
}

// beside reports whether findings and answer fit next to each other.
func beside(w, h int) bool { return w >= besideCells && h > 3 }

// stacked reports whether they fit above each other.
func stacked(h int) bool { return h >= splitRows }

// Do carries out an action of reading.
func (m *Model) Do(a keys.Action) {
	if a == keys.Switch {
		if m.src.Answer != nil {
			m.view = 1 - m.view
			m.switched = true
			m.cache = drawn{}
		}
		return
	}
	if m.view == FusedAnswer && m.src.Answer != nil {
		m.src.Answer.Do(a)
		return
	}
	switch a {
	case keys.Down:
		m.move(1)
	case keys.Up:
		m.move(-1)
	case keys.HalfDown, keys.PageDown:
		m.move(max(m.room/4, 1))
	case keys.HalfUp, keys.PageUp:
		m.move(-max(m.room/4, 1))
	case keys.Top:
		m.move(-len(m.items))
	case keys.Follow:
		m.move(len(m.items))
	}
}

// move goes n items on. The first move chooses the item the cursor stands on.
func (m *Model) move(n int) {
	if len(m.items) == 0 {
		return
	}
	if m.chosen {
		m.cursor = min(max(m.cursor+n, 0), len(m.items)-1)
	} else if n > 1 || n < -1 {
		m.cursor = min(max(m.cursor+n, 0), len(m.items)-1)
	}
	m.chosen = true
	m.cache = drawn{}
}

// Click chooses what is drawn in a row of the pane's body.
func (m *Model) Click(row int) {
	row -= m.cache.listAt
	if row < 0 || row >= m.cache.listRows {
		return
	}
	row += m.top
	for i, start := range m.cache.starts {
		if row < start {
			break
		}
		m.cursor, m.chosen = i, true
	}
	m.cache = drawn{listAt: m.cache.listAt, listRows: m.cache.listRows}
}
