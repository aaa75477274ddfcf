package usd

import (
	"math/big"
	"math/bits"
)

var bigScale = new(big.Int).Exp(big.NewInt(10), big.NewInt(Scale), nil)

func saturated(neg bool) Amount {
	if neg {
		return minAmount
	}
	return maxAmount
}

func (a Amount) abs() Amount {
	if a.hi < 0 {
		return a.Neg()
	}
	return a
}

// addUnsigned adds two non-negative amounts; ok is false past the range.
func addUnsigned(a, b Amount) (Amount, bool) {
	lo, carry := bits.Add64(a.lo, b.lo, 0)
	hi, _ := bits.Add64(uint64(a.hi), uint64(b.hi), carry)
	return Amount{int64(hi), lo}, int64(hi) >= 0
}

// mulSmall multiplies a non-negative amount by k; ok is false past the range.
func mulSmall(a Amount, k uint64) (Amount, bool) {
	carry, lo := bits.Mul64(a.lo, k)
	over, hi := bits.Mul64(uint64(a.hi), k)
	hi, c := bits.Add64(hi, carry, 0)
	return Amount{int64(hi), lo}, over == 0 && c == 0 && int64(hi) >= 0
}

// divSmall divides a non-negative amount by k.
func divSmall(a Amount, k uint64) (q Amount, r uint64) {
	hi := uint64(a.hi) / k
	lo, r := bits.Div64(uint64(a.hi)%k, a.lo, k)
	return Amount{int64(hi), lo}, r
}

func (a Amount) big() *big.Int {
	x := new(big.Int).SetUint64(uint64(a.hi))
	return x.Or(x.Lsh(x, 64), new(big.Int).SetUint64(a.lo))
}

func fromBig(x *big.Int) (Amount, bool) {
	if x.BitLen() > 127 {
		return Amount{}, false
	}
	lo := new(big.Int).And(x, new(big.Int).SetUint64(^uint64(0))).Uint64()
	return Amount{int64(new(big.Int).Rsh(x, 64).Uint64()), lo}, true
}

func unsignedString(a Amount) string { return a.big().String() }
