package fusion

import (
	"slices"
	"strings"
	"unicode/utf8"

	"assay/engine/chat"
	"assay/fusion/claims"
)

// party is one usable answer of a comparison.
type party struct {
	lane     int
	model    string
	vendor   string
	text     string
	partial  bool // its silence means nothing
	abstains bool
}

// relation is how a party stands to a claim.
type relation uint8

const (
	silent     relation = iota
	support             // verified: a span carries it
	contradict          // verified
	abstained
	unverified // the judge says support or contradiction but cites no span of it
	unknown    // silent, but the answer is cut: it may have said it later
)

// stance is a party's relation to a claim, and the spans that carry it.
type stance struct {
	is     relation
	quotes []chat.Quote
}

// claim is one statement with the stance of every party, by index.
type claim struct {
	text    string
	folded  string // for finding the same claim again
	weight  float64
	stances []stance
	view    string
	notes   []string
	shaky   bool // order sensitive: loses a step of confidence
}

// clash is a topic on which parties cannot all be right: claims that exclude each
// other, or, from the lexical judge, places.
type clash struct {
	topic  string
	claims []int         // indices into table.claims
	sides  []chat.Stance // nil: those of the claims
	likely bool
	source string // judge or lexical
	notes  []string
}

// table is what a comparison found, before categories.
type table struct {
	parties []party
	claims  []claim
	clashes []clash
	blind   []chat.BlindSpot
	notes   []string // of the judge, for the reader
}

// quote is the bytes [start, end) of a party's answer, as evidence.
func (p *party) quote(start, end int) chat.Quote {
	if start < 0 || end > len(p.text) || start >= end {
		return chat.Quote{Lane: p.lane}
	}
	return chat.Quote{Lane: p.lane, Start: start, End: end, Text: p.text[start:end], Grounded: true}
}

func (p *party) refQuote(r claims.Ref) chat.Quote { return p.quote(r.Start, r.End) }

// count is how many parties stand so.
func (c *claim) count(is relation) int {
	n := 0
	for _, s := range c.stances {
		if s.is == is {
			n++
		}
	}
	return n
}

// electorate is how many parties' stance on the claim means something: those that
// abstain, or whose silence is unknown, are left out.
func (c *claim) electorate() int {
	n := 0
	for _, s := range c.stances {
		if s.is != abstained && s.is != unknown {
			n++
		}
	}
	return n
}

func (t *table) lanes(c *claim, is relation) []int {
	out := []int{}
	for i, s := range c.stances {
		if s.is == is {
			out = append(out, t.parties[i].lane)
		}
	}
	return out
}

func (c *claim) quotes(kinds ...relation) []chat.Quote {
	out := []chat.Quote{}
	for _, s := range c.stances {
		if slices.Contains(kinds, s.is) {
			out = append(out, s.quotes...)
		}
	}
	return out
}

func (t *table) vendors(lanes []int) int {
	seen := []string{}
	for _, p := range t.parties {
		if slices.Contains(lanes, p.lane) && !slices.Contains(seen, vendorOf(p)) {
			seen = append(seen, vendorOf(p))
		}
	}
	return len(seen)
}

// vendorOf is a party's maker; one nobody told is told from the slug, or counts as
// its own.
func vendorOf(p party) string { return vendorName(p.vendor, p.model) }

func vendorName(vendor, model string) string {
	if vendor != "" {
		return strings.ToLower(vendor)
	}
	if before, _, ok := strings.Cut(model, "/"); ok {
		return strings.ToLower(before)
	}
	return strings.ToLower(model)
}

func (t *table) models(lanes []int) []string {
	out := []string{}
	for _, p := range t.parties {
		if slices.Contains(lanes, p.lane) {
			out = append(out, p.model)
		}
	}
	return out
}

// brief is a text on one line, at most n characters.
func brief(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimRight(string([]rune(s)[:n-1]), " ,;") + "…"
}
