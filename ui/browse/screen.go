package browse

import (
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"assay/catalog"
	"assay/ui/backend"
	"assay/ui/keys"
	"assay/ui/status"
)

// view is what the screen shows.
type view uint8

const (
	onList view = iota
	onCompare
	onPlot
	onFree
	onRanks
	views
)

// Screen is the catalog. It is used by the goroutine of the event loop.
type Screen struct {
	o      Options
	shop   shop
	filter filter
	list   list
	free   free
	ranks  ranks
	plot   plot
	detail detail
	sheet  scroll // of the comparison

	view       view
	draft      string   // the prompt in the composer
	ticked     []string // models by id, in the order they were ticked
	refreshing bool
	loading    bool
	w, h       int
	drawn      string
	dirty      bool
}

// New makes the screen. It does no IO.
func New(o Options) *Screen {
	return &Screen{o: o, filter: newFilter(o.Styles), free: free{count: 3}, detail: detail{beside: true}, dirty: true}
}

// Init does nothing: the catalog is read when the screen is first shown.
func (s *Screen) Init() tea.Cmd { return nil }

// Show is called whenever the screen comes up: the catalog may have changed.
func (s *Screen) Show() tea.Cmd {
	s.dirty, s.loading = true, true
	s.draft = ""
	if s.o.Draft != nil {
		s.draft = strings.TrimSpace(s.o.Draft())
	}
	return tea.Batch(s.load, s.enter())
}

// load reads the catalog and what is kept of it.
func (s *Screen) load() tea.Msg {
	stock := s.o.Backend.Models(s.o.Context)
	kept, err := s.o.Backend.Kept(s.o.Context)
	return stockMsg{newShop(stock, kept), err}
}

// Update takes every message but keys and the mouse.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case stockMsg:
		return s.stocked(msg)
	case refreshedMsg:
		return s.refreshed(msg)
	case keptMsg:
		return s.favoured(msg)
	case quotasMsg:
		return s.counted(msg)
	case againMsg:
		return s.again()
	case rankMsg:
		return s.ranked(msg)
	default:
		return nil
	}
}

// stocked takes the catalog that was read. Whatever is under the cursor stays there.
func (s *Screen) stocked(msg stockMsg) tea.Cmd {
	s.loading, s.dirty = false, true
	at := s.current()
	s.shop = msg.shop
	s.ticked = slices.DeleteFunc(s.ticked, func(id string) bool { return s.shop.models[id] == nil })
	s.search()
	if at != nil {
		s.list.seek(at.ID)
	}
	if msg.err != nil {
		return s.o.Say(status.Warning, "favourites could not be read: "+reason(msg.err))
	}
	return nil
}

// search runs the filter over the catalog.
func (s *Screen) search() {
	if s.shop.search == nil {
		return
	}
	s.list.hits = s.shop.find(&s.filter, s.list.order(&s.filter))
	s.list.window.cursor, s.list.window.top = 0, 0
	s.detail.scroll.top = 0
	s.fill()
}

// fill makes what the view shows of the list.
func (s *Screen) fill() {
	switch s.view {
	case onFree:
		s.free.fill(s.list.hits, &s.shop)
	case onPlot:
		s.plot.fill(s.list.hits)
	}
}

// SetSize fits the screen into w × h cells.
func (s *Screen) SetSize(w, h int) { s.w, s.h, s.dirty = w, h, true }

// Redraw has the next Frame draw everything again.
func (s *Screen) Redraw() { s.dirty = true }

// Where is the place the focus is in.
func (s *Screen) Where() keys.Where {
	if s.filter.typing {
		return keys.List
	}
	return keys.Browse
}

// Type takes a key no binding claims.
func (s *Screen) Type(msg tea.KeyMsg) tea.Cmd {
	if !s.filter.typing {
		if !msg.Paste {
			return nil
		}
		s.filter.focus(true)
	}
	s.dirty = true
	if s.filter.typed(msg) {
		s.search()
	}
	return nil
}

// Mouse follows clicks and the wheel.
func (s *Screen) Mouse(msg tea.MouseMsg) tea.Cmd {
	s.dirty = true
	switch {
	case msg.Button == tea.MouseButtonWheelDown || msg.Button == tea.MouseButtonWheelUp:
		s.wheel(msg)
	case msg.Action != tea.MouseActionPress || msg.Button != tea.MouseButtonLeft:
	case msg.Y == 0:
		if v, ok := s.tabAt(msg.X); ok {
			return s.turn(v)
		}
	case msg.Y == 1 && s.listed():
		s.filter.focus(true)
	default:
		s.filter.focus(false)
		s.click(msg.Y)
	}
	return nil
}

func (s *Screen) wheel(msg tea.MouseMsg) {
	a := keys.Up
	if msg.Button == tea.MouseButtonWheelDown {
		a = keys.Down
	}
	for range 3 {
		if s.view == onList && s.split() && msg.X >= s.w-s.detailWidth() {
			s.detail.scroll.move(a)
		} else {
			s.move(a)
		}
	}
}

// click chooses the row under the pointer; a click on the chosen one ticks it.
func (s *Screen) click(y int) {
	w, n := s.rows()
	at := y - s.firstRow() + w.top
	switch {
	case y < s.firstRow() || at >= n || y >= s.h-1:
	case at == w.cursor && s.view != onRanks:
		s.tick()
	default:
		w.cursor = at
		s.detail.scroll.top = 0
	}
}

// rows is the list that has the focus and its length.
func (s *Screen) rows() (*window, int) {
	switch s.view {
	case onFree:
		return &s.free.window, len(s.free.rows)
	case onRanks:
		return &s.ranks.window, s.ranks.len()
	}
	return &s.list.window, len(s.list.hits)
}

// current is the model under the cursor, nil when there is none.
func (s *Screen) current() *catalog.Model {
	w, n := s.rows()
	if w.cursor >= n {
		return nil
	}
	switch s.view {
	case onFree:
		return s.free.rows[w.cursor].model
	case onRanks:
		return s.ranks.model(w.cursor, &s.shop)
	}
	return s.list.hits[w.cursor].Model
}

// Close waits for nothing: what the screen asks for is the backend's to end.
func (s *Screen) Close() {}

// today is the day ages are counted to.
func (s *Screen) today() time.Time { return time.Now() }

// choice is whether and where a model can be asked.
func (s *Screen) choice(m *catalog.Model) backend.Choice { return s.shop.choices[m] }
