package chat_test

import (
	"testing"

	"assay/engine/chat"
)

func TestTurns(t *testing.T) {
	run := func(id, continues string) chat.Event {
		return chat.Event{Lane: chat.NoLane, Body: &chat.Run{ID: id, Continues: continues}}
	}
	text := chat.Event{Body: chat.Text{Text: "x"}}
	for _, tt := range []struct {
		name   string
		events []chat.Event
		want   []int // events in each turn
	}{
		{"nothing", nil, nil},
		{"one run", []chat.Event{run("a", ""), text, text}, []int{3}},
		{"a lane asked again", []chat.Event{run("a", ""), text, run("b", "a"), text}, []int{4}},
		{"a lane opened late", []chat.Event{run("a", ""), run("a", "a"), text}, []int{3}},
		{"two turns, the second one judged again", []chat.Event{run("a", ""), text, run("b", ""), text, run("c", "b"), text}, []int{2, 4}},
		{"only what continued a run", []chat.Event{run("b", "a"), text, run("c", "a"), text}, []int{2, 2}},
		{"a stranger in front", []chat.Event{text, run("a", "")}, []int{2}},
	} {
		got := chat.Turns(tt.events)
		if len(got) != len(tt.want) {
			t.Errorf("%s: %d turns, want %d", tt.name, len(got), len(tt.want))
			continue
		}
		for i := range got {
			if len(got[i]) != tt.want[i] {
				t.Errorf("%s: turn %d has %d events, want %d", tt.name, i, len(got[i]), tt.want[i])
			}
		}
	}
}
