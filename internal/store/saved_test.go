package store_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"assay/engine/chat"
	"assay/internal/store"
	"assay/internal/usd"
)

func TestPresetVersions(t *testing.T) {
	s := open(t, t.TempDir())
	save := func(name, body string, want int) {
		t.Helper()
		if got, err := s.SavePreset(name, body); got != want || err != nil {
			t.Errorf("SavePreset(%s, %q) = %d, %v, want %d", name, body, got, err, want)
		}
	}
	inUse := func(name, wantBody string, wantVersion int) {
		t.Helper()
		p, err := s.Preset(name, 0)
		if err != nil || p.Body != wantBody || p.Version != wantVersion || !p.InUse {
			t.Errorf("in use: %+v, %v, want version %d %q", p, err, wantVersion, wantBody)
		}
	}
	save("terse", "one", 1)
	save("terse", "two", 2)
	save("terse", "two", 2) // nothing new
	save("other", "x", 1)
	inUse("terse", "two", 2)
	if err := s.UsePreset("terse", 1); err != nil {
		t.Fatal(err)
	}
	inUse("terse", "one", 1)
	save("terse", "three", 3)
	inUse("terse", "three", 3)
	if p, err := s.Preset("terse", 2); err != nil || p.Body != "two" || p.InUse || p.Latest != 3 {
		t.Errorf("version 2: %+v, %v", p, err)
	}
	versions, err := s.PresetVersions("terse")
	if err != nil || len(versions) != 3 || versions[0].Body != "one" || versions[2].Body != "three" {
		t.Errorf("versions %+v, %v", versions, err)
	}
	if list, err := s.Presets(); err != nil || len(list) != 2 || list[0].Name != "other" || list[1].Version != 3 {
		t.Errorf("list %+v, %v", list, err)
	}
	for what, err := range map[string]error{
		"use of a version that is not there": s.UsePreset("terse", 9),
		"use of a preset that is not there":  s.UsePreset("nope", 1),
		"deleting what is not there":         s.DeletePreset("nope"),
	} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v, want ErrNotFound", what, err)
		}
	}
	if err := s.DeletePreset("terse"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Preset("terse", 0); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("after deleting: %v", err)
	}
	save("terse", "new life", 1)
}

func TestPanels(t *testing.T) {
	s := open(t, t.TempDir())
	for _, body := range []string{"a", "b"} {
		if err := s.SavePanel("mine", body); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.Panels(); err != nil || len(got) != 1 || got[0].Body != "b" {
		t.Errorf("got %+v, %v", got, err)
	}
	if err := s.DeletePanel("mine"); err != nil {
		t.Error(err)
	}
	if err := s.DeletePanel("mine"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}

// recorded is a run of two lanes as it would be written to a file.
func recorded(t testing.TB, id, started, prompt string, answers ...string) []byte {
	t.Helper()
	run := &chat.Run{V: 1, ID: id, StartedAt: started, Prompt: prompt}
	for i := range answers {
		run.Lanes = append(run.Lanes, chat.LaneSpec{Lane: i, Role: chat.RoleAnswer, Model: "m/" + string(rune('a'+i))})
	}
	events := []chat.Event{{Lane: chat.NoLane, Body: run}}
	for i, text := range answers {
		if text == "" {
			events = append(events, chat.Event{TMs: 40, Lane: i, Body: &chat.Failure{ErrorType: chat.ErrServer, Message: "down"}})
			continue
		}
		events = append(events,
			chat.Event{TMs: 20, Lane: i, Body: chat.Text{Text: text}},
			chat.Event{TMs: 1500, Lane: i, Body: &chat.Finish{Cost: chat.Cost{USD: usd.MustParse("0.01"), Source: chat.CostProvider}}})
	}
	var out bytes.Buffer
	w := chat.NewWriter(&out)
	for _, e := range events {
		if err := w.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

func TestRuns(t *testing.T) {
	s := open(t, t.TempDir())
	save := func(events []byte) {
		t.Helper()
		if _, err := s.SaveRun(events); err != nil {
			t.Fatal(err)
		}
	}
	first := recorded(t, "01aaa", "2026-01-31T10:00:00Z", "Why is the\n sky blue?", "Rayleigh scattering.", "")
	save(first)
	save(recorded(t, "01aab", "2026-02-01T10:00:00Z", "Übersetze: 空は青い", "The sky is blue; 100% \"sure\".", "Le ciel est bleu."))
	save(first) // again: replaced, not doubled

	got, err := s.RunEvents("01aaa")
	if err != nil || !bytes.Equal(got, first) {
		t.Errorf("events differ: %v\n%s", err, got)
	}
	list, err := s.Runs("", 10)
	if err != nil || len(list) != 2 || list[0].ID != "01aab" {
		t.Fatalf("got %+v, %v: newest first", list, err)
	}
	r := list[1]
	if r.Title != "Why is the sky blue?" || r.OK != 1 || r.Failed != 1 || r.Cost.USD != usd.MustParse("0.01") ||
		!slices.Equal(r.Models, []string{"m/a", "m/b"}) || r.Duration.Milliseconds() != 1500 || r.Size != len(first) {
		t.Errorf("%+v", r)
	}
	for query, want := range map[string]string{
		"sky":                "01aab 01aaa",
		"SKY blue":           "01aab 01aaa",
		"scatter":            "01aaa",
		"rayleigh why":       "01aaa",
		"空は":                 "01aab",
		"空は青い":               "01aab",
		"übersetze":          "01aab",
		`"sure"`:             "01aab",
		"100%":               "01aab",
		"le":                 "01aab 01aaa", // Le ciel, Rayleigh
		"nothing":            "",
		"sky nothing":        "",
		`" OR 1=1 --`:        "",
		"NEAR(sky blue)":     "",
		"answers:scattering": "",
	} {
		found, err := s.Runs(query, 10)
		if err != nil {
			t.Errorf("%q: %v", query, err)
		}
		var ids []string
		for _, r := range found {
			ids = append(ids, r.ID)
			if utf8.RuneCountInString(query) >= 3 && !strings.ContainsAny(query, " %") && r.Snippet == "" {
				t.Errorf("%q: no snippet", query)
			}
		}
		if strings.Join(ids, " ") != want {
			t.Errorf("%q finds %v, want %s", query, ids, want)
		}
	}
	if found, err := s.Runs("", 1); err != nil || len(found) != 1 {
		t.Errorf("limit: %v, %v", found, err)
	}
	if id, err := s.FindRun("01aab"); id != "01aab" || err != nil {
		t.Errorf("%q, %v", id, err)
	}
	if _, err := s.FindRun("01aa"); err == nil || errors.Is(err, store.ErrNotFound) {
		t.Errorf("an ambiguous beginning: %v", err)
	}
	if _, err := s.FindRun("%"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a wildcard is no beginning: %v", err)
	}
	if err := s.DeleteRun("01aaa"); err != nil {
		t.Fatal(err)
	}
	if found, err := s.Runs("rayleigh", 10); err != nil || len(found) != 0 {
		t.Errorf("a deleted run is still found: %v, %v", found, err)
	}
	if _, err := s.RunEvents("01aaa"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}

func TestSaveRunRefusesWhatIsNoRun(t *testing.T) {
	s := open(t, t.TempDir())
	for _, events := range []string{"", "{", `{"type":"text","t_ms":1,"lane":0,"text":"x"}`, `{"type":"run","t_ms":0,"v":1,"id":"x","started_at":"yesterday","lanes":[]}`} {
		if _, err := s.SaveRun([]byte(events)); err == nil {
			t.Errorf("%q was saved", events)
		}
	}
}

// Nothing but SaveRun and AddPrompt may bring text into the file.
func TestNoTextWithoutConsent(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	e := entry(time.Unix(0, 0), "a/b", "0.1", chat.CostProvider)
	if err := s.Record(e); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SaveRun(recorded(t, "01", "2026-01-31T10:00:00Z", "canary in a prompt", "canary in an answer")); err != nil {
		t.Fatal(err)
	}
	if err := s.AddPrompt("canary in the history"); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteRun("01"); err != nil {
		t.Fatal(err)
	}
	if err := s.ForgetPrompts(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// Deleted text is gone from the file, not only from its index.
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte("canary")) {
			t.Errorf("%s still holds deleted text", filepath.Base(f))
		}
	}
}
