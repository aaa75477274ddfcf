package source

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"assay/catalog"
	"assay/internal/usd"
)

type llModel struct {
	Provider   string   `json:"litellm_provider"`
	Mode       string   `json:"mode"`
	MaxInput   number   `json:"max_input_tokens"`
	MaxOutput  number   `json:"max_output_tokens"`
	MaxTokens  number   `json:"max_tokens"`
	Inputs     []string `json:"supported_modalities"`
	Outputs    []string `json:"supported_output_modalities"`
	Tools      bool     `json:"supports_function_calling"`
	Parallel   bool     `json:"supports_parallel_function_calling"`
	Choice     bool     `json:"supports_tool_choice"`
	Schema     bool     `json:"supports_response_schema"`
	Reasoning  bool     `json:"supports_reasoning"`
	Vision     bool     `json:"supports_vision"`
	PDF        bool     `json:"supports_pdf_input"`
	AudioIn    bool     `json:"supports_audio_input"`
	Deprecated string   `json:"deprecation_date"`
}

// classes of LiteLLM's price map by key, dollars per token.
var llClasses = map[string]func(*catalog.Prices) *usd.Price{
	"input_cost_per_token":                      func(p *catalog.Prices) *usd.Price { return &p.Prompt },
	"output_cost_per_token":                     func(p *catalog.Prices) *usd.Price { return &p.Completion },
	"cache_read_input_token_cost":               func(p *catalog.Prices) *usd.Price { return &p.CacheRead },
	"cache_creation_input_token_cost":           func(p *catalog.Prices) *usd.Price { return &p.CacheWrite },
	"cache_creation_input_token_cost_above_1hr": func(p *catalog.Prices) *usd.Price { return &p.CacheWrite1h },
	"output_cost_per_reasoning_token":           func(p *catalog.Prices) *usd.Price { return &p.Reasoning },
	"input_cost_per_audio_token":                func(p *catalog.Prices) *usd.Price { return &p.AudioPrompt },
	"output_cost_per_audio_token":               func(p *catalog.Prices) *usd.Price { return &p.Audio },
	"input_cost_per_image":                      func(p *catalog.Prices) *usd.Price { return &p.Image },
	"output_cost_per_image_token":               func(p *catalog.Prices) *usd.Price { return &p.ImageOutput },
	"input_cost_per_request":                    func(p *catalog.Prices) *usd.Price { return &p.Request },
}

var llTier = regexp.MustCompile(`^(.+)_above_(\d+)k_tokens$`)

func decodeLiteLLM(top map[string]json.RawMessage) *catalog.Listing {
	l := &catalog.Listing{Format: "litellm", Source: catalog.Source{Name: "litellm"}}
	seen := map[string]bool{}
	for _, key := range sortedKeys(top) {
		if key == "sample_spec" { // documents the format; it is no model
			continue
		}
		var m llModel
		if err := json.Unmarshal(top[key], &m); err != nil {
			l.Problems = append(l.Problems, cleanText(key)+": "+err.Error())
			continue
		}
		out := m.output()
		if m.Provider == "" || out == 0 {
			continue
		}
		p, err := llPrices(top[key])
		row := m.row(key, out, p)
		if seen[row.Model.Endpoints[0].Provider+"\x00"+row.Model.ID] {
			continue // "deepseek-chat" and "deepseek/deepseek-chat" are one
		}
		add(l, seen, row, err)
	}
	return l
}

// output is what the mode gives, 0 for kinds of service that are no models to talk,
// listen or speak with.
func (m *llModel) output() catalog.Modality {
	switch m.Mode {
	case "chat", "responses", "completion", "realtime":
		if out := modalities(m.Outputs); out != 0 {
			return out
		}
		return catalog.Text
	case "audio_transcription":
		return catalog.Transcription
	case "audio_speech":
		return catalog.Speech
	case "embedding":
		return catalog.Embeddings
	}
	return 0
}

func (m *llModel) row(key string, out catalog.Modality, p catalog.Prices) catalog.Row {
	provider := catalog.ProviderSlug(m.Provider)
	upstream := key
	if first, rest, ok := strings.Cut(key, "/"); ok && catalog.ProviderSlug(first) == provider {
		upstream = rest
	}
	in := modalities(m.Inputs)
	if in == 0 && m.Mode != "audio_transcription" {
		in = catalog.Text
	}
	for _, f := range []struct {
		on   bool
		kind catalog.Modality
	}{{m.Vision, catalog.Image}, {m.PDF, catalog.File}, {m.AudioIn || m.Mode == "audio_transcription", catalog.Audio}} {
		if f.on {
			in |= f.kind
		}
	}
	params := m.params(out)
	limit := cmp.Or(m.MaxInput.count(), m.MaxTokens.count())
	model := &catalog.Model{
		ID: upstream, Name: upstream, Context: limit, MaxOutput: m.MaxOutput.count(), Input: in, Output: out,
		Params: params, Reasoning: catalog.Reasoning{Supported: m.Reasoning}, Expires: validDate(m.Deprecated),
	}
	model.Endpoints = []catalog.Endpoint{{
		Provider: provider, Upstream: upstream, Prices: p, Context: limit, MaxOutput: model.MaxOutput,
		MaxPrompt: m.MaxInput.count(), Params: params, Input: in, Quantization: catalog.Quantization(upstream),
	}}
	return catalog.Row{Model: model}
}

func (m *llModel) params(out catalog.Modality) catalog.Params {
	if !out.Has(catalog.Text) {
		return 0
	}
	p := catalog.ParamsOf("max_tokens", "stop")
	for _, f := range []struct {
		on    bool
		param catalog.Params
	}{
		{m.Tools, catalog.ParamTools},
		{m.Choice, catalog.Param("tool_choice")},
		{m.Parallel, catalog.Param("parallel_tool_calls")},
		{m.Schema, catalog.ParamResponseFormat | catalog.ParamStructuredOutputs},
		{m.Reasoning, catalog.ParamReasoning},
	} {
		if f.on {
			p |= f.param
		}
	}
	return p
}

func llPrices(raw json.RawMessage) (catalog.Prices, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return catalog.Prices{}, err
	}
	var p prices
	tiers := map[int]*catalog.Prices{}
	for _, key := range sortedKeys(fields) {
		dst, class, size := &p.Prices, key, 0
		if m := llTier.FindStringSubmatch(key); m != nil {
			k, err := strconv.Atoi(m[2])
			if err != nil {
				continue
			}
			class, size = m[1], k*1000
		}
		pick, ok := llClasses[class]
		if !ok {
			continue
		}
		if size > 0 {
			if tiers[size] == nil {
				tiers[size] = &catalog.Prices{}
			}
			dst = tiers[size]
		}
		var n number
		if err := n.UnmarshalJSON(fields[key]); err != nil {
			return p.Prices, err
		}
		p.set(pick(dst), n, usd.ParsePrice)
	}
	for size, t := range tiers {
		p.Tiers = append(p.Tiers, catalog.Tier{MinPromptTokens: size, Prices: *t})
	}
	slices.SortFunc(p.Tiers, func(a, b catalog.Tier) int { return a.MinPromptTokens - b.MinPromptTokens })
	if !p.Told() {
		p.Prompt, p.Completion = usd.Unknown, usd.Unknown
	}
	return p.Prices, p.err
}
