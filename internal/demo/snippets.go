package demo

import "strings"

// snippet is a small complete program in one language.
type snippet struct {
	Fence string   // how Markdown names the language
	Name  string   // how people do
	words []string // that ask for it
	Does  string
	Code  string
}

const readsLines = "it reads lines and prints each with its length"

// snippets in order of preference, the first one for those who name no language.
var snippets = []snippet{
	{"python", "Python", []string{"python"}, readsLines, `import sys

for line in sys.stdin:
    text = line.rstrip("\n")
    print(len(text), text)`},
	{"go", "Go", []string{"go", "golang"}, readsLines, `package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		fmt.Println(len(in.Text()), in.Text())
	}
	if err := in.Err(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}`},
	{"javascript", "JavaScript", []string{"javascript", "js", "node"}, readsLines, `import { createInterface } from "node:readline";

for await (const line of createInterface({ input: process.stdin })) {
  console.log(line.length, line);
}`},
	{"typescript", "TypeScript", []string{"typescript"}, readsLines, `import { createInterface } from "node:readline";

const lines = createInterface({ input: process.stdin });
for await (const line of lines as AsyncIterable<string>) {
  console.log(line.length, line);
}`},
	{"rust", "Rust", []string{"rust"}, readsLines, `use std::io::{self, BufRead};

fn main() -> io::Result<()> {
    for line in io::stdin().lock().lines() {
        let line = line?;
        println!("{} {}", line.len(), line);
    }
    Ok(())
}`},
	{"bash", "Bash", []string{"bash", "shell"}, readsLines, `while IFS= read -r line; do
  printf '%d %s\n' "${#line}" "$line"
done`},
	{"sql", "SQL", []string{"sql", "query"}, "it counts visits by name", `SELECT name, COUNT(*) AS times
FROM visits
GROUP BY name
ORDER BY times DESC, name;`},
}

// codeWords ask for code, with or without a language. Read only.
var codeWords = set("code function script program regex algorithm implement snippet query")

// snippetFor is the program to show for a question, nil when it asks for none. A
// language is enough, but for Go, which is a word like any other.
func snippetFor(asked string) *snippet {
	b := newBag(asked)
	wants := false
	for w := range codeWords {
		wants = wants || b.words[stem(w)]
	}
	for i := range snippets {
		for _, w := range snippets[i].words {
			if strings.Contains(b.plain, " "+w+" ") && (wants || w != "go" && w != "query") {
				return &snippets[i]
			}
		}
	}
	if wants {
		return &snippets[0]
	}
	return nil
}
