package claims

import (
	"math"
	"strconv"
	"strings"
)

// unit is a name of a measure: its dimension, and how many of the base unit it is.
type unit struct {
	dimension string
	factor    float64
}

func currency(text string) bool {
	return strings.HasPrefix(words.units[text].dimension, "money") && len(text) < 4 && text != "usd"
}

// quantity parses a number that is not a date and begins at token i.
func (p *numberParser) quantity(i int) (Number, int, bool) {
	if p.at(i).kind == tokenNumber && p.named(i) {
		return Number{}, i + 1, false
	}
	if n, next, ok := p.ordinal(i); ok {
		return n, next, true
	}
	start := i
	var money unit
	if currency(p.at(i).text) {
		money = words.units[p.at(i).text]
		i++
	}
	value, step, next, ok := p.value(i)
	if !ok || money.dimension != "" && p.at(i).kind != tokenNumber {
		return Number{}, 0, false
	}
	n := Number{Start: p.at(start).start, End: p.at(next - 1).end, Kind: Plain, Value: value, High: value, Step: step}
	if p.at(next).is("+") && p.adjacent(next) {
		n.Bound = 1
		next++
	}
	if money.dimension != "" {
		n.Kind, n.Unit = Measure, money.dimension
		return n, next, true
	}
	return p.unit(n, start, next)
}

// unit reads what follows a value: a measure, an age, or the noun it counts.
func (p *numberParser) unit(n Number, first, next int) (Number, int, bool) {
	at := next
	if p.at(at).is("-") && p.adjacent(at) && p.adjacent(at+1) {
		at++
	}
	if p.at(at).is("per") && p.at(at+1).is("cent") {
		n.Kind, n.Unit, n.End = Measure, "percent", p.at(at+1).end
		return n, at + 2, true
	}
	if p.aged(first, at) {
		n.Kind = Age
		return n, next, true
	}
	if u, ok := words.units[p.at(at).text]; ok && !(p.at(at).is("m") && p.at(at).capital) {
		n.Kind, n.Unit, n.End = Measure, u.dimension, p.at(at).end
		n.Value, n.High, n.Step = n.Value*u.factor, n.High*u.factor, n.Step*u.factor
		return n, at + 1, true
	}
	if at < len(p.tokens) && at == next && p.adjacent(at) && p.at(at).kind == tokenWord {
		return Number{}, 0, false // "3D", "4x4": a name
	}
	if before := p.at(first - 1); before.capital && before.content() && p.at(first).kind == tokenNumber {
		n.Kind, n.Unit = Label, before.stem
		return n, next, true
	}
	if p.at(first).is("one") {
		return Number{}, 0, false
	}
	if head := p.head(at); head != "" {
		n.Kind, n.Unit = Count, head
	}
	return n, next, true
}

// aged reports the ways to write an age: "aged 83", "83 years old", "83-year-old".
func (p *numberParser) aged(first, after int) bool {
	if p.at(first-1).is("aged") || p.at(first-1).is("age") || p.at(first-1).is("of") && p.at(first-2).is("age") {
		return true
	}
	if !strings.HasPrefix(p.at(after).text, "year") {
		return false
	}
	old := p.at(after + 1)
	return old.is("old") || old.is("-") && p.at(after+2).is("old") || old.is("of") && p.at(after+2).is("age")
}

// head returns the stem of the noun counted: the last of up to three words that
// follow, before a word or mark that ends the phrase.
func (p *numberParser) head(i int) string {
	stem := ""
	for stop := i + 3; i < stop; i++ {
		t := p.at(i)
		if t.kind != tokenWord || t.stop || words.negators.has(t.text) || stem != "" && finite(t) {
			break
		}
		stem = t.stem
	}
	return stem
}

// ordinal parses "3rd" and "third" with what they rank.
func (p *numberParser) ordinal(i int) (Number, int, bool) {
	v, ok := p.integer(i)
	next := i + 2
	if !ok || !p.adjacent(i+1) || !ordinalSuffix(p.at(i+1).text) {
		if v = words.ordinals[p.at(i).text]; v == 0 {
			return Number{}, 0, false
		}
		next = i + 1
	}
	n := Number{Start: p.at(i).start, End: p.at(next - 1).end, Kind: Ordinal, Value: float64(v), High: float64(v), Step: 1}
	n.Unit = p.head(next)
	return n, next, true
}

// value parses digits or number words with their scale: "1.2 million", "twenty-one",
// "two hundred". step is the smallest difference the writing can tell.
func (p *numberParser) value(i int) (value, step float64, next int, ok bool) {
	if t := p.at(i); t.kind == tokenNumber {
		value, step, ok = parseDigits(t.text)
		if !ok {
			return 0, 0, 0, false
		}
		next = i + 1
		if fraction, at, ok := p.fraction(next); ok {
			value, step, next = value+fraction, 0.1, at
		}
	} else if value, next, ok = p.numberWords(i); ok {
		step = 1
	} else {
		return 0, 0, 0, false
	}
	for {
		at := next
		if p.at(at).is("-") && p.adjacent(at) {
			at++
		}
		scale := words.scales[p.at(at).text]
		if scale == 0 {
			return value, step, next, true
		}
		value, step, next = value*scale, step*scale, at+1
	}
}

// fraction parses what may follow a whole number: "1/2" in "2 1/2" and "2-1/2".
func (p *numberParser) fraction(i int) (float64, int, bool) {
	if p.at(i).is("-") {
		i++
	}
	over, ok1 := p.integer(i)
	under, ok2 := p.integer(i + 2)
	if !ok1 || !ok2 || !p.at(i+1).is("/") || !p.adjacent(i+1) || !p.adjacent(i+2) || under == 0 || over >= under {
		return 0, 0, false
	}
	return float64(over) / float64(under), i + 3, true
}

// numberWords parses "seven", "twenty-one".
func (p *numberParser) numberWords(i int) (float64, int, bool) {
	v, ok := words.numbers[p.at(i).text]
	if !ok {
		return 0, 0, false
	}
	next := i + 1
	if v >= 20 {
		at := next
		if p.at(at).is("-") {
			at++
		}
		if u, ok := words.numbers[p.at(at).text]; ok && u >= 1 && u < 10 {
			return v + u, at + 1, true
		}
	}
	return v, next, true
}

// parseDigits reads 1234, 1,234 and 3.14. The step of a round number of four digits
// or more is its trailing zeros: 1500 may stand for 1480.
func parseDigits(s string) (value, step float64, ok bool) {
	if strings.Count(s, ".") > 1 {
		return 0, 0, false
	}
	digits := strings.ReplaceAll(s, ",", "")
	value, err := strconv.ParseFloat(digits, 64)
	if err != nil || math.IsInf(value, 0) {
		return 0, 0, false
	}
	if _, fraction, found := strings.Cut(digits, "."); found {
		return value, math.Pow10(-len(fraction)), true
	}
	step = 1
	if len(digits) >= 4 {
		zeros := len(digits) - len(strings.TrimRight(digits, "0"))
		step = math.Pow10(min(zeros, len(digits)-1))
	}
	return value, step, true
}

// unitFactor returns the factor of the unit written at the end of n.
func unitFactor(n Number, tokens []token) float64 {
	for _, t := range tokens {
		if t.end == n.End {
			if u, ok := words.units[t.text]; ok {
				return u.factor
			}
		}
	}
	return 1
}
