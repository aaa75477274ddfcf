package browse

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"assay/catalog"
	"assay/engine/chat"
	"assay/ui/keys"
	"assay/ui/markdown"
	"assay/ui/status"
)

// Do carries out an action and says whether it is one of this screen's.
func (s *Screen) Do(a keys.Action, key string) (tea.Cmd, bool) {
	s.dirty = true
	if s.filter.typing {
		return nil, s.editing(a)
	}
	if s.scrolled(a, key) {
		return nil, true
	}
	switch a {
	case keys.Filter:
		s.edit()
		return nil, true
	case keys.Quick:
		s.digit(keys.Digit(key))
		return nil, true
	case keys.Sort, keys.SortReverse:
		return s.sort(a == keys.SortReverse), true
	case keys.Tick:
		return s.tick(), true
	case keys.Pick:
		return s.open(), true
	case keys.AskFree:
		return s.askFree(), true
	case keys.Detail:
		return nil, s.toggleDetail()
	case keys.CompareNow:
		return s.turn(onCompare), true
	case keys.Plot:
		return s.turn(onPlot), true
	case keys.PlotAxis:
		return s.axis(), true
	case keys.FreeModels:
		return s.turn(onFree), true
	case keys.Rankings:
		return s.turn(onRanks), true
	case keys.FocusNext:
		return s.turn((s.view + 1) % views), true
	case keys.FocusPrev:
		return s.turn((s.view + views - 1) % views), true
	case keys.Refresh:
		return s.refresh(), true
	case keys.Favourite:
		return s.favour(), true
	case keys.ModelPage:
		return s.page(), true
	case keys.Copy:
		return s.withModel(func(m *catalog.Model) tea.Cmd { return s.o.Copy(m.ID, "id") }), true
	case keys.Back:
		return nil, s.back()
	}
	return nil, false
}

// editing carries out an action while the filter is typed into.
func (s *Screen) editing(a keys.Action) bool {
	switch a {
	case keys.Pick, keys.Back:
		s.filter.focus(false)
	case keys.Tick:
		if s.filter.complete(s.shop.index) {
			s.search()
		}
	default:
		return s.move(a)
	}
	return true
}

// scrolled carries out an action that moves in what has the focus.
func (s *Screen) scrolled(a keys.Action, key string) bool {
	switch {
	case s.view == onCompare:
		return s.sheet.move(a)
	case s.view == onList && s.detail.full, s.split() && (key == "J" || key == "K"):
		return s.detail.scroll.move(a)
	}
	return s.move(a)
}

// move moves in the list of the view.
func (s *Screen) move(a keys.Action) bool {
	w, n := s.rows()
	before := w.cursor
	ok := w.move(a, n)
	if w.cursor != before {
		s.detail.scroll.top = 0
	}
	return ok
}

// edit gives the keyboard to the filter.
func (s *Screen) edit() {
	if !s.listed() {
		s.view = onList
	}
	s.detail.full = false
	s.filter.focus(true)
}

// digit switches a quick filter; among free models it says how many to ask.
func (s *Screen) digit(n int) {
	switch {
	case n == 0 || !s.listed():
	case s.view == onFree:
		s.free.count = min(n, maxFree)
	default:
		s.filter.toggle(n - 1)
		s.search()
	}
}

// sort goes on to the next order, or turns it round. The order is told under the
// filter.
func (s *Screen) sort(reverse bool) tea.Cmd {
	if key := s.filter.query.Sort().Key; key != "" {
		return s.o.Say(status.Info, "the filter itself says how to sort: sort:"+key)
	}
	if reverse {
		s.list.sort.Reverse = !s.list.sort.Reverse
	} else {
		s.list.next()
	}
	s.search()
	return nil
}

// turn shows another view.
func (s *Screen) turn(v view) tea.Cmd {
	at := s.current()
	if v == onCompare && len(s.ticked) == 0 && at != nil {
		return s.o.Say(status.Info, "tick two to four models first: "+s.key(keys.Tick)+" ticks")
	}
	s.view, s.detail.full, s.sheet.top = v, false, 0
	s.filter.focus(false)
	s.fill()
	if at != nil && (v == onList || v == onPlot) {
		s.list.seek(at.ID)
	}
	return s.enter()
}

// enter asks for what a view needs besides the catalog.
func (s *Screen) enter() tea.Cmd {
	switch s.view {
	case onFree:
		return s.quotas
	case onRanks:
		return s.rank()
	case onPlot:
		s.plot.score = s.shop.scored
	}
	return nil
}

// toggleDetail shows or hides the detail: beside the list where there is room, else in
// its place.
func (s *Screen) toggleDetail() bool {
	switch {
	case s.view != onList:
		s.view = onList
		s.detail.full = s.w < splitWidth
	case s.w >= splitWidth:
		s.detail.beside = !s.detail.beside
	default:
		s.detail.full = !s.detail.full
	}
	return true
}

// back closes what is open and says whether there was anything.
func (s *Screen) back() bool {
	switch {
	case s.detail.full:
		s.detail.full = false
	case s.view != onList:
		s.view = onList
	case !s.filter.empty():
		s.filter.only = everything
		s.filter.set("")
		s.search()
	default:
		return false
	}
	return true
}

func (s *Screen) withModel(do func(*catalog.Model) tea.Cmd) tea.Cmd {
	if m := s.current(); m != nil {
		return do(m)
	}
	return s.o.Say(status.Info, "no model is chosen")
}

// maxTicked is how many models can be ticked: the most lanes a run has.
const maxTicked = 8

func (s *Screen) tick() tea.Cmd {
	return s.withModel(func(m *catalog.Model) tea.Cmd {
		if i := slices.Index(s.ticked, m.ID); i >= 0 {
			s.ticked = slices.Delete(s.ticked, i, i+1)
			return nil
		}
		if len(s.ticked) == maxTicked {
			return s.o.Say(status.Warning, fmt.Sprintf("%d models are the most that can be asked at once", maxTicked))
		}
		s.ticked = append(s.ticked, m.ID)
		return nil
	})
}

// open makes the ticked models the lanes, or the one under the cursor. Those that
// cannot be asked are named.
func (s *Screen) open() tea.Cmd {
	picked := slices.Clone(s.ticked)
	if m := s.current(); len(picked) == 0 && m != nil {
		picked = []string{m.ID}
	}
	var lanes, not []string
	for _, id := range picked {
		if c := s.choice(s.shop.models[id]); len(c.Providers) == 0 {
			not = append(not, markdown.CleanLine(id)+" ("+orText(markdown.CleanLine(c.Note), "writes no text")+")")
			continue
		}
		lanes = append(lanes, id)
	}
	switch {
	case len(picked) == 0:
		return s.o.Say(status.Info, "no model is chosen")
	case len(lanes) == 0:
		return s.o.Say(status.Warning, "cannot be asked: "+strings.Join(not, ", "))
	}
	s.ticked = nil
	cmd := s.o.Lanes(lanes)
	if len(not) > 0 {
		return tea.Batch(cmd, s.o.Say(status.Warning, "left out: "+strings.Join(not, ", ")))
	}
	return cmd
}

func orText(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// favour keeps the model among the favourites, or no longer.
func (s *Screen) favour() tea.Cmd {
	return s.withModel(func(m *catalog.Model) tea.Cmd {
		on := !s.shop.favourite[m.ID]
		s.shop.favourite[m.ID] = on
		return func() tea.Msg { return keptMsg{m.ID, on, s.o.Backend.SetFavourite(s.o.Context, m.ID, on)} }
	})
}

func (s *Screen) favoured(msg keptMsg) tea.Cmd {
	if msg.err == nil {
		return nil
	}
	s.dirty = true
	s.shop.favourite[msg.model] = !msg.on
	return s.o.Say(status.Error, "not kept: "+reason(msg.err))
}

// page opens the model's page.
func (s *Screen) page() tea.Cmd {
	return s.withModel(func(m *catalog.Model) tea.Cmd {
		if at := address(m); at != "" {
			return s.o.Web(at)
		}
		return s.o.Say(status.Info, "no page of this model is known")
	})
}

// address is where a model is described: at OpenRouter, else where its weights are.
func address(m *catalog.Model) string {
	for i := range m.Endpoints {
		if m.Endpoints[i].Provider == "openrouter" {
			return "https://openrouter.ai/" + path(m.ID)
		}
	}
	if m.Weights != "" {
		return "https://huggingface.co/" + path(m.Weights)
	}
	return ""
}

// path keeps an id from being anything but a path.
func path(id string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("/-._~:", r):
			return r
		}
		return -1
	}, id)
}

// refresh asks for news in the background.
func (s *Screen) refresh() tea.Cmd {
	if s.refreshing {
		return s.o.Say(status.Info, "the catalogs are being asked already")
	}
	s.refreshing = true
	return func() tea.Msg {
		news, err := s.o.Backend.Refresh(s.o.Context)
		return refreshedMsg{news, err}
	}
}

func (s *Screen) refreshed(msg refreshedMsg) tea.Cmd {
	s.refreshing, s.dirty = false, true
	n := msg.news
	problems := ""
	if len(n.Problems) > 0 {
		problems = markdown.CleanLine(strings.Join(n.Problems, "; "))
	}
	switch {
	case msg.err != nil:
		return s.o.Say(status.Error, "no news, what was known stays: "+reason(msg.err))
	case n.New+n.Gone+n.Changed == 0 && problems == "":
		return tea.Batch(s.load, s.o.Say(status.Good, "nothing has changed"))
	}
	text := fmt.Sprintf("%d new, %d gone, %d other changes", n.New, n.Gone, n.Changed)
	if problems != "" {
		return tea.Batch(s.load, s.o.Say(status.Warning, text+"; "+problems))
	}
	return tea.Batch(s.load, s.o.Say(status.Good, text))
}

// key is the key to name for an action in a sentence.
func (s *Screen) key(a keys.Action) string {
	return keys.Label(s.o.Keys.Key(keys.Browse, a), s.o.Styles.Options.ASCII)
}

// reason is an error in one clean line.
func reason(err error) string {
	var e *chat.Error
	if errors.As(err, &e) && e.Message != "" {
		return markdown.CleanLine(e.Message)
	}
	return markdown.CleanLine(err.Error())
}
