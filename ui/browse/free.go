package browse

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"assay/catalog"
	"assay/catalog/query"
	"assay/engine/chat"
	"assay/ui/backend"
	"assay/ui/figure"
	"assay/ui/keys"
	"assay/ui/line"
	"assay/ui/markdown"
	"assay/ui/status"
	"assay/ui/talk"
)

// maxFree is how many free models can be asked at once.
const maxFree = maxTicked

// free is what costs nothing: endpoints, and what is left of the quotas they share.
type free struct {
	window
	rows   []freeRow
	quotas []backend.Quota
	count  int  // how many to ask
	above  int  // rows over the list when drawn last
	armed  bool // quotas will be looked at again
}

type freeRow struct {
	model    *catalog.Model
	endpoint *catalog.Endpoint
	ready    bool
	note     string
}

// fill takes the free endpoints of what was found, those that can be asked first.
func (f *free) fill(hits []query.Hit, s *shop) {
	f.rows = f.rows[:0]
	for _, h := range hits {
		c := s.choices[h.Model]
		for i := range h.Model.Endpoints {
			e := &h.Model.Endpoints[i]
			if !e.Free() {
				continue
			}
			r := freeRow{h.Model, e, slices.Contains(c.Providers, e.Provider), ""}
			if !r.ready {
				r.note = orText(c.Note, "no key for "+e.Provider)
			}
			f.rows = append(f.rows, r)
		}
	}
	slices.SortStableFunc(f.rows, func(a, b freeRow) int {
		switch {
		case a.ready == b.ready:
			return 0
		case a.ready:
			return -1
		}
		return 1
	})
	f.clamp(len(f.rows))
}

// quotas asks how much is used.
func (s *Screen) quotas() tea.Msg {
	q, err := s.o.Backend.Quotas(s.o.Context)
	return quotasMsg{q, err}
}

// quotaEvery is how often quotas are looked at while they are on the screen.
const quotaEvery = 5 * time.Second

func (s *Screen) counted(msg quotasMsg) tea.Cmd {
	s.dirty = true
	if msg.err != nil {
		return s.o.Say(status.Warning, "quotas could not be read: "+reason(msg.err))
	}
	s.free.quotas = msg.quotas
	if s.free.armed || s.view != onFree {
		return nil
	}
	s.free.armed = true
	return tea.Tick(quotaEvery, func(time.Time) tea.Msg { return againMsg{} })
}

func (s *Screen) again() tea.Cmd {
	s.free.armed = false
	if s.view != onFree {
		return nil
	}
	return s.quotas
}

// freeRows draws the view.
func (s *Screen) freeRows(w, h int) []string {
	st := s.o.Styles
	var rows []string
	for _, q := range s.free.quotas {
		rows = append(rows, s.quota(q, w)...)
	}
	if len(s.free.quotas) == 0 {
		rows = append(rows, line.New(w, st.Glyph.More).Space(1).Add(st.Text.Dim, "no provider with a free quota is configured").String())
	}
	who := fmt.Sprintf("the first %d", s.free.count)
	switch n := len(s.ticked); {
	case n == 1:
		who = "the ticked one"
	case n > 1:
		who = fmt.Sprintf("the %d ticked", n)
	}
	ask := line.New(w, st.Glyph.More).Space(1).Add(st.Chrome.HelpKey, s.key(keys.AskFree)).Add(st.Text.Dim, " asks "+who+" this prompt: ")
	if d := s.draft; d != "" {
		ask.Add(st.Text.Plain, markdown.CleanLine(d))
	} else {
		ask.Add(st.Text.Dim, "none is typed yet")
	}
	rows = append(rows, ask.String(), "")
	s.free.above = len(rows)
	s.free.show(h-len(rows)-1, len(s.free.rows))
	rows = append(rows, s.freeHead(w))
	end := min(s.free.top+s.free.height, len(s.free.rows))
	for i := s.free.top; i < end; i++ {
		rows = append(rows, s.freeRow(i, w))
	}
	if len(s.free.rows) == 0 {
		rows = append(rows, line.New(w, st.Glyph.More).Space(lead).Add(st.Text.Dim, "nothing here is known to be free").String())
	}
	return rows
}

// meter is a bar of that many cells.
func (s *Screen) meter(used, of, cells int) string {
	g := &s.o.Styles.Glyph.Box
	n := 0
	if of > 0 {
		n = min((used*cells+of-1)/of, cells)
	}
	return strings.Repeat(g.MeterFull, n) + strings.Repeat(g.MeterOf, cells-n)
}

// quota is one provider's quota: used, left and when it begins anew. Where a row has no
// room for the minute, that has one of its own.
func (s *Screen) quota(q backend.Quota, w int) []string {
	st := s.o.Styles
	l := line.New(w, st.Glyph.More).Space(1).Add(st.Text.Strong, markdown.CleanLine(q.Provider)).Space(2)
	if q.PerDay > 0 {
		left := max(q.PerDay-q.DayUsed, 0)
		style := st.Note.Good
		if left == 0 {
			style = st.Note.Error
		} else if left*5 <= q.PerDay {
			style = st.Note.Warning
		}
		l.Add(style, s.meter(q.DayUsed, q.PerDay, 10)).Space(1).Add(st.Text.Plain, fmt.Sprintf("%d of %d used today, ", q.DayUsed, q.PerDay)).
			Add(style, fmt.Sprintf("%d left", left)).Add(st.Text.Dim, ", anew in "+span(q.DayResetsIn))
	} else {
		l.Add(st.Text.Dim, "no daily limit known")
	}
	if q.PerMinute == 0 {
		return []string{l.String()}
	}
	used := fmt.Sprintf("%d of %d this minute", q.MinuteUsed, q.PerMinute)
	anew := ", anew in " + span(q.MinuteResets)
	if l.Room() >= len(used)+len(anew)+5 {
		return []string{l.Add(st.Text.Dim, "  "+st.Glyph.Dot+"  ").Add(st.Text.Plain, used).Add(st.Text.Dim, anew).String()}
	}
	below := line.New(w, st.Glyph.More).Space(3+ansi.StringWidth(markdown.CleanLine(q.Provider))).Add(st.Text.Plain, used).Add(st.Text.Dim, anew)
	return []string{l.String(), below.String()}
}

// span is a time to wait, in its two largest units.
func span(d time.Duration) string {
	switch d = d.Round(time.Second); {
	case d >= time.Hour:
		return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
	case d >= time.Minute:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%ds", int(d.Seconds()))
}

// Cells of the columns of the list: provider, context, data policy.
const (
	atCells     = 18
	ctxCells    = 8
	policyCells = 28
)

// freeCells is the room of the columns that fit into a row of w cells.
func freeCells(w int) int {
	if w >= 100 {
		return atCells + ctxCells + policyCells
	}
	return atCells + ctxCells
}

func (s *Screen) freeHead(w int) string {
	st := s.o.Styles.Chrome.TableHead
	l := line.New(w, "").Space(lead).Add(st, "model")
	return s.freeColumns(l, w, func(l *line.Line, n int) {
		l.Add(st, [...]string{"at", "context", "what it does with prompts"}[n])
	})
}

// freeColumns lays the columns that fit behind what the row begins with.
func (s *Screen) freeColumns(l *line.Line, w int, cell func(l *line.Line, n int)) string {
	l.Right(freeCells(w))
	for n, cells := range []int{atCells, ctxCells, policyCells} {
		if l.Room() < cells {
			break
		}
		c := line.New(cells-1, s.o.Styles.Glyph.More).On(l.Ground())
		cell(c, n)
		l.Join(c).Space(cells - c.Width())
	}
	return l.Pad()
}

func (s *Screen) freeRow(i, w int) string {
	r := s.free.rows[i]
	st, g := &s.o.Styles.Chrome, &s.o.Styles.Glyph
	plain, note, good := st.Picker, s.o.Styles.Text.Dim, s.o.Styles.Note.Good
	l, cursor := line.New(w, g.More), " "
	if i == s.free.cursor {
		plain, note, good, cursor = st.PickerChosen, st.PickerChosen, st.PickerChosen, g.Cursor
		l.On(st.PickerChosen)
	}
	l.Add(plain, cursor).Add(good, s.tickMark(r.model.ID)).Space(2).Add(good, mark(r.ready, g.Bullet)).Space(1)
	id := line.New(max(w-lead-freeCells(w)-1, 1), g.More).On(l.Ground())
	id.Add(plain, markdown.CleanLine(r.model.ID))
	if r.note != "" {
		id.Whole(note, "  "+markdown.CleanLine(r.note))
	}
	return s.freeColumns(l.Join(id), w, func(l *line.Line, n int) {
		switch n {
		case 0:
			l.Add(note, markdown.CleanLine(r.endpoint.Provider))
		case 1:
			ctx := r.endpoint.Context
			if ctx == 0 {
				ctx = r.model.Context
			}
			l.Add(plain, orText(figure.Tokens(ctx), "?"))
		case 2:
			l.Add(note, policy(s.o.Backend.Policy(r.endpoint)))
		}
	})
}

// askFree sends the prompt in the composer to the ticked free models, or to the first
// few that can be asked.
func (s *Screen) askFree() tea.Cmd {
	if s.view != onFree {
		return s.turn(onFree)
	}
	if s.draft == "" {
		return s.o.Say(status.Info, "type a prompt first, among the lanes; then this asks it")
	}
	var picked []talk.Setup
	for _, r := range s.free.rows {
		wanted := len(s.ticked) == 0 && len(picked) < s.free.count || slices.Contains(s.ticked, r.model.ID)
		known := slices.ContainsFunc(picked, func(p talk.Setup) bool { return p.Request.Model == r.model.ID })
		if !r.ready || !wanted || known || len(picked) == maxFree {
			continue
		}
		setup := talk.Setup{Request: chat.Request{Model: r.model.ID}}
		if !allFree(r.model) { // elsewhere it may cost something
			setup.Provider = r.endpoint.Provider
		}
		picked = append(picked, setup)
	}
	if len(picked) == 0 {
		return s.o.Say(status.Warning, "none of these can be asked: set a key first")
	}
	s.ticked = nil
	return s.o.Ask(picked)
}
