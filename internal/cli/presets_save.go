package cli

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"assay/internal/config"
	"assay/internal/usd"
)

type presetsSaveCmd struct {
	presetsCmd
	name        string
	file        string
	models      []string
	system      string
	temperature float64
	topP        float64
	maxTokens   int
	seed        int64
	reasoning   string
	stop        []string
	maxUSD      string
	set         func(flag string) bool // was given
}

func newPresetsSaveCmd(a *App, run func(*presetsSaveCmd) error) *cobra.Command {
	c := &presetsSaveCmd{presetsCmd: presetsCmd{app: a}}
	cmd := &cobra.Command{
		Use:   "save NAME",
		Short: "Save a preset, or a new version of one",
		Long: `Save a preset. What the version in use says stays unless a flag says otherwise; an empty
value takes a setting away. --file replaces it by a file of TOML, with the keys of
[presets.NAME]. The new version is the one in use.`,
		Example: `  assay presets save terse -m openai/gpt-5-mini -s "Answer in one sentence."
  assay presets save terse --temperature 0.2`,
		Args: args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, list []string) error {
			c.name, c.set = list[0], cmd.Flags().Changed
			if run != nil {
				return run(c)
			}
			return c.run()
		},
	}
	f := cmd.Flags()
	f.StringVar(&c.file, "file", "", "take the preset from this `FILE` of TOML")
	f.StringArrayVarP(&c.models, "model", "m", nil, "ask this `MODEL`; further ones are asked when it fails")
	f.StringVarP(&c.system, "system", "s", "", "system `TEXT`")
	f.Float64Var(&c.temperature, "temperature", 0, "0 to 2")
	f.Float64Var(&c.topP, "top-p", 0, "0 to 1")
	f.IntVar(&c.maxTokens, "max-tokens", 0, "of the answer; 0 is the endpoint's own limit")
	f.Int64Var(&c.seed, "seed", 0, "for models that sample reproducibly")
	f.StringVar(&c.reasoning, "reasoning", "", "`EFFORT`: none, minimal, low, medium, high, xhigh or max")
	f.StringArrayVar(&c.stop, "stop", nil, "`TEXT` that ends the answer; may be repeated")
	f.StringVar(&c.maxUSD, "max-usd", "", "most one answer may cost with this preset, in `USD`")
	return cmd
}

// presetName keeps names usable where presets are named: -p NAME and @preset/NAME.
var presetName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$`)

func (c *presetsSaveCmd) run() error {
	if !presetName.MatchString(c.name) {
		return Usagef("%q is no name for a preset: use up to 64 letters, digits, _, - and .", c.name)
	}
	st, err := c.app.Store()
	if err != nil {
		return err
	}
	p, err := c.base()
	if err != nil {
		return err
	}
	if err := c.apply(&p); err != nil {
		return err
	}
	body := config.FormatPreset(p)
	if _, err := config.ParsePreset(body); err != nil { // its ranges and contradictions
		return Exit(Usage, fmt.Errorf("preset %s: %w", c.name, err))
	}
	if strings.TrimSpace(body) == "" {
		return Usagef("preset %q would say nothing: give it a model, a system text or parameters", c.name)
	}
	version, err := st.SavePreset(c.name, body)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.app.Err, "saved preset %s, version %d\n", c.name, version)
	return c.hidden(c.name)
}

// base is what the flags change: the file, the version in use, or nothing.
func (c *presetsSaveCmd) base() (config.Preset, error) {
	if c.file != "" {
		data, err := readBounded(c.file)
		if err != nil {
			return config.Preset{}, err
		}
		p, err := config.ParsePreset(string(data))
		if err != nil {
			return p, Exit(Usage, fmt.Errorf("%s: %w", c.file, err))
		}
		return p, nil
	}
	st, err := c.app.Store()
	if err != nil {
		return config.Preset{}, err
	}
	all, err := st.PresetVersions(c.name)
	if err != nil {
		return config.Preset{}, err
	}
	for _, v := range all {
		if v.InUse {
			return config.ParsePreset(v.Body)
		}
	}
	return config.ParsePreset("")
}

func (c *presetsSaveCmd) apply(p *config.Preset) error {
	if c.set("model") {
		p.Model, p.Models = "", nil
		if len(c.models) == 1 {
			p.Model = c.models[0]
		} else {
			p.Models = c.models
		}
	}
	if c.set("system") {
		p.System = c.system
	}
	if c.set("temperature") {
		p.Temperature = &c.temperature
	}
	if c.set("top-p") {
		p.TopP = &c.topP
	}
	if c.set("max-tokens") {
		p.MaxTokens = c.maxTokens
	}
	if c.set("seed") {
		p.Seed = &c.seed
	}
	if c.set("reasoning") {
		p.Reasoning = config.Reasoning{Effort: c.reasoning}
	}
	if c.set("stop") {
		p.Stop = c.stop
	}
	if c.set("max-usd") {
		p.MaxUSD = nil
		if c.maxUSD != "" {
			a, err := usd.Parse(strings.TrimPrefix(c.maxUSD, "$"))
			if err != nil || a.Sign() <= 0 {
				return Usagef("--max-usd %q is not an amount of dollars such as 0.25", c.maxUSD)
			}
			p.MaxUSD = &a
		}
	}
	return nil
}
