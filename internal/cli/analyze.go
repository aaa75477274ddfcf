package cli

import (
	"context"
	"fmt"
	"path/filepath"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"assay/engine"
	"assay/engine/chat"
	"assay/fusion"
	"assay/internal/wiring"
)

type analyzeCmd struct {
	app      *App
	files    []string
	question string
	judge    string
	rubric   string
	json     bool
	demo     bool
}

func newAnalyzeCmd(a *App, run func(context.Context, *analyzeCmd) error) *cobra.Command {
	c := &analyzeCmd{app: a}
	cmd := &cobra.Command{
		Use:   "analyze [-q QUESTION] FILE FILE …",
		Short: "Compare answers you already have",
		Long: `Compare texts the way fusion compares answers: what they agree on, where they
contradict each other, what only one of them says. The lexical judge is free and
instant and needs no network; --judge names a model instead.`,
		Args: args(cobra.RangeArgs(2, fusion.MaxMembers)),
		RunE: func(cmd *cobra.Command, list []string) error {
			c.files = list
			if run != nil {
				return run(cmd.Context(), c)
			}
			return c.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.StringVarP(&c.question, "question", "q", "", "the `QUESTION` the texts answer")
	f.StringVar(&c.judge, "judge", wiring.LexicalJudge, "lexical, or a `MODEL`")
	f.StringVar(&c.rubric, "rubric", "", "what the judge weighs: general, code, research or safety")
	f.BoolVar(&c.json, "json", false, "print the analysis event as JSON")
	f.BoolVar(&c.demo, "demo", false, "use the demo provider only")
	return cmd
}

func (c *analyzeCmd) run(ctx context.Context) error {
	texts := make([]fusion.Text, 0, len(c.files))
	names := make([]string, 0, len(c.files))
	for _, file := range c.files {
		data, err := readBounded(file)
		if err != nil {
			return err
		}
		if !utf8.Valid(data) {
			return Usagef("%s is not UTF-8 text", file)
		}
		name := filepath.Base(file)
		texts = append(texts, fusion.Text{Name: name, Text: string(data)})
		names = append(names, name)
	}
	a := fusion.AnalyzeTexts(c.question, texts)
	if c.judge != wiring.LexicalJudge && len(texts) > 1 {
		var err error
		if a, err = c.judged(ctx, texts); err != nil {
			return err
		}
	}
	if c.json {
		return chat.NewWriter(c.app.Out).Write(chat.Event{Lane: chat.NoLane, Body: a})
	}
	return fusion.WriteText(c.app.Out, a, names)
}

// judged has a model compare the texts as if a panel had answered them.
func (c *analyzeCmd) judged(ctx context.Context, texts []fusion.Text) (*chat.Analysis, error) {
	sys, err := c.app.System(c.demo)
	if err != nil {
		return nil, err
	}
	req := chat.Request{Messages: []chat.Message{chat.TextMessage(chat.User, c.question)}}
	plan, err := sys.Fusion(wiring.Fusing{Judge: c.judge, Mode: fusion.Compare, Rubric: c.rubric}, &req, nil)
	if err != nil {
		return nil, Exit(Usage, err)
	}
	var answers []chat.Answer
	for i, t := range texts {
		plan.Members = append(plan.Members, fusion.Seat{Model: t.Name})
		answers = append(answers, chat.Answer{
			Spec: chat.LaneSpec{Lane: i, Role: chat.RoleAnswer, Model: t.Name}, Text: t.Text, Finish: &chat.Finish{FinishReason: "stop"},
		})
	}
	var out fusion.Outcome
	run := sys.Engine.Go(ctx, engine.Spec{Prompt: c.question, Cap: sys.RunCap()}, nil, func(ctx context.Context, st *engine.Stage) {
		out = fusion.Rejudge(ctx, wiring.Runner(st), st.Emit, plan, answers)
	})
	state := new(chat.State)
	for ev := range run.Events() {
		state.Apply(ev)
	}
	for i := range state.Lanes {
		if f := state.Lanes[i].Failure; f != nil {
			fmt.Fprintf(c.app.Err, "assay: judge %s: %s\n", state.Lanes[i].Spec.Model, f.Message)
		}
	}
	if out.Err != nil {
		return nil, out.Err
	}
	return out.Analysis, ctx.Err()
}
