package source

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"assay/catalog"
	"assay/internal/usd"
)

type rbModel struct {
	ID           string   `json:"id"`
	Name         string   `json:"name"`
	Provider     string   `json:"provider"`
	Created      string   `json:"created_at"`
	Context      number   `json:"context_window"`
	MaxOutput    number   `json:"max_output_tokens"`
	Knowledge    string   `json:"knowledge_cutoff"`
	Capabilities []string `json:"capabilities"`
	Modalities   struct {
		Input  []string `json:"input"`
		Output []string `json:"output"`
	} `json:"modalities"`
	Pricing struct {
		Text struct {
			Standard  rbClasses `json:"standard"`
			Long      rbClasses `json:"long_context"`
			Threshold number    `json:"long_context_threshold"`
		} `json:"text_tokens"`
		Audio struct {
			Standard rbClasses `json:"standard"`
		} `json:"audio_tokens"`
		Images struct {
			Standard rbClasses `json:"standard"`
		} `json:"images"`
	} `json:"pricing"`
	Metadata struct {
		Parameters names  `json:"supported_parameters"`
		Open       bool   `json:"open_weights"`
		Updated    string `json:"last_updated"`
	} `json:"metadata"`
}

// rbClasses are dollars per million tokens.
type rbClasses struct {
	Input      number `json:"input_per_million"`
	Output     number `json:"output_per_million"`
	Reasoning  number `json:"reasoning_output_per_million"`
	CacheRead  number `json:"cache_read_input_per_million"`
	CacheWrite number `json:"cache_write_input_per_million"`
}

func (c *rbClasses) prices() prices {
	var p prices
	p.set(&p.Prompt, c.Input, usd.ParsePricePerMillion)
	p.set(&p.Completion, c.Output, usd.ParsePricePerMillion)
	p.set(&p.Reasoning, c.Reasoning, usd.ParsePricePerMillion)
	p.set(&p.CacheRead, c.CacheRead, usd.ParsePricePerMillion)
	p.set(&p.CacheWrite, c.CacheWrite, usd.ParsePricePerMillion)
	return p
}

func decodeRubyLLM(rows []json.RawMessage) *catalog.Listing {
	l := &catalog.Listing{Format: "ruby_llm", Source: catalog.Source{Name: "ruby_llm"}}
	seen := map[string]bool{}
	for i, raw := range rows {
		var m rbModel
		err := json.Unmarshal(raw, &m)
		if m.ID == "" {
			m.ID, err = fmt.Sprintf("row %d", i+1), errors.Join(err, errors.New("no id"))
		}
		if checkID(m.Provider) != nil {
			err = errors.Join(err, errors.New("no provider"))
		}
		l.Source.Date = max(l.Source.Date, validDate(m.Metadata.Updated))
		row, priceErr := m.row()
		add(l, seen, row, errors.Join(err, priceErr))
	}
	return l
}

func (m *rbModel) row() (catalog.Row, error) {
	p := m.Pricing.Text.Standard.prices()
	p.set(&p.AudioPrompt, m.Pricing.Audio.Standard.Input, usd.ParsePricePerMillion)
	p.set(&p.Audio, m.Pricing.Audio.Standard.Output, usd.ParsePricePerMillion)
	p.set(&p.ImageOutput, m.Pricing.Images.Standard.Output, usd.ParsePricePerMillion)
	if at := m.Pricing.Text.Threshold.count(); at > 0 {
		long := m.Pricing.Text.Long.prices()
		p.Tiers = []catalog.Tier{{MinPromptTokens: at, Prices: long.Prices}}
		p.err = errors.Join(p.err, long.err)
	}
	if !p.Told() {
		p.Prompt, p.Completion = usd.Unknown, usd.Unknown
	}
	in := modalities(m.Modalities.Input)
	out := outputs(m.ID, in, modalities(m.Modalities.Output))
	has := func(c string) bool { return slices.Contains(m.Capabilities, c) }
	switch {
	case has("transcription") && !has("streaming"):
		in, out = in|catalog.Audio, catalog.Transcription
	case has("speech_generation") && out.Has(catalog.Audio):
		out = catalog.Speech
	}
	params := m.params(out)
	provider := catalog.ProviderSlug(m.Provider)
	model := &catalog.Model{
		ID: m.ID, Name: m.Name, Created: unixDay(m.Created), Context: m.Context.count(), MaxOutput: m.MaxOutput.count(),
		Input: in, Output: out, Params: params, Reasoning: catalog.Reasoning{Supported: has("reasoning")},
		Knowledge: m.Knowledge, Open: m.Metadata.Open,
	}
	model.Endpoints = []catalog.Endpoint{{
		Provider: provider, Upstream: m.ID, Prices: p.Prices, Context: model.Context, MaxOutput: model.MaxOutput,
		Params: params, Input: in, Quantization: catalog.Quantization(m.ID),
	}}
	return catalog.Row{Model: model}, p.err
}

func (m *rbModel) params(out catalog.Modality) catalog.Params {
	if p := catalog.ParamsOf(m.Metadata.Parameters...); p != 0 || !out.Has(catalog.Text) {
		return p
	}
	p := catalog.ParamsOf("max_tokens", "stop")
	for _, c := range m.Capabilities {
		switch c {
		case "function_calling":
			p |= catalog.ParamTools
		case "tool_choice", "parallel_tool_calls":
			p |= catalog.ParamsOf("tool_choice", map[string]string{"parallel_tool_calls": c}[c])
		case "structured_output":
			p |= catalog.ParamResponseFormat | catalog.ParamStructuredOutputs
		case "reasoning":
			p |= catalog.ParamReasoning
		}
	}
	return p
}
