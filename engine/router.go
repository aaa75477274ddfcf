package engine

import (
	"strings"

	"assay/catalog"
	"assay/engine/chat"
	"assay/engine/route"
)

// Slugs of the routers: models that pick a model. FusionModel is not resolved here:
// whoever starts a run makes a fusion of it.
const (
	AutoModel   = "assay/auto"
	FreeModel   = "assay/free"
	FusionModel = "assay/fusion"
)

// RouterOf is the router a slug stands for, "" when it is an ordinary model. The
// slugs of OpenRouter's own routers stand for ours unless OpenRouter is configured.
func (e *Engine) RouterOf(slug string) string {
	name, found := strings.CutPrefix(slug, "openrouter/")
	if found {
		if p := e.Providers().Lookup("openrouter"); p != nil && p.Usable() == "" {
			return ""
		}
		slug = "assay/" + name
	}
	switch slug {
	case AutoModel, FreeModel, FusionModel:
		return slug
	}
	return ""
}

// router resolves a router's slug. ok is false for a slug that is none.
func (e *Engine) router(slug string, req *chat.Request) (c route.Choice, ok bool, err error) {
	n := need(req)
	switch e.RouterOf(slug) {
	case AutoModel:
		task := route.Classify(req.Prompt(), n)
		c, ok = route.Auto(e.opt.Catalog().Models(), e.usable(), n, task)
	case FreeModel:
		c, ok = route.Free(e.opt.Catalog().Models(), e.usable(), n, newSeed())
	case FusionModel:
		return c, true, &chat.Error{
			Type: chat.ErrInvalidRequest, Fault: chat.FaultCaller,
			Message: FusionModel + " is a whole run, not a model of one: use --fuse, or the fusion switch of the workbench",
		}
	default:
		return c, false, nil
	}
	if !ok {
		return c, true, &chat.Error{
			Type: chat.ErrNoEndpoints, Fault: chat.FaultLocal,
			Message: "no model that your keys reach fits this request",
		}
	}
	return c, true, nil
}

// usable tells whether an endpoint can be asked now. Demo endpoints count only where
// there is nothing else.
func (e *Engine) usable() func(*catalog.Endpoint) bool {
	set := e.Providers()
	demoOnly := true
	for _, p := range set.All() {
		if p.Usable() == "" && !p.Demo {
			demoOnly = false
		}
	}
	return func(ep *catalog.Endpoint) bool {
		p := set.Lookup(ep.Provider)
		if p == nil || p.Usable() != "" || p.Demo != demoOnly {
			return false
		}
		h := e.endpointHealth(ep)
		return !h.Exhausted && h.Breaker != route.Open
	}
}
