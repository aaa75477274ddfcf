// Package catalog answers "which models are there, who serves them, at what price
// and with which limits", offline first: from the embedded snapshot, merged with
// what a refresh brought.
//
// A [Model] is one model whoever serves it; an [Endpoint] is that model served by
// one upstream, with its own price, limits and policy. A [Catalog] is immutable
// once built and safe for concurrent use.
package catalog

import (
	"strings"

	"assay/internal/usd"
)

// Model is one model. Figures that nobody told are zero ("unknown"), never guessed.
type Model struct {
	ID        string // slug users type, for instance "anthropic/claude-sonnet-4.5"
	Canonical string // dated, immutable slug where it differs
	Name      string // display name without the vendor's prefix
	Author    string // first part of the id
	Created   int64  // Unix seconds
	Context   int    // tokens; the largest any endpoint offers
	MaxOutput int    // tokens
	Input     Modality
	Output    Modality
	Params    Params // supported by at least one endpoint
	Reasoning Reasoning
	Knowledge string   // cut-off date as told: 2025-03 or 2025-03-01
	Expires   string   // YYYY-MM-DD: the model goes away
	AliasOf   string   // "~author/family-latest" rows: the model it stands for now
	Router    bool     // picks a model itself; has no price of its own
	Open      bool     // weights are published
	Weights   string   // Hugging Face id
	Aliases   []string // further full names: dated ids, names other catalogs use
	Demo      bool     // of the demo provider
	Gone      bool     // was there at an earlier refresh and no longer is
	Endpoints []Endpoint
	Scores    []Score // benchmarks, only from a refresh
	Source    Source
}

// Endpoint is a model served by one upstream.
type Endpoint struct {
	Model        string // id of the model it serves
	Provider     string // slug of the upstream we talk to: "openrouter", "groq", "anthropic"
	Tag          string // unique within the model: the provider, or "provider/variant"
	Upstream     string // what the upstream calls the model
	Format       string // wire format where it is not the provider's usual one
	Prices       Prices
	Context      int    // tokens, 0 unknown
	MaxOutput    int    // tokens, 0 unknown
	MaxPrompt    int    // tokens, 0 unknown
	Quantization string // int4 fp8 bf16 …, "" unknown
	Params       Params
	Input        Modality
	Policy       Policy // "" : the provider's
	Private      bool   // only the user's own configuration has it
	Subscription bool   // a plan is paid for elsewhere: zero prices do not make it free
	Source       Source
}

// Prices are dollars per unit: tokens unless said otherwise. Absent classes follow
// the rules of Prices.For; unknown ones make a cost unknown.
type Prices struct {
	Prompt       usd.Price
	Completion   usd.Price
	CacheRead    usd.Price
	CacheWrite   usd.Price // five-minute lifetime
	CacheWrite1h usd.Price
	Reasoning    usd.Price // absent: billed as completion
	AudioPrompt  usd.Price
	Audio        usd.Price // audio completion
	Image        usd.Price // per input image
	ImageOutput  usd.Price // per output image token
	Request      usd.Price // per call
	WebSearch    usd.Price // per search
	Tiers        []Tier
	Discount     string // decimal 0–1 already contained in the prices, for display
}

// Tier overrides prices under conditions; all of a tier's conditions must hold,
// later tiers win, classes it leaves absent are inherited. Source: OpenRouter's
// pricing.overrides.
type Tier struct {
	MinPromptTokens int  // applies when the prompt has more tokens than this
	UTCStart        int  // HHMM; window is half-open and may wrap midnight
	UTCEnd          int  // HHMM
	Windowed        bool // UTCStart and UTCEnd count
	Prices          Prices
}

// Reasoning is how a model thinks.
type Reasoning struct {
	Supported bool
	Mandatory bool
	Efforts   []string // strongest first; empty: not told
}

// Score is one benchmark figure, as its maker published it.
type Score struct {
	Name  string // "aa/intelligence", "arena/coding"
	Value float64
}

// Policy is what a provider does with prompts.
type Policy string

// Data policies from best to worst. Unknown is treated as the worst.
const (
	PolicyZDR       Policy = "zdr"       // zero retention
	PolicyTransient Policy = "transient" // kept at most 30 days against abuse, never trained on
	PolicyStores    Policy = "stores"    // kept, not trained on
	PolicyTrains    Policy = "trains"
	PolicyUnknown   Policy = "unknown"
)

// Source says where facts come from and how old they are.
type Source struct {
	Name string // snapshot, openrouter, models.dev, provider, config, demo
	Date string // YYYY-MM-DD
}

// Free reports whether the model can be used for nothing: some endpoint's prompt,
// completion and request prices are all known to be zero. A ":free" suffix alone
// proves nothing, and neither does a missing price or a plan that is paid by the month.
func (m *Model) Free() bool {
	for i := range m.Endpoints {
		if m.Endpoints[i].Free() {
			return true
		}
	}
	return false
}

// Free reports whether a call to the endpoint costs nothing and needs no paid plan.
func (e *Endpoint) Free() bool { return !e.Subscription && e.Prices.Free() }

// Free reports known prices of zero for prompt and completion, and no fee a call.
func (p *Prices) Free() bool {
	if !p.Prompt.IsFree() || !p.Completion.IsFree() || p.Request.IsUnknown() {
		return false
	}
	fee, known := p.Request.Amount()
	return !known || fee.IsZero()
}

// Vendor is who made the model, for counting how independent answers are.
func (m *Model) Vendor() string { return strings.TrimPrefix(m.Author, "~") }
