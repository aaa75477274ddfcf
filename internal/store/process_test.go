package store_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"assay/engine/chat"
	"assay/internal/store"
	"assay/internal/usd"
)

// TestMain lets the tests start this binary again as another process with the same
// data file.
func TestMain(m *testing.M) {
	switch os.Getenv("STORE_TEST_ROLE") {
	case "writer":
		writer(store.New(os.Getenv("STORE_TEST_DIR")))
	case "spender":
		spender(store.New(os.Getenv("STORE_TEST_DIR")))
	default:
		os.Exit(m.Run())
	}
}

// writer records without end and says after each line that it is written. It also
// holds money that it will never settle.
func writer(s *store.Store) {
	if ok, _, err := s.Hold("day:x", usd.MustParse("0.9"), usd.MustParse("1")); !ok || err != nil {
		fmt.Println("hold:", ok, err)
		return
	}
	for i := 0; ; i++ {
		e := entry(time.Now(), "a/b", "0.001", chat.CostProvider)
		e.Run = strconv.Itoa(i)
		if err := s.Record(e); err != nil {
			fmt.Println("record:", err)
			return
		}
		fmt.Println(i)
	}
}

// spender takes what it can get and says how often it got something.
func spender(s *store.Store) {
	got := 0
	for range 60 {
		ok, _, err := s.Hold("day:x", usd.MustParse("0.01"), usd.MustParse("1"))
		if err != nil {
			fmt.Println(err)
			return
		}
		if !ok {
			continue
		}
		got++
		if err := s.Settle("day:x", usd.MustParse("0.01"), usd.MustParse("0.01")); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(got)
}

func process(t *testing.T, role, dir string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "STORE_TEST_ROLE="+role, "STORE_TEST_DIR="+dir)
	cmd.Stderr = os.Stderr
	return cmd
}

// What a method has returned from survives kill -9, the file stays sound, and money
// the dead process held is free again.
func TestKilledProcessLosesNothing(t *testing.T) {
	dir := t.TempDir()
	cmd := process(t, "writer", dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	last := -1
	sc := bufio.NewScanner(out)
	for last < 200 && sc.Scan() {
		if last, err = strconv.Atoi(sc.Text()); err != nil {
			t.Fatal(sc.Text())
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for sc.Scan() { // what it managed to say before it died
		if n, err := strconv.Atoi(sc.Text()); err == nil {
			last = n
		}
	}
	_ = cmd.Wait() // it was killed

	s := open(t, dir)
	if err := s.Sound(); err != nil {
		t.Fatal(err)
	}
	seen := 0
	if err := s.Entries(store.Period{}, func(e store.Entry) error {
		if e.Run != strconv.Itoa(seen) {
			return fmt.Errorf("line %d is of run %s", seen, e.Run)
		}
		seen++
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if seen < last+1 {
		t.Errorf("%d lines survived of %d that were written", seen, last+1)
	}
	if ok, left, err := s.Hold("day:x", usd.MustParse("1"), usd.MustParse("1")); !ok || err != nil {
		t.Errorf("the dead process still holds money: %v left, %v", left, err)
	}
}

func TestProcessesShareOneBudget(t *testing.T) {
	dir := t.TempDir()
	var cmds []*exec.Cmd
	var outs []*strings.Builder
	for range 3 {
		cmd, out := process(t, "spender", dir), &strings.Builder{}
		cmd.Stdout = out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		cmds, outs = append(cmds, cmd), append(outs, out)
	}
	total := 0
	for i, cmd := range cmds {
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
		n, err := strconv.Atoi(strings.TrimSpace(outs[i].String()))
		if err != nil {
			t.Errorf("a process failed: %s", outs[i])
		}
		total += n
	}
	if total != 100 {
		t.Errorf("the processes spent %d hundredths of a cap of 100", total)
	}
	s := open(t, dir)
	if got, err := s.Spent("day:x"); err != nil || got != usd.MustParse("1") {
		t.Errorf("spent %v, %v", got, err)
	}
}
