package claims_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"

	"assay/fusion/claims"
)

func TestVerifyQuote(t *testing.T) {
	answer := "He was **born** in 1941, in “São Paulo”. He did not win the prize – twice. It covers 1,942 km of the old road to the sea."
	tests := []struct {
		name, quote, want string
		grade             claims.Grade
	}{
		{"exact", "did not win", "did not win", claims.Exact},
		{"markup", "He was born in 1941", "He was **born** in 1941", claims.Canonical},
		{"quotes", `in "sao paulo"`, "in “São Paulo", claims.Canonical},
		{"dash and case", "the PRIZE - twice", "the prize – twice", claims.Canonical},
		{"quoted", `"He did not win the prize"`, "He did not win the prize", claims.Canonical},
		{"word lost", "He did not win prize twice", "He did not win the prize – twice", claims.Near},
		{"negation lost", "He did win the prize – twice", "", claims.NotFound},
		{"negation added", "It covers not 1,942 km of the old road to the sea", "", claims.NotFound},
		{"digit altered", "It covers 1,943 km of the old road to the sea", "", claims.NotFound},
		{"digit cut", "born in 194", "", claims.NotFound},
		{"part of a word", "ork to", "", claims.NotFound},
		{"elsewhere", "The Nobel committee met in Stockholm", "", claims.NotFound},
		{"empty", "  ", "", claims.NotFound},
		{"only marks", "“”", "", claims.NotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start, end, grade, ok := claims.VerifyQuote(answer, tt.quote)
			if ok != (tt.want != "") || grade != tt.grade || answer[start:end] != tt.want {
				t.Errorf("got %q, %v, %v; want %q, %v", answer[start:end], grade, ok, tt.want, tt.grade)
			}
		})
	}
}

// perturbation changes a quote the way models do; the benign ones must still be found,
// the others must not.
type perturbation struct {
	name   string
	benign bool
	change func(*rand.Rand, string) (string, bool)
}

var perturbations = []perturbation{
	{"verbatim", true, func(_ *rand.Rand, q string) (string, bool) { return q, true }},
	{"tail cut", true, func(_ *rand.Rand, q string) (string, bool) {
		words := strings.Fields(q)
		return strings.Join(words[:len(words)*3/4], " "), true
	}},
	{"markup stripped", true, func(_ *rand.Rand, q string) (string, bool) {
		return strings.NewReplacer("*", "", "`", "", "_", "", "#", "").Replace(q), true
	}},
	{"typography", true, func(_ *rand.Rand, q string) (string, bool) {
		return strings.ToLower(strings.NewReplacer(`"`, "”", "'", "’", " - ", " – ").Replace(q)), true
	}},
	{"word dropped", true, func(r *rand.Rand, q string) (string, bool) {
		words := strings.Fields(q)
		for range 10 {
			// Numbers and negators are what a quote may not lose.
			i := 1 + r.IntN(len(words)-2)
			if plainWord(words[i]) {
				return strings.Join(append(words[:i:i], words[i+1:]...), " "), true
			}
		}
		return "", false
	}},
	{"negated", false, func(_ *rand.Rand, q string) (string, bool) {
		for _, verb := range []string{" is ", " are ", " was ", " were ", " can ", " will ", " has ", " have ", " should ", " may "} {
			if strings.Contains(q, verb) {
				return strings.Replace(q, verb, verb+"not ", 1), true
			}
		}
		return "", false
	}},
	{"digit altered", false, func(_ *rand.Rand, q string) (string, bool) {
		i := strings.IndexFunc(q, func(r rune) bool { return r >= '0' && r <= '9' })
		if i < 0 {
			return "", false
		}
		return q[:i] + string('0'+(q[i]-'0'+3)%10) + q[i+1:], true
	}},
}

func plainWord(w string) bool {
	w = strings.ToLower(w)
	for _, taken := range []string{"not", "no", "n't", "never", "without", "none", "neither", "nor", "nothing", "cannot", "fail", "lack", "less",
		"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "hundred", "thousand", "million", "refus", "den", "hardly", "rarely", "dozen"} {
		if strings.Contains(w, taken) {
			return false
		}
	}
	return !strings.ContainsFunc(w, unicode.IsDigit)
}

func TestVerifyQuoteOnPerturbedAnswers(t *testing.T) {
	const benignFloor, alteredCeiling = 0.99, 0.05
	random := rand.New(rand.NewPCG(1, 2))
	found := make([]tally, len(perturbations))
	for _, panel := range readPanels(t, "mt_bench") {
		for i, a := range panel.answers {
			spans := claims.Segment(a.Text)
			s := spans[random.IntN(len(spans))]
			quote := s.Text(a.Text)
			if s.Kind == claims.Code || len(strings.Fields(quote)) < 8 || len(strings.Fields(quote)) > 60 {
				continue
			}
			for j, p := range perturbations {
				changed, ok := p.change(random, quote)
				// Another place of the answer may say just what the altered quote says.
				if !ok || !p.benign && strings.Contains(a.Text, changed) {
					continue
				}
				_, _, _, ok = claims.VerifyQuote(a.Text, changed)
				found[j].add(ok)
				if ok != p.benign {
					t.Logf("%s: %q of answer %d", p.name, changed, i)
				}
			}
		}
	}
	for j, p := range perturbations {
		t.Logf("%-16s accepted %.3f of %d", p.name, found[j].share(), found[j].all)
		if found[j].all < 40 {
			t.Errorf("%s: only %d quotes", p.name, found[j].all)
		}
		if p.benign && found[j].share() < benignFloor || !p.benign && found[j].share() > alteredCeiling {
			t.Errorf("%s: accepted %.3f", p.name, found[j].share())
		}
	}
}
