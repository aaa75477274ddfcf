// Package cli is the command line: every command, its flags, and what it prints.
//
// Each command is a struct of its choices and a run method; the constructor of its
// cobra command takes a function to run instead, so that parsing is tested without
// acting. Commands reach everything else through [App], whose parts are made when
// first asked for. Errors are not printed where they happen: they are returned, and
// [App.Report] maps them to words and exit codes.
//
// Data goes to standard output and talk to standard error. Nothing from a model, an
// upstream or a catalog is printed uncleaned, and no escape code is written to what
// is not a terminal.
package cli

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"assay/catalog"
	"assay/catalog/refresh"
	"assay/engine/provider"
	"assay/internal/config"
	"assay/internal/store"
	"assay/internal/wiring"
	"assay/ui/keys"
)

// App is what commands share. Its lazy parts may be asked for from any goroutine.
type App struct {
	Streams
	Version string
	Env     func(string) string
	Now     func() time.Time
	Hooks

	configFlag string
	paths      func() (config.Paths, error)
	config     func() (*config.Config, error)
	catalog    func() (*catalog.Catalog, error)
	refresher  func() (*refresh.Refresher, error)
	store      func() (*store.Store, error)
	opened     atomic.Pointer[store.Store]

	systemOnce sync.Once
	system     *wiring.System
	systemErr  error
}

// Hooks are the parts that other packages fill in.
type Hooks struct {
	// Workbench runs the full-screen program until the user leaves it.
	Workbench func(ctx context.Context, a *App, opt WorkbenchOptions) error
	// Sources are the catalogs a refresh asks; nil: the public ones.
	Sources []refresh.Source
}

// WorkbenchOptions is what the workbench opens with.
type WorkbenchOptions struct {
	Models  []string // one lane each
	Preset  string
	Panel   string
	Prompt  string // draft in the composer
	Demo    bool   // only the demo provider
	RunFile string // recorded run to open
	ASCII   bool   // draw with ASCII only
	Linear  bool   // ordered text instead of columns
}

// New makes an App. It does no IO and opens nothing.
func New(s Streams, version string, env func(string) string, hooks Hooks) *App {
	a := &App{Streams: s, Version: version, Env: env, Now: time.Now, Hooks: hooks}
	a.paths = sync.OnceValues(func() (config.Paths, error) { return config.FindPaths(a.configFlag, a.Env) })
	a.config = sync.OnceValues(func() (*config.Config, error) {
		p, err := a.paths()
		if err != nil {
			return nil, Exit(Usage, err)
		}
		c, err := config.Load(p, a.ConfigOptions())
		if err != nil {
			return nil, Exit(Usage, err)
		}
		return c, nil
	})
	a.catalog = sync.OnceValues(a.refreshed)
	a.store = sync.OnceValues(func() (*store.Store, error) {
		p, err := a.paths()
		if err != nil {
			return nil, Exit(Usage, err)
		}
		s := wiring.OpenStore(p.Data, a.warn)
		a.opened.Store(s)
		return s, nil
	})
	a.refresher = sync.OnceValues(func() (*refresh.Refresher, error) {
		p, err := a.paths()
		if err != nil {
			return nil, Exit(Usage, err)
		}
		return refresh.New(refresh.Options{Dir: p.Cache, Now: a.Now, Agent: "assay/" + version}), nil
	})
	return a
}

// Paths says where configuration and data lie.
func (a *App) Paths() (config.Paths, error) { return a.paths() }

// Config is the configuration, read when first asked for. Its error ends the
// program with Usage and lists every mistake in the file.
func (a *App) Config() (*config.Config, error) { return a.config() }

// Catalog is the built-in catalog with what refreshes brought, read when first asked
// for. The user's own models are in that of System.
func (a *App) Catalog() (*catalog.Catalog, error) { return a.catalog() }

// Store is the data file. It is opened when it is first used: asking for it does no IO.
func (a *App) Store() (*store.Store, error) { return a.store() }

// ConfigOptions is what the configuration is checked against.
func (a *App) ConfigOptions() config.Options {
	var names []string
	for _, p := range append(provider.Known(), provider.Locals()...) {
		names = append(names, p.Name)
	}
	return config.Options{
		Providers: names,
		MoreProviders: func() []string {
			var more []string
			for _, p := range catalog.Providers() {
				if p.BaseURL != "" {
					more = append(more, p.Slug)
				}
			}
			return more
		},
		Keys: func(bindings map[string][]string) error {
			if _, err := keys.Default().Rebind(bindings); err != nil {
				return errors.New(strings.ReplaceAll(err.Error(), keys.ErrKeys.Error()+": ", ""))
			}
			return nil
		},
	}
}

// Color reports whether data may be coloured: Out is a terminal that knows colours
// and nobody asked for none.
func (a *App) Color() bool {
	return a.OutTTY && a.Env("NO_COLOR") == "" && a.Env("TERM") != "dumb"
}

// Run parses the arguments and runs the command they name.
func (a *App) Run(ctx context.Context, args []string) error {
	root := newRoot(a)
	root.SetArgs(args)
	return root.ExecuteContext(ctx)
}

// Main is the whole program: it runs the arguments with the streams, environment and
// signals of the process and returns the exit code. The first interrupt cancels the
// context and gives a command the time to stop cleanly; the second ends the process.
func Main(args []string, version string, hooks Hooks) Code {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	a := New(System(), version, os.Getenv, hooks)
	err := a.Run(ctx, args)
	stop() // what still runs has nobody to run for
	if cerr := a.Close(); err == nil {
		err = cerr
	}
	return a.Report(err)
}
