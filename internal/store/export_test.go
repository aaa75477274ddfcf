package store

import (
	"database/sql"
	"fmt"
)

// SetVersion makes the file one of another version.
func (s *Store) SetVersion(n int) error {
	return s.exec("set version", fmt.Sprintf("PRAGMA user_version = %d", n))
}

// Sound runs SQLite's own check of the whole file.
func (s *Store) Sound() error {
	return s.each("check", "PRAGMA integrity_check", nil, func(rows *sql.Rows) error {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
		if text != "ok" {
			return fmt.Errorf("%w: %s", ErrDamaged, text)
		}
		return nil
	})
}
