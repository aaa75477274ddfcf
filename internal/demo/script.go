package demo

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"strings"
)

//go:embed scripts/*.txt
var scriptFiles embed.FS

// script is a question with an answer from every voice and what a judge finds in
// them. Scripts are read only once loaded.
type script struct {
	name     string
	prompt   string            // the question as it is suggested to users
	rules    rules             // how close phrasings are recognised
	answers  map[string]string // Markdown by voice
	thoughts map[string]string // what a voice thinks first
	verdict  verdict
	fused    string // the answer made of all of them, with claim markers ⟦c1⟧
}

// rules say which words mean this question.
type rules struct {
	Also     []string   `json:"also"`     // other phrasings
	Keywords [][]string `json:"keywords"` // one word or phrase of each group must occur
}

// verdict is what there is to say about the answers of a script.
type verdict struct {
	Claims     []scriptClaim    `json:"claims"`
	Conflicts  []scriptConflict `json:"conflicts"`
	BlindSpots []string         `json:"blind_spots"`
}

// scriptClaim is a statement and where each voice stands. A stance is "support" or
// "contradict" followed by one or more verbatim pieces of the voice's answer; voices
// that are not named are silent.
type scriptClaim struct {
	ID     string              `json:"id"`
	Text   string              `json:"text"`
	Topic  string              `json:"topic"`
	Weight float64             `json:"weight"`
	View   string              `json:"view"` // supported, doubtful, unresolved, opinion
	Why    string              `json:"why"`
	Stance map[string][]string `json:"stance"`
}

// scriptConflict joins claims that cannot all be true. Lean is one of them or none.
type scriptConflict struct {
	Topic  string   `json:"topic"`
	Claims []string `json:"claims"`
	Lean   string   `json:"lean"`
	Why    string   `json:"why"`
}

// loadScripts reads the embedded scripts in the order of their file names.
func loadScripts() ([]*script, error) {
	entries, err := scriptFiles.ReadDir("scripts")
	if err != nil {
		return nil, err
	}
	var out []*script
	for _, e := range entries {
		text, err := scriptFiles.ReadFile(path.Join("scripts", e.Name()))
		if err != nil {
			return nil, err
		}
		s, err := parseScript(e.Name(), string(text))
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// parseScript reads one file: sections that begin with a line "== name ==". The
// sections are prompt, rules and verdict (JSON), fused, one per voice, and
// "name thinks" for the thought of a voice.
func parseScript(name, text string) (*script, error) {
	s := &script{name: strings.TrimSuffix(name, ".txt"), answers: map[string]string{}, thoughts: map[string]string{}}
	for section, body := range sections(text) {
		var err error
		switch voice, thinks := strings.CutSuffix(section, " thinks"); {
		case section == "prompt":
			s.prompt = body
		case section == "rules":
			err = json.Unmarshal([]byte(body), &s.rules)
		case section == "verdict":
			err = json.Unmarshal([]byte(body), &s.verdict)
		case section == "fused":
			s.fused = body
		case thinks:
			s.thoughts[voice] = body
		default:
			s.answers[section] = body
		}
		if err != nil {
			return nil, fmt.Errorf("script %s: section %s: %w", name, section, err)
		}
	}
	if s.prompt == "" || s.fused == "" || len(s.answers) == 0 {
		return nil, fmt.Errorf("script %s: a prompt, answers and a fused answer are needed", name)
	}
	return s, nil
}

// sections splits a script at its "== name ==" lines. Blank lines around a section
// do not belong to it.
func sections(text string) map[string]string {
	out := map[string]string{}
	var name string
	var body strings.Builder
	keep := func() {
		if name != "" {
			out[name] = strings.Trim(body.String(), "\n")
		}
		body.Reset()
	}
	for line := range strings.Lines(text) {
		head, isHead := strings.CutPrefix(strings.TrimSpace(line), "== ")
		head, closes := strings.CutSuffix(head, " ==")
		if isHead && closes {
			keep()
			name = head
			continue
		}
		body.WriteString(line)
	}
	keep()
	return out
}

// Prompts lists the questions that have full answers from every voice, the most
// inviting first.
func Prompts() []string {
	scripts, err := loadScripts()
	if err != nil {
		return nil // the scripts are embedded: a test makes sure they load
	}
	var out []string
	for _, s := range scripts {
		out = append(out, s.prompt)
	}
	return out
}
