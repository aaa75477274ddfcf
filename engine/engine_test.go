package engine_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"assay/engine"
	"assay/engine/chat"
	"assay/engine/route"
	"assay/internal/usd"
)

func TestLanesRunSideBySide(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, map[string]func(int) reply{
			"primary": always(answers("Hello ", "world")), "other": always(answers("Hi")),
		}, nil)
		s, all := r.play(t, lane(0, "m/one"), lane(1, "m/two"))
		if string(s.Lanes[0].Text) != "Hello world" || string(s.Lanes[1].Text) != "Hi" {
			t.Errorf("texts %q %q", s.Lanes[0].Text, s.Lanes[1].Text)
		}
		if _, ok := all[0].Body.(*chat.Run); !ok {
			t.Errorf("first event is %T", all[0].Body)
		}
		sum, ok := all[len(all)-1].Body.(*chat.Summary)
		if !ok || sum.OK != 2 || sum.Failed != 0 {
			t.Fatalf("last event %+v", all[len(all)-1].Body)
		}
		// 10 prompt tokens at $1 and 5 completion tokens at $2 a million, twice.
		if sum.Cost.USD != usd.MustParse("0.00004") || sum.Cost.Source != chat.CostCatalog {
			t.Errorf("cost %+v", sum.Cost)
		}
		f := s.Lanes[0].Finish
		if f.Model != "m-real" || f.Provider != "primary" || f.FinishReason != "stop" || f.GenerationID != "gen-1" {
			t.Errorf("finish %+v", f)
		}
		if got := r.up.calls["primary"][0]; got.body["model"] != "native-primary" || got.auth != "Bearer key-of-primary" {
			t.Errorf("request %+v", got)
		}
	})
}

func TestFailsOverBeforeTheFirstToken(t *testing.T) {
	role := frame(`{"id":"x","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}`)
	inband := frame(`{"error":{"message":"overloaded, sorry","code":503}}`)
	for name, bad := range map[string]reply{
		"429":                     status(429, "slow down", nil),
		"500":                     status(500, "oops", nil),
		"401":                     status(401, "bad key", nil),
		"402":                     status(402, "no credit", nil),
		"404":                     status(404, "no such model", nil),
		"refused":                 {fail: syscall.ECONNREFUSED},
		"reset":                   {fail: syscall.ECONNRESET},
		"ends at once":            {},
		"cut before content":      {parts: []part{role, {cut: io.ErrUnexpectedEOF}}},
		"error inside the stream": {parts: []part{role, inband}},
		"empty answer":            {parts: []part{role, done()}},
		"html":                    {parts: []part{{data: "<html>bad gateway</html>"}}},
		"redirect":                {status: 302, header: map[string]string{"Location": "http://evil/"}},
		"no first token":          {parts: []part{role, {hang: true}}},
		"never any header":        {after: time.Hour},
		"only keep-alives":        {parts: keepAlives(200, time.Second)},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, map[string]func(int) reply{"primary": always(bad), "fallback": always(answers("fine"))}, nil)
				s, _ := r.play(t, lane(0, "m/one"))
				l := s.Lanes[0]
				if string(l.Text) != "fine" || l.Finish == nil || l.Finish.Provider != "fallback" {
					t.Fatalf("text %q, failure %+v, trail %s", l.Text, l.Failure, trail(s, 0))
				}
				if len(l.Attempts) != 2 || l.Attempts[0].Outcome != chat.AttemptFailed || l.Attempts[0].Message == "" {
					t.Errorf("the failed try is not told: %+v", l.Attempts)
				}
			})
		})
	}
}

func keepAlives(n int, every time.Duration) []part {
	var out []part
	for range n {
		out = append(out, part{after: every, data: ": PROCESSING\n\n"})
	}
	return out
}

func TestCallersMistakeIsNotPassedAround(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, map[string]func(int) reply{
			"primary": always(status(400, "temperature must be below 2", nil)), "fallback": always(answers("no")), "other": always(answers("two")),
		}, nil)
		s, _ := r.play(t, lane(0, "m/one"))
		f := s.Lanes[0].Failure
		if f == nil || f.ErrorType != chat.ErrInvalidRequest || !strings.Contains(f.Message, "temperature must be below 2") || f.Remedy == "" {
			t.Fatalf("failure %+v", f)
		}
		if r.up.count("fallback") != 0 {
			t.Error("a bad request was sent to the next endpoint")
		}
		ln := lane(0, "m/one")
		ln.Request.Fallbacks = []string{"m/two"}
		s, _ = r.play(t, ln)
		if string(s.Lanes[0].Text) != "two" {
			t.Errorf("a fallback model takes over on any error: %+v", s.Lanes[0].Failure)
		}
	})
}

func TestCutAfterContentKeepsTheText(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cut := reply{parts: []part{text("Half an ans"), {cut: io.ErrUnexpectedEOF}}}
		r := newRig(t, map[string]func(int) reply{"primary": always(cut), "fallback": always(answers("whole"))}, nil)
		s, _ := r.play(t, lane(0, "m/one"))
		l := s.Lanes[0]
		if string(l.Text) != "Half an ans" || l.Failure == nil || l.Failure.ErrorType != chat.ErrUnavailable {
			t.Fatalf("%q %+v", l.Text, l.Failure)
		}
		if l.Failure.Cost == nil || l.Failure.Cost.Source != chat.CostEstimate || l.Failure.Cost.USD.IsZero() {
			t.Errorf("a cut answer has its bill: %+v", l.Failure.Cost)
		}
		if r.up.count("fallback") != 0 {
			t.Error("asked again after content was shown")
		}
		again := lane(0, "m/one")
		again.Prefs.RestartAfterCut = true
		s, _ = r.play(t, again)
		if string(s.Lanes[0].Text) != "whole" || s.Lanes[0].Finish == nil {
			t.Errorf("restart: %q %+v", s.Lanes[0].Text, s.Lanes[0].Failure)
		}
		if sum := s.Summary.Cost.USD; sum.Cmp(s.Lanes[0].Finish.Cost.USD) <= 0 {
			t.Errorf("the voided half is not billed: %v", sum)
		}
	})
}

func TestStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stall := reply{parts: append([]part{text("a", time.Second)}, keepAlives(500, time.Second)...)}
		r := newRig(t, map[string]func(int) reply{"primary": always(stall)}, nil)
		begin := time.Now()
		s, _ := r.play(t, lane(0, "m/solo"))
		f := s.Lanes[0].Failure
		if f == nil || f.ErrorType != chat.ErrTimeout || string(s.Lanes[0].Text) != "a" {
			t.Fatalf("%+v", f)
		}
		if d := time.Since(begin); d != 61*time.Second {
			t.Errorf("noticed after %v; keep-alives must not count", d)
		}
	})
}

func TestSlowButSteadyIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var slow reply
		for range 10 {
			slow.parts = append(slow.parts, text("x", 50*time.Second))
		}
		slow.parts = append(slow.parts, done())
		r := newRig(t, map[string]func(int) reply{"primary": always(slow)}, nil)
		if s, _ := r.play(t, lane(0, "m/solo")); string(s.Lanes[0].Text) != "xxxxxxxxxx" {
			t.Errorf("%q %+v", s.Lanes[0].Text, s.Lanes[0].Failure)
		}
	})
}

func TestTotalTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var slow reply
		for range 100 {
			slow.parts = append(slow.parts, text("x", 30*time.Second))
		}
		r := newRig(t, map[string]func(int) reply{"primary": always(slow)}, func(o *engine.Options) { o.Timeouts.Total = 2 * time.Minute })
		begin := time.Now()
		s, _ := r.play(t, lane(0, "m/solo"))
		if f := s.Lanes[0].Failure; f == nil || f.ErrorType != chat.ErrTimeout || time.Since(begin) != 2*time.Minute {
			t.Errorf("after %v: %+v", time.Since(begin), f)
		}
	})
}

func TestRetryAfterIsObeyedWhenAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, map[string]func(int) reply{"primary": func(n int) reply {
			if n == 1 {
				return status(429, "slow down", map[string]string{"Retry-After": "2"})
			}
			return answers("better now")
		}}, nil)
		s, _ := r.play(t, lane(0, "m/solo"))
		if string(s.Lanes[0].Text) != "better now" {
			t.Fatalf("%+v", s.Lanes[0].Failure)
		}
		calls := r.up.calls["primary"]
		if gap := calls[1].at.Sub(calls[0].at); gap < 2*time.Second || gap > 3*time.Second {
			t.Errorf("asked again after %v", gap)
		}
	})
}

func TestLongRetryAfterIsToldNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, map[string]func(int) reply{"primary": always(status(429, "daily limit", map[string]string{"Retry-After": "3600"}))}, nil)
		begin := time.Now()
		s, _ := r.play(t, lane(0, "m/solo"))
		f := s.Lanes[0].Failure
		if f == nil || f.RetryAfterMs != 3_600_000 || !strings.Contains(f.Remedy, "1h0m0s") || time.Since(begin) > time.Second {
			t.Errorf("after %v: %+v", time.Since(begin), f)
		}
	})
}

func TestTriesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, map[string]func(int) reply{"primary": always(status(503, "no", nil)), "fallback": always(status(503, "no", nil))}, nil)
		s, _ := r.play(t, lane(0, "m/one"))
		if n := r.up.count("primary") + r.up.count("fallback"); n != 4 || s.Lanes[0].Failure.Attempts != 4 {
			t.Errorf("%d requests, told %d: two endpoints get a second try each", n, s.Lanes[0].Failure.Attempts)
		}
		last := ""
		for _, a := range s.Lanes[0].Attempts {
			if a.Endpoint == last {
				t.Errorf("the same endpoint twice in a row: %s", trail(s, 0))
			}
			last = a.Endpoint
		}
	})
}

func TestHedge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := false
		r := newRig(t, map[string]func(int) reply{
			"primary": func(int) reply {
				if slow {
					return reply{parts: []part{text("late", 20*time.Second), done()}}
				}
				return reply{parts: []part{text("quick", 500*time.Millisecond), done()}}
			},
			"fallback": always(reply{parts: []part{text("hedged", 500*time.Millisecond), done()}}),
		}, nil)
		ln := lane(0, "m/one")
		ln.Prefs.Hedge = true
		for range 12 {
			r.play(t, ln)
		}
		slow = true
		begin := time.Now()
		s, _ := r.play(t, ln)
		if string(s.Lanes[0].Text) != "hedged" || time.Since(begin) > 1100*time.Millisecond {
			t.Fatalf("%q after %v: %s", s.Lanes[0].Text, time.Since(begin), trail(s, 0))
		}
		if trail(s, 0) != "primary:abandoned fallback:started" {
			t.Errorf("trail %s", trail(s, 0))
		}
		if cost := s.Lanes[0].Attempts[0].Cost; cost == nil || cost.Source != chat.CostEstimate || cost.USD.IsZero() {
			t.Errorf("the loser is not billed: %+v", cost)
		}
		if s.Summary.Cost.USD.Cmp(s.Lanes[0].Finish.Cost.USD) <= 0 {
			t.Error("the summary forgets the loser")
		}
	})
}

func TestUnknownModel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil, nil)
		s, _ := r.play(t, lane(0, "nobody/nothing"))
		if f := s.Lanes[0].Failure; f == nil || f.ErrorType != chat.ErrNotFound || f.Remedy == "" {
			t.Errorf("%+v", f)
		}
		ln := lane(0, "m/one")
		ln.Prefs = route.Preferences{Only: []string{"elsewhere"}}
		s, _ = r.play(t, ln)
		if f := s.Lanes[0].Failure; f == nil || f.ErrorType != chat.ErrNoEndpoints || !strings.Contains(f.Message, "allowed_providers (primary, fallback)") {
			t.Errorf("%+v", f)
		}
	})
}

func TestKeyNeverComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, map[string]func(int) reply{"primary": always(status(401, "wrong key key-of-primary", nil))}, nil)
		s, all := r.play(t, lane(0, "m/solo"))
		for _, ev := range all {
			line, err := ev.Append(nil)
			if err != nil || strings.Contains(string(line), "key-of-primary") {
				t.Errorf("the key is in %s (%v)", line, err)
			}
		}
		if s.Lanes[0].Failure.ErrorType != chat.ErrAuthentication {
			t.Errorf("%+v", s.Lanes[0].Failure)
		}
	})
}

func TestStageIntroducesLateLanes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, map[string]func(int) reply{"primary": always(answers("one")), "other": always(answers("two"))}, nil)
		run := r.Go(t.Context(), engine.Spec{Prompt: "p"}, []chat.LaneSpec{{Lane: 0, Role: chat.RoleAnswer, Model: "m/one"}}, func(ctx context.Context, st *engine.Stage) {
			st.Run(ctx, lane(0, "m/one"), nil)
			judge := lane(1, "m/two")
			judge.Spec.Role = chat.RoleJudge
			var seen strings.Builder
			a := st.Run(ctx, judge, func(b chat.Body) {
				if tx, ok := b.(chat.Text); ok {
					seen.WriteString(tx.Text)
				}
			})
			if a.Text != "two" || seen.String() != "two" {
				t.Errorf("answer %q, watched %q", a.Text, seen.String())
			}
			st.Emit(&chat.Analysis{Final: true})
		})
		s, _ := drain(run)
		if len(s.Lanes) != 2 || string(s.Lanes[1].Text) != "two" || s.Lanes[1].Spec.Role != chat.RoleJudge || s.Analysis == nil {
			t.Errorf("%+v", s.Lanes)
		}
		if s.Summary.Cost.Judge.IsZero() || s.Summary.Cost.Answers.IsZero() {
			t.Errorf("summary %+v", s.Summary.Cost)
		}
	})
}

func TestErrorsUnwrap(t *testing.T) {
	cause := errors.New("x")
	if err := error(&chat.Error{Cause: cause}); !errors.Is(err, cause) {
		t.Error("cause is lost")
	}
}
