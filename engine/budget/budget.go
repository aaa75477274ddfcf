// Package budget keeps spending under hard caps: money is held before a request is
// sent and settled when its cost is known, so that any number of requests starting
// at once cannot pass a cap together.
package budget

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"assay/engine/chat"
	"assay/internal/usd"
)

// Cap is a limit on what a scope may cost altogether.
type Cap struct {
	Scope string // see the functions below
	Limit usd.Amount
}

// Day is the scope of a UTC day.
func Day(t time.Time) string { return "day:" + t.UTC().Format(time.DateOnly) }

// Month is the scope of a UTC month.
func Month(t time.Time) string { return "month:" + t.UTC().Format("2006-01") }

// Preset is the scope of all that a preset ever costs.
func Preset(name string) string { return "preset:" + name }

// Run is the scope of one run.
func Run(id string) string { return "run:" + id }

func isRun(scope string) bool { return strings.HasPrefix(scope, "run:") }

// Book keeps what each scope has spent and holds. A book may be shared between
// processes; every method is atomic.
type Book interface {
	// Hold sets amount aside if spent + held + amount stays within limit. Otherwise it
	// holds nothing and returns what is left, which may be negative.
	Hold(scope string, amount, limit usd.Amount) (ok bool, left usd.Amount, err error)
	// Settle replaces a hold by what was really spent.
	Settle(scope string, held, spent usd.Amount) error
}

// Hold is money set aside for one request.
type Hold struct {
	book    Book
	caps    []Cap
	granted usd.Amount
	bounded bool
	once    sync.Once
}

// Reserve sets aside want in every scope, or, where a cap leaves less, whatever all
// of them leave as long as that is at least need. With no caps the hold is unbounded.
// The error is a *chat.Error of type budget_exceeded that names the cap.
func Reserve(book Book, caps []Cap, need, want usd.Amount) (*Hold, error) {
	h := &Hold{book: book, caps: caps, granted: want, bounded: len(caps) > 0}
	// Every failed round lowers the amount to what one scope had left, so rounds are
	// few; the bound guards against scopes that others drain meanwhile.
	for range 4 * max(len(caps), 1) {
		short, left, err := h.hold()
		if err != nil {
			return nil, fmt.Errorf("reserve budget: %w", err)
		}
		if short == nil {
			return h, nil
		}
		if left.Less(need) || left.Sign() <= 0 {
			return nil, exceeded(*short, left, need)
		}
		h.granted = left
	}
	return nil, exceeded(caps[0], usd.Amount{}, need)
}

// Left is what the caps leave: the least of what is neither spent nor held in any of
// their scopes, which may be negative. caps must not be empty.
func Left(book Book, caps []Cap) (least usd.Amount, err error) {
	for i, c := range caps {
		ok, left, err := book.Hold(c.Scope, usd.Amount{}, c.Limit)
		if ok && err == nil {
			err = book.Settle(c.Scope, usd.Amount{}, usd.Amount{})
		}
		if err != nil {
			return least, fmt.Errorf("look into budget: %w", err)
		}
		if i == 0 || left.Less(least) {
			least = left
		}
	}
	return least, nil
}

// hold tries all scopes; on the first that is short it gives back the others.
func (h *Hold) hold() (short *Cap, left usd.Amount, err error) {
	for i := range h.caps {
		ok, left, err := h.book.Hold(h.caps[i].Scope, h.granted, h.caps[i].Limit)
		if ok {
			continue
		}
		for _, c := range h.caps[:i] {
			if serr := h.book.Settle(c.Scope, h.granted, usd.Amount{}); serr != nil && err == nil {
				err = serr
			}
		}
		return &h.caps[i], left, err
	}
	return nil, usd.Amount{}, nil
}

// Granted is the most the request may cost; ok is false when nothing limits it.
func (h *Hold) Granted() (most usd.Amount, ok bool) { return h.granted, h.bounded }

// Settle books what was spent and frees the rest. Only the first call counts.
func (h *Hold) Settle(spent usd.Amount) error {
	var err error
	h.once.Do(func() {
		for _, c := range h.caps {
			if serr := h.book.Settle(c.Scope, h.granted, spent); serr != nil && err == nil {
				err = fmt.Errorf("settle budget: %w", serr)
			}
		}
	})
	return err
}

func exceeded(c Cap, left, need usd.Amount) *chat.Error {
	if left.Sign() < 0 {
		left = usd.Amount{}
	}
	return &chat.Error{
		Type: chat.ErrBudget, Fault: chat.FaultLocal,
		Message: fmt.Sprintf("the cap of $%s for %s leaves $%s; this request needs at least $%s", c.Limit, label(c.Scope), left, need),
	}
}

func label(scope string) string {
	if isRun(scope) {
		return "this run"
	}
	return scope
}

// Split keeps the scopes of runs, which end with the process, apart from the others.
type Split struct {
	Runs *Memory
	Rest Book
}

func (s Split) of(scope string) Book {
	if isRun(scope) {
		return s.Runs
	}
	return s.Rest
}

// Hold implements Book.
func (s Split) Hold(scope string, amount, limit usd.Amount) (bool, usd.Amount, error) {
	return s.of(scope).Hold(scope, amount, limit)
}

// Settle implements Book.
func (s Split) Settle(scope string, held, spent usd.Amount) error {
	return s.of(scope).Settle(scope, held, spent)
}

// Memory is a Book of this process alone.
type Memory struct {
	mu    sync.Mutex
	spent map[string]usd.Amount
	held  map[string]usd.Amount
}

// NewMemory makes an empty book.
func NewMemory() *Memory {
	return &Memory{spent: map[string]usd.Amount{}, held: map[string]usd.Amount{}}
}

// Hold implements Book.
func (m *Memory) Hold(scope string, amount, limit usd.Amount) (bool, usd.Amount, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	left := limit.Sub(m.spent[scope]).Sub(m.held[scope])
	if left.Less(amount) {
		return false, left, nil
	}
	m.held[scope] = m.held[scope].Add(amount)
	return true, left.Sub(amount), nil
}

// Settle implements Book.
func (m *Memory) Settle(scope string, held, spent usd.Amount) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.held[scope] = m.held[scope].Sub(held)
	m.spent[scope] = m.spent[scope].Add(spent)
	if m.held[scope].IsZero() {
		delete(m.held, scope)
	}
	return nil
}

// Forget drops a scope that is over, a run's.
func (m *Memory) Forget(scope string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.spent, scope)
	delete(m.held, scope)
}

// Spent is what a scope has cost so far.
func (m *Memory) Spent(scope string) usd.Amount {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.spent[scope]
}
