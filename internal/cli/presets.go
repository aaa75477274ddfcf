package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aymanbagabas/go-udiff"
	"github.com/spf13/cobra"

	"assay/internal/config"
	"assay/internal/store"
	"assay/ui/markdown"
)

func newPresetsCmd(a *App) *cobra.Command {
	cmd := group("presets", "List, show, save and compare presets, and choose the version in use",
		newPresetsListCmd(a), newPresetsShowCmd(a), newPresetsSaveCmd(a, nil), newPresetsVersionsCmd(a),
		newPresetsDiffCmd(a), newPresetsUseCmd(a), newPresetsDeleteCmd(a))
	cmd.Long = `A preset is a named way to ask: -p NAME, or @preset/NAME as a model. Saved presets keep
every version. Presets of the configuration file stand beside them; where both have a name,
the file's is used.`
	return cmd
}

type presetsCmd struct {
	app     *App
	json    bool
	version int
}

// preset is one that can be asked with, wherever it is from.
type preset struct {
	name, from string // from: config or saved
	version    string
	note       string
	preset     config.Preset
}

// all are the presets by name, the file's before the saved one of its name.
func (c *presetsCmd) all() ([]preset, error) {
	cfg, err := c.app.Config()
	if err != nil {
		return nil, err
	}
	st, err := c.app.Store()
	if err != nil {
		return nil, err
	}
	saved, err := st.Presets()
	if err != nil {
		return nil, err
	}
	var out []preset
	for name, p := range cfg.Presets {
		out = append(out, preset{name: name, from: "config", preset: p})
	}
	for _, s := range saved {
		p := preset{name: s.Name, from: "saved", version: fmt.Sprintf("%d of %d", s.Version, s.Latest)}
		if p.preset, err = config.ParsePreset(s.Body); err != nil {
			p.note = "cannot be read: " + err.Error()
		} else if _, hidden := cfg.Presets[s.Name]; hidden {
			p.note = "not used: the configuration file has one of this name"
		}
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(a, b preset) int {
		if n := strings.Compare(a.name, b.name); n != 0 {
			return n
		}
		return strings.Compare(a.from, b.from)
	})
	return out, nil
}

func newPresetsListCmd(a *App) *cobra.Command {
	c := &presetsCmd{app: a}
	cmd := &cobra.Command{
		Use: "list", Short: "List the presets of the configuration and the saved ones", Args: args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error { return c.list() },
	}
	cmd.Flags().BoolVar(&c.json, "json", false, "print one JSON object a preset")
	return cmd
}

func (c *presetsCmd) list() error {
	all, err := c.all()
	if err != nil {
		return err
	}
	enc := json.NewEncoder(c.app.Out)
	enc.SetEscapeHTML(false)
	t := newTable(c.app.Streams, column{name: "preset", keep: true}, column{name: "from"}, column{name: "version"}, column{name: "model", wide: true}, column{name: "says", wide: true})
	for _, p := range all {
		models := p.preset.Models
		if p.preset.Model != "" {
			models = []string{p.preset.Model}
		}
		if c.json {
			if err := enc.Encode(map[string]any{"name": p.name, "from": p.from, "version": p.version, "models": models, "note": p.note, "toml": config.FormatPreset(p.preset)}); err != nil {
				return err
			}
			continue
		}
		says := p.note
		if says == "" {
			says = strings.Join(strings.Fields(p.preset.System), " ")
		}
		t.row(p.name, p.from, p.version, strings.Join(models, ", "), says)
	}
	if c.json {
		return nil
	}
	return t.flush()
}

func newPresetsShowCmd(a *App) *cobra.Command {
	c := &presetsCmd{app: a}
	cmd := &cobra.Command{
		Use: "show NAME", Short: "Print a preset as TOML", Args: args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, list []string) error { return c.show(list[0]) },
	}
	cmd.Flags().IntVar(&c.version, "version", 0, "this saved `VERSION` instead of the one in use")
	return cmd
}

func (c *presetsCmd) show(name string) error {
	cfg, err := c.app.Config()
	if err != nil {
		return err
	}
	if p, ok := cfg.Presets[name]; ok && c.version == 0 {
		_, err := fmt.Fprint(c.app.Out, "# from the configuration file\n"+markdown.CleanText(config.FormatPreset(p)))
		return err
	}
	p, err := c.saved(name, c.version)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.app.Out, "# saved, version %d of %d\n%s", p.Version, p.Latest, markdown.CleanText(p.Body))
	return err
}

// saved is a version of a saved preset, 0 for the one in use.
func (c *presetsCmd) saved(name string, version int) (store.Preset, error) {
	st, err := c.app.Store()
	if err != nil {
		return store.Preset{}, err
	}
	p, err := st.Preset(name, version)
	return p, c.missing(err, name, version)
}

// missing says what there is where a preset or a version is not.
func (c *presetsCmd) missing(err error, name string, version int) error {
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	cfg, cerr := c.app.Config()
	if cerr != nil {
		return cerr
	}
	if _, ok := cfg.Presets[name]; ok {
		return Usagef("preset %q is of the configuration file, which keeps no versions; edit it there", name)
	}
	if version > 0 {
		return Usagef("there is no version %d of preset %q; `assay presets versions %s` lists them", version, name, name)
	}
	return Usagef("there is no saved preset %q; `assay presets list` shows what there is", name)
}

func newPresetsVersionsCmd(a *App) *cobra.Command {
	c := &presetsCmd{app: a}
	return &cobra.Command{
		Use: "versions NAME", Short: "List the versions of a saved preset", Args: args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, list []string) error { return c.versions(list[0]) },
	}
}

func (c *presetsCmd) versions(name string) error {
	st, err := c.app.Store()
	if err != nil {
		return err
	}
	list, err := st.PresetVersions(name)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return c.missing(store.ErrNotFound, name, 0)
	}
	t := newTable(c.app.Streams, column{name: "version", right: true}, column{name: "when"}, column{name: "in use"}, column{name: "says", wide: true})
	for _, p := range list {
		use := ""
		if p.InUse {
			use = "in use"
		}
		t.row(strconv.Itoa(p.Version), p.At.Local().Format(time.DateTime), use, strings.Join(strings.Fields(p.Body), " "))
	}
	return t.flush()
}

func newPresetsDiffCmd(a *App) *cobra.Command {
	c := &presetsCmd{app: a}
	return &cobra.Command{
		Use:   "diff NAME [A [B]]",
		Short: "Show by line what changed between two versions of a preset",
		Long: `Show by line what changed between versions A and B. Without B it is the newest one,
without A the one before B.`,
		Args: args(cobra.RangeArgs(1, 3)),
		RunE: func(_ *cobra.Command, list []string) error { return c.diff(list[0], list[1:]) },
	}
}

func (c *presetsCmd) diff(name string, which []string) error {
	newest, err := c.saved(name, 0)
	if err != nil {
		return err
	}
	to := newest.Latest
	from := to - 1
	for i, v := range which {
		n, err := versionNumber(v)
		if err != nil {
			return err
		}
		if i == 0 {
			from = n
		} else {
			to = n
		}
	}
	if from < 1 {
		return Usagef("preset %q has one version: there is nothing to compare it with", name)
	}
	a, err := c.saved(name, from)
	if err != nil {
		return err
	}
	b, err := c.saved(name, to)
	if err != nil {
		return err
	}
	label := func(v int) string { return fmt.Sprintf("%s version %d", markdown.CleanLine(name), v) }
	_, err = fmt.Fprint(c.app.Out, udiff.Unified(label(from), label(to), markdown.CleanText(a.Body), markdown.CleanText(b.Body)))
	return err
}

func versionNumber(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0, Usagef("%q is no version: versions are numbers from 1", s)
	}
	return n, nil
}

func newPresetsUseCmd(a *App) *cobra.Command {
	c := &presetsCmd{app: a}
	return &cobra.Command{
		Use: "use NAME VERSION", Short: "Make a version the one that is used", Args: args(cobra.ExactArgs(2)),
		RunE: func(_ *cobra.Command, list []string) error { return c.use(list[0], list[1]) },
	}
}

func (c *presetsCmd) use(name, version string) error {
	n, err := versionNumber(version)
	if err != nil {
		return err
	}
	st, err := c.app.Store()
	if err != nil {
		return err
	}
	if err := st.UsePreset(name, n); err != nil {
		return c.missing(err, name, n)
	}
	fmt.Fprintf(c.app.Err, "preset %s: version %d is in use\n", markdown.CleanLine(name), n)
	return c.hidden(name)
}

// hidden warns where the configuration's preset of that name is used instead.
func (c *presetsCmd) hidden(name string) error {
	cfg, err := c.app.Config()
	if err != nil {
		return err
	}
	if _, ok := cfg.Presets[name]; ok {
		c.app.warn(fmt.Sprintf("the configuration file has a preset %q too, and that one is used; remove it there", name))
	}
	return nil
}

func newPresetsDeleteCmd(a *App) *cobra.Command {
	c := &presetsCmd{app: a}
	return &cobra.Command{
		Use: "delete NAME", Short: "Delete a saved preset with all its versions", Args: args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, list []string) error { return c.delete(list[0]) },
	}
}

func (c *presetsCmd) delete(name string) error {
	st, err := c.app.Store()
	if err != nil {
		return err
	}
	if err := st.DeletePreset(name); err != nil {
		return c.missing(err, name, 0)
	}
	fmt.Fprintf(c.app.Err, "deleted preset %s\n", markdown.CleanLine(name))
	return nil
}
