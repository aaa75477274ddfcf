package catalog_test

import (
	"testing"
	"time"

	"assay/catalog"
	"assay/internal/usd"
)

func price(perMillion string) usd.Price {
	p, err := usd.ParsePricePerMillion(perMillion)
	if err != nil {
		panic(err)
	}
	return p
}

func at(hhmm string) time.Time {
	t, err := time.Parse("15:04", hhmm)
	if err != nil {
		panic(err)
	}
	return t.AddDate(2026, 0, 0).UTC()
}

func TestForAppliesTiers(t *testing.T) {
	p := catalog.Prices{
		Prompt: price("1"), Completion: price("10"), CacheRead: price("0.1"),
		Tiers: []catalog.Tier{
			{MinPromptTokens: 32_000, Prices: catalog.Prices{Prompt: price("2"), Completion: price("20")}},
			{MinPromptTokens: 256_000, Prices: catalog.Prices{Prompt: price("4")}},
			{Windowed: true, UTCStart: 2200, UTCEnd: 600, Prices: catalog.Prices{Completion: price("5")}},
			{MinPromptTokens: 256_000, Windowed: true, UTCStart: 800, UTCEnd: 900, Prices: catalog.Prices{CacheRead: price("0")}},
		},
	}
	for _, tc := range []struct {
		tokens                 int
		at                     string
		prompt, completion, cr string
	}{
		{0, "12:00", "1", "10", "0.1"},
		{32_000, "12:00", "1", "10", "0.1"}, // strictly more
		{32_001, "12:00", "2", "20", "0.1"},
		{256_000, "12:00", "2", "20", "0.1"},
		{256_001, "12:00", "4", "20", "0.1"}, // the later wins, what it leaves out is inherited
		{10, "21:59", "1", "10", "0.1"},
		{10, "22:00", "1", "5", "0.1"}, // half open, over midnight
		{10, "00:00", "1", "5", "0.1"},
		{10, "05:59", "1", "5", "0.1"},
		{10, "06:00", "1", "10", "0.1"},
		{300_000, "23:00", "4", "5", "0.1"},
		{300_000, "08:30", "4", "20", "0"}, // all conditions hold
		{300_000, "09:00", "4", "20", "0.1"},
		{200_000, "08:30", "2", "20", "0.1"},
	} {
		got := p.For(tc.tokens, at(tc.at))
		if got.Prompt != price(tc.prompt) || got.Completion != price(tc.completion) || got.CacheRead != price(tc.cr) {
			t.Errorf("%d tokens at %s: prompt %s completion %s cache %s, want %s %s %s", tc.tokens, tc.at,
				got.Prompt.PerMillion(), got.Completion.PerMillion(), got.CacheRead.PerMillion(), tc.prompt, tc.completion, tc.cr)
		}
		if got.Tiers != nil {
			t.Error("the result still has tiers")
		}
	}
}

func TestWindowsAreUTC(t *testing.T) {
	p := catalog.Prices{Prompt: price("2"), Tiers: []catalog.Tier{
		{Windowed: true, UTCStart: 0, UTCEnd: 100, Prices: catalog.Prices{Prompt: price("1")}},
	}}
	tokyo := time.FixedZone("JST", 9*3600)
	if got := p.For(1, time.Date(2026, 8, 1, 9, 30, 0, 0, tokyo)); got.Prompt != price("1") {
		t.Errorf("half past nine in Tokyo is in the window, got %s", got.Prompt.PerMillion())
	}
}

func TestAbsentClassesAreBilledAsTheirKind(t *testing.T) {
	got := catalog.Prices{Prompt: price("3"), Completion: price("15"), CacheWrite: price("3.75")}.For(1, time.Time{})
	for _, tc := range []struct {
		class string
		price usd.Price
		want  string
	}{
		{"cache read", got.CacheRead, "3"}, {"cache write 1h", got.CacheWrite1h, "3.75"}, {"audio in", got.AudioPrompt, "3"},
		{"reasoning", got.Reasoning, "15"}, {"audio out", got.Audio, "15"}, {"image out", got.ImageOutput, "15"},
	} {
		if tc.price != price(tc.want) {
			t.Errorf("%s is billed %s, want %s", tc.class, tc.price.PerMillion(), tc.want)
		}
	}
	if !got.Request.IsAbsent() || !got.Image.IsAbsent() || !got.WebSearch.IsAbsent() {
		t.Error("fees nobody asks for appeared")
	}
}

func TestCost(t *testing.T) {
	p := catalog.Prices{
		Prompt: price("3"), Completion: price("15"), CacheRead: price("0.3"), CacheWrite: price("3.75"), CacheWrite1h: price("6"),
		Request: usd.Known(usd.MustParse("0.01")), AudioPrompt: usd.Unknown,
		Tiers: []catalog.Tier{{MinPromptTokens: 200_000, Prices: catalog.Prices{Prompt: price("6")}}},
	}
	for _, tc := range []struct {
		name  string
		units catalog.Units
		want  string // "" : unknown
	}{
		{"nothing", catalog.Units{}, "0"},
		{"plain", catalog.Units{Prompt: 1000, Completion: 100}, "0.0045"},
		{"caches", catalog.Units{Prompt: 100, CacheRead: 1000, CacheWrite: 10, CacheWrite1h: 10}, "0.0006975"},
		{"fee", catalog.Units{Requests: 2}, "0.02"},
		{"unknown class used", catalog.Units{Prompt: 1, AudioPrompt: 1}, ""},
		{"unlisted fee", catalog.Units{Images: 5}, "0"},
		{"tier by all prompt tokens", catalog.Units{Prompt: 1000, CacheRead: 199_001}, "0.0657003"},
	} {
		got, ok := p.Cost(tc.units, time.Time{})
		if ok != (tc.want != "") || ok && got != usd.MustParse(tc.want) {
			t.Errorf("%s: %s, %v; want %q", tc.name, got, ok, tc.want)
		}
	}
}

func TestUnknownPriceIsNeverCheap(t *testing.T) {
	router := catalog.Prices{Prompt: usd.Unknown, Completion: usd.Unknown}
	if c, ok := router.Cost(catalog.Units{Prompt: 1}, time.Time{}); ok {
		t.Errorf("an unknown price came to %s", c)
	}
	none := catalog.Prices{}
	if _, ok := none.Cost(catalog.Units{Completion: 1}, time.Time{}); ok {
		t.Error("an absent price came to a cost")
	}
	if router.Free() || none.Free() {
		t.Error("what has no known price is not free")
	}
}

func TestFreeIsComputed(t *testing.T) {
	zero := price("0")
	for _, tc := range []struct {
		name string
		e    catalog.Endpoint
		want bool
	}{
		{"zero prices", catalog.Endpoint{Prices: catalog.Prices{Prompt: zero, Completion: zero}}, true},
		{"completion costs", catalog.Endpoint{Prices: catalog.Prices{Prompt: zero, Completion: price("1")}}, false},
		{"fee a call", catalog.Endpoint{Prices: catalog.Prices{Prompt: zero, Completion: zero, Request: usd.Known(usd.MustParse("0.01"))}}, false},
		{"completion not told", catalog.Endpoint{Prices: catalog.Prices{Prompt: zero}}, false},
		{"paid by a plan", catalog.Endpoint{Subscription: true, Prices: catalog.Prices{Prompt: zero, Completion: zero}}, false},
	} {
		m := catalog.Model{ID: "a/b:free", Endpoints: []catalog.Endpoint{tc.e}}
		if m.Free() != tc.want {
			t.Errorf("%s: free is %v", tc.name, m.Free())
		}
	}
}
