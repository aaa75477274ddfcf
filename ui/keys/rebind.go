package keys

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// None switches an action's keys off in the config file.
const None = "none"

// ErrKeys is what every complaint of Rebind matches.
var ErrKeys = errors.New("key bindings")

// Rebind returns a table with other keys for some actions, by name: what the
// config file's [ui.keys] holds. A key given here is taken from whatever had it by
// default; two actions that ask for the same key in the same place are an error, as
// are unknown actions and keys no terminal can tell apart.
func (t *Table) Rebind(overrides map[string][]string) (*Table, error) {
	names := make([]string, 0, len(overrides))
	for name := range overrides {
		names = append(names, name)
	}
	sort.Strings(names)
	rows := slices.Clone(t.rows)
	var errs []error
	var own []Binding
	for _, name := range names {
		if !slices.ContainsFunc(rows, func(b Binding) bool { return b.Action == Action(name) }) {
			errs = append(errs, fmt.Errorf("%w: there is no action %q%s", ErrKeys, name, suggest(rows, name)))
			continue
		}
		made, err := rebound(rows, Action(name), overrides[name])
		if err != nil {
			errs = append(errs, err)
			continue
		}
		own = append(own, made...)
		rows = slices.Clone(rows)
		for i := range rows {
			if rows[i].Action == Action(name) {
				rows[i].Keys = nil
			}
		}
	}
	for i := range rows {
		rows[i].Keys = without(rows[i], own)
	}
	out := &Table{rows: merge(rows, own)}
	errs = append(errs, (&Table{rows: own}).Conflicts()...)
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return out, nil
}

// rebound makes the rows that hold the user's keys for one action. A plain
// character works only where characters are commands.
func rebound(rows []Binding, a Action, seqs []string) ([]Binding, error) {
	var in Where
	var proto Binding
	for _, b := range rows {
		if b.Action == a {
			if in == 0 {
				proto = b
			}
			in |= b.In
		}
	}
	var out []Binding
	for _, s := range seqs {
		if s == None || s == "" {
			continue
		}
		seq, err := Normalize(s)
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrKeys, a, err)
		}
		b := proto
		b.In, b.Keys = in, []string{seq}
		if plain(seq) {
			b.In &^= typing
		}
		if b.In == 0 {
			return nil, fmt.Errorf("%w: %s: %q is typed there, so it cannot be a command", ErrKeys, a, s)
		}
		out = append(out, b)
	}
	return out, nil
}

// without is a row's keys less those the user gave to something else.
func without(b Binding, own []Binding) []string {
	return slices.DeleteFunc(slices.Clone(b.Keys), func(k string) bool {
		return slices.ContainsFunc(own, func(o Binding) bool {
			return o.In&b.In != 0 && slices.ContainsFunc(o.Keys, func(ok string) bool { return clash(k, ok) })
		})
	})
}

// merge puts the user's rows before the (now keyless) rows of the same action, and
// keeps one keyless row where the action has no key left, so help can say so.
func merge(rows, own []Binding) []Binding {
	var out []Binding
	done := map[Action]bool{}
	for _, b := range rows {
		if !done[b.Action] {
			done[b.Action] = true
			for _, o := range own {
				if o.Action == b.Action {
					out = append(out, o)
				}
			}
		}
		hasOwn := slices.ContainsFunc(out, func(o Binding) bool { return o.Action == b.Action })
		if len(b.Keys) > 0 || !hasOwn {
			out = append(out, b)
		}
	}
	return out
}

// Conflicts lists keys that two rows claim in the same place, or that one row needs
// as the beginning of another's sequence.
func (t *Table) Conflicts() []error {
	type claim struct {
		row int
		key string
	}
	var claims []claim
	for i, b := range t.rows {
		for _, k := range b.Keys {
			claims = append(claims, claim{i, k})
		}
	}
	var errs []error
	for i, c := range claims {
		for _, d := range claims[i+1:] {
			a, b := t.rows[c.row], t.rows[d.row]
			if a.In&b.In != 0 && clash(c.key, d.key) && a.Action != b.Action {
				errs = append(errs, fmt.Errorf("%w: %q (%s) and %q (%s) collide in the %s", ErrKeys, c.key, a.Action, d.key, b.Action, a.In&b.In))
			}
		}
	}
	return errs
}

func clash(a, b string) bool {
	return a == b || strings.HasPrefix(a, b+" ") || strings.HasPrefix(b, a+" ")
}

// plain reports whether a sequence begins with a character that would be typed.
func plain(seq string) bool {
	first, _, _ := strings.Cut(seq, " ")
	return first == "space" || utf8.RuneCountInString(first) == 1
}

// named are the keys that have names, as Bubble Tea spells them.
func named() []string {
	return strings.Fields("enter tab esc backspace delete insert space up down left right home end pgup pgdown " +
		"f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12 f13 f14 f15 f16 f17 f18 f19 f20")
}

// Normalize checks a key sequence and spells it as the table does.
func Normalize(seq string) (string, error) {
	chords := strings.Fields(seq)
	if len(chords) == 0 {
		return "", errors.New("an empty key")
	}
	for i, c := range chords {
		n, err := chord(c)
		if err != nil {
			return "", err
		}
		chords[i] = n
	}
	return strings.Join(chords, " "), nil
}

func chord(c string) (string, error) {
	parts := strings.Split(c, "+")
	base := parts[len(parts)-1]
	mods := parts[:len(parts)-1]
	if base == "" && strings.HasSuffix(c, "+") { // "+" itself, or "alt++"
		base = "+"
		mods = mods[:max(len(mods)-1, 0)]
	}
	has := map[string]bool{}
	for _, m := range mods {
		m = strings.ToLower(m)
		if m != "ctrl" && m != "alt" && m != "shift" || has[m] {
			return "", fmt.Errorf("%q: %q is no modifier; they are ctrl, alt and shift", c, m)
		}
		has[m] = true
	}
	if utf8.RuneCountInString(base) != 1 {
		base = strings.ToLower(base)
		if !slices.Contains(named(), base) {
			return "", fmt.Errorf("%q is no key; keys are one character or one of %s", base, strings.Join(named()[:14], ", "))
		}
	} else if has["ctrl"] {
		base = strings.ToLower(base)
	}
	if same, ok := map[string]string{"i": "tab", "m": "enter", "[": "esc", "h": "backspace on some terminals"}[base]; ok && has["ctrl"] {
		return "", fmt.Errorf("%q cannot be told from %s in a terminal", c, same)
	}
	out := ""
	for _, m := range []string{"alt", "ctrl", "shift"} {
		if has[m] {
			out += m + "+"
		}
	}
	return out + base, nil
}

// suggest names the action that looks most like a mistyped one.
func suggest(rows []Binding, name string) string {
	best, score := "", 3
	for _, b := range rows {
		if d := distance(string(b.Action), name); d < score {
			best, score = string(b.Action), d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// distance is the Levenshtein distance of two short words.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		prev := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := prev
			if a[i] != b[j] {
				cost++
			}
			prev = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
