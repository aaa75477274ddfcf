package cli_test

import (
	"strings"
	"testing"
	"time"

	"assay/engine/chat"
	"assay/internal/cli"
	"assay/internal/store"
	"assay/internal/usd"
)

// Amounts are exact, unknown costs are said and not counted, and the fee is that of
// one purchase.
func TestUsage(t *testing.T) {
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	entry := func(daysAgo int, model, cost string, demo bool) store.Entry {
		e := store.Entry{
			At: now.AddDate(0, 0, -daysAgo), Run: "r", Lane: chat.LaneSpec{Model: model, Role: chat.RoleAnswer}, Model: model, Provider: "acme",
			Tokens: chat.Usage{PromptTokens: 10, CompletionTokens: 5}, Outcome: store.Done, Demo: demo, Cost: chat.Cost{Source: chat.CostUnknown},
		}
		if cost != "" {
			e.Cost = chat.Cost{USD: usd.MustParse(cost), Source: chat.CostCatalog}
		}
		return e
	}
	run := func(entries []store.Entry, args ...string) (string, string) {
		t.Helper()
		h := newHarness(t, false, cli.Hooks{})
		h.Now = func() time.Time { return now }
		st, err := h.Store()
		if err != nil {
			t.Fatal(err)
		}
		defer h.Close()
		for _, e := range entries {
			if err := st.Record(e); err != nil {
				t.Fatal(err)
			}
		}
		if code := h.Report(h.Run(t.Context(), append([]string{"usage"}, args...))); code != cli.OK {
			t.Fatalf("%v: exit code %d: %s", args, code, h.err.String())
		}
		return h.out.String(), h.err.String()
	}
	some := []store.Entry{
		entry(0, "a/one", "0.0000001", false), entry(0, "a/two", "20.5", false), entry(1, "a/one", "", false),
		entry(3, "a/one", "7", false), entry(0, "demo/fir", "9", true),
	}
	for _, tt := range []struct {
		name    string
		entries []store.Entry
		args    []string
		want    string
	}{
		{"by day", some, nil, "2026-03-07\t1\t0\t10\t5\t\t$7\n2026-03-09\t1\t0\t10\t5\t\t$0 and 1 unknown\n2026-03-10\t2\t0\t20\t10\t\t$20.5000001\n"},
		{"two days", some, []string{"--days", "2", "--by", "model"}, "a/two\t1\t0\t10\t5\t\t$20.5\na/one\t2\t0\t20\t10\t\t$0.0000001 and 1 unknown\n"},
		{"demo", some, []string{"--demo", "--by", "model"}, "demo/fir\t1\t0\t10\t5\t\t$9\n"},
		{"fee above the minimum", some, []string{"--credits", "--days", "1"}, "direct keys\t$20.5000001\t$0\t$20.5000001\nOpenRouter credits\t$20.5000001\t$1.1275000055\t$21.6275001055\n"},
		{"least fee", []store.Entry{entry(0, "a/one", "1", false)}, []string{"--credits"}, "direct keys\t$1\t$0\t$1\nOpenRouter credits\t$1\t$0.8\t$1.8\n"},
		{"a name is no formula", []store.Entry{entry(0, "=cmd()", "1", false)}, []string{"--csv", "--by", "model"},
			"model,requests,failed,cancelled,prompt_tokens,completion_tokens,reasoning_tokens,cached_tokens,cost_usd,cost_source,unknown_cost\n'=cmd(),1,0,0,10,5,0,0,1,catalog,0\n"},
	} {
		if out, _ := run(tt.entries, tt.args...); out != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, out, tt.want)
		}
	}
	if _, said := run(some, "--credits"); !strings.Contains(said, "the cost of 1 requests is unknown") {
		t.Errorf("what is left out is not said: %q", said)
	}
}
