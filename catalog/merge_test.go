package catalog_test

import (
	"reflect"
	"slices"
	"testing"

	"assay/catalog"
	"assay/internal/usd"
)

func source(name, date string) catalog.Source { return catalog.Source{Name: name, Date: date} }

// offerOf is a row of one endpoint at a price per million tokens; "" tells none.
func offerOf(id, provider, upstream, perMillion string) catalog.Row {
	e := catalog.Endpoint{Provider: provider, Upstream: upstream}
	if perMillion != "" {
		e.Prices = catalog.Prices{Prompt: price(perMillion), Completion: price(perMillion)}
	}
	return catalog.Row{Model: &catalog.Model{ID: id, Output: catalog.Text, Endpoints: []catalog.Endpoint{e}}}
}

func listing(format string, src catalog.Source, scope catalog.Scope, rows ...catalog.Row) *catalog.Listing {
	for _, r := range rows {
		r.Model.Source = src
		for i := range r.Model.Endpoints {
			r.Model.Endpoints[i].Source = src
		}
	}
	return &catalog.Listing{Format: format, Source: src, Scope: scope, Rows: rows}
}

var ownOpenRouter = catalog.Scope{Provider: "openrouter"}

func prompt(t *testing.T, c *catalog.Catalog, id, provider string) string {
	t.Helper()
	m := c.Lookup(id)
	if m == nil {
		t.Fatalf("%s is missing", id)
	}
	for i := range m.Endpoints {
		if m.Endpoints[i].Provider == provider {
			return m.Endpoints[i].Prices.Prompt.PerMillion()
		}
	}
	return "no endpoint"
}

func TestLaterTellingWins(t *testing.T) {
	base := catalog.Join(nil, listing("models.dev", source("models.dev", "2026-07-01"), catalog.Scope{}, offerOf("gpt-9", "openai", "gpt-9", "2")))
	newer := catalog.Join(base, listing("models.dev", source("models.dev", "2026-08-01"), catalog.Scope{}, offerOf("gpt-9", "openai", "gpt-9", "1.5")))
	if got := prompt(t, newer, "openai/gpt-9", "openai"); got != "1.5" {
		t.Errorf("price is %s", got)
	}
	if got := prompt(t, base, "openai/gpt-9", "openai"); got != "2" {
		t.Errorf("the old catalog was changed: %s", got)
	}
	if newer.Source.Date != "2026-08-01" {
		t.Errorf("source %+v", newer.Source)
	}
}

func TestWeightierSourceWinsInAnyOrder(t *testing.T) {
	own := func() *catalog.Listing {
		return listing("openrouter", source("openrouter", "2026-08-01"), ownOpenRouter, offerOf("a/b", "openrouter", "a/b", "2"))
	}
	table := func() *catalog.Listing {
		return listing("litellm", source("litellm", "2026-08-06"), catalog.Scope{}, offerOf("a/b", "openrouter", "a/b", "60"))
	}
	for name, c := range map[string]*catalog.Catalog{
		"own word last":  catalog.Join(nil, table(), own()),
		"own word first": catalog.Join(nil, own(), table()),
		"one by one":     catalog.Join(catalog.Join(nil, own()), table()),
	} {
		if got := prompt(t, c, "a/b", "openrouter"); got != "2" {
			t.Errorf("%s: price %s is the table's", name, got)
		}
	}
}

func TestUntoldFactsAreKept(t *testing.T) {
	rich := offerOf("a/b", "openrouter", "a/b", "2")
	rich.Model.Name, rich.Model.Created, rich.Model.Knowledge = "Bee", 7, "2025"
	rich.Model.Endpoints[0].Context = 1000
	base := catalog.Join(nil, listing("openrouter", source("openrouter", "2026-08-01"), ownOpenRouter, rich))
	bare := catalog.Join(base, listing("openai", source("provider", "2026-08-02"), catalog.Scope{Provider: "openrouter"}, offerOf("a/b", "openrouter", "a/b", "")))
	m := bare.Lookup("a/b")
	if m.Name != "Bee" || m.Created != 7 || m.Knowledge != "2025" || m.Context != 1000 || prompt(t, bare, "a/b", "openrouter") != "2" {
		t.Errorf("%+v", m)
	}
}

func TestPricesAreReplacedAsAWhole(t *testing.T) {
	old := offerOf("a/b", "openrouter", "a/b", "2")
	old.Model.Endpoints[0].Prices.CacheRead = price("0.2")
	base := catalog.Join(nil, listing("openrouter", source("openrouter", "2026-07-01"), ownOpenRouter, old))
	c := catalog.Join(base, listing("openrouter", source("openrouter", "2026-08-01"), ownOpenRouter, offerOf("a/b", "openrouter", "a/b", "1")))
	if p := c.Lookup("a/b").Endpoints[0].Prices; !p.CacheRead.IsAbsent() {
		t.Errorf("a cache price of July beside prompt prices of August: %+v", p)
	}
}

func TestLimitsFollowTheEndpoints(t *testing.T) {
	day := func(d string, context int) *catalog.Listing {
		row := offerOf("a/b", "openrouter", "a/b", "1")
		row.Model.Context, row.Model.Endpoints[0].Context = context, context
		return listing("openrouter", source("openrouter", d), ownOpenRouter, row)
	}
	wide := offerOf("a/b", "acme", "b", "1")
	wide.Model.Endpoints[0].Context = 500_000
	base := catalog.Join(nil, day("2026-07-01", 1_000_000), listing("models.dev", source("models.dev", "2026-07-01"), catalog.Scope{Source: "models.dev"}, wide))
	if got := base.Lookup("a/b").Context; got != 1_000_000 {
		t.Errorf("context is %d", got)
	}
	less := catalog.Join(base, day("2026-08-01", 200_000))
	if got := less.Lookup("a/b").Context; got != 500_000 {
		t.Errorf("context is %d after the largest endpoint shrank", got)
	}
	without := catalog.Join(less, listing("models.dev", source("models.dev", "2026-08-02"), catalog.Scope{Source: "models.dev"}, offerOf("a/c", "acme", "c", "1")))
	if got := without.Lookup("a/b").Context; got != 200_000 {
		t.Errorf("context is %d after the largest endpoint was withdrawn", got)
	}
}

func TestTagsAreStable(t *testing.T) {
	l := func(upstreams ...string) *catalog.Listing {
		var rows []catalog.Row
		for i, u := range upstreams {
			rows = append(rows, offerOf(u, "amazon-bedrock", u, []string{"1", "1.1", "1.2"}[i]))
		}
		return listing("models.dev", source("models.dev", "2026-08-01"), catalog.Scope{}, rows...)
	}
	tag := func(c *catalog.Catalog, upstream string) string {
		for _, e := range c.Models()[0].Endpoints {
			if e.Upstream == upstream {
				return e.Tag
			}
		}
		return "none"
	}
	before := catalog.Join(nil, l("eu.anthropic.claude-x-9", "us.anthropic.claude-x-9"))
	after := catalog.Join(before, l("eu.anthropic.claude-x-9", "us.anthropic.claude-x-9", "anthropic.claude-x-9"))
	for _, u := range []string{"eu.anthropic.claude-x-9", "us.anthropic.claude-x-9"} {
		if tag(before, u) != tag(after, u) {
			t.Errorf("%s was %s, is %s: what is remembered of it is lost", u, tag(before, u), tag(after, u))
		}
	}
	if got := tag(after, "anthropic.claude-x-9"); got != "amazon-bedrock/anthropic.claude-x-9" {
		t.Errorf("the new one is %s", got)
	}
}

func TestVanishedModelsStay(t *testing.T) {
	day := func(d string, rows ...catalog.Row) *catalog.Listing {
		return listing("openrouter", source("openrouter", d), ownOpenRouter, rows...)
	}
	base := catalog.Join(nil,
		listing("models.dev", source("models.dev", "2026-07-01"), catalog.Scope{}, offerOf("gpt-9", "openai", "gpt-9", "2")),
		day("2026-07-01", offerOf("openai/gpt-9", "openrouter", "openai/gpt-9", "2"), offerOf("a/only", "openrouter", "a/only", "1")))
	gone := catalog.Join(base, day("2026-08-01", offerOf("a/other", "openrouter", "a/other", "1")))
	if m := gone.Lookup("a/only"); m == nil || !m.Gone || len(m.Endpoints) != 1 {
		t.Errorf("vanished model: %+v", m)
	}
	if m := gone.Lookup("openai/gpt-9"); m.Gone || prompt(t, gone, "openai/gpt-9", "openrouter") != "no endpoint" || prompt(t, gone, "openai/gpt-9", "openai") != "2" {
		t.Errorf("a model others still sell: %+v", m)
	}
	back := catalog.Join(gone, day("2026-08-02", offerOf("a/only", "openrouter", "a/only", "3")))
	if m := back.Lookup("a/only"); m.Gone || len(m.Endpoints) != 1 || prompt(t, back, "a/only", "openrouter") != "3" {
		t.Errorf("a model that came back: %+v", m)
	}
	if m := back.Lookup("a/other"); m == nil || !m.Gone {
		t.Errorf("the other one: %+v", m)
	}
}

func TestPartialListingRetiresNothing(t *testing.T) {
	base := catalog.Join(nil, listing("openrouter", source("openrouter", "2026-07-01"), ownOpenRouter, offerOf("a/b", "openrouter", "a/b", "1")))
	partial := listing("openrouter", source("openrouter", "2026-08-01"), ownOpenRouter, offerOf("a/c", "openrouter", "a/c", "1"))
	partial.Problems = []string{"a/b: price: not a decimal number"}
	if m := catalog.Join(base, partial).Lookup("a/b"); m.Gone {
		t.Error("a row that could not be read was taken for a vanished model")
	}
}

func TestStaleHearsayDoesNotResurrect(t *testing.T) {
	base := catalog.Join(nil, listing("openrouter", source("openrouter", "2026-08-01"), ownOpenRouter, offerOf("a/b", "openrouter", "a/b", "1")))
	old := func(date string) *catalog.Catalog {
		return catalog.Join(base, listing("models.dev", source("models.dev", date), catalog.Scope{}, offerOf("a/dead", "openrouter", "a/dead", "1")))
	}
	if m := old("2026-07-01").Lookup("a/dead"); m != nil {
		t.Errorf("an old table brought %+v back", m)
	}
	if m := old("2026-08-20").Lookup("a/dead"); m == nil {
		t.Error("a newer table's model was ignored")
	}
}

func TestMergeOfUsersModels(t *testing.T) {
	base := embedded(t)
	src := source("config", "2026-08-22")
	mine := catalog.Endpoint{Provider: "acme", Upstream: "ft:abc", Private: true, Context: 999, Policy: catalog.PolicyZDR, Source: src,
		Prices: catalog.Prices{Prompt: price("0.2"), Completion: price("0.6"), Request: usd.Known(usd.Amount{})}}
	over := catalog.New([]*catalog.Model{
		{ID: "anthropic/claude-sonnet-4-5", Endpoints: []catalog.Endpoint{mine}, Source: src},
		{ID: "acme/tuned", Endpoints: []catalog.Endpoint{mine}, Input: catalog.Text, Output: catalog.Text, Source: src},
	}, src)
	before := len(base.Lookup("anthropic/claude-sonnet-4.5").Endpoints)
	c := catalog.Merge(base, over)
	known := c.Lookup("anthropic/claude-sonnet-4.5")
	if len(known.Endpoints) != before+1 || known.Name != base.Lookup(known.ID).Name {
		t.Errorf("the user's endpoint did not join: %+v", known)
	}
	i := slices.IndexFunc(known.Endpoints, func(e catalog.Endpoint) bool { return e.Provider == "acme" })
	if i < 0 || known.Endpoints[i].Model != known.ID || known.Endpoints[i].Tag != "acme" || !known.Endpoints[i].Private {
		t.Errorf("%+v", known.Endpoints)
	}
	tuned := c.Lookup("acme/tuned")
	if tuned == nil || tuned.Context != 999 || tuned.Author != "acme" || tuned.Name != "tuned" {
		t.Errorf("%+v", tuned)
	}
	if base.Lookup("acme/tuned") != nil || len(base.Lookup(known.ID).Endpoints) != before {
		t.Error("the base was changed")
	}
	if len(c.Providers()) != len(base.Providers()) {
		t.Error("providers were lost")
	}
}

func TestJoinIsIdempotent(t *testing.T) {
	l := func() *catalog.Listing {
		return listing("models.dev", source("models.dev", "2026-08-01"), catalog.Scope{Source: "models.dev"},
			offerOf("claude-haiku-4-5", "anthropic", "claude-haiku-4-5", "1"),
			offerOf("claude-haiku-4-5-20251001", "anthropic", "claude-haiku-4-5-20251001", "1"),
			offerOf("eu.anthropic.claude-haiku-4-5-20251001-v1:0", "amazon-bedrock", "eu.anthropic.claude-haiku-4-5-20251001-v1:0", "1.1"),
			offerOf("us.anthropic.claude-haiku-4-5-20251001-v1:0", "amazon-bedrock", "us.anthropic.claude-haiku-4-5-20251001-v1:0", "1.1"))
	}
	once := catalog.Join(nil, l())
	if len(once.Models()) != 1 || len(once.Models()[0].Endpoints) != 3 {
		t.Fatalf("%+v", once.Models())
	}
	if m, _, err := once.Resolve("claude-haiku-4-5-20251001"); err != nil || m.ID != "anthropic/claude-haiku-4-5" {
		t.Errorf("the dated name: %v, %v", m, err)
	}
	twice := catalog.Join(once, l())
	if !reflect.DeepEqual(once.Models(), twice.Models()) {
		t.Errorf("once  %+v\ntwice %+v", once.Models()[0], twice.Models()[0])
	}
}

func TestDatedModelsStayApart(t *testing.T) {
	c := catalog.Join(nil, listing("models.dev", source("models.dev", "2026-08-01"), catalog.Scope{},
		offerOf("gpt-4o", "openai", "gpt-4o", "2"),
		offerOf("gpt-4o-2024-05-13", "openai", "gpt-4o-2024-05-13", "5"),
		offerOf("gpt-4o-2024-08-06", "openai", "gpt-4o-2024-08-06", "2.5")))
	if len(c.Models()) != 3 {
		t.Errorf("%d models, want three with their own prices", len(c.Models()))
	}
}
