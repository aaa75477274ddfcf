package early_test

import (
	"bufio"
	"bytes"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// build compiles a package of this module and returns the program's path.
func build(t *testing.T, pkg string) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "program")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", bin, pkg).CombinedOutput()
	if err != nil {
		t.Fatalf("go build %s: %v\n%s", pkg, err, out)
	}
	return bin
}

// environ is the test's environment without TERM and with extra on top.
func environ(extra ...string) []string {
	env := make([]string, 0, len(os.Environ())+len(extra))
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "TERM=") {
			env = append(env, kv)
		}
	}
	return append(env, extra...)
}

// onSilentTerminal runs the program on a terminal of its own that takes every
// question and answers none, and returns what it printed and how long it took.
func onSilentTerminal(t *testing.T, bin string, args ...string) (string, time.Duration) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), bin, args...)
	cmd.Env = environ("TERM=xterm-256color")
	start := time.Now()
	tty, err := pty.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	var out bytes.Buffer
	_, _ = io.Copy(&out, tty) // ends with EIO when the program closes its side
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	return out.String(), time.Since(start)
}

func TestSilentTerminalDoesNotDelayStart(t *testing.T) {
	for _, tt := range []struct {
		pkg, want string
		args      []string
	}{
		{pkg: "./testdata/probe", want: `hidden="dumb" restored="xterm-256color" set=true`},
		{pkg: "assay", want: "assay ", args: []string{"--version"}},
	} {
		t.Run(tt.pkg, func(t *testing.T) {
			bin := build(t, tt.pkg)
			out, took := onSilentTerminal(t, bin, tt.args...)
			if !strings.Contains(out, tt.want) {
				t.Errorf("printed %q, want %q in it", out, tt.want)
			}
			if strings.Contains(out, "\x1b") {
				t.Errorf("asked the terminal something: %q", out)
			}
			// A busy machine may be slow once; an init that waits is slow every time.
			for range 2 {
				if took < time.Second {
					break
				}
				_, again := onSilentTerminal(t, bin, tt.args...)
				took = min(took, again)
			}
			if took >= time.Second {
				t.Errorf("took %v: a package init waits for the terminal", took)
			}
		})
	}
}

func TestUnsetTermStaysUnset(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), build(t, "./testdata/probe"))
	cmd.Env = environ()
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if want := `restored="" set=false`; !strings.Contains(string(out), want) {
		t.Errorf("printed %q, want %q in it", out, want)
	}
}

// asking are the packages that could ask the terminal something while they are
// initialised. Leaves that cannot even read the environment may come earlier.
var asking = []string{
	"github.com/charmbracelet/bubble", "github.com/charmbracelet/glamour", "github.com/charmbracelet/lipgloss",
	"github.com/gdamore/tcell", "github.com/muesli/termenv", "golang.org/x/sys", "golang.org/x/term",
}

// The runtime's own trace names packages in the order they were initialised.
func TestInitialisedBeforeTheTerminalLibraries(t *testing.T) {
	for _, pkg := range []string{"./testdata/probe", "assay"} {
		t.Run(pkg, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), build(t, pkg), "--help")
			cmd.Env = environ("GODEBUG=inittrace=1")
			var trace bytes.Buffer
			cmd.Stderr = &trace
			if err := cmd.Run(); err != nil {
				t.Fatalf("%v\n%s", err, trace.String())
			}
			early, asked := false, 0
			sc := bufio.NewScanner(&trace)
			for sc.Scan() {
				fields := strings.Fields(sc.Text())
				if len(fields) < 2 || fields[0] != "init" {
					continue
				}
				name := fields[1]
				early = early || name == "assay/internal/early"
				if slices.ContainsFunc(asking, func(p string) bool { return strings.HasPrefix(name, p) }) {
					asked++
					if !early {
						t.Errorf("%s is initialised before assay/internal/early", name)
					}
				}
			}
			if !early {
				t.Error("assay/internal/early is not in the trace")
			}
			if pkg == "./testdata/probe" && asked == 0 {
				t.Error("the probe no longer links a terminal library: the test proves nothing")
			}
		})
	}
}

func TestImportsOnlyOS(t *testing.T) {
	f, err := parser.ParseFile(token.NewFileSet(), "early.go", nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Imports) != 1 || f.Imports[0].Path.Value != `"os"` {
		t.Errorf("early.go must import package os and nothing else")
	}
}
