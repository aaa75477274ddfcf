package cli

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"assay/catalog"
	"assay/catalog/query"
	"assay/engine/health"
	"assay/engine/provider"
	"assay/internal/usd"
	"assay/internal/wiring"
)

type modelsCmd struct {
	app   *App
	words []string
	sort  string
	free  bool
	json  bool
	limit int
}

func newModelsCmd(a *App, run func(*modelsCmd) error) *cobra.Command {
	c := &modelsCmd{app: a}
	cmd := &cobra.Command{
		Use:   "models [WORDS]",
		Short: "List the models that match a query",
		Long:  "List the models that match every one of WORDS.\n\n" + queryHelp(),
		Example: "  assay models claude tools 'ctx>200k' --sort price\n" +
			"  assay models --free vision\n  assay models 'qwen -coder'\n  assay models show gpt-5-mini",
		Args: cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, list []string) error {
			c.words = list
			if run != nil {
				return run(c)
			}
			return c.run()
		},
	}
	f := cmd.Flags()
	f.StringVarP(&c.sort, "sort", "s", "", "sort by `KEY`: "+strings.Join(query.SortKeys(), ", ")+"; -KEY reverses")
	f.BoolVar(&c.free, "free", false, "only models that cost nothing")
	f.BoolVar(&c.json, "json", false, "print every fact, one JSON object a line")
	f.IntVarP(&c.limit, "limit", "n", 0, "print at most `N` models")
	cmd.AddCommand(newModelsShowCmd(a, nil), newModelsCompareCmd(a, nil), newModelsRefreshCmd(a, nil), newModelsDiffCmd(a, nil))
	return cmd
}

// queryHelp is the table of terms, which the query package keeps.
func queryHelp() string {
	var b strings.Builder
	b.WriteString("Words are matched loosely against ids and names, in quotes exactly. a|b is either,\n-a is not. Further terms:\n\n")
	for _, t := range query.Terms() {
		fmt.Fprintf(&b, "  %-16s %s\n", t.Example, t.Help)
	}
	return strings.TrimRight(b.String(), "\n")
}

func (c *modelsCmd) run() error {
	order, err := query.ParseSort(c.sort)
	if err != nil {
		return Exit(Usage, err)
	}
	if c.limit < 0 {
		return Usagef("--limit must not be negative")
	}
	text := strings.Join(c.words, " ")
	if c.free {
		text = strings.TrimSpace(text + " free")
	}
	q, err := query.Compile(text)
	if err != nil {
		return Exit(Usage, err)
	}
	sys, err := c.app.System(false)
	if err != nil {
		return err
	}
	hits := q.Run(query.NewIndex(sys.Catalog(), facts(sys)), order)
	if c.limit > 0 && len(hits) > c.limit {
		hits = hits[:c.limit]
	}
	if len(hits) == 0 {
		fmt.Fprintln(c.app.Err, "assay: no model matches")
		return nil
	}
	if c.json {
		return printModels(c.app, func(yield func(*catalog.Model) bool) {
			for _, h := range hits {
				if !yield(h.Model) {
					return
				}
			}
		})
	}
	return c.table(hits)
}

// facts are what queries may ask besides the catalog. No key is looked up for them: a
// list must not run key commands.
func facts(sys *wiring.System) query.Facts {
	policies, local := map[string]catalog.Policy{}, map[string]bool{}
	for _, p := range slices.Concat(provider.Known(), provider.Locals()) {
		policies[p.Name], local[p.Name] = p.Policy, p.Local
	}
	for name, p := range sys.Config().Providers {
		if p.Policy != "" {
			policies[name] = catalog.Policy(p.Policy)
		}
	}
	reg := sys.Engine.Health()
	return query.Facts{
		Policy: func(e *catalog.Endpoint) catalog.Policy {
			return cmp.Or(e.Policy, policies[e.Provider], catalog.PolicyUnknown)
		},
		Local: func(name string) bool { return local[name] },
		Stats: func(m *catalog.Model) (ttftMs, tps float64, ok bool) {
			for i := range m.Endpoints {
				h := reg.Health(health.Key{Model: m.ID, Tag: m.Endpoints[i].Tag})
				if h.TTFT.P50 > 0 && (!ok || h.TTFT.P50*1000 < ttftMs) {
					ttftMs, tps, ok = h.TTFT.P50*1000, h.Throughput.P50, true
				}
			}
			return ttftMs, tps, ok
		},
	}
}

func (c *modelsCmd) table(hits []query.Hit) error {
	t := newTable(c.app.Streams,
		column{name: "model", keep: true},
		column{name: "in $/M", right: true}, column{name: "out $/M", right: true},
		column{name: "context", right: true},
		column{name: "can", wide: true},
		column{name: "from", right: true},
		column{name: "since"},
	)
	for _, h := range hits {
		in, out := "", ""
		if h.Endpoint != nil {
			in, out = c.app.price(h.Endpoint.Prices.Prompt), c.app.price(h.Endpoint.Prices.Completion)
		}
		context := h.Model.Context
		if h.Endpoint != nil && h.Endpoint.Context > 0 {
			context = h.Endpoint.Context
		}
		t.row(h.Model.ID, in, out, c.app.tokens(context), strings.Join(abilities(h.Model), " "), strconv.Itoa(len(h.Model.Endpoints)), date(h.Model.Created))
	}
	return t.flush()
}

// abilities are what people choose a model by, as words queries know.
func abilities(m *catalog.Model) []string {
	var out []string
	add := func(is bool, word string) {
		if is {
			out = append(out, word)
		}
	}
	add(m.Params.Has(catalog.ParamTools), "tools")
	add(m.Input.Has(catalog.Image), "vision")
	add(m.Input.Has(catalog.Audio), "audio")
	add(m.Params.Has(catalog.ParamStructuredOutputs) || m.Params.Has(catalog.ParamResponseFormat), "json")
	add(m.Reasoning.Supported, "reasoning")
	add(m.Open, "open")
	add(m.Demo, "demo")
	return out
}

// price is dollars per million units. People see "?" for a price that is not told
// and "-" for none; programs see "unknown" and nothing.
func (a *App) price(p usd.Price) string {
	if !a.OutTTY {
		return p.PerMillion()
	}
	switch {
	case p.IsUnknown():
		return "?"
	case p.IsAbsent():
		return "-"
	}
	amount, _ := p.Amount()
	return trimZeros(amount.Mul(1_000_000).Round(6)) // sources carry the noise of floats
}

func trimZeros(s string) string { return strings.TrimSuffix(strings.TrimRight(s, "0"), ".") }

// tokens is a count of tokens: short for people, exact for programs, nothing for zero.
func (a *App) tokens(n int) string {
	switch {
	case n == 0:
		return ""
	case !a.OutTTY || n < 1000:
		return strconv.Itoa(n)
	case n < 1_000_000:
		return strconv.Itoa(n/1000) + "k"
	}
	return strings.TrimSuffix(strconv.FormatFloat(float64(n/100_000)/10, 'f', 1, 64), ".0") + "M"
}

// date is the day of Unix seconds, "" for zero.
func date(seconds int64) string {
	if seconds == 0 {
		return ""
	}
	return time.Unix(seconds, 0).UTC().Format(time.DateOnly)
}

// model finds the model a user names.
func (a *App) model(slug string) (*catalog.Model, error) {
	sys, err := a.System(false)
	if err != nil {
		return nil, err
	}
	m, _, err := sys.Catalog().Resolve(slug)
	var unknown *catalog.UnknownModelError
	switch {
	case errors.As(err, &unknown) && len(unknown.Suggestions) == 0:
		return nil, Usagef("%w; `assay models WORDS` searches for one", err)
	case err != nil:
		return nil, Exit(Usage, err)
	}
	return m, nil
}

// printModels writes one JSON object a line.
func printModels(a *App, models iter.Seq[*catalog.Model]) error {
	sys, err := a.System(false)
	if err != nil {
		return err
	}
	policy := facts(sys).Policy
	w := bufio.NewWriter(a.Out)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for m := range models {
		if err := enc.Encode(newModelJSON(m, policy)); err != nil {
			return err
		}
	}
	return w.Flush()
}
