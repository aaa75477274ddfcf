package format

import (
	"encoding/json"

	"assay/engine/chat"
	"assay/internal/usd"
)

// Costs are the ways upstreams report, within their usage, what an answer cost.
type Costs struct {
	Amount    json.RawMessage `json:"cost"`              // OpenRouter and Vercel: dollars; Perplexity: an object
	Estimated json.RawMessage `json:"estimated_cost"`    // DeepInfra: dollars
	Ticks     json.Number     `json:"cost_in_usd_ticks"` // xAI: 1e-10 dollars
	BYOK      bool            `json:"is_byok"`           // OpenRouter: the upstream bills the caller's own key
	Details   struct {
		Upstream json.RawMessage `json:"upstream_inference_cost"`
	} `json:"cost_details"`
}

// Cost is what was reported, nil when nothing was.
func (c *Costs) Cost() *chat.Cost {
	if c.Ticks != "" {
		if a, err := usd.Parse(c.Ticks.String() + "e-10"); err == nil {
			return charged(a)
		}
	}
	if a, ok := money(c.Amount); ok {
		if up, ok := money(c.Details.Upstream); ok && c.BYOK {
			a = a.Add(up) // the gateway's fee, and what the own key is charged
		}
		return charged(a)
	}
	if a, ok := money(c.Estimated); ok {
		return charged(a)
	}
	return nil
}

func charged(a usd.Amount) *chat.Cost { return &chat.Cost{USD: a, Source: chat.CostProvider} }

// money reads a cost as upstreams write it: a number, a text, or an object with a
// total_cost, digit for digit. ok is false for null and for what is none of these.
func money(raw json.RawMessage) (amount usd.Amount, ok bool) {
	if IsNull(raw) {
		return usd.Amount{}, false
	}
	if raw[0] == '{' {
		var parts struct {
			Total json.RawMessage `json:"total_cost"`
		}
		if json.Unmarshal(raw, &parts) != nil || IsNull(parts.Total) || parts.Total[0] == '{' {
			return usd.Amount{}, false
		}
		return money(parts.Total)
	}
	err := amount.UnmarshalJSON(raw)
	return amount, err == nil && amount.Sign() >= 0
}
