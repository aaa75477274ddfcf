package theme

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/term"
	"github.com/muesli/cancelreader"
)

// answerTime is how long a terminal may take to tell its background. Local ones
// answer within a few milliseconds; one that never does must not hold up the start.
const answerTime = 8 * time.Millisecond

// Detect reports whether the terminal has a dark background: from COLORFGBG if that
// is set, else by asking the terminal (OSC 11, and DA1 behind it, which every
// terminal answers, so that one without OSC 11 is known at once), else true. It
// takes at most 8 ms, must be called before anything else reads in, and consumes
// what is typed meanwhile. getenv is os.Getenv or a stand-in.
func Detect(in, out *os.File, getenv func(string) string) (dark bool) {
	if dark, ok := fromColorFGBG(getenv("COLORFGBG")); ok {
		return dark
	}
	if !term.IsTerminal(in.Fd()) || !term.IsTerminal(out.Fd()) || getenv("TERM") == "dumb" {
		return true
	}
	answer, err := ask(in, out)
	if err != nil {
		return true
	}
	if dark, ok := fromOSC11(answer); ok {
		return dark
	}
	return true
}

// fromColorFGBG reads "15;0" or "15;default;0": foreground and background as numbers
// of the 16-colour palette. 7 and the bright colours except 8 are light grounds.
func fromColorFGBG(v string) (dark, ok bool) {
	i := strings.LastIndexByte(v, ';')
	if i < 0 {
		return false, false
	}
	n, err := strconv.Atoi(v[i+1:])
	if err != nil || n < 0 || n > 15 {
		return false, false
	}
	return n < 7 || n == 8, true
}

// ask sends the query and collects what comes back until the answer to DA1 or until
// the time is up.
func ask(in, out *os.File) ([]byte, error) {
	old, err := term.MakeRaw(in.Fd())
	if err != nil {
		return nil, err
	}
	defer term.Restore(in.Fd(), old) //nolint:errcheck // nothing to be done about it
	r, err := cancelreader.NewReader(in)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if _, err := out.WriteString("\x1b]11;?\x1b\\\x1b[c"); err != nil {
		return nil, err
	}
	got := make(chan []byte, 1)
	go func() {
		var all []byte
		buf := make([]byte, 256)
		for !answeredDA1(all) && len(all) < 4096 {
			n, err := r.Read(buf)
			all = append(all, buf[:n]...)
			if err != nil {
				break
			}
		}
		got <- all
	}()
	t := time.NewTimer(answerTime)
	defer t.Stop()
	select {
	case all := <-got:
		return all, nil
	case <-t.C:
		if !r.Cancel() {
			// No system we know of: a terminal whose read cannot be woken. The
			// goroutine ends with the next key.
			return nil, cancelreader.ErrCanceled
		}
		return <-got, nil
	}
}

// answeredDA1 looks for ESC [ ? … c.
func answeredDA1(b []byte) bool {
	_, rest, ok := bytes.Cut(b, []byte("\x1b[?"))
	return ok && bytes.IndexByte(rest, 'c') >= 0
}

// fromOSC11 reads "ESC ] 11 ; rgb:1e1e/1e1e/2e2e" with one to four digits a channel,
// also "rgba:". The ground is dark below half of the perceived brightness.
func fromOSC11(answer []byte) (dark, ok bool) {
	_, rest, found := bytes.Cut(answer, []byte("\x1b]11;rgb"))
	if !found {
		return false, false
	}
	rest = bytes.TrimPrefix(rest, []byte("a"))
	if len(rest) == 0 || rest[0] != ':' {
		return false, false
	}
	rest = rest[1:]
	if end := bytes.IndexAny(rest, "\x07\x1b"); end >= 0 {
		rest = rest[:end]
	}
	parts := strings.Split(string(rest), "/")
	if len(parts) < 3 {
		return false, false
	}
	var c [3]float64
	for i := range c {
		n, err := strconv.ParseUint(parts[i], 16, 16)
		if err != nil || len(parts[i]) == 0 || len(parts[i]) > 4 {
			return false, false
		}
		c[i] = float64(n) / float64(uint64(1)<<(4*len(parts[i]))-1)
	}
	return 0.299*c[0]+0.587*c[1]+0.114*c[2] < 0.5, true
}

// ProfileFromEnv tells how many colours to use from NO_COLOR, CLICOLOR, CLICOLOR_FORCE,
// FORCE_COLOR, COLORTERM and TERM. tty says whether the output is a terminal; without
// one there is no colour unless it is forced. NO_COLOR wins over everything.
func ProfileFromEnv(getenv func(string) string, tty bool) Profile {
	forced := isSet(getenv("CLICOLOR_FORCE")) || isSet(getenv("FORCE_COLOR"))
	switch {
	case getenv("NO_COLOR") != "":
		return None
	case !tty && !forced:
		return None
	case getenv("CLICOLOR") == "0" && !forced:
		return None
	}
	p := profileOfTerm(getenv)
	if forced && p == None {
		return ANSI16
	}
	return p
}

func isSet(v string) bool { return v != "" && v != "0" && v != "false" }

func profileOfTerm(getenv func(string) string) Profile {
	name := getenv("TERM")
	switch strings.ToLower(getenv("COLORTERM")) {
	case "truecolor", "24bit":
		// GNU screen claims its host's colours but passes only 256 on; tmux, which
		// may use the same TERM, passes all.
		if strings.HasPrefix(name, "screen") && getenv("TERM_PROGRAM") != "tmux" {
			return ANSI256
		}
		return TrueColor
	}
	switch {
	case getenv("WT_SESSION") != "": // Windows Terminal sets no TERM
		return TrueColor
	case name == "" || name == "dumb":
		return None
	case strings.HasSuffix(name, "-direct"),
		hasAnyPrefix(name, "alacritty", "xterm-kitty", "xterm-ghostty", "ghostty", "wezterm", "contour", "foot"):
		return TrueColor
	case strings.Contains(name, "256color"):
		return ANSI256
	default:
		return ANSI16
	}
}

func hasAnyPrefix(s string, prefixes ...string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}
