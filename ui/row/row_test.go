package row

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
)

func TestAppend(t *testing.T) {
	for _, c := range []struct {
		name  string
		w, h  int
		panes []Pane
		want  []string
	}{
		{"nothing", 3, 2, nil, []string{"   ", "   "}},
		{"side by side", 5, 2, []Pane{{3, 0, 2, 2, []string{"cc", "dd"}}, {0, 0, 2, 2, []string{"aa", "bb"}}, Column(2, 0, 2, "|")}, []string{"aa|cc", "bb|dd"}},
		{"missing rows", 4, 3, []Pane{{0, 0, 2, 3, []string{"aa"}}, {2, 0, 2, 3, []string{"bb", "cc", "dd", "ee"}}}, []string{"aabb", "  cc", "  dd"}},
		{"gaps", 6, 3, []Pane{{1, 1, 1, 1, []string{"x"}}, {4, 0, 1, 2, []string{"y", "z"}}}, []string{"    y ", " x  z ", "      "}},
		{"below", 2, 1, []Pane{{0, 0, 2, 5, []string{"aa", "bb"}}}, []string{"aa"}},
		{"above", 2, 2, []Pane{{0, -1, 2, 3, []string{"aa", "bb", "cc"}}}, []string{"bb", "cc"}},
		{"wide characters and colours", 5, 1, []Pane{{0, 0, 4, 1, []string{"\x1b[1m日本\x1b[0m"}}}, []string{"\x1b[1m日本\x1b[0m "}},
		{"empty pane", 2, 1, []Pane{{0, 0, 0, 1, []string{"x"}}}, []string{"  "}},
		{"no height", 2, 0, nil, []string{""}},
		{"very wide", 200, 1, nil, []string{strings.Repeat(" ", 200)}},
	} {
		if got := string(Append(nil, c.w, c.h, c.panes)); got != strings.Join(c.want, "\n") {
			t.Errorf("%s:\n%q\nwant\n%q", c.name, strings.Split(got, "\n"), c.want)
		}
	}
}

func frameOf(panes int) []Pane {
	var all []Pane
	w := 200 / panes
	for i := range panes {
		p := Pane{X: i * w, W: w - 1, H: 50}
		for y := range 50 {
			p.Rows = append(p.Rows, fmt.Sprintf("\x1b[38;2;122;162;247mlane %d\x1b[0m row %3d%s", i, y, Blank(w-1-14)))
		}
		all = append(all, p, Column(i*w+w-1, 0, 50, "\x1b[38;2;100;108;125m│\x1b[0m"))
	}
	return all
}

func TestFrameIsExact(t *testing.T) {
	for _, n := range []int{2, 4, 6} {
		rows := strings.Split(string(Append(nil, 200, 50, frameOf(n))), "\n")
		if len(rows) != 50 {
			t.Fatalf("%d rows", len(rows))
		}
		for i, row := range rows {
			if ansi.StringWidth(row) != 200 {
				t.Errorf("%d panes: row %d is %d cells", n, i, ansi.StringWidth(row))
			}
		}
	}
}

func TestWriter(t *testing.T) {
	r, f, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	w := NewWriter(f)
	if w.Fd() != f.Fd() {
		t.Error("it is not the file")
	}
	for _, s := range []string{"one", "two"} {
		if n, err := io.WriteString(w, s); n != 3 || err != nil {
			t.Errorf("%d %v", n, err)
		}
	}
	frames, bytes, _ := w.Stats()
	f.Close()
	got, _ := io.ReadAll(r)
	if want := "\x1b[?2026hone\x1b[?2026l\x1b[?2026htwo\x1b[?2026l"; string(got) != want {
		t.Errorf("%q", got)
	}
	if frames != 2 || bytes != int64(len(got)) {
		t.Errorf("%d frames, %d bytes", frames, bytes)
	}
	if n, err := w.Write([]byte("x")); n != 0 || err == nil {
		t.Errorf("closed: %d %v", n, err)
	}
}

func TestSlow(t *testing.T) {
	w := NewWriter(nil)
	quick := func(n int) {
		for range n {
			w.count(time.Millisecond, 1)
		}
	}
	quick(5)
	if w.Slow() {
		t.Error("slow from the start")
	}
	w.count(slowWrite+1, 1)
	quick(calm - 1)
	if !w.Slow() {
		t.Error("one slow frame is forgotten too soon")
	}
	quick(1)
	if w.Slow() {
		t.Error("slow for ever")
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, n := range []int{2, 4, 6} {
		b.Run(fmt.Sprintf("%dpanes", n), func(b *testing.B) {
			panes := frameOf(n)
			var buf []byte
			b.ReportAllocs()
			for b.Loop() {
				buf = Append(buf[:0], 200, 50, panes)
			}
		})
	}
}
