package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"assay/engine/audio"
	"assay/ui/markdown"
)

type transcribeCmd struct {
	app      *App
	model    string
	file     string
	language string
	json     bool
	demo     bool
}

func newTranscribeCmd(a *App, run func(context.Context, *transcribeCmd) error) *cobra.Command {
	c := &transcribeCmd{app: a}
	cmd := &cobra.Command{
		Use:   "transcribe FILE",
		Short: "Write down what is said in a recording",
		Long: `Write down what is said in a recording.

FILE is ` + strings.Join(audio.RecordingFormats(), ", ") + ` of at most 25 MB; "-" reads
it from standard input. The text goes to standard output. With --json so do the times of
its parts, as far as the model tells them.`,
		Example: `  assay transcribe -m demo/owl meeting.mp3
  assay transcribe -m openai/whisper-1 --language de --json interview.m4a`,
		Args: args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, list []string) error {
			c.file = list[0]
			if run != nil {
				return run(cmd.Context(), c)
			}
			return c.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.StringVarP(&c.model, "model", "m", "", "transcribe with this `MODEL`")
	f.StringVar(&c.language, "language", "", "what is spoken, as a `CODE` such as en or de")
	f.BoolVar(&c.json, "json", false, "print text, language, times and cost as JSON")
	f.BoolVar(&c.demo, "demo", false, "use the demo provider only")
	return cmd
}

func (c *transcribeCmd) run(ctx context.Context) error {
	sound, name, err := c.read()
	if err != nil {
		return err
	}
	req := audio.TranscriptionRequest{Name: name, Audio: sound, Language: c.language, Tell: c.app.tellTries}
	if err := req.Check(); err != nil {
		return Exit(Usage, fmt.Errorf("%s: %w", c.file, err))
	}
	sys, err := c.app.System(c.demo)
	if err != nil {
		return err
	}
	if req.Model, err = audioModel(sys, c.model, "demo/owl"); err != nil {
		return err
	}
	t, err := sys.Transcribe(ctx, req)
	if err != nil {
		return err
	}
	return c.print(&t)
}

// read is the recording and the name that tells its format.
func (c *transcribeCmd) read() ([]byte, string, error) {
	in, name := c.app.In, ""
	if c.file != "-" {
		f, err := os.Open(c.file)
		if err != nil {
			return nil, "", err
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil && info.IsDir() {
			return nil, "", Usagef("%s is a folder, not a recording", c.file)
		}
		in, name = f, c.file
	} else if c.app.InTTY {
		return nil, "", Usagef("a recording cannot be typed: send it through a pipe, or name a file")
	}
	sound, err := io.ReadAll(io.LimitReader(in, audio.MaxRecording+1))
	if err != nil {
		return nil, "", fmt.Errorf("read %s: %w", c.file, err)
	}
	return sound, name, nil
}

func (c *transcribeCmd) print(t *audio.Transcript) error {
	if c.json {
		segments := t.Segments
		if segments == nil {
			segments = []audio.Segment{}
		}
		return c.app.printJSON(struct {
			Text     string          `json:"text"`
			Language string          `json:"language,omitempty"`
			Duration float64         `json:"duration,omitempty"` // seconds of the recording
			Segments []audio.Segment `json:"segments"`
			served
		}{t.Text, t.Language, t.Seconds, segments, servedBy(&t.CallResult)})
	}
	for line := range strings.Lines(strings.TrimSpace(t.Text) + "\n") {
		if _, err := fmt.Fprintln(c.app.Out, markdown.CleanLine(strings.TrimRight(line, "\r\n"))); err != nil {
			return err
		}
	}
	if c.app.ErrTTY {
		fmt.Fprintln(c.app.Err, credits(&t.CallResult))
	}
	return nil
}
