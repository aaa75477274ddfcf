package cli

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"assay/engine"
	"assay/engine/chat"
	"assay/fusion"
	"assay/internal/export"
	"assay/internal/wiring"
	"assay/ui/markdown"
)

type runsRejudgeCmd struct {
	app    *App
	name   string
	judge  string
	rubric string
	json   bool
	demo   bool
}

func newRunsRejudgeCmd(a *App, run func(context.Context, *runsRejudgeCmd) error) *cobra.Command {
	c := &runsRejudgeCmd{app: a}
	cmd := &cobra.Command{
		Use:   "rejudge RUN --judge MODEL",
		Short: "Compare a run's answers anew and say how the verdict moved",
		Long: `Give the answers of a run to another judge, or to the same one with another rubric. The
panel is not asked again. Of a conversation the last turn is judged.`,
		Args: args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, list []string) error {
			c.name = list[0]
			if run != nil {
				return run(cmd.Context(), c)
			}
			return c.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	f.StringVar(&c.judge, "judge", "", "`MODEL` that judges, or lexical")
	f.StringVar(&c.rubric, "rubric", "", "what the judge weighs: general, code, research or safety")
	f.BoolVar(&c.json, "json", false, "print the analysis event, and how the verdict moved, as JSON")
	f.BoolVar(&c.demo, "demo", false, "use the demo provider only")
	return cmd
}

func (c *runsRejudgeCmd) run(ctx context.Context) error {
	if c.judge == "" {
		return Usagef("which judge? --judge MODEL, or --judge %s, which is free and instant", wiring.LexicalJudge)
	}
	r, err := c.app.recorded(c.name)
	if err != nil {
		return err
	}
	s := r.last()
	answers := answersOf(s)
	if len(answers) < 2 {
		return Usagef("%s has one answer: there is nothing to compare", c.name)
	}
	a, err := c.judged(ctx, s, answers)
	if err != nil {
		return err
	}
	var moves []fusion.Move
	if s.Analysis != nil {
		moves = fusion.Moved(s.Analysis, a)
	}
	if c.json {
		return c.printJSON(s.Analysis, a, moves)
	}
	return c.print(s, a, moves)
}

// answersOf are the answers of a run as its panel gave them.
func answersOf(s *chat.State) []chat.Answer {
	var out []chat.Answer
	for i := range s.Lanes {
		if l := &s.Lanes[i]; l.Spec.Role == chat.RoleAnswer && l.RunID != "" {
			out = append(out, chat.Answer{
				Spec: l.Spec, Text: string(l.Text), Thought: string(l.Thought), Tools: l.Tools, Finish: l.Finish, Failure: l.Failure,
			})
		}
	}
	return out
}

func (c *runsRejudgeCmd) judged(ctx context.Context, s *chat.State, answers []chat.Answer) (*chat.Analysis, error) {
	sys, err := c.app.System(c.demo)
	if err != nil {
		return nil, err
	}
	prompt := export.Prompt(&s.Run)
	req := chat.Request{Messages: s.Run.Messages}
	if len(req.Messages) == 0 {
		req.Messages = []chat.Message{chat.TextMessage(chat.User, prompt)}
	}
	plan, err := sys.Fusion(wiring.Fusing{Judge: c.judge, Mode: fusion.Compare, Rubric: c.rubric}, &req, nil)
	if err != nil {
		return nil, Exit(Usage, err)
	}
	plan.FirstLane = len(s.Lanes)
	for _, a := range answers {
		plan.Members = append(plan.Members, sys.Seat(a.Spec.Model))
	}
	if err := plan.Check(); err != nil {
		return nil, Exit(Usage, err)
	}
	var out fusion.Outcome
	run := sys.Engine.Go(ctx, engine.Spec{Prompt: prompt, Cap: sys.RunCap()}, nil, func(ctx context.Context, st *engine.Stage) {
		out = fusion.Rejudge(ctx, wiring.Runner(st), st.Emit, plan, answers)
	})
	state := new(chat.State)
	for ev := range run.Events() {
		state.Apply(ev)
	}
	for i := range state.Lanes {
		if f := state.Lanes[i].Failure; f != nil {
			c.app.warn(fmt.Sprintf("judge %s: %s", state.Lanes[i].Spec.Model, f.Message))
		}
	}
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case out.Err != nil:
		return nil, out.Err
	case out.Analysis == nil:
		return nil, Usagef("fewer than two answers of %s can be compared", c.name)
	}
	return out.Analysis, nil
}

// movedJSON follows the analysis with --json.
type movedJSON struct {
	Type  string        `json:"type"` // moved
	From  string        `json:"from"` // the former judge, "" when there was none
	To    string        `json:"to"`
	Moves []fusion.Move `json:"moves"`
}

func (c *runsRejudgeCmd) printJSON(old, a *chat.Analysis, moves []fusion.Move) error {
	if err := chat.NewWriter(c.app.Out).Write(chat.Event{Lane: chat.NoLane, Body: a}); err != nil {
		return err
	}
	line := movedJSON{Type: "moved", To: judgeName(a), Moves: moves}
	if old != nil {
		line.From = judgeName(old)
	}
	if moves == nil {
		line.Moves = []fusion.Move{}
	}
	enc := json.NewEncoder(c.app.Out)
	enc.SetEscapeHTML(false)
	return enc.Encode(line)
}

func (c *runsRejudgeCmd) print(s *chat.State, a *chat.Analysis, moves []fusion.Move) error {
	names := make([]string, len(s.Lanes))
	for i := range names {
		names[i] = s.Lanes[i].Spec.Model
	}
	if err := fusion.WriteText(c.app.Out, a, names); err != nil {
		return err
	}
	var text string
	switch {
	case s.Analysis == nil:
		text = "The run had no analysis to compare this one with."
	case len(moves) == 0:
		text = fmt.Sprintf("Nothing moved from %s to %s.", judgeName(s.Analysis), judgeName(a))
	default:
		text = fmt.Sprintf("Moved from %s to %s:\n%s", judgeName(s.Analysis), judgeName(a), fusion.MovedText(moves))
	}
	_, err := fmt.Fprintln(c.app.Out, "\n"+markdown.CleanText(text))
	return err
}

func judgeName(a *chat.Analysis) string {
	if a.Judge.Method == "model" && a.Judge.Model != "" {
		return a.Judge.Model
	}
	return "the lexical judge"
}
