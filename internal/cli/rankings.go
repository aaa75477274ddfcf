package cli

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"assay/catalog"
	"assay/catalog/rankings"
	"assay/internal/wiring"
	"assay/ui/backend"
	"assay/ui/chart"
	"assay/ui/markdown"
)

// supply gives the workbench its sources of news.
func (a *App) supply(b *wiring.Backend, sys *wiring.System) error {
	r, err := a.refresher()
	if err != nil {
		return err
	}
	ranks, err := a.rankings(sys)
	if err != nil {
		return err
	}
	b.Supply(wiring.Supply{Refresher: r, Sources: a.Sources, Rankings: ranks})
	return nil
}

func (a *App) rankings(sys *wiring.System) (*rankings.Client, error) {
	p, err := a.Paths()
	if err != nil {
		return nil, Exit(Usage, err)
	}
	return sys.Rankings(p.Cache, "assay/"+a.Version), nil
}

type rankingsCmd struct {
	app  *App
	days int
	json bool
	csv  bool
}

func newRankingsCmd(a *App, run func(context.Context, *rankingsCmd) error) *cobra.Command {
	c := &rankingsCmd{app: a}
	cmd := &cobra.Command{
		Use:   "rankings",
		Short: "Show which models are used most, by the public and by you",
		Long: "Show the models with the most tokens of the last days, from OpenRouter's public daily\n" +
			"dataset, and beside them what you have asked them yourself. The dataset needs a key of\n" +
			"OpenRouter; an answer is kept and serves for the rest of the day.",
		Example: "  assay rankings --days 7\n  assay rankings --csv > rankings.csv",
		Args:    args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if run != nil {
				return run(cmd.Context(), c)
			}
			return c.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.IntVar(&c.days, "days", 30, "rank the last `N` days")
	f.BoolVar(&c.json, "json", false, "print one JSON object a model, with its tokens by day")
	f.BoolVar(&c.csv, "csv", false, "print one line a day and model")
	return cmd
}

func (c *rankingsCmd) run(ctx context.Context) error {
	if c.days < 1 || c.days > rankings.MaxDays {
		return Usagef("--days must be from 1 to %d", rankings.MaxDays)
	}
	if c.json && c.csv {
		return Usagef("--json and --csv are two formats; choose one")
	}
	sys, err := c.app.System(false)
	if err != nil {
		return err
	}
	client, err := c.app.rankings(sys)
	if err != nil {
		return err
	}
	t, err := client.Get(ctx, c.days)
	switch {
	case t == nil && errors.Is(err, rankings.ErrNoKey):
		return Exit(Auth, fmt.Errorf("%w; set OPENROUTER_API_KEY", err))
	case t == nil:
		return err
	case err != nil:
		c.say("%v; this is the table of %s", err, t.AsOf)
	}
	used, err := sys.UsedModels(c.days)
	if err != nil {
		c.say("your own usage could not be read: %v", err)
	}
	own := ownTokens(sys.Catalog(), used)
	c.say("%s CC BY 4.0.", t.Attribution())
	switch {
	case c.json:
		return c.printJSON(t, own)
	case c.csv:
		return c.printCSV(t)
	}
	return c.table(t, own)
}

func (c *rankingsCmd) say(format string, args ...any) {
	fmt.Fprintln(c.app.Err, "assay: "+markdown.CleanLine(fmt.Sprintf(format, args...)))
}

// ownTokens finds the user's tokens of a model by the dated id the ranking uses, or
// any other name the catalog knows it by.
func ownTokens(cat *catalog.Catalog, used []backend.Used) func(slug string) int64 {
	byModel := map[string]int64{}
	name := func(id string) string {
		if m := cat.Lookup(id); m != nil {
			return m.ID
		}
		return id
	}
	for _, u := range used {
		byModel[name(u.Model)] += u.Tokens
	}
	return func(slug string) int64 {
		if n, ok := byModel[name(slug)]; ok {
			return n
		}
		base, variant, ok := strings.Cut(slug, ":")
		if !ok {
			return 0
		}
		return byModel[name(base)+":"+variant]
	}
}

func (c *rankingsCmd) table(t *rankings.Table, own func(string) int64) error {
	out := newTable(c.app.Streams, column{name: "#", right: true}, column{name: "model", keep: true}, column{name: "tokens", right: true},
		column{name: "share", right: true}, column{name: "you", right: true}, column{name: "by day"})
	for i := range t.Models {
		m := &t.Models[i]
		place, yours, trend := strconv.Itoa(i+1), own(m.Slug), make([]float64, len(m.Daily))
		if m.Slug == rankings.Other {
			place = ""
		}
		for k, n := range m.Daily {
			trend[k] = float64(n)
		}
		tokens, mine, spark := strconv.FormatInt(m.Tokens, 10), strconv.FormatInt(yours, 10), ""
		if c.app.OutTTY { // a program has the days in --json and --csv
			tokens, mine = bigCount(m.Tokens), ""
			spark = chart.Spark(trend, min(len(trend), 30), false)
			if yours > 0 {
				mine = bigCount(yours)
			}
		}
		out.row(place, m.Slug, tokens, fmt.Sprintf("%.2f%%", 100*t.Share(m)), mine, spark)
	}
	return out.flush()
}

// bigCount writes a number of tokens for people.
func bigCount(n int64) string {
	for _, u := range []struct {
		over int64
		name string
	}{{1e12, "T"}, {1e9, "B"}, {1e6, "M"}, {1e3, "k"}} {
		if n >= u.over {
			return fmt.Sprintf("%.3g%s", float64(n)/float64(u.over), u.name)
		}
	}
	return strconv.FormatInt(n, 10)
}

// rankJSON is one model of the ranking. Tokens are prompts and answers together.
type rankJSON struct {
	Rank   int              `json:"rank,omitempty"` // none for "other"
	Model  string           `json:"model"`
	Tokens int64            `json:"tokens"`
	Share  float64          `json:"share"` // of all tokens, 0 to 1
	Own    int64            `json:"own_tokens"`
	Daily  map[string]int64 `json:"daily"`
	AsOf   string           `json:"as_of"`
	Source string           `json:"source"`
}

func (c *rankingsCmd) printJSON(t *rankings.Table, own func(string) int64) error {
	enc := json.NewEncoder(c.app.Out)
	enc.SetEscapeHTML(false)
	for i := range t.Models {
		m := &t.Models[i]
		r := rankJSON{Rank: i + 1, Model: m.Slug, Tokens: m.Tokens, Share: t.Share(m), Own: own(m.Slug), Daily: map[string]int64{}, AsOf: t.AsOf, Source: t.Attribution()}
		if m.Slug == rankings.Other {
			r.Rank = 0
		}
		for k, n := range m.Daily {
			if n > 0 {
				r.Daily[t.Days[k]] = n
			}
		}
		if err := enc.Encode(r); err != nil {
			return err
		}
	}
	return nil
}

func (c *rankingsCmd) printCSV(t *rankings.Table) error {
	w := csv.NewWriter(c.app.Out)
	if err := w.Write([]string{"date", "model", "tokens"}); err != nil {
		return err
	}
	for k, day := range t.Days {
		for i := range t.Models {
			if n := t.Models[i].Daily[k]; n > 0 {
				if err := w.Write([]string{day, markdown.CleanLine(t.Models[i].Slug), strconv.FormatInt(n, 10)}); err != nil {
					return err
				}
			}
		}
	}
	w.Flush()
	return w.Error()
}
