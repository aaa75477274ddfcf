package demo

import (
	"strings"
	"unicode"
)

// closeEnough is the share of words two phrasings must have in common to count as
// the same question.
const closeEnough = 0.6

// find is the script a question belongs to, nil when there is none.
func (s *Server) find(question string) *script {
	asked := newBag(question)
	var best *script
	top := 0.0
	for _, sc := range s.scripts {
		if score := sc.score(asked); score > top {
			best, top = sc, score
		}
	}
	return best
}

// score is how well a question fits: 0 for not at all, 1 for the very words.
func (sc *script) score(asked bag) float64 {
	top := 0.0
	for _, phrase := range append([]string{sc.prompt}, sc.rules.Also...) {
		if d := asked.dice(newBag(phrase)); d >= closeEnough {
			top = max(top, d)
		}
	}
	// Keywords hit on the words of a question, not somewhere in a pasted page.
	short := len(asked.words) <= 20+3*len(newBag(sc.prompt).words)
	if top == 0 && short && len(sc.rules.Keywords) > 0 && asked.hits(sc.rules.Keywords) {
		top = closeEnough
	}
	return top
}

// bag is a text as a set of words, with the text itself in plain form.
type bag struct {
	words map[string]bool
	plain string // lower case words between single spaces, with one at either end
}

// newBag splits text into words without the ones that say nothing. Scripts without
// spaces count by pairs of characters.
func newBag(text string) bag {
	b := bag{words: map[string]bool{}}
	var plain strings.Builder
	plain.WriteByte(' ')
	for _, w := range words(text) {
		plain.WriteString(w)
		plain.WriteByte(' ')
		if !stopWords[w] {
			b.words[stem(w)] = true
		}
	}
	b.plain = plain.String()
	return b
}

// words are the lower case words of text; runs of ideographs and kana give every
// pair of neighbours.
func words(text string) []string {
	var out []string
	var word, wide []rune
	end := func() {
		if len(word) > 0 {
			out = append(out, string(word))
		}
		if len(wide) == 1 {
			out = append(out, string(wide))
		}
		for i := 1; i < len(wide); i++ {
			out = append(out, string(wide[i-1:i+1]))
		}
		word, wide = nil, nil
	}
	for _, r := range strings.ToLower(text) {
		switch {
		case isWide(r) || r == 'ー':
			if len(word) > 0 {
				end()
			}
			wide = append(wide, r)
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if len(wide) > 0 {
				end()
			}
			word = append(word, r)
		case r == '\'' || r == '’':
		default:
			end()
		}
	}
	end()
	return out
}

// stem drops the endings that most often differ between two phrasings.
func stem(w string) string {
	for _, end := range []string{"ing", "ed", "es", "s"} {
		if cut, ok := strings.CutSuffix(w, end); ok && len(cut) >= 3 {
			return cut
		}
	}
	return w
}

// dice is twice the common words over all words, 0 to 1.
func (b bag) dice(c bag) float64 {
	if len(b.words) == 0 || len(c.words) == 0 {
		return 0
	}
	common := 0
	for w := range b.words {
		if c.words[w] {
			common++
		}
	}
	return 2 * float64(common) / float64(len(b.words)+len(c.words))
}

// hits reports that some word or phrase of every group occurs. Phrases are compared
// in plain form, so they begin and end at word borders; ideographs need no borders.
func (b bag) hits(groups [][]string) bool {
	for _, group := range groups {
		found := false
		for _, phrase := range group {
			found = found || strings.Contains(b.plain, newBag(phrase).plain)
		}
		if !found {
			return false
		}
	}
	return true
}

// stopWords are words that do not tell one question from another. Read only.
var stopWords = set("a an the is are was were be do does did can could will would should i you we it its this that " +
	"of in on at to for from with and or but if as by about into me my our your what which who how why when where " +
	"there please tell explain give show so some any not no really actually than then them they these those have has")

func set(list string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(list) {
		out[w] = true
	}
	return out
}
