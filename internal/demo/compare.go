package demo

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// What counts when answers are compared by their words alone.
const (
	sameShare = 0.5 // dice of two spans that say the same thing
	fewest    = 4   // words a span needs to say anything
	loneMost  = 4   // claims one answer may have to itself
)

// disclaimer is in what every improvised answer says about itself: no claim.
const disclaimer = "no model was asked"

// group is spans of different answers that say nearly the same.
type group struct {
	first   bag
	text    string
	figures string
	denies  bool
	stance  map[string][]string
	pros    int
	cons    int
	rank    int // where it first came up
}

// compare judges answers nobody has written a verdict for. Spans with mostly the
// same words are one claim; where figures or a "not" differ, the later one
// contradicts the first. It knows nothing of the world and says so.
func compare(sh *sheet) ruling {
	var groups []*group
	for _, a := range sh.answers {
		if a.refuses() {
			continue
		}
		for i, sp := range a.spans {
			if b := newBag(sp.text); len(b.words) >= fewest && !orders(sp.text) && !strings.Contains(sp.text, disclaimer) {
				groups = place(groups, a.label, sp, b, i)
			}
		}
	}
	// Claims of several answers first, disputed ones before agreed ones.
	slices.SortStableFunc(groups, func(x, y *group) int {
		if d := (y.pros + 2*y.cons) - (x.pros + 2*x.cons); d != 0 {
			return d
		}
		return x.rank - y.rank
	})
	r := ruling{Notes: []remark{{"The demo judge compared these answers by their words only; it does not know what is true."}}}
	alone := map[string]int{}
	for _, g := range groups {
		if g.pros+g.cons == 1 {
			label := slices.Collect(maps.Keys(g.stance))[0]
			if alone[label]++; alone[label] > loneMost {
				continue
			}
		}
		r.Claims = append(r.Claims, g.claim(sh, len(r.Claims)))
	}
	return r
}

var listed = regexp.MustCompile(`^(?:[-*+>]|\d+[.)])\s+`)

// plain is a span without the marks of a list or a quotation and without emphasis.
func plain(text string) string {
	return strings.NewReplacer("**", "", "__", "").Replace(listed.ReplaceAllString(text, ""))
}

// place adds a span to the group it belongs to, or starts one. An answer stands in
// a group once.
func place(groups []*group, label string, sp sheetSpan, b bag, rank int) []*group {
	var best *group
	top := sameShare
	for _, g := range groups {
		if _, taken := g.stance[label]; taken {
			continue
		}
		if d := g.first.dice(b); d >= top && (best == nil || d > top) {
			best, top = g, d
		}
	}
	figures, denies := figuresOf(sp.text), deniesOf(sp.text)
	if best == nil {
		return append(groups, &group{first: b, text: shortened(plain(sp.text), 200), figures: figures, denies: denies,
			stance: map[string][]string{label: {supports, sp.id}}, pros: 1, rank: rank})
	}
	differs := best.denies != denies || best.figures != figures && best.figures != "" && figures != ""
	if differs {
		best.stance[label] = []string{contradicts, sp.id}
		best.cons++
	} else {
		best.stance[label] = []string{supports, sp.id}
		best.pros++
	}
	return groups
}

var figure = regexp.MustCompile(`\d+(?:[.,]\d+)*`)

// figuresOf are the numbers of a text, in order.
func figuresOf(text string) string { return strings.Join(figure.FindAllString(text, -1), " ") }

// deniesOf reports a negation.
func deniesOf(text string) bool {
	for _, w := range words(text) {
		switch w {
		case "not", "no", "never", "none", "cannot", "isnt", "doesnt", "dont", "cant", "wont":
			return true
		}
	}
	return false
}

func (g *group) claim(sh *sheet, n int) ruledClaim {
	c := ruledClaim{ID: "g" + string(rune('a'+n%26)) + strings.Repeat("'", n/26), Text: g.text, Stance: map[string][]string{}, Weight: 1}
	for _, a := range sh.answers {
		switch stance, ok := g.stance[a.label]; {
		case ok:
			c.Stance[a.label] = stance
		case a.refuses():
			c.Stance[a.label] = []string{abstains}
		default:
			c.Stance[a.label] = []string{silent}
		}
	}
	c.Topic = strings.ToLower(strings.Join(terms(g.text)[:min(2, len(terms(g.text)))], " "))
	switch {
	case g.cons > 0:
		c.Weight, c.View, c.Why = 3, "unresolved", "The wording is alike, but figures or a negation differ."
	case g.pros > 1:
		c.Weight, c.View, c.Why = 2, "supported", "Several answers say this in nearly the same words."
	default:
		c.View, c.Why = "unresolved", "Only one answer says this."
	}
	return c
}
