package engine_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"assay/catalog"
	"assay/engine"
	"assay/engine/budget"
	"assay/engine/chat"
	"assay/engine/health"
	"assay/internal/usd"
)

// strictBook complains when a day is spent beyond what was set aside in it.
type strictBook struct {
	*budget.Memory
	t *testing.T
}

func (b strictBook) Settle(scope string, held, spent usd.Amount) error {
	if strings.HasPrefix(scope, "day:") && held.Less(spent) {
		b.t.Errorf("%s: %s were set aside, %s spent", scope, held, spent)
	}
	return b.Memory.Settle(scope, held, spent)
}

func TestBudgetRefusesAndStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var endless reply
		for range 100_000 {
			endless.parts = append(endless.parts, text("word and word "))
		}
		r := newRig(t, map[string]func(int) reply{"primary": always(endless)}, nil)
		run := r.Start(t.Context(), engine.Spec{Cap: usd.Known(usd.MustParse("0.0001"))}, lane(0, "m/solo"))
		s, _ := drain(run)
		f := s.Lanes[0].Failure
		if f == nil || f.ErrorType != chat.ErrBudget || len(s.Lanes[0].Text) == 0 {
			t.Fatalf("%+v", f)
		}
		if usd.MustParse("0.0001").Less(f.Cost.USD) {
			t.Errorf("cost %v is over the cap", f.Cost.USD)
		}
		if max, _ := r.up.calls["primary"][0].body["max_tokens"].(float64); max < 10 || max > 50 {
			t.Errorf("the upstream was not told a limit: max_tokens %v", r.up.calls["primary"][0].body["max_tokens"])
		}
		s, _ = drain(r.Start(t.Context(), engine.Spec{Cap: usd.Known(usd.MustParse("0.000001"))}, lane(0, "m/solo")))
		if f := s.Lanes[0].Failure; f == nil || f.ErrorType != chat.ErrBudget || r.up.count("primary") != 1 {
			t.Errorf("a cap below the prompt's price must refuse before sending: %+v", f)
		}
	})
}

// Any number of requests that start at once, with retries, restarts and hedges, never
// spend more than a cap, although upstreams use every token they are allowed and read
// a fifth more of the prompt than was estimated.
func TestCapsAreNeverPassed(t *testing.T) {
	seeds := uint64(150)
	if testing.Short() {
		seeds = 30
	}
	finished, refused := 0, 0
	for seed := range seeds {
		synctest.Test(t, func(t *testing.T) {
			f, r := capped(t, rand.New(rand.NewPCG(seed, 2)))
			finished, refused = finished+f, refused+r
			if t.Failed() {
				t.Fatalf("seed %d", seed)
			}
		})
	}
	t.Logf("%d lanes finished, %d were refused", finished, refused)
	if finished < int(seeds) || refused < int(seeds) {
		t.Error("the test has lost its teeth")
	}
}

func capped(t *testing.T, rnd *rand.Rand) (finished, refused int) {
	limit := usd.MustParse(fmt.Sprintf("0.%06d", 1+rnd.IntN(200_000)))
	book, mem := strictBook{budget.NewMemory(), t}, health.New(nil)
	for range 12 {
		mem.Success(health.Key{Model: "m/one", Tag: "primary"}, 100*time.Millisecond, time.Second, 10)
	}
	var r rig
	var mu sync.Mutex
	greedy := func(host string) func(int) reply {
		return func(n int) reply {
			r.up.mu.Lock()
			body := r.up.calls[host][n-1].body
			r.up.mu.Unlock()
			mu.Lock()
			defer mu.Unlock()
			return useEverything(t, rnd, body)
		}
	}
	r = newRig(t, map[string]func(int) reply{"primary": greedy("primary"), "fallback": greedy("fallback"), "other": greedy("other")}, func(o *engine.Options) {
		o.Budget, o.Health, o.DayCap = book, mem, usd.Known(limit)
		cat := o.Catalog()
		for _, m := range cat.Models() {
			for i := range m.Endpoints {
				e := &m.Endpoints[i]
				e.Prices.CacheWrite = usd.Known(usd.MustParse("0.00000125"))
				e.Prices.Reasoning = usd.Known(usd.MustParse(fmt.Sprintf("0.0000%d", 1+rnd.IntN(4))))
				e.Prices.Tiers = []catalog.Tier{{MinPromptTokens: 60, Prices: catalog.Prices{Prompt: usd.Known(usd.MustParse("0.000003"))}}}
			}
		}
	})
	panels := make([][]engine.Lane, 0, 10)
	for range 2 + rnd.IntN(8) {
		var lanes []engine.Lane
		for i := range 1 + rnd.IntN(5) {
			ln := lane(i, []string{"m/one", "m/two"}[rnd.IntN(2)])
			ln.Request.Messages[0] = chat.TextMessage(chat.User, strings.Repeat("why so ", 1+rnd.IntN(60)))
			ln.Request.MaxTokens = rnd.IntN(3) * 300
			ln.Prefs.Hedge, ln.Prefs.RestartAfterCut = rnd.IntN(2) == 0, rnd.IntN(2) == 0
			lanes = append(lanes, ln)
		}
		panels = append(panels, lanes)
	}
	var runs []*engine.Run
	for _, lanes := range panels {
		runs = append(runs, r.Start(t.Context(), engine.Spec{}, lanes...))
	}
	day, total := budget.Day(time.Now()), usd.Amount{}
	for _, run := range runs {
		s, _ := drain(run)
		total = total.Add(s.Summary.Cost.USD)
		for _, l := range s.Lanes {
			switch {
			case l.Finish != nil:
				finished++
			case l.Failure.ErrorType == chat.ErrBudget:
				refused++
			}
		}
	}
	if spent := book.Spent(day); limit.Less(spent) || spent != total {
		t.Errorf("cap %s, booked %s, billed %s", limit, spent, total)
	}
	return finished, refused
}

// Lanes that start together share what a cap leaves: the first does not take it all.
func TestLanesShareACap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, map[string]func(int) reply{"primary": always(reply{parts: []part{text("fine", time.Second), done()}})}, nil)
		var lanes []engine.Lane
		for i := range 4 {
			lanes = append(lanes, lane(i, "m/solo"))
		}
		run := r.Start(t.Context(), engine.Spec{Cap: usd.Known(usd.MustParse("0.002"))}, lanes...)
		if s, _ := drain(run); s.Summary.OK != 4 {
			t.Errorf("%+v: %+v", s.Summary, s.Lanes[3].Failure)
		}
		for _, c := range r.up.calls["primary"] {
			// A quarter of the cap is 0.0005, a completion token costs 0.000002.
			if most, _ := c.body["max_tokens"].(float64); most < 150 || most > 250 {
				t.Errorf("a lane may answer with %v tokens", most)
			}
		}
	})
}

// useEverything answers with as many tokens as the request allows, all of them spent
// on reasoning half of the time, and bills a longer prompt than was sent.
func useEverything(t *testing.T, rnd *rand.Rand, body map[string]any) reply {
	out, _ := body["max_tokens"].(float64)
	if out == 0 {
		out = 4000 // of the endpoint itself
	}
	messages, _ := body["messages"].([]any)
	prompt, _ := messages[0].(map[string]any)["content"].(string)
	in := engine.PromptTokens(&chat.Request{Messages: []chat.Message{chat.TextMessage(chat.User, prompt)}}) * 6 / 5
	thought := int(out) * rnd.IntN(2)
	usage := fmt.Sprintf(`"usage":{"prompt_tokens":%d,"completion_tokens":%d,"prompt_tokens_details":{"cache_write_tokens":%d},"completion_tokens_details":{"reasoning_tokens":%d}}`,
		in, int(out), in*rnd.IntN(2), thought)
	r := reply{after: time.Duration(rnd.IntN(300)) * time.Millisecond}
	switch rnd.IntN(6) {
	case 0:
		return status(503, "down", nil)
	case 1:
		r.parts = []part{text("half "), frame(`{"choices":[],` + usage + `}`), {cut: fmt.Errorf("reset")}}
	case 2: // a hedge that loses has used everything already
		r.parts = []part{frame(`{"choices":[],` + usage + `}`), text("late", time.Second), frame(`{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`)}
	default:
		r.parts = []part{text("all of it"), frame(`{"choices":[{"index":0,"delta":{},"finish_reason":"length"}],` + usage + `}`), frame("[DONE]")}
	}
	return r
}
