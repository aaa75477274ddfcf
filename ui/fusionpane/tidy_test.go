package fusionpane

import (
	"strings"
	"testing"
)

func TestTidy(t *testing.T) {
	for in, want := range map[string]string{
		"Rome fell in **476**":        "Rome fell in 476",
		"**all** of __it__, ~~gone~~": "all of it, gone",
		"(**so**) **really?**":        "(so) really?",
		"***both***":                  "*both*",
		"call `f()` twice":            "call f() twice",
		"call `__init__` or `**kw`":   "call __init__ or **kw",
		"``a`b`` ends":                "a`b ends",
		"2**8 is 256, 3**2 is 9":      "2**8 is 256, 3**2 is 9",
		"a ** b":                      "a ** b",
		"src/**/x.go":                 "src/**/x.go",
		"snake__case__name":           "snake__case__name",
		"a lone ` tick":               "a lone ` tick",
		"fell in 476** after":         "fell in 476** after",
		"the year 476**":              "the year 476",
		"**fell in 476":               "fell in 476",
		"**":                          "**",
		"\x1b[2J **x**":               "␛[2J x",
		"":                            "",
	} {
		if got := tidy(in); got != want {
			t.Errorf("tidy(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzTidy(f *testing.F) {
	for _, s := range []string{"**a**", "`a", "__", "~~a~~b~~", "***a** b*", "``", "\xff**\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := tidy(s)
		if len(out) > len(s)*3 || strings.ContainsAny(out, "\x1b\n") {
			t.Errorf("tidy(%q) = %q", s, out)
		}
	})
}
