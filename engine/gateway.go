package engine

import (
	"slices"

	"assay/engine/route"
	"assay/internal/usd"
)

// gatewayPreferences are preferences as OpenRouter's own provider object. Names of
// upstreams that are not its own, itself included, stay here.
func gatewayPreferences(p *route.Preferences) map[string]any {
	obj := map[string]any{}
	list := func(key string, names []string) {
		names = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == "openrouter" })
		if len(names) > 0 {
			obj[key] = names
		}
	}
	list("order", p.Order)
	if !slices.Contains(p.Only, "openrouter") {
		list("only", p.Only)
	}
	list("ignore", p.Ignore)
	list("quantizations", p.Quantizations)
	if p.NoFallbacks {
		obj["allow_fallbacks"] = false
	}
	if p.RequireParameters {
		obj["require_parameters"] = true
	}
	if p.DenyCollection {
		obj["data_collection"] = "deny"
	}
	if p.ZDR {
		obj["zdr"] = true
	}
	switch p.Sort {
	case route.SortPrice, route.SortLatency, route.SortThroughput, route.SortExacto:
		obj["sort"] = string(p.Sort)
	}
	if p.MinThroughput != (route.Percentiles{}) {
		obj["preferred_min_throughput"] = percentiles(p.MinThroughput)
	}
	if p.MaxLatency != (route.Percentiles{}) {
		obj["preferred_max_latency"] = percentiles(p.MaxLatency)
	}
	if m := maxPrice(p.MaxPrice); len(m) > 0 {
		obj["max_price"] = m
	}
	return obj
}

func percentiles(p route.Percentiles) map[string]any {
	m := map[string]any{}
	for k, v := range map[string]float64{"p50": p.P50, "p75": p.P75, "p90": p.P90, "p99": p.P99} {
		if v > 0 {
			m[k] = v
		}
	}
	return m
}

// maxPrice is dollars per million tokens, and per request and image, as OpenRouter
// wants them.
func maxPrice(p route.MaxPrice) map[string]any {
	m := map[string]any{}
	for k, v := range map[string]usd.Price{"prompt": p.Prompt, "completion": p.Completion} {
		if v.IsKnown() {
			m[k] = v.PerMillion()
		}
	}
	for k, v := range map[string]usd.Price{"request": p.Request, "image": p.Image} {
		if v.IsKnown() {
			m[k] = v.String()
		}
	}
	return m
}
