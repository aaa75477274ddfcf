package cli

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"assay/engine/chat"
	"assay/engine/route"
	"assay/ui/markdown"
)

type routeCmd struct {
	app    *App
	models []string
	preset string
	prompt string
	json   bool
	demo   bool
}

func newRouteCmd(a *App, run func(context.Context, *routeCmd) error) *cobra.Command {
	c := &routeCmd{app: a}
	cmd := &cobra.Command{
		Use:   "route -m MODEL [PROMPT]",
		Short: "Show where a request would go, without sending it",
		Long: `Show the plan for a request: the endpoints in the order they would be tried and why,
and every endpoint that would not be tried and what excluded it.`,
		Args: args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, list []string) error {
			if len(list) > 0 {
				c.prompt = list[0]
			}
			if run != nil {
				return run(cmd.Context(), c)
			}
			return c.run()
		},
	}
	f := cmd.Flags()
	f.StringArrayVarP(&c.models, "model", "m", nil, "plan for this `MODEL`; further ones are its fallbacks")
	f.StringVarP(&c.preset, "preset", "p", "", "with this `PRESET`")
	f.BoolVar(&c.json, "json", false, "print the whole plan as JSON")
	f.BoolVar(&c.demo, "demo", false, "with the demo provider only")
	return cmd
}

func (c *routeCmd) run() error {
	if len(c.models) == 0 && c.preset == "" {
		return Usagef("which model? assay route -m MODEL")
	}
	sys, err := c.app.System(c.demo)
	if err != nil {
		return err
	}
	req := chat.Request{Messages: []chat.Message{chat.TextMessage(chat.User, c.prompt)}}
	model := ""
	if len(c.models) > 0 {
		model, req.Fallbacks = c.models[0], c.models[1:]
	}
	ln, err := sys.Lane(chat.LaneSpec{Role: chat.RoleAnswer, Model: model, Preset: c.preset}, req, route.Preferences{})
	if err != nil {
		return Exit(Usage, err)
	}
	plan, err := sys.Plan(ln)
	if err != nil {
		return err
	}
	ev := plan.Event(ln.Request.Model)
	if c.json {
		enc := json.NewEncoder(c.app.Out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(ev); err != nil {
			return err
		}
	} else if err := c.table(ev, plan); err != nil {
		return err
	}
	if len(plan.Candidates) == 0 {
		fmt.Fprintln(c.app.Err, "assay: nothing left to try: "+sys.Engine.Remedy(&plan))
		return Exit(Refused, nil)
	}
	return nil
}

func (c *routeCmd) table(ev *chat.Route, plan route.Plan) error {
	t := newTable(c.app.Streams, column{name: "try", right: true}, column{name: "endpoint", keep: true}, column{name: "price in/out per M"}, column{name: "why", wide: true})
	for i, cand := range ev.Candidates {
		p := plan.Candidates[i].Endpoint.Prices
		t.row(fmt.Sprint(i+1), cand.Endpoint, pricePair(p.Prompt.PerMillion(), p.Completion.PerMillion()), cand.Reason)
	}
	for i, x := range ev.Excluded {
		p := plan.Excluded[i].Endpoint.Prices
		t.row("-", x.Endpoint, pricePair(p.Prompt.PerMillion(), p.Completion.PerMillion()), "excluded: "+x.By)
	}
	if err := t.flush(); err != nil {
		return err
	}
	if c.app.ErrTTY {
		fmt.Fprintln(c.app.Err, markdown.CleanLine(fmt.Sprintf("strategy %s, seed %d", ev.Strategy, ev.Seed)))
	}
	return nil
}

func pricePair(in, out string) string {
	if in == "" && out == "" {
		return "not told"
	}
	return in + " / " + out
}
