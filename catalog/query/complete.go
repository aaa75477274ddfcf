package query

import (
	"slices"
	"strings"
)

// Completion is one way to go on: replace the bytes [From, To) of the query by Text.
type Completion struct {
	From, To int
	Text     string
	Help     string
}

// maxCompletions bounds what a menu shows.
const maxCompletions = 20

// Complete lists how the term before the cursor (a byte offset) could go on, by the
// table of terms; values of by: and at: come from the index, which may be nil. Words
// of model names are not completed: the list of models does that.
func (ix *Index) Complete(input string, cursor int) []Completion {
	cursor = min(max(cursor, 0), len(input))
	from := cursor
	for from > 0 && !isSpace(input[from-1]) && input[from-1] != '|' {
		from--
	}
	if from < cursor && input[from] == '-' {
		from++
	}
	typed := strings.ToLower(input[from:cursor])
	if strings.Contains(typed, `"`) {
		return nil
	}
	to := cursor
	for to < len(input) && !isSpace(input[to]) && input[to] != '|' {
		to++
	}
	if name, value, ok := strings.Cut(typed, ":"); ok {
		return ix.completeValue(name, value, from, to)
	}
	var out []Completion
	for i := range table {
		e := &table[i]
		if !strings.HasPrefix(e.Name, typed) || e.Kind == Flag && e.Name == typed {
			continue
		}
		text := e.Name
		switch e.Kind {
		case Field:
			text += ":"
		case Compare:
			// The example's own direction is the useful one.
			text = e.Example[:len(e.Name)+1]
		}
		out = append(out, Completion{from, to, text, e.Help})
	}
	return out
}

func (ix *Index) completeValue(name, value string, from, to int) []Completion {
	e := lookup(name, Field)
	if e == nil || e.values == nil {
		return nil
	}
	if ix == nil {
		ix = &Index{}
	}
	minus := ""
	if e.Name == "sort" {
		value, minus = strings.TrimPrefix(value, "-"), value[:len(value)-len(strings.TrimPrefix(value, "-"))]
	}
	var starts, contains []Completion
	for _, v := range e.values(ix) {
		c := Completion{from, to, e.Name + ":" + minus + v, e.Help}
		switch {
		case strings.HasPrefix(v, value):
			starts = append(starts, c)
		case strings.Contains(v, value):
			contains = append(contains, c)
		}
	}
	out := slices.Concat(starts, contains)
	return out[:min(len(out), maxCompletions)]
}
