package engine_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"assay/engine"
	"assay/engine/budget"
	"assay/engine/chat"
	"assay/engine/health"
	"assay/internal/usd"
)

// mischief makes up what upstreams do and how a caller behaves, from a seed.
type mischief struct {
	*rand.Rand
	mu     sync.Mutex
	billed usd.Amount // what upstreams said in bodies that were read to their end
}

func (m *mischief) pause() time.Duration { return time.Duration(m.IntN(400)) * time.Millisecond }

// usage is the counts of an answer, sometimes with a cost of many digits.
func (m *mischief) usage() (frameText string, cost usd.Amount) {
	in, out := m.IntN(5000), 1+m.IntN(900)
	if m.IntN(2) == 0 {
		return fmt.Sprintf(`"usage":{"prompt_tokens":%d,"completion_tokens":%d,"prompt_tokens_details":{"cached_tokens":%d}}`, in, out, in/3), cost
	}
	cost = usd.MustParse(fmt.Sprintf("0.000%d%08d", m.IntN(100), m.IntN(1e8)))
	return fmt.Sprintf(`"usage":{"prompt_tokens":%d,"completion_tokens":%d,"cost":%s}`, in, out, cost), cost
}

// reply is one upstream's next answer or failure.
func (m *mischief) reply() reply {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := reply{after: m.pause()}
	switch m.IntN(10) {
	case 0:
		return status(429, "slow down", map[string]string{"Retry-After": fmt.Sprint(m.IntN(3))})
	case 1:
		return status(503, "down", nil)
	case 2:
		return reply{after: m.pause(), fail: syscall.ECONNRESET}
	case 3:
		return reply{after: m.pause(), parts: []part{{hang: true}}}
	}
	for range m.IntN(12) {
		r.parts = append(r.parts, text("some words ", m.pause()))
	}
	usage, cost := m.usage()
	end := `{"choices":[{"index":0,"delta":{},"finish_reason":"%s"}],%s}`
	switch m.IntN(8) {
	case 0:
		r.parts = append(r.parts, part{cut: io.ErrUnexpectedEOF})
		return r
	case 1:
		r.parts = append(r.parts, part{hang: true})
		return r
	case 2: // it says what it cost, then fails
		r.parts = append(r.parts, frame(`{"choices":[],`+usage+`}`), frame(`{"error":{"message":"broke","code":502}}`))
	case 3:
		r.parts = append(r.parts, frame(fmt.Sprintf(end, "length", usage)), frame("[DONE]"))
	default:
		r.parts = append(r.parts, frame(fmt.Sprintf(end, "stop", usage)), frame("[DONE]"))
	}
	r.read = func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.billed = m.billed.Add(cost)
	}
	return r
}

// Whatever upstreams and callers do, the parts of a bill and its total agree to the
// last digit wherever they are told: in the events and their fold, in the summary, in
// the records of the ledger, in the results, and in the books of every cap.
func TestEveryBillAddsUp(t *testing.T) {
	seeds := uint64(400)
	if testing.Short() {
		seeds = 60
	}
	abandoned, total := 0, 0
	for seed := range seeds {
		synctest.Test(t, func(t *testing.T) { a := addsUp(t, seed); abandoned += a; total++ })
	}
	t.Logf("%d runs, %d tries billed that were not the answer", total, abandoned)
	if abandoned < total/4 {
		t.Errorf("only %d tries of %d runs were abandoned with a bill: the test has lost its teeth", abandoned, total)
	}
}

func addsUp(t *testing.T, seed uint64) (abandoned int) {
	m := &mischief{Rand: rand.New(rand.NewPCG(seed, 1))}
	calm := m.IntN(3) == 0 // no hedging, no stops: what upstreams bill is known
	book, records := budget.NewMemory(), usd.Amount{}
	mem := health.New(nil)
	for range 12 {
		mem.Success(health.Key{Model: "m/one", Tag: "primary"}, 300*time.Millisecond, time.Second, 10)
	}
	next := func(int) reply { return m.reply() }
	var mu sync.Mutex
	r := newRig(t, map[string]func(int) reply{"primary": next, "fallback": next, "other": next}, func(o *engine.Options) {
		o.Budget, o.Health = book, mem
		o.DayCap, o.MonthCap = usd.Known(usd.MustParse("100")), usd.Known(usd.MustParse("1000"))
		o.Timeouts = engine.Timeouts{FirstToken: 3 * time.Second, Idle: 3 * time.Second}
		o.Record = func(rec engine.Record) { mu.Lock(); records = records.Add(rec.Cost.USD); mu.Unlock() }
	})
	var lanes []engine.Lane
	for i := range 1 + m.IntN(4) {
		ln := lane(i, "m/one")
		ln.Prefs.RestartAfterCut, ln.Prefs.Hedge = m.IntN(2) == 0, !calm && m.IntN(2) == 0
		ln.Spec.Preset, ln.Cap = "p", usd.Known(usd.MustParse("50"))
		if m.IntN(2) == 0 {
			ln.Request.Fallbacks = []string{"m/two"}
		}
		lanes = append(lanes, ln)
	}
	start, stop := time.Now(), time.Duration(m.IntN(5000))*time.Millisecond
	run := r.Start(t.Context(), engine.Spec{Cap: usd.Known(usd.MustParse("20"))}, lanes...)
	if !calm {
		time.AfterFunc(stop, func() { run.CancelLane(0) })
		time.AfterFunc(3*stop, run.Cancel)
	}
	parts, summary, ends, fold := usd.Amount{}, chat.SummaryCost{}, map[int]int{}, new(chat.State)
	for ev := range run.Events() {
		ev = throughJSON(t, ev)
		fold.Apply(ev)
		switch b := ev.Body.(type) {
		case *chat.Attempt:
			if b.Cost != nil {
				parts, abandoned = parts.Add(b.Cost.USD), abandoned+1
			}
		case *chat.Finish:
			parts, ends[ev.Lane] = parts.Add(b.Cost.USD), ends[ev.Lane]+1
		case *chat.Failure:
			ends[ev.Lane]++
			if b.Cost != nil {
				parts = parts.Add(b.Cost.USD)
			}
		case *chat.Summary:
			summary = b.Cost
		}
	}
	results := usd.Amount{}
	for _, a := range run.Results() {
		results = results.Add(a.Bill().USD)
		if ends[a.Spec.Lane] != 1 {
			t.Errorf("seed %d: lane %d ended %d times", seed, a.Spec.Lane, ends[a.Spec.Lane])
		}
	}
	folded, _ := fold.Bill()
	for what, sum := range map[string]usd.Amount{
		"events": parts, "fold": folded.USD, "records": records, "results": results, "roles": summary.Answers,
		"day": book.Spent(budget.Day(start)), "month": book.Spent(budget.Month(start)),
		"preset": book.Spent(budget.Preset("p")),
	} {
		if sum != summary.USD {
			t.Errorf("seed %d: %s come to %s, the summary to %s", seed, what, sum, summary.USD)
		}
	}
	if ok, left, _ := book.Hold(budget.Day(start), usd.MustParse("100").Sub(summary.USD), usd.MustParse("100")); !ok {
		t.Errorf("seed %d: money is still held, only %s left", seed, left)
	}
	if calm && summary.USD.Less(m.billed) {
		t.Errorf("seed %d: upstreams said they charge %s, the bill is %s", seed, m.billed, summary.USD)
	}
	return abandoned
}

// throughJSON is the event as a script or a run file gets it.
func throughJSON(t *testing.T, ev chat.Event) (out chat.Event) {
	t.Helper()
	line, err := ev.Append(nil)
	if err == nil {
		err = json.Unmarshal(line, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}
