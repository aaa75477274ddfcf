package usd_test

import (
	"encoding/json"
	"errors"
	"math/big"
	"strings"
	"testing"

	"assay/internal/usd"
)

func TestParseString(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"0", "0"},
		{"-0", "0"},
		{"1", "1"},
		{"1.50", "1.5"},
		{".5", "0.5"},
		{"0.00000014", "0.00000014"},
		{"0.0000006000000000000001", "0.0000006000000000000001"},
		{"5.9e-8", "0.000000059"},
		{"1E3", "1000"},
		{"-12.25", "-12.25"},
		{"+3", "3"},
		{"0.0000000000000000000000000001", "0.0000000000000000000000000001"},
		{"1.5000000000000002e-09", "0.0000000015000000000000002"},
		{"17000000000", "17000000000"},
	} {
		got, err := usd.Parse(tc.in)
		if err != nil || got.String() != tc.want {
			t.Errorf("Parse(%q) = %v, %v; want %s", tc.in, got, err, tc.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for in, want := range map[string]error{
		"":                                usd.ErrSyntax,
		"-":                               usd.ErrSyntax,
		".":                               usd.ErrSyntax,
		"1.2.3":                           usd.ErrSyntax,
		"$1":                              usd.ErrSyntax,
		"1e":                              usd.ErrSyntax,
		"e5":                              usd.ErrSyntax,
		"1e9x":                            usd.ErrSyntax,
		"NaN":                             usd.ErrSyntax,
		"1e30":                            usd.ErrRange,
		"0.00000000000000000000000000001": usd.ErrPrecision,
	} {
		if _, err := usd.Parse(in); !errors.Is(err, want) {
			t.Errorf("Parse(%q): %v, want %v", in, err, want)
		}
	}
}

func TestPerMillion(t *testing.T) {
	for in, want := range map[string]string{"0.14": "0.00000014", "3": "0.000003", "0.0028": "0.0000000028", "-1": "-0.000001"} {
		if got, err := usd.PerMillion(in); err != nil || got.String() != want {
			t.Errorf("PerMillion(%q) = %v, %v; want %s", in, got, err, want)
		}
	}
}

func TestArithmeticSaturates(t *testing.T) {
	huge := usd.MustParse("17000000000")
	if got := huge.Add(huge); got.Sign() <= 0 || got.Less(huge) {
		t.Errorf("sum wrapped: %v", got)
	}
	if got := huge.Mul(1 << 40); got.Sign() <= 0 || got.Less(huge) {
		t.Errorf("product wrapped: %v", got)
	}
	if got := huge.Mul(-1 << 40); got.Sign() >= 0 {
		t.Errorf("product lost its sign: %v", got)
	}
}

func TestRound(t *testing.T) {
	for _, tc := range []struct {
		in     string
		places int
		want   string
	}{
		{"0.0149", 2, "0.01"}, {"0.015", 2, "0.02"}, {"-0.015", 2, "-0.02"}, {"-0.001", 2, "0.00"},
		{"1", 3, "1.000"}, {"2.5", 0, "3"}, {"0.999999", 4, "1.0000"},
	} {
		if got := usd.MustParse(tc.in).Round(tc.places); got != tc.want {
			t.Errorf("Round(%s, %d) = %s, want %s", tc.in, tc.places, got, tc.want)
		}
	}
}

func TestDiscountIsExact(t *testing.T) {
	if got := usd.MustParse("0.0000003").MulDecimal(usd.MustParse("0.25")); got.String() != "0.000000075" {
		t.Errorf("got %v", got)
	}
	if got := usd.MustParse("-2").MulDecimal(usd.MustParse("0.055")); got.String() != "-0.11" {
		t.Errorf("got %v", got)
	}
}

func TestJSON(t *testing.T) {
	var v struct {
		A, B usd.Amount
		P, Q usd.Price
	}
	if err := json.Unmarshal([]byte(`{"A":"0.10","B":0.00042,"P":"unknown","Q":"0"}`), &v); err != nil {
		t.Fatal(err)
	}
	if v.A.String() != "0.1" || v.B.String() != "0.00042" || !v.P.IsUnknown() || !v.Q.IsFree() {
		t.Errorf("decoded %+v", v)
	}
	out, err := json.Marshal(v)
	if err != nil || string(out) != `{"A":"0.1","B":"0.00042","P":"unknown","Q":"0"}` {
		t.Errorf("encoded %s, %v", out, err)
	}
}

func TestPriceStates(t *testing.T) {
	for in, want := range map[string]string{"": "absent", "-1": "unknown", "0": "free", "0.1": "known"} {
		p, err := usd.ParsePrice(in)
		if err != nil {
			t.Fatal(err)
		}
		got := "known"
		switch {
		case p.IsAbsent():
			got = "absent"
		case p.IsUnknown():
			got = "unknown"
		case p.IsFree():
			got = "free"
		}
		if got != want {
			t.Errorf("ParsePrice(%q) is %s, want %s", in, got, want)
		}
	}
	if got := usd.Known(usd.MustParse("0.0000003")).PerMillion(); got != "0.3" {
		t.Errorf("PerMillion = %s", got)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"0", "-1", "0.00000014", "1e-7", "99999999999", "1.5000000000000002e-09", "-.5e2"} {
		f.Add(s, int64(12345))
	}
	f.Fuzz(func(t *testing.T, s string, n int64) {
		a, err := usd.Parse(s)
		if err != nil {
			return
		}
		want, ok := new(big.Rat).SetString(strings.TrimPrefix(s, "+"))
		if !ok {
			t.Fatalf("accepted %q", s)
		}
		if got, _ := new(big.Rat).SetString(a.String()); got.Cmp(want) != 0 {
			t.Fatalf("Parse(%q) = %s", s, a)
		}
		limit := new(big.Rat).SetInt64(17_000_000_000)
		prod := new(big.Rat).Mul(want, new(big.Rat).SetInt64(n))
		if new(big.Rat).Abs(prod).Cmp(limit) < 0 {
			if got, _ := new(big.Rat).SetString(a.Mul(n).String()); got.Cmp(prod) != 0 {
				t.Fatalf("%s × %d = %s", a, n, a.Mul(n))
			}
		}
		if a.Add(a.Neg()) != (usd.Amount{}) {
			t.Fatalf("%s - %s is not zero", a, a)
		}
	})
}

func BenchmarkMulAdd(b *testing.B) {
	price := usd.MustParse("0.00000014")
	var sum usd.Amount
	for b.Loop() {
		sum = price.Mul(1234)
	}
	_ = sum
}
