package store_test

import (
	"sync"
	"testing"
	"time"

	"assay/internal/store"
	"assay/internal/usd"
)

func TestHoldAndSettle(t *testing.T) {
	s := open(t, t.TempDir())
	d := usd.MustParse
	hold := func(amount, limit string, wantOK bool, wantLeft string) {
		t.Helper()
		ok, left, err := s.Hold("day:x", d(amount), d(limit))
		if err != nil || ok != wantOK || left != d(wantLeft) {
			t.Errorf("Hold(%s of %s) = %v, %v, %v, want %v, %s", amount, limit, ok, left, err, wantOK, wantLeft)
		}
	}
	settle := func(held, spent string) {
		t.Helper()
		if err := s.Settle("day:x", d(held), d(spent)); err != nil {
			t.Error(err)
		}
	}
	hold("0.6", "1", true, "0.4")
	hold("0.5", "1", false, "0.4")
	hold("0.4", "1", true, "0")
	settle("0.6", "0.1")
	hold("0.5", "1", true, "0")
	settle("0.4", "0")
	settle("0.5", "0.7") // more than was held
	hold("0.1", "0.5", false, "-0.3")
	settle("0", "0.05") // without a hold
	if got, err := s.Spent("day:x"); err != nil || got != d("0.85") {
		t.Errorf("spent %v, %v", got, err)
	}
	if got, err := s.Spent("day:y"); err != nil || !got.IsZero() {
		t.Errorf("spent %v, %v in a scope nobody used", got, err)
	}
	hold("0.15", "1", true, "0")
}

func TestTake(t *testing.T) {
	s := open(t, t.TempDir())
	minute := time.Unix(60, 0)
	for i := range 4 {
		ok, used, err := s.Take("groq:free", minute, time.Minute, 3)
		if wantOK, want := i < 3, min(i+1, 3); ok != wantOK || used != want || err != nil {
			t.Errorf("take %d: %v, %d, %v, want %v, %d", i+1, ok, used, err, wantOK, want)
		}
	}
	if ok, used, err := s.Take("groq:free", minute, 24*time.Hour, 50); !ok || used != 1 || err != nil {
		t.Errorf("the day has a count of its own: %v, %d, %v", ok, used, err)
	}
	if ok, used, err := s.Take("groq:free", minute.Add(time.Minute), time.Minute, 3); !ok || used != 1 || err != nil {
		t.Errorf("the next minute begins anew: %v, %d, %v", ok, used, err)
	}
	if ok, _, err := s.Take("x", minute, time.Minute, 0); ok || err != nil {
		t.Errorf("a limit of zero lets nothing through: %v, %v", ok, err)
	}
	for window, want := range map[time.Time]int{minute: 0, minute.Add(time.Minute): 1, minute.Add(time.Hour): 0} {
		if got, err := s.Used("groq:free", window, time.Minute); err != nil || got != want {
			t.Errorf("window %v: used %d, %v, want %d", window.Unix(), got, err, want)
		}
	}
}

// Two handles on one file are what two processes are, but for the process.
func TestHandlesShareCounters(t *testing.T) {
	dir := t.TempDir()
	handles := []*store.Store{open(t, dir), open(t, dir), open(t, dir)}
	limit, piece := usd.MustParse("1"), usd.MustParse("0.03")
	var mu sync.Mutex
	held, taken := 0, 0
	var wg sync.WaitGroup
	for _, s := range handles {
		for range 3 {
			wg.Go(func() {
				for range 10 {
					ok, _, err := s.Hold("day:x", piece, limit)
					if err != nil {
						t.Error(err)
						return
					}
					free, _, err := s.Take("k", time.Unix(0, 0), time.Minute, 20)
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					if ok {
						held++
					}
					if free {
						taken++
					}
					mu.Unlock()
				}
			})
		}
	}
	wg.Wait()
	if held != 33 || taken != 20 {
		t.Errorf("%d holds and %d requests were let through, want 33 and 20", held, taken)
	}
}

// Processes that begin a new file at the same moment all get to use it.
func TestHandlesOpenTogether(t *testing.T) {
	for range 20 {
		dir := t.TempDir()
		var wg sync.WaitGroup
		for range 6 {
			s := open(t, dir)
			wg.Go(func() {
				if err := s.UsedModel("a/b"); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
}
