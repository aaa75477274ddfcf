package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"assay/engine/chat"
	"assay/internal/export"
	"assay/internal/store"
	"assay/ui/figure"
)

func newRunsCmd(a *App) *cobra.Command {
	cmd := group("runs", "List, show, search, replay, export and judge anew what was saved",
		newRunsListCmd(a, nil), newRunsSearchCmd(a, nil), newRunsShowCmd(a, nil), newRunsReplayCmd(a, nil),
		newRunsExportCmd(a, nil), newRunsRejudgeCmd(a, nil), newRunsDeleteCmd(a, nil))
	cmd.Long = `Work with runs that were saved: with ctrl+s in the workbench, with ask --record FILE, or
all of them with privacy.save_answers = true. Nothing is saved otherwise.

RUN is a file that holds a recorded run, or the first characters of a saved run's id.`
	return cmd
}

type runsListCmd struct {
	app   *App
	text  string // what runs must hold
	limit int
	json  bool
}

func newRunsListCmd(a *App, run func(*runsListCmd) error) *cobra.Command {
	c := &runsListCmd{app: a}
	cmd := &cobra.Command{
		Use: "list", Short: "List saved runs, newest first", Args: args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error { return c.start(run) },
	}
	c.flags(cmd)
	return cmd
}

func newRunsSearchCmd(a *App, run func(*runsListCmd) error) *cobra.Command {
	c := &runsListCmd{app: a}
	cmd := &cobra.Command{
		Use: "search WORDS", Short: "List saved runs whose prompts or answers hold all words", Args: args(cobra.MinimumNArgs(1)),
		RunE: func(_ *cobra.Command, list []string) error {
			c.text = strings.Join(list, " ")
			return c.start(run)
		},
	}
	c.flags(cmd)
	return cmd
}

func (c *runsListCmd) flags(cmd *cobra.Command) {
	cmd.Flags().IntVarP(&c.limit, "limit", "n", 100, "list at most `N` runs")
	cmd.Flags().BoolVar(&c.json, "json", false, "print one JSON object a run")
}

func (c *runsListCmd) start(run func(*runsListCmd) error) error {
	if run != nil {
		return run(c)
	}
	return c.run()
}

// runJSON is a saved run as --json prints it.
type runJSON struct {
	ID         string    `json:"id"`
	At         string    `json:"at"`
	Title      string    `json:"title"`
	Models     []string  `json:"models"`
	Fused      bool      `json:"fused"`
	Cost       chat.Cost `json:"cost"`
	DurationMs int64     `json:"duration_ms"`
	OK         int       `json:"ok"`
	Failed     int       `json:"failed"`
	Cancelled  int       `json:"cancelled"`
	Demo       bool      `json:"demo,omitempty"`
	Bytes      int       `json:"bytes"`
	Snippet    string    `json:"snippet,omitempty"`
}

func (c *runsListCmd) run() error {
	if c.limit <= 0 {
		return Usagef("--limit must be at least 1")
	}
	st, err := c.app.Store()
	if err != nil {
		return err
	}
	runs, err := st.Runs(c.text, c.limit)
	if err != nil {
		return err
	}
	if c.json {
		enc := json.NewEncoder(c.app.Out)
		enc.SetEscapeHTML(false)
		for _, r := range runs {
			if err := enc.Encode(runJSON{
				r.ID, r.At.UTC().Format(time.RFC3339), r.Title, r.Models, r.Fused, r.Cost, r.Duration.Milliseconds(),
				r.OK, r.Failed, r.Cancelled, r.Demo, r.Size, r.Snippet,
			}); err != nil {
				return err
			}
		}
		return nil
	}
	if len(runs) == 0 && c.app.ErrTTY {
		fmt.Fprintln(c.app.Err, "no saved runs; ctrl+s in the workbench saves one")
	}
	return c.table(runs)
}

func (c *runsListCmd) table(runs []store.Run) error {
	t := newTable(c.app.Streams, column{name: "run", keep: true}, column{name: "when"}, column{name: "answers", right: true},
		column{name: "cost", right: true}, column{name: "models", wide: true}, column{name: "prompt", wide: true})
	for _, r := range runs {
		answers := fmt.Sprintf("%d of %d", r.OK, r.OK+r.Failed+r.Cancelled)
		if r.Fused {
			answers += ", fused"
		}
		cost := figure.Cost(r.Cost, "about ")
		if r.Demo {
			cost = "demo"
		}
		title := r.Title
		if r.Snippet != "" {
			title = strings.Join(strings.Fields(r.Snippet), " ")
		}
		t.row(r.ID, r.At.Local().Format("2006-01-02 15:04"), answers, cost, strings.Join(r.Models, ", "), title)
	}
	return t.flush()
}

type runsShowCmd struct {
	app  *App
	name string
}

func newRunsShowCmd(a *App, run func(*runsShowCmd) error) *cobra.Command {
	c := &runsShowCmd{app: a}
	return &cobra.Command{
		Use: "show RUN", Short: "Print a run as text: prompt, answers, analysis, costs", Args: args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, list []string) error {
			c.name = list[0]
			if run != nil {
				return run(c)
			}
			return c.run()
		},
	}
}

func (c *runsShowCmd) run() error {
	r, err := c.app.recorded(c.name)
	if err != nil {
		return err
	}
	return export.Text(c.app.Out, r.states())
}

type runsDeleteCmd struct {
	app   *App
	names []string
}

func newRunsDeleteCmd(a *App, run func(*runsDeleteCmd) error) *cobra.Command {
	c := &runsDeleteCmd{app: a}
	return &cobra.Command{
		Use: "delete RUN …", Short: "Delete saved runs", Args: args(cobra.MinimumNArgs(1)),
		RunE: func(_ *cobra.Command, list []string) error {
			c.names = list
			if run != nil {
				return run(c)
			}
			return c.run()
		},
	}
}

// run finds every run before it deletes the first.
func (c *runsDeleteCmd) run() error {
	ids := make([]string, len(c.names))
	for i, name := range c.names {
		if name == "" {
			return Usagef("which run? `assay runs list` shows what is saved")
		}
		_, id, err := c.app.savedRun(name)
		if err != nil {
			return err
		}
		ids[i] = id
	}
	st, err := c.app.Store()
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := st.DeleteRun(id); err != nil {
			return err
		}
		fmt.Fprintf(c.app.Err, "deleted run %s\n", id)
	}
	return nil
}

type runsExportCmd struct {
	app    *App
	name   string
	format string
	out    string
}

func newRunsExportCmd(a *App, run func(context.Context, *runsExportCmd) error) *cobra.Command {
	c := &runsExportCmd{app: a}
	cmd := &cobra.Command{
		Use:   "export RUN",
		Short: "Write a run as Markdown, as a page of HTML, or as recorded",
		Long: `Write a run as a document. md has front matter with models, providers, tokens, costs and
times; html is one page that runs and loads nothing; json is the events as recorded, which
replay and assay --run read.`,
		Args: args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, list []string) error {
			c.name = list[0]
			if run != nil {
				return run(cmd.Context(), c)
			}
			return c.run()
		},
	}
	cmd.Flags().StringVar(&c.format, "format", "md", "`FORMAT`: md, json or html")
	cmd.Flags().StringVarP(&c.out, "output", "o", "", "write to `FILE` instead of standard output")
	return cmd
}
