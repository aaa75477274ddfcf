package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"assay/catalog"
	"assay/engine"
	"assay/engine/chat"
	"assay/engine/provider"
	"assay/engine/route"
	"assay/internal/wiring"
	"assay/ui/markdown"
)

type providersCmd struct {
	app  *App
	all  bool
	json bool
	demo bool
}

func newProvidersCmd(a *App) *cobra.Command {
	c := &providersCmd{app: a}
	cmd := &cobra.Command{
		Use:   "providers",
		Short: "List the upstreams, where each key comes from, and how they do",
		Args:  args(cobra.NoArgs),
		RunE:  func(cmd *cobra.Command, _ []string) error { return c.list(cmd.Context()) },
	}
	cmd.Flags().BoolVarP(&c.all, "all", "a", false, "also those without a key")
	cmd.PersistentFlags().BoolVar(&c.json, "json", false, "print JSON")
	cmd.PersistentFlags().BoolVar(&c.demo, "demo", false, "with the demo provider only")
	check := &cobra.Command{
		Use:   "check [PROVIDER …]",
		Short: "Send each provider one cheap request and say how it went",
		RunE:  func(cmd *cobra.Command, list []string) error { return c.check(cmd.Context(), list) },
	}
	cmd.AddCommand(check)
	return cmd
}

// providerRow is one provider as --json prints it.
type providerRow struct {
	Name    string `json:"name"`
	Format  string `json:"format"`
	BaseURL string `json:"base_url"`
	Key     string `json:"key"`    // where it comes from, or why there is none
	Policy  string `json:"policy"` // data policy
	Usable  bool   `json:"usable"`
	Models  int    `json:"models"`
}

func (c *providersCmd) list(ctx context.Context) error {
	sys, err := c.app.System(c.demo)
	if err != nil {
		return err
	}
	sys.Discover(ctx)
	count := map[string]int{}
	for _, m := range sys.Catalog().Models() {
		for i := range m.Endpoints {
			count[m.Endpoints[i].Provider]++
		}
	}
	var rows []providerRow
	for _, p := range sys.Providers().All() {
		if p.Usable() != "" && !c.all {
			continue
		}
		rows = append(rows, providerRow{p.Name, p.Format, p.BaseURL, keyState(p), string(p.Policy), p.Usable() == "", count[p.Name]})
	}
	if c.json {
		enc := json.NewEncoder(c.app.Out)
		enc.SetEscapeHTML(false)
		for _, r := range rows {
			if err := enc.Encode(r); err != nil {
				return err
			}
		}
		return nil
	}
	t := newTable(c.app.Streams, column{name: "provider", keep: true}, column{name: "format"}, column{name: "key", wide: true}, column{name: "data policy"}, column{name: "endpoints", right: true}, column{name: "address", wide: true})
	for _, r := range rows {
		t.row(r.Name, r.Format, r.Key, r.Policy, fmt.Sprint(r.Models), r.BaseURL)
	}
	if err := t.flush(); err != nil {
		return err
	}
	if !c.all && c.app.ErrTTY {
		fmt.Fprintln(c.app.Err, "assay providers --all lists those without a key too")
	}
	return nil
}

func keyState(p *provider.Provider) string {
	switch {
	case p.Usable() == "disabled":
		return "disabled"
	case p.Usable() != "":
		return "none; set " + strings.Join(p.Env, " or ")
	case p.KeyFrom != "":
		return p.KeyFrom
	}
	return "needs none"
}

// checkTimeout bounds one provider's check.
const checkTimeout = 30 * time.Second

func (c *providersCmd) check(ctx context.Context, names []string) error {
	sys, err := c.app.System(c.demo)
	if err != nil {
		return err
	}
	sys.Discover(ctx)
	var list []*provider.Provider
	for _, p := range sys.Providers().All() {
		if p.Usable() == "" && (len(names) == 0 || contains(names, p.Name)) {
			list = append(list, p)
		}
	}
	for _, n := range names {
		if p := sys.Providers().Lookup(n); p == nil || p.Usable() != "" {
			return Usagef("provider %q is not configured; assay providers --all lists what there is", n)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	results := make([]checkResult, len(list))
	var wg sync.WaitGroup
	for i, p := range list {
		wg.Go(func() { results[i] = checkOne(ctx, sys, p) })
	}
	wg.Wait()
	return c.report(results)
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

type checkResult struct {
	Provider string    `json:"provider"`
	Model    string    `json:"model,omitempty"`
	OK       bool      `json:"ok"`
	TTFTMs   int64     `json:"ttft_ms,omitempty"`
	Cost     chat.Cost `json:"cost"`
	Error    string    `json:"error,omitempty"`
	Remedy   string    `json:"remedy,omitempty"`
}

// checkOne asks the provider's cheapest text model for one word.
func checkOne(ctx context.Context, sys *wiring.System, p *provider.Provider) checkResult {
	model := cheapest(sys.Catalog(), p.Name)
	if model == "" {
		return checkResult{Provider: p.Name, Error: "the catalog lists no model of it"}
	}
	ln := engine.Lane{
		Spec:    chat.LaneSpec{Role: chat.RoleAnswer, Model: model},
		Request: chat.Request{Model: model, MaxTokens: 16, Messages: []chat.Message{chat.TextMessage(chat.User, "Answer with the word: ready")}},
		Prefs:   route.Preferences{Only: []string{p.Name}, Attempts: 1},
	}
	run := sys.Engine.Start(ctx, engine.Spec{Cap: sys.RunCap()}, ln)
	for range run.Events() { // only the result is of interest
		continue
	}
	res := checkResult{Provider: p.Name, Model: model}
	for _, a := range run.Results() {
		res.OK, res.Cost = a.OK(), a.Bill()
		if a.Finish != nil {
			res.TTFTMs = a.Finish.TTFTMs
		} else if a.Failure != nil {
			res.Error, res.Remedy = a.Failure.Message, a.Failure.Remedy
		}
	}
	return res
}

func cheapest(cat *catalog.Catalog, name string) string {
	best, price := "", 0.0
	for _, m := range cat.Models() {
		if strings.HasPrefix(m.Name, "Fault:") || m.Router || m.Gone || m.AliasOf != "" || m.Reasoning.Mandatory || m.Output != 0 && !m.Output.Has(catalog.Text) {
			continue
		}
		for i := range m.Endpoints {
			e := &m.Endpoints[i]
			in, ok := e.Prices.Prompt.Amount()
			out, ok2 := e.Prices.Completion.Amount()
			if e.Provider != name || !ok || !ok2 {
				continue
			}
			if p := in.Float() + out.Float(); best == "" || p < price {
				best, price = m.ID, p
			}
		}
	}
	return best
}

func (c *providersCmd) report(results []checkResult) error {
	failed := 0
	t := newTable(c.app.Streams, column{name: "provider", keep: true}, column{name: "result"}, column{name: "ttft", right: true}, column{name: "model"}, column{name: "reason", wide: true})
	enc := json.NewEncoder(c.app.Out)
	enc.SetEscapeHTML(false)
	for _, r := range results {
		if !r.OK {
			failed++
		}
		if c.json {
			if err := enc.Encode(r); err != nil {
				return err
			}
			continue
		}
		state, ttft := "ok", fmt.Sprintf("%.1f s", float64(r.TTFTMs)/1000)
		if !r.OK {
			state, ttft = "failed", ""
		}
		reason := r.Error
		if r.Remedy != "" {
			reason += " (" + r.Remedy + ")"
		}
		t.row(r.Provider, state, ttft, r.Model, markdown.CleanLine(reason))
	}
	if !c.json {
		if err := t.flush(); err != nil {
			return err
		}
	}
	switch {
	case failed == 0:
		return nil
	case failed < len(results):
		return Exit(SomeFailed, nil)
	}
	return Exit(AllFailed, nil)
}
