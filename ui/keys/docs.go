package keys

import (
	"fmt"
	"strings"
)

// Label is how a key is shown to people: arrows as arrows where glyphs allow, the
// rest as it is written in the config file.
func Label(key string, ascii bool) string {
	if ascii {
		return key
	}
	r := strings.NewReplacer("up", "↑", "down", "↓", "left", "←", "right", "→")
	chords := strings.Fields(key)
	for i, c := range chords {
		mods, base := "", c
		if at := strings.LastIndex(c[:len(c)-1], "+"); at >= 0 {
			mods, base = c[:at+1], c[at+1:]
		}
		switch base {
		case "up", "down", "left", "right":
			chords[i] = mods + r.Replace(base)
		}
	}
	return strings.Join(chords, " ")
}

// Labels joins a binding's keys for the help. Runs of digits are shortened.
func (b Binding) Labels(ascii bool) string {
	if b.Action == Jump && len(b.Keys) == 9 {
		return "1-9"
	}
	var out []string
	for _, k := range b.Keys {
		out = append(out, Label(k, ascii))
	}
	return strings.Join(out, ", ")
}

// Group is a heading of the help with its rows.
type Group struct {
	Name string
	Rows []Binding
}

// Groups are the bindings in the order of the help. Rows of one action that differ
// only in where they work are kept apart, because their keys differ.
func (t *Table) Groups() []Group {
	var out []Group
	at := map[string]int{}
	for _, b := range t.rows {
		i, ok := at[b.Group]
		if !ok {
			i = len(out)
			at[b.Group] = i
			out = append(out, Group{Name: b.Group})
		}
		out[i].Rows = append(out[i].Rows, b)
	}
	return out
}

// Markdown is the table for the documentation.
func (t *Table) Markdown() string {
	var s strings.Builder
	for _, g := range t.Groups() {
		fmt.Fprintf(&s, "### %s\n\n| keys | does | where | command | name in the config |\n| --- | --- | --- | --- | --- |\n", g.Name)
		for _, b := range g.Rows {
			fmt.Fprintf(&s, "| %s | %s | %s | %s | `%s` |\n", quoted(b), b.Help, b.In, commands(b), b.Action)
		}
		s.WriteByte('\n')
	}
	return s.String()
}

func quoted(b Binding) string {
	if b.Action == Jump && len(b.Keys) == 9 {
		return "`1` … `9`"
	}
	var out []string
	for _, k := range b.Keys {
		out = append(out, "`"+k+"`")
	}
	return strings.Join(out, " ")
}

func commands(b Binding) string {
	var out []string
	for _, s := range b.Slash {
		out = append(out, "`/"+s+"`")
	}
	return strings.Join(out, " ")
}
