package lane

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"assay/ui/keys"
	"assay/ui/theme"

	"github.com/charmbracelet/x/ansi"
)

func styles() *theme.Styles { return theme.New(theme.Options{Dark: true, Profile: theme.TrueColor}) }

// wait lets virtual time pass until the view has nothing left to do.
func wait(t *testing.T, v *View) {
	t.Helper()
	for range 10000 {
		synctest.Wait()
		if !v.Busy() {
			return
		}
		time.Sleep(frame)
	}
	t.Fatal("the view stays busy")
}

// screen is what the pane shows, without colours and blanks at line ends.
func screen(t *testing.T, v *View) []string {
	t.Helper()
	rows := v.Rows()
	if len(rows) != v.height {
		t.Fatalf("%d rows, not %d", len(rows), v.height)
	}
	out := make([]string, len(rows))
	for i, row := range rows {
		if ansi.StringWidth(row) != v.width {
			t.Fatalf("row %d is %d cells wide, not %d: %q", i, ansi.StringWidth(row), v.width, row)
		}
		out[i] = strings.TrimRight(ansi.Strip(row), " ")
	}
	return out
}

func shows(t *testing.T, v *View, text string) bool {
	t.Helper()
	return strings.Contains(strings.Join(screen(t, v), "\n"), text)
}

// numbered is n paragraphs of one line.
func numbered(from, n int) string {
	var b strings.Builder
	for i := from; i < from+n; i++ {
		fmt.Fprintf(&b, "line %03d\n\n", i)
	}
	return b.String()
}

// bubble runs a test in virtual time with a view of a size.
func bubble(t *testing.T, width, height int, test func(t *testing.T, v *View)) {
	synctest.Test(t, func(t *testing.T) {
		v := New(styles(), nil)
		defer v.Close()
		if width > 0 {
			v.SetSize(width, height)
		}
		test(t, v)
	})
}

func TestShowsWhatIsWritten(t *testing.T) {
	bubble(t, 30, 6, func(t *testing.T, v *View) {
		if got := strings.Join(screen(t, v), ""); got != "" {
			t.Errorf("an empty view shows %q", got)
		}
		v.Write("# Ti")
		v.Write("tle\n\nSome **bo")
		v.Write("ld** text.")
		wait(t, v)
		got := screen(t, v)
		if got[0] != " # Title" || got[2] != " Some bold text." {
			t.Errorf("%q", got)
		}
		if v.Taken() != len("# Title\n\nSome **bold** text.") {
			t.Errorf("took in %d bytes", v.Taken())
		}
	})
}

func TestWaitsForASize(t *testing.T) {
	bubble(t, 0, 0, func(t *testing.T, v *View) {
		v.Write("text")
		v.Think("thought")
		wait(t, v)
		v.SetSize(30, 4)
		wait(t, v)
		if !shows(t, v, "text") || !shows(t, v, "thinking, 1 word") {
			t.Errorf("%q", screen(t, v))
		}
	})
}

func TestFollowsInLeapsUnlessFocused(t *testing.T) {
	for _, focused := range []bool{false, true} {
		bubble(t, 30, 9, func(t *testing.T, v *View) {
			v.Focus(focused)
			moves, last := 0, ""
			for i := range 40 {
				v.Write(numbered(i, 1))
				wait(t, v)
				if !shows(t, v, fmt.Sprintf("line %03d", i)) {
					t.Fatalf("line %d is not in sight: %q", i, screen(t, v))
				}
				if top := screen(t, v)[0] + screen(t, v)[1]; top != last {
					moves++
					last = top
				}
			}
			if focused && moves < 30 || !focused && moves > 27 {
				t.Errorf("focused %v: the window moved %d times", focused, moves)
			}
			if v.Scrolled() != 0 {
				t.Errorf("%d rows below while following", v.Scrolled())
			}
		})
	}
}

func TestScroll(t *testing.T) {
	bubble(t, 30, 9, func(t *testing.T, v *View) {
		v.Focus(true)
		v.Write(numbered(0, 50))
		wait(t, v)
		v.Do(keys.Top)
		if !shows(t, v, "line 000") || v.Scrolled() != 99-9 {
			t.Errorf("top: %d rows below %q", v.Scrolled(), screen(t, v))
		}
		v.Do(keys.Down)
		v.Do(keys.Down)
		if got := screen(t, v)[0]; got != " line 001" {
			t.Errorf("two down: %q", got)
		}
		v.Do(keys.PageDown)
		if got := screen(t, v)[0]; got != " line 005" {
			t.Errorf("a page down: %q", got)
		}
		v.Do(keys.PageUp)
		v.Do(keys.HalfDown)
		v.Do(keys.HalfUp)
		v.Do(keys.Up)
		v.Do(keys.Up)
		before := strings.Join(screen(t, v), "\n")
		v.Write(numbered(50, 20))
		wait(t, v)
		if after := strings.Join(screen(t, v), "\n"); after != before || !strings.Contains(after, "line 000") {
			t.Errorf("text that arrives moves the window: %q, then %q", before, after)
		}
		v.Do(keys.Follow)
		if !shows(t, v, "line 069") || v.Scrolled() != 0 {
			t.Errorf("follow: %q", screen(t, v))
		}
		v.Do(keys.Up)
		v.Do(keys.Down)
		v.Write(numbered(70, 1))
		wait(t, v)
		if !shows(t, v, "line 070") {
			t.Error("scrolling to the end does not follow again")
		}
		v.Do(keys.Help)
	})
}

func TestResizeKeepsThePlace(t *testing.T) {
	bubble(t, 60, 10, func(t *testing.T, v *View) {
		var b strings.Builder
		for i := range 400 {
			fmt.Fprintf(&b, "Paragraph %03d has some words more than fit on a line of a narrow pane, so it breaks.\n\n", i)
		}
		v.Write(b.String())
		wait(t, v)
		v.Do(keys.Top)
		v.Scroll(3 * 200)
		if !shows(t, v, "Paragraph 200") {
			t.Fatalf("%q", screen(t, v))
		}
		for _, width := range []int{31, 90, 24, 60} {
			v.SetSize(width, 10)
			screen(t, v) // the old rows, cut or filled up, until there are new ones
			synctest.Wait()
			if !shows(t, v, "Paragraph 200") {
				t.Errorf("width %d: first rows: %q", width, screen(t, v))
			}
			wait(t, v)
			if !shows(t, v, "Paragraph 200") {
				t.Errorf("width %d: %q", width, screen(t, v))
			}
		}
		v.Do(keys.Follow)
		v.SetSize(33, 12)
		synctest.Wait()
		if !shows(t, v, "Paragraph 399") {
			t.Errorf("at the end: %q", screen(t, v))
		}
		wait(t, v)
		v.Do(keys.Top)
		if !shows(t, v, "Paragraph 000") {
			t.Errorf("the rest was not drawn: %q", screen(t, v))
		}
	})
}

func TestThoughts(t *testing.T) {
	bubble(t, 40, 8, func(t *testing.T, v *View) {
		v.Think("Let me think\nabout it.")
		wait(t, v)
		if !shows(t, v, "thinking, 5 words") || shows(t, v, "about") {
			t.Errorf("folded: %q", screen(t, v))
		}
		v.Thoughts(true)
		v.Write("The answer.")
		v.End()
		wait(t, v)
		got := screen(t, v)
		if !strings.Contains(got[0], "thought, 5 words") || got[2] != " │ about it." || got[4] != " The answer." {
			t.Errorf("shown: %q", got)
		}
		v.Thoughts(false)
		wait(t, v)
		if got := screen(t, v); got[2] != " The answer." {
			t.Errorf("folded again: %q", got)
		}
	})
}

func TestRestart(t *testing.T) {
	bubble(t, 40, 5, func(t *testing.T, v *View) {
		v.Write(numbered(0, 30))
		v.Think("old thought")
		v.End()
		wait(t, v)
		v.Do(keys.Top)
		screen(t, v)
		v.Restart()
		v.Write("second")
		v.Write(" try\n\n" + numbered(100, 20))
		wait(t, v)
		if shows(t, v, "old") || !shows(t, v, "line 119") {
			t.Errorf("%q", screen(t, v))
		}
		v.Do(keys.Top)
		if got := screen(t, v)[0]; got != " second try" {
			t.Errorf("%q", got)
		}
	})
}

func TestMarkAndJump(t *testing.T) {
	bubble(t, 40, 9, func(t *testing.T, v *View) {
		src := numbered(0, 100)
		v.Write(src)
		v.End()
		wait(t, v)
		span := func(n int) Span {
			at := strings.Index(src, fmt.Sprintf("%03d", n))
			return Span{at, at + 3}
		}
		v.Mark([]Span{span(50), span(51)})
		v.Jump(span(50))
		wait(t, v)
		rows := v.Rows()
		s := styles()
		var at50, at51 string
		for i, row := range screen(t, v) {
			switch row {
			case " line 050":
				at50 = rows[i]
				if i != 3 {
					t.Errorf("the passage is in row %d", i)
				}
			case " line 051":
				at51 = rows[i]
			}
		}
		if !strings.Contains(at50, s.Mark.EvidenceCurrent.Paint("050")) {
			t.Errorf("the passage jumped to does not stand out: %q", at50)
		}
		if !strings.Contains(at51, s.Mark.Evidence.Paint("051")) {
			t.Errorf("the other passage does not stand out: %q", at51)
		}
		v.Mark(nil)
		wait(t, v)
		if strings.Contains(strings.Join(v.Rows(), ""), s.Mark.Evidence.Open()) {
			t.Error("marks stay")
		}
		v.Jump(span(99))
		wait(t, v)
		if !shows(t, v, "line 099") {
			t.Errorf("%q", screen(t, v))
		}
		// It stays where it is, also at another width.
		v.Jump(span(20))
		wait(t, v)
		screen(t, v)
		v.SetSize(30, 9)
		wait(t, v)
		if !shows(t, v, "line 020") {
			t.Errorf("after a resize: %q", screen(t, v))
		}
	})
}

// Marks hold while text arrives, and in text that is still open.
func TestMarksWhileStreaming(t *testing.T) {
	bubble(t, 40, 9, func(t *testing.T, v *View) {
		v.Write("one two ")
		v.Mark([]Span{{4, 13}})
		wait(t, v)
		mark := styles().Mark.Evidence
		if got := v.Rows()[0]; !strings.Contains(got, mark.Paint("two")) {
			t.Errorf("%q", got)
		}
		v.Write("three four\n\nmore")
		wait(t, v)
		if got := v.Rows()[0]; !strings.Contains(got, mark.Paint("two three")) {
			t.Errorf("%q", got)
		}
	})
}

func TestEndResolvesReferences(t *testing.T) {
	bubble(t, 50, 4, func(t *testing.T, v *View) {
		v.Write("See [docs].\n\n[docs]: https://example.com\n")
		wait(t, v)
		if !shows(t, v, "[docs]") {
			t.Errorf("%q", screen(t, v))
		}
		v.End()
		wait(t, v)
		if !shows(t, v, "docs (https://example.com)") {
			t.Errorf("%q", screen(t, v))
		}
	})
}

func TestThemeChanges(t *testing.T) {
	bubble(t, 40, 4, func(t *testing.T, v *View) {
		v.Write("# Title")
		wait(t, v)
		v.SetTheme(theme.New(theme.Options{}))
		wait(t, v)
		if got := v.Rows()[0]; strings.Contains(got, "38;") || !shows(t, v, "# Title") {
			t.Errorf("%q", got)
		}
	})
}

// However many pieces arrive, rows are made at most once a frame.
func TestRests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turns := 0
		v := New(styles(), func() { turns++ })
		v.SetSize(40, 10)
		for range 3000 {
			v.Write("word ")
			time.Sleep(time.Millisecond)
		}
		wait(t, v)
		v.Close()
		if turns > 3000/33+5 || turns < 50 {
			t.Errorf("%d turns in three seconds", turns)
		}
	})
}

// Version tells exactly when to draw.
func TestVersion(t *testing.T) {
	bubble(t, 40, 5, func(t *testing.T, v *View) {
		v.Write(numbered(0, 20))
		wait(t, v)
		last := v.Version()
		v.Rows()
		time.Sleep(time.Second)
		v.SetSize(40, 5)
		v.Focus(false)
		if v.Version() != last {
			t.Error("grew without a change")
		}
		for name, change := range map[string]func(){
			"write": func() { v.Write("x") }, "scroll": func() { v.Scroll(-1) }, "follow": v.Follow, "focus": func() { v.Focus(true) },
			"size": func() { v.SetSize(41, 5) }, "height": func() { v.SetSize(41, 6) }, "mark": func() { v.Mark([]Span{{0, 3}}) },
			"jump": func() { v.Jump(Span{0, 3}) }, "thoughts": func() { v.Thoughts(true) }, "restart": v.Restart,
		} {
			last = v.Version()
			change()
			wait(t, v)
			if v.Version() == last {
				t.Errorf("%s: did not grow", name)
			}
		}
	})
}

// Closing in the middle of work ends the goroutine; synctest reports one left behind.
func TestCloseWhileBusy(t *testing.T) {
	synctest.Test(t, func(*testing.T) {
		v := New(styles(), nil)
		v.SetSize(40, 10)
		v.Write(numbered(0, 5000))
		v.End()
		v.SetSize(30, 10)
		v.Close()
		New(styles(), nil).Close()
	})
}

// One goroutine writes, another draws; the race detector watches.
func TestConcurrentUse(t *testing.T) {
	v := New(styles(), func() {})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range 300 {
			v.Write(numbered(i, 2))
			v.Think("thought ")
			if i == 150 {
				v.Restart()
			}
		}
		v.End()
	})
	for i := range 200 {
		v.SetSize(20+i%40, 5+i%9)
		v.Rows()
		v.Scroll(i%7 - 3)
		v.Mark([]Span{{i, i + 50}})
		v.Thoughts(i%2 == 0)
		v.Version()
		v.Scrolled()
	}
	wg.Wait()
	v.Close()
}
