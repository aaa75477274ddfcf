package theme

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func allOptions() (all []Options) {
	for _, p := range []Profile{None, ANSI16, ANSI256, TrueColor} {
		for _, dark := range []bool{true, false} {
			for _, ascii := range []bool{false, true} {
				all = append(all, Options{Dark: dark, Profile: p, ASCII: ascii})
			}
		}
	}
	return all
}

// walk calls f with every value of the wanted type below v and its path.
func walk[T any](path string, v reflect.Value, f func(path string, x T)) {
	if x, ok := v.Interface().(T); ok {
		f(path, x)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if ft := v.Type().Field(i); ft.IsExported() && ft.Name != "Renderer" {
				walk(path+"."+ft.Name, v.Field(i), f)
			}
		}
	case reflect.Array:
		for i := range v.Len() {
			walk(fmt.Sprintf("%s[%d]", path, i), v.Index(i), f)
		}
	}
}

func TestGlyphsAreOneCell(t *testing.T) {
	for _, o := range allOptions() {
		walk("Glyph", reflect.ValueOf(New(o).Glyph), func(path, g string) {
			if ansi.StringWidth(g) != 1 {
				t.Errorf("%+v %s: %q is %d cells", o, path, g, ansi.StringWidth(g))
			}
			if o.ASCII && (len(g) != 1 || g[0] < 0x20 || g[0] > 0x7e) {
				t.Errorf("%+v %s: %q is not ASCII", o, path, g)
			}
		})
	}
}

// Glyphs that stand for different things must differ, or colour would be the only
// thing that tells them apart.
func TestGlyphsTellApart(t *testing.T) {
	for _, ascii := range []bool{false, true} {
		g := New(Options{ASCII: ascii}).Glyph
		for name, group := range map[string]any{
			"state": g.State, "fusion": g.Fusion,
			"ground": struct{ A, B, C string }{g.Verified, g.Weak, g.Unknown},
		} {
			seen := map[string]string{}
			walk(name, reflect.ValueOf(group), func(path, glyph string) {
				if was, ok := seen[glyph]; ok {
					t.Errorf("ascii %v: %s and %s are both %q", ascii, was, path, glyph)
				}
				seen[glyph] = path
			})
		}
	}
}

func TestPaint(t *testing.T) {
	for _, o := range allOptions() {
		walk("Styles", reflect.ValueOf(*New(o)), func(path string, s Style) {
			got := s.Paint("word two")
			if ansi.Strip(got) != "word two" {
				t.Errorf("%+v %s: painted %q", o, path, got)
			}
			if got != s.Open()+"word two"+s.Close() {
				t.Errorf("%+v %s: Open and Close do not make %q", o, path, got)
			}
			if string(s.Append([]byte("a"), "b")) != "a"+s.Paint("b") {
				t.Errorf("%+v %s: Append differs from Paint", o, path)
			}
			// lipgloss paints blanks one by one when they are underlined; what
			// is on the screen is the same for a word.
			if want := s.Lip().Render("word"); s.Paint("word") != want && !strings.Contains(want, "4") && !strings.Contains(want, "9") {
				t.Errorf("%+v %s: %q, lipgloss says %q", o, path, s.Paint("word"), want)
			}
			if s.Paint("") != "" {
				t.Errorf("%+v %s: paints nothing as %q", o, path, s.Paint(""))
			}
		})
	}
}

func TestNoneHasNoColour(t *testing.T) {
	for _, dark := range []bool{true, false} {
		walk("Styles", reflect.ValueOf(*New(Options{Dark: dark})), func(path string, s Style) {
			for _, p := range sgrParams(s.Open()) {
				if p >= 30 {
					t.Errorf("%s has colour %d without colour: %q", path, p, s.Open())
				}
			}
		})
	}
}

// Without colour the styles that matter still look different from plain text.
func TestNoneStillMarks(t *testing.T) {
	s := New(Options{})
	for name, st := range map[string]Style{
		"failed": s.State.Failed, "error": s.Note.Error, "warning": s.Note.Warning,
		"selection": s.Mark.Selection, "evidence": s.Mark.Evidence, "current": s.Mark.EvidenceCurrent,
		"added": s.Mark.Added, "removed": s.Mark.Removed, "focused border": s.Lane.BorderFocused,
		"focused header": s.Lane.HeaderFocused, "chosen": s.Chrome.PickerChosen, "demo": s.Chrome.Demo,
		"active tab": s.Chrome.TabActive, "unverified": s.Fusion.Unverified,
	} {
		if st.Open() == "" {
			t.Errorf("%s looks like plain text", name)
		}
	}
	if s.Mark.Evidence.Open() == s.Mark.EvidenceCurrent.Open() || s.Mark.Added.Open() == s.Mark.Removed.Open() {
		t.Error("two marks look alike")
	}
}

func TestProfileDepth(t *testing.T) {
	for _, c := range []struct {
		p    Profile
		want string
	}{{TrueColor, "38;2;"}, {ANSI256, "38;5;111"}, {ANSI16, "94"}} {
		open := New(Options{Dark: true, Profile: c.p}).Text.Accent.Open()
		if !strings.Contains(open, c.want) {
			t.Errorf("%v: accent is %q, want %q in it", c.p, open, c.want)
		}
	}
}

func TestLaneColorWraps(t *testing.T) {
	l := New(Options{Dark: true, Profile: TrueColor}).Lane
	if l.Color(8).Open() != l.Color(0).Open() || l.Color(-1).Open() != l.Color(7).Open() {
		t.Error("lane colours do not repeat after the last")
	}
	seen := map[string]int{}
	for i := range Lanes {
		if j, ok := seen[l.Color(i).Open()]; ok {
			t.Errorf("lanes %d and %d share a colour", i, j)
		}
		seen[l.Color(i).Open()] = i
	}
}

// Text must be readable on the grounds people use: WCAG's 4.5 for text and 3 for
// lines, on black and on a usual dark grey, on white and on a usual off-white.
func TestContrast(t *testing.T) {
	for _, c := range []struct {
		name    string
		p       palette
		grounds []string
	}{
		{"dark", darkPalette(), []string{"#000000", "#1e1e2e"}},
		{"light", lightPalette(), []string{"#ffffff", "#fafafa"}},
	} {
		for _, ground := range c.grounds {
			text := map[string]tone{
				"dim": c.p.dim, "accent": c.p.accent, "good": c.p.good, "warn": c.p.warn,
				"bad": c.p.bad, "info": c.p.info, "rare": c.p.rare, "code": c.p.code,
			}
			for i, l := range c.p.lanes {
				text["lane "+strconv.Itoa(i)] = l
			}
			for name, tn := range text {
				if r := contrast(t, tn.full, ground); r < 4.5 {
					t.Errorf("%s: %s on %s has contrast %.2f", c.name, name, ground, r)
				}
			}
			if r := contrast(t, c.p.faint.full, ground); r < 3 {
				t.Errorf("%s: lines on %s have contrast %.2f", c.name, ground, r)
			}
		}
		for name, pair := range map[string][2]tone{
			"selection": {c.p.onMark, c.p.selection}, "bar": {c.p.onMark, c.p.bar}, "evidence": {c.p.onSpan, c.p.evidence},
		} {
			if r := contrast(t, pair[0].full, pair[1].full); r < 4.5 {
				t.Errorf("%s: text on %s has contrast %.2f", c.name, name, r)
			}
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
	if err != nil || len(hex) != 7 {
		t.Fatalf("no colour: %q", hex)
	}
	lin := func(shift uint) float64 {
		v := float64(n>>shift&0xff) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(16) + 0.7152*lin(8) + 0.0722*lin(0)
}

func sgrParams(open string) (ps []int) {
	for _, part := range strings.FieldsFunc(open, func(r rune) bool { return r < '0' || r > '9' }) {
		n, _ := strconv.Atoi(part)
		ps = append(ps, n)
	}
	return ps
}

func BenchmarkPaint(b *testing.B) {
	s := New(Options{Dark: true, Profile: TrueColor}).Text.Accent
	b.ReportAllocs()
	for b.Loop() {
		_ = s.Paint("streaming")
	}
}
