package claims_test

import (
	"testing"

	"assay/fusion/claims"
)

func FuzzAnalyze(f *testing.F) {
	f.Add("Who and when?", "He was born on May 3, 1941 (in Rome); died 19th century.", "He was born on May 4, 1941. 2-1/2 hours, second third")
	f.Add("A) x B) y", "The answer is B) 3,14.15-95s $1.2 million%", "```\nfirst")
	f.Add("q?", "「東京は1990年3月4日。」（人口", "人口は1,000万人です。No. Yes")
	f.Fuzz(func(t *testing.T, question, a, b string) {
		answers := []claims.Answer{{Text: a}, {Text: b, Partial: true}, {Text: a + " " + b}}
		checkResult(t, answers, claims.Analyze(question, answers))
		claims.Refusal(a)
		claims.Truncated(b)
		for _, r := range claims.Steering(a) {
			if r.Start < 0 || r.End <= r.Start || r.End > len(a) {
				t.Fatalf("steering range %v of %d bytes", r, len(a))
			}
		}
		if start, end, _, ok := claims.VerifyQuote(a, b); ok && (start < 0 || end < start || end > len(a)) {
			t.Fatalf("quote at %d:%d of %d bytes", start, end, len(a))
		}
	})
}

// checkResult holds what every result must keep: references slice out what they name,
// within their span; ids count up; nobody supports a claim twice or contradicts it too.
func checkResult(t testing.TB, answers []claims.Answer, r *claims.Result) {
	t.Helper()
	ref := func(ref claims.Ref) {
		if ref.Answer < 0 || ref.Answer >= len(answers) || ref.Span < 0 || ref.Span >= len(r.Spans[ref.Answer]) {
			t.Fatalf("reference %+v leads nowhere", ref)
		}
		span := r.Spans[ref.Answer][ref.Span]
		if ref.Start < span.Start || ref.End > span.End || ref.Start >= ref.End {
			t.Fatalf("reference %+v is outside its span %+v", ref, span)
		}
	}
	for _, c := range r.Claims {
		if len(c.Support) == 0 {
			t.Fatalf("claim %s is supported by none", c.ID)
		}
		seen := map[int]bool{}
		for _, s := range append(append([]claims.Ref{}, c.Support...), c.Contradict...) {
			ref(s)
			if seen[s.Answer] {
				t.Fatalf("claim %s has answer %d twice", c.ID, s.Answer)
			}
			seen[s.Answer] = true
		}
		for _, s := range c.Also {
			ref(s)
		}
		first := c.Support[0]
		if got := answers[first.Answer].Text[first.Start:first.End]; got != c.Text {
			t.Fatalf("claim %s says %q, its first reference %q", c.ID, c.Text, got)
		}
	}
	for _, c := range r.Conflicts {
		if len(c.Sides) < 2 {
			t.Fatalf("conflict %s has %d sides", c.ID, len(c.Sides))
		}
		for _, s := range c.Sides {
			ref(s.Ref)
		}
	}
	if r.Similarity < 0 || r.Similarity > 1 {
		t.Fatalf("similarity %v", r.Similarity)
	}
}
