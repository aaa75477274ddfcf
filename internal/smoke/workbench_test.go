package smoke_test

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

const (
	ready    = "Ask 3 models at once" // the composer of a fresh workbench with its three lanes
	question = "Why is the sky blue?"
)

// restored checks from the bytes alone that the terminal is as it was: every mode
// that was switched on is off again, and the cursor is shown.
func restored(t *testing.T, raw []byte) {
	t.Helper()
	for _, m := range []struct{ name, on, off string }{
		{"alternate screen", "\x1b[?1049h", "\x1b[?1049l"},
		{"cursor", "\x1b[?25l", "\x1b[?25h"},
		{"mouse motion", "\x1b[?1002h", "\x1b[?1002l"},
		{"mouse coordinates", "\x1b[?1006h", "\x1b[?1006l"},
		{"bracketed paste", "\x1b[?2004h", "\x1b[?2004l"},
		{"synchronized output", "\x1b[?2026h", "\x1b[?2026l"},
	} {
		on, off := bytes.LastIndex(raw, []byte(m.on)), bytes.LastIndex(raw, []byte(m.off))
		switch {
		case on < 0:
			t.Errorf("%s: never switched, so its end proves nothing", m.name)
		case off < on:
			t.Errorf("%s: not restored", m.name)
		}
	}
}

func TestPTYFirstFrame(t *testing.T) {
	for _, silent := range []bool{false, true} {
		p := start(t, options{silent: silent, args: []string{"--demo"}}).sees(ready, "demo")
		if p.typed("\x03\x03").ended() != 0 {
			t.Errorf("silent %v: exit code %d", silent, p.cmd.ProcessState.ExitCode())
		}
		restored(t, p.written())
	}
}

func TestPTYAskAndFuse(t *testing.T) {
	if testing.Short() {
		t.Skip("answers at the pace of the demo")
	}
	p := start(t, options{w: 140, h: 45, args: []string{"--demo"}}).sees(ready)
	p.typed(question).sees(question)
	p.typed("\r").until("three lanes that answer", func(s string) bool { return strings.Count(s, "tok/s") >= 3 || strings.Count(s, "streaming") >= 3 })
	p.sees("Consensus")
	// Then the writer's words: the pane says who wrote them.
	p.until("the writer's bill", func(s string) bool { return strings.Contains(s, "times one answer") })
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := p.ended(); code != 130 {
		t.Errorf("exit code %d after SIGTERM, want 130", code)
	}
	restored(t, p.written())
}

func TestPTYTerminated(t *testing.T) {
	for name, stream := range map[string]bool{"idle": false, "streaming": true} {
		t.Run(name, func(t *testing.T) {
			p := start(t, options{args: []string{"--demo", "-m", "demo/long", "-m", "demo/stall"}}).sees("Ask 2 models")
			if stream {
				p.typed(question + "\r").sees("catalogue")
			}
			if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if code := p.ended(); code != 130 {
				t.Errorf("exit code %d, want 130", code)
			}
			restored(t, p.written())
		})
	}
}

func TestPTYResizeStorm(t *testing.T) {
	p := start(t, options{args: []string{"--demo", "-m", "demo/long", "-m", "demo/wide"}}).sees("Ask 2 models")
	p.typed(question + "\r").sees("catalogue")
	for range 3 {
		for _, size := range [][2]int{{20, 6}, {200, 50}, {1, 1}, {80, 24}, {2, 40}, {250, 3}, {40, 12}} {
			p.resize(size[0], size[1])
		}
	}
	p.resize(120, 40).sees("long", "wide", "esc") // the whole screen, again
	p.typed("\x1b")
	p.sees("stopped")
	if code := p.typed("\x03\x03").ended(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	restored(t, p.written())
}

func TestPTYEscCancels(t *testing.T) {
	p := start(t, options{args: []string{"--demo", "-m", "demo/stall", "-m", "demo/long"}}).sees("Ask 2 models")
	p.typed(question + "\r").sees("catalogue")
	p.typed("\x1b").until("both lanes stopped", func(s string) bool { return strings.Count(s, "stopped") >= 2 })
	p.sees("catalogue") // what came is kept
}

// colour is SGR with anything in it that sets a colour.
var colour = regexp.MustCompile(`\x1b\[(?:[0-9:;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:[:;][0-9:;]*)?m`)

func TestPTYNoColor(t *testing.T) {
	for name, env := range map[string][]string{
		"NO_COLOR": {"NO_COLOR=1"},
		"dumb":     {"TERM=dumb", "COLORTERM="},
		"coloured": nil,
	} {
		t.Run(name, func(t *testing.T) {
			p := start(t, options{env: env, args: []string{"--demo", "-m", "demo/long"}}).sees("demo/long")
			p.typed(question + "\r").sees("catalogue")
			p.left()
			found := colour.Find(p.written())
			if (found != nil) != (env == nil) {
				t.Errorf("colour code %q", found)
			}
			if name == "dumb" && bytes.Contains(p.written(), []byte("\x1b]")) {
				t.Error("asks a dumb terminal something")
			}
		})
	}
}

// ours are the control sequences the program itself sends: cursor, erasing, colours,
// scrolling, modes, the two questions at the start, and the title.
var ours = regexp.MustCompile(`\x1b\[[0-9;:]*[ABCDGHJKLMSTXdfmr]|\x1b\[\?(?:25|1000|1002|1003|1004|1006|1049|2004|2026)[hl]|\x1b\[c|\x1b\]11;\?(?:\x1b\\|\x07)`)

func TestPTYHostileAnswer(t *testing.T) {
	p := start(t, options{w: 160, h: 60, args: []string{"--demo", "-m", "demo/hostile"}}).sees("demo/hostile")
	p.typed(question+"\r").sees("hostile answer", "before and after", "unusual fence")
	p.left()
	rest := ours.ReplaceAllString(string(p.written()), "")
	for i, r := range rest {
		switch {
		case r == '\n' || r == '\r' || r == '\b' || r == '\t':
		case r < 0x20 || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 ||
			r == 0x200e || r == 0x200f || r >= 0xE0000 && r <= 0xE007F:
			t.Errorf("%U reaches the terminal: %q", r, rest[max(0, i-20):min(len(rest), i+40)])
		}
	}
	// Sequences that the program does know, with what only the answer would say.
	for _, bad := range []string{"\x1b[2J\x1b[H\x1b[?1049h", "\x1b[31;1mred"} {
		if bytes.Contains(p.written(), []byte(bad)) {
			t.Errorf("%q reaches the terminal", bad)
		}
	}
	restored(t, p.written())
}

func TestBinaryPipes(t *testing.T) {
	out, diag, code := run(t, nil, "--version")
	if !regexp.MustCompile(`^assay \S+\n$`).MatchString(out) || diag != "" || code != 0 {
		t.Errorf("--version: %q, %q, code %d", out, diag, code)
	}
	out, diag, code = run(t, strings.NewReader(question), "ask", "--demo", "-m", "demo/fir")
	if code != 0 || len(out) < 100 || strings.Contains(out, "\x1b") {
		t.Errorf("asked on standard input: code %d, %q, %q", code, out, diag)
	}
}

func TestBinaryClosedPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Close()
	defer w.Close()
	cmd := command(t, "ask", "--demo", "-m", "demo/fir", question)
	var diag bytes.Buffer
	cmd.Stdout, cmd.Stderr = w, &diag
	_ = cmd.Run() // the code is what counts
	if code := cmd.ProcessState.ExitCode(); code != 141 && code != -1 || diag.Len() > 0 {
		t.Errorf("code %d, said %q", code, diag.String())
	}
}
