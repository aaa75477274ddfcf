package claims_test

import (
	"strings"
	"testing"

	"assay/fusion/claims"
)

// panelOf makes a panel of texts.
func panelOf(texts ...string) []claims.Answer {
	var out []claims.Answer
	for i, text := range texts {
		out = append(out, claims.Answer{Lane: i, Text: text})
	}
	return out
}

// stances writes the conflicts of a panel: kind, then the stances.
func stances(r *claims.Result) string {
	var out []string
	for _, c := range r.Conflicts {
		var sides []string
		for _, s := range c.Sides {
			sides = append(sides, s.Stance)
		}
		out = append(out, c.Kind+" "+strings.Join(sides, " / "))
	}
	return strings.Join(out, "; ")
}

func TestConflicts(t *testing.T) {
	const bio = "Tell me about Ann Lee."
	tests := []struct {
		name, question string
		answers        []string
		want           string
	}{
		{"birth", bio, []string{"Ann Lee (born May 3, 1941) is a poet.", "Ann Lee was born in Rome on May 4, 1941."}, "date May 3, 1941 / May 4, 1941"},
		{"birth, three sides", bio, []string{"She was born in 1941.", "Ann Lee was born in 1943.", "Born in 1941, she sings."}, "date 1941 / 1943 / 1941"},
		{"less exact", bio, []string{"She was born in May 1941.", "She was born on May 3, 1941."}, ""},
		{"decade", bio, []string{"She was born in the 1940s.", "She was born on May 3, 1941."}, ""},
		{"birth and death", bio, []string{"She was born in 1941.", "She died in 1993."}, ""},
		{"another's birth", bio, []string{"Ann Lee was born in 1941.", "Her son was born in 1970."}, ""},
		{"founding", "", []string{"Acme was founded in 1931 in Ohio.", "Acme was founded in 1936."}, "date 1931 / 1936"},
		{"list of prizes", "", []string{"Acme won the Ox Prize in 1999. Acme won the Ox Prize in 2003.", "Acme won the Ox Prize in 2001."}, ""},
		{"different things", "", []string{"Acme released the album Sun in 1999.", "Acme released the album Moon in 2001."}, ""},
		{"from and until", "", []string{"Smith served as mayor from 1995.", "Smith served as mayor until 2003."}, ""},
		{"spans", "", []string{"Smith served as mayor from 1995 to 2003.", "Smith served as mayor from 1995 to 2004."}, "date 1995 to 2003 / 1995 to 2004"},
		{"count", "", []string{"The brain has four lobes.", "The brain has five lobes."}, "number four / five"},
		{"qualified count", "", []string{"Smith directed two films.", "Smith directed four short animated films in Ohio."}, ""},
		{"bound", "", []string{"The tower has over 500 steps.", "The tower has 620 steps."}, ""},
		{"units", "", []string{"The road is 5 miles long.", "The road is 8 km long."}, ""},
		{"rounded", "", []string{"The city has 1.5 million inhabitants.", "The city has 1,520,000 inhabitants."}, ""},
		{"about", "", []string{"The city has about 100 churches.", "The city has 96 churches."}, ""},
		{"negation", "", []string{"Antibiotics work against viral infections.", "Antibiotics do not work against viral infections."},
			"negation Antibiotics work against viral infections / Antibiotics do not work against viral infections"},
		{"not only", "", []string{"Antibiotics work against viral infections.", "Antibiotics do not only work against viral infections."}, ""},
		{"weaker denial", "", []string{"Penguins swim in cold water.", "Penguins do not swim in cold water near the harbour."}, ""},
		{"antonym", "", []string{"Raising interest rates tends to increase mortgage demand.", "Raising interest rates tends to decrease mortgage demand."}, "antonym increase / decrease"},
		{"both said", "", []string{"Raising rates tends to increase mortgage costs. Cutting rates tends to decrease mortgage costs.", "Cutting rates tends to decrease mortgage costs."}, ""},
		{"entity", "", []string{"The treaty was signed in the palace of Paris.", "The treaty was signed in the palace of Vienna."}, "entity Paris / Vienna"},
		{"longer name", "", []string{"The treaty was signed in the palace of Paris.", "The treaty was signed in the palace of Paris Saint Cloud."}, ""},
		{"yes and no", "Is tomato a fruit?", []string{"Yes, botanically it is.", "**No.** It is a vegetable.", "Many say so."}, "answer Yes / No"},
		{"no one", "Is tomato a fruit?", []string{"Yes, it is.", "No one doubts it."}, ""},
		{"or is no yes-or-no", "Is tomato a fruit or a vegetable?", []string{"Yes.", "No."}, ""},
		{"choice", "Which?\nA) red\nB) blue", []string{"The correct answer is B) blue.", "(A) red", "Answer: **B**"}, "answer B / A / B"},
		{"final number", "What is the sum of 17 and 25?", []string{"17 + 25 = 42", "So the answer is 43.", "The sum is therefore \\boxed{42}."}, "answer 42 / 43 / 42"},
		{"same number", "What is the probability?", []string{"The answer is 0.5.", "The answer is 1/2.", "The answer is 50%."}, ""},
		{"suppositions", "", []string{"If the valve is open, the pump runs.", "If the valve is not open, the pump runs."}, ""},
		{"questions", "", []string{"Did Acme open in 1931?", "Did Acme open in 1936?"}, ""},
		{"notes in brackets", "", []string{"- Introduction (10 minutes)", "- Introduction (5 minutes)"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			answers := panelOf(tt.answers...)
			r := claims.Analyze(tt.question, answers)
			checkResult(t, answers, r)
			if got := stances(r); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			for _, c := range r.Conflicts {
				sure := c.Kind == claims.ConflictAnswer || c.Kind == claims.ConflictNumber || c.Kind == claims.ConflictDate
				if c.Likely != sure {
					t.Errorf("%s conflict is likely: %v", c.Kind, c.Likely)
				}
			}
		})
	}
}

func TestConflictsMarkClaims(t *testing.T) {
	r := claims.Analyze("Tell me about Ann Lee.", panelOf(
		"Ann Lee was born in 1941.", "She was born in 1941.", "Ann Lee was born in 1943."))
	if len(r.Claims) != 2 {
		t.Fatalf("claims: %+v", r.Claims)
	}
	first := r.Claims[0]
	if len(first.Support) != 2 || len(first.Contradict) != 1 || first.Contradict[0].Answer != 2 {
		t.Errorf("claim: %+v", first)
	}
}

func TestAnswerConflictsComeFirst(t *testing.T) {
	r := claims.Analyze("Was Acme founded in the thirties?", panelOf(
		"Yes. Acme was founded in 1931 in Ohio.", "No. Acme was founded in 1946."))
	if got := stances(r); got != "answer Yes / No; date 1931 / 1946" {
		t.Error(got)
	}
	if r.Conflicts[0].ID != "x1" || r.Conflicts[1].ID != "x2" {
		t.Errorf("ids: %+v", r.Conflicts)
	}
}

func TestRefusalsAndPartialAnswersTakeNoStance(t *testing.T) {
	answers := panelOf("Acme was founded in 1931 in Ohio.", "I cannot say whether Acme was founded in 1936.", "The answer is 4")
	answers[1].Abstains = true
	answers[2].Partial = true
	r := claims.Analyze("", answers)
	if len(r.Conflicts) != 0 {
		t.Errorf("conflicts: %q", stances(r))
	}
	for _, c := range r.Claims {
		for _, s := range c.Support {
			if s.Answer == 1 {
				t.Errorf("a refusal supports %q", c.Text)
			}
		}
	}
	if len(r.Spans[1]) != 1 {
		t.Errorf("a refusal has no spans: %v", r.Spans)
	}
}
