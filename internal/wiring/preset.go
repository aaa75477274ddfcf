package wiring

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"assay/internal/config"
	"assay/internal/store"
	"assay/ui/backend"
)

// preset finds a preset: the configuration's, else the version in use of the saved
// one. The data file is only asked for what the configuration does not have.
func (s *System) preset(name string) (config.Preset, error) {
	if p, ok := s.opt.Config.Presets[name]; ok {
		return p, nil
	}
	saved, err := s.Store().Preset(name, 0)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return config.Preset{}, fmt.Errorf("there is no preset %q%s", name, s.presetHint())
	case err != nil:
		return config.Preset{}, err
	}
	p, err := config.ParsePreset(saved.Body)
	if err != nil {
		return p, fmt.Errorf("saved preset %q, version %d: %w", name, saved.Version, err)
	}
	return p, nil
}

// presetHint names the presets there are.
func (s *System) presetHint() string {
	names := slices.Collect(maps.Keys(s.opt.Config.Presets))
	saved, err := s.Store().Presets()
	if err != nil {
		s.opt.Warn(err.Error())
	}
	for _, p := range saved {
		names = append(names, p.Name)
	}
	if len(names) == 0 {
		return ": the configuration defines none, and none is saved"
	}
	slices.Sort(names)
	return "; there are " + strings.Join(slices.Compact(names), ", ")
}

// Presets implements backend.Shelf: the configuration's presets and the saved ones, of
// which those whose name the configuration takes are left out.
func (b *Backend) Presets() []backend.Preset {
	all := maps.Clone(b.sys.opt.Config.Presets)
	if all == nil {
		all = map[string]config.Preset{}
	}
	saved, err := b.sys.Store().Presets()
	if err != nil {
		b.sys.opt.Warn(err.Error())
	}
	for _, s := range saved {
		if _, taken := all[s.Name]; taken {
			continue
		}
		if p, err := config.ParsePreset(s.Body); err == nil {
			all[s.Name] = p
		}
	}
	out := make([]backend.Preset, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		p := all[name]
		model := p.Model
		if model == "" && len(p.Models) > 0 {
			model = p.Models[0]
		}
		out = append(out, backend.Preset{Name: name, Model: model, Note: p.System})
	}
	return out
}
