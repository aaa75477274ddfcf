// Package ui is the workbench: it shows runs as they happen and lets the user steer
// them. Run is all a caller needs.
//
// The root routes messages, owns what is laid over the screen, and draws only what
// has changed. Screens are packages of their own and know nothing of each other.
// Text of models never travels through the event loop: see package talk.
package ui

import (
	"context"
	"errors"
	"io"
	"os"

	tea "github.com/charmbracelet/bubbletea"

	"assay/engine/chat"
	"assay/ui/backend"
	"assay/ui/browse"
	"assay/ui/compare"
	"assay/ui/keys"
	"assay/ui/linear"
	"assay/ui/status"
	"assay/ui/talk"
	"assay/ui/theme"
)

// Backend is what the workbench needs from the program around it.
type Backend = backend.Backend

// Options are how the workbench starts. Only Backend is needed.
type Options struct {
	Backend Backend
	Theme   theme.Options
	Keys    map[string][]string // other keys for some actions: see keys.Table.Rebind
	NoMouse bool                // leave the mouse to the terminal
	FPS     int                 // frames a second while something streams; 0: 30

	Linear bool // ordered text instead of a screen: see package linear

	In     io.Reader           // nil: standard input, or the terminal itself where that is none
	Out    io.Writer           // nil: standard output
	Getenv func(string) string // nil: os.Getenv

	Lanes []talk.Setup // models to ask, to begin with
	Draft string       // prompt to begin with; it is not sent
	Fuse  bool         // fuse the answers
	Panel string       // by this panel

	Recorded []chat.Event // runs to open, as if they had just ended; their lanes instead of Lanes
}

// rendererFPS is how often the renderer looks for a new frame: far more often than
// frames are made, so that a key is answered at once.
const rendererFPS = 120

// App is a workbench that has been put together. Make one with New.
type App struct {
	model   *model
	program *tea.Program
	cancel  context.CancelFunc
}

// Run shows the workbench until the user leaves it, ctx ends or a signal comes. What
// was started is stopped and waited for, and the terminal is as it was before,
// whatever the reason. The error is nil when the user left, context.Canceled after an
// interrupt.
func Run(ctx context.Context, o Options) error {
	if o.Linear {
		return runLinear(ctx, o.withDefaults())
	}
	app, err := New(ctx, o)
	if err != nil {
		return err
	}
	return app.Run()
}

func runLinear(ctx context.Context, o Options) error {
	table, err := keys.Default().Rebind(o.Keys)
	if err != nil {
		return err
	}
	if o.In == nil {
		o.In = os.Stdin
	}
	return linear.Run(ctx, linear.Options{
		Backend: o.Backend, Keys: table, In: o.In, Out: o.Out, Lanes: o.Lanes, Draft: o.Draft, Fuse: o.Fuse, Panel: o.Panel,
	})
}

// New puts a workbench together. It does no IO. extra are further options for the
// event loop, which tests need.
func New(ctx context.Context, o Options, extra ...tea.ProgramOption) (*App, error) {
	table, err := keys.Default().Rebind(o.Keys)
	if err != nil {
		return nil, err
	}
	o = o.withDefaults()
	ctx, cancel := context.WithCancel(ctx)
	out := newOutput(o.Out)
	styles := theme.New(o.Theme)
	m := &model{styles: styles, keys: table, bar: status.New(styles), mouse: !o.NoMouse}
	m.outside = outside{out: out, getenv: o.Getenv, say: m.say}
	m.outside.in, _ = o.In.(*os.File)
	if o.In == nil {
		m.outside.in = os.Stdin
	}
	m.outside.tty, _ = o.Out.(*os.File)
	home := compare.New(compare.Options{
		Context: ctx, Backend: o.Backend, Styles: styles, Keys: table, Bar: m.bar,
		Open: m.open, Say: m.say, Copy: m.outside.copy, Edit: m.outside.edit, Root: m.own, Leave: m.leave, Slow: out.Slow,
		Recorded: o.Recorded, Lanes: o.Lanes, Draft: o.Draft, Fuse: o.Fuse, Panel: o.Panel, FPS: o.FPS,
	})
	shelf := browse.New(browse.Options{
		Context: ctx, Backend: o.Backend, Styles: styles, Keys: table, Bar: m.bar,
		Say: m.say, Copy: m.outside.copy, Web: m.outside.web,
		Draft: func() string { return home.Draft().Prompt },
		Lanes: func(models []string) tea.Cmd { return tea.Batch(m.show(0), home.Choose(models)) },
		Ask:   func(lanes []talk.Setup) tea.Cmd { return tea.Batch(m.show(0), home.Ask(lanes)) },
	})
	m.screens = []place{{Screen: home}, {opens: keys.Catalog, Screen: shelf}}
	opts := []tea.ProgramOption{tea.WithContext(ctx), tea.WithAltScreen(), tea.WithFPS(rendererFPS), tea.WithOutput(out)}
	if o.In != nil {
		opts = append(opts, tea.WithInput(o.In))
	}
	if m.mouse {
		opts = append(opts, tea.WithMouseCellMotion())
	}
	return &App{model: m, program: tea.NewProgram(m, append(opts, extra...)...), cancel: cancel}, nil
}

func (o Options) withDefaults() Options {
	if o.Out == nil {
		o.Out = os.Stdout
	}
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	return o
}

// Run runs the event loop: see the function Run.
func (a *App) Run() error {
	_, err := a.program.Run()
	a.cancel()
	for _, s := range a.model.screens {
		s.Close()
	}
	if errors.Is(err, tea.ErrInterrupted) {
		return context.Canceled
	}
	return err
}

// Send gives the event loop a message, as a terminal would. It blocks until the
// loop takes it, and returns at once when it has ended.
func (a *App) Send(msg tea.Msg) { a.program.Send(msg) }
