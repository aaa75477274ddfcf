package compare

import (
	"bytes"
	"slices"

	"assay/engine/chat"
	"assay/ui/backend"
	"assay/ui/fusionpane"
	"assay/ui/lane"
	"assay/ui/talk"
	"assay/ui/theme"
)

// stage is the conversation and the turn of it that is on the screen.
type stage struct {
	talk   *talk.Talk
	at     int // turn on the screen
	deck   *deck
	snap   talk.Snapshot
	models map[string]backend.Choice
	seen   uint64 // version of the deck at the last refresh
	sent   int64  // tokens of the turn's prompt, approximately
	run    string // that sent was counted for
}

func newStage(t *talk.Talk, styles *theme.Styles) *stage {
	return &stage{talk: t, deck: newDeck(styles)}
}

// turn is the turn on the screen.
func (g *stage) turn() *talk.Turn {
	turns := g.talk.Turns()
	return turns[min(g.at, len(turns)-1)]
}

// close ends what draws the turn on the screen.
func (g *stage) close() {
	if t := g.turn(); t.Asked() {
		t.Feed.Watch(nil)
	}
	g.deck.close()
}

// show puts another turn on the screen.
func (g *stage) show(i int) {
	turns := g.talk.Turns()
	g.close()
	g.at = max(min(i, len(turns)-1), 0)
	g.snap, g.seen = talk.Snapshot{}, 0
	if t := g.turn(); t.Asked() {
		t.Feed.Watch(g.deck)
	}
	g.refresh()
}

// refresh looks at the run again and says whether anything has changed. While
// something is live time passes, which is a change.
func (g *stage) refresh() bool {
	t := g.turn()
	if !t.Asked() {
		return false
	}
	changed := false
	if v := g.deck.version(); v != g.seen {
		g.seen = v
		changed = true
	}
	if t.Feed.Version() != g.snap.Version || g.snap.Live {
		g.snap = t.Feed.Snapshot()
		g.count()
		changed = true
	}
	return changed
}

// count estimates the prompt's tokens, once for a run.
func (g *stage) count() {
	r := &g.snap.State.Run
	if r.ID == g.run {
		return
	}
	n := chat.ApproxTokens(r.Prompt)
	for _, m := range r.Messages {
		n += chat.ApproxTokens(m.Text())
	}
	g.run, g.sent = r.ID, int64(n)
}

// moving reports whether frames are still needed.
func (g *stage) moving() bool { return g.talk.Live() || g.deck.busy() }

// column is one lane's part in the turn on the screen.
type column struct {
	talk.Column
	place   int
	lane    *chat.Lane // nil: not asked
	elapsed int64      // ms
	choice  backend.Choice
	setup   talk.Setup // for the next time it is asked
	sent    int64      // tokens of the prompt, approximately
}

// columns are the lanes of the turn on the screen.
func (g *stage) columns() []column {
	t := g.turn()
	out := make([]column, len(t.Columns))
	for i := range t.Columns {
		out[i] = g.column(t, i)
	}
	return out
}

func (g *stage) column(t *talk.Turn, i int) column {
	c := column{Column: t.Columns[i], place: i, setup: t.Columns[i].Setup, sent: g.sent}
	if now := g.talk.Newest().Column(c.ID); now != nil {
		c.setup = now.Setup
	}
	if n := c.Number; n >= 0 && n < len(g.snap.State.Lanes) {
		c.lane, c.elapsed = &g.snap.State.Lanes[n], g.snap.Elapsed[n]
	}
	c.choice = g.models[c.model()]
	return c
}

// model is what the lane was asked for, or would be.
func (c *column) model() string {
	if c.lane != nil && c.lane.Spec.Model != "" {
		return c.lane.Spec.Model
	}
	return c.setup.Request.Model
}

// running reports whether the lane may still say something.
func (c *column) running() bool { return c.lane != nil && !c.lane.Phase.Ended() }

// pick is the lane at a place, nil when there is none.
func (g *stage) pick(place int) *column {
	t := g.turn()
	if place < 0 || place >= len(t.Columns) {
		return nil
	}
	c := g.column(t, place)
	return &c
}

// role finds the judge or the writer: the last lane of that role, which a later
// fusion has replaced.
func (g *stage) role(r chat.LaneRole) (number int, l *chat.Lane) {
	for i := len(g.snap.State.Lanes) - 1; i >= 0; i-- {
		if g.snap.State.Lanes[i].Spec.Role == r {
			return i, &g.snap.State.Lanes[i]
		}
	}
	return -1, nil
}

// fusion reports whether there is a fusion pane: the turn was fused, or the next one
// will be.
func (g *stage) fusion() bool {
	t := g.turn()
	if t.Asked() {
		return t.Fused || g.snap.State.Analysis != nil
	}
	return g.talk.Fuse
}

// progress counts the answers of the turn: those that can be used, those that may
// still come, and all.
func (g *stage) progress() (usable, open, all int) {
	for _, c := range g.turn().Columns {
		if c.Number < 0 || c.Number >= len(g.snap.State.Lanes) {
			continue
		}
		all++
		l := &g.snap.State.Lanes[c.Number]
		switch {
		case !l.Phase.Ended():
			open++
		case l.Phase == chat.PhaseDone && len(bytes.TrimSpace(l.Text)) > 0:
			usable++
		}
	}
	return usable, open, all
}

// answered reports whether the fused answer is there in full.
func (g *stage) answered() bool {
	_, l := g.role(chat.RoleWriter)
	return l != nil && l.Phase == chat.PhaseDone && len(l.Text) > 0
}

// spans are the passages an item rests on, by lane number.
func spans(it *fusionpane.Item) map[int][]lane.Span {
	if it == nil {
		return nil
	}
	out := map[int][]lane.Span{}
	for _, q := range it.Quotes {
		if q.Grounded && q.End > q.Start && q.Start >= 0 {
			out[q.Lane] = append(out[q.Lane], lane.Span{Start: q.Start, End: q.End})
		}
	}
	for n := range out {
		slices.SortFunc(out[n], func(a, b lane.Span) int { return a.Start - b.Start })
	}
	return out
}

// fused are the passages of the fused answer that rest on a claim.
func fused(a *chat.Analysis, id string) []lane.Span {
	if a == nil {
		return nil
	}
	var out []lane.Span
	for _, l := range a.Links {
		if slices.Contains(l.Claims, id) {
			out = append(out, lane.Span{Start: l.Start, End: l.End})
		}
	}
	return out
}

// bill is what the turn on the screen has cost so far, running lanes estimated.
func (g *stage) bill() (total chat.Cost, ok bool) {
	for i := range g.snap.State.Lanes {
		l := &g.snap.State.Lanes[i]
		c := column{lane: l, choice: g.models[l.Spec.Model], sent: g.sent}
		if b, known := bill(&c); known {
			total = total.Add(b)
			ok = true
		}
	}
	return total, ok
}
