package cli

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"assay/engine/chat"
	"assay/internal/store"
	"assay/ui/figure"
)

type usageCmd struct {
	app     *App
	by      string
	days    int
	json    bool
	csv     bool
	demo    bool
	credits bool
}

func newUsageCmd(a *App, run func(*usageCmd) error) *cobra.Command {
	c := &usageCmd{app: a}
	cmd := &cobra.Command{
		Use:   "usage",
		Short: "Show what was spent, by day, model, provider or preset",
		Long: `Show what was spent, and tokens and requests, by day, model, provider or preset. Days are
UTC days, as caps count them. The demo provider's requests are left out. Caps and what is
left of them, and today's use of free quotas, follow on standard error.`,
		Args: args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			if run != nil {
				return run(c)
			}
			return c.run()
		},
	}
	f := cmd.Flags()
	f.StringVar(&c.by, "by", "day", "sum over `WHAT`: day, model, provider or preset")
	f.IntVar(&c.days, "days", 30, "the last `N` UTC days, today included")
	f.BoolVar(&c.json, "json", false, "print one JSON object a group")
	f.BoolVar(&c.csv, "csv", false, "print comma-separated values with a heading")
	f.BoolVar(&c.demo, "demo", false, "only the demo provider's requests")
	f.BoolVar(&c.credits, "credits", false, "compare with paying the same through OpenRouter's credits")
	return cmd
}

func (c *usageCmd) run() error {
	switch store.By(c.by) {
	case store.ByDay, store.ByModel, store.ByProvider, store.ByPreset:
	default:
		return Usagef("--by %q: there are day, model, provider and preset", c.by)
	}
	switch {
	case c.days < 1 || c.days > 36500:
		return Usagef("--days must be at least 1")
	case c.json && c.csv, c.credits && c.csv:
		return Usagef("--csv stands alone; leave --json and --credits out")
	case c.credits && c.demo:
		return Usagef("the demo bills nobody: leave --demo or --credits out")
	}
	st, err := c.app.Store()
	if err != nil {
		return err
	}
	today := c.app.Now().UTC().Truncate(24 * time.Hour)
	period := store.Period{From: today.AddDate(0, 0, 1-c.days)}
	if c.credits {
		return c.compare(st, period)
	}
	sums, err := st.Sums(period, store.By(c.by), func(e store.Entry) bool { return e.Demo == c.demo })
	if err != nil {
		return err
	}
	switch {
	case c.json:
		return c.lines(sums)
	case c.csv:
		return c.sheet(sums)
	}
	if err := c.table(sums); err != nil {
		return err
	}
	return c.limits(st, today)
}

// usageJSON is a group as --json prints it. The cost is exact and of the requests
// whose cost is known; those of which it is not are counted in unknown.
type usageJSON struct {
	By         string     `json:"by"`
	Key        string     `json:"key"`
	Requests   int        `json:"requests"`
	Failed     int        `json:"failed"`
	Cancelled  int        `json:"cancelled"`
	Unknown    int        `json:"unknown_cost"`
	Cost       chat.Cost  `json:"cost"`
	Tokens     chat.Usage `json:"usage"`
	TTFTMs     int64      `json:"ttft_ms"` // mean
	DurationMs int64      `json:"duration_ms"`
}

func (c *usageCmd) lines(sums []store.Sum) error {
	enc := json.NewEncoder(c.app.Out)
	enc.SetEscapeHTML(false)
	for _, s := range sums {
		if err := enc.Encode(usageJSON{
			c.by, s.Key, s.Requests, s.Failed, s.Cancelled, s.Unknown, s.Cost, s.Tokens, s.TTFT.Milliseconds(), s.Duration.Milliseconds(),
		}); err != nil {
			return err
		}
	}
	return nil
}

func (c *usageCmd) sheet(sums []store.Sum) error {
	w := csv.NewWriter(c.app.Out)
	rows := [][]string{{c.by, "requests", "failed", "cancelled", "prompt_tokens", "completion_tokens", "reasoning_tokens", "cached_tokens", "cost_usd", "cost_source", "unknown_cost"}}
	for _, s := range sums {
		rows = append(rows, []string{
			harmlessCell(s.Key), strconv.Itoa(s.Requests), strconv.Itoa(s.Failed), strconv.Itoa(s.Cancelled),
			strconv.Itoa(s.Tokens.PromptTokens), strconv.Itoa(s.Tokens.CompletionTokens), strconv.Itoa(s.Tokens.ReasoningTokens), strconv.Itoa(s.Tokens.CachedTokens),
			s.Cost.USD.String(), string(s.Cost.Source), strconv.Itoa(s.Unknown),
		})
	}
	return w.WriteAll(rows)
}

func (c *usageCmd) table(sums []store.Sum) error {
	t := newTable(c.app.Streams, column{name: c.by, wide: true}, column{name: "requests", right: true}, column{name: "failed", right: true},
		column{name: "tokens in", right: true}, column{name: "out", right: true}, column{name: "first token", right: true}, column{name: "cost", right: true})
	var all store.Sum
	for _, s := range sums {
		all.Requests, all.Failed, all.Unknown = all.Requests+s.Requests, all.Failed+s.Failed, all.Unknown+s.Unknown
		all.Tokens, all.Cost = all.Tokens.Add(s.Tokens), all.Cost.Add(s.Cost)
		t.row(c.cells(s)...)
	}
	if len(sums) > 1 && c.app.OutTTY {
		all.Key = "all"
		t.row(c.cells(all)...)
	}
	if len(sums) == 0 && c.app.ErrTTY {
		fmt.Fprintf(c.app.Err, "nothing was asked in the last %d days\n", c.days)
	}
	return t.flush()
}

func (c *usageCmd) cells(s store.Sum) []string {
	key := s.Key
	if key == "" {
		key = "none"
	}
	ttft := ""
	if s.TTFT > 0 {
		ttft = figure.Seconds(s.TTFT.Milliseconds())
	}
	cost := "$" + s.Cost.USD.String()
	if s.Unknown > 0 {
		cost += fmt.Sprintf(" and %d unknown", s.Unknown)
	}
	if c.app.OutTTY {
		return []string{key, strconv.Itoa(s.Requests), strconv.Itoa(s.Failed), figure.Tokens(s.Tokens.PromptTokens), figure.Tokens(s.Tokens.CompletionTokens), ttft, cost}
	}
	return []string{key, strconv.Itoa(s.Requests), strconv.Itoa(s.Failed), strconv.Itoa(s.Tokens.PromptTokens), strconv.Itoa(s.Tokens.CompletionTokens), ttft, cost}
}

// harmlessCell keeps a spreadsheet from taking a text for a formula.
func harmlessCell(s string) string {
	if s != "" && (s[0] == '=' || s[0] == '+' || s[0] == '-' || s[0] == '@' || s[0] == '\t' || s[0] == '\r') {
		return "'" + s
	}
	return s
}
