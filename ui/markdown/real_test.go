package markdown

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"assay/internal/shareddata"

	"github.com/charmbracelet/x/ansi"
)

var plainWord = regexp.MustCompile(`\b[A-Za-z]{4,}\b`)

// realAnswers reads recorded answers of models.
func realAnswers(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(shareddata.Dir(t), "answers", "*", "*.jsonl"))
	if err != nil || len(paths) == 0 {
		t.Fatal("no recorded answers: ", err)
	}
	var all []string
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		sc := bufio.NewScanner(f)
		sc.Buffer(nil, 1<<20)
		for sc.Scan() {
			var line struct {
				Choices []struct{ Turns []string }
			}
			if err := json.Unmarshal(sc.Bytes(), &line); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			for _, c := range line.Choices {
				all = append(all, c.Turns...)
			}
		}
		f.Close()
	}
	return all
}

// Answers of real models come out safe, of the right width, the same streamed as at
// once, and every word of theirs can be found in the rows.
func TestRealAnswers(t *testing.T) {
	answers := realAnswers(t)
	if testing.Short() || slow {
		answers = answers[:min(len(answers), 100)]
	}
	w := newWriter(6)
	words, found := 0, 0
	for i, src := range answers {
		width := []int{28, 47, 80}[i%3]
		s := NewStream(darkStyle(), width)
		if i%10 == 0 {
			feed(s, w, src)
		} else {
			s.Append([]byte(src[:len(src)/2]))
			s.Append([]byte(src[len(src)/2:]))
		}
		rows := finish(s)
		if d := diff(rows, whole(darkStyle(), width, src)); d != "" {
			t.Errorf("%.80q\n%s", src, d)
		}
		for _, row := range rows {
			checkRow(t, src, row)
			if ansi.StringWidth(row) != width {
				t.Fatalf("%.80q: row of %d cells", src, ansi.StringWidth(row))
			}
		}
		if i%10 != 0 {
			continue
		}
		for _, at := range plainWord.FindAllStringIndex(src, -1) {
			words++
			if word := src[at[0]:at[1]]; strings.Contains(strings.ReplaceAll(located(s, at[0], at[1]), "\n", ""), word) {
				found++
			} else if !strings.HasSuffix(src[:at[0]], "```") { // the language of a code block is not shown
				t.Errorf("%q is not found in %.80q", word, src[max(at[0]-40, 0):])
			}
		}
	}
	t.Logf("%d answers, %d of %d words found", len(answers), found, words)
}
