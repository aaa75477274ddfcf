package store

import (
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Preset is one version of a stored preset. Body is what it says, as TOML; this
// package does not look into it.
type Preset struct {
	Name    string
	Version int // from 1
	Body    string
	At      time.Time
	InUse   bool // the version that is used when none is named
	Latest  int  // newest version of the preset
}

const presetQuery = `SELECT p.name, p.version, p.body, p.at, u.version = p.version, (SELECT max(version) FROM presets WHERE name = p.name)
	FROM presets p JOIN preset_use u ON u.name = p.name`

func (s *Store) presets(op, where string, args ...any) ([]Preset, error) {
	var out []Preset
	err := s.each(op, presetQuery+where+" ORDER BY p.name, p.version", args, func(rows *sql.Rows) error {
		var p Preset
		var at int64
		if err := rows.Scan(&p.Name, &p.Version, &p.Body, &at, &p.InUse, &p.Latest); err != nil {
			return err
		}
		p.At = fromMillis(at)
		out = append(out, p)
		return nil
	})
	return out, err
}

// Presets lists the version in use of every preset, by name.
func (s *Store) Presets() ([]Preset, error) {
	return s.presets("read presets", " WHERE u.version = p.version")
}

// Preset is a version of a preset, 0 for the one in use. There being none is
// ErrNotFound.
func (s *Store) Preset(name string, version int) (Preset, error) {
	op := "read preset " + name
	where, args := " WHERE p.name = ? AND p.version = ?", []any{name, version}
	if version == 0 {
		where, args = " WHERE p.name = ? AND p.version = u.version", args[:1]
	}
	list, err := s.presets(op, where, args...)
	if err != nil {
		return Preset{}, err
	}
	if len(list) == 0 {
		return Preset{}, fmt.Errorf("%s: %w", op, ErrNotFound)
	}
	return list[0], nil
}

// PresetVersions lists every version of a preset, oldest first.
func (s *Store) PresetVersions(name string) ([]Preset, error) {
	return s.presets("read preset "+name, " WHERE p.name = ?", name)
}

// SavePreset adds a version, which is then the one in use, and returns its number. A
// body the newest version already has adds none.
func (s *Store) SavePreset(name, body string) (version int, err error) {
	err = s.change("save preset "+name, func(tx *sql.Tx) error {
		var newest string
		err := tx.QueryRow("SELECT version, body FROM presets WHERE name = ? ORDER BY version DESC LIMIT 1", name).Scan(&version, &newest)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if version == 0 || newest != body {
			version++
			if _, err := tx.Exec("INSERT INTO presets (name, version, body, at) VALUES (?, ?, ?, ?)", name, version, body, millis(s.now())); err != nil {
				return err
			}
		}
		return usePreset(tx, name, version)
	})
	return version, err
}

// UsePreset makes a version the one in use. There being none is ErrNotFound.
func (s *Store) UsePreset(name string, version int) error {
	return s.change(fmt.Sprintf("use preset %s version %d", name, version), func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRow("SELECT count(*) FROM presets WHERE name = ? AND version = ?", name, version).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			return ErrNotFound
		}
		return usePreset(tx, name, version)
	})
}

func usePreset(tx *sql.Tx, name string, version int) error {
	_, err := tx.Exec("INSERT INTO preset_use (name, version) VALUES (?, ?) ON CONFLICT DO UPDATE SET version = excluded.version", name, version)
	return err
}

// DeletePreset removes a preset with all its versions.
func (s *Store) DeletePreset(name string) error {
	return s.change("delete preset "+name, func(tx *sql.Tx) error {
		if err := deleteOne(tx, "DELETE FROM preset_use WHERE name = ?", name); err != nil {
			return err
		}
		_, err := tx.Exec("DELETE FROM presets WHERE name = ?", name)
		return err
	})
}

// deleteOne is ErrNotFound when nothing was there to delete.
func deleteOne(tx *sql.Tx, query string, args ...any) error {
	res, err := tx.Exec(query, args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, ErrNotFound)
	}
	return nil
}

// Panel is a stored fusion panel; Body is what it says, as TOML.
type Panel struct {
	Name string
	Body string
	At   time.Time
}

// Panels lists the stored panels by name.
func (s *Store) Panels() ([]Panel, error) {
	var out []Panel
	err := s.each("read panels", "SELECT name, body, at FROM panels ORDER BY name", nil, func(rows *sql.Rows) error {
		var p Panel
		var at int64
		if err := rows.Scan(&p.Name, &p.Body, &at); err != nil {
			return err
		}
		p.At = fromMillis(at)
		out = append(out, p)
		return nil
	})
	return out, err
}

// SavePanel stores a panel in place of the one of that name.
func (s *Store) SavePanel(name, body string) error {
	return s.exec("save panel "+name, "INSERT INTO panels (name, body, at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body, at = excluded.at",
		name, body, millis(s.now()))
}

// DeletePanel removes a panel.
func (s *Store) DeletePanel(name string) error {
	return s.change("delete panel "+name, func(tx *sql.Tx) error { return deleteOne(tx, "DELETE FROM panels WHERE name = ?", name) })
}
