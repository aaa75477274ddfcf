package claims

import (
	"slices"
	"strings"
	"testing"
)

func TestClauses(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"one", "Cats chase mice.", []string{"Cats chase mice"}},
		{"semicolon", "Cats chase mice; dogs fetch sticks.", []string{"Cats chase mice", "dogs fetch sticks"}},
		{"shared subject", "Ann Lee was born in 1941 and died in 1993.", []string{"Ann Lee was born in 1941", "died in 1993"}},
		{"words joined", "Ann Lee was a poet and painter.", []string{"Ann Lee was a poet and painter"}},
		{"own subject", "Ann Lee wrote poems, and she taught maths.", []string{"Ann Lee wrote poems", "she taught maths"}},
		{"relative", "Ann Lee, who was born in 1941, was a poet.", []string{"Ann Lee, who was born in 1941", "was a poet"}},
		{"which", "Ann Lee wrote Sun, which won the Ox Prize.", []string{"Ann Lee wrote Sun", "which won the Ox Prize"}},
		{"participle", "Ann Lee is a poet born on May 3, 1941, in Rome.", []string{"Ann Lee is a poet", "born on May 3, 1941, in Rome"}},
		{"bracket", "The act (also known as the Lee Act) was repealed in 1950.", []string{"The act (also known as the Lee Act)", "was repealed in 1950"}},
		{"quiet bracket", "The Federal Trade Commission (FTC) enforces it.", []string{"The Federal Trade Commission (FTC) enforces it"}},
		{"citation", "Ann Lee was born in 1941[1].", []string{"Ann Lee was born in 1941"}},
		{"emphasis", "**Copper** conducts heat.", []string{"**Copper** conducts heat"}},
		{"japanese", "東京は首都です。", []string{"東京は首都です"}},
		{"marks only", "?!", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := digestOf(tt.text)
			var got []string
			for _, c := range d.clauses {
				got = append(got, tt.text[c.Start:c.End])
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestClausesKeepTheirSubject(t *testing.T) {
	d := digestOf("Nagibin was born in Moscow and studied law. He married six times.")
	for _, c := range d.clauses {
		if len(c.subject) != 1 || c.subject[0].text != "nagibin" {
			t.Errorf("%q is about %v", d.text[c.Start:c.End], c.subject)
		}
	}
	if second := d.clauses[1]; len(second.context) != 1 || second.context[0].text != "nagibin" {
		t.Errorf("context: %v", second.context)
	}
}

func TestStem(t *testing.T) {
	groups := [][]string{
		{"film", "films", "movie"}, {"release", "released", "releasing"}, {"study", "studies", "studied"}, {"stop", "stopped", "stopping"},
		{"buy", "purchased", "purchasing"}, {"write", "wrote", "written", "writing"}, {"box", "boxes"}, {"class", "classes"}, {"city", "cities"}, {"founded", "founding"},
	}
	for _, g := range groups {
		for _, w := range g[1:] {
			if stem(w) != stem(g[0]) {
				t.Errorf("%s → %s, %s → %s", w, stem(w), g[0], stem(g[0]))
			}
		}
	}
	for _, pair := range [][2]string{{"nation", "national"}, {"find", "founded"}, {"bus", "busy"}, {"red", "read"}, {"sing", "single"}} {
		if stem(pair[0]) == stem(pair[1]) {
			t.Errorf("%s and %s meet", pair[0], pair[1])
		}
	}
}

func TestTokensFold(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Don't STOP", "do not stop"},
		{"can’t won't it's Lee's", "can not will not it lee"},
		{"São Ｐaulo １２", "sao paulo 12"},
		{"東京 café", "東京 cafe"},
	}
	for _, tt := range tests {
		var got []string
		for _, token := range tokenize(tt.text, 0, len(tt.text)) {
			got = append(got, token.text)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%q: got %q", tt.text, got)
		}
	}
}

func TestLexiconIsThere(t *testing.T) {
	files, err := lexicon.ReadDir("lexicon")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d lists: %v", len(files), err)
	}
	for _, f := range files {
		if len(readEntries(strings.TrimSuffix(f.Name(), ".txt"))) == 0 {
			t.Errorf("%s is empty", f.Name())
		}
	}
	for name, n := range map[string]int{
		"stop": len(words.stop), "negators": len(words.negators), "verbs": len(words.verbs), "once": len(words.once), "units": len(words.units),
		"months": len(words.months), "numbers": len(words.numbers), "scales": len(words.scales), "ordinals": len(words.ordinals), "opposites": len(opposites),
		"partial": len(words.partial), "frame": len(words.frameStop), "unfinished": len(words.unfinished), "synonyms": len(synonyms),
		"irregular": len(words.irregular), "abbreviations": len(words.neverEnds), "may_end": len(words.mayEnd), "starters": len(words.starters),
	} {
		if n == 0 {
			t.Errorf("the list %s was not read", name)
		}
	}
	if len(words.months) < 23 || words.months["december"] != 12 {
		t.Errorf("months: %v", words.months)
	}
}
