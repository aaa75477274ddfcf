package figure_test

import (
	"testing"

	"assay/engine/chat"
	"assay/internal/usd"
	"assay/ui/figure"
)

func equal(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMoney(t *testing.T) {
	for in, want := range map[string]string{
		"0": "$0", "12.4": "$12.40", "1": "$1.00", "0.5": "$0.50", "0.0031": "$0.0031", "0.003": "$0.003", "0.00000015": "$0.00000015",
		"0.0123456": "$0.012", "0.999": "$1.00", "0.0999": "$0.10", "-0.02": "-$0.02", "1234.567": "$1234.57",
	} {
		equal(t, figure.Money(usd.MustParse(in)), want)
	}
}

func TestCost(t *testing.T) {
	c := func(a string, s chat.CostSource) chat.Cost { return chat.Cost{USD: usd.MustParse(a), Source: s} }
	equal(t, figure.Cost(c("0.0031", chat.CostProvider), "≈"), "$0.0031")
	equal(t, figure.Cost(c("0.0031", chat.CostEstimate), "≈"), "≈$0.0031")
	equal(t, figure.Cost(c("0", chat.CostCatalog), "≈"), "free")
	equal(t, figure.Cost(c("0", chat.CostUnknown), "≈"), "cost unknown")
	equal(t, figure.Cost(c("0.01", chat.CostUnknown), "≈"), "$0.01 + unknown")
}

func TestRange(t *testing.T) {
	e := func(a, b string, unknown int) chat.Estimate {
		return chat.Estimate{Min: usd.MustParse(a), Max: usd.MustParse(b), Unknown: unknown}
	}
	equal(t, figure.Range(e("0.001", "0.02", 0), "≈"), "≈$0.001 to $0.02")
	equal(t, figure.Range(e("0.02", "0.02", 0), "≈"), "≈$0.02")
	equal(t, figure.Range(e("0", "0", 0), "≈"), "free")
	equal(t, figure.Range(e("0", "0", 2), "≈"), "price unknown")
	equal(t, figure.Range(e("0.001", "0.02", 1), "~"), "~$0.001 to $0.02 + 1 unknown")
}

func TestPrices(t *testing.T) {
	m := func(s string) usd.Price { p, _ := usd.ParsePricePerMillion(s); return p }
	equal(t, figure.Prices(m("3"), m("15")), "$3 / $15")
	equal(t, figure.Prices(m("0.15"), m("0.6")), "$0.15 / $0.60")
	equal(t, figure.Prices(m("0"), m("0")), "free")
	equal(t, figure.Prices(usd.Unknown, usd.Unknown), "?")
	equal(t, figure.Prices(usd.Price{}, usd.Price{}), "")
}

func TestSizesAndTimes(t *testing.T) {
	for in, want := range map[int]string{0: "", 900: "900", 8192: "8k", 128000: "128k", 131072: "128k", 200000: "200k", 1000000: "1M", 1048576: "1M", 1500000: "1.5M"} {
		equal(t, figure.Tokens(in), want)
	}
	for in, want := range map[int64]string{-1: "", 420: "0.42s", 3100: "3.1s", 75000: "75s", 245000: "4m05s"} {
		equal(t, figure.Seconds(in), want)
	}
	equal(t, figure.Rate(3.14), "3.1/s")
	equal(t, figure.Rate(83.4), "83/s")
	equal(t, figure.Short("anthropic/claude-opus-4.5:free"), "claude-opus-4.5:free")
	equal(t, figure.Short("local"), "local")
	equal(t, figure.Short("odd/"), "odd/")
}

func TestWords(t *testing.T) {
	equal(t, figure.Class(chat.ErrRateLimit, 429), "rate limit exceeded (429)")
	equal(t, figure.Outcome(chat.Attempt{Outcome: chat.AttemptFailed, ErrorType: chat.ErrServer, Message: "\x1b[31mboom"}), "server, \u241b[31mboom")
	equal(t, figure.Outcome(chat.Attempt{Outcome: chat.AttemptWaiting, RetryAfterMs: 3100}), "waited 3.1s")
	equal(t, figure.Endpoint("groq", "groq"), "groq")
	equal(t, figure.Endpoint("openrouter", "openrouter/azure"), "openrouter/azure")
	equal(t, figure.Endpoint("openrouter", "azure"), "openrouter azure")
	equal(t, figure.Source(chat.CostUnknown), "not known")
}
