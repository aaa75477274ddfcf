package ui_test

import (
	"testing"
	"testing/synctest"
	"time"

	"assay/engine/chat"
	"assay/ui"
	"assay/ui/uitest"
)

// A recorded run is on the screen at once, with its lanes, and can be gone on from.
func TestRecordedRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		events := []chat.Event{
			{Lane: chat.NoLane, Body: &chat.Run{V: 1, ID: "old", Prompt: "why is the sky blue?", Lanes: []chat.LaneSpec{
				{Lane: 0, Role: chat.RoleAnswer, Model: "acme/one"}, {Lane: 1, Role: chat.RoleAnswer, Model: "acme/two"},
			}}},
			{TMs: 10, Lane: 0, Body: chat.Text{Text: "Rayleigh scattering."}},
			{TMs: 20, Lane: 0, Body: &chat.Finish{Model: "acme/one", Provider: "acme", FinishReason: "stop"}},
			{TMs: 30, Lane: 1, Body: chat.Text{Text: "Short waves scat"}},
		}
		fake := &uitest.Fake{Answers: map[string][]uitest.Answer{
			"acme/one": {{Text: "A prism."}}, "acme/two": {{Text: "A rainbow."}},
		}}
		d := uitest.Start(t, 120, 30, ui.Options{Backend: fake, Recorded: events})
		d.Sees("Rayleigh scattering.").Sees("Short waves scat").Sees("stopped").Sees("2 two")
		d.Type("and what bends it?").Press("enter").Advance(5 * time.Second)
		d.Sees("A prism.").Sees("A rainbow.")
		asks := fake.Asks()
		d.Quit()
		if len(asks) != 1 || len(asks[0].Lanes) != 2 || len(asks[0].Lanes[0].Request.Messages) != 3 {
			t.Errorf("the next turn does not know the recorded one: %+v", asks)
		}
	})
}
