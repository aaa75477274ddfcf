package limit_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"assay/engine/chat"
	"assay/engine/limit"
)

func TestMinuteWindowIsFairAndShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := limit.New(nil)
		ask := limit.Ask{Key: "p", PerMinute: 2}
		start := time.Now()
		var mu sync.Mutex
		var order []int
		waits := 0
		var wg sync.WaitGroup
		for i := range 5 {
			wg.Go(func() {
				time.Sleep(time.Duration(i) * time.Millisecond) // a known order of arrival
				release, err := s.Take(t.Context(), ask, time.Hour, func(time.Duration) { mu.Lock(); waits++; mu.Unlock() })
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				order = append(order, i)
				mu.Unlock()
				release()
			})
		}
		wg.Wait()
		for i, got := range order {
			if got != i {
				t.Fatalf("served %v, want first come first served", order)
			}
		}
		if waits < 3 {
			t.Errorf("%d waits were announced", waits)
		}
		if d := time.Since(start); d < 61*time.Second || d > 3*time.Minute {
			t.Errorf("five at two a minute took %v", d)
		}
	})
}

func TestDayIsUTCAndNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := limit.New(nil)
		ask := limit.Ask{Key: "p:free", PerMinute: 20, PerDay: 3}
		for range 3 {
			release, err := s.Take(t.Context(), ask, time.Minute, nil)
			if err != nil {
				t.Fatal(err)
			}
			release()
		}
		_, err := s.Take(t.Context(), ask, time.Minute, nil)
		var ce *chat.Error
		if !errors.As(err, &ce) || ce.Type != chat.ErrRateLimit || ce.RetryAfter <= time.Minute {
			t.Fatalf("fourth of three: %v", err)
		}
		if u, _ := s.Used("p:free"); u.DayUsed != 3 {
			t.Errorf("used %+v", u)
		}
		time.Sleep(ce.RetryAfter)
		if _, err := s.Take(t.Context(), ask, 0, nil); err != nil {
			t.Errorf("after midnight UTC: %v", err)
		}
	})
}

func TestParallel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := limit.New(nil)
		ask := limit.Ask{Key: "p", Parallel: 2}
		var mu sync.Mutex
		now, most := 0, 0
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				release, err := s.Take(t.Context(), ask, 0, nil)
				if err != nil {
					t.Error(err)
					return
				}
				defer release()
				mu.Lock()
				now++
				most = max(most, now)
				mu.Unlock()
				time.Sleep(time.Second)
				mu.Lock()
				now--
				mu.Unlock()
			})
		}
		wg.Wait()
		if most != 2 {
			t.Errorf("%d at once", most)
		}
	})
}

func TestWaitingEndsWithTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := limit.New(nil)
		ask := limit.Ask{Key: "p", PerMinute: 1, Parallel: 1}
		release, err := s.Take(t.Context(), ask, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() {
			_, err := s.Take(ctx, ask, time.Hour, nil)
			done <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("waiter got %v", err)
		}
		release()
		time.Sleep(time.Minute)
		if _, err := s.Take(t.Context(), ask, 0, nil); err != nil {
			t.Errorf("the cancelled waiter kept its slot: %v", err)
		}
	})
}
