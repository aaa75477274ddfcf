package source

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"assay/catalog"
)

// nativeModel covers what the servers add to OpenAI's shape: Anthropic's display
// name and dates, context lengths of vLLM, Groq, Together and Mistral, Ollama's tags.
type nativeModel struct {
	ID            string `json:"id"`
	Name          string `json:"name"`
	Display       string `json:"display_name"`
	Created       number `json:"created"`
	CreatedAt     string `json:"created_at"`
	Context       number `json:"context_length"`
	ContextWindow number `json:"context_window"`
	MaxContext    number `json:"max_context_length"`
	MaxModelLen   number `json:"max_model_len"`
	MaxInput      number `json:"max_input_tokens"`
	MaxOutput     number `json:"max_completion_tokens"`
	MaxTokens     number `json:"max_tokens"`
	Active        *bool  `json:"active"`
	Type          string `json:"type"`
	Details       struct {
		Quantization string `json:"quantization_level"`
	} `json:"details"`
	Arch *struct {
		Input  []string `json:"input_modalities"`
		Output []string `json:"output_modalities"`
	} `json:"architecture"`
}

func decodeNative(slug string, data []byte) (*catalog.Listing, error) {
	var top struct {
		Data   []json.RawMessage `json:"data"`
		Models []json.RawMessage `json:"models"`
	}
	format, rows := "openai", []json.RawMessage(nil)
	if err := json.Unmarshal(data, &top); err != nil {
		// Together answers with the bare list.
		if json.Unmarshal(data, &rows) != nil {
			return nil, fmt.Errorf("%w: %w", ErrFormat, err)
		}
	}
	switch {
	case rows != nil:
	case top.Data != nil:
		rows = top.Data
	case top.Models != nil:
		rows, format = top.Models, "ollama"
	default:
		return nil, ErrFormat
	}
	l := &catalog.Listing{Format: format, Source: catalog.Source{Name: "provider"}}
	if format == "ollama" {
		l.Scope.Provider = slug // what is not there cannot be run
	}
	seen := map[string]bool{}
	for i, raw := range rows {
		var m nativeModel
		err := json.Unmarshal(raw, &m)
		if format == "ollama" {
			m.ID = cmp.Or(m.ID, m.Name)
		}
		if m.Type == "model" {
			l.Format = "anthropic"
		}
		if m.ID == "" {
			m.ID, err = fmt.Sprintf("row %d", i+1), errors.Join(err, errors.New("no id"))
		}
		m.ID = strings.TrimPrefix(m.ID, "models/") // Google's resource names
		if m.Active != nil && !*m.Active {
			continue
		}
		add(l, seen, m.row(slug), err)
	}
	return l, nil
}

func (m *nativeModel) row(provider string) catalog.Row {
	context := cmp.Or(m.Context.count(), m.ContextWindow.count(), m.MaxContext.count(), m.MaxModelLen.count(), m.MaxInput.count())
	out := &catalog.Model{
		ID: m.ID, Name: withoutVendor(m.Display), Context: context,
		Created: cmp.Or(int64(m.Created.count()), unixDay(m.CreatedAt)),
	}
	if m.Arch != nil {
		out.Input = modalities(m.Arch.Input)
		out.Output = modalities(m.Arch.Output)
	}
	out.Output = outputs(m.ID, out.Input, out.Output)
	switch {
	case strings.Contains(m.ID, "dall-e"), strings.Contains(m.ID, "image"):
		out.Output = catalog.Image
	case strings.Contains(m.ID, "moderation"):
		out.Output = catalog.Embeddings
	}
	e := catalog.Endpoint{
		Provider: provider, Upstream: m.ID, Context: context, Input: out.Input, Quantization: catalog.Quantization(m.ID),
		MaxOutput: m.MaxOutput.count(),
	}
	if q := m.Details.Quantization; q != "" && checkID(q) == nil {
		e.Quantization = q
	}
	out.MaxOutput = e.MaxOutput
	out.Endpoints = []catalog.Endpoint{e}
	return catalog.Row{Model: out}
}
