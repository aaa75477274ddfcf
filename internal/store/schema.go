package store

import (
	"database/sql"
	"fmt"
)

// migrations bring a file from one version to the next; its number is what the file
// says in user_version. Steps are only ever added.
var migrations = [...]string{schema1}

const schema1 = `
CREATE TABLE usage (
	id INTEGER PRIMARY KEY,
	at INTEGER NOT NULL,              -- milliseconds since 1970
	run TEXT NOT NULL, lane INTEGER NOT NULL, role TEXT NOT NULL,
	asked TEXT NOT NULL, model TEXT NOT NULL, provider TEXT NOT NULL, endpoint TEXT NOT NULL,
	policy TEXT NOT NULL, preset TEXT NOT NULL,
	prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL, reasoning_tokens INTEGER NOT NULL,
	cached_tokens INTEGER NOT NULL, cache_write_tokens INTEGER NOT NULL, cache_write_1h_tokens INTEGER NOT NULL,
	audio_prompt_tokens INTEGER NOT NULL, audio_tokens INTEGER NOT NULL, image_tokens INTEGER NOT NULL,
	web_searches INTEGER NOT NULL,
	cost TEXT NOT NULL,               -- dollars, exact; '' when nobody knows
	cost_source TEXT NOT NULL,
	ttft_ms INTEGER NOT NULL, duration_ms INTEGER NOT NULL, tries INTEGER NOT NULL,
	outcome TEXT NOT NULL, error_type TEXT NOT NULL, demo INTEGER NOT NULL
) STRICT;
CREATE INDEX usage_at ON usage (at);

CREATE TABLE spent (scope TEXT PRIMARY KEY, amount TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE held (id INTEGER PRIMARY KEY, scope TEXT NOT NULL, owner TEXT NOT NULL, amount TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX held_scope ON held (scope);
CREATE TABLE requests (key TEXT NOT NULL, length INTEGER NOT NULL, start INTEGER NOT NULL, used INTEGER NOT NULL,
	PRIMARY KEY (key, length, start)) STRICT, WITHOUT ROWID;

CREATE TABLE state (name TEXT PRIMARY KEY, value BLOB NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE TABLE pins (session TEXT NOT NULL, model TEXT NOT NULL, endpoint TEXT NOT NULL, until INTEGER NOT NULL,
	PRIMARY KEY (session, model)) STRICT, WITHOUT ROWID;
CREATE TABLE models (model TEXT PRIMARY KEY, favourite INTEGER NOT NULL, used INTEGER NOT NULL, uses INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE votes (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, run TEXT NOT NULL, left_model TEXT NOT NULL, right_model TEXT NOT NULL,
	result TEXT NOT NULL) STRICT;

CREATE TABLE presets (name TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, at INTEGER NOT NULL,
	PRIMARY KEY (name, version)) STRICT, WITHOUT ROWID;
CREATE TABLE preset_use (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE panels (name TEXT PRIMARY KEY, body TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE prompts (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, text TEXT NOT NULL UNIQUE) STRICT;

CREATE TABLE runs (
	id INTEGER PRIMARY KEY,
	run TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, duration_ms INTEGER NOT NULL,
	title TEXT NOT NULL, models TEXT NOT NULL, panel INTEGER NOT NULL,
	cost TEXT NOT NULL, cost_source TEXT NOT NULL,
	ok INTEGER NOT NULL, failed INTEGER NOT NULL, cancelled INTEGER NOT NULL, demo INTEGER NOT NULL,
	events BLOB NOT NULL, size INTEGER NOT NULL
) STRICT;
CREATE INDEX runs_at ON runs (at);
CREATE VIRTUAL TABLE run_text USING fts5 (prompt, answers, tokenize = 'trigram');
INSERT INTO run_text (run_text, rank) VALUES ('secure-delete', 1);
`

// migrate brings the file up to date. Of several processes that start at once the
// first one does it, under the write lock; the others find it done.
func migrate(db *sql.DB) error {
	version, err := schemaVersion(db)
	if err != nil || version == len(migrations) {
		return err
	}
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback() // after Commit it does nothing
	if version, err = schemaVersion(tx); err != nil {
		return err
	}
	if version > len(migrations) {
		return fmt.Errorf("data file %w (%d, this program knows %d); update assay", ErrTooNew, version, len(migrations))
	}
	for _, step := range migrations[version:] {
		if _, err := tx.Exec(step); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(fmt.Sprintf("PRAGMA user_version = %d", len(migrations))); err != nil {
		return err
	}
	return tx.Commit()
}

func schemaVersion(q interface {
	QueryRow(string, ...any) *sql.Row
}) (int, error) {
	var version int
	err := q.QueryRow("PRAGMA user_version").Scan(&version)
	return version, err
}
