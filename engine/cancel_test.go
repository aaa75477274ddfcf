package engine_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"assay/engine"
	"assay/engine/chat"
)

func TestCancelKeepsTextAndClosesUpstreams(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var long reply
		for range 1000 {
			long.parts = append(long.parts, text("word ", 100*time.Millisecond))
		}
		r := newRig(t, map[string]func(int) reply{"primary": always(long), "other": always(long)}, nil)
		run := r.Start(t.Context(), engine.Spec{}, lane(0, "m/solo"), lane(1, "m/two"))
		s := new(chat.State)
		go func() {
			time.Sleep(2050 * time.Millisecond)
			run.CancelLane(0)
			time.Sleep(time.Second)
			run.Cancel()
		}()
		begin := time.Now()
		for ev := range run.Events() {
			s.Apply(ev)
		}
		if d := time.Since(begin); d != 3050*time.Millisecond {
			t.Errorf("ended %v after the start, want at the cancel", d)
		}
		for i, words := range []int{20, 30} {
			l := s.Lanes[i]
			if l.Phase != chat.PhaseCancelled || string(l.Text) != strings.Repeat("word ", words) {
				t.Errorf("lane %d: %v with %d bytes", i, l.Phase, len(l.Text))
			}
			if l.Failure.Cost == nil || l.Failure.Cost.USD.IsZero() {
				t.Errorf("lane %d lost its bill", i)
			}
		}
		if s.Summary.Cancelled != 2 {
			t.Errorf("summary %+v", s.Summary)
		}
	})
}

func TestCancelDuringBackoffAndBeforeTheFirstByte(t *testing.T) {
	for name, script := range map[string]func(int) reply{
		"back-off":    always(status(429, "wait", map[string]string{"Retry-After": "20"})),
		"no headers":  always(reply{after: time.Hour}),
		"no contents": always(reply{parts: []part{{hang: true}}}),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, map[string]func(int) reply{"primary": script}, nil)
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
				defer cancel()
				begin := time.Now()
				s, _ := drain(r.Start(ctx, engine.Spec{}, lane(0, "m/solo")))
				if d := time.Since(begin); d != 3*time.Second || s.Lanes[0].Failure == nil {
					t.Errorf("ended after %v: %+v", d, s.Lanes[0].Failure)
				}
			})
		})
	}
}

func TestCloseWithoutReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var long reply
		for range 2000 {
			long.parts = append(long.parts, text("word "))
		}
		r := newRig(t, map[string]func(int) reply{"primary": always(long)}, nil)
		run := r.Start(t.Context(), engine.Spec{}, lane(0, "m/solo"))
		time.Sleep(time.Second) // the lane now waits for a reader
		run.Close()
		if res := run.Results(); len(res) != 1 || res[0].Failure == nil || res[0].Text == "" {
			t.Errorf("results %+v", res)
		}
	})
}
