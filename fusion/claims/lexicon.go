package claims

import (
	"embed"
	"strconv"
	"strings"
)

// The word lists are data, a file each: entries are lines, comments follow '#'. They
// are read once and never change.
//
//go:embed lexicon/*.txt
var lexicon embed.FS

// wordSet is a read-only set of lower-case words.
type wordSet map[string]struct{}

func (s wordSet) has(word string) bool {
	_, ok := s[word]
	return ok
}

// words holds every list.
var words = struct {
	neverEnds, mayEnd, starters wordSet
	stop, negators, verbs, once wordSet
	frameStop, partial          wordSet
	unfinished                  wordSet
	irregular                   map[string]string // form to stem
	months                      map[string]int    // 1 to 12
	ordinals                    map[string]int    // "first" is 1
	numbers, scales             map[string]float64
	units                       map[string]unit
}{
	neverEnds:  readSet("abbreviations"),
	mayEnd:     readSet("may_end"),
	starters:   readSet("starters"),
	stop:       readSet("stop"),
	negators:   readSet("negators"),
	verbs:      readSet("verbs"),
	once:       readSet("once"),
	frameStop:  readSet("frame_stop"),
	partial:    readSet("partial"),
	unfinished: readSet("unfinished"),
	irregular:  readForms("irregular"),
	months:     readRanks("months"),
	ordinals:   readRanks("ordinals"),
	numbers:    readValues("numbers"),
	scales:     readValues("scales"),
	units:      readUnits("units"),
}

// readSet reads a list of words.
func readSet(name string) wordSet {
	set := wordSet{}
	for _, entry := range readEntries(name) {
		for _, word := range entry {
			set[word] = struct{}{}
		}
	}
	return set
}

// synonyms holds, by stem, the stem of the word that stands for it.
var synonyms = readSynonyms("synonyms")

// readSynonyms reads lines of words of one meaning.
func readSynonyms(name string) map[string]string {
	same := map[string]string{}
	for _, entry := range readEntries(name) {
		for _, word := range entry {
			same[inflected(word)] = inflected(entry[0])
		}
	}
	return same
}

// opposites holds pairs of opposite stems as "stem stem".
var opposites = readPairs("antonyms")

// readPairs reads lines of two words.
func readPairs(name string) wordSet {
	set := wordSet{}
	for _, entry := range readEntries(name) {
		if len(entry) == 2 {
			set[stem(entry[0])+" "+stem(entry[1])] = struct{}{}
		}
	}
	return set
}

// readForms reads lines of a word and its forms, and gives each the word's stem; the
// word is a form of itself.
func readForms(name string) map[string]string {
	forms := map[string]string{}
	for _, entry := range readEntries(name) {
		for _, word := range entry {
			forms[word] = bare(entry[0])
		}
	}
	return forms
}

// readRanks reads lines of equal words and gives each the number of its line, from 1.
func readRanks(name string) map[string]int {
	ranks := map[string]int{}
	for i, entry := range readEntries(name) {
		for _, word := range entry {
			ranks[word] = i + 1
		}
	}
	return ranks
}

// readValues reads lines of a value and the words for it.
func readValues(name string) map[string]float64 {
	values := map[string]float64{}
	for _, entry := range readEntries(name) {
		value, err := strconv.ParseFloat(entry[0], 64)
		if err != nil {
			continue
		}
		for _, word := range entry[1:] {
			values[word] = value
		}
	}
	return values
}

// readUnits reads lines of a dimension, a factor and the names of a unit.
func readUnits(name string) map[string]unit {
	units := map[string]unit{}
	for _, entry := range readEntries(name) {
		factor, err := strconv.ParseFloat(entry[1], 64)
		if err != nil {
			continue
		}
		for _, word := range entry[2:] {
			units[word] = unit{entry[0], factor}
		}
	}
	return units
}

// readEntries returns the words of each line that is not blank or a comment. An
// absent list is empty; the tests hold that none is.
func readEntries(name string) [][]string {
	text, err := lexicon.ReadFile("lexicon/" + name + ".txt")
	if err != nil {
		return nil
	}
	var out [][]string
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		if fields := strings.Fields(line); len(fields) > 0 {
			out = append(out, fields)
		}
	}
	return out
}
