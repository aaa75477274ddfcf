package engine_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"assay/catalog"
	"assay/engine"
	"assay/engine/chat"
	"assay/engine/limit"
	"assay/engine/provider"
	"assay/engine/route"
	"assay/internal/secret"
	"assay/internal/usd"
)

// newFreeRig has two models that OpenRouter serves for nothing, twenty requests a
// minute and fifty a day, one of which a second provider serves for nothing, too,
// when elsewhere is set.
func newFreeRig(t *testing.T, scripts map[string]func(int) reply, elsewhere bool, change func(*engine.Options)) rig {
	t.Helper()
	free := func(model, name string) catalog.Endpoint {
		e := endpoint(model, name)
		e.Prices.Prompt, e.Prices.Completion = usd.Known(usd.Amount{}), usd.Known(usd.Amount{})
		return e
	}
	one := &catalog.Model{ID: "m/one:free", Author: "m", Input: catalog.Text, Output: catalog.Text, Endpoints: []catalog.Endpoint{free("m/one:free", "openrouter")}}
	two := &catalog.Model{ID: "m/two:free", Author: "m", Input: catalog.Text, Output: catalog.Text, Endpoints: []catalog.Endpoint{free("m/two:free", "openrouter")}}
	if elsewhere {
		one.Endpoints = append(one.Endpoints, free(one.ID, "fallback"))
	}
	cat := catalog.New([]*catalog.Model{one, two}, catalog.Source{})
	set := provider.NewSet(
		&provider.Provider{Name: "openrouter", Format: "openai", BaseURL: "http://openrouter", Key: secret.New("key"), Free: provider.Quota{PerMinute: 20, PerDay: 50}, Gateway: true},
		&provider.Provider{Name: "fallback", Format: "openai", BaseURL: "http://fallback", Key: secret.New("key")},
	)
	return newRig(t, scripts, func(o *engine.Options) {
		o.Catalog, o.Providers = func() *catalog.Catalog { return cat }, func() *provider.Set { return set }
		o.Prefs = route.Preferences{Order: []string{"openrouter"}}
		if change != nil {
			change(o)
		}
	})
}

// Twenty requests of a minute go out at once, the others wait for the next minute and
// are told so. That they are served in the order they came is package limit's to show:
// here all of them end in the same instant.
func TestFreeRequestsWaitTheirTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newFreeRig(t, map[string]func(int) reply{"openrouter": always(answers("fine"))}, false, nil)
		begin := time.Now()
		var wg sync.WaitGroup
		for i := range 30 {
			wg.Go(func() {
				time.Sleep(time.Duration(i) * time.Millisecond)
				s, _ := r.play(t, lane(0, "m/one:free"))
				l := s.Lanes[0]
				if l.Finish == nil {
					t.Errorf("%+v", l.Failure)
				}
				waited := strings.Contains(trail(s, 0), "waiting")
				if waited != (i >= 20) {
					t.Errorf("request %d: %s", i, trail(s, 0))
				}
				if d := time.Since(begin); waited && d < time.Minute || d > time.Minute+time.Second {
					t.Errorf("request %d ended after %v", i, d)
				}
			})
		}
		wg.Wait()
		if n := r.up.count("openrouter"); n != 30 {
			t.Errorf("%d requests", n)
		}
	})
}

// A wait says how long it is; a lane that is stopped in the queue leaves at once,
// without a request, and holds nobody up.
func TestFreeQueueCanBeLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newFreeRig(t, map[string]func(int) reply{"openrouter": always(answers("fine"))}, false, nil)
		for range 20 {
			r.play(t, lane(0, "m/one:free"))
		}
		begin := time.Now()
		first := r.Start(t.Context(), engine.Spec{}, lane(0, "m/one:free"))
		synctest.Wait()
		second := r.Start(t.Context(), engine.Spec{}, lane(0, "m/two:free"))
		told := false
		time.AfterFunc(10*time.Second, first.Cancel)
		for ev := range first.Events() {
			switch b := ev.Body.(type) {
			case *chat.Attempt:
				told = told || b.Outcome == chat.AttemptWaiting && b.RetryAfterMs == 60_000 && b.Provider == "openrouter"
			case *chat.Failure:
				if d := time.Since(begin); b.ErrorType != chat.ErrCancelled || d != 10*time.Second {
					t.Errorf("after %v: %+v", d, b)
				}
			}
		}
		if !told {
			t.Error("the wait is not told")
		}
		if s, _ := drain(second); s.Lanes[0].Finish == nil || time.Since(begin) != time.Minute {
			t.Errorf("the next in the queue ended after %v: %+v", time.Since(begin), s.Lanes[0].Failure)
		}
		if n := r.up.count("openrouter"); n != 21 {
			t.Errorf("%d requests", n)
		}
	})
}

// Failed attempts count, of all free models together. When the day is used up nothing
// is sent any more: the error tells when the next day begins, and after that it goes on.
func TestFreeDayIsNotRunInto(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := true
		r := newFreeRig(t, map[string]func(int) reply{"openrouter": func(int) reply {
			if down {
				return status(400, "temperature is too high", nil)
			}
			return answers("fine")
		}}, false, nil)
		for i := range 50 {
			r.play(t, lane(0, []string{"m/one:free", "m/two:free"}[i%2]))
			time.Sleep(10 * time.Second)
		}
		down = false
		s, _ := r.play(t, lane(0, "m/one:free"))
		f := s.Lanes[0].Failure
		if f == nil || f.ErrorType != chat.ErrNoEndpoints || !strings.Contains(f.Message, "quota") || !strings.Contains(f.Remedy, "quota") {
			t.Errorf("%+v", f)
		}
		if n := r.up.count("openrouter"); n != 50 {
			t.Errorf("%d requests", n)
		}
		time.Sleep(24 * time.Hour)
		if s, _ = r.play(t, lane(0, "m/one:free")); s.Lanes[0].Finish == nil {
			t.Errorf("%+v", s.Lanes[0].Failure)
		}
	})
}

// Where somebody else serves the model nobody waits for a quota.
func TestFreeQuotaFailsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newFreeRig(t, map[string]func(int) reply{"openrouter": always(answers("here")), "fallback": always(answers("there"))}, true, nil)
		begin := time.Now()
		for i := range 25 {
			s, _ := r.play(t, lane(0, "m/one:free"))
			want := map[bool]string{true: "here", false: "there"}[i < 20]
			if string(s.Lanes[0].Text) != want {
				t.Errorf("request %d: %q %s %+v", i, s.Lanes[0].Text, trail(s, 0), s.Lanes[0].Failure)
			}
		}
		if d := time.Since(begin); d != 0 {
			t.Errorf("took %v", d)
		}
	})
}

// The free router picks among what is free, spreads its choice, and obeys the quota of
// the provider whichever model it picks.
func TestFreeRouter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limits := limit.New(nil)
		r := newFreeRig(t, map[string]func(int) reply{"openrouter": always(answers("fine"))}, false, func(o *engine.Options) { o.Limits = limits })
		first := map[string]int{}
		for i := range 20 {
			s, _ := r.play(t, lane(0, engine.FreeModel))
			if s.Lanes[0].Finish == nil || !s.Summary.Cost.USD.IsZero() {
				t.Fatalf("request %d: %+v, %v", i, s.Lanes[0].Failure, s.Summary.Cost.USD)
			}
			if s.Lanes[0].Route.Note == "" {
				t.Error("the choice is not told")
			}
			first[s.Lanes[0].Attempts[0].Model]++
		}
		if len(first) != 2 {
			t.Errorf("the choice is not spread: %v", first)
		}
		used, err := limits.Used("openrouter:free")
		if err != nil || used.MinuteUsed != 20 || used.DayUsed != 20 {
			t.Errorf("%+v, %v", used, err)
		}
		s, _ := r.play(t, lane(0, engine.FreeModel))
		if s.Lanes[0].Finish == nil || !strings.Contains(trail(s, 0), "waiting") {
			t.Errorf("%s: %+v", trail(s, 0), s.Lanes[0].Failure)
		}
	})
}

// A request that is never sent uses up no quota.
func TestUnsentRequestsCostNoQuota(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limits := limit.New(nil)
		r := newFreeRig(t, map[string]func(int) reply{"openrouter": always(answers("fine"))}, false, func(o *engine.Options) { o.Limits = limits })
		ln := lane(0, "m/one:free")
		ln.Request.Tools = []chat.ToolSpec{{Name: "f", Parameters: json.RawMessage(`{"broken`)}}
		s, _ := r.play(t, ln)
		if f := s.Lanes[0].Failure; f == nil || f.ErrorType != chat.ErrInvalidRequest || r.up.count("openrouter") != 0 {
			t.Errorf("%+v", f)
		}
		if used, err := limits.Used("openrouter:free"); err != nil || used.MinuteUsed != 0 || used.DayUsed != 0 {
			t.Errorf("%+v, %v", used, err)
		}
	})
}
