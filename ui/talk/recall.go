package talk

import (
	"slices"

	"assay/engine/chat"
)

// Recall appends recorded runs to the conversation as if they had just ended: a turn
// for each run, its lanes those of the last one. What continued a run belongs to its
// turn. Recall before anything is asked.
func (t *Talk) Recall(events []chat.Event) {
	t.turns = slices.DeleteFunc(t.turns, func(turn *Turn) bool { return !turn.Asked() })
	for _, run := range chat.Turns(events) {
		turn := &Turn{Feed: &Feed{}}
		turn.Feed.recall(run)
		state := turn.Feed.Snapshot().State
		turn.Prompt, turn.Fused = said(&state.Run), state.Analysis != nil
		var before []Column
		if len(t.turns) > 0 {
			before = slices.Clone(t.Newest().Columns)
		}
		for i := range state.Lanes {
			if l := &state.Lanes[i]; l.Spec.Role == chat.RoleAnswer && l.RunID != "" {
				turn.Columns = append(turn.Columns, t.column(l, i, &before))
			}
		}
		t.turns = append(t.turns, turn)
	}
}

// said is the prompt of a run.
func said(r *chat.Run) string {
	if r.Prompt != "" {
		return r.Prompt
	}
	return (&chat.Request{Messages: r.Messages}).Prompt()
}

// column is the place of a recorded lane. It is the same lane as one of the turn
// before that asked the same model.
func (t *Talk) column(l *chat.Lane, number int, before *[]Column) Column {
	setup := Setup{Preset: l.Spec.Preset, Request: chat.Request{Model: l.Spec.Model}}
	i := slices.IndexFunc(*before, func(c Column) bool {
		return c.Setup.Request.Model == l.Spec.Model && c.Setup.Preset == l.Spec.Preset
	})
	if i >= 0 {
		id := (*before)[i].ID
		*before = slices.Delete(*before, i, i+1)
		return Column{ID: id, Number: number, Setup: setup}
	}
	t.last++
	return Column{ID: t.last, Number: number, Setup: setup}
}

// recall folds the events of a recording: of its first run and of what continued it.
func (f *Feed) recall(events []chat.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.runs == nil {
		f.runs = map[string]*pump{}
	}
	for _, e := range events {
		f.fold(e)
		if r, ok := e.Body.(*chat.Run); ok && f.runs[r.ID] == nil {
			f.runs[r.ID] = &pump{}
		}
	}
	for i := range f.state.Lanes {
		if l := &f.state.Lanes[i]; !l.Phase.Ended() && l.RunID != "" {
			f.fold(chat.Event{TMs: f.state.NowMs, Lane: i, Body: &chat.Failure{
				ErrorType: chat.ErrCancelled, Message: "the recording ends before this lane did", Retryable: true,
			}})
		}
	}
}
