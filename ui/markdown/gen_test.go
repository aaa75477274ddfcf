package markdown

import (
	"fmt"
	"math/rand"
	"strings"

	"assay/ui/theme"
)

// writer makes text like that of a model: same seed, same text.
type writer struct{ r *rand.Rand }

func newWriter(seed int64) *writer { return &writer{rand.New(rand.NewSource(seed))} }

var vocabulary = strings.Fields(`the a model answer latency token provider route budget price context window
	of and with without when each request response stream retries quickly on most nights because errors cost
	nothing unless caches are cold Zürich naïve 日本語 モデル 価格 überall ∑ data/set v1.2 e.g. 3,000 50% $4`)

func (w *writer) word() string { return vocabulary[w.r.Intn(len(vocabulary))] }

func (w *writer) sentence() string {
	var b strings.Builder
	for i := range 6 + w.r.Intn(14) {
		if i > 0 {
			b.WriteByte(' ')
		}
		switch w.r.Intn(24) {
		case 0:
			fmt.Fprintf(&b, "**%s %s**", w.word(), w.word())
		case 1:
			fmt.Fprintf(&b, "`%s(%d)`", "call", w.r.Intn(99))
		case 2:
			fmt.Fprintf(&b, "[%s](https://example.com/%d)", w.word(), w.r.Intn(999))
		case 3:
			fmt.Fprintf(&b, "*%s*", w.word())
		default:
			b.WriteString(w.word())
		}
	}
	return b.String() + "."
}

func (w *writer) code(lang string, lines int) string {
	var b strings.Builder
	for i := range lines {
		switch {
		case i%7 == 3:
			b.WriteByte('\n')
		case lang == "python":
			fmt.Fprintf(&b, "    value_%d = compute(%d, \"%s\")  # %s\n", i, w.r.Intn(1000), w.word(), w.word())
		default:
			fmt.Fprintf(&b, "\tvalue%d := compute(%d, \"%s\") // %s\n", i, w.r.Intn(1000), w.word(), w.word())
		}
	}
	return b.String()
}

func (w *writer) block() string {
	switch w.r.Intn(12) {
	case 0:
		return fmt.Sprintf("%s %s %s\n\n", strings.Repeat("#", 1+w.r.Intn(4)), w.word(), w.word())
	case 1, 2:
		var b strings.Builder
		for i := range 2 + w.r.Intn(6) {
			if w.r.Intn(2) == 0 {
				fmt.Fprintf(&b, "- %s\n", w.sentence())
			} else {
				fmt.Fprintf(&b, "%d. %s\n", i+1, w.sentence())
			}
			if w.r.Intn(4) == 0 {
				fmt.Fprintf(&b, "   - %s\n", w.sentence())
			}
		}
		return b.String() + "\n"
	case 3, 4:
		lang := []string{"go", "python", "json", "", "nosuch"}[w.r.Intn(5)]
		return "```" + lang + "\n" + w.code(lang, 3+w.r.Intn(12)) + "```\n\n"
	case 5:
		var b strings.Builder
		b.WriteString("| Name | Latency | Note |\n|:-----|--------:|------|\n")
		for range 2 + w.r.Intn(5) {
			fmt.Fprintf(&b, "| `%s` | %d ms | %s %s |\n", w.word(), w.r.Intn(3000), w.word(), w.word())
		}
		return b.String() + "\n"
	case 6:
		return "> " + w.sentence() + "\n> " + w.sentence() + "\n\n"
	case 7:
		return "Look:\n```go\n" + w.code("go", 4) + "```\nand " + w.sentence() + "\n\n"
	}
	return w.sentence() + " " + w.sentence() + "\n" + w.sentence() + "\n\n"
}

// doc is a text of at least n bytes.
func (w *writer) doc(n int) string {
	var b strings.Builder
	for b.Len() < n {
		b.WriteString(w.block())
	}
	return b.String()
}

// fragments are lines that mean something to a Markdown parser, for texts nobody would
// write.
var fragments = []string{
	"text a", "text *b*", "    code", "\tcode", "- item", "* item", "1. one", "2) two", "10. ten",
	"   - deep", "  cont", "      far", "```", "```go", "~~~", "````", "  ```", "> quote", "> - ql", "> ```", ">",
	"# H", "## H2", "---", "===", "***", "- - x", "| a | b |", "|---|---|", "| 1 | 2 |", "<div>", "</div>",
	"<!-- c", "-->", "<!-- x -->", "<pre>", "</pre>", "<b>t</b>", "<?php", "?>", "<script>", "</script>",
	"<!DOCTYPE x>", "<a href=x>", ": def", "-", "1.", "\\- no", "- [ ] task", "- [x] done", "+ p", " - i1", "  - i2",
	"   ```", "- ```", "  > q", "***b***", "a | b", "-|-", "-----", "word:", "<https://x.y>", "`a", "``` `x`", "~~~ ~",
	"-\tx", "1.\ty", "    - no", "\\", "foo\\", "  ", "&amp; &#27;[2J &lt;", "![i](x.png)", "[l](http://a.b/c)",
	"日本語のテキスト、とても長い。", "a<br>b", "x `c \\| d` y", "~~gone **b**~~", "https://example.org/a?b=c", "e\u0301\u0302", "0. zero",
	"| a | b | c | d | e | f | g |", "|---|---|---|---|---|---|---|", "| 1 | 2 | 3 | 4 | 5 | 6 | 7 |",
}

func (w *writer) odd() string {
	var b strings.Builder
	for range 3 + w.r.Intn(10) {
		b.WriteString(fragments[w.r.Intn(len(fragments))])
		b.WriteString([]string{"\n", "\n", "\n\n", "\n\n", "\n \n"}[w.r.Intn(5)])
	}
	return b.String()
}

// examples is a small set of our own for what CommonMark and tables make hard.
var examples = []string{
	"para\n===\n\npara\n---\nnext\n", "- a\n\n- b\n\n\n- c\n", "- a\n\n  b\n\n      c\n\nd\n",
	"1. a\n   ```go\n   x := 1\n   ```\n2. b\n\nafter\n", "> a\nlazy\n\n> b\n\nc\n", "> - a\n>   - b\n>\n>   c\n",
	"foo\na | b\n--|--\n1 | 2\n\n\nafter\n", "a | b\n--|--\n`x` | y\nz\n\n# h\n", "| a |\n|---|\n# not a row\n",
	"```\nfence\n\n# not a heading\n```\ntext right behind\n", "~~~~ md\n```\ninner\n```\n~~~~\n\nx\n", "````\n```\n````\n",
	"text\n```go\nx\n```\n# h\ntext\n", "<div>\n*not em*\n\n*em*\n</div>\n", "<!-- a\n\nb -->\nc\n", "<script>\n\nx\n</script>\n",
	"    code\n\n    more\n\ntext\n", "text\n    not code\n", "* * *\n\n- - -\ntext\n", "- \n\n  text\n", "-\n  text\n",
	"# a #\n#b\n####### c\n", "\n\n\ntext\n", "   \n\n- a\n", "a\\\nb  \nc\n", "`a\nb` **c\nd**\n", "- [ ] a\n- [x] b\n  - c\n",
	"1) a\n2) b\n1. c\n", "- a\n+ b\n* c\n", "10. a\n\n    b\n\n11. c\n", "> ```\n> x\n\ny\n", "- > a\n  > b\n\n  c\n",
	"```go\nopen to the end\n\n\nx", "text\n\n```", "**a `b *c* d` e**\n", "a <b\nc> d\n", "| x |\n|---|\n", "|a|b|\n|-|-|\n|1|\n|1|2|3|\n",
	"- a\n  # h\n  text\n\n  | x | y |\n  |---|---|\n  | 1 | 2 |\n\n  end\n", "* a\n\n\n\n  b\n", "\tcode\n\n\tmore\n",
	"> # h\n> - x\n>\n> ---\n\nz\n", "1. a\n\n2. b\n   > q\n\n   p\n", "---\n---\n", "#\n##\n", "- a\n- b\n\n\n  c\n- d\n",
}

func styleOf(p theme.Profile, dark bool) *Style {
	return NewStyle(theme.New(theme.Options{Dark: dark, Profile: p}))
}

func darkStyle() *Style { return styleOf(theme.TrueColor, true) }

// whole renders a text at once.
func whole(style *Style, width int, src string) []string {
	return newPainter(style, width).draw(chunk{src: Clean(nil, src), first: true}).rows
}
