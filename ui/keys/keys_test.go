package keys_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"assay/ui/keys"
)

func TestDefaultsDoNotCollide(t *testing.T) {
	for _, err := range keys.Default().Conflicts() {
		t.Error(err)
	}
}

func TestEveryRowIsDocumented(t *testing.T) {
	md := keys.Default().Markdown()
	slashes := map[string]keys.Action{}
	for _, b := range keys.Default().Rows() {
		if b.Help == "" || b.Hint == "" || b.Group == "" || b.In == 0 || b.Action == "" {
			t.Errorf("%+v: something is missing", b)
		}
		if len(b.Keys) == 0 && len(b.Slash) == 0 {
			t.Errorf("%s cannot be reached", b.Action)
		}
		if !strings.Contains(md, "`"+string(b.Action)+"`") {
			t.Errorf("%s is not in the documentation", b.Action)
		}
		for _, k := range b.Keys {
			if n, err := keys.Normalize(k); err != nil || n != k {
				t.Errorf("%s: key %q is spelled %q (%v)", b.Action, k, n, err)
			}
		}
		for _, s := range b.Slash {
			if other, taken := slashes[s]; taken {
				t.Errorf("/%s is both %s and %s", s, other, b.Action)
			}
			slashes[s] = b.Action
		}
	}
}

// The conventions of terminals and multiplexers: some keys must not be taken, some
// only with a second way in.
func TestKeysLeaveTheTerminalAlone(t *testing.T) {
	tab := keys.Default()
	for _, never := range []string{"ctrl+b", "ctrl+a", "ctrl+q", `ctrl+\`} {
		for _, b := range tab.Rows() {
			if slices.Contains(b.Keys, never) {
				t.Errorf("%s takes %s", b.Action, never)
			}
		}
	}
	for _, shared := range []string{"ctrl+s", "ctrl+g", "ctrl+p", "ctrl+o", "ctrl+t", "ctrl+n", "ctrl+l"} {
		a, m := tab.Find(keys.Composer, shared)
		if m != keys.Full {
			continue
		}
		b, _ := tab.Row(a)
		if len(b.Keys) < 2 && len(b.Slash) == 0 {
			t.Errorf("%s is the only way to %s, and multiplexers may swallow it", shared, a)
		}
	}
}

func TestNothingPlainIsBoundWherePeopleType(t *testing.T) {
	for _, b := range keys.Default().Rows() {
		for _, k := range b.Keys {
			first, _, _ := strings.Cut(k, " ")
			if b.In&(keys.Composer|keys.List) != 0 && (len([]rune(first)) == 1 || first == "space") {
				t.Errorf("%s takes the character %q away from typing", b.Action, k)
			}
		}
	}
}

func TestFind(t *testing.T) {
	tab := keys.Default()
	for _, tc := range []struct {
		in   keys.Where
		seq  string
		want keys.Action
		m    keys.Match
	}{
		{keys.Composer, "enter", keys.Send, keys.Full},
		{keys.Lane, "enter", keys.Zoom, keys.Full},
		{keys.Fusion, "enter", keys.Open, keys.Full},
		{keys.Lane, "x", keys.Stop, keys.Full},
		{keys.Composer, "x", "", keys.NoMatch},
		{keys.Composer, "ctrl+x", "", keys.Prefix},
		{keys.Composer, "ctrl+x m", keys.Models, keys.Full},
		{keys.Composer, "ctrl+x z", "", keys.NoMatch},
		{keys.List, "tab", keys.Tick, keys.Full},
	} {
		a, m := tab.Find(tc.in, tc.seq)
		if a != tc.want || m != tc.m {
			t.Errorf("Find(%s, %q) = %q, %v; want %q, %v", tc.in, tc.seq, a, m, tc.want, tc.m)
		}
	}
	if next := tab.Next(keys.Composer, "ctrl+x"); len(next) < 5 || strings.Contains(next[0].Keys[0], "ctrl+x") {
		t.Errorf("after ctrl+x: %+v", next)
	}
}

func TestRebind(t *testing.T) {
	tab, err := keys.Default().Rebind(map[string][]string{
		"models": {"f9"},
		"stop":   {"Ctrl+X m", "y"},
		"zoom":   {"none"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		in   keys.Where
		seq  string
		want keys.Action
	}{
		{keys.Composer, "f9", keys.Models},
		{keys.Composer, "ctrl+l", ""},
		{keys.Lane, "ctrl+x m", keys.Stop},
		{keys.Lane, "y", keys.Stop}, // taken from copy
		{keys.Lane, "x", ""},
		{keys.Lane, "z", ""},
		{keys.Lane, "enter", ""},
		{keys.Fusion, "enter", keys.Open},
	} {
		if a, _ := tab.Find(tc.in, tc.seq); a != tc.want {
			t.Errorf("%s in %s is %q, want %q", tc.seq, tc.in, a, tc.want)
		}
	}
	for _, err := range tab.Conflicts() {
		t.Error(err)
	}
	if _, ok := tab.Row(keys.Zoom); !ok {
		t.Error("an action without keys is gone from the help")
	}
	if k := keys.Default().Key(keys.Lane, keys.Stop); k != "x" {
		t.Errorf("rebinding changed the table it came from: stop is on %q", k)
	}
}

func TestRebindRefuses(t *testing.T) {
	for _, tc := range []struct {
		over map[string][]string
		want string
	}{
		{map[string][]string{"stopp": {"f2"}}, `did you mean "stop"`},
		{map[string][]string{"stop": {"ctrl+m"}}, "cannot be told from enter"},
		{map[string][]string{"stop": {"hyper+k"}}, "no modifier"},
		{map[string][]string{"stop": {"bogus"}}, "no key"},
		{map[string][]string{"send": {"s"}}, "typed there"},
		{map[string][]string{"stop": {"f2"}, "retry": {"f2"}}, "collide"},
		{map[string][]string{"stop": {"f2"}, "retry": {"f2 a"}}, "collide"},
	} {
		_, err := keys.Default().Rebind(tc.over)
		if !errors.Is(err, keys.ErrKeys) || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%v: %v, want %q", tc.over, err, tc.want)
		}
	}
}

func TestLabels(t *testing.T) {
	for key, want := range map[string]string{"up": "↑", "pgup": "pgup", "alt+down": "alt+↓", "+": "+", "ctrl+x m": "ctrl+x m"} {
		if got := keys.Label(key, false); got != want {
			t.Errorf("%q is shown as %q, want %q", key, got, want)
		}
		if got := keys.Label(key, true); got != key {
			t.Errorf("%q in ASCII is %q", key, got)
		}
	}
}

func FuzzNormalize(f *testing.F) {
	for _, s := range []string{"ctrl+x m", "+", "alt++", "", "ctrl+", "f20", "É", "ctrl+shift+alt+up"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := keys.Normalize(s)
		if err != nil {
			return
		}
		if again, err := keys.Normalize(n); err != nil || again != n {
			t.Errorf("%q became %q became %q (%v)", s, n, again, err)
		}
	})
}
