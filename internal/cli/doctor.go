package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"assay/engine/provider"
	"assay/internal/wiring"
	"assay/ui/markdown"
)

type doctorCmd struct {
	app    *App
	online bool
	json   bool
	found  []finding
}

// grade says how bad a finding is.
type grade string

// The grades.
const (
	fine grade = "ok"
	warn grade = "warn"
	fail grade = "fail"
)

// finding is one thing looked at: what was found, and what mends it.
type finding struct {
	Check string `json:"check"`
	Grade grade  `json:"grade"`
	What  string `json:"what"`
	Fix   string `json:"fix,omitempty"`
}

func newDoctorCmd(a *App, run func(context.Context, *doctorCmd) error) *cobra.Command {
	c := &doctorCmd{app: a}
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check keys, network settings, terminal, folders and files, and say what mends them",
		Long: `Check keys, network settings, terminal, folders and files, and say what mends them.

One line a finding: ok, warn or fail. Nothing leaves this machine without --online, and
keys are never shown nor sent. The exit code is 0 unless something fails.`,
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if run != nil {
				return run(cmd.Context(), c)
			}
			return c.run(cmd.Context())
		},
	}
	cmd.Flags().BoolVar(&c.online, "online", false, "also see whether the configured providers can be reached")
	cmd.Flags().BoolVar(&c.json, "json", false, "print one JSON object a finding")
	return cmd
}

func (c *doctorCmd) run(ctx context.Context) error {
	usable := c.configuration()
	c.folders()
	c.data()
	c.catalog()
	c.proxies()
	c.certificates()
	c.terminal()
	if usable {
		sys, err := c.app.System(false)
		if err != nil {
			return err
		}
		c.keys(sys)
		c.locals(ctx, sys)
		if c.online {
			c.reach(ctx, sys)
		}
	}
	return c.report()
}

func (c *doctorCmd) add(check string, g grade, what, fix string) {
	c.found = append(c.found, finding{check, g, what, fix})
}

func (c *doctorCmd) locals(ctx context.Context, sys *wiring.System) {
	sys.Discover(ctx)
	var names []string
	for _, l := range provider.Locals() {
		if p := sys.Providers().Lookup(l.Name); p != nil && p.Usable() == "" {
			names = append(names, p.Name+" at "+p.BaseURL)
		}
	}
	if len(names) == 0 {
		names = []string{"none on the usual ports"}
	}
	c.add("local servers", fine, strings.Join(names, ", "), "")
}

// report prints the findings and fails if one of them does.
func (c *doctorCmd) report() error {
	bad := false
	for _, f := range c.found {
		bad = bad || f.Grade == fail
		if c.json {
			if err := c.app.printJSON(f); err != nil {
				return err
			}
			continue
		}
		line := fmt.Sprintf("%s %s: %s", f.Grade, f.Check, f.What)
		if f.Fix != "" {
			line += "; " + f.Fix
		}
		if _, err := fmt.Fprintln(c.app.Out, markdown.CleanLine(line)); err != nil {
			return err
		}
	}
	if bad {
		return Exit(Usage, nil)
	}
	return nil
}
