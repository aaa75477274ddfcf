package rankings_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/catalog/rankings"
)

const twoDays = `{"data":[
 {"date":"2026-01-01","model_permaslug":"a/one-1","total_tokens":"300"},
 {"date":"2026-01-01","model_permaslug":"b/two:free","total_tokens":"200"},
 {"date":"2026-01-01","model_permaslug":"other","total_tokens":"9000"},
 {"date":"2026-01-02","model_permaslug":"b/two:free","total_tokens":"500"},
 {"date":"2026-01-02","model_permaslug":"other","total_tokens":"0"}],
 "meta":{"as_of":"2026-01-03T04:00:00Z","version":"v1","start_date":"2026-01-01","end_date":"2026-01-02"}}`

func TestDecode(t *testing.T) {
	got, err := rankings.Decode([]byte(twoDays))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Days, []string{"2026-01-01", "2026-01-02"}) || got.Start != "2026-01-01" || got.End != "2026-01-02" {
		t.Errorf("days %v, from %s to %s", got.Days, got.Start, got.End)
	}
	var text []string
	for _, m := range got.Models {
		text = append(text, fmt.Sprint(m.Slug, " ", m.Tokens, " ", m.Daily))
	}
	want := []string{"b/two:free 700 [200 500]", "a/one-1 300 [300 0]", "other 9000 [9000 0]"}
	if !slices.Equal(text, want) {
		t.Errorf("models\n%q\nwant, the others last,\n%q", text, want)
	}
	if share := got.Share(&got.Models[0]); share != 0.07 {
		t.Errorf("a share of %v, want 0.07", share)
	}
	if a := got.Attribution(); a != "Source: OpenRouter (openrouter.ai/rankings), as of 2026-01-03T04:00:00Z." {
		t.Errorf("attributed as %q", a)
	}
}

func TestDecodeRefuses(t *testing.T) {
	row := func(date, slug, tokens string) string {
		return fmt.Sprintf(`{"data":[{"date":%q,"model_permaslug":%q,"total_tokens":%q}]}`, date, slug, tokens)
	}
	for _, bad := range []string{
		"", "null", "[]", `{"data":null}`, `{"data":{}}`, twoDays[:len(twoDays)/2],
		row("yesterday", "a/b", "1"), row("2026-01-01", "", "1"), row("2026-01-01", "a/b", "-1"), row("2026-01-01", "a/b", "many"),
		row("2026-01-01", "a/b", "99999999999999999999"),
	} {
		if got, err := rankings.Decode([]byte(bad)); !errors.Is(err, rankings.ErrFormat) {
			t.Errorf("%.60q: %v, %v", bad, got, err)
		}
	}
	if got, err := rankings.Decode([]byte(`{"data":[]}`)); err != nil || len(got.Models) != 0 {
		t.Errorf("no rows: %v, %v", got, err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(twoDays))
	f.Add([]byte(`{"data":[{"date":"2026-01-01","model_permaslug":"a","total_tokens":"9223372036854775807"},{"date":"2026-01-01","model_permaslug":"a","total_tokens":"9223372036854775807"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := rankings.Decode(data)
		if err != nil {
			return
		}
		for i := range table.Models {
			m := &table.Models[i]
			if len(m.Daily) != len(table.Days) || m.Tokens < 0 {
				t.Fatalf("%d days, %+v", len(table.Days), m)
			}
			if s := table.Share(m); s < 0 || s > 1 {
				t.Fatalf("share %v", s)
			}
		}
	})
}

// server is a dataset that answers as told and counts.
type server struct {
	*httptest.Server
	asked  int
	answer func(w http.ResponseWriter, r *http.Request)
}

func serve(t *testing.T) *server {
	s := &server{answer: func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, twoDays) }}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked++
		if r.URL.Path != "/api/v1/datasets/rankings-daily" {
			t.Errorf("asked for %s", r.URL.Path)
		}
		s.answer(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func key() (http.Header, bool) { return http.Header{"Authorization": {"Bearer k"}}, true }

func (s *server) client(dir string, now *time.Time) *rankings.Client {
	return rankings.New(rankings.Options{BaseURL: s.URL + "/api/v1/", Header: key, Dir: dir, Now: func() time.Time { return *now }})
}

var noon = time.Date(2026, 1, 3, 12, 0, 0, 0, time.UTC)

func TestGetAsksOnceADay(t *testing.T) {
	s, dir, now := serve(t), t.TempDir(), noon
	s.answer = func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer k" {
			t.Error("the key is not sent")
		}
		if q := r.URL.Query(); q.Get("start_date") != "2026-01-01" || q.Get("end_date") != "2026-01-02" {
			t.Errorf("asked for %v", q)
		}
		fmt.Fprint(w, twoDays)
	}
	for range 3 {
		got, err := s.client(dir, &now).Get(t.Context(), 2)
		if err != nil || len(got.Models) != 3 {
			t.Fatalf("%v, %v", got, err)
		}
		now = now.Add(3 * time.Hour)
	}
	if s.asked != 1 {
		t.Errorf("asked %d times on one day", s.asked)
	}
	s.answer = func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"data":[]}`) }
	now = now.Add(12 * time.Hour)
	if got, err := s.client(dir, &now).Get(t.Context(), 2); err != nil || len(got.Models) != 0 || s.asked != 2 {
		t.Errorf("the day after: %v, %v, asked %d times", got, err, s.asked)
	}
	cached, err := os.ReadFile(filepath.Join(dir, "rankings-2.json"))
	if err != nil || strings.Contains(string(cached), "Bearer") {
		t.Errorf("the cache holds the key, or is not there: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".rankings-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestFailureKeepsTheOldTable(t *testing.T) {
	for name, answer := range map[string]func(http.ResponseWriter, *http.Request){
		"refused":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) },
		"too often": func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Retry-After", "9"); w.WriteHeader(429) },
		"broken":    func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"cut":       func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, twoDays[:99]) },
		"elsewhere": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusFound)
		},
		"huge": func(w http.ResponseWriter, _ *http.Request) {
			for range 9 << 4 {
				fmt.Fprint(w, strings.Repeat(" ", 64<<10))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, dir, now := serve(t), t.TempDir(), noon
			if got, err := s.client("", &now).Get(t.Context(), 2); err != nil || got == nil {
				t.Fatalf("without a folder: %v, %v", got, err)
			}
			if _, err := s.client(dir, &now).Get(t.Context(), 2); err != nil {
				t.Fatal(err)
			}
			s.answer = answer
			now = now.Add(24 * time.Hour)
			got, err := s.client(dir, &now).Get(t.Context(), 2)
			if err == nil || got == nil || len(got.Models) != 3 {
				t.Errorf("%v, %v: want the old table and why", got, err)
			}
			if name == "too often" && (!errors.Is(err, rankings.ErrLimit) || !strings.Contains(err.Error(), "9 seconds")) {
				t.Errorf("too often: %v", err)
			}
			if name == "refused" && !errors.Is(err, rankings.ErrNoKey) {
				t.Errorf("refused: %v", err)
			}
			if got, err := s.client(t.TempDir(), &now).Get(t.Context(), 2); err == nil || got != nil {
				t.Errorf("with nothing kept: %v, %v", got, err)
			}
		})
	}
}

func TestLimitsAreObeyed(t *testing.T) {
	s, now := serve(t), noon
	c := s.client("", &now)
	ask := func() error { _, err := c.Get(context.Background(), 2); return err }
	for i := range rankings.PerMinute {
		if err := ask(); err != nil {
			t.Fatalf("request %d: %v", i+1, err)
		}
	}
	if err := ask(); !errors.Is(err, rankings.ErrLimit) || s.asked != rankings.PerMinute {
		t.Errorf("one more in the same minute: %v after %d requests", err, s.asked)
	}
	now = now.Add(time.Minute)
	if err := ask(); err != nil {
		t.Errorf("a minute later: %v", err)
	}
	for s.asked < rankings.PerDay-1 { // the refused one counts as well
		now = now.Add(time.Minute)
		for range 20 {
			_ = ask()
		}
		if now.Sub(noon) > 11*time.Hour {
			t.Fatal("the day does not fill")
		}
	}
	now = now.Add(time.Minute)
	if err := ask(); !errors.Is(err, rankings.ErrLimit) {
		t.Errorf("beyond the limit of a day: %v after %d requests", err, s.asked)
	}
}

func TestWithoutAKeyNobodyIsAsked(t *testing.T) {
	s := serve(t)
	for _, header := range []func() (http.Header, bool){nil, func() (http.Header, bool) { return nil, false }} {
		if _, err := rankings.New(rankings.Options{BaseURL: s.URL + "/api/v1", Header: header}).Get(t.Context(), 30); !errors.Is(err, rankings.ErrNoKey) {
			t.Errorf("%v", err)
		}
	}
	for _, days := range []int{0, -1, 367} {
		if _, err := s.client("", new(time.Time)).Get(t.Context(), days); err == nil {
			t.Errorf("%d days are asked for", days)
		}
	}
	if s.asked != 0 {
		t.Errorf("asked %d times", s.asked)
	}
}
