package store

import (
	"crypto/rand"
	"database/sql"
	"errors"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"assay/internal/usd"
)

// lease is how long a hold counts whose process cannot be asked whether it lives. It
// is longer than all but the longest requests.
const lease = time.Hour

// Hold sets amount aside in a scope ("day:2026-01-31", "preset:terse") if what the
// scope has spent and holds, in this process and all others, stays within limit with
// it. Otherwise it holds nothing. left is what remains, after the hold when there
// is one, and may be negative. Holds of processes that have died do not count.
func (s *Store) Hold(scope string, amount, limit usd.Amount) (ok bool, left usd.Amount, err error) {
	err = s.change("hold budget", func(tx *sql.Tx) error {
		spent, err := spentIn(tx, scope)
		if err != nil {
			return err
		}
		held, err := s.heldIn(tx, scope)
		if err != nil {
			return err
		}
		left = limit.Sub(spent).Sub(held)
		if ok = !left.Less(amount); !ok {
			return nil
		}
		left = left.Sub(amount)
		_, err = tx.Exec("INSERT INTO held (scope, owner, amount, at) VALUES (?, ?, ?, ?)", scope, s.owner, amount.String(), millis(s.now()))
		return err
	})
	return ok && err == nil, left, err
}

// Settle replaces a hold of this process by what was really spent. It also books
// what was spent without a hold (held is then zero, and no hold is needed).
func (s *Store) Settle(scope string, held, spent usd.Amount) error {
	return s.change("settle budget", func(tx *sql.Tx) error {
		if _, err := tx.Exec(`DELETE FROM held WHERE id =
			(SELECT id FROM held WHERE scope = ? AND owner = ? AND amount = ? ORDER BY id LIMIT 1)`, scope, s.owner, held.String()); err != nil {
			return err
		}
		if spent.IsZero() {
			return nil
		}
		before, err := spentIn(tx, scope)
		if err != nil {
			return err
		}
		_, err = tx.Exec("INSERT INTO spent (scope, amount, at) VALUES (?, ?, ?) ON CONFLICT (scope) DO UPDATE SET amount = excluded.amount, at = excluded.at",
			scope, before.Add(spent).String(), millis(s.now()))
		return err
	})
}

// Spent is what a scope has cost so far, holds not counted.
func (s *Store) Spent(scope string) (usd.Amount, error) {
	var text string
	switch err := s.one("read budget", "SELECT amount FROM spent WHERE scope = ?", []any{scope}, &text); {
	case errors.Is(err, ErrNotFound):
		return usd.Amount{}, nil
	case err != nil:
		return usd.Amount{}, err
	}
	return amount(text)
}

func spentIn(tx *sql.Tx, scope string) (usd.Amount, error) {
	var text string
	err := tx.QueryRow("SELECT amount FROM spent WHERE scope = ?", scope).Scan(&text)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return usd.Amount{}, err
	}
	return amount(text)
}

// heldIn sums the holds of a scope and removes those that nobody will settle.
func (s *Store) heldIn(tx *sql.Tx, scope string) (usd.Amount, error) {
	rows, err := tx.Query("SELECT id, owner, amount, at FROM held WHERE scope = ?", scope)
	if err != nil {
		return usd.Amount{}, err
	}
	defer rows.Close()
	var sum usd.Amount
	var dead []int64
	alive := map[string]bool{s.owner: true}
	for rows.Next() {
		var id, at int64
		var owner, text string
		if err := rows.Scan(&id, &owner, &text, &at); err != nil {
			return sum, err
		}
		lives, asked := alive[owner]
		if !asked {
			lives = processLives(owner) && s.now().Sub(fromMillis(at)) < lease
			alive[owner] = lives
		}
		if !lives {
			dead = append(dead, id)
			continue
		}
		a, err := amount(text)
		if err != nil {
			return sum, err
		}
		sum = sum.Add(a)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return sum, err
	}
	for _, id := range dead {
		if _, err := tx.Exec("DELETE FROM held WHERE id = ?", id); err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// processID names this process among all that may share a file: host, number, and a
// random part, since numbers are used again.
func processID() string {
	host, _ := os.Hostname() // "" is as good a name as any
	return host + "/" + strconv.Itoa(os.Getpid()) + "/" + rand.Text()[:8]
}

// processLives reports false only when the process is certainly gone.
func processLives(owner string) bool {
	host, _ := os.Hostname()
	rest, ours := strings.CutPrefix(owner, host+"/")
	number, _, _ := strings.Cut(rest, "/")
	pid, err := strconv.Atoi(number)
	if !ours || err != nil || pid <= 0 {
		return true
	}
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	defer p.Release()
	if runtime.GOOS == "windows" { // finding it was the question
		return true
	}
	return !errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone)
}

// Take counts one request in the window of key that starts at start and is length
// long, unless it already holds limit of them. used is how many it holds now.
func (s *Store) Take(key string, start time.Time, length time.Duration, limit int) (ok bool, used int, err error) {
	err = s.change("count request", func(tx *sql.Tx) error {
		ok, used = false, 0
		err := tx.QueryRow("SELECT used FROM requests WHERE key = ? AND length = ? AND start = ?", key, int64(length), start.Unix()).Scan(&used)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if used >= limit {
			return nil
		}
		ok = true
		used++
		if used == 1 { // the window before is over
			if _, err := tx.Exec("DELETE FROM requests WHERE key = ? AND length = ? AND start < ?", key, int64(length), start.Unix()); err != nil {
				return err
			}
		}
		_, err = tx.Exec("INSERT INTO requests (key, length, start, used) VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET used = used + 1",
			key, int64(length), start.Unix())
		return err
	})
	return ok && err == nil, used, err
}

// Used is how many requests a window holds.
func (s *Store) Used(key string, start time.Time, length time.Duration) (int, error) {
	var used int
	err := s.one("read request count", "SELECT used FROM requests WHERE key = ? AND length = ? AND start = ?",
		[]any{key, int64(length), start.Unix()}, &used)
	if errors.Is(err, ErrNotFound) {
		return 0, nil
	}
	return used, err
}
