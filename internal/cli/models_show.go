package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"assay/catalog"
	"assay/internal/usd"
)

type modelsShowCmd struct {
	app  *App
	slug string
	json bool
}

func newModelsShowCmd(a *App, run func(*modelsShowCmd) error) *cobra.Command {
	c := &modelsShowCmd{app: a}
	cmd := &cobra.Command{
		Use:   "show MODEL",
		Short: "Show everything known of a model, with every endpoint",
		Args:  args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, list []string) error {
			c.slug = list[0]
			if run != nil {
				return run(c)
			}
			return c.run()
		},
	}
	cmd.Flags().BoolVar(&c.json, "json", false, "print one JSON object")
	return cmd
}

func (c *modelsShowCmd) run() error {
	m, err := c.app.model(c.slug)
	if err != nil {
		return err
	}
	if c.json {
		return printModels(c.app, slices.Values([]*catalog.Model{m}))
	}
	t := newTable(c.app.Streams, column{name: "model", keep: true}, column{name: m.ID, keep: true, as: true})
	for _, f := range modelFacts(c.app, m) {
		if f[1] != "" {
			t.row(f[0], f[1])
		}
	}
	if err := t.flush(); err != nil {
		return err
	}
	if len(m.Endpoints) == 0 {
		fmt.Fprintln(c.app.Err, "assay: nobody is known to offer it")
		return nil
	}
	if _, err := fmt.Fprintln(c.app.Out); err != nil {
		return err
	}
	return c.endpoints(m)
}

func (c *modelsShowCmd) endpoints(m *catalog.Model) error {
	a := c.app
	sys, err := a.System(false)
	if err != nil {
		return err
	}
	policy := facts(sys).Policy
	right := func(name string) column { return column{name: name, right: true} }
	t := newTable(a.Streams, column{name: "endpoint", keep: true}, right("in $/M"), right("out $/M"), right("cached"), right("context"), right("output"),
		column{name: "quant"}, column{name: "policy"}, column{name: "notes", wide: true})
	for _, e := range cheapestFirst(m.Endpoints) {
		p := &e.Prices
		t.row(e.Tag, a.price(p.Prompt), a.price(p.Completion), a.price(p.CacheRead), a.tokens(e.Context), a.tokens(e.MaxOutput),
			e.Quantization, string(policy(e)), strings.Join(notes(e), ", "))
		if !a.OutTTY {
			continue // a line an endpoint; --json has the tiers
		}
		for i := range p.Tiers {
			tier := &p.Tiers[i].Prices
			t.row("  "+condition(a, &p.Tiers[i]), a.price(tier.Prompt), a.price(tier.Completion), a.price(tier.CacheRead), "", "", "", "", "")
		}
	}
	return t.flush()
}

// cheapestFirst sorts by the price of equal parts prompt and answer; endpoints whose
// price nobody knows come last.
func cheapestFirst(list []catalog.Endpoint) []*catalog.Endpoint {
	out := make([]*catalog.Endpoint, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	slices.SortStableFunc(out, func(x, y *catalog.Endpoint) int {
		a, knownA := both(&x.Prices)
		b, knownB := both(&y.Prices)
		switch {
		case knownA && knownB:
			return a.Cmp(b)
		case knownA:
			return -1
		case knownB:
			return 1
		}
		return 0
	})
	return out
}

func both(p *catalog.Prices) (usd.Amount, bool) {
	in, ok := p.Prompt.Amount()
	out, ok2 := p.Completion.Amount()
	return in.Add(out), ok && ok2
}

// notes are what the columns have no room for.
func notes(e *catalog.Endpoint) []string {
	var out []string
	if e.Private {
		out = append(out, "private")
	}
	if fee, ok := e.Prices.Request.Amount(); ok && !fee.IsZero() {
		out = append(out, "$"+fee.String()+" a request")
	}
	if e.Prices.Discount != "" {
		out = append(out, "discount "+e.Prices.Discount)
	}
	return out
}

// condition says when a tier's prices hold.
func condition(a *App, t *catalog.Tier) string {
	var when []string
	if t.MinPromptTokens > 0 {
		when = append(when, "over "+a.tokens(t.MinPromptTokens))
	}
	if t.Windowed {
		when = append(when, clock(t.UTCStart)+"-"+clock(t.UTCEnd)+" UTC")
	}
	return strings.Join(when, " ")
}

// clock writes HHMM as a time of day.
func clock(hhmm int) string { return fmt.Sprintf("%02d:%02d", hhmm/100, hhmm%100) }

// modelFacts are the lines of show: a name and a value, "" where it is not known.
func modelFacts(a *App, m *catalog.Model) [][2]string {
	weights := m.Weights
	if m.Open && weights == "" {
		weights = "open"
	}
	var state []string
	if m.Gone {
		state = append(state, "no longer listed")
	}
	if m.Demo {
		state = append(state, "demo")
	}
	if m.Router {
		state = append(state, "picks a model itself")
	}
	return [][2]string{
		{"name", m.Name},
		{"alias of", m.AliasOf},
		{"state", strings.Join(state, ", ")},
		{"by", m.Vendor()},
		{"released", date(m.Created)},
		{"leaves", m.Expires},
		{"knows until", m.Knowledge},
		{"context", a.tokens(m.Context)},
		{"output", a.tokens(m.MaxOutput)},
		{"reads", strings.Join(m.Input.Names(), " ")},
		{"writes", strings.Join(m.Output.Names(), " ")},
		{"reasoning", reasoning(m.Reasoning)},
		{"parameters", strings.Join(m.Params.Names(), " ")},
		{"weights", weights},
		{"scores", scores(m.Scores)},
		{"source", strings.TrimSpace(m.Source.Name + " " + m.Source.Date)},
	}
}

func reasoning(r catalog.Reasoning) string {
	switch {
	case !r.Supported:
		return ""
	case r.Mandatory:
		return strings.TrimSpace("always " + strings.Join(r.Efforts, " "))
	}
	return strings.TrimSpace("optional " + strings.Join(r.Efforts, " "))
}

func scores(list []catalog.Score) string {
	parts := make([]string, len(list))
	for i, s := range list {
		parts[i] = s.Name + " " + strconv.FormatFloat(s.Value, 'f', -1, 64)
	}
	return strings.Join(parts, ", ")
}

// maxCompared is how many models fit beside each other.
const maxCompared = 8

type modelsCompareCmd struct {
	app   *App
	slugs []string
	json  bool
}

func newModelsCompareCmd(a *App, run func(*modelsCompareCmd) error) *cobra.Command {
	c := &modelsCompareCmd{app: a}
	cmd := &cobra.Command{
		Use:   "compare MODEL MODEL...",
		Short: "Show models side by side",
		Args:  args(cobra.RangeArgs(2, maxCompared)),
		RunE: func(_ *cobra.Command, list []string) error {
			c.slugs = list
			if run != nil {
				return run(c)
			}
			return c.run()
		},
	}
	cmd.Flags().BoolVar(&c.json, "json", false, "print one JSON object a line")
	return cmd
}

func (c *modelsCompareCmd) run() error {
	models := make([]*catalog.Model, len(c.slugs))
	columns := []column{{name: "model", keep: true}}
	for i, slug := range c.slugs {
		m, err := c.app.model(slug)
		if err != nil {
			return err
		}
		models[i] = m
		columns = append(columns, column{name: m.ID, wide: true, as: true})
	}
	if c.json {
		return printModels(c.app, slices.Values(models))
	}
	t := newTable(c.app.Streams, columns...)
	for _, r := range catalog.Compare(models...).Rows {
		row := []string{r.Label}
		for _, cell := range r.Cells {
			row = append(row, cellText(cell, c.app.OutTTY))
		}
		t.row(row...)
	}
	return t.flush()
}

// cellText is a value with its note; people also see which is the best of a row.
func cellText(cell catalog.Cell, people bool) string {
	text := cell.Text
	if text != "" && cell.Note != "" {
		text += " (" + cell.Note + ")"
	}
	if people && cell.Best {
		text += " *"
	}
	return text
}
