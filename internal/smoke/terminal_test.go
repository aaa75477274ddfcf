package smoke_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// patience is how long anything may take on a busy machine before it counts as
// never.
const patience = 30 * time.Second

// program is the binary under test: $ASSAY_BINARY, or one built once per process.
var program = sync.OnceValues(func() (string, error) {
	if bin := os.Getenv("ASSAY_BINARY"); bin != "" {
		return bin, nil
	}
	bin := filepath.Join(scratch, "assay")
	out, err := exec.Command("go", "build", "-o", bin, "assay").CombinedOutput()
	if err != nil {
		return "", errors.New("go build assay: " + string(out))
	}
	return bin, nil
})

// scratch is a folder that lives as long as the test process.
var scratch string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "assay-smoke-")
	if err != nil {
		panic(err)
	}
	scratch = dir
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// binary is the program's path.
func binary(t testing.TB) string {
	t.Helper()
	bin, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return bin
}

// environ is an environment without keys, settings and colours of whoever runs the
// tests, with extra on top.
func environ(t testing.TB, extra ...string) []string {
	t.Helper()
	return append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "ASSAY_HOME=" + t.TempDir(), "LANG=C.UTF-8"}, extra...)
}

// terminal is the built program on a pseudo-terminal and the screen it draws.
type terminal struct {
	t   testing.TB
	cmd *exec.Cmd
	tty *os.File

	mu      sync.Mutex
	emu     *vt.Emulator
	raw     []byte
	changed chan struct{} // closed with every piece of output
	drained chan struct{} // closed when the program has closed its side
	replies sync.WaitGroup
	exited  error
	over    bool
}

// options of a terminal.
type options struct {
	w, h   int
	silent bool // answers no query
	env    []string
	args   []string
}

// start runs the program on a terminal of its own. It is killed with the test.
func start(t testing.TB, o options) *terminal {
	t.Helper()
	if o.w == 0 {
		o.w, o.h = 120, 40
	}
	p := &terminal{t: t, cmd: exec.Command(binary(t), o.args...), emu: vt.NewEmulator(o.w, o.h), //nolint:noctx // killed by the clean-up
		changed: make(chan struct{}), drained: make(chan struct{})}
	p.cmd.Env = environ(t, append([]string{"TERM=xterm-256color", "COLORTERM=truecolor"}, o.env...)...)
	// A session with its own controlling terminal (StartWithSize sets it): else no
	// change of size is signalled.
	tty, err := pty.StartWithSize(p.cmd, &pty.Winsize{Rows: uint16(o.h), Cols: uint16(o.w)})
	if err != nil {
		t.Fatal(err)
	}
	p.tty = tty
	p.replies.Go(func() { p.answer(o.silent) })
	go p.watch()
	t.Cleanup(p.close)
	return p
}

// answer hands the emulator's replies to the program, or drops them.
func (p *terminal) answer(silent bool) {
	buf := make([]byte, 256)
	for {
		n, err := p.emu.Read(buf)
		if err != nil {
			return
		}
		if !silent {
			_, _ = p.tty.Write(buf[:n]) // the program may have gone
		}
	}
}

// watch shows what the program writes until it closes its side.
func (p *terminal) watch() {
	defer close(p.drained)
	buf := make([]byte, 32<<10)
	for {
		n, err := p.tty.Read(buf)
		p.mu.Lock()
		p.raw = append(p.raw, buf[:n]...)
		_, _ = p.emu.Write(buf[:n])
		close(p.changed)
		p.changed = make(chan struct{})
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (p *terminal) close() {
	if !p.over {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
	}
	<-p.drained
	_ = p.tty.Close()
	// Not Close: it sets a flag that a Read under way looks at.
	if pipe, ok := p.emu.InputPipe().(io.Closer); ok {
		_ = pipe.Close()
	}
	p.replies.Wait()
}

// until waits for a condition on the screen, which is looked at after every piece of
// output. It fails the test when that never comes.
func (p *terminal) until(what string, ok func(screen string) bool) *terminal {
	p.t.Helper()
	if !p.within(patience, ok) {
		p.t.Fatalf("never seen: %s\n%s", what, p.screen())
	}
	return p
}

func (p *terminal) within(d time.Duration, ok func(screen string) bool) bool {
	deadline := time.NewTimer(d)
	defer deadline.Stop()
	for {
		p.mu.Lock()
		changed, screen := p.changed, p.text()
		p.mu.Unlock()
		if ok(screen) {
			return true
		}
		select {
		case <-changed:
		case <-p.drained:
			return ok(p.screen())
		case <-deadline.C:
			return false
		}
	}
}

// sees waits for texts to stand on the screen together.
func (p *terminal) sees(texts ...string) *terminal {
	p.t.Helper()
	return p.until(strings.Join(texts, " + "), func(s string) bool {
		for _, text := range texts {
			if !strings.Contains(s, text) {
				return false
			}
		}
		return true
	})
}

// typed sends keys as the terminal would.
func (p *terminal) typed(keys string) *terminal {
	p.t.Helper()
	if _, err := p.tty.WriteString(keys); err != nil {
		p.t.Fatal(err)
	}
	return p
}

// resize changes the size; the program learns it by signal.
func (p *terminal) resize(w, h int) *terminal {
	p.t.Helper()
	p.mu.Lock()
	p.emu.Resize(w, h)
	p.mu.Unlock()
	if err := pty.Setsize(p.tty, &pty.Winsize{Rows: uint16(h), Cols: uint16(w)}); err != nil {
		p.t.Fatal(err)
	}
	return p
}

// ended waits for the program to end and returns its exit code, -1 for a signal.
func (p *terminal) ended() int {
	p.t.Helper()
	done := make(chan error, 1)
	go func() { done <- p.cmd.Wait() }()
	select {
	case p.exited = <-done:
	case <-time.After(patience):
		p.t.Errorf("the program does not end; its goroutines:\n%s", p.goroutines())
		_ = p.cmd.Process.Kill()
		p.exited = <-done
	}
	p.over = true
	<-p.drained
	return p.cmd.ProcessState.ExitCode()
}

// goroutines makes a program that hangs say where.
func (p *terminal) goroutines() string {
	from := len(p.written())
	_ = p.cmd.Process.Signal(syscall.SIGQUIT)
	p.within(5*time.Second, func(string) bool { return bytes.Contains(p.written()[from:], []byte("rflags")) })
	return string(p.written()[from:])
}

func (p *terminal) text() string {
	rows := strings.Split(p.emu.String(), "\n")
	for i, r := range rows {
		rows[i] = strings.TrimRight(r, " \r")
	}
	return strings.Join(rows, "\n")
}

// screen is what stands on the screen, without blanks at the ends of rows.
func (p *terminal) screen() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text()
}

// written is every byte the program has sent so far.
func (p *terminal) written() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return bytes.Clone(p.raw)
}

// run runs the program without a terminal and returns what it printed.
func run(t testing.TB, in io.Reader, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := command(t, args...)
	cmd.Stdin = in
	var out, diag bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &diag
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), diag.String(), cmd.ProcessState.ExitCode()
}

// command is the program without a terminal, not started yet.
func command(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary(t), args...)
	cmd.Env = environ(t)
	return cmd
}

// left stops what runs, keeping what came, and leaves.
func (p *terminal) left() {
	p.t.Helper()
	p.typed("\x1b").until("nothing streaming", func(s string) bool { return strings.Contains(s, "stopped") || strings.Contains(s, "done") })
	if code := p.typed("\x03\x03").ended(); code != 0 {
		p.t.Errorf("exit code %d, want 0", code)
	}
}
