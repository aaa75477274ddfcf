package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

const about = `One prompt goes to several models at once; the answers stream side by side, and a
fusion pane shows where they agree and where they contradict each other. Without a
command the workbench opens, with PROMPT as its draft.`

// newRoot builds the tree of commands. It only fills structs: it runs before
// everything, also before --version.
func newRoot(a *App) *cobra.Command {
	root := newWorkbenchCmd(a, nil)
	root.Version = a.Version
	root.SetVersionTemplate("assay {{.Version}}\n")
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetIn(a.In)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return Usagef("%w; see `%s --help`", err, cmd.CommandPath())
	})
	root.PersistentFlags().StringVar(&a.configFlag, "config", "", "use the configuration `FILE`")
	root.AddCommand(
		newAskCmd(a, nil),
		newAnalyzeCmd(a, nil),
		newRouteCmd(a, nil),
		newPresetsCmd(a),
		newUsageCmd(a, nil),
		newRunsCmd(a),
		newProvidersCmd(a),
		newModelsCmd(a, nil),
		newRankingsCmd(a, nil),
		newSpeakCmd(a, nil),
		newTranscribeCmd(a, nil),
		newDoctorCmd(a, nil),
		newConfigCmd(a),
		newCompletionCmd(a),
		newManCmd(a),
	)
	return root
}

type workbenchCmd struct {
	app *App
	WorkbenchOptions
}

func newWorkbenchCmd(a *App, run func(context.Context, *workbenchCmd) error) *cobra.Command {
	c := &workbenchCmd{app: a}
	cmd := &cobra.Command{
		Use:   "assay [PROMPT]",
		Short: "A terminal workbench for language models",
		Long:  about,
		Args:  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.ArgsLenAtDash() < 0 {
				if err := mistyped(cmd, args); err != nil {
					return err
				}
			}
			c.Prompt = strings.Join(args, " ")
			if run != nil {
				return run(cmd.Context(), c)
			}
			return c.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.StringArrayVarP(&c.Models, "model", "m", nil, "open a lane with this `MODEL`; may be repeated")
	f.StringVarP(&c.Preset, "preset", "p", "", "ask with this `PRESET`")
	f.StringVar(&c.Panel, "panel", "", "fuse with this `PANEL`")
	f.BoolVar(&c.Demo, "demo", false, "use the demo provider only: no key, no network")
	f.BoolVar(&c.ASCII, "ascii", false, "draw with ASCII characters only")
	f.BoolVar(&c.Linear, "linear", false, "ordered text instead of columns, for screen readers")
	f.StringVar(&c.RunFile, "run", "", "open the recorded run in `FILE`")
	return cmd
}

// mistyped refuses a single word that is nearly a command: it is more likely a slip
// than a prompt.
func mistyped(cmd *cobra.Command, args []string) error {
	if len(args) == 0 || strings.ContainsAny(args[0], " \t\n") {
		return nil
	}
	cmd.SuggestionsMinimumDistance = 1
	near := cmd.SuggestionsFor(args[0])
	if len(near) == 0 {
		return nil
	}
	return Usagef("unknown command %q; did you mean %s? To send it as a prompt: assay -- %s", args[0], near[0], args[0])
}

func (c *workbenchCmd) run(ctx context.Context) error {
	if c.RunFile != "" && len(c.Models) > 0 {
		return Usagef("--run opens a recorded run with its own lanes; leave --model out")
	}
	if !c.app.OutTTY {
		return Usagef("the workbench needs a terminal; for scripts there is `assay ask`")
	}
	if c.app.Workbench == nil {
		return fmt.Errorf("this build has no workbench")
	}
	return c.app.Workbench(ctx, c.app, c.WorkbenchOptions)
}

// args turns what cobra says about arguments into a usage error.
func args(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, list []string) error {
		if err := check(cmd, list); err != nil {
			return Usagef("%w; see `%s --help`", err, cmd.CommandPath())
		}
		return nil
	}
}

// group is a command that only has commands below it. Called bare it shows its help;
// a word that is none of them is an error.
func group(use, short string, below ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use: use, Short: short,
		RunE: func(cmd *cobra.Command, list []string) error {
			if len(list) == 0 {
				return cmd.Help()
			}
			cmd.SuggestionsMinimumDistance = 2
			hint := ""
			if near := cmd.SuggestionsFor(list[0]); len(near) > 0 {
				hint = "; did you mean " + near[0] + "?"
			}
			return Usagef("unknown command %q for %q%s", list[0], cmd.CommandPath(), hint)
		},
	}
	cmd.AddCommand(below...)
	return cmd
}
