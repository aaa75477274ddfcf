package store

import (
	"bytes"
	"compress/gzip"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"assay/engine/chat"
)

// Run is what a list shows of a saved run.
type Run struct {
	ID        string
	At        time.Time
	Duration  time.Duration
	Title     string // beginning of the prompt, on one line, raw
	Models    []string
	Fused     bool
	Cost      chat.Cost
	OK        int // answers
	Failed    int
	Cancelled int
	Demo      bool
	Size      int    // bytes of the events
	Snippet   string // around what was searched for, raw; "" without a search
}

// maxRun bounds the events of one run, written out.
const maxRun = 256 << 20

// SaveRun keeps a run: its events as JSON lines, prompts and answers included. A run
// of that id is replaced. It writes text to disk: only when the user said so. A retry
// of lanes belongs behind the events of the run it continues.
func (s *Store) SaveRun(events []byte) (id string, err error) {
	if len(events) > maxRun {
		return "", fmt.Errorf("save run: %d MiB are more than the %d allowed", len(events)>>20, maxRun>>20)
	}
	r, prompt, answers, err := summarize(events)
	if err != nil {
		return "", fmt.Errorf("save run: %w", err)
	}
	packed, err := pack(events)
	if err != nil {
		return "", fmt.Errorf("save run: %w", err)
	}
	models, err := json.Marshal(r.Models)
	if err != nil {
		return "", fmt.Errorf("save run: %w", err)
	}
	return r.ID, s.change("save run", func(tx *sql.Tx) error {
		if err := deleteRun(tx, r.ID); err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		res, err := tx.Exec(`INSERT INTO runs (run, at, duration_ms, title, models, panel, cost, cost_source, ok, failed, cancelled, demo, events, size)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			r.ID, millis(r.At), r.Duration.Milliseconds(), r.Title, string(models), r.Fused, costText(r.Cost), string(r.Cost.Source),
			r.OK, r.Failed, r.Cancelled, r.Demo, packed, len(events))
		if err != nil {
			return err
		}
		row, err := res.LastInsertId()
		if err != nil {
			return err
		}
		_, err = tx.Exec("INSERT INTO run_text (rowid, prompt, answers) VALUES (?, ?, ?)", row, prompt, answers)
		return err
	})
}

// summarize folds the events into what the list shows and what is searched.
func summarize(events []byte) (r Run, prompt, answers string, err error) {
	var state chat.State
	reader := chat.NewReader(bytes.NewReader(events))
	for {
		e, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return r, "", "", err
		}
		state.Apply(e)
	}
	if state.Run.ID == "" {
		return r, "", "", errors.New("the events do not begin with a run")
	}
	at, err := time.Parse(time.RFC3339, state.Run.StartedAt)
	if err != nil {
		return r, "", "", fmt.Errorf("the run's started_at: %w", err)
	}
	prompt = state.Run.Prompt
	for _, m := range state.Run.Messages {
		if m.Role == chat.User {
			prompt = strings.TrimPrefix(prompt+"\n\n"+m.Text(), "\n\n")
		}
	}
	var text strings.Builder
	r = Run{
		ID: state.Run.ID, At: at, Duration: time.Duration(state.NowMs) * time.Millisecond,
		Title: title(prompt), Fused: state.Analysis != nil, Demo: state.Run.Demo, Size: len(events),
	}
	for i := range state.Lanes {
		l := &state.Lanes[i]
		text.Write(l.Text)
		text.WriteString("\n\n")
		r.Cost = r.Cost.Add(l.Bill())
		if l.Spec.Role != chat.RoleAnswer {
			continue
		}
		r.Models = append(r.Models, l.Spec.Model)
		switch l.Phase {
		case chat.PhaseDone:
			r.OK++
		case chat.PhaseCancelled:
			r.Cancelled++
		default:
			r.Failed++
		}
	}
	return r, prompt, strings.ToValidUTF8(text.String(), "\uFFFD"), nil
}

// title is the beginning of a prompt on one line.
func title(prompt string) string {
	const most = 200
	line := strings.Join(strings.Fields(prompt), " ")
	if utf8.RuneCountInString(line) > most {
		line = string([]rune(line)[:most]) + "…"
	}
	return line
}

func pack(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	err := w.Close()
	return out.Bytes(), err
}

func unpack(b []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(r, maxRun+1))
	if err == nil && len(out) > maxRun {
		err = errors.New("the run is larger than any that is saved")
	}
	return out, err
}

// RunEvents is the events of a run as JSON lines. There being none is ErrNotFound.
func (s *Store) RunEvents(id string) ([]byte, error) {
	var packed []byte
	if err := s.one("read run "+id, "SELECT events FROM runs WHERE run = ?", []any{id}, &packed); err != nil {
		return nil, err
	}
	events, err := unpack(packed)
	if err != nil {
		return nil, fmt.Errorf("read run %s: %w", id, err)
	}
	return events, nil
}

// FindRun is the id of the one run whose id begins so. There being none is
// ErrNotFound; that several do is an error that says so.
func (s *Store) FindRun(prefix string) (string, error) {
	ids, err := s.texts("find run", "SELECT run FROM runs WHERE substr(run, 1, length(?1)) = ?1 ORDER BY run LIMIT 2", prefix)
	switch {
	case err != nil:
		return "", err
	case len(ids) == 0:
		return "", fmt.Errorf("run %q: %w", prefix, ErrNotFound)
	case len(ids) > 1 && ids[0] != prefix:
		return "", fmt.Errorf("run %q: several begin so; write more of its id", prefix)
	}
	return ids[0], nil
}

// DeleteRun removes a run.
func (s *Store) DeleteRun(id string) error {
	return s.change("delete run "+id, func(tx *sql.Tx) error { return deleteRun(tx, id) })
}

func deleteRun(tx *sql.Tx, id string) error {
	if _, err := tx.Exec("DELETE FROM run_text WHERE rowid = (SELECT id FROM runs WHERE run = ?)", id); err != nil {
		return err
	}
	return deleteOne(tx, "DELETE FROM runs WHERE run = ?", id)
}

// Runs lists saved runs, newest first: those that hold every word of text in their
// prompts or answers, upper and lower case alike; "" is in all.
func (s *Store) Runs(text string, limit int) ([]Run, error) {
	where, snippet, args := search(text)
	query := `SELECT run, at, duration_ms, title, models, panel, cost, cost_source, ok, failed, cancelled, demo, size, ` + snippet +
		` FROM runs JOIN run_text ON run_text.rowid = runs.id` + where + ` ORDER BY at DESC, runs.id DESC LIMIT ?`
	var out []Run
	err := s.each("read runs", query, append(args, limit), func(rows *sql.Rows) error {
		var r Run
		var at, duration int64
		var models, cost string
		if err := rows.Scan(&r.ID, &at, &duration, &r.Title, &models, &r.Fused, &cost, &r.Cost.Source,
			&r.OK, &r.Failed, &r.Cancelled, &r.Demo, &r.Size, &r.Snippet); err != nil {
			return err
		}
		r.At, r.Duration = fromMillis(at), time.Duration(duration)*time.Millisecond
		if err := json.Unmarshal([]byte(models), &r.Models); err != nil {
			return err
		}
		var err error
		r.Cost.USD, err = amount(cost)
		out = append(out, r)
		return err
	})
	return out, err
}

// search makes the condition of a query. The index knows pieces of three characters;
// shorter words are looked for without it.
func search(text string) (where, snippet string, args []any) {
	var match []string
	var conditions []string
	words := strings.Fields(text)
	slices.Sort(words)
	for _, w := range slices.Compact(words) {
		if utf8.RuneCountInString(w) >= 3 {
			match = append(match, `"`+strings.ReplaceAll(w, `"`, `""`)+`"`)
			continue
		}
		conditions = append(conditions, "instr(lower(prompt || char(10) || answers), lower(?)) > 0")
		args = append(args, w)
	}
	snippet = "''"
	if len(match) > 0 {
		conditions = append([]string{"run_text MATCH ?"}, conditions...)
		args = append([]any{strings.Join(match, " AND ")}, args...)
		snippet = "snippet(run_text, -1, '', '', '…', 60)"
	}
	if len(conditions) > 0 {
		where = " WHERE " + strings.Join(conditions, " AND ")
	}
	return where, snippet, args
}
