package cli

import (
	"encoding/json"
	"fmt"
	"time"

	"assay/engine/budget"
	"assay/engine/provider"
	"assay/internal/store"
	"assay/internal/usd"
	"assay/ui/markdown"
)

// limits tells the caps with what is left of them, and what of free quotas is used.
func (c *usageCmd) limits(st *store.Store, today time.Time) error {
	cfg, err := c.app.Config()
	if err != nil {
		return err
	}
	for _, cap := range []struct {
		name, scope string
		limit       *usd.Amount
	}{
		{"today", budget.Day(today), cfg.Limits.DayUSD},
		{"this month", budget.Month(today), cfg.Limits.MonthUSD},
	} {
		if cap.limit == nil {
			continue
		}
		spent, err := st.Spent(cap.scope)
		if err != nil {
			return err
		}
		left := cap.limit.Sub(spent)
		fmt.Fprintf(c.app.Err, "cap: $%s of $%s spent %s, $%s left\n", spent, cap.limit, cap.name, usd.Max(left, usd.Amount{}))
	}
	if cfg.Limits.RunUSD != nil {
		fmt.Fprintf(c.app.Err, "cap: $%s a run\n", cfg.Limits.RunUSD)
	}
	return c.quotas(st, today)
}

// quotas tells of the free quotas of which something was used today. Providers are
// taken as they are known and configured: no key is looked up for this.
func (c *usageCmd) quotas(st *store.Store, today time.Time) error {
	cfg, err := c.app.Config()
	if err != nil {
		return err
	}
	quota := map[string]int{}
	var names []string
	for _, p := range provider.Known() {
		names, quota[p.Name] = append(names, p.Name), p.Free.PerDay
	}
	for name, p := range cfg.Providers {
		if _, known := quota[name]; !known {
			names = append(names, name)
		}
		if p.FreeQuota.PerDay > 0 {
			quota[name] = p.FreeQuota.PerDay
		}
	}
	for _, name := range names {
		used, err := st.Used(name+":free", today, 24*time.Hour)
		if err != nil {
			return err
		}
		if used > 0 && quota[name] > 0 {
			fmt.Fprintf(c.app.Err, "free quota of %s: %d of %d requests used today\n", markdown.CleanLine(name), used, quota[name])
		}
	}
	return nil
}

// What a purchase of OpenRouter's credits costs on top: 5.5 percent, at least 80
// cents. Inference itself is sold at the provider's list price. Source: OpenRouter's
// FAQ, "What are the fees".
const (
	creditFee    = "0.055"
	creditFeeMin = "0.80"
)

// creditsJSON is --credits --json: the same usage paid in two ways.
type creditsJSON struct {
	Days     int        `json:"days"`
	Requests int        `json:"requests"` // whose cost is known
	Unknown  int        `json:"unknown_cost"`
	Direct   usd.Amount `json:"direct_usd"`  // at list prices, through keys of one's own
	Fee      usd.Amount `json:"fee_usd"`     // on one purchase of that much
	Credits  usd.Amount `json:"credits_usd"` // both
}

// compare shows what the known costs of a period come to when they are paid through
// credits bought at once, against direct keys.
func (c *usageCmd) compare(st *store.Store, p store.Period) error {
	sums, err := st.Usage(p, store.ByDay)
	if err != nil {
		return err
	}
	out := creditsJSON{Days: c.days}
	for _, s := range sums {
		out.Direct = out.Direct.Add(s.Cost.USD)
		out.Unknown += s.Unknown
		out.Requests += s.Requests - s.Unknown
	}
	out.Fee = fee(out.Direct)
	out.Credits = out.Direct.Add(out.Fee)
	if c.json {
		return json.NewEncoder(c.app.Out).Encode(out)
	}
	t := newTable(c.app.Streams, column{name: "paid through", keep: true}, column{name: "usage", right: true}, column{name: "fee", right: true}, column{name: "in all", right: true})
	t.row("direct keys", "$"+out.Direct.String(), "$0", "$"+out.Direct.String())
	t.row("OpenRouter credits", "$"+out.Direct.String(), "$"+out.Fee.String(), "$"+out.Credits.String())
	if err := t.flush(); err != nil {
		return err
	}
	fmt.Fprintf(c.app.Err, "usage of %d days; the fee is 5.5 %% and at least $0.80 for each purchase, here one purchase of exactly this much\n", c.days)
	if out.Unknown > 0 {
		fmt.Fprintf(c.app.Err, "the cost of %d requests is unknown and not in these figures\n", out.Unknown)
	}
	return nil
}

// fee is on one purchase of that much credit; nothing bought costs nothing.
func fee(direct usd.Amount) usd.Amount {
	if direct.Sign() <= 0 {
		return usd.Amount{}
	}
	return usd.Max(direct.MulDecimal(usd.MustParse(creditFee)), usd.MustParse(creditFeeMin))
}
