package fusion

import (
	"fmt"
	"strings"
	"testing"

	"assay/engine/chat"
)

func TestMarkers(t *testing.T) {
	known := []string{"c1", "c2", "p1", "u1", "x1"}
	for name, tc := range map[string]struct{ raw, clean, links string }{
		"none":                 {"Just text.", "Just text.", ""},
		"after the stop":       {"Paris is big.⟦c1⟧ It rains.", "Paris is big. It rains.", "c1:Paris is big."},
		"before the stop":      {"Paris is big ⟦c1⟧. It rains.", "Paris is big. It rains.", "c1:Paris is big."},
		"after stop and space": {"Paris is big. ⟦c1⟧ It rains.", "Paris is big. It rains.", "c1:Paris is big."},
		"mid-sentence":         {"Big ⟦c1⟧ and old ⟦c2⟧.", "Big and old.", "c1:Big|c2:and old."},
		"several":              {"A b c ⟦c1⟧⟦p1⟧.", "A b c.", "c1,p1:A b c."},
		"several spaced":       {"A b c ⟦c1⟧ ⟦p1⟧.", "A b c.", "c1,p1:A b c."},
		"list":                 {"A b c ⟦c1, u1⟧.", "A b c.", "c1,u1:A b c."},
		"upper case":           {"A b ⟦C1⟧.", "A b.", "c1:A b."},
		"unknown dropped":      {"A b ⟦c9⟧. C d ⟦c1⟧.", "A b. C d.", "c1:C d."},
		"known among unknown":  {"A b ⟦c9, c1⟧.", "A b.", "c1:A b."},
		"only its sentence":    {"First here. Second one ⟦c1⟧.", "First here. Second one.", "c1:Second one."},
		"list items":           {"- one ⟦c1⟧\n- two\n- three ⟦c2⟧\n", "- one\n- two\n- three\n", "c1:- one|c2:- three"},
		"on its own line":      {"Paris is big.\n⟦c1⟧\nNext.", "Paris is big.\n\nNext.", "c1:Paris is big."},
		"other brackets":       {"The meaning ⟦e + 1⟧ of e.", "The meaning ⟦e + 1⟧ of e.", ""},
		"unclosed":             {"A ⟦c1 and more", "A ⟦c1 and more", ""},
		"unclosed line":        {"A ⟦c1\nB ⟦c1⟧", "A ⟦c1\nB", "c1:B"},
		"abbreviation":         {"Fruit, e.g. apples ⟦c1⟧.", "Fruit, e.g. apples.", "c1:Fruit, e.g. apples."},
		"decimal":              {"It is 3.5 metres ⟦c1⟧.", "It is 3.5 metres.", "c1:It is 3.5 metres."},
		"japanese":             {"空は青い。東京は首都です⟦c1⟧。", "空は青い。東京は首都です。", "c1:東京は首都です。"},
		"japanese after stop":  {"空は青い。東京は首都です。⟦c1⟧", "空は青い。東京は首都です。", "c1:東京は首都です。"},
		"at the start":         {"⟦c1⟧ Paris.", " Paris.", ""},
		"bold":                 {"**Paris is big.** ⟦c1⟧ Yes.", "**Paris is big.** Yes.", "c1:**Paris is big.**"},
	} {
		t.Run(name, func(t *testing.T) {
			clean, links := Strip(tc.raw, known)
			if clean != tc.clean {
				t.Errorf("clean %q, want %q", clean, tc.clean)
			}
			if got := linkText(clean, links); got != tc.links {
				t.Errorf("links %q, want %q", got, tc.links)
			}
			sameForEverySplit(t, tc.raw, known)
		})
	}
}

func linkText(clean string, links []chat.Link) string {
	var parts []string
	for _, l := range links {
		parts = append(parts, strings.Join(l.Claims, ",")+":"+clean[l.Start:l.End])
	}
	return strings.Join(parts, "|")
}

// sameForEverySplit also holds what is shown at any moment to be a prefix of the
// whole: nothing of a marker ever flashes.
func sameForEverySplit(t *testing.T, raw string, known []string) {
	t.Helper()
	clean, links := Strip(raw, known)
	for cut := range len(raw) + 1 {
		m := NewMarkers(known)
		shown := m.Write(raw[:cut])
		if !strings.HasPrefix(clean, shown) {
			t.Fatalf("split at %d shows %q of %q", cut, shown, clean)
		}
		shown += m.Write(raw[cut:])
		shown += m.Close()
		if shown != clean || fmt.Sprint(m.Links()) != fmt.Sprint(links) {
			t.Fatalf("split at %d gives %q %v, want %q %v", cut, shown, m.Links(), clean, links)
		}
	}
}

func FuzzMarkers(f *testing.F) {
	f.Add("Paris is big ⟦c1⟧. It ⟦p1, u2⟧ rains ⟦", 7)
	f.Add("a ⟦⟦c1⟧⟧ \xff ⟦c1", 3)
	f.Fuzz(func(t *testing.T, raw string, cut int) {
		known := []string{"c1", "p1"}
		clean, links := Strip(raw, known)
		last := 0
		for _, l := range links {
			if l.Start < last || l.End <= l.Start || l.End > len(clean) {
				t.Fatalf("link %+v after %d in %d bytes", l, last, len(clean))
			}
			last = l.End
		}
		if cut < 0 || cut > len(raw) {
			return
		}
		m := NewMarkers(known)
		if got := m.Write(raw[:cut]) + m.Write(raw[cut:]) + m.Close(); got != clean {
			t.Fatalf("split at %d: %q, want %q", cut, got, clean)
		}
		if !strings.Contains(raw, openMark) && clean != raw {
			t.Fatalf("%q became %q without a marker", raw, clean)
		}
	})
}

func TestUnmarkedShare(t *testing.T) {
	clean, links := Strip("abcd ⟦c1⟧. efghij.", []string{"c1"})
	// "abcd." is 5 of 12 visible characters.
	if got, want := unmarkedShare(clean, links), 7.0/12; got != want {
		t.Errorf("unmarked share of %q is %v, want %v", clean, got, want)
	}
	if got := unmarkedShare("", nil); got != 0 {
		t.Errorf("nothing is %v unmarked", got)
	}
}

func TestFusedShares(t *testing.T) {
	a := &chat.Analysis{
		Consensus:      []chat.Consensus{{ID: "c1", Lanes: []int{0, 1}}},
		UniqueInsights: []chat.Unique{{ID: "u1", Lane: 2}},
		Members:        []chat.Member{{Lane: 0}, {Lane: 1}, {Lane: 2}},
	}
	clean, links := Strip("aaaaaa ⟦c1⟧\nbb ⟦u1⟧\nunmarked", ClaimIDs(a))
	got := fusedShares(clean, links, a)
	if got[0].Fused != .75 || got[1].Fused != .75 || got[2].Fused != .25 {
		t.Errorf("shares %v %v %v, want .75 .75 .25", got[0].Fused, got[1].Fused, got[2].Fused)
	}
}

func BenchmarkMarkers(b *testing.B) {
	raw := strings.Repeat("Paris is the capital of France ⟦c1⟧. It has many museums ⟦c2, u1⟧, and parks. ", 50)
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		Strip(raw, []string{"c1", "c2", "u1"})
	}
}
