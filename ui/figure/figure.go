// Package figure writes amounts, counts and times the way the workbench shows them:
// short, with as many digits as mean something, always in the same form.
package figure

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"assay/engine/chat"
	"assay/internal/usd"
)

// Money writes an amount of dollars with at least two digits that mean something:
// $12.40, $0.0031, $0.00000015.
func Money(a usd.Amount) string {
	sign := ""
	if a.Sign() < 0 {
		sign, a = "-", a.Neg()
	}
	if a.IsZero() {
		return "$0"
	}
	frac := a.String()
	whole, frac, _ := strings.Cut(frac, ".")
	if whole != "0" {
		return sign + "$" + a.Round(2)
	}
	zeros := len(frac) - len(strings.TrimLeft(frac, "0"))
	out := a.Round(max(zeros+2, 2))
	if places := len(out) - strings.IndexByte(out, '.') - 1; places > 2 {
		out = strings.TrimSuffix(out, "0")
	}
	return sign + "$" + out
}

// Cost writes what a call has cost: approx stands in front of estimates, and what
// nobody knows says so.
func Cost(c chat.Cost, approx string) string {
	switch {
	case !c.Known() && c.USD.IsZero():
		return "cost unknown"
	case !c.Known():
		return Money(c.USD) + " + unknown"
	case c.USD.IsZero():
		return "free"
	case c.Source == chat.CostEstimate:
		return approx + Money(c.USD)
	}
	return Money(c.USD)
}

// Range writes an estimate before sending.
func Range(e chat.Estimate, approx string) string {
	out := approx
	switch lo, hi := Money(e.Min), Money(e.Max); {
	case e.Max.IsZero() && e.Unknown > 0:
		return "price unknown"
	case e.Max.IsZero():
		return "free"
	case lo == hi:
		out += hi
	default:
		out += lo + " to " + hi
	}
	if e.Unknown > 0 {
		out += fmt.Sprintf(" + %d unknown", e.Unknown)
	}
	return out
}

// PerMillion writes a price of tokens: "$3", "free", "?" where it is not known and
// "" where there is none.
func PerMillion(p usd.Price) string {
	a, known := p.Amount()
	switch {
	case p.IsAbsent():
		return ""
	case !known:
		return "?"
	case a.IsZero():
		return "free"
	}
	m := Money(a.Mul(1_000_000))
	return strings.TrimSuffix(m, ".00")
}

// Prices writes a model's price of a million tokens in and out: "$3 / $15".
func Prices(in, out usd.Price) string {
	a, b := PerMillion(in), PerMillion(out)
	switch {
	case a == "" && b == "":
		return ""
	case a == b && (a == "free" || a == "?"):
		return a
	}
	return a + " / " + b
}

// Tokens writes a size in tokens: 900, 8k, 128k, 1M.
func Tokens(n int) string {
	switch {
	case n <= 0:
		return ""
	case n < 1000:
		return strconv.Itoa(n)
	case n < 1_000_000:
		// Windows are powers of two or round thousands; both are said in thousands.
		if n%1024 == 0 && n%1000 != 0 {
			return strconv.Itoa(n/1024) + "k"
		}
		return strconv.Itoa(n/1000) + "k"
	}
	s := strconv.FormatFloat(float64(n)/1e6, 'f', 1, 64)
	return strings.TrimSuffix(s, ".0") + "M"
}

// Seconds writes a duration of milliseconds: 0.42s, 3.1s, 75s, 4m05s.
func Seconds(ms int64) string {
	switch {
	case ms < 0:
		return ""
	case ms < 1000:
		return fmt.Sprintf("%.2fs", float64(ms)/1000)
	case ms < 10_000:
		return fmt.Sprintf("%.1fs", float64(ms)/1000)
	case ms < 120_000:
		return fmt.Sprintf("%ds", ms/1000)
	}
	d := time.Duration(ms) * time.Millisecond
	return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
}

// Rate writes tokens per second.
func Rate(perSecond float64) string {
	if perSecond < 10 {
		return fmt.Sprintf("%.1f/s", perSecond)
	}
	return fmt.Sprintf("%.0f/s", perSecond)
}

// Short is the part of a model's slug people call it by: what follows the author.
func Short(model string) string {
	if i := strings.LastIndexByte(model, '/'); i >= 0 && i < len(model)-1 {
		return model[i+1:]
	}
	return model
}
