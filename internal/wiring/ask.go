package wiring

import (
	"fmt"
	"slices"
	"strings"

	"assay/engine"
	"assay/engine/chat"
	"assay/engine/route"
	"assay/internal/config"
	"assay/internal/usd"
)

// presetPrefix introduces a preset in place of a model, or behind one.
const presetPrefix = "@preset/"

// Lane makes a lane of what a user asked for. slug is a model, "@preset/NAME", or
// "MODEL@preset/NAME"; preset names one more, which the slug's own beats. req holds
// the messages and the parameters set explicitly, which beat the preset's. The error
// says what is wrong with the slug or preset.
func (s *System) Lane(spec chat.LaneSpec, req chat.Request, prefs route.Preferences) (engine.Lane, error) {
	model, name, _ := strings.Cut(spec.Model, presetPrefix)
	if name == "" {
		name = spec.Preset
	}
	ln := engine.Lane{Spec: spec, Request: req, Prefs: prefs}
	if name != "" {
		p, err := s.preset(name)
		if err != nil {
			return ln, err
		}
		model = apply(&ln, model, &p)
	}
	if model == "" {
		return ln, fmt.Errorf("preset %q names no model: put one before it, as in MODEL%s%s", name, presetPrefix, name)
	}
	ln.Spec.Model, ln.Spec.Preset, ln.Request.Model = model, name, model
	return ln, nil
}

// apply fills in what the request leaves open and returns the model to ask.
func apply(ln *engine.Lane, model string, p *config.Preset) string {
	r := &ln.Request
	models := p.Models
	if p.Model != "" {
		models = append([]string{p.Model}, models...)
	}
	if model == "" && len(models) > 0 {
		model = models[0]
		r.Fallbacks = append(r.Fallbacks, models[1:]...)
	}
	if p.System != "" && !slices.ContainsFunc(r.Messages, func(m chat.Message) bool { return m.Role == chat.System }) {
		r.Messages = append([]chat.Message{chat.TextMessage(chat.System, p.System)}, r.Messages...)
	}
	if r.Temperature == nil {
		r.Temperature = p.Temperature
	}
	if r.TopP == nil {
		r.TopP = p.TopP
	}
	if r.MaxTokens == 0 {
		r.MaxTokens = p.MaxTokens
	}
	if r.Seed == nil {
		r.Seed = p.Seed
	}
	if r.Reasoning == nil && p.Reasoning != (config.Reasoning{}) {
		r.Reasoning = &chat.Reasoning{Effort: p.Reasoning.Effort, MaxTokens: p.Reasoning.MaxTokens, Exclude: p.Reasoning.Exclude}
	}
	if len(r.Stop) == 0 {
		r.Stop = p.Stop
	}
	r.Tools = mergeTools(p.Tools, r.Tools)
	ln.Prefs = presetPreferences(&p.Routing).Merge(ln.Prefs)
	if p.MaxUSD != nil {
		ln.Cap = usd.Known(*p.MaxUSD)
	}
	return model
}

// presetPreferences is a preset's routing: its unset fields say nothing.
func presetPreferences(c *config.Routing) route.Preferences {
	p := Preferences(c)
	p.NoFallbacks = !c.AllowFallbacks
	return p
}

// mergeTools is the preset's tools with those of the request: one of the same name
// takes the preset's place.
func mergeTools(preset []config.Tool, own []chat.ToolSpec) []chat.ToolSpec {
	out := make([]chat.ToolSpec, 0, len(preset)+len(own))
	for _, t := range preset {
		if !slices.ContainsFunc(own, func(o chat.ToolSpec) bool { return o.Name == t.Name }) {
			out = append(out, chat.ToolSpec{Name: t.Name, Description: t.Description, Parameters: []byte(t.Parameters)})
		}
	}
	out = append(out, own...)
	if len(out) == 0 {
		return nil
	}
	return out
}

// DefaultModels are the lanes of somebody who named none: three demo voices while
// there is nothing else, otherwise models of three vendors that the keys reach.
func (s *System) DefaultModels() []string {
	if s.Demo() {
		return []string{"demo/alder", "demo/birch", "demo/elm"}
	}
	panel, err := s.compose("fast")
	if err != nil {
		return nil
	}
	members := panel.Members
	return members[:min(3, len(members))]
}
