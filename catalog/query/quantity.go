package query

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"assay/internal/usd"
)

// unit says how the figure behind a comparison is written.
type unit uint8

const (
	plain    unit = iota
	tokens        // 200k, 1m
	dollars       // 0.5 or $0.5, per million
	duration      // 800ms, 1s, 2m
	age           // 12h, 30d, 8w, 6mo, 1y
)

// quantity is a figure in the unit's base: tokens, dollars per token, milliseconds,
// days.
type quantity struct {
	figure float64
	money  usd.Amount
}

type suffix struct {
	text   string
	factor float64
}

// Longer endings come first.
var suffixes = map[unit][]suffix{
	plain:    {{"", 1}},
	tokens:   {{"k", 1e3}, {"m", 1e6}, {"", 1}},
	duration: {{"ms", 1}, {"s", 1e3}, {"m", 60e3}},
	age:      {{"mo", 30}, {"h", 1. / 24}, {"d", 1}, {"w", 7}, {"y", 365}, {"", 1}},
}

var unitHelp = map[unit]string{
	plain:    "a number, like 50",
	tokens:   "a count, like 8000, 8k or 1m",
	dollars:  "dollars per million tokens, like 0.5",
	duration: "a time, like 800ms or 1s",
	age:      "an age, like 12h, 30d, 8w, 6mo or 1y",
}

func (u unit) parse(s string) (quantity, error) {
	s = strings.ToLower(s)
	wrong := fmt.Errorf("%q is not %s", s, unitHelp[u])
	if u == dollars {
		a, err := usd.PerMillion(strings.TrimPrefix(s, "$"))
		if err != nil || a.Sign() < 0 {
			return quantity{}, wrong
		}
		return quantity{money: a}, nil
	}
	for _, suf := range suffixes[u] {
		digits, ok := strings.CutSuffix(s, suf.text)
		if !ok || strings.Trim(digits, "0123456789.") != "" {
			continue
		}
		f, err := strconv.ParseFloat(digits, 64)
		if err != nil || math.IsInf(f, 0) {
			continue
		}
		return quantity{figure: f * suf.factor}, nil
	}
	return quantity{}, wrong
}
