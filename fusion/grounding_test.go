package fusion

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/engine/chat"
	"assay/fusion/claims"
	"assay/fusion/judgetext"
	"assay/internal/shareddata"
)

// realPanels are recorded answers of several models to the same questions.
func realPanels(t testing.TB) []realPanel {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(shareddata.Dir(t), "answers", "mt_bench", "*.jsonl"))
	if err != nil || len(files) < 3 {
		t.Skip("the recorded answers of mt_bench are absent")
	}
	byID := map[int]*realPanel{}
	var order []int
	for _, f := range files {
		if filepath.Base(f) == "question.jsonl" {
			continue
		}
		eachLine(t, f, func(line []byte) {
			var a struct {
				ID      int    `json:"question_id"`
				Model   string `json:"model_id"`
				Choices []struct {
					Turns []string `json:"turns"`
				} `json:"choices"`
			}
			if err := json.Unmarshal(line, &a); err != nil {
				t.Fatal(err)
			}
			p := byID[a.ID]
			if p == nil {
				p = &realPanel{}
				byID[a.ID], order = p, append(order, a.ID)
			}
			p.parties = append(p.parties, party{lane: len(p.parties), model: a.Model, text: a.Choices[0].Turns[0]})
		})
	}
	out := make([]realPanel, 0, len(order))
	for _, id := range order {
		out = append(out, *byID[id])
	}
	return out
}

type realPanel struct{ parties []party }

func eachLine(t testing.TB, file string, f func([]byte)) {
	t.Helper()
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	sc := bufio.NewScanner(in)
	sc.Buffer(nil, 16<<20)
	for sc.Scan() {
		f(sc.Bytes())
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
}

// liar makes up verdicts: ids that are right, of another answer, out of range, twice,
// malformed, or missing; letters that do not exist; stances of every kind.
func liar(r *rand.Rand, b *bench, lex *lexical) (v judgetext.Verdict, lies int) {
	for i := range 5 + r.IntN(20) {
		c := judgetext.Claim{ID: fmt.Sprintf("c%d", i%7), Text: fmt.Sprintf("claim %d about the number %d", i, r.IntN(100)), Weight: 1}
		for e, entry := range b.sheet.Entries {
			s := judgetext.Stance{Label: entry.Label, Kind: judgetext.Kind(r.IntN(4))}
			if r.IntN(9) == 0 {
				s.Label = "Q"
			}
			spans := len(lex.result.Spans[b.order[e]])
			for range r.IntN(4) {
				n := 1 + r.IntN(max(spans, 1))
				switch r.IntN(6) {
				case 0, 1:
					s.IDs = append(s.IDs, fmt.Sprintf("%s%d", entry.Label, n))
					if spans == 0 || s.Label == "Q" {
						lies++
					}
				case 2:
					s.IDs = append(s.IDs, fmt.Sprintf("%s%d", b.sheet.Entries[(e+1)%len(b.sheet.Entries)].Label, n))
					lies++
				case 3:
					s.IDs = append(s.IDs, fmt.Sprintf("%s%d", entry.Label, spans+1+r.IntN(50)))
					lies++
				case 4:
					s.IDs = append(s.IDs, fmt.Sprintf("%s%d", entry.Label, n), fmt.Sprintf("%s%d", entry.Label, n))
				case 5:
					s.IDs = append(s.IDs, "A-", "‹x› B", "-7", "A99999999999")
				}
			}
			c.Stances = append(c.Stances, s)
		}
		v.Claims = append(v.Claims, c)
	}
	v.Conflicts = []judgetext.Conflict{{Topic: "made up", Claims: []string{"c1", "c2", "c77", "c1"}, Lean: "c99"}}
	return v, lies
}

// However a judge lies about ids, every quote shown slices exactly out of the answer
// it names, support that no span carries counts for nobody, and no claim is lost.
func TestEveryQuoteSlices(t *testing.T) {
	panels := realPanels(t)
	r := rand.New(rand.NewPCG(1, 2))
	quotesSeen := 0
	for i, rp := range panels {
		lex := compareLexically(&claims.Comparer{}, "", rp.parties)
		texts := map[int]string{}
		for _, p := range rp.parties {
			texts[p.lane] = p.text
		}
		checkQuotes(t, lex.table().analysis(), texts)

		s := newSession(nil, nil, &Plan{Request: &chat.Request{}, Seed: int64(i)})
		b, err := s.newBench(lex)
		if err != nil {
			t.Fatal(err)
		}
		v, lies := liar(r, b, lex)
		rs := newResolver(b, lex)
		tab := rs.table(v)
		tab.crosscheck(lex)
		a := tab.analysis()
		checkQuotes(t, a, texts)
		if lies > 0 && rs.ungrounded == 0 {
			t.Errorf("panel %d: %d lies, none noticed", i, lies)
		}
		quotesSeen += len(quotes(a))
		checkCounted(t, a)
	}
	if quotesSeen < 1000 {
		t.Errorf("only %d quotes were checked", quotesSeen)
	}
}

// checkCounted holds that everybody named as supporting has a grounded quote.
func checkCounted(t *testing.T, a *chat.Analysis) {
	t.Helper()
	grounded := func(lane int, list []chat.Quote) bool {
		for _, q := range list {
			if q.Lane == lane && q.Grounded {
				return true
			}
		}
		return false
	}
	for _, c := range a.Consensus {
		for _, l := range c.Lanes {
			if !grounded(l, c.Quotes) {
				t.Errorf("consensus %s counts answer %d without evidence", c.ID, l)
			}
		}
	}
	for _, p := range a.PartialCoverage {
		for _, l := range p.CoveredBy {
			if !grounded(l, p.Quotes) {
				t.Errorf("%s counts answer %d without evidence", p.ID, l)
			}
		}
	}
	for _, u := range a.UniqueInsights {
		if !grounded(u.Lane, u.Quotes) {
			t.Errorf("%s has no evidence", u.ID)
		}
	}
	for _, x := range a.Contradictions {
		for _, st := range x.Stances {
			if !grounded(st.Lane, st.Quotes) {
				t.Errorf("%s: answer %d takes a side without evidence", x.ID, st.Lane)
			}
		}
	}
}

// A whole run over real answers, with a judge that reads the sheet: consensus and
// unique insights come out of real text, and the sheet parses back.
func TestRealAnswersEndToEnd(t *testing.T) {
	panels := realPanels(t)
	for i := 0; i < len(panels); i += 8 {
		rp := panels[i]
		p := &Plan{
			Request: &chat.Request{Messages: []chat.Message{chat.TextMessage(chat.User, "A question.")}},
			Judge:   Seat{Model: "judge", Vendor: "j", Frontier: true}, Mode: Compare, Seed: int64(i),
		}
		acts := map[string]act{"judge": {reply: scriptedJudge}}
		for _, m := range rp.parties {
			p.Members = append(p.Members, Seat{Model: m.model, Vendor: m.model})
			acts[m.model] = act{pieces: []string{m.text}}
		}
		out, _, r := play(t, p, acts)
		a := out.Analysis
		if a.Judge.Source != SourceJudge || a.Judge.Ungrounded != 0 {
			t.Errorf("panel %d: judge %+v", i, a.Judge)
		}
		for _, l := range readSheet(r.prompt("judge", chat.RoleJudge, 0)) {
			if strings.TrimSpace(l.text) == "" {
				t.Errorf("panel %d: span %s is empty", i, l.id)
			}
		}
		if len(a.UniqueInsights) == 0 {
			t.Errorf("panel %d: nothing is unique in %d real answers", i, len(rp.parties))
		}
	}
}

func BenchmarkCompareEight(b *testing.B) {
	panels := realPanels(b)
	for b.Loop() {
		lex := compareLexically(&claims.Comparer{}, "", panels[0].parties)
		lex.table().analysis()
	}
}
