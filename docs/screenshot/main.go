// Screenshot runs the program on a pseudo-terminal, types into it, and writes what
// its screen shows as SVG:
//
//	go build -o /tmp/assay . && go run ./docs/screenshot -o docs/assay.svg -steps 'Why is the sky blue?|<enter>|24s' /tmp/assay
//
// Steps are separated by |: text is typed, <name> is a key, and a duration waits.
package main

import (
	"flag"
	"fmt"
	"html"
	"image/color"
	"io"
	"log"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

var named = map[string]string{
	"enter": "\r", "tab": "\t", "esc": "\x1b", "up": "\x1b[A", "down": "\x1b[B", "left": "\x1b[D", "right": "\x1b[C",
	"ctrl+l": "\x0c", "ctrl+p": "\x10", "ctrl+c": "\x03", "space": " ", "f1": "\x1bOP",
}

func main() {
	width := flag.Int("w", 140, "columns")
	height := flag.Int("h", 42, "rows")
	out := flag.String("o", "screen.svg", "file to write")
	steps := flag.String("steps", "2s", "what to type and how long to wait")
	light := flag.Bool("light", false, "a light terminal")
	flag.Parse()
	if flag.NArg() == 0 {
		log.Fatal("which program?")
	}
	if err := shoot(*width, *height, *out, *steps, *light, flag.Args()); err != nil {
		log.Fatal(err)
	}
}

func shoot(w, h int, out, steps string, light bool, argv []string) error {
	screen := vt.NewSafeEmulator(w, h)
	cmd := exec.Command(argv[0], argv[1:]...) //nolint:noctx // killed below
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor", "COLORFGBG=15;0")
	if light {
		cmd.Env = append(cmd.Env, "COLORFGBG=0;15")
	}
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: uint16(h), Cols: uint16(w)})
	if err != nil {
		return err
	}
	defer tty.Close()
	go func() { _, _ = io.Copy(tty, screen) }() // answers to queries
	go func() { _, _ = io.Copy(screen, tty) }()
	time.Sleep(time.Second)
	for _, step := range strings.Split(steps, "|") {
		if d, err := time.ParseDuration(step); err == nil {
			time.Sleep(d)
			continue
		}
		text := step
		if key, ok := named[strings.Trim(step, "<>")]; ok && strings.HasPrefix(step, "<") {
			text = key
		}
		if _, err := tty.WriteString(text); err != nil {
			return err
		}
		time.Sleep(150 * time.Millisecond)
	}
	picture := svg(screen, w, h, light)
	_ = cmd.Process.Signal(syscall.SIGTERM)
	_ = cmd.Wait()
	return os.WriteFile(out, []byte(picture), 0o644)
}

// Size of a cell in pixels, for the font the picture asks for.
const (
	cellW, cellH = 8.43, 17.0
	fontSize     = 14
	margin       = 10.0
)

type palette struct{ bg, fg string }

// run is text of one style without gaps.
type run struct {
	x          int
	text, fg   string
	bold, ital bool
	under      bool
}

func svg(screen *vt.SafeEmulator, w, h int, light bool) string {
	p := palette{bg: "#16161e", fg: "#c8d3f5"}
	if light {
		p = palette{bg: "#fafafa", fg: "#24292f"}
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="%d"><rect width="100%%" height="100%%" rx="8" fill="%s"/>`,
		cellW*float64(w)+2*margin, cellH*float64(h)+2*margin, fontSize, p.bg)
	for y := range h {
		row(&b, screen, p, w, y)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func row(b *strings.Builder, screen *vt.SafeEmulator, p palette, w, y int) {
	var cur *run
	flush := func() {
		if cur != nil {
			cur.write(b, y)
			cur = nil
		}
	}
	for x := 0; x < w; {
		c := screen.CellAt(x, y)
		if c == nil || c.Width == 0 {
			x++
			continue
		}
		fg, bg := hex(c.Style.Fg, p.fg), hex(c.Style.Bg, "")
		if c.Style.Attrs&(1<<5) != 0 { // reverse
			if bg == "" {
				bg = p.bg
			}
			fg, bg = bg, fg
		}
		if bg != "" {
			fmt.Fprintf(b, `<rect x="%.2f" y="%.1f" width="%.2f" height="%.1f" fill="%s"/>`,
				margin+cellW*float64(x), margin+cellH*float64(y), cellW*float64(c.Width)+.3, cellH, bg)
		}
		next := run{x: x, fg: fg, bold: c.Style.Attrs&1 != 0, ital: c.Style.Attrs&4 != 0, under: c.Style.Underline != 0}
		wide := c.Width > 1 || len([]rune(c.Content)) > 1
		switch {
		case c.Content == "" || c.Content == " ":
			flush()
		case cur == nil || wide || cur.fg != next.fg || cur.bold != next.bold || cur.ital != next.ital || cur.under != next.under:
			flush()
			next.text = c.Content
			cur = &next
			if wide {
				flush()
			}
		default:
			cur.text += c.Content
		}
		x += max(1, c.Width)
	}
	flush()
}

func (r *run) write(b *strings.Builder, y int) {
	attrs := ""
	if r.bold {
		attrs += ` font-weight="bold"`
	}
	if r.ital {
		attrs += ` font-style="italic"`
	}
	if r.under {
		attrs += ` text-decoration="underline"`
	}
	fmt.Fprintf(b, `<text x="%.2f" y="%.1f" fill="%s"%s>%s</text>`,
		margin+cellW*float64(r.x), margin+cellH*float64(y)+13, r.fg, attrs, html.EscapeString(r.text))
}

func hex(c color.Color, otherwise string) string {
	if c == nil {
		return otherwise
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}
