package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

type completionCmd struct {
	app   *App
	shell string
}

func newCompletionCmd(a *App) *cobra.Command {
	c := &completionCmd{app: a}
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:       "completion SHELL",
		Short:     "Print a completion script for bash, zsh, fish or powershell",
		Example:   "  source <(assay completion bash)\n  assay completion fish > ~/.config/fish/completions/assay.fish",
		ValidArgs: shells,
		Args:      args(cobra.MatchAll(cobra.ExactArgs(1), cobra.OnlyValidArgs)),
		RunE: func(cmd *cobra.Command, list []string) error {
			c.shell = list[0]
			return c.run(cmd.Root())
		},
	}
}

func (c *completionCmd) run(root *cobra.Command) error {
	switch c.shell {
	case "bash":
		return root.GenBashCompletionV2(c.app.Out, true)
	case "zsh":
		return root.GenZshCompletion(c.app.Out)
	case "fish":
		return root.GenFishCompletion(c.app.Out, true)
	}
	return root.GenPowerShellCompletionWithDesc(c.app.Out)
}

type manCmd struct {
	app  *App
	path []string // of the command whose page is wanted
	dir  string
}

func newManCmd(a *App) *cobra.Command {
	c := &manCmd{app: a}
	cmd := &cobra.Command{
		Use:     "man [COMMAND]",
		Short:   "Print the manual page of a command, or write all of them",
		Example: "  assay man | man -l -\n  assay man config check | man -l -\n  assay man --dir ~/.local/share/man/man1",
		RunE: func(cmd *cobra.Command, list []string) error {
			c.path = list
			return c.run(cmd.Root())
		},
	}
	cmd.Flags().StringVar(&c.dir, "dir", "", "write every page into this `FOLDER`")
	return cmd
}

func (c *manCmd) run(root *cobra.Command) error {
	root.DisableAutoGenTag = true
	header := &doc.GenManHeader{Section: "1", Source: "assay " + c.app.Version, Manual: "assay"}
	if now := c.app.Now(); c.app.Env("SOURCE_DATE_EPOCH") == "" {
		header.Date = &now
	}
	if c.dir != "" {
		if len(c.path) > 0 {
			return Usagef("--dir writes every page; leave %s out", strings.Join(c.path, " "))
		}
		if err := os.MkdirAll(c.dir, 0o755); err != nil {
			return fmt.Errorf("write manual pages: %w", err)
		}
		if err := doc.GenManTree(root, header, filepath.Clean(c.dir)); err != nil {
			return fmt.Errorf("write manual pages: %w", err)
		}
		return nil
	}
	cmd, rest, err := root.Find(c.path)
	if err != nil || len(rest) > 0 {
		return Usagef("no command %q; `assay --help` lists them", strings.Join(c.path, " "))
	}
	return doc.GenMan(cmd, header, c.app.Out)
}
