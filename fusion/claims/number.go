package claims

import (
	"slices"
	"strconv"
)

// NumberKind says what a number counts or names.
type NumberKind uint8

// The kinds of number.
const (
	Plain   NumberKind = iota + 1 // nothing is known of it
	Count                         // of things: Unit is the stem of their noun
	Measure                       // Unit is the dimension, Value in its base unit
	Ordinal                       // a rank: Unit is the stem of what is ranked
	Date                          // a year, a month, a day, a decade or a century
	Age                           // in years
	Label                         // part of a name: "Chapter 5", "Windows 10"
)

// Slot says how a number is bound to its statement.
type Slot uint8

// The slots: what stands before the number.
const (
	SlotAt Slot = iota
	SlotFrom
	SlotUntil
	SlotBefore
	SlotAfter
)

// Number is a number or date in a text: the bytes [Start, End).
type Number struct {
	Start, End int
	Kind       NumberKind
	Unit       string
	Value      float64 // of a date the year, 0 if none is named
	High       float64 // upper end of a range, decade or century; otherwise Value
	Month, Day int     // of a date, 0 where not named
	Range      bool    // from one value to another
	Approx     bool    // about, nearly, circa
	Bound      int     // -1 at most, 1 at least or more than
	Slot       Slot
	Step       float64 // the smallest difference its writing can tell

	highMonth, highDay int  // of the end of a range of dates
	scaled             bool // "half of", "twice": not the value itself
}

// Numbers returns the numbers and dates of a text, in order.
func Numbers(text string) []Number {
	return findNumbers(tokenize(text, 0, len(text)))
}

// findNumbers parses the numbers among tokens.
func findNumbers(tokens []token) []Number {
	p := numberParser{tokens: tokens}
	for p.i < len(tokens) {
		n, next, ok := p.date(p.i)
		if !ok {
			n, next, ok = p.quantity(p.i)
		}
		if !ok {
			p.i++
			continue
		}
		p.bind(&n, p.i)
		p.out = append(p.out, n)
		p.i = max(next, p.i+1)
	}
	return joinRanges(p.out, tokens)
}

type numberParser struct {
	tokens []token
	i      int
	out    []Number
}

// at returns the token at i, the zero token outside.
func (p *numberParser) at(i int) token {
	if i < 0 || i >= len(p.tokens) {
		return token{}
	}
	return p.tokens[i]
}

// adjacent reports that token i follows the one before it without white space.
func (p *numberParser) adjacent(i int) bool {
	return i > 0 && i < len(p.tokens) && p.tokens[i-1].end == p.tokens[i].start
}

// integer returns the value of a token of digits only.
func (p *numberParser) integer(i int) (int, bool) {
	t := p.at(i)
	if t.kind != tokenNumber || len(t.text) > 9 {
		return 0, false
	}
	v, err := strconv.Atoi(t.text)
	return v, err == nil
}

// bind reads the words before a number: its slot, and how exact it is.
func (p *numberParser) bind(n *Number, i int) {
	for back := 1; back <= 4; back++ {
		switch t := p.at(i - back); t.text {
		case "about", "around", "approximately", "roughly", "nearly", "almost", "circa", "ca", "c", "some", "estimated", "approx", "~", "≈":
			n.Approx = true
		case "half", "twice", "double", "triple", "times", "quarter", "thirds", "third":
			n.scaled = true
		case "over", "exceeding", "least", "minimum":
			n.Bound = 1
		case "under", "most", "maximum":
			n.Bound = -1
		case "than":
			n.Bound = comparative(p.at(i - back - 1).text)
		case "early", "late", "mid":
			n.Approx = true
		case "the", "a", "an", "year", "years", "at", "-", "exactly", "only", "just", "up", "of", "$", "€", "£", "¥", ".", "(":
			if t.text == "at" && n.Bound == 0 && n.Kind == Date {
				return
			}
		case "to":
			if p.at(i-back-1).text == "up" {
				n.Bound = -1
				return
			}
			n.Slot = SlotUntil
			return
		case "from", "since", "beginning", "starting", "between":
			n.Slot = SlotFrom
			return
		case "until", "till", "through", "til":
			n.Slot = SlotUntil
			return
		case "before", "by":
			n.Slot = SlotBefore
			return
		case "after", "following":
			n.Slot = SlotAfter
			return
		default:
			return
		}
	}
}

func comparative(word string) int {
	switch word {
	case "more", "greater", "higher", "larger", "longer", "bigger":
		return 1
	case "less", "fewer", "lower", "smaller", "shorter":
		return -1
	}
	return 0
}

// joinRanges makes one number of two that stand for a range: "1995–2003", "from 1995
// to 2003", "between 10 and 15 km".
func joinRanges(numbers []Number, tokens []token) []Number {
	out := numbers[:0]
	for _, n := range numbers {
		if len(out) > 0 && joins(out[len(out)-1], n, tokens) {
			last := &out[len(out)-1]
			last.End, last.High, last.Range = n.End, n.High, true
			last.highMonth, last.highDay = n.Month, n.Day
			if last.Kind == Plain || last.Kind == Count {
				last.Kind, last.Unit = n.Kind, n.Unit
				if n.Kind == Measure && n.Step > 0 {
					// "10 to 15 km": the unit stands only after the second.
					last.Value *= unitFactor(n, tokens)
				}
			}
			last.Slot = SlotAt
			continue
		}
		out = append(out, n)
	}
	return out
}

// joins reports that b goes on a range that a begins.
func joins(a, b Number, tokens []token) bool {
	if a.Range || b.Value <= a.Value && a.Kind == Date {
		return false
	}
	at, _ := slices.BinarySearchFunc(tokens, a.End, func(t token, end int) int { return t.start - end })
	if at+1 >= len(tokens) || tokens[at+1].start < b.Start {
		return false // not one word between them
	}
	switch tokens[at].text {
	case "-":
	case "to", "until", "till", "through":
		if a.Kind == Date && a.Slot != SlotFrom {
			return false
		}
	case "and":
		if a.Slot != SlotFrom {
			return false
		}
	default:
		return false
	}
	if a.Kind == b.Kind {
		return a.Unit == b.Unit || a.Unit == ""
	}
	return a.Kind == Plain && b.Kind != Date && b.Kind != Label && b.Kind != Ordinal
}
