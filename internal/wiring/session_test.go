package wiring_test

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"slices"
	"testing"

	"assay/catalog"
	"assay/engine/chat"
	"assay/internal/config"
	"assay/internal/store"
	"assay/internal/wiring"
	"assay/ui/talk"
)

// demo is a system of the demo provider alone, at many times its lifelike speed.
func demo(t *testing.T, cfg *config.Config) (*wiring.System, *wiring.Backend, *store.Store) {
	t.Helper()
	st := store.NewMemory()
	sys := wiring.New(wiring.Options{
		Config: cfg, Env: func(string) string { return "" }, DemoOnly: true, DemoSpeed: 200,
		Catalog: func() (*catalog.Catalog, error) { return catalog.New(nil, catalog.Source{}), nil },
		Store:   func() *store.Store { return st },
		Warn:    func(problem string) { t.Error(problem) },
	})
	b := wiring.NewBackend(t.Context(), sys)
	t.Cleanup(func() {
		b.Close()
		if err := errors.Join(sys.Close(), st.Close()); err != nil {
			t.Error(err)
		}
	})
	return sys, b, st
}

func panel(fuse bool) *talk.Talk {
	c := &talk.Talk{Fuse: fuse}
	for _, m := range []string{"demo/alder", "demo/birch", "demo/elm"} {
		c.Add(talk.Setup{Request: chat.Request{Model: m}})
	}
	return c
}

func ask(t *testing.T, b *wiring.Backend, c *talk.Talk, prompt string) *talk.Turn {
	t.Helper()
	a := c.Draft(prompt)
	s, err := b.Start(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	turn := c.Begin(a, s)
	c.Wait()
	return turn
}

func saved(t *testing.T, st *store.Store) []chat.Event {
	t.Helper()
	runs, err := st.Runs("", 10)
	if err != nil || len(runs) != 1 {
		t.Fatalf("%d saved runs, want 1 (%v)", len(runs), err)
	}
	raw, err := st.RunEvents(runs[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	var out []chat.Event
	r := chat.NewReader(bytes.NewReader(raw))
	for {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
}

// A fused run that was saved and is opened again is the same to the last byte as when
// it had just ended.
func TestRecordedRunIsTheLiveOne(t *testing.T) {
	_, b, st := demo(t, config.Default())
	live := panel(true)
	ask(t, b, live, "Is a whale a fish?")
	ask(t, b, live, "And a shark?")
	if _, err := b.Save(t.Context(), live.Runs()); err != nil {
		t.Fatal(err)
	}
	again := &talk.Talk{}
	again.Recall(saved(t, st))
	if len(again.Turns()) != 2 {
		t.Fatalf("%d turns, want 2", len(again.Turns()))
	}
	for i, turn := range live.Turns() {
		want, got := turn.Feed.Snapshot(), again.Turns()[i].Feed.Snapshot()
		if want.State.Analysis == nil || !want.State.Analysis.Final {
			t.Fatal("the run was not fused")
		}
		if !reflect.DeepEqual(want.State, got.State) {
			t.Errorf("turn %d: the states differ:\nlive     %+v\nrecorded %+v", i, want.State, got.State)
		}
		if got.Live || again.Turns()[i].Prompt != turn.Prompt || !again.Turns()[i].Fused {
			t.Errorf("turn %d is %+v", i, again.Turns()[i])
		}
		for j, c := range turn.Columns {
			if r := again.Turns()[i].Columns[j]; r.Number != c.Number || r.ID != c.ID || r.Setup.Request.Model != c.Setup.Request.Model {
				t.Errorf("turn %d, lane %d: %+v, want %+v", i, j, r, c)
			}
		}
	}
}

// A recorded run goes on: a lane that is asked again is saved behind it.
func TestRecordedRunIsContinued(t *testing.T) {
	_, b, st := demo(t, config.Default())
	live := panel(false)
	ask(t, b, live, "Name a tree.")
	if _, err := b.Save(t.Context(), live.Runs()); err != nil {
		t.Fatal(err)
	}
	events := saved(t, st)
	_, other, st2 := demo(t, config.Default())
	if err := other.Recall(events); err != nil {
		t.Fatal(err)
	}
	c := &talk.Talk{}
	c.Recall(events)
	turn := c.Newest()
	a := c.Again(turn, turn.Columns[1].ID)
	s, err := other.Start(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	c.Resume(turn, a, s, turn.Columns[1].ID)
	c.Wait()
	if _, err := other.Save(t.Context(), c.Runs()); err != nil {
		t.Fatal(err)
	}
	all := saved(t, st2)
	if n := len(chat.Turns(all)); n != 1 || len(all) <= len(events) || !slices.EqualFunc(all[:len(events)], events, func(a, b chat.Event) bool { return reflect.DeepEqual(a, b) }) {
		t.Errorf("%d events in %d turns after %d events", len(all), n, len(events))
	}
	again := &talk.Talk{}
	again.Recall(all)
	if got, want := again.Newest().Feed.Snapshot().State, turn.Feed.Snapshot().State; !reflect.DeepEqual(got.Lanes, want.Lanes) {
		t.Error("the continued run is another one when it is opened again")
	}
}

// With privacy.save_answers a run is saved when it ends, and what continues it goes
// into the same saved run; without it nothing is.
func TestSaveAnswers(t *testing.T) {
	for _, save := range []bool{false, true} {
		cfg := config.Default()
		cfg.Privacy.SaveAnswers = save
		_, b, st := demo(t, cfg)
		c := panel(false)
		turn := ask(t, b, c, "Name a tree.")
		a := c.Again(turn, turn.Columns[0].ID)
		s, err := b.Start(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		c.Resume(turn, a, s, turn.Columns[0].ID)
		c.Wait()
		b.Close() // waits until what has ended is saved
		if !save {
			if runs, err := st.Runs("", 10); err != nil || len(runs) != 0 {
				t.Errorf("%d runs saved without being asked to (%v)", len(runs), err)
			}
			continue
		}
		if events := saved(t, st); len(chat.Turns(events)) != 1 {
			t.Error("the lane that was asked again is not part of the saved run")
		}
	}
}
