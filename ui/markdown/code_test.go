package markdown

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"assay/ui/theme"

	"github.com/charmbracelet/x/ansi"
)

func TestCodeBlocks(t *testing.T) {
	for _, c := range []struct {
		name, src string
		want      []Block
	}{
		{"none", "text `code`\n\n    indented\n", nil},
		{"one", "a\n```go\nx := 1\n\ty\n```\nb\n", []Block{{"go", "x := 1\n\ty\n"}}},
		{"open", "```\nx", []Block{{"", "x\n"}}},
		{"two", "```a b\n1\n```\n~~~\n2\n~~~\n", []Block{{"a", "1\n"}, {"", "2\n"}}},
		{"nested", "- x\n  ```sh\n  ls\n    -l\n  ```\n> ```\n> q\n> ```\n", []Block{{"sh", "ls\n  -l\n"}, {"", "q\n"}}},
		{"raw", "```\na\x1b[0m\u200bb\n```\n", []Block{{"", "a\x1b[0m\u200bb\n"}}},
		{"thought", "<think>\n```\nno\n```\n</think>\n\n```\nyes\n```\n", []Block{{"", "yes\n"}}},
		{"later thought", "a\n\n<think>\n```\nno\n```\n</think>\n```\nyes\n```\n", []Block{{"", "yes\n"}}},
		{"empty", "```\n```\n", []Block{{"", ""}}},
	} {
		if got := CodeBlocks([]byte(c.src)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func FuzzCodeBlocks(f *testing.F) {
	for _, e := range examples {
		f.Add([]byte(e))
	}
	f.Fuzz(func(_ *testing.T, raw []byte) { CodeBlocks(raw) })
}

// Colours never change the text of code, in any language the highlighter knows and
// for code of any other.
func TestHighlightKeepsText(t *testing.T) {
	style := darkStyle()
	var sources []string
	paths, _ := filepath.Glob("*.go")
	for _, p := range paths[:min(len(paths), 3)] {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, CleanText(string(b)))
	}
	sources = append(sources, "", "\n", "x", "no newline at the end", "{\"a\": [1, 2, null]}\n", "\"open string\n", "/* open\n", strings.Repeat("(", 200))
	for _, lang := range []string{"go", "python", "json", "bash", "html", "yaml", "diff", "rust", "sql", "js", "c++", "nosuch", ""} {
		for _, src := range sources {
			if got := ansi.Strip(string(style.highlight(src, lang))); strings.TrimSuffix(got, "\n") != strings.TrimSuffix(src, "\n") {
				t.Errorf("%s: %.60q became %.60q", lang, src, got)
			}
		}
	}
}

func TestHighlightColours(t *testing.T) {
	src := "func main() { return 1 } // c\n"
	for _, c := range []struct {
		p    theme.Profile
		want string
	}{{theme.TrueColor, "38;2;"}, {theme.ANSI256, "38;5;"}, {theme.ANSI16, "\x1b[9"}} {
		got := string(styleOf(c.p, true).highlight(src, "go"))
		if !strings.Contains(got, c.want) {
			t.Errorf("%v: no %q in %q", c.p, c.want, got)
		}
		if again := string(styleOf(c.p, true).highlight(src, "go")); again != got {
			t.Errorf("%v: %q, then %q", c.p, got, again)
		}
	}
	if got := string(styleOf(theme.None, true).highlight(src, "go")); got != src {
		t.Errorf("without colour: %q", got)
	}
}

// Code without colour keeps its backslashes; glamour alone would take them away.
func TestCodeKeepsBackslashes(t *testing.T) {
	src := "re := `\\[x\\]\\.`\n"
	for _, p := range []theme.Profile{theme.TrueColor, theme.None} {
		for _, doc := range []string{"```go\n" + src + "```\n", "- a\n\n  ```\n  " + src + "  ```\n", "> ```\n> " + src + "> ```\n", "- `\\[x\\]\\.`\n", "| a |\n|---|\n| `\\[x\\]\\.` |\n",
			"| `\\[x\\]\\.` |\n|---|\n| a |\n", "| [`\\[x\\]\\.`](a) |\n|---|\n| **`\\[x\\]\\.`** |\n", "[`\\[x\\]\\.`](a) **`b`**\n", "![`\\[x\\]\\.`](a)\n"} {
			if rows := ansi.Strip(strings.Join(whole(styleOf(p, true), 40, doc), "\n")); !strings.Contains(rows, "\\[x\\]\\.") {
				t.Errorf("%q shows %q", doc, rows)
			}
		}
	}
}
