package source

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"assay/catalog"
	"assay/internal/usd"
)

type orModel struct {
	ID           string `json:"id"`
	Canonical    string `json:"canonical_slug"`
	HuggingFace  string `json:"hugging_face_id"`
	Name         string `json:"name"`
	Created      number `json:"created"`
	Context      number `json:"context_length"`
	Architecture struct {
		Modality  string   `json:"modality"`
		Input     []string `json:"input_modalities"`
		Output    []string `json:"output_modalities"`
		Tokenizer string   `json:"tokenizer"`
	} `json:"architecture"`
	Pricing json.RawMessage `json:"pricing"`
	Top     struct {
		Context   number `json:"context_length"`
		MaxOutput number `json:"max_completion_tokens"`
	} `json:"top_provider"`
	Limits *struct {
		Prompt number `json:"prompt_tokens"`
	} `json:"per_request_limits"`
	Parameters []string `json:"supported_parameters"`
	Knowledge  string   `json:"knowledge_cutoff"`
	Expires    string   `json:"expiration_date"`
	Alias      *struct {
		Slug string `json:"slug"`
	} `json:"alias_target"`
	Reasoning *struct {
		Mandatory bool     `json:"mandatory"`
		Efforts   []string `json:"supported_efforts"`
	} `json:"reasoning"`
	Benchmarks json.RawMessage `json:"benchmarks"`
}

type orPricing struct {
	Prompt       number `json:"prompt"`
	Completion   number `json:"completion"`
	Request      number `json:"request"`
	Image        number `json:"image"`
	ImageOutput  number `json:"image_output"`
	Audio        number `json:"audio"`
	AudioOutput  number `json:"audio_output"`
	WebSearch    number `json:"web_search"`
	Reasoning    number `json:"internal_reasoning"`
	CacheRead    number `json:"input_cache_read"`
	CacheWrite   number `json:"input_cache_write"`
	CacheWrite1h number `json:"input_cache_write_1h"`
	Discount     number `json:"discount"`
}

type orOverride struct {
	orPricing
	MinPrompt number  `json:"min_prompt_tokens"`
	UTCStart  *number `json:"utc_start"`
	UTCEnd    *number `json:"utc_end"`
}

func decodeOpenRouter(rows []json.RawMessage) *catalog.Listing {
	l := &catalog.Listing{
		Format: "openrouter",
		Source: catalog.Source{Name: "openrouter"},
		Scope:  catalog.Scope{Provider: "openrouter"},
		Providers: []catalog.Provider{catalog.Provider{
			Slug: "openrouter", Name: "OpenRouter", BaseURL: "https://openrouter.ai/api/v1",
			Env: []string{"OPENROUTER_API_KEY"}, Format: "openai",
		}.Complete()},
	}
	seen := map[string]bool{}
	newest := int64(0)
	for i, raw := range rows {
		var row orModel
		err := json.Unmarshal(raw, &row)
		if row.ID == "" && err == nil {
			err = errors.New("no id")
		}
		if row.ID == "" {
			row.ID = fmt.Sprintf("row %d", i+1)
		}
		m, priceErr := row.model()
		newest = max(newest, m.Created)
		add(l, seen, catalog.Row{Model: m}, errors.Join(err, priceErr))
	}
	l.Source.Date = day(newest)
	return l
}

func (row *orModel) model() (*catalog.Model, error) {
	p, err := openRouterPrices(row.Pricing)
	if err == nil && !p.Told() {
		err = errors.New("no price")
	}
	in := modalities(row.Architecture.Input)
	out := modalities(row.Architecture.Output)
	if from, to, ok := strings.Cut(row.Architecture.Modality, "->"); ok && in == 0 {
		in, out = modalities(strings.Split(from, "+")), modalities(strings.Split(to, "+"))
	}
	params := catalog.ParamsOf(row.Parameters...)
	m := &catalog.Model{
		ID: row.ID, Canonical: row.Canonical, Name: withoutVendor(row.Name), Created: int64(row.Created.count()),
		Context: row.Context.count(), MaxOutput: row.Top.MaxOutput.count(),
		Input: in, Output: out, Params: params,
		Knowledge: row.Knowledge, Expires: row.Expires,
		Open: row.HuggingFace != "", Weights: row.HuggingFace,
	}
	if m.Canonical == m.ID {
		m.Canonical = ""
	}
	m.Author, _, _ = strings.Cut(row.ID, "/")
	m.Reasoning.Supported = row.Reasoning != nil || params.Has(catalog.ParamReasoning)
	if row.Reasoning != nil {
		m.Reasoning.Mandatory, m.Reasoning.Efforts = row.Reasoning.Mandatory, strongestFirst(row.Reasoning.Efforts)
	}
	switch {
	case row.Alias != nil:
		m.AliasOf = row.Alias.Slug
	case row.Architecture.Tokenizer == "Router" && !strings.HasPrefix(row.ID, "~"), p.Prompt.IsUnknown():
		m.Router = true
	}
	m.Scores = scores(row.Benchmarks)
	e := catalog.Endpoint{
		Provider: "openrouter", Upstream: row.ID, Prices: p, Params: params, Input: in,
		Context: max(row.Top.Context.count(), 0), MaxOutput: row.Top.MaxOutput.count(),
	}
	if e.Context == 0 {
		e.Context = row.Context.count()
	}
	if row.Limits != nil {
		e.MaxPrompt = row.Limits.Prompt.count()
	}
	m.Endpoints = []catalog.Endpoint{e}
	return m, err
}

func openRouterPrices(raw json.RawMessage) (catalog.Prices, error) {
	var in struct {
		orPricing
		Overrides []orOverride `json:"overrides"`
	}
	if len(raw) == 0 {
		return catalog.Prices{}, errors.New("no pricing")
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return catalog.Prices{}, fmt.Errorf("pricing: %w", err)
	}
	p := in.orPricing.prices()
	for _, o := range in.Overrides {
		op := o.orPricing.prices()
		t := catalog.Tier{MinPromptTokens: o.MinPrompt.count(), Prices: op.Prices}
		if o.UTCStart != nil && o.UTCEnd != nil {
			t.Windowed, t.UTCStart, t.UTCEnd = true, o.UTCStart.count(), o.UTCEnd.count()
		}
		p.Tiers = append(p.Tiers, t)
		if p.err == nil {
			p.err = op.err
		}
	}
	return p.Prices, p.err
}

func (in *orPricing) prices() prices {
	var p prices
	p.set(&p.Prompt, in.Prompt, usd.ParsePrice)
	p.set(&p.Completion, in.Completion, usd.ParsePrice)
	p.set(&p.Request, in.Request, usd.ParsePrice)
	p.set(&p.Image, in.Image, usd.ParsePrice)
	p.set(&p.ImageOutput, in.ImageOutput, usd.ParsePrice)
	p.set(&p.AudioPrompt, in.Audio, usd.ParsePrice)
	p.set(&p.Audio, in.AudioOutput, usd.ParsePrice)
	p.set(&p.WebSearch, in.WebSearch, usd.ParsePrice)
	p.set(&p.CacheRead, in.CacheRead, usd.ParsePrice)
	p.set(&p.CacheWrite, in.CacheWrite, usd.ParsePrice)
	p.set(&p.CacheWrite1h, in.CacheWrite1h, usd.ParsePrice)
	p.set(&p.Reasoning, in.Reasoning, usd.ParsePrice)
	if p.Reasoning.IsFree() {
		// "0" says there is no surcharge; the tokens are billed as completion.
		p.Reasoning = usd.Price{}
	}
	if d, err := usd.Parse(string(in.Discount)); err == nil && !d.IsZero() {
		p.Discount = d.String()
	}
	return p
}

// decodeEndpoints reads GET /models/{author}/{slug}/endpoints: one model, with the
// upstreams OpenRouter can be pinned to.
func decodeEndpoints(data json.RawMessage) (*catalog.Listing, error) {
	var in struct {
		orModel
		Endpoints *[]struct {
			Tag          string          `json:"tag"`
			Name         string          `json:"provider_name"`
			Context      number          `json:"context_length"`
			MaxOutput    number          `json:"max_completion_tokens"`
			MaxPrompt    number          `json:"max_prompt_tokens"`
			Quantization string          `json:"quantization"`
			Pricing      json.RawMessage `json:"pricing"`
			Parameters   []string        `json:"supported_parameters"`
		} `json:"endpoints"`
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if in.Endpoints == nil {
		return nil, ErrFormat
	}
	l := &catalog.Listing{Format: "openrouter-endpoints", Source: catalog.Source{Name: "openrouter"}}
	in.Pricing = nil
	m, _ := in.orModel.model() // the model's own price is not part of this answer
	m.Endpoints = nil
	for _, e := range *in.Endpoints {
		p, err := openRouterPrices(e.Pricing)
		tag := e.Tag
		if tag == "" {
			tag = catalog.ProviderSlug(e.Name)
		}
		if err == nil {
			err = checkID(tag)
		}
		if err != nil {
			l.Problems = append(l.Problems, fmt.Sprintf("%s at %s: %v", cleanText(in.ID), cleanText(tag), err))
			continue
		}
		out := catalog.Endpoint{
			Provider: "openrouter", Tag: "openrouter/" + tag, Upstream: in.ID, Prices: p, Input: m.Input,
			Context: e.Context.count(), MaxOutput: e.MaxOutput.count(), MaxPrompt: e.MaxPrompt.count(),
			Params: catalog.ParamsOf(e.Parameters...),
		}
		if e.Quantization != "unknown" && checkID(e.Quantization) == nil {
			out.Quantization = e.Quantization
		}
		m.Endpoints = append(m.Endpoints, out)
	}
	if len(m.Endpoints) > 0 {
		add(l, map[string]bool{}, catalog.Row{Model: m}, nil)
	}
	l.Source.Date = day(m.Created)
	return l, nil
}
