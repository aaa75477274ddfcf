package store_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"assay/engine/chat"
	"assay/internal/store"
	"assay/internal/usd"
)

func entry(at time.Time, model, cost string, source chat.CostSource) store.Entry {
	e := store.Entry{
		At: at.UTC().Truncate(time.Millisecond), Run: "r1",
		Lane:  chat.LaneSpec{Lane: 2, Role: chat.RoleAnswer, Model: "x/asked", Preset: "terse"},
		Model: model, Provider: "groq", Endpoint: "groq/fast", Policy: "zdr",
		Tokens: chat.Usage{PromptTokens: 10, CompletionTokens: 20, ReasoningTokens: 5, CachedTokens: 4, CacheWriteTokens: 3,
			CacheWrite1hTokens: 2, AudioPromptTokens: 1, AudioTokens: 6, ImageTokens: 7, WebSearches: 8},
		Cost: chat.Cost{Source: source}, TTFT: 120 * time.Millisecond, Duration: 2 * time.Second, Tries: 2, Outcome: store.Done,
	}
	if cost != "" {
		e.Cost.USD = usd.MustParse(cost)
	}
	return e
}

func TestLedgerKeepsEverything(t *testing.T) {
	s := open(t, t.TempDir())
	want := entry(time.Now(), "a/b", "0.0000000000000000000000000001", chat.CostProvider)
	want.Outcome, want.Error, want.Demo = store.Failed, chat.ErrRateLimit, true
	if err := s.Record(want); err != nil {
		t.Fatal(err)
	}
	var got []store.Entry
	if err := s.Entries(store.Period{}, func(e store.Entry) error { got = append(got, e); return nil }); err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || !reflect.DeepEqual(got[0], want) {
		t.Errorf("got\n%+v, want\n%+v", got, want)
	}
	stop := errors.New("enough")
	if err := s.Entries(store.Period{}, func(store.Entry) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("got %v, want the caller's own error", err)
	}
}

func TestUsageSums(t *testing.T) {
	s := open(t, t.TempDir())
	day := time.Date(2026, 1, 31, 23, 59, 0, 0, time.UTC)
	failed := entry(day, "a/b", "0", chat.CostCatalog)
	failed.Outcome, failed.TTFT = store.Failed, 0
	nobody := entry(day, "c/d", "", chat.CostUnknown)
	nobody.Outcome, nobody.Provider = store.Cancelled, ""
	demo := entry(day, "demo/x", "1", chat.CostCatalog)
	demo.Demo = true
	late := entry(day.Add(2*time.Minute), "a/b", "0.1", chat.CostProvider)
	late.TTFT = 360 * time.Millisecond
	entries := []store.Entry{
		entry(day, "a/b", "0.1", chat.CostProvider), entry(day, "a/b", "0.2", chat.CostEstimate), failed,
		entry(day, "c/d", "", chat.CostUnknown), nobody, demo, late,
	}
	for _, e := range entries {
		if err := s.Record(e); err != nil {
			t.Fatal(err)
		}
	}
	models, err := s.Usage(store.Period{}, store.ByModel)
	if err != nil || len(models) != 2 {
		t.Fatalf("got %+v, %v: demo does not count", models, err)
	}
	ab, cd := models[0], models[1]
	// Three tenths as floats are not 0.3 and a half of nothing.
	if ab.Key != "a/b" || ab.Cost != (chat.Cost{USD: usd.MustParse("0.4"), Source: chat.CostEstimate}) {
		t.Errorf("%+v", ab)
	}
	if ab.Requests != 4 || ab.Failed != 1 || ab.Unknown != 0 || ab.Tokens.PromptTokens != 40 || ab.TTFT != 200*time.Millisecond {
		t.Errorf("%+v", ab)
	}
	if cd.Requests != 2 || cd.Cancelled != 1 || cd.Unknown != 1 || cd.Cost.Known() {
		t.Errorf("%+v: a request nobody received has no unknown cost", cd)
	}
	days, err := s.Usage(store.Period{}, store.ByDay)
	if err != nil || len(days) != 2 || days[0].Key != "2026-01-31" || days[1].Key != "2026-02-01" || days[1].Requests != 1 {
		t.Errorf("got %+v, %v", days, err)
	}
	february, err := s.Usage(store.Period{From: day.Add(time.Minute)}, store.ByProvider)
	if err != nil || len(february) != 1 || february[0].Key != "groq" || february[0].Requests != 1 {
		t.Errorf("got %+v, %v", february, err)
	}
	january, err := s.Usage(store.Period{To: day.Add(time.Minute)}, store.ByPreset)
	if err != nil || len(january) != 1 || january[0].Key != "terse" || january[0].Requests != 5 {
		t.Errorf("got %+v, %v", january, err)
	}
}

func BenchmarkRecord(b *testing.B) {
	s := open(b, b.TempDir())
	e := entry(time.Now(), "a/b", "0.00123", chat.CostProvider)
	if err := s.Open(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := s.Record(e); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUsage10k(b *testing.B) {
	s := store.NewMemory()
	defer s.Close()
	for i := range 10_000 {
		if err := s.Record(entry(time.Unix(int64(i)*3600, 0), "a/b", "0.00123", chat.CostProvider)); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if _, err := s.Usage(store.Period{}, store.ByDay); err != nil {
			b.Fatal(err)
		}
	}
}
