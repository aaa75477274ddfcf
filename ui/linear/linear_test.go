package linear_test

import (
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"assay/catalog"
	"assay/engine/chat"
	"assay/ui/backend"
	"assay/ui/keys"
	"assay/ui/linear"
	"assay/ui/talk"
	"assay/ui/uitest"
)

const (
	one = "The sky is **blue**.\n\n- waves\n"
	two = "It scatters.\x1b[2J\n"
)

func fake() *uitest.Fake {
	quote := func(lane int, all, part string) []chat.Quote {
		i := strings.Index(all, part)
		return []chat.Quote{{Lane: lane, Start: i, End: i + len(part), Text: part, Grounded: true}}
	}
	return &uitest.Fake{
		Answers: map[string][]uitest.Answer{
			"acme/alpha": {{Provider: "acme", Text: one, First: 2 * time.Second, Every: 20 * time.Millisecond, Cost: "0.002", Thought: "let me see"}},
			"beta/beta": {
				{Provider: "bravo", Text: two, First: time.Second, Every: 20 * time.Millisecond, Cost: "0.001", Attempts: []chat.Attempt{{N: 1, Provider: "alfa", Outcome: chat.AttemptFailed, Status: 503, ErrorType: chat.ErrOverloaded, Message: "busy"}}},
				{Provider: "golf", Text: "Second try.", First: time.Second},
			},
		},
		Analyses: []chat.Analysis{{Consensus: []chat.Consensus{{ID: "c1", Claim: "It is blue", Lanes: []int{0, 1}, Vendors: 2, Quotes: quote(0, one, "blue")}}, Final: true}},
		Writer:   &uitest.Answer{Text: "Blue ⟦c1⟧.", Cost: "0.003"},
		Choices: []backend.Choice{
			{Model: &catalog.Model{ID: "acme/alpha", Author: "acme", Name: "Alpha", Context: 200000}, Providers: []string{"acme"}},
			{Model: &catalog.Model{ID: "beta/beta", Author: "beta", Name: "Beta"}, Note: "needs BETA_API_KEY"},
		},
		Says: backend.Status{Line: "no key is set"},
	}
}

// session types lines, each after some time, and returns everything that was said.
func session(t *testing.T, f *uitest.Fake, o linear.Options, lines ...any) string {
	t.Helper()
	in, typing := io.Pipe()
	var out buffer
	o.Backend, o.Keys, o.In, o.Out = f, keys.Default(), in, &out
	done := make(chan error, 1)
	go func() { done <- linear.Run(t.Context(), o) }()
	for _, l := range lines {
		switch l := l.(type) {
		case time.Duration:
			time.Sleep(l)
		case string:
			io.WriteString(typing, l+"\n")
			synctest.Wait()
		}
	}
	typing.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
	in.Close()
	f.Wait()
	return out.String()
}

type buffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string { b.mu.Lock(); defer b.mu.Unlock(); return b.b.String() }

func lanes(models ...string) []talk.Setup {
	var out []talk.Setup
	for _, m := range models {
		out = append(out, talk.Setup{Request: chat.Request{Model: m}})
	}
	return out
}

func TestSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := session(t, fake(), linear.Options{Lanes: lanes("acme/alpha", "beta/beta"), Fuse: true},
			"why is the sky blue?", 5*time.Second, "/retry 2", 3*time.Second, "/trace 2", "/thinking 1", "/promote 1", "/save", "/bogus", "/zoom", "/help", "/quit")
		for _, r := range got {
			if r < 0x20 && r != '\n' || r == 0x7f {
				t.Errorf("%U was written", r)
			}
		}
		golden.RequireEqual(t, []byte(got))
	})
}

func TestAnswersComeInTheOrderOfTheLanes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := session(t, fake(), linear.Options{Lanes: lanes("acme/alpha", "beta/beta")}, `first line\`, "second line", 5*time.Second)
		a, b := strings.Index(got, "Answer 1,"), strings.Index(got, "Answer 2,")
		if a < 0 || b < a {
			t.Errorf("answers are out of order:\n%s", got)
		}
		if told := strings.Index(got, "Lane 2, beta/beta at bravo: answered"); told < 0 || told > a {
			t.Errorf("lane 2 was ready first, and that was not said:\n%s", got)
		}
	})
}

func TestStopWhileRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := fake()
		f.Answers["acme/alpha"][0].Hold = true
		got := session(t, f, linear.Options{Lanes: lanes("acme/alpha", "beta/beta")},
			"go", 3*time.Second, "hello?", "/stop 1", time.Second, "/retry-failed", 3*time.Second, "/stop", time.Second)
		for _, want := range []string{"A run is under way", "Lane 1: stopped.", "Answer 1, acme/alpha, incomplete:"} {
			if !strings.Contains(got, want) {
				t.Errorf("%q was not said:\n%s", want, got)
			}
		}
	})
}

func TestCapAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := fake()
		f.Price.Over = "run_usd 0.01"
		got := session(t, f, linear.Options{Lanes: lanes("acme/alpha")}, "go", "no", "", "yes", 4*time.Second)
		if len(f.Asks()) != 1 || !strings.Contains(got, "above run_usd 0.01") || !strings.Contains(got, "Answer 1") {
			t.Errorf("asked %d times:\n%s", len(f.Asks()), got)
		}
	})
}

func TestChoosing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := session(t, fake(), linear.Options{}, "too early", "/models alpha", "/models ctx<", "/models beta/beta acme/alpha", "/system be brief", "/panel x", "", 4*time.Second)
		for _, want := range []string{"No model is chosen yet", "acme/alpha, 200k context, at acme", "Lanes: 1 beta/beta, 2 acme/alpha.", "No panels", "Answer 2, acme/alpha"} {
			if !strings.Contains(got, want) {
				t.Errorf("%q was not said:\n%s", want, got)
			}
		}
	})
}

func TestCancelledContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		f := fake()
		in, typing := io.Pipe()
		done := make(chan error, 1)
		var out buffer
		go func() {
			done <- linear.Run(ctx, linear.Options{Backend: f, Keys: keys.Default(), In: in, Out: &out, Lanes: lanes("acme/alpha")})
		}()
		io.WriteString(typing, "go\n")
		time.Sleep(time.Second)
		cancel()
		time.Sleep(time.Second)
		typing.Close() // a pipe, other than a terminal, cannot be woken
		if err := <-done; err != nil {
			t.Error(err)
		}
		f.Wait()
	})
}
