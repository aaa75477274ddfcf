package cli_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"assay/engine/chat"
	"assay/internal/cli"
	"assay/internal/config"
)

func exitStatus(err error) string {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return strconv.Itoa(exit.ExitCode())
	}
	return err.Error()
}

// harness is an App whose streams are buffers.
type harness struct {
	*cli.App
	out, err bytes.Buffer
	env      map[string]string
}

func newHarness(t *testing.T, tty bool, hooks cli.Hooks) *harness {
	t.Helper()
	h := &harness{env: map[string]string{"ASSAY_HOME": t.TempDir()}}
	s := cli.Streams{
		In: strings.NewReader(""), Out: &h.out, Err: &h.err,
		InTTY: tty, OutTTY: tty, ErrTTY: tty, Width: func() int { return 80 },
	}
	h.App = cli.New(s, "1.2.3", func(k string) string { return h.env[k] }, hooks)
	return h
}

func TestCodeOf(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want cli.Code
	}{
		{"fine", nil, cli.OK},
		{"anything else is ours", errors.New("x"), cli.Internal},
		{"usage", cli.Usagef("x"), cli.Usage},
		{"configuration", fmt.Errorf("load: %w", &config.Error{}), cli.Usage},
		{"own code", fmt.Errorf("ask: %w", cli.Exit(cli.SomeFailed, nil)), cli.SomeFailed},
		{"cancelled", fmt.Errorf("ask: %w", context.Canceled), cli.Interrupted},
		{"no such file", &fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}, cli.Usage},
		{"reader went away", &fs.PathError{Op: "write", Path: "|1", Err: syscall.EPIPE}, 141},
		{"authentication", &chat.Error{Type: chat.ErrAuthentication, Fault: chat.FaultKey}, cli.Auth},
		{"no credit", &chat.Error{Type: chat.ErrPayment, Fault: chat.FaultKey}, cli.Auth},
		{"budget", &chat.Error{Type: chat.ErrBudget, Fault: chat.FaultLocal}, cli.Refused},
		{"policy leaves nothing", &chat.Error{Type: chat.ErrNoEndpoints, Fault: chat.FaultLocal}, cli.Refused},
		{"stopped", &chat.Error{Type: chat.ErrCancelled, Fault: chat.FaultLocal}, cli.Interrupted},
		{"upstream", &chat.Error{Type: chat.ErrServer, Fault: chat.FaultUpstream}, cli.AllFailed},
		{"the caller's mistake fails the lane", &chat.Error{Type: chat.ErrContextLength, Fault: chat.FaultCaller}, cli.AllFailed},
		{"our own fault", &chat.Error{Type: chat.ErrInternal, Fault: chat.FaultLocal}, cli.Internal},
	} {
		if got := cli.CodeOf(tt.err); got != tt.want {
			t.Errorf("%s: code %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestReport(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"each line is ours", errors.New("one\ntwo"), "assay: one\nassay: two\n"},
		{"nothing escapes", errors.New("upstream: \x1b[2Jgone\r\x07"), "assay: upstream: ␛[2Jgone ␇\n"},
		{"said already", cli.Exit(cli.SomeFailed, nil), ""},
		{"the user knows", context.Canceled, ""},
		{"nobody listens", syscall.EPIPE, ""},
	} {
		h := newHarness(t, false, cli.Hooks{})
		h.Report(tt.err)
		if got := h.err.String(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestWorkbenchOptions(t *testing.T) {
	var got cli.WorkbenchOptions
	hooks := cli.Hooks{Workbench: func(_ context.Context, _ *cli.App, opt cli.WorkbenchOptions) error {
		got = opt
		return nil
	}}
	for _, tt := range []struct {
		args string
		want cli.WorkbenchOptions
	}{
		{"", cli.WorkbenchOptions{}},
		{"-m a/b -m c/d -p terse --panel mine why is it so", cli.WorkbenchOptions{Models: []string{"a/b", "c/d"}, Preset: "terse", Panel: "mine", Prompt: "why is it so"}},
		{"--demo hello", cli.WorkbenchOptions{Demo: true, Prompt: "hello"}},
		{"--run r.jsonl", cli.WorkbenchOptions{RunFile: "r.jsonl"}},
		{"-- confg", cli.WorkbenchOptions{Prompt: "confg"}},
	} {
		got = cli.WorkbenchOptions{}
		h := newHarness(t, true, hooks)
		if err := h.Run(t.Context(), strings.Fields(tt.args)); err != nil {
			t.Errorf("%q: %v", tt.args, err)
		}
		if fmt.Sprint(got) != fmt.Sprint(tt.want) {
			t.Errorf("%q: %+v, want %+v", tt.args, got, tt.want)
		}
	}
	for args, want := range map[string]string{
		"confg":             "did you mean config?",
		"--run x -m a":      "leave --model out",
		"--modle x":         "unknown flag: --modle; see `assay --help`",
		"config frobnicate": "unknown command \"frobnicate\"",
		"config chekc":      "did you mean check?",
		"config check more": "see `assay config check --help`",
	} {
		h := newHarness(t, true, hooks)
		err := h.Run(t.Context(), strings.Fields(args))
		if cli.CodeOf(err) != cli.Usage || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want a usage error with %q", args, err, want)
		}
	}
	if err := newHarness(t, false, hooks).Run(t.Context(), nil); cli.CodeOf(err) != cli.Usage {
		t.Errorf("without a terminal: %v, want a usage error", err)
	}
}

func TestColor(t *testing.T) {
	for _, tt := range []struct {
		tty  bool
		env  map[string]string
		want bool
	}{
		{true, map[string]string{"TERM": "xterm"}, true},
		{false, map[string]string{"TERM": "xterm"}, false},
		{true, map[string]string{"TERM": "xterm", "NO_COLOR": "1"}, false},
		{true, map[string]string{"TERM": "dumb"}, false},
	} {
		h := newHarness(t, tt.tty, cli.Hooks{})
		h.env = tt.env
		if got := h.Color(); got != tt.want {
			t.Errorf("tty %v, %v: %v", tt.tty, tt.env, got)
		}
	}
}

// Neither configuration, catalog nor store is needed to say the version.
func TestVersion(t *testing.T) {
	h := newHarness(t, false, cli.Hooks{})
	if err := h.Run(t.Context(), []string{"--version"}); err != nil {
		t.Fatal(err)
	}
	if got := h.out.String(); got != "assay 1.2.3\n" {
		t.Errorf("printed %q", got)
	}
}

func BenchmarkVersion(b *testing.B) {
	for b.Loop() {
		a := cli.New(cli.Streams{In: strings.NewReader(""), Out: &bytes.Buffer{}, Err: &bytes.Buffer{}}, "1", func(string) string { return "" }, cli.Hooks{})
		if err := a.Run(b.Context(), []string{"--version"}); err != nil {
			b.Fatal(err)
		}
	}
}
