package store

import (
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Names of values kept with Keep.
const (
	Health = "health" // of all endpoints, as package health saves it
)

// maxState bounds one kept value.
const maxState = 8 << 20

// Keep replaces the value of that name: state that is written whole and read whole
// at the next start. Of two processes the one that writes last wins.
func (s *Store) Keep(name string, value []byte) error {
	if len(value) > maxState {
		return fmt.Errorf("keep %s: %d bytes are more than the %d allowed", name, len(value), maxState)
	}
	return s.exec("keep "+name, "INSERT INTO state (name, value, at) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value, at = excluded.at",
		name, value, millis(s.now()))
}

// Kept is the value of that name and when it was kept, ErrNotFound when it never was.
func (s *Store) Kept(name string) ([]byte, time.Time, error) {
	var value []byte
	var at int64
	err := s.one("read "+name, "SELECT value, at FROM state WHERE name = ?", []any{name}, &value, &at)
	return value, fromMillis(at), err
}

// Pin keeps a conversation's model at the endpoint whose prompt cache it has warmed.
type Pin struct {
	Session  string
	Model    string
	Endpoint string
	Until    time.Time
}

// SavePin remembers a pin and forgets those that are over.
func (s *Store) SavePin(p Pin) error {
	return s.change("save pin", func(tx *sql.Tx) error {
		if _, err := tx.Exec("DELETE FROM pins WHERE until <= ?", millis(s.now())); err != nil {
			return err
		}
		_, err := tx.Exec("INSERT INTO pins (session, model, endpoint, until) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET endpoint = excluded.endpoint, until = excluded.until",
			p.Session, p.Model, p.Endpoint, millis(p.Until))
		return err
	})
}

// Pins lists the pins that are not over.
func (s *Store) Pins() ([]Pin, error) {
	var out []Pin
	err := s.each("read pins", "SELECT session, model, endpoint, until FROM pins WHERE until > ? ORDER BY session, model", []any{millis(s.now())},
		func(rows *sql.Rows) error {
			var p Pin
			var until int64
			if err := rows.Scan(&p.Session, &p.Model, &p.Endpoint, &until); err != nil {
				return err
			}
			p.Until = fromMillis(until)
			out = append(out, p)
			return nil
		})
	return out, err
}

// SetFavourite marks a model as a favourite, or no longer.
func (s *Store) SetFavourite(model string, favourite bool) error {
	return s.exec("save favourite", "INSERT INTO models (model, favourite, used, uses) VALUES (?, ?, 0, 0) ON CONFLICT DO UPDATE SET favourite = excluded.favourite",
		model, favourite)
}

// UsedModel counts one use of a model, for the list of recent ones.
func (s *Store) UsedModel(model string) error {
	return s.exec("save recent model", "INSERT INTO models (model, favourite, used, uses) VALUES (?, 0, ?, 1) ON CONFLICT DO UPDATE SET used = excluded.used, uses = uses + 1",
		model, millis(s.now()))
}

// Favourites lists the favourite models by name.
func (s *Store) Favourites() ([]string, error) {
	return s.texts("read favourites", "SELECT model FROM models WHERE favourite ORDER BY model")
}

// RecentModels lists the models used last, the latest first.
func (s *Store) RecentModels(limit int) ([]string, error) {
	return s.texts("read recent models", "SELECT model FROM models WHERE uses > 0 ORDER BY used DESC, model LIMIT ?", limit)
}

func (s *Store) texts(op, query string, args ...any) ([]string, error) {
	var out []string
	err := s.each(op, query, args, func(rows *sql.Rows) error {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
		out = append(out, text)
		return nil
	})
	return out, err
}

// Verdict is the result of comparing two answers blind.
type Verdict string

// The verdicts.
const (
	LeftWins  Verdict = "left"
	RightWins Verdict = "right"
	Tie       Verdict = "tie"
	BothBad   Verdict = "both_bad"
)

// Vote is one blind comparison.
type Vote struct {
	At          time.Time
	Run         string
	Left, Right string // models
	Verdict     Verdict
}

// AddVote records a vote.
func (s *Store) AddVote(v Vote) error {
	return s.exec("save vote", "INSERT INTO votes (at, run, left_model, right_model, result) VALUES (?, ?, ?, ?, ?)",
		millis(v.At), v.Run, v.Left, v.Right, string(v.Verdict))
}

// Votes lists every vote, oldest first.
func (s *Store) Votes() ([]Vote, error) {
	var out []Vote
	err := s.each("read votes", "SELECT at, run, left_model, right_model, result FROM votes ORDER BY at, id", nil, func(rows *sql.Rows) error {
		var v Vote
		var at int64
		if err := rows.Scan(&at, &v.Run, &v.Left, &v.Right, &v.Verdict); err != nil {
			return err
		}
		v.At = fromMillis(at)
		out = append(out, v)
		return nil
	})
	return out, err
}

// maxPrompts bounds the history of prompts.
const maxPrompts = 5000

// AddPrompt puts a prompt at the end of the history; one that is there already moves
// there. It writes the user's text to disk: ask privacy.save_prompts first.
func (s *Store) AddPrompt(text string) error {
	if text == "" {
		return errors.New("save prompt: it is empty")
	}
	return s.change("save prompt", func(tx *sql.Tx) error {
		if _, err := tx.Exec("DELETE FROM prompts WHERE text = ?", text); err != nil {
			return err
		}
		if _, err := tx.Exec("INSERT INTO prompts (id, at, text) VALUES ((SELECT coalesce(max(id), 0) + 1 FROM prompts), ?, ?)", millis(s.now()), text); err != nil {
			return err
		}
		_, err := tx.Exec("DELETE FROM prompts WHERE id <= (SELECT max(id) FROM prompts) - ?", maxPrompts)
		return err
	})
}

// Prompts lists the newest prompts that contain a text, newest first; "" is in all.
func (s *Store) Prompts(containing string, limit int) ([]string, error) {
	return s.texts("read prompts", "SELECT text FROM prompts WHERE instr(lower(text), lower(?)) > 0 ORDER BY id DESC LIMIT ?", containing, limit)
}

// ForgetPrompts empties the history.
func (s *Store) ForgetPrompts() error { return s.exec("forget prompts", "DELETE FROM prompts") }
