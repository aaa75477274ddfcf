package engine

import (
	"strings"

	"assay/catalog"
	"assay/engine/chat"
	"assay/engine/health"
	"assay/engine/provider"
	"assay/engine/route"
)

// planned is a plan with the preferences it was made with.
type planned struct {
	route.Plan
	Prefs route.Preferences
	Why   string // a router's choice in words
}

// Plan is where a request would go, without sending it.
func (e *Engine) Plan(req *chat.Request, prefs route.Preferences) (route.Plan, error) {
	p, err := e.plan(req, prefs)
	return p.Plan, err
}

func (e *Engine) plan(req *chat.Request, prefs route.Preferences) (planned, error) {
	merged := e.opt.Prefs.Merge(prefs)
	targets, why, err := e.targets(req)
	if err != nil {
		return planned{}, err
	}
	seed := newSeed()
	if merged.Seed != nil {
		seed = *merged.Seed
	}
	set := e.Providers()
	in := route.Input{
		Targets: targets, Prefs: merged, Need: need(req), Seed: seed, Pin: pinned(req),
		Upstream: func(name string) route.Upstream { return upstream(set, name) },
		Health:   e.endpointHealth,
	}
	if len(targets) > 0 {
		in.Sticky = e.sticky.lookup(req.SessionID, targets[0].Model.ID)
	}
	return planned{route.Make(in), merged, why}, nil
}

func upstream(set *provider.Set, name string) route.Upstream {
	p := set.Lookup(name)
	if p == nil {
		return route.Upstream{Unusable: string(route.ByNotConfigured)}
	}
	return route.Upstream{Unusable: p.Usable(), Policy: p.Policy, Gateway: p.Gateway, Local: p.Local || p.Demo}
}

func (e *Engine) endpointHealth(ep *catalog.Endpoint) route.Health {
	h := e.opt.Health.Health(health.Key{Model: ep.Model, Tag: ep.Tag})
	if p := e.Providers().Lookup(ep.Provider); p != nil && p.Free.PerDay > 0 && ep.Free() {
		if used, err := e.opt.Limits.Used(p.Name + ":free"); err == nil {
			h.Exhausted = used.DayUsed >= p.Free.PerDay
		}
	}
	return h
}

// targets resolves the request's model and fallbacks. A fallback nobody knows is left
// out; an unknown first model is an error.
func (e *Engine) targets(req *chat.Request) (targets []route.Target, why string, err error) {
	for i, slug := range append([]string{req.Model}, req.Fallbacks...) {
		c, isRouter, err := e.router(slug, req)
		if !isRouter {
			c.Targets, err = e.target(slug)
		}
		if err != nil {
			if i == 0 {
				return nil, "", err
			}
			continue
		}
		targets = append(targets, c.Targets...)
		why = firstOf(why, c.Why)
	}
	return targets, why, nil
}

func (e *Engine) target(slug string) ([]route.Target, error) {
	m, variants, err := e.opt.Catalog().Resolve(slug)
	if err != nil {
		if m = e.unlisted(slug); m == nil {
			return nil, &chat.Error{Type: chat.ErrNotFound, Fault: chat.FaultCaller, Message: err.Error(), Cause: err}
		}
		variants = nil
	}
	t := route.Target{Model: m}
	for _, v := range variants {
		switch v {
		case "nitro":
			t.Sort, t.Tier = route.SortThroughput, "priority"
		case "floor":
			t.Sort, t.Tier = route.SortPrice, "flex"
		case "exacto":
			t.Sort, t.Tier = route.SortExacto, ""
		default:
			return nil, &chat.Error{
				Type: chat.ErrInvalidRequest, Fault: chat.FaultCaller,
				Message: slug + `: there is no variant ":` + v + `"; variants are :free, :nitro, :floor and :exacto`,
			}
		}
	}
	return []route.Target{t}, nil
}

// unlisted makes a model of a slug the catalog does not know but a configured
// provider may: "provider/its-own-id", or any author/model where a gateway takes
// whatever it lists today. Its price is unknown.
func (e *Engine) unlisted(slug string) *catalog.Model {
	author, rest, ok := strings.Cut(slug, "/")
	if !ok || rest == "" {
		return nil
	}
	var eps []catalog.Endpoint
	add := func(name, upstream string) {
		eps = append(eps, catalog.Endpoint{
			Model: slug, Provider: name, Tag: name, Upstream: upstream,
			Prices: catalog.Prices{}, Source: catalog.Source{Name: "unlisted"},
		})
	}
	set := e.Providers()
	if p := set.Lookup(author); p != nil && p.Usable() == "" && !p.Demo {
		add(p.Name, rest)
	} else if p := set.Lookup("openrouter"); p != nil && p.Usable() == "" {
		add(p.Name, slug)
	}
	if len(eps) == 0 {
		return nil
	}
	return &catalog.Model{ID: slug, Name: rest, Author: author, Endpoints: eps, Output: catalog.Text}
}

// need is what a request asks of an endpoint.
func need(r *chat.Request) route.Need {
	n := route.Need{Prompt: PromptTokens(r), MaxTokens: r.MaxTokens, Input: inputs(r)}
	set := func(on bool, names ...string) {
		if on {
			n.Params |= catalog.ParamsOf(names...)
		}
	}
	set(r.Temperature != nil, "temperature")
	set(r.TopP != nil, "top_p")
	set(r.TopK != nil, "top_k")
	set(r.MinP != nil, "min_p")
	set(r.FrequencyPenalty != nil, "frequency_penalty")
	set(r.PresencePenalty != nil, "presence_penalty")
	set(r.RepetitionPenalty != nil, "repetition_penalty")
	set(r.MaxTokens > 0, "max_tokens")
	set(r.Seed != nil, "seed")
	set(len(r.Stop) > 0, "stop")
	set(r.Reasoning != nil, "reasoning")
	set(r.Verbosity != "", "verbosity")
	set(len(r.Tools) > 0, "tools")
	set(r.ToolChoice != "" && len(r.Tools) > 0, "tool_choice")
	set(r.ResponseFormat != nil, "response_format")
	set(r.ResponseFormat != nil && r.ResponseFormat.Schema != nil, "structured_outputs")
	return n
}

func inputs(r *chat.Request) catalog.Modality {
	in := catalog.Text
	for i := range r.Messages {
		for _, p := range r.Messages[i].Parts {
			switch p.Kind {
			case chat.ImagePart:
				in |= catalog.Image
			case chat.AudioPart:
				in |= catalog.Audio
			case chat.FilePart:
				in |= catalog.File
			}
		}
	}
	return in
}
