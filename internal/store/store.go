// Package store keeps what outlives a run in one SQLite file: the ledger of usage,
// spending and request counters, endpoint health, presets and panels, favourites,
// and, only where the user asked for it, runs and prompts.
//
// Privacy: the ledger, counters and health hold figures and names, never text. Text
// is only written by SaveRun and AddPrompt; callers ask the user's settings first.
//
// A [Store] opens its file at the first call that needs it, never before. It is safe
// for concurrent use, and any number of processes may use one file at once: every
// change is one transaction, and money and quotas are taken under the file's lock. A
// process that is killed loses nothing that a method has returned from.
//
// Amounts are stored as decimal text and summed here, exactly; the database never
// calculates with them.
package store

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"modernc.org/sqlite" // registers the driver "sqlite", too
)

// FileName is the name of the file within the data folder.
const FileName = "assay.db"

// Errors that callers tell apart. Each comes wrapped with the file and what to do.
var (
	ErrNotFound    = errors.New("not found")
	ErrDamaged     = errors.New("damaged")            // not a database, or a broken one: see SetAside
	ErrUnavailable = errors.New("cannot be written")  // missing rights, read-only or full disk: see NewMemory
	ErrTooNew      = errors.New("of a newer version") // written by a later assay
	ErrBusy        = errors.New("locked")             // another process held the file too long
)

// Store is one data file.
type Store struct {
	path  string // "" in memory
	owner string // names this process in holds
	now   func() time.Time

	mu  sync.Mutex // guards db and err
	db  *sql.DB
	err error

	// SQLite has one writer; waiting here is fair and does not poll.
	write sync.Mutex
}

// New is the store in a folder. It does no IO; the folder and the file are made when
// first needed, readable by the user alone.
func New(dir string) *Store {
	return &Store{path: filepath.Join(dir, FileName), owner: processID(), now: time.Now}
}

// NewMemory is a store that is gone with the process: for when there is no folder to
// write to.
func NewMemory() *Store {
	return &Store{owner: processID(), now: time.Now}
}

// Path is the data file, "" when the store is in memory.
func (s *Store) Path() string { return s.path }

// Open opens the file now instead of at the first use, to learn whether it works.
func (s *Store) Open() error {
	_, err := s.handle()
	return err
}

// Close ends the use of the file. A store that was never used has nothing to close.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil {
		return nil
	}
	db := s.db
	s.db = nil
	s.err = errors.New("the data file has been closed")
	return db.Close()
}

// SetAside renames a damaged file and starts a new one; it returns the name the old
// one has now. Other processes that have the old file open keep using it.
func (s *Store) SetAside() (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.path == "" {
		return "", errors.New("set aside: this store is no file")
	}
	if s.db != nil {
		_ = s.db.Close() // the file is damaged: closing it may well fail
		s.db = nil
	}
	s.err = nil
	aside := s.path + ".damaged-" + s.now().UTC().Format("20060102-150405")
	for n := 2; exists(aside); n++ {
		aside = fmt.Sprintf("%s.damaged-%s-%d", s.path, s.now().UTC().Format("20060102-150405"), n)
	}
	if err := os.Rename(s.path, aside); err != nil {
		return "", fmt.Errorf("set aside: %w", err)
	}
	for _, suffix := range []string{"-wal", "-shm"} {
		if err := os.Rename(s.path+suffix, aside+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return aside, fmt.Errorf("set aside: %w", err)
		}
	}
	return aside, nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// handle is the open database. A failure that stays is remembered: SetAside clears it.
func (s *Store) handle() (*sql.DB, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.db == nil && s.err == nil {
		db, err := s.connect()
		if errors.Is(err, ErrBusy) {
			return nil, err // the next call may have more luck
		}
		s.db, s.err = db, err
	}
	return s.db, s.err
}

func (s *Store) connect() (*sql.DB, error) {
	if s.path != "" {
		if err := private(s.path); err != nil {
			return nil, fmt.Errorf("data file %s %w: %w", s.path, ErrUnavailable, err)
		}
	}
	db, err := sql.Open("sqlite", dsn(s.path))
	if err != nil {
		return nil, s.explain(err)
	}
	if s.path == "" {
		db.SetMaxOpenConns(1) // each connection to :memory: is a database of its own
	} else {
		db.SetMaxOpenConns(4)
	}
	if err := prepare(db); err != nil {
		_ = db.Close()
		return nil, s.explain(err)
	}
	return db, nil
}

// private makes sure the file exists and only the user can read it: SQLite gives its
// side files the same mode.
func private(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// dsn takes the write lock when a transaction begins: one that began reading could
// not get it any more once another process has written.
func dsn(path string) string {
	q := url.Values{"_txlock": {"immediate"}, "_pragma": {
		fmt.Sprintf("busy_timeout(%d)", patience.Milliseconds()), "synchronous(NORMAL)", "trusted_schema(OFF)",
		"secure_delete(ON)", // what the user deletes is gone from the file
	}}.Encode()
	if path == "" {
		return "file::memory:?" + q
	}
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // a drive letter
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: q}
	return u.String()
}

// prepare makes a file of any age one that this program can use.
func prepare(db *sql.DB) error {
	if err := writeAhead(db); err != nil {
		return err
	}
	return migrate(db)
}

// patience is how long a process waits for its turn at the file.
const patience = 10 * time.Second

// writeAhead gives the file a write-ahead log, which a killed process cannot damage
// and readers do not wait for. The file stays so. When several processes start at
// once on a new file, SQLite refuses this to all but one without waiting.
func writeAhead(db *sql.DB) error {
	deadline := time.Now().Add(patience)
	for wait := time.Millisecond; ; wait = min(2*wait, 50*time.Millisecond) {
		var mode string
		err := db.QueryRow("PRAGMA journal_mode = WAL").Scan(&mode)
		if !isBusy(err) || time.Now().After(deadline) {
			return err
		}
		time.Sleep(wait)
	}
}

func isBusy(err error) bool {
	var se *sqlite.Error
	return errors.As(err, &se) && (se.Code()&0xff == codeBusy || se.Code()&0xff == codeLocked)
}

// change runs fn in one transaction that is the only writer.
func (s *Store) change(op string, fn func(*sql.Tx) error) error {
	db, err := s.handle()
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	s.write.Lock()
	defer s.write.Unlock()
	tx, err := db.Begin()
	if err == nil {
		if err = fn(tx); err == nil {
			err = tx.Commit()
		} else {
			_ = tx.Rollback() // err is why
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", op, s.explain(err))
	}
	return nil
}

// exec is change with one statement.
func (s *Store) exec(op, query string, args ...any) error {
	return s.change(op, func(tx *sql.Tx) error {
		_, err := tx.Exec(query, args...)
		return err
	})
}

// each calls row for every row of a query.
func (s *Store) each(op, query string, args []any, row func(*sql.Rows) error) error {
	db, err := s.handle()
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	rows, err := db.Query(query, args...)
	if err != nil {
		return fmt.Errorf("%s: %w", op, s.explain(err))
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return fmt.Errorf("%s: %w", op, s.explain(err))
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("%s: %w", op, s.explain(err))
	}
	return nil
}

// one reads a single row; there being none is ErrNotFound.
func (s *Store) one(op, query string, args []any, into ...any) error {
	db, err := s.handle()
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	err = db.QueryRow(query, args...).Scan(into...)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("%s: %w", op, ErrNotFound)
	case err != nil:
		return fmt.Errorf("%s: %w", op, s.explain(err))
	}
	return nil
}

// Primary result codes of SQLite. Source: sqlite.org/rescode.html.
const (
	codeBusy     = 5
	codeLocked   = 6
	codeReadOnly = 8
	codeIO       = 10
	codeCorrupt  = 11
	codeFull     = 13
	codeCantOpen = 14
	codeNotADB   = 26
)

// explain turns what SQLite says into one of this package's errors.
func (s *Store) explain(err error) error {
	var se *sqlite.Error
	if !errors.As(err, &se) {
		return err
	}
	name := s.path
	if name == "" {
		name = "in memory"
	}
	switch se.Code() & 0xff {
	case codeCorrupt, codeNotADB:
		return fmt.Errorf("data file %s is %w; move it away and a new one is begun: %w", name, ErrDamaged, err)
	case codeReadOnly, codeCantOpen, codeFull, codeIO:
		return fmt.Errorf("data file %s %w; check the rights and the space of its folder: %w", name, ErrUnavailable, err)
	case codeBusy, codeLocked:
		return fmt.Errorf("data file %s is %w by another process: %w", name, ErrBusy, err)
	}
	return err
}

// millis is a time as stored: milliseconds since 1970, 0 for none.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
