package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/engine/budget"
	"assay/engine/limit"
	"assay/internal/store"
)

// The engine's books can be kept here.
var (
	_ budget.Book   = (*store.Store)(nil)
	_ limit.Counter = (*store.Store)(nil)
)

func open(t testing.TB, dir string) *store.Store {
	t.Helper()
	s := store.New(dir)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestNothingIsOpenedUntilNeeded(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir)
	if _, err := os.Stat(dir); err == nil {
		t.Error("New made the folder")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	s = open(t, dir)
	if err := s.UsedModel("a/b"); err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS == "windows" {
		return
	}
	for _, f := range []string{"", store.FileName, store.FileName + "-wal"} {
		info, err := os.Stat(filepath.Join(dir, f))
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%q: %v, %v: others can read it", f, info.Mode(), err)
		}
	}
}

func TestPathsAreTakenLiterally(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a b?c#d%20e&_pragma=x")
	s := open(t, dir)
	if err := s.Keep("x", []byte("y")); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, store.FileName)); err != nil {
		t.Error(err)
	}
}

func TestDamagedFile(t *testing.T) {
	for name, damage := range map[string]func(good []byte) []byte{
		"text":        func([]byte) []byte { return []byte(strings.Repeat("this is no database\n", 500)) },
		"bad header":  func(good []byte) []byte { copy(good, "XXXXXXXX"); return good },
		"middle lost": func(good []byte) []byte { clear(good[100:]); return good },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, store.FileName)
			first := store.New(dir)
			if err := first.Keep("x", []byte("y")); err != nil {
				t.Fatal(err)
			}
			if err := first.Close(); err != nil {
				t.Fatal(err)
			}
			good, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, damage(good), 0o600); err != nil {
				t.Fatal(err)
			}
			s := open(t, dir)
			err = s.Keep("x", []byte("z"))
			if !errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), path) {
				t.Fatalf("got %v, want ErrDamaged with the file's name", err)
			}
			aside, err := s.SetAside()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(aside); err != nil {
				t.Errorf("the damaged file is gone: %v", err)
			}
			if err := s.Keep("x", []byte("z")); err != nil {
				t.Errorf("after setting it aside: %v", err)
			}
		})
	}
}

func TestUnwritableFolder(t *testing.T) {
	t.Run("a file is in the way", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		checkUnavailable(t, filepath.Join(file, "data"))
	})
	t.Run("read-only folder", func(t *testing.T) {
		if os.Geteuid() == 0 || runtime.GOOS == "windows" {
			t.Skip("this user may write to read-only folders")
		}
		dir := t.TempDir()
		if err := os.Chmod(dir, 0o500); err != nil {
			t.Fatal(err)
		}
		checkUnavailable(t, dir)
	})
	t.Run("read-only file system", func(t *testing.T) {
		if _, err := os.Stat("/proc/self"); err != nil {
			t.Skip("there is no /proc to be refused by")
		}
		checkUnavailable(t, "/proc/self")
	})
}

func checkUnavailable(t *testing.T, dir string) {
	t.Helper()
	s := open(t, dir)
	for range 2 { // the answer stays the same
		err := s.UsedModel("a/b")
		if !errors.Is(err, store.ErrUnavailable) || !strings.Contains(err.Error(), dir) {
			t.Fatalf("got %v, want ErrUnavailable with the folder's name", err)
		}
	}
}

func TestMemory(t *testing.T) {
	s := store.NewMemory()
	defer s.Close()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if err := s.UsedModel("a/b"); err != nil {
					t.Error(err)
				}
				if _, err := s.RecentModels(5); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got, err := s.RecentModels(5); err != nil || len(got) != 1 {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := s.SetAside(); err == nil {
		t.Error("there is no file to set aside")
	}
}

func TestNewerFileIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	s := store.New(dir)
	if err := s.SetVersion(99); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	if err := s.UsedModel("a/b"); !errors.Is(err, store.ErrTooNew) || !strings.Contains(err.Error(), "update assay") {
		t.Errorf("got %v, want ErrTooNew", err)
	}
}

func TestUseAfterClose(t *testing.T) {
	s := open(t, t.TempDir())
	if err := s.UsedModel("a/b"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.UsedModel("a/b"); err == nil {
		t.Error("a closed store must not open its file again")
	}
}

func TestState(t *testing.T) {
	s := open(t, t.TempDir())
	if _, _, err := s.Kept(store.Health); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
	for _, v := range []string{"one", "two"} {
		if err := s.Keep(store.Health, []byte(v)); err != nil {
			t.Fatal(err)
		}
	}
	got, at, err := s.Kept(store.Health)
	if string(got) != "two" || err != nil || time.Since(at) > time.Minute {
		t.Errorf("got %q of %v, %v", got, at, err)
	}
	if err := s.Keep("big", make([]byte, 9<<20)); err == nil {
		t.Error("a value must be bounded")
	}
}

func TestPins(t *testing.T) {
	s := open(t, t.TempDir())
	later, over := time.Now().Add(time.Hour).UTC().Truncate(time.Millisecond), time.Now().Add(-time.Second)
	for _, p := range []store.Pin{
		{"s1", "a/b", "groq", over}, {"s2", "a/b", "groq", later}, {"s2", "a/b", "openai", later},
	} {
		if err := s.SavePin(p); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Pins()
	if err != nil || len(got) != 1 || got[0] != (store.Pin{"s2", "a/b", "openai", later}) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestFavouritesAndRecentModels(t *testing.T) {
	s := open(t, t.TempDir())
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.SetFavourite("z/z", true))
	must(s.SetFavourite("a/a", true))
	must(s.UsedModel("m/1"))
	must(s.UsedModel("a/a"))
	must(s.SetFavourite("z/z", false))
	if got, err := s.Favourites(); err != nil || len(got) != 1 || got[0] != "a/a" {
		t.Errorf("favourites %v, %v", got, err)
	}
	if got, err := s.RecentModels(9); err != nil || len(got) != 2 {
		t.Errorf("recent %v, %v: a favourite never used is not recent", got, err)
	}
}

func TestPrompts(t *testing.T) {
	s := open(t, t.TempDir())
	for _, p := range []string{"first", "Second one", "first"} {
		if err := s.AddPrompt(p); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.Prompts("", 10); err != nil || strings.Join(got, "|") != "first|Second one" {
		t.Errorf("got %q, %v: newest first, each once", got, err)
	}
	if got, err := s.Prompts("SECOND", 10); err != nil || strings.Join(got, "|") != "Second one" {
		t.Errorf("got %q, %v", got, err)
	}
	if err := s.AddPrompt(""); err == nil {
		t.Error("an empty prompt is no prompt")
	}
	if err := s.ForgetPrompts(); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Prompts("", 10); err != nil || len(got) != 0 {
		t.Errorf("after forgetting: %q, %v", got, err)
	}
}

func TestVotes(t *testing.T) {
	s := open(t, t.TempDir())
	want := store.Vote{At: time.Now().UTC().Truncate(time.Millisecond), Run: "r1", Left: "a/b", Right: "c/d", Verdict: store.BothBad}
	if err := s.AddVote(want); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Votes(); err != nil || len(got) != 1 || got[0] != want {
		t.Errorf("got %+v, %v", got, err)
	}
}
