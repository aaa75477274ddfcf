package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"assay/internal/config"
	"assay/ui/markdown"
)

func newConfigCmd(a *App) *cobra.Command {
	return group("config", "Show, check or start the configuration file",
		newConfigPathCmd(a, nil), newConfigCheckCmd(a, nil), newConfigInitCmd(a, nil))
}

type configPathCmd struct {
	app *App
	all bool
}

func newConfigPathCmd(a *App, run func(*configPathCmd) error) *cobra.Command {
	c := &configPathCmd{app: a}
	cmd := &cobra.Command{
		Use:   "path",
		Short: "Print where the configuration file is looked for",
		Args:  args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			if run != nil {
				return run(c)
			}
			return c.run()
		},
	}
	cmd.Flags().BoolVarP(&c.all, "all", "a", false, "print the folders for data, state and cache too")
	return cmd
}

func (c *configPathCmd) run() error {
	p, err := c.app.Paths()
	if err != nil {
		return Exit(Usage, err)
	}
	if !c.all {
		_, err := fmt.Fprintln(c.app.Out, p.Config)
		return err
	}
	t := newTable(c.app.Streams, column{name: "what"}, column{name: "path", keep: true})
	t.row("config", p.Config)
	t.row("data", p.Data)
	t.row("state", p.State)
	t.row("cache", p.Cache)
	return t.flush()
}

type configCheckCmd struct{ app *App }

func newConfigCheckCmd(a *App, run func(*configCheckCmd) error) *cobra.Command {
	c := &configCheckCmd{app: a}
	return &cobra.Command{
		Use:   "check",
		Short: "Read the configuration file and list everything wrong with it",
		Args:  args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			if run != nil {
				return run(c)
			}
			return c.run()
		},
	}
}

// run prints one problem a line on Out: they are what was asked for.
func (c *configCheckCmd) run() error {
	p, err := c.app.Paths()
	if err != nil {
		return Exit(Usage, err)
	}
	problems, err := config.Check(p, c.app.ConfigOptions())
	if err != nil {
		return Exit(Usage, err)
	}
	errs := 0
	for _, problem := range problems {
		if !problem.Warning {
			errs++
		}
		if _, err := fmt.Fprintln(c.app.Out, markdown.CleanLine(problem.String())); err != nil {
			return err
		}
	}
	switch _, err := os.Stat(p.Config); {
	case errs > 0:
		return Exit(Usage, nil)
	case errors.Is(err, fs.ErrNotExist):
		fmt.Fprintf(c.app.Err, "%s: no such file, so the defaults apply; `assay config init` writes one\n", p.Config)
	case len(problems) == 0:
		fmt.Fprintf(c.app.Err, "%s: no problems\n", p.Config)
	}
	return nil
}

type configInitCmd struct{ app *App }

func newConfigInitCmd(a *App, run func(*configInitCmd) error) *cobra.Command {
	c := &configInitCmd{app: a}
	return &cobra.Command{
		Use:   "init",
		Short: "Write a starter file with every key commented out",
		Args:  args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			if run != nil {
				return run(c)
			}
			return c.run()
		},
	}
}

func (c *configInitCmd) run() error {
	p, err := c.app.Paths()
	if err != nil {
		return Exit(Usage, err)
	}
	switch err := config.Init(p.Config); {
	case errors.Is(err, config.ErrExists):
		return Usagef("%w; edit it, or move it away first", err)
	case err != nil:
		return err
	}
	_, err = fmt.Fprintln(c.app.Out, p.Config)
	return err
}
