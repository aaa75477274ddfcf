// Package keys is the one table of bindings. What a key does, the hints and the
// help on screen, the documentation and the names the config file may use all come
// from it, so they cannot drift apart.
//
// A key is written as Bubble Tea names it ("ctrl+l", "alt+enter", "f1", "G") with
// "space" for the blank. Several keys with blanks between are pressed one after the
// other ("ctrl+x m").
package keys

import (
	"slices"
	"strings"
)

// Where is the set of places a binding works in.
type Where uint8

// The places. A key belongs to the place that has the focus.
const (
	Composer Where = 1 << iota // typing a prompt
	Lane                       // reading an answer
	Fusion                     // reading the fusion pane
	List                       // choosing from a list that has a filter line
	Page                       // reading a page laid over the screen
	Browse                     // going through the catalog

	Reading = Lane | Fusion
	Main    = Composer | Reading | Browse
	Overlay = List | Page
	All     = Main | Overlay
)

// typing are the places where a plain character is text, never a command.
const typing = Composer | List

// String names the places for documentation.
func (w Where) String() string {
	switch w {
	case All:
		return "everywhere"
	case Main:
		return "workbench"
	case Reading:
		return "lanes and fusion"
	}
	var names []string
	for i, n := range [...]string{"composer", "lanes", "fusion", "lists", "pages", "catalog"} {
		if w&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return strings.Join(names, ", ")
}

// Binding is one row of the table.
type Binding struct {
	Action Action
	In     Where
	Keys   []string // each one of them does it
	Hint   string   // one or two words for the status line
	Help   string   // what it does, in a few words
	Group  string   // heading in the help
	Slash  []string // commands in the composer that do it, without the slash
	Arg    string   // what may follow the slash command, for instance "TEXT"
}

// Table is a set of bindings. Make one with Default; it does not change except by
// Rebind and is then safe to read from several goroutines.
type Table struct {
	rows []Binding
}

// Default is the table as shipped.
func Default() *Table { return &Table{rows: defaults()} }

// Rows are the bindings in the order of the help. Do not change them.
func (t *Table) Rows() []Binding { return t.rows }

// Match says how far keys pressed so far go.
type Match int

// The matches.
const (
	NoMatch Match = iota
	Prefix        // further keys are awaited
	Full
)

// Find looks up keys pressed one after the other, joined by blanks, in one place.
func (t *Table) Find(in Where, seq string) (Action, Match) {
	best := NoMatch
	for i := range t.rows {
		b := &t.rows[i]
		if b.In&in == 0 {
			continue
		}
		for _, k := range b.Keys {
			if k == seq {
				return b.Action, Full
			}
			if len(k) > len(seq) && strings.HasPrefix(k, seq) && k[len(seq)] == ' ' {
				best = Prefix
			}
		}
	}
	return "", best
}

// Next are the bindings that keys pressed so far may still become.
func (t *Table) Next(in Where, seq string) []Binding {
	var out []Binding
	for _, b := range t.rows {
		if b.In&in == 0 {
			continue
		}
		for _, k := range b.Keys {
			if rest, ok := strings.CutPrefix(k, seq+" "); ok {
				b.Keys = []string{rest}
				out = append(out, b)
				break
			}
		}
	}
	return out
}

// Key is the key to show for an action in a place, "" when none is bound.
func (t *Table) Key(in Where, a Action) string {
	for _, b := range t.rows {
		if b.Action == a && b.In&in != 0 && len(b.Keys) > 0 {
			return b.Keys[0]
		}
	}
	return ""
}

// Has reports whether an action has a binding in a place.
func (t *Table) Has(in Where, a Action) bool {
	return slices.ContainsFunc(t.rows, func(b Binding) bool { return b.Action == a && b.In&in != 0 })
}

// Row is the first binding of an action.
func (t *Table) Row(a Action) (Binding, bool) {
	i := slices.IndexFunc(t.rows, func(b Binding) bool { return b.Action == a })
	if i < 0 {
		return Binding{}, false
	}
	return t.rows[i], true
}

// Slash finds the binding of a command typed into the composer, without the slash.
func (t *Table) Slash(name string) (Binding, bool) {
	i := slices.IndexFunc(t.rows, func(b Binding) bool { return slices.Contains(b.Slash, name) })
	if i < 0 {
		return Binding{}, false
	}
	return t.rows[i], true
}

// Commands are the names of all slash commands that start with a prefix, sorted.
func (t *Table) Commands(prefix string) []string {
	var out []string
	for _, b := range t.rows {
		for _, s := range b.Slash {
			if strings.HasPrefix(s, prefix) {
				out = append(out, s)
			}
		}
	}
	slices.Sort(out)
	return out
}

// Digit is the number a bare digit key stands for, 0 when it is none: 1 to 9 jump
// to a lane and cannot be rebound one by one.
func Digit(key string) int {
	if len(key) == 1 && key[0] >= '1' && key[0] <= '9' {
		return int(key[0] - '0')
	}
	return 0
}
