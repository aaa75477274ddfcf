package catalog_test

import (
	"strings"
	"testing"
	"time"

	"assay/catalog"
	"assay/internal/usd"
)

func TestCompare(t *testing.T) {
	at := func(provider, in, out string) catalog.Endpoint {
		return catalog.Endpoint{Provider: provider, Prices: catalog.Prices{Prompt: price(in), Completion: price(out)}}
	}
	plan := at("plan", "0", "0")
	plan.Subscription = true
	dear := &catalog.Model{ID: "a/dear", Context: 1_050_000, MaxOutput: 128_000, Created: 1785190561, Knowledge: "2026-02", Open: true,
		Input: catalog.Text | catalog.Image, Output: catalog.Text, Params: catalog.ParamTools,
		Reasoning: catalog.Reasoning{Supported: true, Mandatory: true, Efforts: []string{"high", "low"}},
		Scores:    []catalog.Score{{Name: "aa/coding", Value: 71.4}, {Name: "arena/x", Value: 1200}},
		Endpoints: []catalog.Endpoint{at("dearest", "6", "20"), at("seller", "5", "25")}}
	cheap := &catalog.Model{ID: "a/cheap", Context: 200_000, MaxOutput: 128_000, Created: 1700000000,
		Input: catalog.Text, Output: catalog.Text, Params: catalog.ParamTools,
		Scores:    []catalog.Score{{Name: "aa/coding", Value: 50}},
		Endpoints: []catalog.Endpoint{plan, at("shop", "0.0000006", "3")}}
	dark := &catalog.Model{ID: "a/dark", Endpoints: []catalog.Endpoint{{Provider: "p", Prices: catalog.Prices{Prompt: usd.Unknown}}}}

	table := catalog.Compare(dear, cheap, dark)
	got := map[string]string{}
	for _, row := range table.Rows {
		var cells []string
		for _, c := range row.Cells {
			text := c.Text
			if c.Note != "" {
				text += " at " + c.Note
			}
			if c.Best {
				text += "*"
			}
			cells = append(cells, text)
		}
		got[row.Key] = strings.Join(cells, " | ")
	}
	want := map[string]string{
		"prompt":          "5 at seller | 0.0000006 at shop* | ",
		"completion":      "20 at dearest | 3 at shop* | ",
		"context":         "1.05M* | 200k | ",
		"max_output":      "128k | 128k | ", // equal: no best
		"providers":       "2* | 2* | 1",
		"released":        "2026-07-27* | 2023-11-14 | ",
		"knowledge":       "2026-02 |  | ",
		"input":           "text, image | text | ",
		"output":          "text | text | ",
		"tools":           "yes* | yes* | no",
		"json":            "no | no | no",
		"reasoning":       "always: high, low | no | no",
		"open":            "yes* | no | no",
		"free":            "no | no | no",
		"score:aa/coding": "71.4* | 50 | ",
	}
	for key, w := range want {
		if got[key] != w {
			t.Errorf("%s: %q, want %q", key, got[key], w)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d rows, want %d: %v", len(got), len(want), got)
	}
	if empty := catalog.Compare(); len(empty.Rows) != 0 {
		t.Errorf("nothing compared: %+v", empty)
	}
}

func TestCostRange(t *testing.T) {
	call := catalog.Estimate{PromptTokens: 1000, MinOutput: 100, MaxOutput: 2000, At: time.Time{}}
	cheap := catalog.Endpoint{Provider: "cheap", Prices: catalog.Prices{Prompt: price("1"), Completion: price("2")}}
	capped := catalog.Endpoint{Provider: "capped", MaxOutput: 500, Prices: catalog.Prices{
		Prompt: price("3"), Completion: price("15"), Reasoning: price("30"), Request: usd.Known(usd.MustParse("0.01")),
	}}
	narrow := catalog.Endpoint{Provider: "narrow", Context: 1050, Prices: catalog.Prices{Prompt: price("0"), Completion: price("0")}}
	short := catalog.Endpoint{Provider: "short", MaxPrompt: 999, Prices: catalog.Prices{Prompt: price("0"), Completion: price("0")}}
	dark := catalog.Endpoint{Provider: "dark", Prices: catalog.Prices{Prompt: usd.Unknown}}
	plan := catalog.Endpoint{Provider: "plan", Subscription: true, Prices: catalog.Prices{Prompt: price("0"), Completion: price("0")}}
	for _, tc := range []struct {
		name      string
		endpoints []catalog.Endpoint
		min, max  string // "" : unknown
		open      bool
	}{
		{"one", []catalog.Endpoint{cheap}, "0.0012", "0.005", false},
		{"answers are capped, thinking may cost more, a call has a fee", []catalog.Endpoint{capped}, "0.0145", "0.028", false},
		{"any endpoint", []catalog.Endpoint{cheap, capped}, "0.0012", "0.028", false},
		{"what does not fit does not count", []catalog.Endpoint{cheap, narrow, short}, "0.0012", "0.005", false},
		{"a price nobody tells", []catalog.Endpoint{dark, cheap}, "0.0012", "0.005", true},
		{"a plan's zero does not count", []catalog.Endpoint{plan, cheap}, "0.0012", "0.005", false},
		{"nothing known", []catalog.Endpoint{dark}, "", "", true},
		{"nothing fits", []catalog.Endpoint{narrow}, "", "", false},
		{"nobody", nil, "", "", false},
	} {
		m := catalog.Model{Endpoints: tc.endpoints}
		r, ok := m.CostRange(call)
		if ok != (tc.min != "") || ok && (r.Min != usd.MustParse(tc.min) || r.Max != usd.MustParse(tc.max)) || r.Open != tc.open {
			t.Errorf("%s: %s to %s open %v, %v; want %q to %q", tc.name, r.Min, r.Max, r.Open, ok, tc.min, tc.max)
		}
	}
	a, _ := (&catalog.Model{Endpoints: []catalog.Endpoint{cheap}}).CostRange(call)
	if sum := a.Add(a); sum.Min != usd.MustParse("0.0024") || sum.Max != usd.MustParse("0.01") {
		t.Errorf("two calls: %+v", sum)
	}
}

// Tiers apply to the estimate as they would to the bill.
func TestCostRangeUsesTiers(t *testing.T) {
	e := catalog.Endpoint{Prices: catalog.Prices{Prompt: price("1"), Completion: price("1"),
		Tiers: []catalog.Tier{{MinPromptTokens: 1000, Prices: catalog.Prices{Prompt: price("2")}}}}}
	at, _ := e.CostRange(catalog.Estimate{PromptTokens: 1000})
	above, _ := e.CostRange(catalog.Estimate{PromptTokens: 1001})
	if at.Min != usd.MustParse("0.001") || above.Min != usd.MustParse("0.002002") {
		t.Errorf("%s and %s", at.Min, above.Min)
	}
}
