package theme

import (
	"bytes"
	"io"
	"os"
	"testing"
	"time"

	"github.com/creack/pty"
)

func env(kv ...string) func(string) string {
	m := map[string]string{}
	for i := 0; i < len(kv); i += 2 {
		m[kv[i]] = kv[i+1]
	}
	return func(k string) string { return m[k] }
}

func TestFromColorFGBG(t *testing.T) {
	for _, c := range []struct {
		in       string
		dark, ok bool
	}{
		{"15;0", true, true}, {"0;15", false, true}, {"15;default;0", true, true},
		{"7;8", true, true}, {"0;7", false, true}, {"", false, false},
		{"0;default", false, false}, {"15", false, false}, {"0;99", false, false},
	} {
		if dark, ok := fromColorFGBG(c.in); dark != c.dark || ok != c.ok {
			t.Errorf("%q: dark %v ok %v, want %v %v", c.in, dark, ok, c.dark, c.ok)
		}
	}
}

func TestFromOSC11(t *testing.T) {
	for _, c := range []struct {
		in       string
		dark, ok bool
	}{
		{"\x1b]11;rgb:1e1e/1e1e/2e2e\x07\x1b[?62c", true, true},
		{"\x1b]11;rgb:ffff/ffff/ffff\x1b\\", false, true},
		{"\x1b]11;rgba:fafa/fafa/fafa/ffff\x1b\\", false, true},
		{"\x1b]11;rgb:f/f/e\x1b\\", false, true},
		{"\x1b]11;rgb:00/00/00", true, true},
		{"typed\x1b]11;rgb:0000/0000/0000\x07", true, true},
		{"\x1b[?62;22c", false, false},
		{"\x1b]11;rgb:zz/00/00\x07", false, false},
		{"\x1b]11;rgb:12345/0/0\x07", false, false},
		{"\x1b]11;rgb", false, false}, {"", false, false},
	} {
		if dark, ok := fromOSC11([]byte(c.in)); dark != c.dark || ok != c.ok {
			t.Errorf("%q: dark %v ok %v, want %v %v", c.in, dark, ok, c.dark, c.ok)
		}
	}
}

func FuzzFromOSC11(f *testing.F) {
	f.Add([]byte("\x1b]11;rgb:1e1e/1e1e/2e2e\x07\x1b[?62c"))
	f.Fuzz(func(_ *testing.T, b []byte) {
		fromOSC11(b)
		answeredDA1(b)
	})
}

// The terminal on the other side of a pty answers, or does not.
func TestDetectAsks(t *testing.T) {
	for _, c := range []struct {
		name, answer string
		dark         bool
	}{
		{"light", "\x1b]11;rgb:fafa/fafa/fafa\x1b\\\x1b[?62;22c", false},
		{"dark", "\x1b]11;rgb:1111/1111/1111\x07\x1b[?62c", true},
		{"only DA1", "\x1b[?6c", true},
		{"silent", "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			host, tty, err := pty.Open()
			if err != nil {
				t.Skip("no pty here: ", err)
			}
			done := make(chan struct{})
			go func() {
				defer close(done)
				var seen []byte
				buf := make([]byte, 256)
				for {
					n, err := host.Read(buf)
					if err != nil {
						return
					}
					seen = append(seen, buf[:n]...)
					if bytes.HasSuffix(seen, []byte("\x1b[c")) {
						io.WriteString(host, c.answer)
					}
				}
			}()
			start := time.Now()
			if got := Detect(tty, tty, env("TERM", "xterm")); got != c.dark {
				t.Errorf("dark %v, want %v", got, c.dark)
			}
			if d := time.Since(start); d > 10*answerTime {
				t.Errorf("took %v", d)
			}
			tty.Close()
			host.Close()
			<-done
		})
	}
}

func TestDetectWithoutTerminal(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if !Detect(r, w, env()) {
		t.Error("not dark without a terminal")
	}
	if Detect(r, w, env("COLORFGBG", "0;15")) {
		t.Error("COLORFGBG ignored")
	}
	w.Close()
	if b, _ := io.ReadAll(r); len(b) > 0 {
		t.Errorf("wrote %q to something that is no terminal", b)
	}
}

func TestProfileFromEnv(t *testing.T) {
	for _, c := range []struct {
		name string
		env  func(string) string
		pipe bool
		want Profile
	}{
		{"truecolor", env("TERM", "xterm-256color", "COLORTERM", "truecolor"), false, TrueColor},
		{"256", env("TERM", "xterm-256color"), false, ANSI256},
		{"16", env("TERM", "xterm"), false, ANSI16},
		{"console", env("TERM", "linux"), false, ANSI16},
		{"kitty", env("TERM", "xterm-kitty"), false, TrueColor},
		{"dumb", env("TERM", "dumb"), false, None},
		{"nothing", env(), false, None},
		{"screen", env("TERM", "screen-256color", "COLORTERM", "truecolor"), false, ANSI256},
		{"tmux", env("TERM", "screen-256color", "COLORTERM", "truecolor", "TERM_PROGRAM", "tmux"), false, TrueColor},
		{"windows", env("WT_SESSION", "x"), false, TrueColor},
		{"no colour", env("TERM", "xterm-kitty", "NO_COLOR", "1"), false, None},
		{"no colour wins", env("TERM", "xterm-kitty", "NO_COLOR", "1", "CLICOLOR_FORCE", "1"), false, None},
		{"pipe", env("TERM", "xterm-kitty"), true, None},
		{"forced pipe", env("TERM", "xterm-kitty", "CLICOLOR_FORCE", "1"), true, TrueColor},
		{"forced dumb", env("FORCE_COLOR", "1"), true, ANSI16},
		{"off", env("TERM", "xterm-kitty", "CLICOLOR", "0"), false, None},
	} {
		if got := ProfileFromEnv(c.env, !c.pipe); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
