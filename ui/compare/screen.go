package compare

import (
	"slices"
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"assay/engine/chat"
	"assay/ui/backend"
	"assay/ui/composer"
	"assay/ui/fusionpane"
	"assay/ui/keys"
	"assay/ui/lane"
	"assay/ui/layout"
	"assay/ui/status"
	"assay/ui/talk"
)

// Screen is the workbench. It is used by the goroutine of the event loop.
type Screen struct {
	o       Options
	p       painter
	stage   *stage
	box     *composer.Model
	pane    *fusionpane.Model
	focus   focus
	prompt  prompt
	lanes   lanes
	menu    menus
	does    map[keys.Action]func() tea.Cmd
	plan    layout.Plan
	w, h    int
	drawn   string
	dirty   bool
	ticking bool
}

// New makes the screen. It does no IO.
func New(o Options) *Screen {
	s := &Screen{o: o, p: painter{o.Styles}, box: composer.New(o.Styles), pane: fusionpane.New(o.Styles), dirty: true}
	t := &talk.Talk{Fuse: o.Fuse, Panel: o.Panel}
	if len(o.Recorded) > 0 {
		t.Recall(o.Recorded)
	} else {
		for _, l := range o.Lanes {
			t.Add(l)
		}
	}
	s.stage = newStage(t, o.Styles)
	s.stage.show(len(t.Turns()) - 1)
	s.prompt, s.lanes, s.menu = prompt{Screen: s}, lanes{s}, menus{Screen: s}
	s.does = s.actions()
	s.box.SetValue(o.Draft)
	return s
}

// Init asks for the models and waits for news.
func (s *Screen) Init() tea.Cmd {
	return tea.Batch(s.loadModels, s.awaitNews, s.prompt.drafted())
}

func (s *Screen) loadModels() tea.Msg { return modelsMsg(s.o.Backend.Models(s.o.Context)) }

func (s *Screen) awaitNews() tea.Msg {
	news := s.o.Backend.Changed()
	if news == nil {
		return nil
	}
	select {
	case _, ok := <-news:
		if !ok {
			return nil
		}
		return changedMsg{}
	case <-s.o.Context.Done():
		return nil
	}
}

// Update takes every message but keys and the mouse.
func (s *Screen) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case frameMsg:
		return s.frame()
	case tea.WindowSizeMsg:
		return s.tick()
	case modelsMsg:
		s.setModels(backend.Stock(msg))
	case changedMsg:
		return tea.Batch(s.loadModels, s.awaitNews)
	case priceMsg:
		return s.prompt.quote(msg)
	case quotedMsg:
		return s.prompt.quoted(msg)
	case savedMsg:
		return s.lanes.saved(msg)
	default:
		return nil
	}
	s.dirty = true
	return nil
}

// frame looks at what has arrived and asks for the next frame while more may come.
// What a frame changes is drawn after it and may give lanes work to do (a size, a
// width), so the screen rests only after a frame that changed nothing.
func (s *Screen) frame() tea.Cmd {
	s.ticking = false
	answered, turn := s.stage.answered(), s.stage.turn()
	changed := s.stage.refresh()
	if changed {
		s.dirty = true
	}
	var news tea.Cmd
	if !answered && s.stage.answered() && turn.Feed != nil {
		news = s.announce()
	}
	if changed || s.stage.moving() {
		return tea.Batch(s.tick(), news)
	}
	return news
}

// announce says that the fused answer is there, and where, when the fusion pane is not
// on the screen.
func (s *Screen) announce() tea.Cmd {
	if !s.plan.Fusion.Body.Empty() || s.focus.spot == onFusion {
		return nil
	}
	key := s.o.Keys.Key(keys.Composer, keys.FocusPrev)
	if s.focus.spot == onLane {
		key = strconv.Itoa(len(s.stage.turn().Columns) + 1)
		if row, _ := s.o.Keys.Row(keys.Jump); !slices.Contains(row.Keys, key) {
			key = ""
		}
	}
	text := "the fused answer is ready"
	if key != "" {
		text += ": " + keys.Label(key, s.o.Styles.Options.ASCII) + " shows it"
	}
	return s.o.Say(status.Good, text)
}

// tick arms the next frame, unless it is armed already.
func (s *Screen) tick() tea.Cmd {
	if s.ticking {
		return nil
	}
	s.ticking = true
	d := s.o.frameTime()
	if s.o.Slow != nil && s.o.Slow() {
		d = max(d, slowFrameTime)
	}
	return tea.Tick(d, func(time.Time) tea.Msg { return frameMsg{} })
}

// key is the key to name for an action in a sentence: bindings may be changed.
func (s *Screen) key(a keys.Action) string {
	for _, in := range []keys.Where{keys.Composer, keys.Lane, keys.Fusion} {
		if k := s.o.Keys.Key(in, a); k != "" {
			return keys.Label(k, s.o.Styles.Options.ASCII)
		}
	}
	row, _ := s.o.Keys.Row(a)
	if len(row.Slash) > 0 {
		return "/" + row.Slash[0]
	}
	return "the palette"
}

func (s *Screen) setModels(stock backend.Stock) {
	s.stage.models = make(map[string]backend.Choice, len(stock.Choices))
	for _, c := range stock.Choices {
		s.stage.models[c.Model.ID] = c
	}
	s.menu.fill(stock)
}

// SetSize fits the screen into w × h cells.
func (s *Screen) SetSize(w, h int) {
	s.w, s.h, s.dirty = w, h, true
}

// Redraw has the next Frame draw everything again.
func (s *Screen) Redraw() { s.dirty = true }

// Where is the place the focus is in.
func (s *Screen) Where() keys.Where { return s.focus.where() }

// Do carries out an action and says whether it is one of this screen's.
func (s *Screen) Do(a keys.Action, key string) (tea.Cmd, bool) {
	s.dirty = true
	if n := keys.Digit(key); a == keys.Jump && n > 0 {
		return s.jump(n - 1), true
	}
	do, ok := s.does[a]
	if !ok {
		return nil, false
	}
	return tea.Batch(do(), s.settle()), true
}

// settle keeps focus, highlights and frames in order after something was done.
func (s *Screen) settle() tea.Cmd {
	s.focus.clamp(len(s.stage.turn().Columns), s.stage.fusion())
	if s.focus.spot == onComposer {
		s.box.Focus()
	} else {
		s.box.Blur()
	}
	return s.tick()
}

// Type takes a key no binding claims.
func (s *Screen) Type(msg tea.KeyMsg) tea.Cmd {
	if s.focus.spot != onComposer {
		if !msg.Paste {
			return nil
		}
		// A paste is always meant for the prompt.
		s.focus.spot = onComposer
		s.box.Focus()
	}
	s.box.Type(msg)
	s.dirty = true
	return tea.Batch(s.prompt.drafted(), s.tick())
}

// Mouse follows clicks and the wheel.
func (s *Screen) Mouse(msg tea.MouseMsg) tea.Cmd { return pointer{s}.event(msg) }

// highlight makes the passages behind the chosen finding stand out, in the lanes and
// in the fused answer.
func (s *Screen) highlight() {
	it := s.pane.Chosen()
	marks := spans(it)
	if n, l := s.stage.role(chat.RoleWriter); l != nil && it != nil {
		if marks == nil {
			marks = map[int][]lane.Span{}
		}
		marks[n] = fused(s.stage.snap.State.Analysis, it.ID)
	}
	s.stage.deck.mark(marks)
}

// Choose makes the lanes be these models. Lanes of models that stay are kept as they
// are, also where a model has several.
func (s *Screen) Choose(models []string) tea.Cmd {
	s.menu.choose(models)
	s.dirty = true
	return tea.Batch(s.prompt.drafted(), s.settle())
}

// Draft is the run that sending what is typed would start.
func (s *Screen) Draft() backend.Ask { return s.stage.talk.Draft(s.box.Value()) }

// Close stops what is under way and waits until it has stopped.
func (s *Screen) Close() {
	s.stage.talk.Cancel()
	s.stage.talk.Wait()
	s.stage.deck.close()
}
