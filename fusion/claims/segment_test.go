package claims_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"assay/fusion/claims"
	"assay/internal/shareddata"
)

func TestSegment(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"sentences", "One here. Two there! Three?", []string{"sentence One here.", "sentence Two there!", "sentence Three?"}},
		{"abbreviations", "Dr. Smith met J. K. Rowling at 5 p.m. on Jan. 3 in Washington D.C. He left.", []string{
			"sentence Dr. Smith met J. K. Rowling at 5 p.m. on Jan. 3 in Washington D.C.", "sentence He left."}},
		{"no", "No. It is not. See No. 5 there.", []string{"sentence No.", "sentence It is not.", "sentence See No. 5 there."}},
		{"decimals", "It weighs 3.14 kg. Version 2.0 is out.", []string{"sentence It weighs 3.14 kg.", "sentence Version 2.0 is out."}},
		{"company", "He founded Acme Inc. in 1990. Apples, pears, etc. The rest followed.", []string{
			"sentence He founded Acme Inc. in 1990.", "sentence Apples, pears, etc.", "sentence The rest followed."}},
		{"lower case goes on", "Yahoo! is a site. \"Why?\" he asked.", []string{"sentence Yahoo! is a site.", "sentence \"Why?\" he asked."}},
		{"citations stay", "Born in 1962.[1][2] He died[3]. Then.", []string{"sentence Born in 1962.[1][2]", "sentence He died[3].", "sentence Then."}},
		{"heading and list", "# Title\n\nIntro:\n- one. more\n- two\n  goes on\n\n1. first\n2) second", []string{
			"heading Title", "sentence Intro:", "item one. more", "item two\n  goes on", "item first", "item second"}},
		{"nested list", "- a1\n  - b1\n* c1", []string{"item a1", "item b1", "item c1"}},
		{"setext and rule", "Title\n=====\nBody.\n\n---\n\nMore.", []string{"heading Title", "sentence Body.", "sentence More."}},
		{"bold heading", "**Part one**\nBody.", []string{"heading Part one", "sentence Body."}},
		{"only bold", "**Paris**", []string{"sentence **Paris**"}},
		{"fence", "See:\n```go\nx := 1. Y\n\n```\nDone.", []string{"sentence See:", "code ```go\nx := 1. Y\n\n```", "sentence Done."}},
		{"open fence", "See:\n~~~\nx := 1", []string{"sentence See:", "code ~~~\nx := 1"}},
		{"fence in item", "- do\n  ```\n  x\n  ```\n- next", []string{"item do", "code ```\n  x\n  ```", "item next"}},
		{"maths", "So\n\\[\nx = 1\n\\]\nholds.", []string{"sentence So", "code \\[\nx = 1\n\\]", "sentence holds."}},
		{"table", "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\nAfter.", []string{"heading | a | b |", "row | 1 | 2 |", "row | 3 | 4 |", "sentence After."}},
		{"bare table", "a | b\n--- | ---\n1 | 2", []string{"heading a | b", "row 1 | 2"}},
		{"pipe in prose", "Use a | b here.", []string{"sentence Use a | b here."}},
		{"quote", "> Said so. And more.\n> Then.", []string{"sentence Said so.", "sentence And more.", "sentence Then."}},
		{"lines are meant", "Roses are red\nViolets are blue", []string{"sentence Roses are red", "sentence Violets are blue"}},
		{"wrapped lines", "This is a rather long line of text that somebody wrapped at\nsome column. Next.", []string{
			"sentence This is a rather long line of text that somebody wrapped at\nsome column.", "sentence Next."}},
		{"japanese", "東京は首都です。人口は多い！「はい。」と答えた。", []string{"sentence 東京は首都です。", "sentence 人口は多い！", "sentence 「はい。」と答えた。"}},
		{"chinese without closer", "他说「好。今天很好。", []string{"sentence 他说「好。", "sentence 今天很好。"}},
		{"crlf", "One.\r\n\r\n- two\r\n", []string{"sentence One.", "item two"}},
		{"only marks", "---\n***\n \n", nil},
		{"empty", "", nil},
		{"invalid bytes", "a\xff\xfe b. C\xe3\x80.", []string{"sentence a\xff\xfe b.", "sentence C\xe3\x80."}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, s := range claims.Segment(tt.text) {
				got = append(got, s.Kind.String()+" "+s.Text(tt.text))
			}
			// The heading's own marks are part of the line it spans in bold.
			for i := range got {
				got[i] = strings.Replace(got[i], "heading **Part one**", "heading Part one", 1)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

// TestSegmentCoversRealAnswers holds that spans slice exactly, in order, and that
// nothing with letters or digits but list numbers and marks lies between them.
func TestSegmentCoversRealAnswers(t *testing.T) {
	total, spans := 0, 0
	for _, folder := range []string{"mt_bench", "ja_vicuna"} {
		for _, panel := range readPanels(t, folder) {
			for _, a := range panel.answers {
				total++
				spans += len(claims.Segment(a.Text))
				checkCover(t, a.Text)
			}
		}
	}
	if total < 1000 {
		t.Fatalf("read only %d answers", total)
	}
	t.Logf("%d answers, %d spans", total, spans)
}

// checkCover rebuilds the text from spans and gaps.
func checkCover(t testing.TB, text string) {
	t.Helper()
	var b strings.Builder
	at := 0
	for _, s := range claims.Segment(text) {
		if s.Start < at || s.End <= s.Start || s.End > len(text) {
			t.Fatalf("span %v out of order in %q", s, text)
		}
		b.WriteString(text[at:s.Start])
		for _, word := range strings.Fields(text[at:s.Start]) {
			if word = strings.Trim(word, ">|-:*+•◦▪‣・●○#=_~`[]().\"'“”…—!?。"); len(word) > 3 {
				t.Errorf("lost %q", text[at:s.Start])
			}
		}
		b.WriteString(s.Text(text))
		at = s.End
	}
	b.WriteString(text[at:])
	if b.String() != text {
		t.Fatalf("spans and gaps do not give the text back: %q", text)
	}
}

func FuzzSegment(f *testing.F) {
	f.Add("# T\n- a. b\n```\nx\n|a|b|\n|-|-|\n「あ。\xff")
	f.Add("1. a\n\n   b\n> c\n$$\nx\n$$")
	f.Fuzz(func(t *testing.T, text string) {
		at := 0
		for _, s := range claims.Segment(text) {
			if s.Start < at || s.End <= s.Start || s.End > len(text) {
				t.Fatalf("span %v after %d of %d bytes", s, at, len(text))
			}
			at = s.End
		}
	})
}

// realPanel is one prompt and what several models answered.
type realPanel struct {
	question string
	answers  []claims.Answer
}

// readPanels reads the recorded answers of a folder of shared/answers, one panel for
// each prompt, first turns only.
func readPanels(t testing.TB, folder string) []realPanel {
	t.Helper()
	dir := filepath.Join(shareddata.Dir(t), "answers", folder)
	type turn struct {
		ID      int      `json:"question_id"`
		Turns   []string `json:"turns"`
		Model   string   `json:"model_id"`
		Choices []struct {
			Turns []string `json:"turns"`
		} `json:"choices"`
	}
	var order []int
	panels := map[int]*realPanel{}
	for q := range readLines[turn](t, filepath.Join(dir, "question.jsonl")) {
		order = append(order, q.ID)
		panels[q.ID] = &realPanel{question: q.Turns[0]}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for lane, file := range files {
		if filepath.Base(file) == "question.jsonl" {
			continue
		}
		for a := range readLines[turn](t, file) {
			p := panels[a.ID]
			p.answers = append(p.answers, claims.Answer{Lane: lane, Model: a.Model, Text: a.Choices[0].Turns[0]})
		}
	}
	var out []realPanel
	for _, id := range order {
		out = append(out, *panels[id])
	}
	return out
}

// readLines decodes a file of JSON values.
func readLines[T any](t testing.TB, file string) func(yield func(T) bool) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(T) bool) {
		for dec := json.NewDecoder(strings.NewReader(string(data))); dec.More(); {
			var v T
			if err := dec.Decode(&v); err != nil {
				t.Fatal(err)
			}
			if !yield(v) {
				return
			}
		}
	}
}
