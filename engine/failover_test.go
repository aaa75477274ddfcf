package engine_test

import (
	"io"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"assay/engine"
	"assay/engine/chat"
)

// The sixteen faults of a public failover benchmark, on scripted upstreams under
// virtual time: what the caller sees, what the upstreams see, and how long it takes.
func TestFailoverScenarios(t *testing.T) {
	sixty := func(upTo int, end ...part) reply {
		var r reply
		for range upTo {
			r.parts = append(r.parts, text("tok ", 20*time.Millisecond))
		}
		r.parts = append(r.parts, end...)
		return r
	}
	whole := strings.Repeat("tok ", 60)
	fine := always(sixty(60, done()))
	quick := func(o *engine.Options) {
		o.Timeouts = engine.Timeouts{FirstToken: 10 * time.Second, Idle: 10 * time.Second}
	}
	for _, tc := range []struct {
		name      string
		model     string
		primary   func(int) reply
		fallback  func(int) reply
		restart   bool
		text      string
		failure   chat.ErrorType
		asked     [2]int // requests the primary and the fallback may get
		within    time.Duration
		reason    string
		finish    string
		elsewhere string
	}{
		{name: "S01 429 with Retry-After 2 s", model: "m/solo", primary: func(n int) reply {
			if n == 1 {
				return status(429, "slow down", map[string]string{"Retry-After": "2"})
			}
			return sixty(60, done())
		}, text: whole, asked: [2]int{2, 0}, within: 4 * time.Second},
		{name: "S02 persistent 429", primary: always(status(429, "slow down", nil)), fallback: fine, text: whole, asked: [2]int{1, 1}, within: 2 * time.Second},
		{name: "S03 500 once", primary: func(n int) reply {
			if n == 1 {
				return status(500, "oops", nil)
			}
			return sixty(60, done())
		}, fallback: fine, text: whole, asked: [2]int{1, 1}, within: 2 * time.Second},
		{name: "S04 persistent 503", primary: always(status(503, "overloaded", nil)), fallback: fine, text: whole, asked: [2]int{1, 1}, within: 2 * time.Second},
		{name: "S05 reset before headers", primary: always(reply{fail: syscall.ECONNRESET}), fallback: fine, text: whole, asked: [2]int{1, 1}, within: 2 * time.Second},
		{name: "S06 accepts, never answers", primary: always(reply{after: time.Hour}), fallback: fine, text: whole, asked: [2]int{1, 1}, within: 12 * time.Second},
		{name: "S07 first token after 20 s", primary: always(reply{parts: []part{text("late", 20*time.Second), done()}}), fallback: fine, text: whole, asked: [2]int{1, 1}, within: 12 * time.Second},
		{name: "S08 cut at 40 of 60 tokens", primary: always(sixty(40, part{cut: io.ErrUnexpectedEOF})), fallback: fine, restart: true, text: whole, asked: [2]int{1, 1}, within: 3 * time.Second},
		{name: "S09 stalls after 40 tokens", primary: always(sixty(40, part{hang: true})), fallback: fine, restart: true, text: whole, asked: [2]int{1, 1}, within: 13 * time.Second},
		{name: "S10 malformed frame", primary: always(sixty(30, append([]part{{data: "data: {\"choices\": [{\n\n"}}, sixty(30, done()).parts...)...)), fallback: fine, text: whole, asked: [2]int{1, 0}, within: 4 * time.Second},
		{name: "S11 no [DONE]", primary: always(sixty(60, frame(`{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":60}}`))), fallback: fine, text: whole, asked: [2]int{1, 0}, within: 2 * time.Second},
		{name: "S12 context length", primary: always(reply{status: 400, parts: []part{{data: `{"error":{"message":"maximum context length is 4096 tokens","code":"context_length_exceeded"}}`}}}),
			fallback: fine, text: "other", asked: [2]int{1, 0}, within: time.Second, elsewhere: "m/two"},
		{name: "S13 content filter", primary: always(reply{status: 400, parts: []part{{data: `{"error":{"message":"flagged","code":"content_filter","type":"content_policy_violation"}}`}}}),
			fallback: fine, failure: chat.ErrContentPolicy, asked: [2]int{1, 0}, within: time.Second, reason: "flagged"},
		{name: "S14 answer restarts without prefill", primary: always(sixty(10, part{cut: io.ErrUnexpectedEOF})), fallback: fine, restart: true, text: whole, asked: [2]int{1, 1}, within: 3 * time.Second},
		{name: "S16 right model and usage after failover", primary: always(status(500, "oops", nil)), fallback: fine, text: whole, asked: [2]int{1, 1}, within: 2 * time.Second, finish: "fallback"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, map[string]func(int) reply{"primary": tc.primary, "fallback": tc.fallback, "other": always(answers("other"))}, quick)
				model := tc.model
				if model == "" {
					model = "m/one"
				}
				ln := lane(0, model)
				ln.Prefs.RestartAfterCut = tc.restart
				if tc.elsewhere != "" {
					ln.Request.Fallbacks = []string{tc.elsewhere}
				}
				begin := time.Now()
				s, _ := r.play(t, ln)
				l := s.Lanes[0]
				if d := time.Since(begin); d > tc.within {
					t.Errorf("took %v", d)
				}
				if got := [2]int{r.up.count("primary"), r.up.count("fallback")}; got != tc.asked {
					t.Errorf("asked %v, want %v: %s", got, tc.asked, trail(s, 0))
				}
				if tc.failure != "" {
					if l.Failure == nil || l.Failure.ErrorType != tc.failure || !strings.Contains(l.Failure.Message, tc.reason) {
						t.Errorf("failure %+v", l.Failure)
					}
					return
				}
				if string(l.Text) != tc.text || l.Finish == nil {
					t.Fatalf("text of %d bytes, failure %+v", len(l.Text), l.Failure)
				}
				if tc.finish != "" && (l.Finish.Provider != tc.finish || l.Finish.Usage.CompletionTokens != 5 || l.Finish.Model != "m-real") {
					t.Errorf("finish %+v", l.Finish)
				}
				// A restarted answer carries nothing of the voided one to the next endpoint.
				if tc.restart {
					if msgs, _ := r.up.calls["fallback"][0].body["messages"].([]any); len(msgs) != 1 {
						t.Errorf("prefill was sent: %v", msgs)
					}
				}
			})
		})
	}
}

// S15: the primary is down for a minute while a caller asks every four seconds, then
// comes back. Every request succeeds, the primary is hardly bothered, and it is used
// again afterwards.
func TestFlappingPrimary(t *testing.T) {
	for name, order := range map[string][]string{"in order": {"primary", "fallback"}, "drawn": nil} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { flap(t, order) })
		})
	}
}

func flap(t *testing.T, order []string) {
	begin := time.Now()
	r := newRig(t, map[string]func(int) reply{
		"primary": func(int) reply {
			if time.Since(begin) < time.Minute {
				return status(503, "flapping", nil)
			}
			return answers("primary")
		},
		"fallback": always(answers("fallback")),
	}, func(o *engine.Options) { o.Prefs.Order = order })
	for i := range 15 {
		s, _ := r.play(t, lane(0, "m/one"))
		if s.Lanes[0].Finish == nil {
			t.Fatalf("request %d failed: %+v", i, s.Lanes[0].Failure)
		}
		time.Sleep(4 * time.Second)
	}
	before := r.up.count("primary")
	if before < 1 || before > 4 {
		t.Errorf("the dead primary was tried %d times for 15 requests", before)
	}
	for range 90 {
		r.play(t, lane(0, "m/one"))
		time.Sleep(4 * time.Second)
	}
	if n := r.up.count("primary") - before; n < 20 {
		t.Errorf("the recovered primary was used %d times in 90 requests", n)
	}
}

// An endpoint that falls silent costs one request the whole first-token timer; while
// it is probed again with another one at hand, requests wait a quarter of that.
func TestProbesAreImpatient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, map[string]func(int) reply{"primary": always(reply{parts: []part{{hang: true}}}), "fallback": always(answers("fallback"))}, nil)
		var took []time.Duration
		for range 12 {
			begin := time.Now()
			if s, _ := r.play(t, lane(0, "m/one")); s.Lanes[0].Finish == nil {
				t.Fatalf("%+v", s.Lanes[0].Failure)
			}
			if d := time.Since(begin); d > 0 {
				took = append(took, d)
			}
			time.Sleep(10 * time.Second)
		}
		if len(took) < 4 || took[0] != time.Minute || took[1] != time.Minute {
			t.Fatalf("waits %v", took)
		}
		for _, d := range took[2:] {
			if d != 15*time.Second {
				t.Errorf("a probe took %v", d)
			}
		}
	})
}

// A reader that stops reading for longer than the idle timer is not the upstream's
// fault: the answer waits for it and comes whole.
func TestASlowReaderIsNotAStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var long reply
		for range 1000 {
			long.parts = append(long.parts, text("word "))
		}
		long.parts = append(long.parts, done())
		r := newRig(t, map[string]func(int) reply{"primary": always(long)}, nil)
		run := r.Start(t.Context(), engine.Spec{}, lane(0, "m/solo"))
		time.Sleep(10 * time.Minute)
		if s, _ := drain(run); s.Lanes[0].Finish == nil || len(s.Lanes[0].Text) != 5000 {
			t.Errorf("%d bytes, %+v", len(s.Lanes[0].Text), s.Lanes[0].Failure)
		}
	})
}
