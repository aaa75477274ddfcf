package config

import (
	"errors"
	"os"
	"path/filepath"
)

// Paths says where everything lies. None of it need exist.
type Paths struct {
	Config   string // the file
	Explicit bool   // the user named the file: it must be there
	Data     string // folder: usage, runs, presets
	State    string // folder: history, health, logs
	Cache    string // folder: what can be fetched again
}

// FindPaths works out the places. flag is the value of --config, "" when it was not
// given. The file is the first of flag, $ASSAY_CONFIG, $ASSAY_HOME/config.toml and
// $XDG_CONFIG_HOME/assay/config.toml; $ASSAY_HOME moves all four. Relative XDG
// variables are ignored, as the XDG specification demands.
func FindPaths(flag string, env func(string) string) (Paths, error) {
	var p Paths
	if root := env("ASSAY_HOME"); root != "" {
		root, err := filepath.Abs(root)
		if err != nil {
			return p, err
		}
		p = Paths{
			Config: filepath.Join(root, "config.toml"), Data: filepath.Join(root, "data"),
			State: filepath.Join(root, "state"), Cache: filepath.Join(root, "cache"),
		}
	} else if err := p.fromXDG(env); err != nil {
		return p, err
	}
	for _, named := range []string{flag, env("ASSAY_CONFIG")} {
		if named != "" {
			p.Config, p.Explicit = named, true
			break
		}
	}
	return p, nil
}

func (p *Paths) fromXDG(env func(string) string) error {
	home := env("HOME")
	if home == "" {
		home, _ = os.UserHomeDir()
	}
	for _, place := range []struct {
		variable string
		fallback []string
		path     *string
	}{
		{"XDG_CONFIG_HOME", []string{".config"}, &p.Config},
		{"XDG_DATA_HOME", []string{".local", "share"}, &p.Data},
		{"XDG_STATE_HOME", []string{".local", "state"}, &p.State},
		{"XDG_CACHE_HOME", []string{".cache"}, &p.Cache},
	} {
		base := env(place.variable)
		if !filepath.IsAbs(base) {
			if home == "" {
				return errors.New("no home directory: set HOME, or ASSAY_HOME to a folder of your choice")
			}
			base = filepath.Join(append([]string{home}, place.fallback...)...)
		}
		*place.path = filepath.Join(base, "assay")
	}
	p.Config = filepath.Join(p.Config, "config.toml")
	return nil
}
