package fusionpane

import (
	"slices"

	"assay/engine/chat"
)

// Kind is one of the five parts of an analysis.
type Kind uint8

// The parts, in the order they are shown.
const (
	Consensus Kind = iota
	Contradiction
	Partial
	Unique
	Blind
	kinds
)

// String is the heading of a part.
func (k Kind) String() string {
	return [...]string{"Consensus", "Contradictions", "Partial coverage", "Unique insights", "Blind spots"}[k]
}

// Grade says how well an item is tied to the answers.
type Grade uint8

// The grades.
const (
	Opinion    Grade = iota // cites nothing by its nature: a blind spot
	Unverified              // no citation stands in the answer it names
	Weak                    // the passage cited says something rather different
	Verified
)

// String is the word that stands beside the mark of a grade.
func (g Grade) String() string {
	return [...]string{"opinion", "unverified", "weak", "verified"}[g]
}

// Item is one finding. Its texts are clean and without the marks of Markdown.
type Item struct {
	ID      string
	Kind    Kind
	Text    string
	Lanes   []int // lanes that hold it
	Missing []int // lanes that lack it
	Stances []Stance
	Quotes  []chat.Quote // as they came: offsets into the raw answers
	Notes   []string
	Grade   Grade
}

// Stance is one side of a contradiction.
type Stance struct {
	Lane  int
	Text  string
	Grade Grade
}

// Items flattens an analysis in the order of the parts.
func Items(a *chat.Analysis) []Item {
	if a == nil {
		return nil
	}
	var out []Item
	for _, c := range a.Consensus {
		lanes := c.Lanes
		if len(lanes) == 0 {
			lanes = lanesOf(c.Quotes)
		}
		notes := clean(c.Notes)
		if c.Unanimous {
			notes = append(notes, "every answer says so; models share errors")
		}
		out = append(out, Item{ID: c.ID, Kind: Consensus, Text: tidy(c.Claim), Lanes: lanes, Quotes: c.Quotes, Notes: notes, Grade: grade(c.Quotes)})
	}
	for _, c := range a.Contradictions {
		out = append(out, contradiction(c))
	}
	for _, p := range a.PartialCoverage {
		out = append(out, Item{ID: p.ID, Kind: Partial, Text: tidy(p.Point), Lanes: p.CoveredBy, Missing: p.MissingFrom, Quotes: p.Quotes, Notes: clean(p.Notes), Grade: grade(p.Quotes)})
	}
	for _, u := range a.UniqueInsights {
		out = append(out, Item{ID: u.ID, Kind: Unique, Text: tidy(u.Insight), Lanes: []int{u.Lane}, Quotes: u.Quotes, Notes: clean(u.Notes), Grade: grade(u.Quotes)})
	}
	for _, b := range a.BlindSpots {
		out = append(out, Item{ID: b.ID, Kind: Blind, Text: tidy(b.Point), Notes: clean(b.Notes)})
	}
	return out
}

func contradiction(c chat.Contradiction) Item {
	it := Item{ID: c.ID, Kind: Contradiction, Text: tidy(c.Topic), Notes: clean(c.Notes)}
	if c.Confidence != "" {
		it.Notes = append([]string{tidy(c.Confidence)}, it.Notes...)
	}
	for _, s := range c.Stances {
		it.Lanes = append(it.Lanes, s.Lane)
		it.Quotes = append(it.Quotes, s.Quotes...)
		it.Stances = append(it.Stances, Stance{Lane: s.Lane, Text: tidy(s.Stance), Grade: grade(s.Quotes)})
	}
	// A contradiction is as good as its worst side.
	it.Grade = Verified
	for _, s := range it.Stances {
		it.Grade = min(it.Grade, s.Grade)
	}
	if len(it.Stances) == 0 {
		it.Grade = Unverified
	}
	return it
}

func grade(quotes []chat.Quote) Grade {
	g := Unverified
	for _, q := range quotes {
		switch {
		case q.Grounded && !q.Weak:
			return Verified
		case q.Grounded:
			g = Weak
		}
	}
	return g
}

// gradeOf is the grade of a single quote.
func gradeOf(q chat.Quote) Grade { return grade([]chat.Quote{q}) }

func lanesOf(quotes []chat.Quote) []int {
	var out []int
	for _, q := range quotes {
		if !slices.Contains(out, q.Lane) {
			out = append(out, q.Lane)
		}
	}
	return out
}

func clean(notes []string) []string {
	var out []string
	for _, n := range notes {
		out = append(out, tidy(n))
	}
	return out
}

// counts is the number of items of each kind.
func counts(items []Item) [kinds]int {
	var n [kinds]int
	for i := range items {
		n[items[i].Kind]++
	}
	return n
}
