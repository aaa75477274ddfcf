package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"assay/engine/chat"
	"assay/internal/export"
	"assay/internal/store"
	"assay/internal/wiring"
)

// recorded is a run that was saved or recorded.
type recorded struct {
	raw   []byte         // JSON lines, as recorded
	turns [][]chat.Event // of a conversation; mostly one
}

// maxRecorded bounds a run file: what the data file would take too.
const maxRecorded = 256 << 20

// recorded finds a run by what the user typed: a file of that name, or the beginning
// of the id of a saved run.
func (a *App) recorded(name string) (*recorded, error) {
	raw, err := a.recordedBytes(name)
	if err != nil {
		return nil, err
	}
	events, err := readEvents(raw)
	if err != nil {
		return nil, Usagef("%s: %w", name, err)
	}
	if len(events) == 0 {
		return nil, Usagef("%s holds no run", name)
	}
	if _, ok := events[0].Body.(*chat.Run); !ok {
		return nil, Usagef("%s is no recorded run: its first line is a %q, not a \"run\"", name, chat.TypeOf(events[0].Body))
	}
	return &recorded{raw: raw, turns: chat.Turns(events)}, nil
}

func (a *App) recordedBytes(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil && !strings.ContainsAny(name, `./\`) {
		return a.savedBytes(name)
	}
	if err != nil {
		return nil, Exit(Usage, err)
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxRecorded+1))
	switch {
	case err != nil:
		return nil, Exit(Usage, err)
	case len(raw) > maxRecorded:
		return nil, Usagef("%s is larger than %d MiB", name, maxRecorded>>20)
	}
	return raw, nil
}

func (a *App) savedBytes(prefix string) ([]byte, error) {
	st, id, err := a.savedRun(prefix)
	if err != nil {
		return nil, err
	}
	return st.RunEvents(id)
}

// savedRun finds the one saved run whose id begins so.
func (a *App) savedRun(prefix string) (*store.Store, string, error) {
	st, err := a.Store()
	if err != nil {
		return nil, "", err
	}
	id, err := st.FindRun(prefix)
	if errors.Is(err, store.ErrNotFound) {
		return nil, "", Usagef("there is no saved run %q and no file of that name; `assay runs list` shows what is saved", prefix)
	}
	if err != nil {
		return nil, "", Exit(Usage, err)
	}
	return st, id, nil
}

// readEvents decodes JSON lines. A last line without its end was being written when
// the program died: it is left out.
func readEvents(raw []byte) ([]chat.Event, error) {
	whole := raw
	if i := bytes.LastIndexByte(raw, '\n'); i+1 < len(raw) {
		whole = raw[:i+1]
		if err := new(chat.Event).UnmarshalJSON(raw[i+1:]); err == nil {
			whole = raw
		}
	}
	var out []chat.Event
	r := chat.NewReader(bytes.NewReader(whole))
	for {
		e, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("this is no recorded run: %w", err)
		}
		out = append(out, e)
	}
}

// states are the turns, folded.
func (r *recorded) states() []*chat.State {
	out := make([]*chat.State, len(r.turns))
	for i, t := range r.turns {
		out[i] = export.Fold(t)
	}
	return out
}

// last is the newest turn, folded.
func (r *recorded) last() *chat.State { return export.Fold(r.turns[len(r.turns)-1]) }

// recall hands the workbench a recorded run, as if it had just ended: all its turns.
// Without a name there is none.
func (a *App) recall(b *wiring.Backend, name string) ([]chat.Event, error) {
	if name == "" {
		return nil, nil
	}
	r, err := a.recorded(name)
	if err != nil {
		return nil, err
	}
	var events []chat.Event
	for _, t := range r.turns {
		events = append(events, t...)
	}
	return events, b.Recall(events)
}
