package markdown

import (
	"slices"
	"strings"
	"testing"

	"assay/ui/theme"

	"github.com/charmbracelet/x/ansi"
)

func lines(rows []string) []string {
	var out []string
	for _, r := range rows {
		out = append(out, strings.TrimRight(ansi.Strip(r), " "))
	}
	return out
}

func TestThought(t *testing.T) {
	style := NewStyle(theme.New(theme.Options{ASCII: true}))
	for _, c := range []struct {
		name, src    string
		folded, open []string
	}{
		{"at the start", "<think>\nLet me see.\n</think>\n\nThe answer.\n",
			[]string{"> thought, 3 words", "", "The answer."}, []string{"v thought, 3 words", "| Let me see.", "", "The answer."}},
		{"on one line", "<think>hm</think>Yes.\n", []string{"> thought, 1 word", "", "Yes."}, []string{"v thought, 1 word", "| hm", "", "Yes."}},
		{"still open", "<think>\nLet me", []string{"> thinking, 2 words"}, []string{"v thinking, 2 words", "| Let me"}},
		{"half a tag", "<thi", nil, nil},
		{"later", "One.\n\n<thinking>two\nthree</thinking>\n\nFour.\n",
			[]string{"One.", "", "> thought, 2 words", "", "Four."}, []string{"One.", "", "v thought, 2 words", "| two", "| three", "", "Four."}},
		{"with a fence in it", "<think>\n```\n# x\n</think>\n\n# H\n", []string{"> thought, 3 words", "", "# H"}, nil},
		{"in code", "```\n<think>\n```\n", []string{"  <think>"}, nil},
		{"in a sentence", "Use <think> tags.\n", []string{"Use <think> tags."}, nil},
	} {
		s := NewStream(style, 30)
		feed(s, newWriter(1), c.src)
		if got := lines(allRows(s)); !slices.Equal(got, c.folded) {
			t.Errorf("%s: %q, want %q", c.name, got, c.folded)
		}
		if c.open == nil {
			continue
		}
		s.ShowThoughts(true)
		if got := lines(allRows(s)); !slices.Equal(got, c.open) {
			t.Errorf("%s, shown: %q, want %q", c.name, got, c.open)
		}
		s.ShowThoughts(false)
		if got := lines(finish(s)); len(got) != len(c.folded) {
			t.Errorf("%s, folded again: %q", c.name, got)
		}
	}
}

func TestThoughtBesideAnswer(t *testing.T) {
	style := NewStyle(theme.New(theme.Options{ASCII: true}))
	th := NewThought(style, 20)
	if rows := th.Rows(); rows != nil {
		t.Errorf("nothing thought: %q", rows)
	}
	th.Append([]byte("\n\nFirst line that is\x1b[2J long\nsec"))
	if got := lines(th.Rows()); !slices.Equal(got, []string{"> thinking, 6 words"}) {
		t.Errorf("folded: %q", got)
	}
	th.Set(style, 20, true)
	th.Append([]byte("ond"))
	th.Finish()
	want := []string{"v thought, 6 words", "| First line that", "| is\u241b[2J long", "| second"}
	if got := lines(th.Rows()); !slices.Equal(got, want) {
		t.Errorf("shown: %q, want %q", got, want)
	}
	th.Set(style, 12, true)
	for _, row := range th.Rows() {
		checkRow(t, "", row)
		if ansi.StringWidth(row) != 12 {
			t.Errorf("row %q", row)
		}
	}
}

// Drawn in pieces a thought is what it is drawn at once.
func TestThoughtInPieces(t *testing.T) {
	src := newWriter(3).doc(3000)
	style := darkStyle()
	once := NewThought(style, 30)
	once.Set(style, 30, true)
	once.Append([]byte(src))
	pieces := NewThought(style, 30)
	pieces.Set(style, 30, true)
	for i := 0; i < len(src); i += 7 {
		pieces.Append([]byte(src[i:min(i+7, len(src))]))
	}
	if d := diff(pieces.Rows(), once.Rows()); d != "" {
		t.Error(d)
	}
}
