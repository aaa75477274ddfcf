package store

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"assay/engine/chat"
	"assay/internal/usd"
)

// Outcome is how a request ended.
type Outcome string

// The outcomes.
const (
	Done      Outcome = "ok"
	Failed    Outcome = "failed"
	Cancelled Outcome = "cancelled"
)

// Entry is one line of the ledger: one lane of one run. It holds no text, so it also
// is the audit trail of who received a prompt under which data policy.
type Entry struct {
	At       time.Time
	Run      string
	Lane     chat.LaneSpec // Lane.Model is what was asked for
	Model    string        // what answered
	Provider string        // "" when nobody was reached
	Endpoint string
	Policy   string // data policy of the endpoint
	Tokens   chat.Usage
	Cost     chat.Cost
	TTFT     time.Duration
	Duration time.Duration
	Tries    int
	Outcome  Outcome
	Error    chat.ErrorType
	Demo     bool
}

const entryColumns = `at, run, lane, role, asked, model, provider, endpoint, policy, preset,
	prompt_tokens, completion_tokens, reasoning_tokens, cached_tokens, cache_write_tokens, cache_write_1h_tokens,
	audio_prompt_tokens, audio_tokens, image_tokens, web_searches,
	cost, cost_source, ttft_ms, duration_ms, tries, outcome, error_type, demo`

// Record adds a line to the ledger.
func (s *Store) Record(e Entry) error {
	t := e.Tokens
	return s.exec("record usage", "INSERT INTO usage ("+entryColumns+") VALUES (?"+strings.Repeat(", ?", 27)+")",
		millis(e.At), e.Run, e.Lane.Lane, string(e.Lane.Role), e.Lane.Model, e.Model, e.Provider, e.Endpoint, e.Policy, e.Lane.Preset,
		t.PromptTokens, t.CompletionTokens, t.ReasoningTokens, t.CachedTokens, t.CacheWriteTokens, t.CacheWrite1hTokens,
		t.AudioPromptTokens, t.AudioTokens, t.ImageTokens, t.WebSearches,
		costText(e.Cost), string(e.Cost.Source), e.TTFT.Milliseconds(), e.Duration.Milliseconds(), e.Tries,
		string(e.Outcome), string(e.Error), e.Demo)
}

func scanEntry(rows *sql.Rows) (Entry, error) {
	var e Entry
	var at, ttft, duration int64
	var cost string
	t := &e.Tokens
	err := rows.Scan(&at, &e.Run, &e.Lane.Lane, &e.Lane.Role, &e.Lane.Model, &e.Model, &e.Provider, &e.Endpoint, &e.Policy, &e.Lane.Preset,
		&t.PromptTokens, &t.CompletionTokens, &t.ReasoningTokens, &t.CachedTokens, &t.CacheWriteTokens, &t.CacheWrite1hTokens,
		&t.AudioPromptTokens, &t.AudioTokens, &t.ImageTokens, &t.WebSearches,
		&cost, &e.Cost.Source, &ttft, &duration, &e.Tries, &e.Outcome, &e.Error, &e.Demo)
	if err != nil {
		return e, err
	}
	e.At = fromMillis(at)
	e.TTFT, e.Duration = time.Duration(ttft)*time.Millisecond, time.Duration(duration)*time.Millisecond
	e.Cost.USD, err = amount(cost)
	return e, err
}

func costText(c chat.Cost) string {
	if !c.Known() {
		return ""
	}
	return c.USD.String()
}

// amount reads a stored amount; ” is zero.
func amount(text string) (usd.Amount, error) {
	if text == "" {
		return usd.Amount{}, nil
	}
	a, err := usd.Parse(text)
	if err != nil {
		return a, fmt.Errorf("stored amount: %w", err)
	}
	return a, nil
}

// Period is a span of time, From included and To not. Zero ends are open.
type Period struct{ From, To time.Time }

func (p Period) where() (string, []any) {
	to := int64(1<<63 - 1)
	if !p.To.IsZero() {
		to = p.To.UnixMilli()
	}
	return " WHERE at >= ? AND at < ?", []any{millis(p.From), to}
}

// Entries calls each for every line of a period in the order of time, demo included,
// until each returns an error, which Entries then returns.
func (s *Store) Entries(p Period, each func(Entry) error) error {
	where, args := p.where()
	return s.each("read usage", "SELECT "+entryColumns+" FROM usage"+where+" ORDER BY at, id", args, func(rows *sql.Rows) error {
		e, err := scanEntry(rows)
		if err != nil {
			return err
		}
		return each(e)
	})
}

// By is what usage is summed over.
type By string

// The groupings. Days are UTC days, as caps count them.
const (
	ByDay      By = "day"
	ByModel    By = "model"
	ByProvider By = "provider"
	ByPreset   By = "preset"
	ByRole     By = "role"
)

// Sum is the usage of one group.
type Sum struct {
	Key       string // 2026-01-31, a model, a provider, a preset or a role; "" for none
	Requests  int
	Failed    int
	Cancelled int
	Tokens    chat.Usage
	Cost      chat.Cost     // exact sum of the known ones; the source is the weakest among them
	Unknown   int           // requests whose cost nobody knows: not in Cost
	TTFT      time.Duration // mean over answers that had one
	Duration  time.Duration // in all
}

// Usage sums a period, demo left out. Days come in order, other groups dearest first.
func (s *Store) Usage(p Period, by By) ([]Sum, error) {
	return s.Sums(p, by, func(e Entry) bool { return !e.Demo })
}

// Sums is Usage over the lines that are wanted, and no others.
func (s *Store) Sums(p Period, by By, wanted func(Entry) bool) ([]Sum, error) {
	groups := map[string]*Sum{}
	first := map[string]int64{} // answers with a first token, by group
	err := s.Entries(p, func(e Entry) error {
		if !wanted(e) {
			return nil
		}
		key := e.key(by)
		g := groups[key]
		if g == nil {
			g = &Sum{Key: key}
			groups[key] = g
		}
		g.add(e)
		if e.TTFT > 0 {
			first[key]++
			g.TTFT += e.TTFT
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]Sum, 0, len(groups))
	for key, g := range groups {
		if n := first[key]; n > 0 {
			g.TTFT /= time.Duration(n)
		}
		out = append(out, *g)
	}
	slices.SortFunc(out, func(a, b Sum) int {
		if by != ByDay {
			if c := b.Cost.USD.Cmp(a.Cost.USD); c != 0 {
				return c
			}
		}
		return strings.Compare(a.Key, b.Key)
	})
	return out, nil
}

func (e *Entry) key(by By) string {
	switch by {
	case ByDay:
		return e.At.UTC().Format(time.DateOnly)
	case ByProvider:
		return e.Provider
	case ByPreset:
		return e.Lane.Preset
	case ByRole:
		return string(e.Lane.Role)
	}
	return e.Model
}

func (g *Sum) add(e Entry) {
	g.Requests++
	switch e.Outcome {
	case Failed:
		g.Failed++
	case Cancelled:
		g.Cancelled++
	}
	g.Tokens = g.Tokens.Add(e.Tokens)
	g.Duration += e.Duration
	switch {
	case e.Cost.Known():
		g.Cost = g.Cost.Add(e.Cost)
	case e.Provider != "":
		g.Unknown++ // nobody reached, nothing billed
	}
}
