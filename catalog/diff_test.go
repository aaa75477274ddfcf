package catalog_test

import (
	"fmt"
	"slices"
	"testing"

	"assay/catalog"
	"assay/internal/usd"
)

func TestDiff(t *testing.T) {
	model := func(id string, context int, endpoints ...catalog.Endpoint) *catalog.Model {
		return &catalog.Model{ID: id, Context: context, Endpoints: endpoints}
	}
	at := func(tag, in string) catalog.Endpoint {
		e := catalog.Endpoint{Provider: "p", Tag: tag}
		if in == "?" {
			e.Prices.Prompt = usd.Unknown
		} else {
			e.Prices.Prompt = price(in)
		}
		return e
	}
	tiered := at("t", "1")
	tiered.Prices.Tiers = []catalog.Tier{{MinPromptTokens: 5, Prices: catalog.Prices{Prompt: price("2")}}}
	gone := model("a/returns", 1)
	gone.Gone = true
	vanished := model("a/vanishes", 1, at("p", "1"))
	vanished.Gone = true

	old := catalog.New([]*catalog.Model{
		model("a/same", 10, at("p", "1")),
		model("a/moves", 10, at("down", "2"), at("up", "1"), at("told", "?"), at("untold", "1"), at("left", "1"), at("t", "1")),
		model("a/removed", 1), model("a/vanishes", 1, at("p", "1")), gone,
	}, catalog.Source{})
	next := catalog.New([]*catalog.Model{
		model("a/same", 10, at("p", "1")),
		model("a/moves", 20, at("down", "1"), at("up", "1.5"), at("told", "3"), at("untold", "?"), at("joined", "1"), tiered),
		model("a/fresh", 1), vanished, model("a/returns", 1),
	}, catalog.Source{})

	var got []string
	for _, c := range catalog.Diff(old, next) {
		got = append(got, fmt.Sprintf("%s %s %s %s %s>%s %d>%d", c.Kind, c.Model, c.Tag, c.Class, c.OldPrice.PerMillion(), c.NewPrice.PerMillion(), c.OldContext, c.NewContext))
	}
	want := []string{
		"new a/fresh   > 0>0",
		"gone a/removed   > 0>0",
		"gone a/vanishes   > 0>0",
		"back a/returns   > 0>0",
		"offered a/moves joined  > 0>0",
		"withdrawn a/moves left  > 0>0",
		"price_down a/moves down prompt 2>1 0>0",
		"price_up a/moves up prompt 1>1.5 0>0",
		"price_told a/moves told prompt unknown>3 0>0",
		"price_untold a/moves untold prompt 1>unknown 0>0",
		"tiers a/moves t  > 0>0",
		"context a/moves   > 10>20",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	if d := catalog.Diff(next, next); len(d) != 0 {
		t.Errorf("a catalog differs from itself: %v", d)
	}
}
