package wiring

import (
	"assay/catalog"
	"assay/catalog/query"
	"assay/engine/health"
)

// Facts are what is known of models besides the catalog: how they did here, what is
// done with prompts, and which providers are on this machine.
func (s *System) Facts() query.Facts {
	set, reg := s.Providers(), s.Engine.Health()
	return query.Facts{
		Stats: func(m *catalog.Model) (ttftMs, tps float64, ok bool) {
			for i := range m.Endpoints {
				h := reg.Health(health.Key{Model: m.ID, Tag: m.Endpoints[i].Tag})
				if h.TTFT.P50 > 0 && (!ok || h.TTFT.P50*1000 < ttftMs) {
					ttftMs, tps, ok = h.TTFT.P50*1000, h.Throughput.P50, true
				}
			}
			return ttftMs, tps, ok
		},
		Policy: func(e *catalog.Endpoint) catalog.Policy {
			if e.Policy != "" {
				return e.Policy
			}
			if p := set.Lookup(e.Provider); p != nil {
				return p.Policy
			}
			return catalog.PolicyUnknown
		},
		Local: func(name string) bool {
			p := set.Lookup(name)
			return p != nil && p.Local
		},
	}
}
