package markdown

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"assay/ui/theme"

	"github.com/charmbracelet/x/ansi"
)

// finish ends a stream and draws what waits for it.
func finish(s *Stream) []string {
	s.Finish()
	for s.Pending() {
		s.Step()
	}
	closed, tail := s.Rows()
	return slices.Concat(closed, tail)
}

// feed streams a text in pieces that end anywhere, also in a character.
func feed(s *Stream, w *writer, src string) {
	for len(src) > 0 {
		n := min(1+w.r.Intn(40), len(src))
		s.Append([]byte(src[:n]))
		src = src[n:]
	}
}

func diff(got, want []string) string {
	for i := range max(len(got), len(want)) {
		g, w := "<none>", "<none>"
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		if g != w {
			return fmt.Sprintf("row %d\n got  %q\n want %q", i, g, w)
		}
	}
	return ""
}

// Drawn piece by piece, a text looks as if it was drawn at once.
func TestStreamEqualsWhole(t *testing.T) {
	n := 20000
	if testing.Short() || slow {
		n = 800
	}
	for _, c := range []struct {
		profile theme.Profile
		width   int
	}{{theme.TrueColor, 48}, {theme.None, 31}} {
		style := styleOf(c.profile, true)
		w := newWriter(int64(c.width))
		p := newPainter(style, c.width)
		check := func(src string) {
			s := NewStream(style, c.width)
			// A stream at full length costs a painter a text; the equality does not
			// depend on the slices, so most texts come in two pieces.
			if w.r.Intn(10) == 0 {
				feed(s, w, src)
			} else {
				i := w.r.Intn(len(src) + 1)
				s.Append([]byte(src[:i]))
				s.Append([]byte(src[i:]))
			}
			want := p.draw(chunk{src: Clean(nil, src), first: true})
			if d := diff(finish(s), want.rows); d != "" {
				t.Fatalf("width %d: %q\n%s", c.width, src, d)
			}
		}
		for _, e := range examples {
			check(e)
		}
		for range n / 2 {
			switch w.r.Intn(8) {
			case 0:
				check(w.doc(600))
			case 1:
				check(examples[w.r.Intn(len(examples))] + []string{"\n", ""}[w.r.Intn(2)] + examples[w.r.Intn(len(examples))])
			default:
				check(w.odd())
			}
		}
	}
}

// Most texts really are cut; otherwise the test above would show nothing.
func TestStreamCuts(t *testing.T) {
	s := NewStream(darkStyle(), 60)
	src := newWriter(3).doc(32 << 10)
	s.Append([]byte(src))
	if len(s.blocks) < 100 {
		t.Errorf("%d blocks in %d bytes", len(s.blocks), len(src))
	}
	last := s.blocks[len(s.blocks)-1]
	if last.to < len(src)*9/10 {
		t.Errorf("tail of %d bytes", len(src)-last.to)
	}
}

func TestEveryRowIsAsWideAsAsked(t *testing.T) {
	n := 3000
	if testing.Short() || slow {
		n = 300
	}
	w := newWriter(5)
	for _, width := range []int{1, 2, 3, 7, 20, 48, 80, 200} {
		p := newPainter(styleOf(theme.ANSI256, false), width)
		for i := range n / 8 {
			src := w.odd()
			if i%10 == 0 {
				src = w.doc(400)
			}
			for _, row := range p.draw(chunk{src: Clean(nil, src), first: true}).rows {
				if got := ansi.StringWidth(row); got != width {
					t.Fatalf("width %d: row of %d cells %q of %q", width, got, row, src)
				}
			}
		}
	}
}

// Nothing of the text is lost: letters and digits appear in the rows as often as in
// the text, whatever the width.
func TestNothingVanishes(t *testing.T) {
	count := func(s string) (n int) {
		for _, r := range s {
			if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' {
				n++
			}
		}
		return n
	}
	for _, src := range []string{
		"a<script>alert(1)</script>b Vec<T> <T>x</T>", "<div class=\"a\">\n<b>x</b>\n</div>", "<!-- hidden -->",
		"- one\n\n  two\n\n  three\n", "| a | b | c |\n|---|---|---|\n| 1 2 3 4 5 6 7 8 9 | xxxxxxxxxxxxxxxxxxxxxxxxxxx | z |\n",
		"| header1 | header2 | header3 | header4 |\n|--|--|--|--|\n| 1 | 2 | 3 | 4 |\n",
		"```go\nfunc main() { println(\"a long line of code that does not fit\") }\n```\n", "x" + strings.Repeat("y", 300),
		"- x\n  ```\n  code that is longer than the pane is wide, by far\n  ```\n", "> > > deep quote with text text text",
	} {
		for _, width := range []int{12, 24, 40, 100} {
			rows := whole(styleOf(theme.None, true), width, src)
			shown := ansi.Strip(strings.Join(rows, "\n"))
			want := count(strings.NewReplacer("```go\n", "", "```", "").Replace(src))
			if got := count(shown); got < want {
				t.Errorf("width %d: %d of %d letters of %q\n%s", width, got, want, src, shown)
			}
		}
	}
}

func TestReferencesDefinedLater(t *testing.T) {
	src := "See [the docs][d] and [d].\n\nMore text.\n\n- item [d]\n\n[d]: https://example.com/x\n"
	s := NewStream(darkStyle(), 60)
	s.Append([]byte(src))
	closed, _ := s.Rows()
	if !strings.Contains(ansi.Strip(closed[0]), "[the docs][d]") {
		t.Errorf("before the definition: %q", closed[0])
	}
	got := finish(s)
	if d := diff(got, whole(darkStyle(), 60, src)); d != "" {
		t.Error(d)
	}
	if !strings.Contains(ansi.Strip(got[0]), "the docs (https://example.com/x)") {
		t.Errorf("after it: %q", got[0])
	}
}

// A thought is not drawn for references, so it must not be waited for.
func TestReferencesAndThought(t *testing.T) {
	s := NewStream(darkStyle(), 60)
	s.Append([]byte("<think>[x]</think>\n\nSee [x].\n\n[x]: https://example.com\n"))
	s.Finish()
	for range 10 {
		s.Step()
	}
	if s.Pending() {
		t.Error("it never ends")
	}
}

func TestResize(t *testing.T) {
	src := newWriter(9).doc(24 << 10)
	s := NewStream(darkStyle(), 60)
	s.Append([]byte(src))
	closed, _ := s.Rows()
	anchor := len(closed) / 2
	s.SetWidth(41, anchor)
	steps := 0
	for s.Pending() {
		s.Step()
		if closed, _ := s.Rows(); steps == 0 && len(closed) < 40 {
			t.Errorf("%d rows after the first step", len(closed))
		}
		steps++
	}
	if steps < 3 {
		t.Errorf("drawn in %d steps: not in pieces", steps)
	}
	fresh := NewStream(darkStyle(), 41)
	fresh.Append([]byte(src))
	if d := diff(finish(s), finish(fresh)); d != "" {
		t.Error(d)
	}
}

// Text goes on while the rows are drawn anew.
func TestResizeWhileStreaming(t *testing.T) {
	w := newWriter(10)
	for range 20 {
		src := w.doc(6 << 10)
		s := NewStream(darkStyle(), 60)
		for at := 0; at < len(src); {
			n := min(1+w.r.Intn(700), len(src)-at)
			s.Append([]byte(src[at : at+n]))
			at += n
			if w.r.Intn(4) == 0 {
				s.SetWidth(20+w.r.Intn(60), w.r.Intn(200))
			}
			if w.r.Intn(2) == 0 {
				s.Step()
			}
			closed, tail := s.Rows()
			for _, row := range append(slices.Clone(closed), tail...) {
				if ansi.StringWidth(row) != s.Width() {
					t.Fatalf("row of %d cells at width %d", ansi.StringWidth(row), s.Width())
				}
			}
		}
		width := s.Width()
		if d := diff(finish(s), whole(darkStyle(), width, src)); d != "" {
			t.Fatal(d)
		}
	}
}

func TestSetStyle(t *testing.T) {
	src := newWriter(11).doc(4 << 10)
	s := NewStream(darkStyle(), 50)
	s.Append([]byte(src))
	light := styleOf(theme.TrueColor, false)
	s.SetShape(light, 50, 0)
	if d := diff(finish(s), whole(light, 50, src)); d != "" {
		t.Error(d)
	}
}

func TestOpenFenceIsPlainAndSteady(t *testing.T) {
	s := NewStream(darkStyle(), 40)
	s.Append([]byte("Look:\n```go\nfunc main() {\n"))
	closed, tail := s.Rows()
	all := strings.Join(slices.Concat(closed, tail), "\n")
	if !strings.Contains(all, "func main() {") {
		t.Fatalf("open fence is not shown plainly: %q", all)
	}
	before := len(closed) + len(tail)
	s.Append([]byte("}\n```\n"))
	closed, tail = s.Rows()
	if got := len(closed) + len(tail); got != before+1 {
		t.Errorf("%d rows, closed %d", before, got)
	}
	if all := strings.Join(closed, "\n"); strings.Contains(all, "func main") || !strings.Contains(ansi.Strip(all), "func main() {") {
		t.Errorf("closed fence is not coloured: %q", all)
	}
}

// Text that makes the libraries slow or deep does not hang a lane.
func TestHostileText(t *testing.T) {
	for _, src := range []string{
		strings.Repeat(">", 20000), strings.Repeat("> ", 20000) + "x", strings.Repeat("- ", 5000) + "x",
		strings.Repeat("*", 20000), strings.Repeat("**a ", 5000), strings.Repeat("[", 20000), strings.Repeat("![a](", 3000),
		strings.Repeat("x", 200000), strings.Repeat("語", 20000), "![i](data:image/png;base64," + strings.Repeat("A", 200000) + ")",
		"https://example.com/" + strings.Repeat("a", 100000), strings.Repeat("`", 20000), strings.Repeat("|", 20000),
		"| a |\n|---|\n" + strings.Repeat("| x |\n", 300), strings.Repeat("<a", 20000),
		strings.Repeat("![", 60) + "\\\\" + strings.Repeat("](a)", 60), strings.Repeat("[![", 20) + "\\\\" + strings.Repeat("](a)](b)", 20), strings.Repeat("&#27;", 20000),
	} {
		s := NewStream(darkStyle(), 40)
		s.Append([]byte(src))
		for i, row := range finish(s) {
			if ansi.StringWidth(row) != 40 {
				t.Fatalf("%.40q: row %d is %d cells", src, i, ansi.StringWidth(row))
			}
		}
	}
}
