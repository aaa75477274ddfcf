package cli

import (
	"assay/catalog"
	"assay/internal/usd"
)

// modelJSON is a model as --json prints it. What nobody told is left out. Prices are
// dollars per token (per request, image or search) as decimal strings, "unknown"
// where the seller has one that is not told.
type modelJSON struct {
	ID         string         `json:"id"`
	Canonical  string         `json:"canonical,omitempty"`
	Name       string         `json:"name"`
	Author     string         `json:"author"`
	Created    string         `json:"created,omitempty"` // YYYY-MM-DD
	Context    int            `json:"context,omitempty"`
	MaxOutput  int            `json:"max_output,omitempty"`
	Input      []string       `json:"input,omitempty"`
	Output     []string       `json:"output,omitempty"`
	Parameters []string       `json:"parameters,omitempty"`
	Reasoning  *reasoningJSON `json:"reasoning,omitempty"`
	Knowledge  string         `json:"knowledge,omitempty"`
	Expires    string         `json:"expires,omitempty"`
	AliasOf    string         `json:"alias_of,omitempty"`
	Weights    string         `json:"weights,omitempty"`
	Flags      modelFlags     `json:"flags"`
	Scores     []scoreJSON    `json:"scores,omitempty"`
	Endpoints  []endpointJSON `json:"endpoints"`
}

type modelFlags struct {
	Free   bool `json:"free"`
	Open   bool `json:"open,omitempty"`
	Router bool `json:"router,omitempty"`
	Demo   bool `json:"demo,omitempty"`
	Gone   bool `json:"gone,omitempty"`
}

type reasoningJSON struct {
	Mandatory bool     `json:"mandatory,omitempty"`
	Efforts   []string `json:"efforts,omitempty"`
}

type scoreJSON struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
}

type endpointJSON struct {
	Provider     string     `json:"provider"`
	Endpoint     string     `json:"endpoint"`
	Upstream     string     `json:"upstream,omitempty"`
	Context      int        `json:"context,omitempty"`
	MaxOutput    int        `json:"max_output,omitempty"`
	Quantization string     `json:"quantization,omitempty"`
	Parameters   []string   `json:"parameters,omitempty"`
	Policy       string     `json:"policy"` // the endpoint's, else its provider's; unknown is the worst
	Private      bool       `json:"private,omitempty"`
	Prices       pricesJSON `json:"prices"`
}

type pricesJSON struct {
	Prompt       usd.Price  `json:"prompt,omitzero"`
	Completion   usd.Price  `json:"completion,omitzero"`
	CacheRead    usd.Price  `json:"cache_read,omitzero"`
	CacheWrite   usd.Price  `json:"cache_write,omitzero"`
	CacheWrite1h usd.Price  `json:"cache_write_1h,omitzero"`
	Reasoning    usd.Price  `json:"reasoning,omitzero"`
	AudioPrompt  usd.Price  `json:"audio_prompt,omitzero"`
	Audio        usd.Price  `json:"audio,omitzero"`
	Image        usd.Price  `json:"image,omitzero"`
	ImageOutput  usd.Price  `json:"image_output,omitzero"`
	Request      usd.Price  `json:"request,omitzero"`
	WebSearch    usd.Price  `json:"web_search,omitzero"`
	Discount     string     `json:"discount,omitempty"`
	Tiers        []tierJSON `json:"tiers,omitempty"`
}

type tierJSON struct {
	MinPromptTokens int        `json:"min_prompt_tokens,omitempty"`
	UTCStart        string     `json:"utc_start,omitempty"` // HH:MM
	UTCEnd          string     `json:"utc_end,omitempty"`
	Prices          pricesJSON `json:"prices"`
}

func newModelJSON(m *catalog.Model, policy func(*catalog.Endpoint) catalog.Policy) modelJSON {
	out := modelJSON{
		ID: m.ID, Canonical: m.Canonical, Name: m.Name, Author: m.Author, Created: date(m.Created),
		Context: m.Context, MaxOutput: m.MaxOutput, Input: m.Input.Names(), Output: m.Output.Names(), Parameters: m.Params.Names(),
		Knowledge: m.Knowledge, Expires: m.Expires, AliasOf: m.AliasOf, Weights: m.Weights,
		Flags:     modelFlags{m.Free(), m.Open, m.Router, m.Demo, m.Gone},
		Endpoints: make([]endpointJSON, len(m.Endpoints)),
	}
	if m.Reasoning.Supported {
		out.Reasoning = &reasoningJSON{m.Reasoning.Mandatory, m.Reasoning.Efforts}
	}
	for _, s := range m.Scores {
		out.Scores = append(out.Scores, scoreJSON{s.Name, s.Value})
	}
	for i := range m.Endpoints {
		e := &m.Endpoints[i]
		out.Endpoints[i] = endpointJSON{
			Provider: e.Provider, Endpoint: e.Tag, Upstream: e.Upstream, Context: e.Context, MaxOutput: e.MaxOutput,
			Quantization: e.Quantization, Parameters: e.Params.Names(), Policy: string(policy(e)), Private: e.Private,
			Prices: newPricesJSON(&e.Prices),
		}
	}
	return out
}

func newPricesJSON(p *catalog.Prices) pricesJSON {
	out := pricesJSON{
		Prompt: p.Prompt, Completion: p.Completion, CacheRead: p.CacheRead, CacheWrite: p.CacheWrite, CacheWrite1h: p.CacheWrite1h,
		Reasoning: p.Reasoning, AudioPrompt: p.AudioPrompt, Audio: p.Audio, Image: p.Image, ImageOutput: p.ImageOutput,
		Request: p.Request, WebSearch: p.WebSearch, Discount: p.Discount,
	}
	for i := range p.Tiers {
		t := &p.Tiers[i]
		tier := tierJSON{MinPromptTokens: t.MinPromptTokens, Prices: newPricesJSON(&t.Prices)}
		if t.Windowed {
			tier.UTCStart, tier.UTCEnd = clock(t.UTCStart), clock(t.UTCEnd)
		}
		out.Tiers = append(out.Tiers, tier)
	}
	return out
}
