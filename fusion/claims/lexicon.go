package claims

import (
	_ "embed"
	"strings"
)

// The word lists are data: one file each, words separated by white space, comments
// after '#'. They are read once and never change.
var (
	//go:embed lexicon/abbreviations.txt
	abbreviationsText string
	//go:embed lexicon/may_end.txt
	mayEndText string
	//go:embed lexicon/starters.txt
	startersText string
)

// wordSet is a read-only set of lower-case words.
type wordSet map[string]struct{}

func (s wordSet) has(word string) bool {
	_, ok := s[word]
	return ok
}

// words holds every list.
var words = struct {
	neverEnds, mayEnd, starters wordSet
}{
	neverEnds: parseWords(abbreviationsText),
	mayEnd:    parseWords(mayEndText),
	starters:  parseWords(startersText),
}

func parseWords(text string) wordSet {
	set := wordSet{}
	for _, entry := range entries(text) {
		for _, word := range strings.Fields(entry) {
			set[word] = struct{}{}
		}
	}
	return set
}

// entries returns the lines of a list that are not blank or comments.
func entries(text string) []string {
	var out []string
	for entry := range strings.Lines(text) {
		entry, _, _ = strings.Cut(entry, "#")
		if entry = strings.TrimSpace(entry); entry != "" {
			out = append(out, entry)
		}
	}
	return out
}
