package claims

import "strings"

// date parses a date that begins at token i.
func (p *numberParser) date(i int) (Number, int, bool) {
	n, next, ok := p.anyDate(i)
	if !ok || n.Value == 0 || !p.era(next) {
		return n, next, ok
	}
	if p.at(next).is("bc") || p.at(next).is("bce") {
		n.Value, n.High = -n.High, -n.Value
	}
	n.End = p.at(next).end
	return n, next + 1, true
}

func (p *numberParser) anyDate(i int) (Number, int, bool) {
	if p.at(i).kind == tokenNumber {
		if n, next, ok := p.isoDate(i); ok {
			return n, next, true
		}
		if n, next, ok := p.dayFirst(i); ok {
			return n, next, true
		}
		return p.year(i)
	}
	if p.at(i).kind == tokenWord {
		if n, next, ok := p.monthFirst(i); ok {
			return n, next, true
		}
		if n, next, ok := p.ordinalWordCentury(i); ok {
			return n, next, true
		}
	}
	return Number{}, 0, false
}

// dated builds a date from its parts, 0 where not named.
func (p *numberParser) dated(first, last, year, month, day int) Number {
	return Number{
		Start: p.tokens[first].start, End: p.tokens[last].end,
		Kind: Date, Value: float64(year), High: float64(year), Month: month, Day: day, Step: 1,
	}
}

// month reports the month a word names. "May" and "March" must be capital.
func (p *numberParser) month(i int) int {
	t := p.at(i)
	if t.kind != tokenWord || !t.capital {
		return 0
	}
	return words.months[t.text]
}

// day returns the day of the month at token i and how many tokens it takes.
func (p *numberParser) day(i int) (day, taken int) {
	v, ok := p.integer(i)
	if !ok || v < 1 || v > 31 || len(p.at(i).text) > 2 {
		return 0, 0
	}
	if p.adjacent(i+1) && ordinalSuffix(p.at(i+1).text) {
		return v, 2
	}
	return v, 1
}

func ordinalSuffix(s string) bool {
	return s == "st" || s == "nd" || s == "rd" || s == "th"
}

// plausibleYear returns a year written with four digits, or with fewer and its era.
func (p *numberParser) plausibleYear(i int) (int, bool) {
	v, ok := p.integer(i)
	return v, ok && (len(p.at(i).text) == 4 && v >= 1000 && v <= 2199 || p.era(i+1) && v > 0 && v < 10_000)
}

// era reports "BC", "AD" and their like.
func (p *numberParser) era(i int) bool {
	switch p.at(i).text {
	case "bc", "bce", "ad", "ce":
		return p.at(i).capital
	}
	return false
}

// monthFirst parses "December 18, 1949", "May 1949" and "June 3rd".
func (p *numberParser) monthFirst(i int) (Number, int, bool) {
	month := p.month(i)
	if month == 0 {
		return Number{}, 0, false
	}
	next := i + 1
	if p.at(next).is(".") {
		next++
	}
	day, taken := p.day(next)
	next += taken
	last := next - 1
	if p.at(next).is(",") || p.at(next).is("of") {
		next++
	}
	if year, ok := p.plausibleYear(next); ok {
		return p.dated(i, next, year, month, day), next + 1, true
	}
	if day == 0 {
		return Number{}, 0, false
	}
	return p.dated(i, last, 0, month, day), last + 1, true
}

// dayFirst parses "25 November 1862" and "25th of November".
func (p *numberParser) dayFirst(i int) (Number, int, bool) {
	day, taken := p.day(i)
	if day == 0 {
		return Number{}, 0, false
	}
	next := i + taken
	if p.at(next).is("of") {
		next++
	}
	month := p.month(next)
	if month == 0 {
		return Number{}, 0, false
	}
	last := next
	next++
	if p.at(next).is(",") || p.at(next).is(".") {
		next++
	}
	if year, ok := p.plausibleYear(next); ok {
		return p.dated(i, next, year, month, day), next + 1, true
	}
	return p.dated(i, last, 0, month, day), last + 1, true
}

// isoDate parses 1949-12-18, and 1949年12月18日.
func (p *numberParser) isoDate(i int) (Number, int, bool) {
	year, ok := p.plausibleYear(i)
	if !ok {
		return Number{}, 0, false
	}
	if strings.HasPrefix(p.at(i+1).text, "年") {
		return p.wideDate(i, year)
	}
	month, ok1 := p.integer(i + 2)
	day, ok2 := p.integer(i + 4)
	if p.at(i+1).is("-") && p.at(i+3).is("-") && ok1 && ok2 && month >= 1 && month <= 12 && day >= 1 && day <= 31 {
		return p.dated(i, i+4, year, month, day), i + 5, true
	}
	return Number{}, 0, false
}

func (p *numberParser) wideDate(i, year int) (Number, int, bool) {
	n := p.dated(i, i, year, 0, 0)
	next := i + 1
	if month, ok := p.integer(i + 2); ok && p.at(i+1).is("年") && strings.HasPrefix(p.at(i+3).text, "月") {
		n.Month, n.End, next = month, p.at(i+2).end, i+3
		if day, ok := p.integer(i + 4); ok && p.at(i+3).is("月") && strings.HasPrefix(p.at(i+5).text, "日") {
			n.Day, n.End, next = day, p.at(i+4).end, i+5
		}
	}
	return n, next, true
}

// year parses a bare year, a decade ("1970s") or a century ("19th century").
func (p *numberParser) year(i int) (Number, int, bool) {
	if p.named(i) {
		return Number{}, 0, false
	}
	v, ok := p.integer(i)
	if !ok {
		return Number{}, 0, false
	}
	if p.adjacent(i+1) && ordinalSuffix(p.at(i+1).text) {
		return p.century(i, i+2, v)
	}
	year, ok := p.plausibleYear(i)
	if !ok {
		return Number{}, 0, false
	}
	n := p.dated(i, i, year, 0, 0)
	if p.adjacent(i+1) && p.at(i+1).is("s") || p.adjacent(i+2) && p.adjacent(i+1) && p.at(i+1).is("'") && p.at(i+2).is("s") {
		if year%10 != 0 {
			return Number{}, 0, false
		}
		n.End, n.High = p.at(i+1).end, n.Value+9
		if year%100 == 0 {
			n.High = n.Value + 99
		}
		return n, i + 2, true
	}
	if p.counted(i) {
		return Number{}, 0, false
	}
	if short, ok := p.integer(i + 2); ok && p.at(i+1).is("-") && p.adjacent(i+1) && p.adjacent(i+2) &&
		len(p.at(i+2).text) == 2 && short > year%100 {
		n.High, n.Range, n.End = float64(year/100*100+short), true, p.at(i+2).end
		return n, i + 3, true
	}
	return n, i + 1, true
}

// named reports a number that is part of a name or a formula: COVID-19, Boeing 747.
func (p *numberParser) named(i int) bool {
	before := p.at(i - 1)
	if p.adjacent(i) && before.is("-") && p.adjacent(i-1) && p.at(i-2).kind == tokenWord {
		switch p.at(i - 2).text {
		case "mid", "pre", "post", "early", "late", "circa", "from":
			return false
		}
		return true
	}
	return p.adjacent(i) && (before.kind == tokenWord || before.is("#") || before.is("^") || before.is("_"))
}

// counted reports that a four-digit number counts what follows rather than naming a
// year: "1500 people", "2000 km", "$1500".
func (p *numberParser) counted(i int) bool {
	if currency(p.at(i - 1).text) {
		return true
	}
	next := p.at(i + 1)
	if next.kind == tokenMark {
		return next.is("%") || next.is("+") || next.is("*") || next.is("=") || next.is("/") || currency(next.text)
	}
	if next.kind != tokenWord {
		return false
	}
	if _, ok := words.units[next.text]; ok {
		return true
	}
	switch p.at(i - 1).text {
	case "in", "since", "until", "till", "of", "by", "during", "before", "after", "from", "early", "late", "mid", "year", "to", "and", "(", ",", "the":
		return false
	}
	plural := strings.HasSuffix(next.text, "s") || words.irregular[next.text] != "" && words.irregular[next.text] != next.text
	return next.content() && !next.capital && plural || words.scales[next.text] > 0
}

// century parses what follows "19th": "century" and nothing else.
func (p *numberParser) century(first, next, v int) (Number, int, bool) {
	if p.at(next).is("-") {
		next++
	}
	if !p.at(next).is("century") && !p.at(next).is("centuries") || v < 1 || v > 22 {
		return Number{}, 0, false
	}
	n := p.dated(first, next, (v-1)*100+1, 0, 0)
	n.High = n.Value + 99
	return n, next + 1, true
}

func (p *numberParser) ordinalWordCentury(i int) (Number, int, bool) {
	rank := words.ordinals[p.at(i).text]
	if rank == 0 {
		return Number{}, 0, false
	}
	return p.century(i, i+1, rank)
}
