package config

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Problem is one thing wrong with a file: where, what, and what to do.
type Problem struct {
	File    string // "" for a document that is no file
	Line    int    // from 1; 0 when it belongs to no line
	Col     int    // from 1, in bytes
	Key     string // "routing.sort", "providers.acme.models[1].id"; "" for the file itself
	Message string
	Warning bool // worth knowing, but the file can be used
}

// String is one line: file:line:column: key: message.
func (p Problem) String() string {
	var b strings.Builder
	if p.File != "" {
		b.WriteString(p.File + ":")
		if p.Line > 0 {
			fmt.Fprintf(&b, "%d:%d:", p.Line, p.Col)
		}
		b.WriteByte(' ')
	} else if p.Line > 0 {
		fmt.Fprintf(&b, "line %d:%d: ", p.Line, p.Col)
	}
	if p.Warning {
		b.WriteString("warning: ")
	}
	if p.Key != "" {
		b.WriteString(p.Key + ": ")
	}
	b.WriteString(p.Message)
	return b.String()
}

// Error is why a file cannot be used: at least one problem.
type Error struct {
	Problems []Problem
}

// Error is one line a problem.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// asError is the problems that are no warnings, nil when there are none.
func asError(problems []Problem) error {
	errs := slices.DeleteFunc(slices.Clone(problems), func(p Problem) bool { return p.Warning })
	if len(errs) == 0 {
		return nil
	}
	return &Error{errs}
}

// join appends a key to a path, quoted where TOML wants quotes.
func join(path, key string) string {
	bare := key != "" && !strings.ContainsFunc(key, func(r rune) bool { return !isBare(r) })
	if !bare {
		key = strconv.Quote(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

func isBare(r rune) bool {
	return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)) || r == '_' || r == '-'
}

// isName reports whether s can name a provider, preset, panel or action.
func isName(s string) bool {
	if s == "" || len(s) > 64 || s[0] == '-' || s[0] == '.' {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool { return !isBare(r) && r != '.' })
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

// quote shows a text of the file in a message, short and harmless.
func quote(s string) string {
	const most = 40
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most]) + "…"
	}
	return strconv.Quote(s)
}

// describe names a value of the wrong type.
func describe(raw any) string {
	switch v := raw.(type) {
	case string:
		return "the text " + quote(v)
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return "the number " + strconv.FormatInt(v, 10)
	case float64:
		return "the number " + strconv.FormatFloat(v, 'g', -1, 64)
	case time.Time:
		return "a date"
	case map[string]any:
		return "a table"
	}
	return "a list"
}

func enumerate(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// didYouMean is "; did you mean X?" when a word is near, "" otherwise.
func didYouMean(got string, words []string) string {
	best, distance := "", min(3, 1+len(got)/3)+1
	for _, w := range words {
		if n := edits(strings.ToLower(got), w); n < distance {
			best, distance = w, n
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// edits is how many letters must be added, removed, replaced or swapped with their
// neighbour to make b of a.
func edits(a, b string) int {
	x, y := []rune(a), []rune(b)
	older, old := make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range old {
		old[j] = j
	}
	for i := range x {
		row := make([]int, len(y)+1)
		row[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			row[j+1] = min(old[j+1]+1, row[j]+1, old[j]+cost)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], older[j-1]+1)
			}
		}
		older, old = old, row
	}
	return old[len(y)]
}

// belongsIn finds the section that has the key, for one written in the wrong place.
func belongsIn(key string) string {
	for _, section := range fields(reflect.ValueOf(Default()).Elem()) {
		if section.v.Kind() != reflect.Struct {
			continue
		}
		for _, f := range fields(section.v) {
			if f.name == key {
				return fmt.Sprintf("; it belongs in [%s]", section.name)
			}
		}
	}
	return ""
}
