package budget_test

import (
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"assay/engine/budget"
	"assay/engine/chat"
	"assay/internal/usd"
)

func dollars(s string) usd.Amount { return usd.MustParse(s) }

func TestReserveTakesWhatIsLeft(t *testing.T) {
	m := budget.NewMemory()
	caps := []budget.Cap{{Scope: "day:x", Limit: dollars("1")}, {Scope: "run:1", Limit: dollars("0.30")}}
	h, err := budget.Reserve(m, caps, dollars("0.01"), dollars("5"))
	if err != nil {
		t.Fatal(err)
	}
	if got, bounded := h.Granted(); got != dollars("0.30") || !bounded {
		t.Errorf("granted %v", got)
	}
	if _, err := budget.Reserve(m, caps, dollars("0.01"), dollars("0.02")); !errors.Is(err, &chat.Error{Type: chat.ErrBudget}) {
		t.Errorf("the run's cap is fully held, yet: %v", err)
	}
	if err := h.Settle(dollars("0.10")); err != nil {
		t.Fatal(err)
	}
	if got := m.Spent("day:x"); got != dollars("0.10") {
		t.Errorf("spent %v", got)
	}
	_ = h.Settle(dollars("9"))
	if got := m.Spent("day:x"); got != dollars("0.10") {
		t.Error("settled twice")
	}
	if h, err = budget.Reserve(m, caps, dollars("0.01"), dollars("5")); err != nil {
		t.Fatal(err)
	}
	if got, _ := h.Granted(); got != dollars("0.20") {
		t.Errorf("after settling, granted %v", got)
	}
}

func TestNoCapsNoBound(t *testing.T) {
	h, err := budget.Reserve(budget.NewMemory(), nil, dollars("1"), dollars("1000000"))
	if err != nil {
		t.Fatal(err)
	}
	if _, bounded := h.Granted(); bounded {
		t.Error("bounded without a cap")
	}
}

// However many requests start at once, what they may spend together stays under
// every cap; and what is settled never exceeds it.
func TestConcurrentRequestsCannotOvershoot(t *testing.T) {
	for seed := range uint64(20) {
		m := budget.NewMemory()
		caps := []budget.Cap{{Scope: "day:x", Limit: dollars("1")}, {Scope: "month:x", Limit: dollars("2")}}
		var wg sync.WaitGroup
		for i := range uint64(64) {
			wg.Go(func() {
				r := rand.New(rand.NewPCG(seed, i))
				for range 20 {
					h, err := budget.Reserve(m, caps, usd.MustParse("0.001"), usd.MustParse("0.001").Mul(r.Int64N(200)+1))
					if err != nil {
						continue
					}
					granted, _ := h.Granted()
					if err := h.Settle(granted.Mul(r.Int64N(101)).Div(100)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		for _, c := range caps {
			if c.Limit.Less(m.Spent(c.Scope)) {
				t.Fatalf("seed %d: %s spent %v of %v", seed, c.Scope, m.Spent(c.Scope), c.Limit)
			}
		}
		if ok, left, _ := m.Hold("month:x", usd.Amount{}, dollars("2")); !ok || left.Add(m.Spent("month:x")) != dollars("2") {
			t.Fatalf("seed %d: a hold leaked: %v left", seed, left)
		}
	}
}

func TestScopes(t *testing.T) {
	at := time.Date(2026, 12, 31, 23, 30, 0, 0, time.FixedZone("west", -5*3600))
	if budget.Day(at) != "day:2027-01-01" || budget.Month(at) != "month:2027-01" {
		t.Errorf("%s %s: days and months are UTC", budget.Day(at), budget.Month(at))
	}
}

func TestLeft(t *testing.T) {
	m := budget.NewMemory()
	caps := []budget.Cap{{Scope: "a", Limit: dollars("5")}, {Scope: "b", Limit: dollars("3")}}
	h, err := budget.Reserve(m, caps, dollars("1"), dollars("2"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1", "1"} { // looking changes nothing
		if left, err := budget.Left(m, caps); err != nil || left != dollars(want) {
			t.Errorf("left %v, %v, want %s", left, err, want)
		}
	}
	if err := h.Settle(dollars("4")); err != nil {
		t.Fatal(err)
	}
	if left, err := budget.Left(m, caps); err != nil || left != dollars("-1") {
		t.Errorf("left %v, %v, want -1", left, err)
	}
}
