package claims

import "math"

// relation is how two numbers stand to each other.
type relation uint8

const (
	unrelated relation = iota // they say nothing about one another
	agree
	differ
)

// relate compares two numbers: only those of the same kind, unit and slot can agree
// or differ. Precision is respected: 1949 agrees with December 1949, the 1970s with
// 1973, 1.5 million with 1,520,000, about 100 with 96.
func relate(a, b Number) relation {
	if a.Kind != b.Kind || a.Unit != b.Unit {
		return unrelated
	}
	switch a.Kind {
	case Date:
		return relateDates(a, b)
	case Label:
		return unrelated
	}
	return relateQuantities(a, b)
}

// days is a span of days on a calendar whose months all have 31.
type days struct{ low, high int }

func daysOf(year float64, month, day int) days {
	low := int(year) * 372
	if month == 0 {
		return days{low, low + 371}
	}
	low += (month - 1) * 31
	if day == 0 {
		return days{low, low + 30}
	}
	return days{low + day - 1, low + day - 1}
}

func (d days) meets(e days) bool { return d.low <= e.high && e.low <= d.high }

// begin and end give the days of a range's two ends; of any other date they are all
// the days it may stand for.
func (n Number) begin() days {
	d := daysOf(n.Value, n.Month, n.Day)
	if !n.Range && n.High > n.Value {
		d.high = int(n.High)*372 + 371
	}
	return n.widen(d)
}

func (n Number) end() days {
	if !n.Range {
		return n.begin()
	}
	return n.widen(daysOf(n.High, n.highMonth, n.highDay))
}

func (n Number) widen(d days) days {
	if n.Approx {
		d.low -= 2 * 372
		d.high += 2 * 372
	}
	return d
}

func relateDates(a, b Number) relation {
	if a.Value == 0 || b.Value == 0 {
		return relateYearless(a, b)
	}
	if a.Range && b.Range {
		if a.begin().meets(b.begin()) && a.end().meets(b.end()) {
			return agree
		}
		return differ
	}
	if a.Range {
		a, b = b, a
	}
	if b.Range {
		return relateToRange(a, b)
	}
	meets := a.begin().meets(b.begin())
	switch {
	case meets:
		return agree
	case a.Slot != b.Slot:
		return unrelated
	}
	return differ
}

// relateToRange compares a date with a range: since when, until when, or within.
func relateToRange(date, span Number) relation {
	switch date.Slot {
	case SlotFrom:
		if date.begin().meets(span.begin()) {
			return agree
		}
		return differ
	case SlotUntil:
		if date.begin().meets(span.end()) {
			return agree
		}
		return differ
	}
	return unrelated
}

// relateYearless compares dates of which at least one names no year.
func relateYearless(a, b Number) relation {
	if a.Month == 0 || b.Month == 0 || a.Range || b.Range {
		return unrelated
	}
	if a.Month != b.Month || a.Day != 0 && b.Day != 0 && a.Day != b.Day {
		return differ
	}
	return agree
}

func relateQuantities(a, b Number) relation {
	if a.Range || b.Range {
		if min(a.Value, a.High) <= max(b.Value, b.High) && min(b.Value, b.High) <= max(a.Value, a.High) {
			return agree
		}
		if a.Range != b.Range && a.Kind == Ordinal {
			return unrelated
		}
		return differ
	}
	gap := math.Abs(a.Value - b.Value)
	if gap <= a.tolerance()+b.tolerance() {
		return agree
	}
	if a.Bound != 0 || b.Bound != 0 {
		return relateBounds(a, b)
	}
	return differ
}

// tolerance is how far the true value may be from the written one.
func (n Number) tolerance() float64 {
	t := 0.0
	if n.Step != 1 {
		t = n.Step / 2 * (1 + 1e-9)
	}
	if n.Approx {
		t = max(t, n.Value/10)
	}
	if n.Kind == Measure {
		// A converted measure is rounded: a mile is 1.6 km.
		t = max(t, n.Value/200)
	}
	return t
}

// relateBounds compares "over 500" with another number: only one clearly on the wrong
// side of it differs.
func relateBounds(a, b Number) relation {
	if a.Bound == 0 {
		a, b = b, a
	}
	if b.Bound != 0 {
		return unrelated
	}
	inside := a.Bound > 0 && b.Value >= a.Value || a.Bound < 0 && b.Value <= a.Value
	if inside {
		return agree
	}
	return differ
}

// vetoed reports that the numbers of two clauses rule out that they say the same.
func vetoed(a, b *clause) bool {
	for _, n := range a.numbers {
		differs, agrees := false, false
		for _, m := range b.numbers {
			switch relate(n, m) {
			case differ:
				differs = true
			case agree:
				agrees = true
			}
		}
		if differs && !agrees {
			return true
		}
	}
	return false
}
