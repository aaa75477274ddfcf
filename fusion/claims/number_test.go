package claims_test

import (
	"fmt"
	"strings"
	"testing"

	"assay/fusion/claims"
)

// describe writes numbers in a form that tables can hold.
func describe(text string) string {
	kinds := map[claims.NumberKind]string{
		claims.Plain: "plain", claims.Count: "count", claims.Measure: "measure", claims.Ordinal: "ordinal",
		claims.Date: "date", claims.Age: "age", claims.Label: "label",
	}
	slots := map[claims.Slot]string{
		claims.SlotFrom: " from", claims.SlotUntil: " until", claims.SlotBefore: " before", claims.SlotAfter: " after",
	}
	var out []string
	for _, n := range claims.Numbers(text) {
		s := fmt.Sprintf("%s %g", kinds[n.Kind], n.Value)
		if n.High != n.Value {
			s += fmt.Sprintf("..%g", n.High)
		}
		if n.Month != 0 {
			s += fmt.Sprintf(" %d/%d", n.Month, n.Day)
		}
		if n.Unit != "" {
			s += " " + n.Unit
		}
		if n.Approx {
			s += " about"
		}
		if n.Bound != 0 {
			s += fmt.Sprintf(" bound%+d", n.Bound)
		}
		out = append(out, s+slots[n.Slot])
	}
	return strings.Join(out, "; ")
}

func TestNumbers(t *testing.T) {
	tests := []struct{ text, want string }{
		{"born on December 18, 1949, in Pensacola", "date 1949 12/18"},
		{"born 25 November 1862", "date 1862 11/25"},
		{"on the 25th of November, 1862", "date 1862 11/25"},
		{"on Dec. 3rd", "date 0 12/3"},
		{"in May 1990", "date 1990 5/0"},
		{"on 1949-12-18", "date 1949 12/18"},
		{"1949年12月18日に", "date 1949 12/18"},
		{"in the late 1970s", "date 1970..1979 about"},
		{"the 19th century", "date 1801..1900"},
		{"the nineteenth century", "date 1801..1900"},
		{"from 1995 to 2003", "date 1995..2003"},
		{"1995–2003", "date 1995..2003"},
		{"the 1995-96 season", "date 1995..1996"},
		{"since 1984", "date 1984 from"},
		{"until 1991", "date 1991 until"},
		{"before 1991", "date 1991 before"},
		{"around 1900", "date 1900 about"},
		{"in 44 BC", "date -44"},
		{"on March 17, 624 CE", "date 624 3/17"},
		{"1500 people came", "count 1500 person"},
		{"three studio albums", "count 3 album"},
		{"twenty-one games", "count 21 gam"},
		{"about 1.5 million copies", "count 1.5e+06 copy about"},
		{"more than 300 films", "count 300 film bound+1"},
		{"up to 7.5 ml", "measure 0.0075 volume bound-1"},
		{"10 to 15 km", "measure 10000..15000 length"},
		{"5 miles", "measure 8046.72 length"},
		{"60 percent, or 58.3%", "measure 60 percent; measure 58.3 percent"},
		{"$1.2 million", "measure 1.2e+06 money-usd"},
		{"€11 million", "measure 1.1e+07 money-eur"},
		{"2-1/2 hours", "measure 9000 time"},
		{"a 50+ list", "count 50 list bound+1"},
		{"died at the age of 83", "age 83"},
		{"an 83-year-old man", "age 83"},
		{"the 3rd album, her second one", "ordinal 3 album; ordinal 2"},
		{"Chapter 5 of Windows 10", "label 5 chapter; label 10 window"},
		{"COVID-19 and B12 and 3D", ""},
		{"one of the best", ""},
		{"1,234.5.6 and 99999999999999999999", "plain 1e+20"},
		{"", ""},
	}
	for _, tt := range tests {
		if got := describe(tt.text); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

func FuzzNumbers(f *testing.F) {
	f.Add("from 25 December 1862 – 6 June 1949, $1.2 million, 2-1/2 hours, 19th century BC")
	f.Add("twenty-one hundred thousand third 1990s '90s 1,2.3 5%")
	f.Fuzz(func(t *testing.T, text string) {
		at := 0
		for _, n := range claims.Numbers(text) {
			if n.Start < at || n.End <= n.Start || n.End > len(text) {
				t.Fatalf("number %+v after byte %d of %q", n, at, text)
			}
			at = n.Start
		}
	})
}
