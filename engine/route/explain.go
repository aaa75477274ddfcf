package route

import (
	"fmt"
	"slices"
	"strings"

	"assay/engine/chat"
)

// Event is the plan as the route event of a lane.
func (p *Plan) Event(model string) *chat.Route {
	ev := &chat.Route{
		Model: model, Strategy: p.Strategy, Seed: p.Seed,
		Candidates: make([]chat.Candidate, len(p.Candidates)),
		Excluded:   make([]chat.Exclusion, len(p.Excluded)),
	}
	for i := range p.Candidates {
		c := &p.Candidates[i]
		ev.Candidates[i] = chat.Candidate{Provider: c.Endpoint.Provider, Endpoint: c.Endpoint.Tag, Reason: c.Why()}
		if c.Model.ID != model {
			ev.Candidates[i].Model = c.Model.ID
		}
	}
	for i, x := range p.Excluded {
		ev.Excluded[i] = chat.Exclusion{Provider: x.Endpoint.Provider, Endpoint: x.Endpoint.Tag, By: string(x.By)}
	}
	return ev
}

// Why words the place of a candidate: "drawn by price, 64 %".
func (c *Candidate) Why() string {
	switch c.reason {
	case reasonPin:
		return "continues signed reasoning"
	case reasonOrder:
		return "in your order"
	case reasonSticky:
		return "prompt cache is warm"
	case reasonPrice:
		return "by price"
	case reasonLatency:
		return "by time to first token"
	case reasonThroughput:
		return "by throughput"
	case reasonUptime:
		return "by uptime"
	case reasonUnpriced:
		return "price unknown"
	case reasonSlow:
		return "misses a preferred speed"
	case reasonShaky:
		return "recent failures"
	case reasonDown:
		return "failing, last resort"
	}
	return fmt.Sprintf("drawn by price, %.0f %%", 100*c.Share)
}

// KeyRemedy is the remedy where nothing is missing but a key.
const KeyRemedy = "set the provider's key"

// remedies says for each exclusion what would bring such an endpoint back.
var remedies = map[By]string{
	ByZDR:           "allow retention: zdr = false",
	ByTraining:      `allow it: data_collection = "allow"`,
	ByMaxPrice:      "raise max_price",
	ByContext:       "shorten the prompt or lower max_tokens",
	ByParameters:    "drop the parameter or set require_parameters = false",
	ByQuantization:  "accept more quantizations",
	ByOnly:          "add the provider to only",
	ByIgnore:        "remove the provider from ignore",
	ByNoKey:         KeyRemedy,
	ByDisabled:      "enable the provider",
	ByNotConfigured: "configure the provider",
	ByMaxOutput:     "lower max_tokens",
	ByModality:      "pick a model that takes this kind of input",
	ByServiceTier:   "name the tier's endpoint in order",
	ByNoFallbacks:   "allow fallbacks",
	ByPin:           "start a new conversation",
	ByQuota:         "wait for the quota to reset",
}

// Empty explains a plan without candidates: what removed each endpoint and what
// would bring one back, the easiest way first.
func (p *Plan) Empty(model string) *chat.Error {
	if len(p.Excluded) == 0 {
		return &chat.Error{Type: chat.ErrNoEndpoints, Fault: chat.FaultLocal, Message: fmt.Sprintf("nobody is known to serve %s", model)}
	}
	groups := map[By][]string{}
	var order []By
	for _, x := range p.Excluded {
		if len(groups[x.By]) == 0 {
			order = append(order, x.By)
		}
		groups[x.By] = append(groups[x.By], x.Endpoint.Tag)
	}
	if !slices.ContainsFunc(order, func(by By) bool { return effort(by) == 0 }) {
		return &chat.Error{
			Type: chat.ErrNoEndpoints, Fault: chat.FaultLocal,
			Message: fmt.Sprintf("%s is served by %d endpoints, and there is a key for none of them", model, len(p.Excluded)),
		}
	}
	// Whatever the user set himself is the easier thing to change.
	slices.SortStableFunc(order, func(a, b By) int { return effort(a) - effort(b) })
	var why []string
	for _, by := range order {
		tags := groups[by]
		const most = 4
		if len(tags) > most {
			tags = append(slices.Clone(tags[:most]), fmt.Sprintf("and %d more", len(tags)-most))
		}
		why = append(why, fmt.Sprintf("%s (%s)", by, strings.Join(tags, ", ")))
	}
	return &chat.Error{
		Type: chat.ErrNoEndpoints, Fault: chat.FaultLocal,
		Message: fmt.Sprintf("no endpoint of %s is left: %s", model, strings.Join(why, "; ")),
	}
}

func effort(by By) int {
	switch by {
	case ByNoKey, ByDisabled, ByNotConfigured:
		return 1
	}
	return 0
}

// Remedy is the easiest thing that would bring an endpoint back.
func (p *Plan) Remedy() string {
	best := By("")
	for _, x := range p.Excluded {
		if best == "" || effort(x.By) < effort(best) {
			best = x.By
		}
	}
	if best == "" {
		return "see `assay models` for what there is"
	}
	return remedies[best]
}
