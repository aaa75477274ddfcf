package source

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"assay/catalog"
	"assay/internal/usd"
)

type mdProvider struct {
	ID     string                     `json:"id"`
	Name   string                     `json:"name"`
	API    string                     `json:"api"`
	NPM    string                     `json:"npm"`
	Env    []string                   `json:"env"`
	Models map[string]json.RawMessage `json:"models"`
}

type mdModel struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Base       string `json:"base_model"`
	Released   string `json:"release_date"`
	Updated    string `json:"last_updated"`
	Knowledge  string `json:"knowledge"`
	Reasoning  bool   `json:"reasoning"`
	Tools      bool   `json:"tool_call"`
	Structured bool   `json:"structured_output"`
	Sampling   bool   `json:"temperature"`
	Open       bool   `json:"open_weights"`
	Options    []struct {
		Type   string   `json:"type"`
		Values []string `json:"values"`
	} `json:"reasoning_options"`
	Modalities struct {
		Input  []string `json:"input"`
		Output []string `json:"output"`
	} `json:"modalities"`
	Limit struct {
		Context number `json:"context"`
		Input   number `json:"input"`
		Output  number `json:"output"`
	} `json:"limit"`
	Cost *mdCost `json:"cost"`
}

type mdCost struct {
	mdClasses
	Tiers []struct {
		mdClasses
		Tier struct {
			Size number `json:"size"`
		} `json:"tier"`
	} `json:"tiers"`
	Over200k *mdClasses `json:"context_over_200k"` // what tiers were called before
}

// mdClasses are dollars per million tokens. Some files misspell the cache keys.
type mdClasses struct {
	Input       number `json:"input"`
	Output      number `json:"output"`
	Reasoning   number `json:"reasoning"`
	CacheRead   number `json:"cache_read"`
	CacheInput  number `json:"cache_input"`
	CachedInput number `json:"cached_input"`
	CacheWrite  number `json:"cache_write"`
	CachedWrite number `json:"cached_write"`
	AudioIn     number `json:"input_audio"`
	AudioOut    number `json:"output_audio"`
	Request     number `json:"request"`
}

func (c *mdClasses) prices() prices {
	var p prices
	p.set(&p.Prompt, c.Input, usd.ParsePricePerMillion)
	p.set(&p.Completion, c.Output, usd.ParsePricePerMillion)
	p.set(&p.Reasoning, c.Reasoning, usd.ParsePricePerMillion)
	p.set(&p.CacheRead, cmp.Or(c.CacheRead, c.CacheInput, c.CachedInput), usd.ParsePricePerMillion)
	p.set(&p.CacheWrite, cmp.Or(c.CacheWrite, c.CachedWrite), usd.ParsePricePerMillion)
	p.set(&p.AudioPrompt, c.AudioIn, usd.ParsePricePerMillion)
	p.set(&p.Audio, c.AudioOut, usd.ParsePricePerMillion)
	p.set(&p.Request, c.Request, usd.ParsePrice)
	return p
}

func decodeModelsDev(top map[string]json.RawMessage) *catalog.Listing {
	l := &catalog.Listing{
		Format: "models.dev", Source: catalog.Source{Name: "models.dev"}, Scope: catalog.Scope{Source: "models.dev"},
	}
	seen := map[string]bool{}
	for _, id := range sortedKeys(top) {
		var p mdProvider
		if err := json.Unmarshal(top[id], &p); err != nil {
			l.Problems = append(l.Problems, cleanText(id)+": "+err.Error())
			continue
		}
		slug := catalog.ProviderSlug(cmp.Or(p.ID, id))
		if checkID(slug) != nil {
			l.Problems = append(l.Problems, cleanText(id)+": not a provider's name")
			continue
		}
		l.Providers = append(l.Providers, p.provider(slug))
		for _, key := range sortedKeys(p.Models) {
			var m mdModel
			err := json.Unmarshal(p.Models[key], &m)
			m.ID = cmp.Or(m.ID, key)
			l.Source.Date = max(l.Source.Date, validDate(m.Updated))
			row, priceErr := m.row(slug)
			add(l, seen, row, errors.Join(err, priceErr))
		}
	}
	return l
}

func (p *mdProvider) provider(slug string) catalog.Provider {
	out := catalog.Provider{Slug: slug, Name: cleanText(p.Name), BaseURL: p.API, Env: p.Env}
	switch p.NPM {
	case "@ai-sdk/openai-compatible", "@ai-sdk/openai", "@openrouter/ai-sdk-provider":
		out.Format = "openai"
	case "@ai-sdk/anthropic":
		out.Format = "anthropic"
	}
	out.Env = slices.DeleteFunc(slices.Clone(out.Env), func(v string) bool { return checkID(v) != nil })
	if checkID(out.BaseURL) != nil {
		out.BaseURL = ""
	}
	// One provider's file holds the whole path of the call.
	out.BaseURL = strings.TrimSuffix(out.BaseURL, "/chat/completions")
	return out.Complete()
}

func (m *mdModel) row(provider string) (catalog.Row, error) {
	in := modalities(m.Modalities.Input)
	out := &catalog.Model{
		ID: m.ID, Name: m.Name, Created: unixDay(m.Released), Knowledge: m.Knowledge, Open: m.Open,
		Context: m.Limit.Context.count(), MaxOutput: m.Limit.Output.count(),
		Input: in, Output: outputs(m.ID, in, modalities(m.Modalities.Output)),
		Reasoning: catalog.Reasoning{Supported: m.Reasoning},
	}
	e := catalog.Endpoint{
		Provider: provider, Upstream: m.ID, Input: in, Quantization: catalog.Quantization(m.ID),
		Context: out.Context, MaxOutput: out.MaxOutput, MaxPrompt: m.Limit.Input.count(),
	}
	efforts := []string{}
	for _, o := range m.Options {
		if o.Type == "effort" {
			efforts = o.Values
		}
	}
	out.Reasoning.Efforts = strongestFirst(efforts)
	e.Params = m.params(out.Output, len(efforts) > 0)
	var err error
	if m.Cost != nil {
		e.Prices, err = m.Cost.prices()
	}
	out.Router = strings.HasPrefix(m.ID, "openrouter/") && provider != "openrouter"
	if !e.Prices.Told() || out.Router {
		// Offered without a price: there is one, it is not told.
		e.Prices.Prompt, e.Prices.Completion = usd.Unknown, usd.Unknown
	}
	out.Params = e.Params
	out.Endpoints = []catalog.Endpoint{e}
	return catalog.Row{Base: m.Base, Model: out}, err
}

// params are the request parameters that follow from what models.dev tells. Stop and
// max_tokens every chat API of the listed kinds takes.
func (m *mdModel) params(out catalog.Modality, efforts bool) catalog.Params {
	if !out.Has(catalog.Text) {
		return 0
	}
	p := catalog.ParamsOf("max_tokens", "stop")
	if m.Sampling {
		p |= catalog.ParamsOf("temperature", "top_p")
	}
	if m.Tools {
		p |= catalog.ParamsOf("tools", "tool_choice")
	}
	if m.Structured {
		p |= catalog.ParamResponseFormat | catalog.ParamStructuredOutputs
	}
	if m.Reasoning {
		p |= catalog.ParamsOf("reasoning", "include_reasoning")
		if efforts {
			p |= catalog.Param("reasoning_effort")
		}
	}
	return p
}

func (c *mdCost) prices() (catalog.Prices, error) {
	p := c.mdClasses.prices()
	for _, t := range c.Tiers {
		tp := t.mdClasses.prices()
		p.Tiers = append(p.Tiers, catalog.Tier{MinPromptTokens: t.Tier.Size.count(), Prices: tp.Prices})
		if p.err == nil {
			p.err = tp.err
		}
	}
	if len(c.Tiers) == 0 && c.Over200k != nil {
		tp := c.Over200k.prices()
		p.Tiers = append(p.Tiers, catalog.Tier{MinPromptTokens: 200_000, Prices: tp.Prices})
	}
	// Sizes rise, since a later tier overrides an earlier one.
	slices.SortStableFunc(p.Tiers, func(a, b catalog.Tier) int { return a.MinPromptTokens - b.MinPromptTokens })
	return p.Prices, p.err
}

func validDate(s string) string {
	if len(s) == len("2006-01-02") && unixDay(s) != 0 {
		return s
	}
	return ""
}
