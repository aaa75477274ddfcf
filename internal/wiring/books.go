package wiring

import (
	"errors"
	"time"

	"assay/engine"
	"assay/engine/chat"
	"assay/internal/store"
	"assay/internal/usd"
)

// books are what outlives the process, kept in the store. The store is opened when
// first used; one that cannot be used is replaced by memory, and said so once.
type books struct {
	open func() *store.Store
}

// OpenStore opens the data file in a folder. A damaged file is set aside; where
// nothing can be written the store is kept in memory. warn is told about either.
func OpenStore(dir string, warn func(string)) *store.Store {
	st := store.New(dir)
	err := st.Open()
	switch {
	case err == nil:
		return st
	case errors.Is(err, store.ErrDamaged):
		if aside, serr := st.SetAside(); serr == nil && st.Open() == nil {
			warn("the data file was damaged and has been set aside as " + aside)
			return st
		}
	}
	warn(err.Error() + "; usage and budgets of this session are not kept")
	return store.NewMemory()
}

// Hold implements budget.Book.
func (b books) Hold(scope string, amount, limit usd.Amount) (bool, usd.Amount, error) {
	return b.open().Hold(scope, amount, limit)
}

// Settle implements budget.Book.
func (b books) Settle(scope string, held, spent usd.Amount) error {
	return b.open().Settle(scope, held, spent)
}

// Take implements limit.Counter.
func (b books) Take(key string, start time.Time, length time.Duration, limit int) (bool, int, error) {
	return b.open().Take(key, start, length, limit)
}

// Used implements limit.Counter.
func (b books) Used(key string, start time.Time, length time.Duration) (int, error) {
	return b.open().Used(key, start, length)
}

// record writes the ledger.
func (s *System) record(r engine.Record) {
	outcome := store.Done
	switch r.Failure {
	case "":
	case chat.ErrCancelled:
		outcome = store.Cancelled
	default:
		outcome = store.Failed
	}
	err := s.Store().Record(store.Entry{
		At: r.At, Run: r.RunID, Lane: r.Lane, Model: r.Model, Provider: r.Provider, Endpoint: r.Endpoint,
		Policy: string(r.Policy), Tokens: r.Usage, Cost: r.Cost, TTFT: r.TTFT, Duration: r.Duration,
		Tries: r.Tries, Outcome: outcome, Error: r.Failure, Demo: r.Demo,
	})
	if err != nil {
		s.opt.Warn(err.Error())
	}
}

// Store is the data file, opened when first asked for.
func (s *System) Store() *store.Store { return s.store() }

// restore brings back what was known of endpoints' health, once.
func (s *System) restore() {
	s.restored.Do(func() {
		saved, _, err := s.Store().Kept(store.Health)
		if err == nil {
			err = s.Engine.Health().Load(saved)
		}
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			s.opt.Warn("endpoint health: " + err.Error())
		}
	})
}

// keepHealth saves what is known of endpoints.
func (s *System) keepHealth() {
	if err := s.Store().Keep(store.Health, s.Engine.Health().Save()); err != nil {
		s.opt.Warn("endpoint health: " + err.Error())
	}
}

// SpentToday is what today's requests have cost as far as known, the demo's not
// counted.
func (s *System) SpentToday() usd.Amount {
	now := time.Now().UTC()
	var total usd.Amount
	_ = s.Store().Entries(store.Period{From: now.Truncate(24 * time.Hour)}, func(e store.Entry) error {
		if !e.Demo {
			total = total.Add(e.Cost.USD)
		}
		return nil
	})
	return total
}
