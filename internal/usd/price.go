package usd

import "strings"

// Price is the price of one unit (a token, an image, a request), or the reason
// there is none. The zero value is an absent price.
type Price struct {
	amount Amount
	state  priceState
}

type priceState uint8

const (
	absent priceState = iota
	unknown
	known
)

// Unknown is a price that exists but is not told. It never counts as zero.
var Unknown = Price{state: unknown}

// Known is a price of a, which may be zero.
func Known(a Amount) Price { return Price{a, known} }

// ParsePrice reads dollars per unit. An empty text is absent; a negative one is the
// sentinel upstreams use for "depends" and is unknown.
func ParsePrice(s string) (Price, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return Price{}, nil
	}
	a, err := Parse(s)
	return fromAmount(a), err
}

// ParsePricePerMillion reads dollars per million units, as ParsePrice.
func ParsePricePerMillion(s string) (Price, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return Price{}, nil
	}
	a, err := PerMillion(s)
	return fromAmount(a), err
}

func fromAmount(a Amount) Price {
	if a.Sign() < 0 {
		return Unknown
	}
	return Known(a)
}

// Amount returns the price of one unit and whether it is known.
func (p Price) Amount() (Amount, bool) { return p.amount, p.state == known }

// IsKnown reports whether the price is a number.
func (p Price) IsKnown() bool { return p.state == known }

// IsUnknown reports whether a price exists that is not told.
func (p Price) IsUnknown() bool { return p.state == unknown }

// IsAbsent reports whether no price is listed at all.
func (p Price) IsAbsent() bool { return p.state == absent }

// IsFree reports a known price of zero.
func (p Price) IsFree() bool { return p.state == known && p.amount.IsZero() }

// Or is p, or fallback where p is absent.
func (p Price) Or(fallback Price) Price {
	if p.IsAbsent() {
		return fallback
	}
	return p
}

// String is the exact decimal of one unit, "unknown", or "" when absent.
func (p Price) String() string {
	switch p.state {
	case known:
		return p.amount.String()
	case unknown:
		return "unknown"
	}
	return ""
}

// PerMillion is the price of a million units as an exact decimal, "unknown", or "".
func (p Price) PerMillion() string {
	if p.state != known {
		return p.String()
	}
	return p.amount.Mul(1_000_000).String()
}

// MarshalText writes String.
func (p Price) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (p *Price) UnmarshalText(b []byte) error {
	if string(b) == "unknown" {
		*p = Unknown
		return nil
	}
	v, err := ParsePrice(string(b))
	if err != nil {
		return err
	}
	*p = v
	return nil
}
