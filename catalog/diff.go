package catalog

import (
	"cmp"
	"slices"

	"assay/internal/usd"
)

// ChangeKind says what happened to a model or one of its endpoints.
type ChangeKind string

// The kinds, in the order Diff lists them.
const (
	ModelNew      ChangeKind = "new"
	ModelGone     ChangeKind = "gone"
	ModelBack     ChangeKind = "back"
	EndpointNew   ChangeKind = "offered"
	EndpointGone  ChangeKind = "withdrawn"
	PriceDown     ChangeKind = "price_down"
	PriceUp       ChangeKind = "price_up"
	PriceTold     ChangeKind = "price_told"   // was unknown or not listed
	PriceUntold   ChangeKind = "price_untold" // is now unknown or not listed
	TiersChanged  ChangeKind = "tiers"
	ContextChange ChangeKind = "context"
)

var changeOrder = []ChangeKind{
	ModelNew, ModelGone, ModelBack, EndpointNew, EndpointGone, PriceDown, PriceUp, PriceTold, PriceUntold, TiersChanged, ContextChange,
}

// Change is one difference between two catalogs. Prices are dollars per unit, token
// classes per token.
type Change struct {
	Kind       ChangeKind `json:"kind"`
	Model      string     `json:"model"`
	Provider   string     `json:"provider,omitempty"`
	Tag        string     `json:"endpoint,omitempty"` // endpoint; "" when it is about the model
	Class      string     `json:"class,omitempty"`    // prompt, completion, cache_read, …
	OldPrice   usd.Price  `json:"old_price,omitzero"`
	NewPrice   usd.Price  `json:"new_price,omitzero"`
	OldContext int        `json:"old_context,omitempty"`
	NewContext int        `json:"new_context,omitempty"`
}

var classNames = [priceClasses]string{
	"prompt", "completion", "cache_read", "cache_write", "cache_write_1h", "reasoning", "audio_prompt", "audio", "image_output",
	"image", "request", "web_search",
}

// Diff lists what is different in next: models that came, went or came back, and for
// the others endpoints, prices and context windows. By kind, then by model.
func Diff(old, next *Catalog) []Change {
	var out []Change
	for _, m := range next.models {
		before := old.byName[m.ID]
		switch {
		case before == nil || before.ID != m.ID:
			if !m.Gone {
				out = append(out, Change{Kind: ModelNew, Model: m.ID})
			}
		case m.Gone && !before.Gone:
			out = append(out, Change{Kind: ModelGone, Model: m.ID})
		case before.Gone && !m.Gone:
			out = append(out, Change{Kind: ModelBack, Model: m.ID})
		case !m.Gone:
			out = append(out, diffModel(before, m)...)
		}
	}
	for _, m := range old.models {
		if now := next.byName[m.ID]; (now == nil || now.ID != m.ID) && !m.Gone {
			out = append(out, Change{Kind: ModelGone, Model: m.ID})
		}
	}
	slices.SortStableFunc(out, func(a, b Change) int {
		return cmp.Or(cmp.Compare(slices.Index(changeOrder, a.Kind), slices.Index(changeOrder, b.Kind)),
			cmp.Compare(a.Model, b.Model), cmp.Compare(a.Tag, b.Tag))
	})
	return out
}

func diffModel(old, m *Model) []Change {
	var out []Change
	if old.Context != m.Context {
		out = append(out, Change{Kind: ContextChange, Model: m.ID, OldContext: old.Context, NewContext: m.Context})
	}
	for i := range m.Endpoints {
		e := &m.Endpoints[i]
		change := Change{Model: m.ID, Provider: e.Provider, Tag: e.Tag}
		k := slices.IndexFunc(old.Endpoints, func(o Endpoint) bool { return o.Tag == e.Tag })
		if k < 0 {
			change.Kind = EndpointNew
			out = append(out, change)
			continue
		}
		out = append(out, diffEndpoint(change, &old.Endpoints[k], e)...)
	}
	for i := range old.Endpoints {
		o := &old.Endpoints[i]
		if !slices.ContainsFunc(m.Endpoints, func(e Endpoint) bool { return e.Tag == o.Tag }) {
			out = append(out, Change{Kind: EndpointGone, Model: m.ID, Provider: o.Provider, Tag: o.Tag})
		}
	}
	return out
}

func diffEndpoint(about Change, old, e *Endpoint) []Change {
	var out []Change
	before, after := old.Prices.classes(), e.Prices.classes()
	for i := range before {
		c := about
		c.Class, c.OldPrice, c.NewPrice = classNames[i], *before[i], *after[i]
		if c.Kind = priceChange(c.OldPrice, c.NewPrice); c.Kind != "" {
			out = append(out, c)
		}
	}
	tiers, was := Prices{Tiers: e.Prices.Tiers}, Prices{Tiers: old.Prices.Tiers}
	if !tiers.same(&was) {
		c := about
		c.Kind = TiersChanged
		out = append(out, c)
	}
	if old.Context != e.Context && old.Context > 0 && e.Context > 0 {
		c := about
		c.Kind, c.OldContext, c.NewContext = ContextChange, old.Context, e.Context
		out = append(out, c)
	}
	return out
}

func priceChange(old, next usd.Price) ChangeKind {
	a, was := old.Amount()
	b, is := next.Amount()
	switch {
	case !was && !is, was && is && a == b:
		return ""
	case !was:
		return PriceTold
	case !is:
		return PriceUntold
	case b.Less(a):
		return PriceDown
	}
	return PriceUp
}
