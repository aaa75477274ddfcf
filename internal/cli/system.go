package cli

import (
	"errors"
	"fmt"

	"assay/internal/store"
	"assay/internal/wiring"
	"assay/ui/markdown"
)

// System is the wired program. The first caller decides whether it has only the demo
// provider.
func (a *App) System(demoOnly bool) (*wiring.System, error) {
	a.systemOnce.Do(func() {
		cfg, err := a.Config()
		if err != nil {
			a.systemErr = err
			return
		}
		a.system = wiring.New(wiring.Options{
			Config: cfg, Env: a.Env, DemoOnly: demoOnly, Catalog: a.Catalog, Warn: a.warn,
			Store: func() *store.Store {
				s, err := a.Store()
				if err != nil {
					a.warn(err.Error())
					return store.NewMemory()
				}
				return s
			},
		})
	})
	return a.system, a.systemErr
}

// warn tells the user about something that is wrong but stops nothing.
func (a *App) warn(problem string) { fmt.Fprintln(a.Err, "assay: "+markdown.CleanLine(problem)) }

// Close ends what the commands have started and closes the data file.
func (a *App) Close() error {
	var err error
	if a.system != nil {
		err = a.system.Close()
	}
	if s := a.opened.Load(); s != nil {
		err = errors.Join(err, s.Close())
	}
	return err
}
