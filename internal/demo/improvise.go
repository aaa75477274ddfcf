package demo

import (
	_ "embed"
	"slices"
	"strings"
	"text/template"
	"unicode"
)

//go:embed improvised.tmpl
var improvised string

// prompted is what can be said about a question without understanding it.
type prompted struct {
	Words     int      // of the question
	Miscount  int      // what a careless reader makes of it
	Questions int      // sentences that ask, at least 1
	Terms     []string // the words that carry it, at most four
	Term      string   // the first of them, or "it"
	Before    string   // what the turn before was about, "" in a first turn
	Code      string   // language asked for, "" when no code is wanted
	Snippet   string   // something runnable in that language
	YesNo     bool
	Yes       bool // this voice's coin
	Ideas     []string
	Japanese  bool
	Chinese   bool
}

// improvise answers a question there is no script for. It claims nothing about the
// world: what it says is about the question's own words, and that no model was asked.
func (s *Server) improvise(x *exchange, asked string) reply {
	p := s.consider(x, asked)
	name := x.speaker()
	switch {
	case p.Japanese:
		name = "japanese"
	case p.Chinese:
		name = "chinese"
	case p.YesNo && len(strings.TrimSpace(asked)) < 160 && p.Code == "":
		name += " yesno"
	}
	t, err := template.New("").Parse(improvised)
	if err != nil {
		return reply{text: "This is the demo provider: no model was asked."}
	}
	if t.Lookup(name) == nil {
		name = "fir"
	}
	var text, thought strings.Builder
	if err := t.ExecuteTemplate(&text, name, p); err != nil {
		return reply{text: "This is the demo provider: no model was asked."}
	}
	if x.model.Reasoning {
		_ = t.ExecuteTemplate(&thought, "thought", p) // a thought is never missed
	}
	return reply{text: strings.TrimSpace(text.String()), thought: strings.TrimSpace(thought.String())}
}

// consider reads a question.
func (s *Server) consider(x *exchange, asked string) prompted {
	p := prompted{Questions: max(1, strings.Count(asked, "?")+strings.Count(asked, "？")), Terms: terms(asked)}
	p.Words = len(strings.Fields(asked))
	p.Miscount = p.Words + 3 + x.rng.IntN(7)
	p.Term = "it"
	if len(p.Terms) > 0 {
		p.Term = p.Terms[0]
	}
	if before := terms(x.req.before()); len(before) > 0 {
		p.Before = before[0]
	}
	p.Code, p.Snippet = codeFor(asked)
	p.YesNo = asksYesNo(asked)
	// The same coin for every voice but Elm, who likes to differ.
	p.Yes = random(s.opt.Seed, asked).IntN(2) == 0 != (x.name == "elm")
	for _, sc := range s.scripts[:min(3, len(s.scripts))] {
		first, _, _ := strings.Cut(sc.prompt, "\n")
		p.Ideas = append(p.Ideas, first)
	}
	for _, r := range asked {
		p.Japanese = p.Japanese || unicode.In(r, unicode.Hiragana, unicode.Katakana)
		p.Chinese = p.Chinese || unicode.Is(unicode.Han, r)
	}
	p.Chinese = p.Chinese && !p.Japanese
	return p
}

// terms are the words that carry a text: the longest four, as they stand in it.
func terms(text string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' }) {
		low := strings.ToLower(w)
		known := slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, w) })
		if len([]rune(w)) >= 3 && len(w) <= 40 && !stopWords[low] && !known && strings.Trim(w, "-") != "" {
			out = append(out, w)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return len(b) - len(a) })
	out = out[:min(4, len(out))]
	slices.SortFunc(out, func(a, b string) int { return strings.Index(text, a) - strings.Index(text, b) })
	return out
}

// asksYesNo reports a question that begins with a verb.
func asksYesNo(asked string) bool {
	first, _, _ := strings.Cut(strings.TrimSpace(strings.ToLower(asked)), " ")
	return yesNoWords[first] && strings.Contains(asked, "?")
}

var yesNoWords = set("is are was were am do does did can could will would should has have had may might must isnt arent")

// snippets are complete programs, each the smallest that reads lines and does
// something to them.
var snippets = []struct{ language, needle, code string }{
	{"go", "go ", "package main\n\nimport (\n\t\"bufio\"\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc main() {\n\tin := bufio.NewScanner(os.Stdin)\n\tfor in.Scan() {\n\t\tfmt.Println(len(in.Text()), in.Text())\n\t}\n\tif err := in.Err(); err != nil {\n\t\tfmt.Fprintln(os.Stderr, err)\n\t\tos.Exit(1)\n\t}\n}"},
	{"go", "golang", ""},
	{"python", "python", "import sys\n\nfor line in sys.stdin:\n    text = line.rstrip(\"\\n\")\n    print(len(text), text)"},
	{"javascript", "javascript", "import { createInterface } from \"node:readline\";\n\nfor await (const line of createInterface({ input: process.stdin })) {\n  console.log(line.length, line);\n}"},
	{"typescript", "typescript", "import { createInterface } from \"node:readline\";\n\nfor await (const line of createInterface({ input: process.stdin })) {\n  console.log(line.length, line);\n}"},
	{"rust", "rust", "use std::io::{self, BufRead};\n\nfn main() -> io::Result<()> {\n    for line in io::stdin().lock().lines() {\n        let line = line?;\n        println!(\"{} {}\", line.len(), line);\n    }\n    Ok(())\n}"},
	{"sql", "sql", "SELECT name, COUNT(*) AS times\nFROM visits\nGROUP BY name\nORDER BY times DESC, name;"},
	{"bash", "bash", "while IFS= read -r line; do\n  printf '%d %s\\n' \"${#line}\" \"$line\"\ndone"},
	{"bash", "shell", ""},
}

// codeWords ask for code without naming a language. Read only.
var codeWords = set("code function script program regex algorithm implement snippet")

// codeFor is the language a question asks code in and a snippet of it.
func codeFor(asked string) (language, code string) {
	b := newBag(asked)
	wants := false
	for w := range codeWords {
		wants = wants || b.words[stem(w)]
	}
	for _, sn := range snippets {
		if strings.Contains(b.plain, " "+strings.TrimSpace(sn.needle)+" ") && (wants || sn.needle != "go ") {
			language = sn.language
		}
	}
	if language == "" && wants {
		language = "python"
	}
	for _, sn := range snippets {
		if sn.language == language && sn.code != "" {
			return language, sn.code
		}
	}
	return "", ""
}
