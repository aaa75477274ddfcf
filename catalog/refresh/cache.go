package refresh

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"assay/catalog"
)

// Files of the cache. Each is replaced as a whole: a line of state, then the text form
// of a catalog. The second is the catalog before the last refresh that changed it.
const (
	cacheFile    = "catalog.cache"
	previousFile = "catalog.previous"
)

// maxCache bounds what is read back: a cache is about as large as the snapshot.
const maxCache = 64 << 20

// state is what a cache remembers besides the catalog.
type state struct {
	Base    string          `json:"base"` // fingerprint of the snapshot the catalog grew from
	Sources map[string]seen `json:"sources"`
}

func (s state) clone() state {
	out := state{Base: s.Base, Sources: maps.Clone(s.Sources)}
	if out.Sources == nil {
		out.Sources = map[string]seen{}
	}
	return out
}

// ErrCache is a cache file that cannot be read back. It is safe to go on without it.
var ErrCache = errors.New("cached catalog is damaged")

// Load is base with what earlier refreshes brought. A missing cache is no error; with
// a damaged one base comes back beside the error. When the program has brought a newer
// snapshot since, the newer of the two counts, and models only one of them knows are
// taken from there.
func (r *Refresher) Load(base *catalog.Catalog) (*catalog.Catalog, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state = state{Base: fingerprint(base)}
	if r.opt.Dir == "" {
		return base, nil
	}
	cached, st, err := r.read(cacheFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return base, nil
	case err != nil:
		return base, err
	case st.Base == r.state.Base:
		r.state = st
		return cached, nil
	case cached.Source.Date >= base.Source.Date:
		return addMissing(cached, base), nil
	}
	// What the sources said is no longer in the catalog, so it must be asked for anew:
	// their validators are left behind.
	return addMissing(base, catalog.Select(cached, func(m *catalog.Model) bool { return !m.Gone })), nil
}

// addMissing is c with the models and providers only other knows.
func addMissing(c, other *catalog.Catalog) *catalog.Catalog {
	rest := catalog.Select(other, func(m *catalog.Model) bool { return c.Lookup(m.ID) == nil })
	out := catalog.Merge(rest, c)
	out.Source = c.Source
	return out
}

// Previous is the catalog as it was before the last refresh that changed anything, nil
// when there has been none: what "what has changed" is measured from.
func (r *Refresher) Previous() (*catalog.Catalog, error) {
	if r.opt.Dir == "" {
		return nil, nil
	}
	c, _, err := r.read(previousFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return c, err
}

func (r *Refresher) read(name string) (*catalog.Catalog, state, error) {
	path := filepath.Join(r.opt.Dir, name)
	info, err := os.Stat(path)
	if err != nil {
		return nil, state{}, err
	}
	if info.Size() > maxCache {
		return nil, state{}, fmt.Errorf("%s: %w: too large", path, ErrCache)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, state{}, err
	}
	line, text, _ := strings.Cut(string(data), "\n")
	var st state
	if err := json.Unmarshal([]byte(line), &st); err != nil {
		return nil, state{}, fmt.Errorf("%s: %w: %w", path, ErrCache, err)
	}
	c, err := catalog.Decode(text)
	if err != nil {
		return nil, state{}, fmt.Errorf("%s: %w: %w", path, ErrCache, err)
	}
	return c, st, nil
}

// keep writes what a refresh brought.
func (r *Refresher) keep(before, after *catalog.Catalog, next state) error {
	if next.Base == "" {
		next.Base = fingerprint(before)
	}
	r.state = next
	if r.opt.Dir == "" {
		return nil
	}
	if err := os.MkdirAll(r.opt.Dir, 0o755); err != nil {
		return fmt.Errorf("keep catalog: %w", err)
	}
	if before != after {
		if err := r.write(previousFile, before, next); err != nil {
			return err
		}
	}
	return r.write(cacheFile, after, next)
}

func (r *Refresher) write(name string, c *catalog.Catalog, st state) (err error) {
	f, err := os.CreateTemp(r.opt.Dir, ".catalog-*")
	if err != nil {
		return fmt.Errorf("keep catalog: %w", err)
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("keep catalog: %w", err)
			os.Remove(f.Name())
		}
	}()
	err = json.NewEncoder(f).Encode(st)
	if err == nil {
		err = catalog.Encode(f, c)
	}
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), filepath.Join(r.opt.Dir, name))
}

// fingerprint tells snapshots apart.
func fingerprint(c *catalog.Catalog) string {
	h := fnv.New64a()
	n := 0
	for _, m := range c.Models() {
		h.Write([]byte(m.ID))
		n += len(m.Endpoints)
	}
	return fmt.Sprintf("%s %d %d %016x", c.Source.Date, len(c.Models()), n, h.Sum64())
}
