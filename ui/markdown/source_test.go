package markdown

import (
	"slices"
	"strings"
	"testing"

	"assay/ui/theme"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
)

// shown is what stands in some cells of a row.
func shown(rows []string, c Cells) string {
	return ansi.Strip(ansi.Cut(rows[c.Row], c.Col, c.Col+c.Width))
}

func allRows(s *Stream) []string {
	closed, tail := s.Rows()
	return append(closed[:len(closed):len(closed)], tail...)
}

// text is what the located cells of a stretch of the source show.
func located(s *Stream, from, to int) string {
	var parts []string
	for _, c := range s.Locate(nil, from, to) {
		parts = append(parts, shown(allRows(s), c))
	}
	return strings.Join(parts, "\n")
}

func TestLocate(t *testing.T) {
	for _, c := range []struct {
		name, src, span, want string
	}{
		{"word", "one two three\n", "two", "two"},
		{"words", "one two three four\n", "two three", "two three"},
		{"part of a word", "one twofold three\n", "fold", "twofold"},
		{"wrapped", "one two three four five six seven eight nine ten\n", "four five six seven", "four\nfive six seven"},
		{"heading", "# The big title\n\ntext\n", "big title", "big title"},
		{"markup", "a **bold** word and `code` here\n", "**bold** word and `code`", "bold word and\ncode"},
		{"list", "- first item\n- second item\n", "second", "second"},
		{"nested", "1. a\n   - deep down here\n", "deep down", "deep down"},
		{"second paragraph", "- a\n\n  second one\n", "second one", "second one"},
		{"quote", "> said the quote\n", "the quote", "the quote"},
		{"link", "see [the docs](http://x.y) now\n", "the docs", "the docs"},
		{"bare link", "see http://x.y/z now\n", "http://x.y/z", "http://x.y/z"},
		{"entity", "a &amp; b &lt;c&gt;\n", "&amp;", "&"},
		{"escape", "a \\*b\\* c\n", "\\*b\\*", "*b*"},
		{"html", "a <b>c</b> d\n", "<b>c</b>", "<b>c</b>"},
		{"cjk", "モデルの価格は高い\n", "価格", "価格"},
		{"cjk wrapped", "これはとても長い日本語の文章です\n", "長い日本語", "長い日\n本語"},
		{"tab", "a\tb\tc d\n", "c d", "c d"},
		{"controls", "a \x1b[31mred\x1b[0m b\n", "b", "b"},
		{"carriage returns", "one\r\ntwo\r\nthree\r\n", "three", "three"},
		{"removed", "a\u200bb c\n", "c", "c"},
		{"code", "```go\nx := call(1)\ny := 2\n```\n", "y := 2", "y := 2"},
		{"code wrapped", "```\nthis line of code is far too long\n```\n", "code is far", "cod\ne is far"},
		{"code in a list", "- a\n  ```\n  x = 1\n  y = 2\n  ```\n", "y = 2", "y = 2"},
		{"table", "| k | v |\n|---|---|\n| a b | c |\n| d | e f |\n", "e f", "e f"},
		{"table over cells", "| k | v |\n|---|---|\n| a b | c |\n", "a b | c", "a b\nc"},
		{"second block", "one\n\ntwo\n\nthree\n", "two", "two"},
		{"over blocks", "one\n\ntwo\n\nthree\n", "two\n\nthree", "two\nthree"},
		{"struck", "a ~~b c~~ d\n", "b c", "b c"},
		{"image", "a ![the alt](x.png) b\n", "the alt", "the alt"},
		{"nothing", "a b c\n", "", ""},
	} {
		for _, p := range []theme.Profile{theme.TrueColor, theme.None} {
			s := NewStream(styleOf(p, true), 18)
			s.Append([]byte(c.src))
			at := strings.LastIndex(c.src, c.span)
			if got := located(s, at, at+len(c.span)); strings.ReplaceAll(got, "`", "") != c.want {
				t.Errorf("%s: tail: %q, want %q\n%s", c.name, got, c.want, ansi.Strip(strings.Join(allRows(s), "\n")))
			}
			finish(s)
			if got := located(s, at, at+len(c.span)); strings.ReplaceAll(got, "`", "") != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
	}
}

func TestRowOf(t *testing.T) {
	src := "# Title\n\nSome text that is long enough to wrap.\n\n```go\na := 1\nb := 2\n```\n\n- item one\n- item two\n"
	s := NewStream(darkStyle(), 20)
	s.Append([]byte(src))
	finish(s)
	rows := allRows(s)
	for _, word := range []string{"Title", "Some", "wrap.", "b := 2", "two"} {
		row := s.RowOf(strings.Index(src, word))
		if !strings.Contains(ansi.Strip(rows[row]), word) {
			t.Errorf("%q is not in row %d %q", word, row, rows[row])
		}
	}
	if row := s.RowOf(len(src) + 100); row < 0 || row > len(rows) {
		t.Errorf("row %d behind the end", row)
	}
}

// Marks change nothing but what they are for: with them the rows show the same text,
// and every located word is in the source where it is said to be.
func TestMarksChangeNothing(t *testing.T) {
	n := 4000
	if testing.Short() || slow {
		n = 400
	}
	w := newWriter(77)
	for _, width := range []int{24, 60} {
		p := newPainter(darkStyle(), width)
		for i := range n / 2 {
			src := w.odd()
			if i%8 == 0 {
				src = w.doc(500)
			}
			src = CleanText(src)
			plain := p.draw(chunk{src: []byte(src), first: true})
			marked := p.draw(chunk{src: []byte(src), first: true, mapped: true})
			for i := range plain.rows {
				plain.rows[i] = ansi.Strip(plain.rows[i])
			}
			for i := range marked.rows {
				marked.rows[i] = ansi.Strip(marked.rows[i])
			}
			if d := diff(marked.rows, plain.rows); d != "" {
				t.Fatalf("%q\n%s", src, d)
			}
			for _, sp := range marked.spans {
				if sp.from < 0 || sp.to > len(src) || sp.from >= sp.to || sp.row >= len(marked.rows) || sp.col+sp.width > width {
					t.Fatalf("%q: span %+v", src, sp)
				}
				word := strings.Trim(shown(marked.rows, Cells{sp.row, sp.col, sp.width}), " `")
				if text := src[sp.from:sp.to]; !strings.ContainsAny(text, "\\&") && !strings.Contains(text, word) {
					t.Fatalf("%q: %q is said to show %q", src, word, text)
				}
			}
		}
	}
}

func TestSourceMapGolden(t *testing.T) {
	src := "## Findings\n\nThe **second** model says *Paris*; the `third` does not.\n\n" +
		"1. First point, which takes more than one line of the pane\n2. 第二点は日本語で書かれています。\n\n" +
		"| City | Year |\n|------|-----:|\n| Paris | 1889 |\n| Rome  | 1960 |\n\n> Quoted evidence, also long enough to be broken.\n\n```py\nprint('x')\n```\n"
	s := NewStream(styleOf(theme.None, true), 34)
	s.Append([]byte(src))
	finish(s)
	rows := allRows(s)
	for i := range rows {
		rows[i] = ansi.Strip(rows[i])
	}
	var marks []Cells
	for _, span := range []string{"second** model says", "more than one", "日本語", "1889", "Rome  | 1960", "evidence, also long", "print('x')"} {
		at := strings.Index(src, span)
		marks = append(marks, s.Locate(nil, at, at+len(span))...)
	}
	// From right to left: a sign put in moves what is behind it.
	slices.SortFunc(marks, func(a, b Cells) int { return b.Col - a.Col })
	for _, c := range marks {
		rows[c.Row] = ansi.Cut(rows[c.Row], 0, c.Col) + "\u27e6" + shown(rows, c) + "\u27e7" + ansi.Cut(rows[c.Row], c.Col+c.Width, 80)
	}
	golden.RequireEqual(t, []byte(strings.Join(rows, "\n")+"\n"))
}
