package cli

import (
	"context"
	"os"

	"assay/engine/chat"
	"assay/engine/route"
	"assay/internal/wiring"
	"assay/ui"
	"assay/ui/talk"
	"assay/ui/theme"
)

// Workbench opens the full-screen program. Nothing slow happens before its first
// frame: keys, catalog and local servers are looked up behind it.
func Workbench(ctx context.Context, a *App, opt WorkbenchOptions) error {
	sys, err := a.System(opt.Demo)
	if err != nil {
		return err
	}
	cfg := sys.Config()
	models := opt.Models
	if len(models) == 0 && opt.Panel != "" {
		if models, err = sys.PanelMembers(opt.Panel); err != nil {
			return Exit(Usage, err)
		}
	}
	if len(models) == 0 && opt.Preset == "" {
		models = sys.FirstModels()
	}
	if len(models) == 0 && opt.Preset != "" {
		models = []string{""}
	}
	lanes := make([]talk.Setup, 0, len(models))
	for i, m := range models {
		ln, err := sys.Lane(chat.LaneSpec{Lane: i, Model: m, Preset: opt.Preset}, chat.Request{}, route.Preferences{})
		if err != nil {
			return Exit(Usage, err)
		}
		lanes = append(lanes, talk.Setup{Preset: ln.Spec.Preset, Request: chat.Request{Model: ln.Spec.Model}})
	}
	chords := make(map[string][]string, len(cfg.UI.Keys))
	for action, keys := range cfg.UI.Keys {
		chords[action] = keys
	}
	b := wiring.NewBackend(ctx, sys)
	defer b.Close()
	recorded, err := a.recall(b, opt.RunFile)
	if err != nil {
		return err
	}
	if err := a.supply(b, sys); err != nil {
		return err
	}
	// The event loop handles signals itself: a context that ends by the same signal
	// would end the loop under its handler, which then waits for it for ever.
	err = ui.Run(context.WithoutCancel(ctx), ui.Options{
		Backend: b, Theme: a.theme(cfg.UI.Theme, cfg.UI.ASCII || opt.ASCII), Keys: chords,
		NoMouse: !cfg.UI.Mouse, Linear: cfg.UI.Linear || opt.Linear, FPS: cfg.UI.FPS, Getenv: a.Env,
		Lanes: lanes, Draft: opt.Prompt, Fuse: true, Panel: opt.Panel, Recorded: recorded,
	})
	if err == nil {
		err = ctx.Err() // terminated, not left
	}
	return err
}

// theme is the look the configuration and the terminal ask for.
func (a *App) theme(name string, ascii bool) theme.Options {
	o := theme.Options{Profile: theme.ProfileFromEnv(a.Env, a.OutTTY), ASCII: ascii, Dark: true}
	switch name {
	case "light":
		o.Dark = false
	case "mono":
		o.Profile = theme.None
	case "auto":
		in, _ := a.In.(*os.File)
		out, _ := a.Out.(*os.File)
		o.Dark = theme.Detect(in, out, a.Env)
	}
	return o
}
