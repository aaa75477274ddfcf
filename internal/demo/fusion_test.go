package demo

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"assay/fusion/claims"
	"assay/fusion/judgetext"
)

// TestJudgeReadsRealSheets puts the scripts before the judge the way a fusion does:
// cut into its spans, in its prompt. The verdict that comes back must be readable,
// and must stand where the script says.
func TestJudgeReadsRealSheets(t *testing.T) {
	s := testServer(t)
	for _, sc := range s.scripts {
		order := voices()
		sheet := &judgetext.Sheet{Question: sc.prompt, Nonce: "k7q2", Names: voices()}
		for i, v := range order {
			e := judgetext.Entry{Label: judgetext.Label(i), Text: sc.answers[v]}
			for _, sp := range claims.Segment(e.Text) {
				if sp.Kind == claims.Heading {
					e.Headings = append(e.Headings, sp)
				} else {
					e.Spans = append(e.Spans, sp)
				}
			}
			sheet.Entries = append(sheet.Entries, e)
		}
		messages, err := sheet.Judge()
		if err != nil {
			t.Fatal(err)
		}
		var prompt string
		for _, m := range messages {
			prompt = m.Text()
		}
		r := rulingOf(t, ask(t, s, "demo/judge", prompt).text)
		if len(r.Claims) != min(len(sc.verdict.Claims), sheet.MaxClaims()) {
			t.Errorf("%s: %d of %d claims", sc.name, len(r.Claims), len(sc.verdict.Claims))
		}
		for _, c := range r.Claims {
			checkRealStances(t, sc, c, order, sheet)
		}
	}
}

// checkRealStances compares stances with the script's and cited spans with the words
// the script quotes.
func checkRealStances(t *testing.T, sc *script, c ruledClaim, order []string, sheet *judgetext.Sheet) {
	t.Helper()
	at := slices.IndexFunc(sc.verdict.Claims, func(k scriptClaim) bool { return k.Text == c.Text })
	if at < 0 {
		return // turned round: what only a minority says
	}
	for i, v := range order {
		got, want := c.Stance[judgetext.Label(i)], sc.verdict.Claims[at].Stance[v]
		if len(want) == 0 {
			want = []string{silent}
		}
		if got[0] != want[0] {
			t.Errorf("%s, %q: %s is %v, want %v", sc.name, c.Text, v, got, want)
			continue
		}
		var cited strings.Builder
		for _, id := range got[1:] {
			var n int
			if _, err := fmt.Sscanf(id[1:], "%d", &n); err != nil || id[:1] != judgetext.Label(i) || n < 1 || n > len(sheet.Entries[i].Spans) {
				t.Fatalf("%s: %s cites %s", sc.name, v, id)
			}
			cited.WriteString(sheet.Entries[i].Spans[n-1].Text(sheet.Entries[i].Text) + " ")
		}
		for _, piece := range want[1:] {
			if !strings.Contains(flat(cited.String()), flat(piece)) {
				t.Errorf("%s: %s cites %v for %q", sc.name, v, got[1:], piece)
			}
		}
	}
}
