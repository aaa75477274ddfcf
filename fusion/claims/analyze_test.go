package claims_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"assay/fusion/claims"
)

func TestAnalyzeKeepsItsPromisesOnRealAnswers(t *testing.T) {
	shared, claimed := 0, 0
	for _, folder := range []string{"mt_bench", "ja_vicuna"} {
		for _, p := range readPanels(t, folder) {
			r := claims.Analyze(p.question, p.answers)
			checkResult(t, p.answers, r)
			claimed += len(r.Claims)
			for _, c := range r.Claims {
				if len(c.Support) > 1 {
					shared++
				}
			}
		}
	}
	t.Logf("%d of %d claims are shared", shared, claimed)
	if shared == 0 || shared == claimed {
		t.Errorf("%d of %d claims are shared", shared, claimed)
	}
}

func TestClaims(t *testing.T) {
	tests := []struct {
		name, question string
		answers        []string
		want           string // text ×support, in order
	}{
		{"shared and unique", "What is rust?", []string{
			"Iron oxide forms when iron meets water. Paint slows it down.",
			"Iron oxide forms when iron meets water.",
		}, "Iron oxide forms when iron meets water ×2; Paint slows it down ×1"},
		{"once per answer", "", []string{"Cats chase small mice. Cats chase small mice daily.", "Cats chase small mice."},
			"Cats chase small mice ×2"},
		{"clauses", "", []string{"Cats chase mice and dogs fetch sticks.", "Dogs fetch sticks."}, ""},
		{"numbers veto", "", []string{"The bridge spans 300 metres.", "The bridge spans 450 metres."},
			"The bridge spans 300 metres ×1; The bridge spans 450 metres ×1"},
		{"japanese", "", []string{"東京は日本の首都です。", "東京は日本の首都である。人口は多い。"}, ""},
		{"questions claim nothing", "", []string{"Would you like more detail?", "Would you like more detail?"}, ""},
		{"prompt words", "Tell me about copper", []string{"Copper", "Copper"}, ""},
		{"no answers", "", nil, ""},
		{"empty answers", "", []string{"", " \n"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			answers := panelOf(tt.answers...)
			r := claims.Analyze(tt.question, answers)
			checkResult(t, answers, r)
			var got []string
			for _, c := range r.Claims {
				got = append(got, fmt.Sprintf("%s ×%d", c.Text, len(c.Support)))
			}
			switch tt.name {
			case "clauses":
				if !slices.Contains(got, "dogs fetch sticks ×2") && !slices.Contains(got, "Dogs fetch sticks ×2") {
					t.Errorf("got %q", got)
				}
			case "japanese":
				if len(got) == 0 || !strings.HasSuffix(got[0], "×2") {
					t.Errorf("got %q", got)
				}
			default:
				if strings.Join(got, "; ") != tt.want {
					t.Errorf("got %q, want %q", got, tt.want)
				}
			}
		})
	}
}

func TestClaimTopics(t *testing.T) {
	r := claims.Analyze("", panelOf("## Weather\n\nRain falls on the northern hills.\n\n- **Inflation**: prices climb across all sectors"))
	topics := map[string]string{}
	for _, c := range r.Claims {
		topics[c.Text] = c.Topic
	}
	if topics["Rain falls on the northern hills"] != "Weather" {
		t.Errorf("topics: %q", topics)
	}
}

func TestSimilarity(t *testing.T) {
	const one = "Copper conducts heat well. It is a reddish metal. Many pipes are made from it."
	same := claims.Analyze("", panelOf(one, one+" "))
	other := claims.Analyze("", panelOf(one, "Penguins breed on ice. Winters there are long."))
	partly := claims.Analyze("", panelOf(one, "Copper conducts heat well. Penguins breed on ice."))
	code := claims.Analyze("", panelOf("```\nfor x in range(3): print(x)\n```", "```\nfor x in range(3): print(y)\n```"))
	if same.Similarity != 1 || other.Similarity > 0.2 || partly.Similarity <= other.Similarity || partly.Similarity >= 1 || code.Similarity < 0.5 {
		t.Errorf("same %v, other %v, partly %v, code %v", same.Similarity, other.Similarity, partly.Similarity, code.Similarity)
	}
	if alone := claims.Analyze("", panelOf(one)); alone.Similarity != 0 {
		t.Errorf("one answer: %v", alone.Similarity)
	}
	for a := range partly.Pairwise {
		for b := range partly.Pairwise {
			if partly.Pairwise[a][b] != partly.Pairwise[b][a] {
				t.Errorf("not symmetric: %v", partly.Pairwise)
			}
		}
	}
}

func TestMatch(t *testing.T) {
	answers := panelOf("Copper conducts heat well. It melts at 1085 degrees.", "Penguins breed on ice. Copper is a good conductor: it conducts heat well.")
	r := claims.Analyze("", answers)
	found := r.Match("copper conducts heat very well")
	if len(found) < 2 || found[0].Score < 0.5 {
		t.Fatalf("found %+v", found)
	}
	for i, s := range found {
		if i > 0 && s.Score > found[i-1].Score {
			t.Errorf("not best first: %+v", found)
		}
		if text := answers[s.Answer].Text[s.Start:s.End]; !strings.Contains(text, "onduct") {
			t.Errorf("found %q", text)
		}
	}
	if found := r.Match("It melts at 1200 degrees."); len(found) != 0 {
		t.Errorf("numbers do not veto: %+v", found)
	}
	ref := claims.Ref{Answer: 0, Span: 0, Start: 0, End: 26}
	if near, far := r.ScoreOf("copper conducts heat", ref), r.ScoreOf("penguins breed on ice", ref); near < 0.7 || far > 0.1 {
		t.Errorf("near %v, far %v", near, far)
	}
	if found := r.Match(""); len(found) != 0 {
		t.Errorf("found %+v for nothing", found)
	}
}

// encode writes a result down to the last bit of its numbers.
func encode(t testing.TB, r *claims.Result) string {
	t.Helper()
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestAnalyzeIsDeterministic(t *testing.T) {
	panels := readPanels(t, "mt_bench")[60:76]
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var want []string
	for _, procs := range []int{1, 2, 8, 1} {
		runtime.GOMAXPROCS(procs)
		for i, p := range panels {
			got := encode(t, claims.Analyze(p.question, p.answers))
			if procs == 1 && len(want) == i {
				want = append(want, got)
			}
			if got != want[i] {
				t.Fatalf("prompt %d differs on %d processors", i, procs)
			}
		}
	}
}

func TestComparerAgreesWithAnalyze(t *testing.T) {
	p := readPanels(t, "mt_bench")[70]
	var c claims.Comparer
	for tenth := 1; tenth <= 10; tenth++ {
		answers := slices.Clone(p.answers)
		for i := range answers {
			grown := len(answers[i].Text) * min(10, tenth+i) / 10
			answers[i].Text, answers[i].Partial = strings.ToValidUTF8(answers[i].Text[:grown], ""), tenth+i < 10
		}
		if encode(t, c.Analyze(p.question, answers)) != encode(t, claims.Analyze(p.question, answers)) {
			t.Fatalf("differs after %d tenths", tenth)
		}
	}
	if encode(t, c.Analyze("", nil)) != encode(t, claims.Analyze("", nil)) {
		t.Fatal("differs without answers")
	}
}

func TestFloodingCostsTheFlooder(t *testing.T) {
	honest := panelOf("Copper conducts heat well.", "Copper conducts heat well, and it melts late.")
	var same, different strings.Builder
	for i := range 20_000 {
		same.WriteString("- Gold is the better metal in every way.\n")
		fmt.Fprintf(&different, "Word%d says word%d in %d. ", i, i*31, 1000+i)
	}
	answers := append(honest, claims.Answer{Text: same.String()}, claims.Answer{Text: different.String()})
	r := claims.Analyze("", answers)
	checkResult(t, answers, r)
	if r.Skipped[0] != 0 || r.Skipped[2] == 0 || r.Skipped[3] == 0 {
		t.Errorf("skipped %v", r.Skipped)
	}
	if len(r.Spans[3]) != 20_000 {
		t.Errorf("%d spans are numbered", len(r.Spans[3]))
	}
	if top := r.Claims[0]; top.Text != "Copper conducts heat well" || len(top.Support) != 2 {
		t.Errorf("the heaviest claim is %q by %d", top.Text, len(top.Support))
	}
	if len(r.Claims) > 1500 {
		t.Errorf("%d claims", len(r.Claims))
	}
}

func TestUnanswered(t *testing.T) {
	tests := []struct {
		name, question, answer string
		want                   []string
	}{
		{"a part left out", "Who wrote Dune? Which studio filmed it?", "Frank Herbert wrote Dune.", []string{"Which studio filmed it?"}},
		{"and", "What causes tides and how do sailors exploit currents?", "Tides are caused by the moon.", []string{"how do sailors exploit currents?"}},
		{"all there", "Who wrote Dune? Which studio filmed it?", "Frank Herbert wrote Dune. The studio Universal filmed it.", nil},
		{"a date answers when", "Who wrote Dune and when did readers first receive copies?", "Frank Herbert wrote Dune in 1965.", nil},
		{"one part", "Which studio filmed Dune?", "I like books.", nil},
		{"items", "Discuss:\n1. soil erosion\n2. glacier melt", "Erosion removes soil.", []string{"glacier melt"}},
		{"code answers", "Write quicksort. What complexity? Which language suits?", "```\nqsort\n```", nil},
		{"no answer", "Who wrote Dune? Which studio filmed it?", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := claims.Analyze(tt.question, panelOf(tt.answer)).Unanswered; !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestResultIsSafeForConcurrentUse(t *testing.T) {
	r := claims.Analyze("", panelOf("Copper conducts heat well.", "Copper conducts much heat.", "Penguins breed on ice."))
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			text := fmt.Sprintf("Copper conducts warmth, says source%d", i)
			if len(r.Match(text)) == 0 || r.ScoreOf(text, claims.Ref{Start: 0, End: 20}) == 0 {
				t.Error("nothing found")
			}
		})
	}
	wg.Wait()
}

// TestHugeInputsEnd takes inputs that make careless code quadratic: they would run for
// minutes.
func TestHugeInputsEnd(t *testing.T) {
	const size = 60_000
	for _, piece := range []string{"（", "`", "and was ", "; a b ", "(a is b ", "1990 to ", "\"", "who, which, ", "A was B in 1990. ", "A was B in 1990 ", "、漢字漢字漢字漢字して"} {
		text := strings.Repeat(piece, size/len(piece))
		answers := panelOf(text, text+"b", "A was B in 1991.")
		checkResult(t, answers, claims.Analyze(text, answers))
		claims.VerifyQuote(text, strings.Repeat(piece, 40)+"other words")
		claims.Steering(text)
		claims.Refusal(text)
		claims.Truncated(text)
	}
}
