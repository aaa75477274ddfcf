package markdown

import (
	"bytes"
	"strings"
	"testing"

	"assay/ui/theme"

	"github.com/charmbracelet/glamour"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
)

const sample = `# A title that is a little long for a narrow pane

Some *text* with **bold *and nested* words**, Vec<T>, a line<br>break, a [link](https://example.com/a?b=1&c=2)
and https://go.dev/x bare. "C:\\dir" costs \$5 &amp; more.

- first item, which takes more than one line of the pane
- second with ` + "`code & <x>`" + `
  1. nested and numbered, also long enough to be broken
  2. short

  a second paragraph of the item
- [x] done
- [ ] open

` + "```go\nfunc main() {\n\tprintln(\"a line of code that does not fit into the pane\") // indeed\n}\n```" + `

> A quote that is long enough to be broken into two lines.
> > And one inside.

| Name | Latency | Note |
|:-----|--------:|------|
| ` + "`a`" + ` | 12 ms | something long that has to be broken |
| b \| c | 3 ms | **bold** |

日本語の文章は単語の間に空白がありません。それでも行は折り返されます。

---

![a picture](https://example.com/p.png) ~~struck~~ end.
`

func TestRenderGolden(t *testing.T) {
	for _, c := range []struct {
		name  string
		opts  theme.Options
		width int
	}{
		{"dark-60", theme.Options{Dark: true, Profile: theme.TrueColor}, 60},
		{"light256-40", theme.Options{Profile: theme.ANSI256}, 40},
		{"dark16-40", theme.Options{Dark: true, Profile: theme.ANSI16}, 40},
		{"none-40", theme.Options{}, 40},
		{"ascii-24", theme.Options{ASCII: true}, 24},
		{"none-8", theme.Options{}, 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows := whole(NewStyle(theme.New(c.opts)), c.width, sample)
			for _, row := range rows {
				checkRow(t, sample, row)
			}
			golden.RequireEqual(t, []byte(strings.Join(rows, "\n")+"\n"))
		})
	}
}

// Where the typesetter has nothing to do, rows show what glamour alone would show.
func TestDrawsAsGlamour(t *testing.T) {
	const width = 400 // nothing needs breaking
	style := darkStyle()
	tr, err := glamour.NewTermRenderer(glamour.WithStyles(style.config(width)), glamour.WithWordWrap(width), glamour.WithColorProfile(style.profile))
	if err != nil {
		t.Fatal(err)
	}
	for _, src := range []string{
		"text\n", "a *b* **c** `d`\n\ne\n", "# h\n\ntext\n\n## h2\n\n- a\n- b\n", "1. a\n2. b\n   - c\n   - d\n", "text\n\n1. a\n\ntext\n",
		"a\n\n---\n\nb\n", "- [ ] a\n- [x] b\n", "a ~~b~~ c\n", "text\n\n- a\n  - b\n    - c\n\nend\n",
	} {
		out, err := tr.Render(src)
		if err != nil {
			t.Fatal(err)
		}
		w := &rowWriter{width: width, bar: "│"}
		w.write(out)
		want := w.rows(nil)
		if strings.TrimSpace(want[0]) == "" {
			want = want[1:] // in front of a list
		}
		if d := diff(whole(style, width, src), want); d != "" {
			t.Errorf("%q\n%s", src, d)
		}
	}
}

func TestLineBreaks(t *testing.T) {
	for _, c := range []struct {
		src   string
		width int
		want  string
	}{
		{"one two three", 8, "one two\nthree"},
		{"one  two   three", 8, "one  two\nthree"},
		{"abcdefghijkl", 5, "abcde\nfghij\nkl"},
		{"a abcdefgh", 5, "a\nabcde\nfgh"},
		{"well-known words", 7, "well-\nknown\nwords"},
		{"日本語、価格。", 6, "日本\n語、価\n格。"},
		{"あ「い」う", 6, "あ\n「い」\nう"},
		{"GPTと日本語", 6, "GPTと\n日本語"},
		{"a\\\nb", 8, "a\nb"},
		{"a  \nb", 8, "a\nb"},
		{"a\nb", 8, "a b"},
		{"日本\n語", 8, "日本語"},
		{"**one two** three", 8, "one two\nthree"},
		{"**one**two three", 5, "onetw\no\nthree"},
		{"- one two", 7, "• one\n  two"},
		{"10. one two", 8, "10. one\n    two"},
		{"# one two", 6, "# one\n  two"},
		{"> one two", 6, "│ one\n│ two"},
		{"- [ ] one two", 8, "[ ] one\n    two"},
		{"- a\n\n  b\n\n  c", 8, "• a\n  b\n  c"},
	} {
		got := strings.Join(lines(whole(styleOf(theme.None, true), c.width, c.src)), "\n")
		if got != c.want {
			t.Errorf("%q at %d:\n%s\nwant\n%s", c.src, c.width, got, c.want)
		}
	}
}

func TestTables(t *testing.T) {
	src := "| Model | Price | Remark |\n|---|--:|---|\n| one | 1 | a remark that is long |\n| two | 22 | short |\n"
	wide := strings.Join(lines(whole(styleOf(theme.None, true), 40, src)), "\n")
	for _, want := range []string{"Model", "│", "a remark that is", "long", "short"} {
		if !strings.Contains(wide, want) {
			t.Errorf("no %q in\n%s", want, wide)
		}
	}
	narrow := strings.Join(lines(whole(styleOf(theme.None, true), 20, src)), "\n")
	if want := "Model: one\nPrice: 1\nRemark: a remark\nthat is long\n\nModel: two\nPrice: 22\nRemark: short"; narrow != want {
		t.Errorf("narrow:\n%s\nwant\n%s", narrow, want)
	}
	if got := strings.Join(whole(styleOf(theme.None, true), 60, "| a |\n|---|\n| x<br>y |\n"), "\n"); !strings.Contains(got, "x") || strings.Contains(got, "<br>") {
		t.Errorf("a line break in a cell: %q", got)
	}
}

func TestWrap(t *testing.T) {
	got := Wrap(nil, "one two three\n\nfour", 9, "| ", 2, "")
	want := []string{"| one two", "| three  ", "|        ", "| four   "}
	if d := diff(got, want); d != "" {
		t.Error(d)
	}
	for _, row := range Wrap(nil, "x日本語y"+strings.Repeat("z", 50), 3, "--------", 8, "\x1b[1m") {
		if ansi.StringWidth(row) != 3 {
			t.Errorf("row %q", row)
		}
	}
}

// What the libraries cannot cope with is shown as it is.
func TestFallback(t *testing.T) {
	src := strings.Repeat("> ", 60) + "deep text\n"
	rows := lines(whole(darkStyle(), 40, src))
	if !strings.Contains(strings.Join(rows, "\n"), "deep text") || !strings.HasPrefix(rows[0], "> > >") {
		t.Errorf("%q", rows)
	}
}

func FuzzRender(f *testing.F) {
	for _, e := range examples {
		f.Add([]byte(e), uint8(20))
	}
	f.Add([]byte(sample), uint8(40))
	f.Fuzz(func(t *testing.T, raw []byte, width uint8) {
		w := int(width%100) + 1
		s := NewStream(darkStyle(), w)
		for rest := raw; len(rest) > 0; {
			n := min(1+int(width)*3, len(rest))
			s.Append(rest[:n])
			rest = rest[n:]
		}
		rows := finish(s)
		for _, row := range rows {
			checkRow(t, string(raw), row)
			if ansi.StringWidth(row) != w {
				t.Fatalf("%q: row of %d cells, not %d: %q", raw, ansi.StringWidth(row), w, row)
			}
		}
		if s.gate.raw != len(raw) {
			t.Fatalf("took in %d of %d bytes", s.gate.raw, len(raw))
		}
		if !bytes.Contains(raw, []byte("<think")) {
			if d := diff(rows, whole(darkStyle(), w, string(raw))); d != "" {
				t.Fatalf("%q\n%s", raw, d)
			}
		}
		for at := 0; at < len(raw); at += 1 + len(raw)/5 {
			s.Locate(nil, at, at+7)
			s.RowOf(at)
		}
	})
}
