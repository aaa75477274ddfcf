package wiring

import (
	"math/rand/v2"
	"slices"
	"strings"

	"assay/catalog"
	"assay/engine"
	"assay/engine/health"
	"assay/engine/provider"
	"assay/fusion"
)

// composed is a built-in panel as models.
type composed struct {
	Members  []string
	Judge    string
	Writer   string
	StandIns []fusion.Seat
	Warnings []string
}

// compose fills a built-in panel from what the keys reach now. The demo has a panel
// of its own: its voices, its judge, its scribe.
func (s *System) compose(name string) (composed, error) {
	if s.Demo() {
		c := composed{Members: []string{"demo/alder", "demo/birch", "demo/elm"}, Judge: "demo/judge", Writer: "demo/scribe"}
		switch name {
		case "quality":
			c.Members = []string{"demo/alder", "demo/cedar", "demo/hazel", "demo/birch"}
		case "free":
			c.Members = []string{"demo/fir", "demo/elm", "demo/birch"}
		}
		return c, nil
	}
	p, err := fusion.ComposePanel(name, s.candidates())
	if err != nil {
		return composed{}, err
	}
	c := composed{Judge: p.Judge.Model, Writer: p.Writer.Model, StandIns: p.StandIns, Warnings: p.Warnings}
	for _, m := range p.Members {
		c.Members = append(c.Members, m.Model)
	}
	return c, nil
}

// candidates are the models that can be asked now, each with its cheapest endpoint.
func (s *System) candidates() []fusion.Candidate {
	set := s.Providers()
	var out []fusion.Candidate
	for _, m := range s.Catalog().Models() {
		if m.Router || m.Gone || m.AliasOf != "" || m.Demo || m.Output != 0 && !m.Output.Has(catalog.Text) {
			continue
		}
		best := (*catalog.Endpoint)(nil)
		for i := range m.Endpoints {
			e := &m.Endpoints[i]
			if p := set.Lookup(e.Provider); p == nil || p.Usable() != "" || !e.Prices.Prompt.IsKnown() || !e.Prices.Completion.IsKnown() {
				continue
			}
			if best == nil || cheaper(e, best) {
				best = e
			}
		}
		if best == nil {
			continue
		}
		h := s.Engine.Health().Health(health.Key{Model: m.ID, Tag: best.Tag})
		out = append(out, fusion.Candidate{
			Model: m.ID, Vendor: m.Vendor(), Provider: best.Provider,
			PromptPrice: best.Prices.Prompt, CompletionPrice: best.Prices.Completion,
			Context: m.Context, Score: score(m), TTFTMs: h.TTFT.P50 * 1000,
			Strict: m.Params.Has(catalog.ParamStructuredOutputs), Free: best.Free(), Created: m.Created,
		})
	}
	return out
}

func cheaper(a, b *catalog.Endpoint) bool {
	x, _ := a.Prices.Completion.Amount()
	y, _ := b.Prices.Completion.Amount()
	return x.Less(y)
}

// score is the model's general benchmark, 0 where none is known.
func score(m *catalog.Model) float64 {
	for _, sc := range m.Scores {
		if strings.Contains(sc.Name, "intelligence") {
			return sc.Value
		}
	}
	return 0
}

// chooseJudge is the judge of a fusion that names none.
func (s *System) chooseJudge(panel string, lanes []engine.Lane) string {
	demo := s.Demo()
	if len(lanes) > 0 {
		demo = true
	}
	for i := range lanes {
		demo = demo && strings.HasPrefix(lanes[i].Request.Model, "demo/")
	}
	if demo {
		return "demo/judge"
	}
	if panel == "" {
		panel = "quality"
	}
	c, err := s.compose(panel)
	switch {
	case err == nil:
		return c.Judge
	case len(lanes) > 0:
		return lanes[0].Request.Model // too few models for a panel of their own
	}
	return LexicalJudge
}

// standIns may replace a judge or writer that failed.
func (s *System) standIns(p *fusion.Plan) []fusion.Seat {
	if p.Judge.Model == "" || p.Judge.Demo {
		return nil
	}
	c, err := s.compose("quality")
	if err != nil {
		return nil
	}
	return c.StandIns
}

// seed is of labels, order and nonce of a fusion: a member must not foresee it.
func seed() int64 { return rand.Int64N(1 << 31) }

// Advice is the one thing a user should know about what can be reached, "" when there
// is nothing to say.
func (s *System) Advice() string {
	switch {
	case s.opt.DemoOnly:
		return "demo provider only (--demo)"
	case s.Demo():
		return "set OPENROUTER_API_KEY, or any provider's key, to talk to real models"
	}
	return ""
}

// familyOf is the newest model of a vendor's middle class, by the provider whose key
// reaches it: a first choice that does not age and needs no catalog to make.
var familyOf = []struct {
	provider string
	models   []string
}{
	{"openrouter", []string{"~anthropic/claude-sonnet-latest", "~openai/gpt-mini-latest", "~google/gemini-flash-latest"}},
	{"anthropic", []string{"~anthropic/claude-sonnet-latest"}},
	{"openai", []string{"~openai/gpt-mini-latest"}},
	{"google", []string{"~google/gemini-flash-latest"}},
	{"xai", []string{"~x-ai/grok-latest"}},
	{"moonshotai", []string{"~moonshotai/kimi-latest"}},
}

// FirstModels are DefaultModels without looking at the catalog where that can be
// helped: they are wanted before the first frame.
func (s *System) FirstModels() []string {
	if s.opt.DemoOnly {
		return s.DefaultModels()
	}
	var out []string
	keys := len(s.opt.Config.Providers) > 0
	for _, p := range provider.Known() {
		set := slices.ContainsFunc(p.Env, func(name string) bool { return s.opt.Env(name) != "" })
		keys = keys || set
		for _, f := range familyOf {
			if set && f.provider == p.Name {
				for _, m := range f.models {
					if !slices.Contains(out, m) {
						out = append(out, m)
					}
				}
			}
		}
	}
	switch {
	case !keys:
		return []string{"demo/alder", "demo/birch", "demo/elm"}
	case len(out) == 0:
		return s.DefaultModels()
	}
	return out[:min(3, len(out))]
}
