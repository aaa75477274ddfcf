package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"assay/engine"
	"assay/engine/audio"
	"assay/engine/chat"
	"assay/internal/wiring"
	"assay/ui/markdown"
)

type speakCmd struct {
	app    *App
	model  string
	text   []string
	output string
	format string
	voice  string
	speed  float64
	voices bool
	json   bool
	demo   bool
}

func newSpeakCmd(a *App, run func(context.Context, *speakCmd) error) *cobra.Command {
	c := &speakCmd{app: a}
	cmd := &cobra.Command{
		Use:   "speak [TEXT]",
		Short: "Have text spoken and write the sound to a file",
		Long: `Have text spoken and write the sound to a file.

The file's ending says the format: ` + strings.Join(audio.SpeechFormats(), ", ") + `. A text of "-", or input from
a pipe, is read from standard input. The file appears when it is complete, or not at all.`,
		Example: `  assay speak -m demo/lark -o hello.mp3 "Good morning"
  assay speak -m openai/tts-1 --voices
  assay speak -m openai/tts-1 --voice nova --format wav -o - "Good morning" | aplay`,
		RunE: func(cmd *cobra.Command, list []string) error {
			c.text = list
			if run != nil {
				return run(cmd.Context(), c)
			}
			return c.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.StringVarP(&c.model, "model", "m", "", "speak with this `MODEL`")
	f.StringVarP(&c.output, "output", "o", "", "write the sound to `FILE`; - is standard output")
	f.StringVar(&c.format, "format", "", "`FORMAT` of the sound, where the file's ending says none")
	f.StringVar(&c.voice, "voice", "", "speak with this `VOICE`")
	f.Float64Var(&c.speed, "speed", 0, "speak this `TIMES` as fast: 0.25 to 4")
	f.BoolVar(&c.voices, "voices", false, "list the model's voices")
	f.BoolVar(&c.json, "json", false, "print what was written, by whom and at what price, as JSON")
	f.BoolVar(&c.demo, "demo", false, "use the demo provider only")
	return cmd
}

func (c *speakCmd) run(ctx context.Context) error {
	if err := c.check(); err != nil {
		return err
	}
	sys, err := c.app.System(c.demo)
	if err != nil {
		return err
	}
	model, err := audioModel(sys, c.model, "demo/lark")
	if err != nil {
		return err
	}
	if c.voices {
		return c.list(ctx, sys, model)
	}
	text, err := (&askCmd{app: c.app, prompt: c.text}).readPrompt()
	if err != nil {
		return err
	}
	req := audio.SpeechRequest{
		Model: model, Text: text, Voice: c.voice, Speed: c.speed, Format: c.soundFormat(), Tell: c.app.tellTries,
	}
	if err := req.Check(); err != nil {
		return Exit(Usage, err)
	}
	speech, err := sys.Speak(ctx, req)
	if err != nil {
		return err
	}
	return c.deliver(&speech)
}

// check refuses what would only turn out wrong when the sound has been paid for.
func (c *speakCmd) check() error {
	switch {
	case c.voices:
		return nil
	case c.output == "":
		return Usagef("say where the sound goes: -o FILE.mp3, or -o - for standard output")
	case c.output == "-" && c.app.OutTTY:
		return Usagef("sound would garble the terminal: write it to a file with -o FILE, or send it through a pipe")
	case c.output == "-" && c.json:
		return Usagef("--json and the sound would both go to standard output; write the sound to a file with -o FILE")
	case c.format != "" && !slices.Contains(audio.SpeechFormats(), c.format):
		return Usagef("--format %q is not one of %s", c.format, strings.Join(audio.SpeechFormats(), ", "))
	case c.soundFormat() == "":
		return Usagef("%s: the ending says no format that can be spoken; end it in one of %s, or give --format", c.output, strings.Join(audio.SpeechFormats(), ", "))
	case c.output == "-":
		return nil
	}
	switch info, err := os.Stat(c.output); {
	case err == nil && info.IsDir():
		return Usagef("%s is a folder; name a file in it", c.output)
	case err == nil && !info.Mode().IsRegular():
		return Usagef("%s is no ordinary file; use -o - and redirect", c.output)
	}
	if info, err := os.Stat(filepath.Dir(c.output)); err != nil || !info.IsDir() {
		return Usagef("%s: there is no folder %s", c.output, filepath.Dir(c.output))
	}
	return nil
}

func (c *speakCmd) soundFormat() string {
	switch {
	case c.format != "":
		return c.format
	case c.output == "-":
		return "mp3"
	}
	return audio.SpeechFormat(c.output)
}

func (c *speakCmd) list(ctx context.Context, sys *wiring.System, model string) error {
	v, err := sys.Voices(ctx, model)
	if err != nil {
		return err
	}
	if c.json {
		return c.app.printJSON(map[string]any{"model": v.Model, "source": v.Source, "voices": v.Names})
	}
	for _, name := range v.Names {
		if _, err := fmt.Fprintln(c.app.Out, markdown.CleanLine(name)); err != nil {
			return err
		}
	}
	return nil
}

// deliver writes the sound: the whole of it, or nothing.
func (c *speakCmd) deliver(s *audio.Speech) error {
	if c.output == "-" {
		if _, err := c.app.Out.Write(s.Audio); err != nil {
			return err
		}
	} else if err := writeWhole(c.output, s.Audio); err != nil {
		return fmt.Errorf("write %s: %w", c.output, err)
	}
	if c.json {
		return c.app.printJSON(struct {
			File   string `json:"file"`
			Format string `json:"format"`
			Bytes  int    `json:"bytes"`
			Voice  string `json:"voice"`
			served
		}{c.output, s.Format, len(s.Audio), s.Voice, servedBy(&s.CallResult)})
	}
	fmt.Fprintf(c.app.Err, "%s: %d bytes of %s; %s\n", markdown.CleanLine(c.output), len(s.Audio), s.Format, credits(&s.CallResult))
	return nil
}

// writeWhole puts a file in its place once it is complete.
func writeWhole(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".assay-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // the first error is the one to tell
		}
	}()
	_, err = f.Write(data)
	for _, step := range []func() error{func() error { return f.Chmod(0o644) }, f.Sync, f.Close} {
		if serr := step(); err == nil {
			err = serr
		}
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// audioModel is the model to use: the one named, or the demo's where there is nothing
// else.
func audioModel(sys *wiring.System, named, demo string) (string, error) {
	switch {
	case named != "":
		return named, nil
	case sys.Demo():
		return demo, nil
	}
	return "", Usagef("name a model with -m; assay models finds those of your providers")
}

// tellTries says on Err, while somebody watches, which tries failed and what is waited for.
func (a *App) tellTries(t chat.Attempt) {
	if !a.ErrTTY {
		return
	}
	switch t.Outcome {
	case chat.AttemptFailed:
		a.warn(fmt.Sprintf("%s: %s; trying on", t.Endpoint, t.Message))
	case chat.AttemptWaiting:
		a.warn(fmt.Sprintf("%s: waiting %.1f s", t.Endpoint, float64(t.RetryAfterMs)/1000))
	}
}

// served is who answered a call, as --json prints it.
type served struct {
	Model      string    `json:"model"`
	Provider   string    `json:"provider"`
	Endpoint   string    `json:"endpoint"`
	Cost       chat.Cost `json:"cost"`
	DurationMs int64     `json:"duration_ms"`
	Tries      int       `json:"tries"`
	Demo       bool      `json:"demo,omitempty"`
}

func servedBy(r *engine.CallResult) served {
	return served{r.Model, r.Provider, r.Endpoint, r.Cost, r.Duration.Milliseconds(), r.Tries, r.Demo}
}

// credits is the same in words.
func credits(r *engine.CallResult) string {
	cost := "cost unknown"
	if r.Cost.Known() {
		cost = "$" + r.Cost.USD.String()
		if r.Cost.Source == chat.CostEstimate {
			cost = "about " + cost
		}
	}
	s := fmt.Sprintf("%s via %s, %s, %.1f s", markdown.CleanLine(r.Model), markdown.CleanLine(r.Endpoint), cost, r.Duration.Seconds())
	if r.Demo {
		s += " (demo)"
	}
	return s
}

// printJSON prints one line of JSON.
func (a *App) printJSON(v any) error {
	enc := json.NewEncoder(a.Out)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
