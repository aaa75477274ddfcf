package cli

import (
	"bufio"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"assay/engine/chat"
	"assay/internal/export"
)

type runsReplayCmd struct {
	app   *App
	name  string
	speed float64
	json  bool
}

func newRunsReplayCmd(a *App, run func(context.Context, *runsReplayCmd) error) *cobra.Command {
	c := &runsReplayCmd{app: a}
	cmd := &cobra.Command{
		Use:   "replay RUN",
		Short: "Play a run again as it happened, without asking anybody",
		Args:  args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, list []string) error {
			c.name = list[0]
			if run != nil {
				return run(cmd.Context(), c)
			}
			return c.run(cmd.Context())
		},
	}
	cmd.Flags().Float64Var(&c.speed, "speed", 1, "play `N` times as fast; 0 is at once")
	cmd.Flags().BoolVar(&c.json, "json", false, "print every event as one JSON object a line")
	return cmd
}

func (c *runsReplayCmd) run(ctx context.Context) (err error) {
	if !(c.speed >= 0 && c.speed <= 1e6) {
		return Usagef("--speed must be between 0 and 1000000")
	}
	r, err := c.app.recorded(c.name)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(c.app.Out)
	defer func() { err = errors.Join(err, out.Flush()) }()
	for i, turn := range r.turns {
		if c.json {
			err = c.lines(ctx, out, turn)
		} else {
			err = c.print(ctx, out, turn, i)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *runsReplayCmd) lines(ctx context.Context, out *bufio.Writer, turn []chat.Event) error {
	w := chat.NewWriter(out)
	return c.play(ctx, turn, func(ev chat.Event) error { return errors.Join(w.Write(ev), out.Flush()) })
}

// print shows a turn as ask shows it. Lanes that were asked again are shown with
// their last answer only: text cannot take back what it has printed.
func (c *runsReplayCmd) print(ctx context.Context, out *bufio.Writer, turn []chat.Event, i int) error {
	turn = latest(turn)
	state := new(chat.State)
	for _, ev := range turn {
		state.Apply(ev)
	}
	turn = append(slices.Clone(turn), export.Unended(state)...)
	p := &printer{s: c.app.Streams, out: out, state: new(chat.State), fused: state.Analysis != nil}
	for j := range state.Lanes {
		p.fused = p.fused || state.Lanes[j].Spec.Role == chat.RoleWriter
	}
	if i > 0 {
		p.write("\n")
	}
	err := c.play(ctx, turn, func(ev chat.Event) error {
		p.state.Apply(ev)
		p.event(ev)
		return p.err
	})
	if err != nil {
		return err
	}
	return p.end()
}

// play hands on events at their times. Where a run is continued it goes on at once:
// what lay between was the user thinking.
func (c *runsReplayCmd) play(ctx context.Context, events []chat.Event, each func(chat.Event) error) error {
	id, zero, began := "", int64(0), time.Now()
	for _, ev := range events {
		if r, ok := ev.Body.(*chat.Run); ok && r.ID != id {
			id, zero, began = r.ID, ev.TMs, time.Now()
		}
		if c.speed > 0 {
			at := time.Duration(float64(ev.TMs-zero) / c.speed * float64(time.Millisecond))
			if err := until(ctx, began.Add(at)); err != nil {
				return err
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := each(ev); err != nil {
			return err
		}
	}
	return nil
}

func until(ctx context.Context, at time.Time) error {
	wait := time.Until(at)
	if wait <= 0 {
		return nil
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// latest leaves out what lanes said before they were asked again.
func latest(events []chat.Event) []chat.Event {
	opened := map[int]int{} // by lane: the last event that opens it
	for i, ev := range events {
		if r, ok := ev.Body.(*chat.Run); ok {
			for _, l := range r.Lanes {
				opened[l.Lane] = i
			}
		}
	}
	out := make([]chat.Event, 0, len(events))
	for i, ev := range events {
		if from, known := opened[ev.Lane]; ev.Lane == chat.NoLane || known && i > from {
			out = append(out, ev)
		}
	}
	return out
}
