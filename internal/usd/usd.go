// Package usd is exact money.
//
// An [Amount] is a signed fixed-point number of US dollars with [Scale] decimal
// places held in 128 bits: sums and products with counts are exact, nothing is
// allocated, and values compare with ==. The range is about ±17 billion dollars;
// arithmetic saturates at its ends, it never wraps.
//
// A [Price] adds what an amount alone cannot say: a price that is absent (the
// seller lists none), unknown (the seller has one but will not say, for instance
// the sentinel "-1" of router models) and known (which may be zero: free).
package usd

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strings"
)

// Scale is the number of decimal places an Amount keeps. The finest real prices
// seen are about 1e-10 dollars per token with 16 digits of float noise behind.
const Scale = 28

// Amount is an exact number of US dollars. The zero value is zero dollars.
type Amount struct {
	hi int64
	lo uint64
}

// Errors of Parse.
var (
	ErrSyntax    = errors.New("not a decimal number")
	ErrRange     = errors.New("amount out of range")
	ErrPrecision = fmt.Errorf("more than %d decimal places", Scale)
)

var (
	maxAmount = Amount{math.MaxInt64, math.MaxUint64}
	minAmount = Amount{math.MinInt64, 0}
)

// Parse reads a decimal number of dollars: digits with an optional sign, point
// and exponent ("0.00000014", "-3", "5.9e-8"). Digits beyond Scale places that
// are not zero are refused with ErrPrecision: money is never rounded silently.
func Parse(s string) (Amount, error) {
	mant, exp, neg, err := scan(s)
	if err != nil {
		return Amount{}, fmt.Errorf("%q: %w", s, err)
	}
	shift := Scale + exp
	for shift < 0 && mant != (Amount{}) {
		q, r := divSmall(mant, 10)
		if r != 0 {
			return Amount{}, fmt.Errorf("%q: %w", s, ErrPrecision)
		}
		mant, shift = q, shift+1
	}
	for ; shift > 0 && mant != (Amount{}); shift-- {
		var ok bool
		if mant, ok = mulSmall(mant, 10); !ok {
			return Amount{}, fmt.Errorf("%q: %w", s, ErrRange)
		}
	}
	if neg {
		mant = mant.Neg()
	}
	return mant, nil
}

// scan splits s into an unsigned 128-bit mantissa and a power of ten.
func scan(s string) (mant Amount, exp int, neg bool, err error) {
	i := 0
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		neg = s[i] == '-'
		i++
	}
	digits, point := 0, false
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
			var ok bool
			if mant, ok = mulSmall(mant, 10); !ok {
				return mant, 0, neg, ErrPrecision
			}
			mant, ok = addUnsigned(mant, Amount{lo: uint64(c - '0')})
			if !ok {
				return mant, 0, neg, ErrRange
			}
			if point {
				exp--
			}
		case c == '.' && !point:
			point = true
		case (c == 'e' || c == 'E') && digits > 0:
			e, err := scanExponent(s[i+1:])
			return mant, exp + e, neg, err
		default:
			return mant, 0, neg, ErrSyntax
		}
	}
	if digits == 0 {
		return mant, 0, neg, ErrSyntax
	}
	return mant, exp, neg, nil
}

func scanExponent(s string) (int, error) {
	neg := false
	if s != "" && (s[0] == '+' || s[0] == '-') {
		neg = s[0] == '-'
		s = s[1:]
	}
	if s == "" || len(s) > 3 {
		return 0, ErrSyntax
	}
	e := 0
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, ErrSyntax
		}
		e = e*10 + int(c-'0')
	}
	if neg {
		e = -e
	}
	return e, nil
}

// MustParse is Parse for constants in tests and tables of literals; it panics on
// what Parse refuses.
func MustParse(s string) Amount {
	a, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return a
}

// PerMillion reads a price quoted in dollars per million units and returns the
// price of one unit.
func PerMillion(s string) (Amount, error) {
	mant, exp, neg, err := scan(s)
	if err != nil {
		return Amount{}, fmt.Errorf("%q: %w", s, err)
	}
	sign := ""
	if neg {
		sign = "-"
	}
	a, err := Parse(fmt.Sprintf("%s%se%d", sign, unsignedString(mant), exp-6))
	if err != nil {
		return Amount{}, fmt.Errorf("%q per million: %w", s, errors.Unwrap(err))
	}
	return a, nil
}

// IsZero reports whether a is exactly zero dollars.
func (a Amount) IsZero() bool { return a == Amount{} }

// Sign is -1, 0 or 1.
func (a Amount) Sign() int {
	switch {
	case a.hi < 0:
		return -1
	case a.IsZero():
		return 0
	}
	return 1
}

// Cmp is -1 when a < b, 0 when equal, 1 when a > b.
func (a Amount) Cmp(b Amount) int {
	switch {
	case a == b:
		return 0
	case a.hi < b.hi || a.hi == b.hi && a.lo < b.lo:
		return -1
	}
	return 1
}

// Less reports a < b.
func (a Amount) Less(b Amount) bool { return a.Cmp(b) < 0 }

// Max is the larger of a and b.
func Max(a, b Amount) Amount {
	if a.Less(b) {
		return b
	}
	return a
}

// Min is the smaller of a and b.
func Min(a, b Amount) Amount {
	if b.Less(a) {
		return b
	}
	return a
}

// Neg is -a.
func (a Amount) Neg() Amount {
	if a == minAmount {
		return maxAmount
	}
	lo, borrow := bits.Sub64(0, a.lo, 0)
	hi, _ := bits.Sub64(0, uint64(a.hi), borrow)
	return Amount{int64(hi), lo}
}

// Add is a + b.
func (a Amount) Add(b Amount) Amount {
	lo, carry := bits.Add64(a.lo, b.lo, 0)
	hi, _ := bits.Add64(uint64(a.hi), uint64(b.hi), carry)
	sum := Amount{int64(hi), lo}
	if (a.hi < 0) == (b.hi < 0) && (sum.hi < 0) != (a.hi < 0) {
		return saturated(a.hi < 0)
	}
	return sum
}

// Sub is a - b.
func (a Amount) Sub(b Amount) Amount { return a.Add(b.Neg()) }

// Mul is a × n, exact.
func (a Amount) Mul(n int64) Amount {
	neg := a.Sign() < 0 != (n < 0)
	u := a
	if u.hi < 0 {
		u = u.Neg()
	}
	k := uint64(n)
	if n < 0 {
		k = -k
	}
	p, ok := mulSmall(u, k)
	if !ok {
		return saturated(neg)
	}
	if neg {
		return p.Neg()
	}
	return p
}

// MulDecimal is a × factor, exact where the product fits Scale places; digits
// beyond are cut towards zero. It exists for discounts, which multiply two decimals.
func (a Amount) MulDecimal(factor Amount) Amount {
	neg := a.Sign() < 0 != (factor.Sign() < 0)
	x, y := a.abs().big(), factor.abs().big()
	p, ok := fromBig(x.Quo(x.Mul(x, y), bigScale))
	if !ok {
		return saturated(neg)
	}
	if neg {
		return p.Neg()
	}
	return p
}

// Div is a ÷ n, cut towards zero at Scale places. n must not be zero.
func (a Amount) Div(n int64) Amount {
	neg := a.Sign() < 0 != (n < 0)
	k := uint64(n)
	if n < 0 {
		k = -k
	}
	q, _ := divSmall(a.abs(), k)
	if neg {
		return q.Neg()
	}
	return q
}

// Float is a rounded to a float64: for weights, ranks and charts, never for sums.
func (a Amount) Float() float64 {
	u := a.abs()
	f := (float64(uint64(u.hi))*0x1p64 + float64(u.lo)) / 1e28
	if a.Sign() < 0 {
		return -f
	}
	return f
}

// String is the shortest exact decimal, without exponent: "0.00000014", "-3", "0".
func (a Amount) String() string { return string(a.Append(nil)) }

// Append appends the text of String to dst.
func (a Amount) Append(dst []byte) []byte {
	if a.Sign() < 0 {
		dst = append(dst, '-')
	}
	var buf [40]byte
	i := len(buf)
	u := a.abs()
	for u != (Amount{}) || i > len(buf)-Scale-1 {
		q, r := divSmall(u, 10)
		i--
		buf[i] = byte('0' + r)
		u = q
	}
	digits := buf[i:]
	whole, frac := digits[:len(digits)-Scale], digits[len(digits)-Scale:]
	dst = append(dst, whole...)
	end := len(frac)
	for end > 0 && frac[end-1] == '0' {
		end--
	}
	if end > 0 {
		dst = append(dst, '.')
		dst = append(dst, frac[:end]...)
	}
	return dst
}

// Round returns the text of a rounded half away from zero to places decimals,
// all of them written out: for display only.
func (a Amount) Round(places int) string {
	places = min(max(places, 0), Scale)
	unit := Amount{lo: 1}
	for range Scale - places {
		unit, _ = mulSmall(unit, 10)
	}
	half, _ := divSmall(unit, 2)
	u := a.abs().Add(half)
	s := u.String()
	whole, frac, _ := strings.Cut(s, ".")
	if len(frac) > places {
		frac = frac[:places]
	}
	frac += strings.Repeat("0", places-len(frac))
	sign := ""
	if a.Sign() < 0 && strings.Trim(whole+frac, "0") != "" {
		sign = "-"
	}
	if places == 0 {
		return sign + whole
	}
	return sign + whole + "." + frac
}

// MarshalText writes String.
func (a Amount) MarshalText() ([]byte, error) { return a.Append(nil), nil }

// UnmarshalText reads what Parse reads.
func (a *Amount) UnmarshalText(b []byte) error {
	v, err := Parse(string(b))
	if err != nil {
		return err
	}
	*a = v
	return nil
}

// MarshalJSON writes a JSON string, since a JSON number would be read as a float.
func (a Amount) MarshalJSON() ([]byte, error) {
	return append(a.Append([]byte{'"'}), '"'), nil
}

// UnmarshalJSON reads a decimal as a JSON string or number, digit for digit.
func (a *Amount) UnmarshalJSON(b []byte) error {
	s := strings.TrimSpace(string(b))
	if s == "null" {
		return nil
	}
	return a.UnmarshalText([]byte(strings.Trim(s, `"`)))
}
