package source

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"assay/catalog"
	"assay/internal/usd"
)

type cwModel struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	In        number `json:"cost_per_1m_in"`
	Out       number `json:"cost_per_1m_out"`
	InCached  number `json:"cost_per_1m_in_cached"`  // what writing the cache costs
	OutCached number `json:"cost_per_1m_out_cached"` // what reading it costs
	Context   number `json:"context_window"`
	Reasons   bool   `json:"can_reason"`
	Images    bool   `json:"supports_attachments"`
	Levels    []any  `json:"reasoning_levels"`
}

func decodeCatwalk(data []byte) (*catalog.Listing, error) {
	var in struct {
		ID     string            `json:"id"`
		Name   string            `json:"name"`
		Type   string            `json:"type"`
		Key    string            `json:"api_key"`
		API    string            `json:"api_endpoint"`
		Models []json.RawMessage `json:"models"`
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if checkID(in.ID) != nil || in.Type == "" {
		return nil, ErrFormat
	}
	slug := catwalkSlug(in.ID, in.API)
	p := catalog.Provider{Slug: slug, Name: cleanText(in.Name)}
	if !strings.HasPrefix(in.API, "$") && checkID(in.API) == nil {
		p.BaseURL = in.API
	}
	if v, ok := strings.CutPrefix(in.Key, "$"); ok && checkID(v) == nil {
		p.Env = []string{v}
	}
	switch in.Type {
	case "openai", "openai-compat", "openrouter", "vercel":
		p.Format = "openai"
	case "anthropic":
		p.Format = "anthropic"
		if p.BaseURL != "" && !strings.HasSuffix(p.BaseURL, "/v1") {
			p.BaseURL += "/v1"
		}
	}
	l := &catalog.Listing{
		Format: "catwalk", Source: catalog.Source{Name: "catwalk"}, Providers: []catalog.Provider{p.Complete()},
	}
	seen := map[string]bool{}
	for i, raw := range in.Models {
		var m cwModel
		err := json.Unmarshal(raw, &m)
		if m.ID == "" {
			m.ID, err = fmt.Sprintf("row %d", i+1), errors.Join(err, errors.New("no id"))
		}
		row, priceErr := m.row(slug)
		add(l, seen, row, errors.Join(err, priceErr))
	}
	return l, nil
}

// catwalkSlug tells apart what catwalk files under one vendor: its "zai" is the
// subscription's address.
func catwalkSlug(id, api string) string {
	if id == "zai" && strings.Contains(api, "/coding/") {
		return "zai-coding-plan"
	}
	return catalog.ProviderSlug(id)
}

func (m *cwModel) row(provider string) (catalog.Row, error) {
	var p prices
	p.set(&p.Prompt, m.In, usd.ParsePricePerMillion)
	p.set(&p.Completion, m.Out, usd.ParsePricePerMillion)
	p.set(&p.CacheWrite, m.InCached, usd.ParsePricePerMillion)
	p.set(&p.CacheRead, m.OutCached, usd.ParsePricePerMillion)
	// catwalk writes 0 for what it does not know as well as for what is free.
	if p.CacheWrite.IsFree() {
		p.CacheWrite = usd.Price{}
	}
	if p.CacheRead.IsFree() {
		p.CacheRead = usd.Price{}
	}
	if p.Prompt.IsFree() && p.Completion.IsFree() && !strings.HasSuffix(m.ID, ":free") {
		p.Prompt, p.Completion = usd.Unknown, usd.Unknown
	}
	in := catalog.Text
	if m.Images {
		in |= catalog.Image
	}
	out := &catalog.Model{
		ID: m.ID, Name: withoutVendor(m.Name), Context: m.Context.count(), Input: in, Output: outputs(m.ID, in, catalog.Text),
		Reasoning: catalog.Reasoning{Supported: m.Reasons},
	}
	var efforts []string
	for _, level := range m.Levels {
		if s, ok := level.(string); ok {
			efforts = append(efforts, s)
		}
	}
	out.Reasoning.Efforts = strongestFirst(efforts)
	out.Endpoints = []catalog.Endpoint{{
		Provider: provider, Upstream: m.ID, Prices: p.Prices, Context: out.Context, Input: in,
		Quantization: catalog.Quantization(m.ID),
	}}
	return catalog.Row{Model: out}, p.err
}
