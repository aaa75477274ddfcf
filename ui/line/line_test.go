package line_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"assay/ui/line"
	"assay/ui/theme"
)

func TestRows(t *testing.T) {
	var plain theme.Style
	for _, tc := range []struct {
		name string
		got  string
		want string
	}{
		{"pieces", line.New(10, "…").Add(plain, "ab").Space(1).Add(plain, "cd").Pad(), "ab cd     "},
		{"cut", line.New(6, "…").Add(plain, "abcdefgh").Pad(), "abcde…"},
		{"full", line.New(3, "…").Add(plain, "abc").Add(plain, "d").Pad(), "abc"},
		{"wide characters", line.New(5, "…").Add(plain, "世界世").Pad(), "世界…"},
		{"a wide one at the edge", line.New(4, "…").Add(plain, "世界世").Pad(), "世… "},
		{"fill", line.New(8, "…").Add(plain, "a ").Fill(plain, "-", 2).Add(plain, " b").String(), "a ---- b"},
		{"right", line.New(8, "…").Add(plain, "a").Right(2).Add(plain, "zz").String(), "a     zz"},
		{"join", line.New(6, "…").Add(plain, "a").Join(line.New(4, "…").Add(plain, "bc")).Pad(), "abc   "},
		{"nothing", line.New(0, "…").Add(plain, "abc").Pad(), ""},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, tc.got, tc.want)
		}
	}
	if l := line.New(4, "…"); l.Whole(plain, "abcde") || l.Width() != 0 || !l.Whole(plain, "abcd") {
		t.Error("Whole cuts, or refuses what fits")
	}
}

func TestStyledRowsKeepTheirWidth(t *testing.T) {
	s := theme.New(theme.Options{Dark: true, Profile: theme.TrueColor})
	for w := range 30 {
		row := line.New(w, "…").On(s.Chrome.Status).Add(s.Note.Error, "failed 世界").Fill(s.Text.Faint, "─", 4).Add(s.Text.Accent, "done").Pad()
		if got := ansi.StringWidth(row); got != w {
			t.Errorf("%d cells instead of %d", got, w)
		}
	}
}

func TestFitAndWrap(t *testing.T) {
	for _, w := range []int{0, 1, 3, 12} {
		if got := ansi.StringWidth(line.Fit("\x1b[1m世界 abc\x1b[0m", w)); got != w {
			t.Errorf("Fit to %d gave %d", w, got)
		}
	}
	for _, r := range line.Wrap(strings.Repeat("a long word 世界世界世界 ", 5), 7) {
		if ansi.StringWidth(r) > 7 || strings.HasSuffix(r, " ") {
			t.Errorf("row %q", r)
		}
	}
}
