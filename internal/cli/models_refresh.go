package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"assay/catalog"
	"assay/catalog/refresh"
	"assay/internal/usd"
	"assay/ui/markdown"
)

// refreshed is the embedded catalog with what refreshes brought. A damaged cache is
// said and passed over: the next refresh replaces it.
func (a *App) refreshed() (*catalog.Catalog, error) {
	base, err := catalog.Embedded()
	if err != nil {
		return nil, err
	}
	r, err := a.refresher()
	if err != nil {
		return nil, err
	}
	c, err := r.Load(base)
	if err != nil {
		fmt.Fprintf(a.Err, "assay: %s; going on with the built-in catalog\n", markdown.CleanLine(err.Error()))
	}
	return c, nil
}

type modelsRefreshCmd struct {
	app  *App
	json bool
}

func newModelsRefreshCmd(a *App, run func(context.Context, *modelsRefreshCmd) error) *cobra.Command {
	c := &modelsRefreshCmd{app: a}
	cmd := &cobra.Command{
		Use:   "refresh",
		Short: "Ask public catalogs for news and print what has changed",
		Args:  args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if run != nil {
				return run(cmd.Context(), c)
			}
			return c.run(cmd.Context())
		},
	}
	cmd.Flags().BoolVar(&c.json, "json", false, "print one JSON object a change")
	return cmd
}

func (c *modelsRefreshCmd) run(ctx context.Context) error {
	base, err := c.app.Catalog()
	if err != nil {
		return err
	}
	r, err := c.app.refresher()
	if err != nil {
		return err
	}
	sources := c.app.Sources
	if sources == nil {
		sources = []refresh.Source{refresh.OpenRouter(), refresh.ModelsDev()}
	}
	res, err := r.Refresh(ctx, base, sources...)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	failed := c.report(res)
	if err != nil {
		return fmt.Errorf("keep the catalog: %w", err)
	}
	if err := printChanges(c.app, res.Changes, c.json); err != nil {
		return err
	}
	switch {
	case failed == len(res.Sources):
		return Exit(AllFailed, nil)
	case failed > 0:
		return Exit(SomeFailed, nil)
	}
	return nil
}

// report says on Err how each source answered and counts those that failed.
func (c *modelsRefreshCmd) report(res *refresh.Result) (failed int) {
	say := func(format string, args ...any) {
		fmt.Fprintln(c.app.Err, "assay: "+markdown.CleanLine(fmt.Sprintf(format, args...)))
	}
	for _, s := range res.Sources {
		switch {
		case s.Err != nil:
			failed++
			say("%v; what was known stays", s.Err)
		case s.Same:
			say("%s: nothing new", s.Source)
		default:
			say("%s: %d models", s.Source, s.Models)
		}
		for _, p := range s.Problems {
			say("%s: left out: %s", s.Source, p)
		}
	}
	return failed
}

type modelsDiffCmd struct {
	app  *App
	json bool
}

func newModelsDiffCmd(a *App, run func(*modelsDiffCmd) error) *cobra.Command {
	c := &modelsDiffCmd{app: a}
	cmd := &cobra.Command{
		Use:   "diff",
		Short: "Show what the last refresh changed",
		Args:  args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			if run != nil {
				return run(c)
			}
			return c.run()
		},
	}
	cmd.Flags().BoolVar(&c.json, "json", false, "print one JSON object a change")
	return cmd
}

func (c *modelsDiffCmd) run() error {
	r, err := c.app.refresher()
	if err != nil {
		return err
	}
	before, err := r.Previous()
	if err != nil && !errors.Is(err, refresh.ErrCache) {
		return err
	}
	if before == nil {
		fmt.Fprintln(c.app.Err, "assay: no refresh has changed anything yet; `assay models refresh` asks for news")
		return nil
	}
	now, err := c.app.Catalog()
	if err != nil {
		return err
	}
	return printChanges(c.app, catalog.Diff(before, now), c.json)
}

func printChanges(a *App, changes []catalog.Change, asJSON bool) error {
	if asJSON {
		w := bufio.NewWriter(a.Out)
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		for _, ch := range changes {
			if err := enc.Encode(ch); err != nil {
				return err
			}
		}
		return w.Flush()
	}
	if len(changes) == 0 {
		fmt.Fprintln(a.Err, "assay: nothing has changed")
		return nil
	}
	t := newTable(a.Streams, column{name: "change"}, column{name: "model", keep: true}, column{name: "endpoint"}, column{name: "what"},
		column{name: "before", right: true}, column{name: "now", right: true})
	for _, ch := range changes {
		before, now := a.changed(ch)
		t.row(strings.ReplaceAll(string(ch.Kind), "_", " "), ch.Model, ch.Tag, strings.ReplaceAll(ch.Class, "_", " "), before, now)
	}
	return t.flush()
}

// changed is the two sides of a change: prices per million where the class is counted
// in tokens, tokens for a context.
func (a *App) changed(ch catalog.Change) (before, now string) {
	if ch.Kind == catalog.ContextChange {
		return a.tokens(ch.OldContext), a.tokens(ch.NewContext)
	}
	if ch.Class == "" {
		return "", ""
	}
	show := a.price
	switch ch.Class {
	case "image", "request", "web_search":
		show = usd.Price.String
	}
	return show(ch.OldPrice), show(ch.NewPrice)
}
