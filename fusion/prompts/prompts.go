// Package prompts holds the texts fusion sends to judges and writers, as templates
// beside the code: data, not code. Every template says what it expects in the
// package that fills it.
package prompts

import (
	"embed"
	"fmt"
	"strings"
	"text/template"
)

//go:embed *.md
var files embed.FS

// Render fills the template NAME.md with data. A field the template names and data
// lacks is an error.
func Render(name string, data any) (string, error) {
	source, err := files.ReadFile(name + ".md")
	if err != nil {
		return "", fmt.Errorf("prompt %s: %w", name, err)
	}
	t, err := template.New(name).Option("missingkey=error").Parse(string(source))
	if err != nil {
		return "", fmt.Errorf("prompt %s: %w", name, err)
	}
	var b strings.Builder
	if err := t.Execute(&b, data); err != nil {
		return "", fmt.Errorf("prompt %s: %w", name, err)
	}
	return strings.TrimSpace(b.String()), nil
}

// Rubric is the text of a named rubric: what a judge should weigh most. Unknown
// names are an error that lists the known ones.
func Rubric(name string) (string, error) {
	source, err := files.ReadFile("rubric_" + name + ".md")
	if err != nil {
		return "", fmt.Errorf("rubric %q is none of %s", name, strings.Join(Rubrics(), ", "))
	}
	return strings.TrimSpace(string(source)), nil
}

// Rubrics names the rubrics, in alphabetical order.
func Rubrics() []string {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutPrefix(e.Name(), "rubric_"); ok {
			names = append(names, strings.TrimSuffix(name, ".md"))
		}
	}
	return names
}
