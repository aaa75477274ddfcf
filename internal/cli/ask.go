package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"assay/engine"
	"assay/engine/chat"
	"assay/engine/route"
	"assay/fusion"
	"assay/internal/usd"
	"assay/internal/wiring"
	"assay/ui/markdown"
)

type askCmd struct {
	app      *App
	models   []string
	prompt   []string
	system   string
	files    []string
	preset   string
	fuse     bool
	panel    string
	judge    string
	writer   string
	mode     string
	rubric   string
	criteria string
	maxCost  string
	dryRun   bool
	timeout  time.Duration
	record   string
	json     bool
	code     bool
	schema   string
	demo     bool
}

// noPanel is what --fuse means without a value.
const noPanel = "-"

func newAskCmd(a *App, run func(context.Context, *askCmd) error) *cobra.Command {
	c := &askCmd{app: a}
	cmd := &cobra.Command{
		Use:   "ask [PROMPT]",
		Short: "Send one prompt to one or several models",
		Long: `Send one prompt to one or several models and print what they answer.

A prompt of "-", or input from a pipe, is read from standard input; with both, the
input follows the prompt. Answers go to standard output, everything else to standard
error. With several models each answer has a heading; with --fuse and a pipe only the
fused answer is printed.`,
		Example: `  assay ask -m demo/alder "Why is the sky blue?"
  git diff | assay ask -m openai/gpt-5-mini "Review this change"
  assay ask -m demo/alder -m demo/birch --fuse --json "…" | jq -c .type`,
		RunE: func(cmd *cobra.Command, list []string) error {
			c.prompt = list
			c.fuse = cmd.Flags().Changed("fuse") || c.panel != "" && c.panel != noPanel
			if c.panel == noPanel {
				c.panel = ""
			}
			if run != nil {
				return run(cmd.Context(), c)
			}
			return c.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.StringArrayVarP(&c.models, "model", "m", nil, "ask this `MODEL`; may be repeated")
	f.StringVarP(&c.system, "system", "s", "", "system `TEXT`")
	f.StringArrayVarP(&c.files, "file", "f", nil, "attach this text, image or PDF `FILE`; may be repeated")
	f.StringVarP(&c.preset, "preset", "p", "", "ask with this `PRESET`")
	f.StringVar(&c.panel, "fuse", "", "compare the answers and write one of them; `PANEL` chooses the models")
	f.Lookup("fuse").NoOptDefVal = noPanel
	f.StringVar(&c.judge, "judge", "", "`MODEL` that judges, or lexical")
	f.StringVar(&c.writer, "writer", "", "`MODEL` that writes the fused answer")
	f.StringVar(&c.mode, "mode", "", "what becomes of the answers: fuse, compare, pick, vote or scout")
	f.StringVar(&c.rubric, "rubric", "", "what the judge weighs: general, code, research or safety")
	f.StringVar(&c.criteria, "criteria", "", "what matters to you, told to judge and writer")
	f.StringVar(&c.maxCost, "max-cost", "", "spend at most this many `USD`; streams are stopped there")
	f.BoolVar(&c.dryRun, "dry-run", false, "show the plan and the price range, send nothing")
	f.DurationVar(&c.timeout, "timeout", 0, "give up after this long")
	f.StringVar(&c.record, "record", "", "write the run to `FILE`, prompts and answers included")
	f.BoolVar(&c.json, "json", false, "print every event as one JSON object a line")
	f.BoolVarP(&c.code, "code", "x", false, "print only the code blocks of the answers")
	f.StringVar(&c.schema, "schema", "", "demand JSON that fits the JSON Schema in `FILE`")
	f.BoolVar(&c.demo, "demo", false, "use the demo provider only")
	return cmd
}

func (c *askCmd) run(ctx context.Context) (err error) {
	if err := c.check(); err != nil {
		return err
	}
	prompt, err := c.readPrompt()
	if err != nil {
		return err
	}
	sys, err := c.app.System(c.demo)
	if err != nil {
		return err
	}
	job, err := c.job(sys, prompt)
	if err != nil {
		return err
	}
	if c.dryRun {
		return c.explain(sys, job)
	}
	if c.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, c.timeout, &chat.Error{
			Type: chat.ErrTimeout, Fault: chat.FaultLocal, Code: "caller_timeout", Message: "took longer than --timeout " + c.timeout.String(),
		})
		defer cancel()
	}
	run, err := sys.Start(ctx, job)
	if err != nil {
		return Exit(Usage, err)
	}
	defer run.Close()
	return c.consume(ctx, run, job)
}

func (c *askCmd) check() error {
	switch {
	case c.json && c.code:
		return Usagef("--json and --code print different things; choose one")
	case c.judge != "" && !c.fuse, c.writer != "" && !c.fuse, c.mode != "" && !c.fuse, c.rubric != "" && !c.fuse:
		return Usagef("--judge, --writer, --mode and --rubric belong to --fuse")
	case c.json && c.dryRun:
		return Usagef("--dry-run prints no events; for the plan as JSON there is `assay route --json`")
	case c.timeout < 0:
		return Usagef("--timeout must be positive")
	}
	return nil
}

// maxInput bounds what is read from standard input and from files.
const maxInput = 20 << 20

// readPrompt joins the arguments and standard input.
func (c *askCmd) readPrompt() (string, error) {
	words := strings.Join(c.prompt, " ")
	fromStdin := words == "-"
	if fromStdin {
		words = ""
	}
	if fromStdin || !c.app.InTTY {
		in, err := io.ReadAll(io.LimitReader(c.app.In, maxInput+1))
		if err != nil {
			return "", fmt.Errorf("read standard input: %w", err)
		}
		if len(in) > maxInput {
			return "", Usagef("standard input is larger than %d MiB", maxInput>>20)
		}
		if text := strings.TrimRight(string(in), "\r\n"); text != "" {
			if words != "" {
				words += "\n\n"
			}
			words += strings.ToValidUTF8(text, "\uFFFD")
		}
	}
	if strings.TrimSpace(words) == "" && len(c.files) == 0 {
		return "", Usagef("there is no prompt: give one as argument or through a pipe")
	}
	return words, nil
}

// job makes the lanes and, with --fuse, the plan of the fusion.
func (c *askCmd) job(sys *wiring.System, prompt string) (wiring.Job, error) {
	base, err := c.request(prompt)
	if err != nil {
		return wiring.Job{}, err
	}
	models, fuse := c.models, c.fuse
	if len(models) == 1 && sys.Engine.RouterOf(models[0]) == engine.FusionModel {
		models, fuse = nil, true
	}
	if models, err = c.pick(sys, models, fuse); err != nil {
		return wiring.Job{}, Exit(Usage, err)
	}
	job := wiring.Job{Prompt: prompt}
	for i, m := range models {
		ln, err := sys.Lane(chat.LaneSpec{Lane: i, Role: chat.RoleAnswer, Model: m, Preset: c.preset}, base, route.Preferences{})
		if err != nil {
			return wiring.Job{}, Exit(Usage, err)
		}
		job.Lanes = append(job.Lanes, ln)
	}
	if c.maxCost != "" {
		amount, err := usd.Parse(strings.TrimPrefix(c.maxCost, "$"))
		if err != nil || amount.Sign() <= 0 {
			return wiring.Job{}, Usagef("--max-cost %q is not an amount of dollars such as 0.25", c.maxCost)
		}
		job.Cap.Cap = usd.Known(amount)
	}
	if fuse {
		job.Fusion, err = sys.Fusion(wiring.Fusing{
			Panel: c.panel, Judge: c.judge, Writer: c.writer, Mode: fusion.Mode(c.mode), Rubric: c.rubric, Criteria: c.criteria,
		}, &base, job.Lanes)
		if err == nil {
			err = job.Fusion.Check()
		}
		if err != nil {
			return wiring.Job{}, Exit(Usage, err)
		}
	}
	return job, nil
}

// pick is the models to ask: those named, else the panel's, else the preset's, else
// one that the keys reach.
func (c *askCmd) pick(sys *wiring.System, models []string, fuse bool) ([]string, error) {
	switch {
	case len(models) > 0:
		return models, nil
	case c.panel != "":
		return sys.PanelMembers(c.panel)
	case c.preset != "":
		return []string{""}, nil
	}
	all := sys.DefaultModels()
	if len(all) == 0 {
		return nil, errors.New("no model can be reached: set a key such as OPENROUTER_API_KEY, or use --demo")
	}
	if fuse {
		return all, nil
	}
	return all[:1], nil
}

func (c *askCmd) request(prompt string) (chat.Request, error) {
	var r chat.Request
	if c.system != "" {
		r.Messages = append(r.Messages, chat.TextMessage(chat.System, c.system))
	}
	msg := chat.Message{Role: chat.User}
	for _, name := range c.files {
		part, err := readPart(name)
		if err != nil {
			return r, err
		}
		msg.Parts = append(msg.Parts, part)
	}
	if prompt != "" {
		msg.Parts = append(msg.Parts, chat.Part{Kind: chat.TextPart, Text: prompt})
	}
	r.Messages = append(r.Messages, msg)
	if c.schema != "" {
		format, err := readSchema(c.schema)
		if err != nil {
			return r, err
		}
		r.ResponseFormat = format
	}
	return r, nil
}

// explain is --dry-run.
func (c *askCmd) explain(sys *wiring.System, job wiring.Job) error {
	for _, ln := range job.Lanes {
		plan, err := sys.Plan(ln)
		if err != nil {
			return err
		}
		if len(plan.Candidates) == 0 {
			return plan.Empty(ln.Request.Model)
		}
		first := plan.Candidates[0]
		fmt.Fprintf(c.app.Out, "%s\t%s\t%s\n", markdown.CleanLine(ln.Request.Model), markdown.CleanLine(first.Endpoint.Tag), first.Why())
	}
	if job.Fusion != nil {
		for _, spec := range job.Fusion.Lanes()[len(job.Lanes):] {
			fmt.Fprintf(c.app.Out, "%s\t%s\n", markdown.CleanLine(spec.Model), spec.Role)
		}
	}
	fmt.Fprintf(c.app.Out, "estimate\t%s\n", priceRange(sys.Estimate(job)))
	return nil
}

func priceRange(e chat.Estimate) string {
	s := fmt.Sprintf("$%s to $%s", e.Min.Round(6), e.Max.Round(6))
	if e.Unknown > 0 {
		s += fmt.Sprintf(", and %d of unknown price", e.Unknown)
	}
	return s
}

// recorders are where the events of the run are kept: the file of --record, which
// only the user may read, and the data file where the configuration says so.
func (c *askCmd) recorders() (to []*chat.Writer, closeAll func() error, err error) {
	cfg, err := c.app.Config()
	if err != nil {
		return nil, nil, err
	}
	closeFile := func() error { return nil }
	if c.record != "" {
		f, err := os.OpenFile(c.record, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
		if err != nil {
			return nil, nil, Exit(Usage, fmt.Errorf("--record: %w", err))
		}
		to, closeFile = append(to, chat.NewWriter(f)), f.Close
	}
	if !cfg.Privacy.SaveAnswers {
		return to, closeFile, nil
	}
	rec := wiring.NewRecording()
	return append(to, chat.NewWriter(rec)), func() error { return errors.Join(closeFile(), c.keep(rec)) }, nil
}

// keep saves a run whose events have all been written.
func (c *askCmd) keep(rec *wiring.Recording) error {
	var all bytes.Buffer
	if err := errors.Join(rec.Close(), rec.CopyTo(&all)); err != nil {
		return err
	}
	st, err := c.app.Store()
	if err != nil {
		return err
	}
	id, err := st.SaveRun(all.Bytes())
	if err != nil {
		c.app.warn(err.Error()) // the answers are there, whatever becomes of the copy
		return nil
	}
	fmt.Fprintf(c.app.Err, "saved as run %s\n", id)
	return nil
}
