// Package talk is a conversation with several models at once: the lanes as the user
// set them up, the turns, and what every lane is told of earlier ones. It knows
// nothing of screens.
package talk

import (
	"slices"

	"assay/engine/chat"
	"assay/ui/backend"
)

// LaneID names a lane for as long as the conversation lasts, whatever its place.
type LaneID int

// Setup is how a lane asks.
type Setup struct {
	Preset   string
	Provider string       // pinned upstream
	System   string       // instructions sent before the conversation
	Request  chat.Request // model and the parameters the user set; no messages
}

// Column is one lane's part in a turn.
type Column struct {
	ID     LaneID
	Number int   // of the lane in the turn's run; -1: not asked
	Setup  Setup // as asked
}

// Turn is one prompt and what came of it. The newest turn may not have been asked
// yet: it is where lanes are set up.
type Turn struct {
	Prompt   string
	Columns  []Column
	removed  []Column // taken away after they had answered: history still needs them
	Feed     *Feed    // nil before the prompt is sent
	Promoted LaneID
	Fused    bool // a fusion was asked for
	Panel    string
	Stale    bool // a lane was asked again after the fusion began
}

// Asked reports whether the turn has been sent.
func (t *Turn) Asked() bool { return t.Feed != nil }

// Column finds a lane's part, nil when it had none.
func (t *Turn) Column(id LaneID) *Column {
	for _, cols := range [][]Column{t.Columns, t.removed} {
		if i := slices.IndexFunc(cols, func(c Column) bool { return c.ID == id }); i >= 0 {
			return &cols[i]
		}
	}
	return nil
}

// Numbers are the numbers of the lanes in the run, by position; -1 where one was not
// asked.
func (t *Turn) Numbers() []int {
	out := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = c.Number
	}
	return out
}

// Place is the position, from 0, of the lane with a number in the run; -1 for the
// judge, the writer and lanes that were taken away.
func (t *Turn) Place(number int) int {
	return slices.IndexFunc(t.Columns, func(c Column) bool { return c.Number == number && number >= 0 })
}

// Talk is a conversation. The zero value has no lanes. It is not safe for concurrent
// use; its Feeds are.
type Talk struct {
	turns []*Turn
	last  LaneID
	Fuse  bool   // fuse the answers of the next turn
	Panel string // by this panel
}

// Turns are the turns, oldest first; there is always one.
func (t *Talk) Turns() []*Turn {
	if len(t.turns) == 0 {
		t.turns = []*Turn{{}}
	}
	return t.turns
}

// Newest is the turn the lanes are set up in.
func (t *Talk) Newest() *Turn {
	turns := t.Turns()
	return turns[len(turns)-1]
}

// Lanes are the lanes of the next prompt, in order.
func (t *Talk) Lanes() []Column { return t.Newest().Columns }

// Add puts one more lane at the end.
func (t *Talk) Add(s Setup) LaneID {
	t.last++
	n := t.Newest()
	n.Columns = append(n.Columns, Column{ID: t.last, Number: -1, Setup: s})
	return t.last
}

// Remove takes a lane away. Its part in earlier turns stays; what it is saying now
// is stopped.
func (t *Talk) Remove(id LaneID) {
	n := t.Newest()
	i := slices.IndexFunc(n.Columns, func(c Column) bool { return c.ID == id })
	if i < 0 {
		return
	}
	if n.Asked() && n.Columns[i].Number >= 0 {
		n.Feed.CancelLane(n.Columns[i].Number)
	}
	if n.Asked() {
		n.removed = append(n.removed, n.Columns[i])
	}
	n.Columns = slices.Delete(n.Columns, i, i+1)
}

// Configure changes how a lane asks from now on.
func (t *Talk) Configure(id LaneID, s Setup) {
	if c := t.Newest().Column(id); c != nil {
		c.Setup = s
	}
}

// Choose makes the lanes be these models. Lanes whose model stays are kept, with
// their settings and their history; a model named twice has two lanes.
func (t *Talk) Choose(models []string) {
	old := slices.Clone(t.Lanes())
	var next []Column
	var add []string
	for _, m := range models {
		i := slices.IndexFunc(old, func(c Column) bool { return c.Setup.Request.Model == m })
		if i < 0 {
			add = append(add, m)
			continue
		}
		next = append(next, old[i])
		old = slices.Delete(old, i, i+1)
	}
	for _, c := range old {
		t.Remove(c.ID)
	}
	// Kept lanes keep their order: a lane that jumps while it streams is hard to read.
	slices.SortStableFunc(next, func(a, b Column) int { return int(a.ID) - int(b.ID) })
	t.Newest().Columns = next
	for _, m := range add {
		t.Add(Setup{Request: chat.Request{Model: m}})
	}
}

// Draft is the run that a prompt would start.
func (t *Talk) Draft(prompt string) backend.Ask {
	a := backend.Ask{Prompt: prompt, Fuse: t.Fuse && len(t.Lanes()) > 1, Panel: t.Panel}
	for i, c := range t.Lanes() {
		a.Lanes = append(a.Lanes, t.lane(c, i, len(t.turns), prompt))
	}
	return a
}

// Begin opens the turn of a run that was started from Draft.
func (t *Talk) Begin(a backend.Ask, s backend.Session) *Turn {
	n := t.Newest()
	if n.Asked() {
		n = &Turn{Columns: slices.Clone(n.Columns)}
		t.turns = append(t.turns, n)
	}
	n.Prompt, n.Fused, n.Panel, n.Feed = a.Prompt, a.Fuse, a.Panel, &Feed{}
	for i := range n.Columns {
		n.Columns[i].Number = i
	}
	n.Feed.Attach(s, a.Fuse)
	return n
}

// Again is the run that asks some lanes of a turn once more, with their present
// settings. Lanes that had no part in the turn yet get a number of their own.
func (t *Talk) Again(turn *Turn, ids ...LaneID) backend.Ask {
	snap := turn.Feed.Snapshot()
	a := backend.Ask{Prompt: turn.Prompt, Continues: snap.State.Run.ID, Panel: turn.Panel}
	at := slices.Index(t.turns, turn)
	free := len(snap.State.Lanes)
	for _, c := range turn.Columns {
		free = max(free, c.Number+1)
	}
	for _, id := range ids {
		c := turn.Column(id)
		if c == nil {
			continue
		}
		if now := t.Newest().Column(id); now != nil {
			c.Setup = now.Setup
		}
		number := c.Number
		if number < 0 {
			number = free
			free++
		}
		a.Lanes = append(a.Lanes, t.lane(*c, number, at, turn.Prompt))
	}
	return a
}

// Resume reads a run that was started from Again. ids are those it was given.
func (t *Talk) Resume(turn *Turn, a backend.Ask, s backend.Session, ids ...LaneID) {
	for i, id := range ids {
		if c := turn.Column(id); c != nil && i < len(a.Lanes) {
			c.Number = a.Lanes[i].Number
		}
	}
	turn.Stale = turn.Fused
	turn.Feed.Attach(s, false)
}

// Fusing is the fusion of the answers a turn has, finished or not.
func (t *Talk) Fusing(turn *Turn) backend.Fusing {
	snap := turn.Feed.Snapshot()
	f := backend.Fusing{Continues: snap.State.Run.ID, Prompt: turn.Prompt, Panel: t.Panel, FirstLane: len(snap.State.Lanes)}
	for _, c := range turn.Columns {
		f.FirstLane = max(f.FirstLane, c.Number+1)
		if c.Number < 0 || c.Number >= len(snap.State.Lanes) {
			continue
		}
		l := &snap.State.Lanes[c.Number]
		f.Answers = append(f.Answers, chat.Answer{
			Spec: l.Spec, Text: string(l.Text), Thought: string(l.Thought), Tools: l.Tools, Finish: l.Finish, Failure: l.Failure,
		})
	}
	return f
}

// Judged reads a fusion that was started from Fusing.
func (t *Talk) Judged(turn *Turn, s backend.Session) {
	turn.Fused, turn.Stale, turn.Panel = true, false, t.Panel
	turn.Feed.Attach(s, true)
}

// Promote makes every lane go on from one lane's answer to a turn. The same lane
// again undoes it.
func (t *Talk) Promote(turn *Turn, id LaneID) {
	if turn.Promoted == id {
		id = 0
	}
	turn.Promoted = id
}

// lane is one lane of a run that belongs after the first n turns.
func (t *Talk) lane(c Column, number, n int, prompt string) backend.Lane {
	r := c.Setup.Request
	r.Messages = t.history(c, n)
	r.Messages = append(r.Messages, chat.TextMessage(chat.User, prompt))
	return backend.Lane{Number: number, Preset: c.Setup.Preset, Provider: c.Setup.Provider, Request: r}
}

// history is what a lane has said and heard in the first n turns: its own answers,
// or the promoted one where there is one. A turn the lane has no answer to is left
// out, question included.
func (t *Talk) history(c Column, n int) []chat.Message {
	var out []chat.Message
	if c.Setup.System != "" {
		out = append(out, chat.TextMessage(chat.System, c.Setup.System))
	}
	for _, turn := range t.turns[:min(n, len(t.turns))] {
		if !turn.Asked() {
			continue
		}
		id := c.ID
		if turn.Promoted != 0 {
			id = turn.Promoted
		}
		if m, ok := turn.answer(id, id == c.ID); ok {
			out = append(out, chat.TextMessage(chat.User, turn.Prompt), m)
		}
	}
	return out
}

// answer is a lane's answer as a message. own says that it goes back to the model
// that gave it, so its reasoning blocks may go with it.
func (t *Turn) answer(id LaneID, own bool) (chat.Message, bool) {
	c := t.Column(id)
	if c == nil || c.Number < 0 {
		return chat.Message{}, false
	}
	snap := t.Feed.Snapshot()
	if c.Number >= len(snap.State.Lanes) {
		return chat.Message{}, false
	}
	l := &snap.State.Lanes[c.Number]
	if len(l.Text) == 0 {
		return chat.Message{}, false
	}
	m := chat.TextMessage(chat.Assistant, string(l.Text))
	if own && l.Finish != nil && l.Spec.Model == c.Setup.Request.Model {
		m.Thinking = l.Finish.Thinking
	}
	return m, true
}

// Live reports whether anything may still arrive.
func (t *Talk) Live() bool {
	return slices.ContainsFunc(t.Turns(), func(turn *Turn) bool { return turn.Asked() && turn.Feed.Live() })
}

// Cancel stops everything that is under way.
func (t *Talk) Cancel() {
	for _, turn := range t.Turns() {
		if turn.Asked() {
			turn.Feed.Cancel()
		}
	}
}

// Wait returns when every session has been read to its end.
func (t *Talk) Wait() {
	for _, turn := range t.Turns() {
		if turn.Asked() {
			turn.Feed.Wait()
		}
	}
}

// Runs are the ids of all runs of the conversation.
func (t *Talk) Runs() []string {
	var ids []string
	for _, turn := range t.Turns() {
		if turn.Asked() {
			ids = append(ids, turn.Feed.Runs()...)
		}
	}
	return ids
}

// Fresh is a new conversation with the same lanes.
func (t *Talk) Fresh() *Talk {
	n := &Talk{Fuse: t.Fuse, Panel: t.Panel}
	for _, c := range t.Lanes() {
		n.Add(c.Setup)
	}
	return n
}
