package claims

import (
	"math"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// term is a unit of similarity: a stem, a number, or an n-gram of a script without
// spaces, by a hash of its text.
type term struct {
	key    uint64
	text   string
	weight float64 // 1, less for words of the context
}

// The constants of FNV-1a.
const (
	hashBasis = 14695981039346656037
	hashPrime = 1099511628211
)

// hashOf is FNV-1a with a prefix that keeps stems, numbers and n-grams apart.
func hashOf(prefix byte, s string) uint64 {
	h := uint64(hashBasis)
	h = (h ^ uint64(prefix)) * hashPrime
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * hashPrime
	}
	return h
}

// Names and numbers carry a statement more than other words do, and its subject, where
// another clause named it, less.
const (
	numberWeight  = 1.5
	nameWeight    = 1.3
	contextWeight = 0.5
)

func wordWeight(t token) float64 {
	if t.capital {
		return nameWeight
	}
	return 1
}

// termsOf collects the terms of a clause, sorted by key, each once.
func termsOf(tokens, context []token, numbers []Number) []term {
	out := make([]term, 0, len(tokens)+len(context))
	for _, t := range tokens {
		if inNumber(t, numbers) {
			continue
		}
		switch {
		case t.content():
			out = append(out, term{hashOf('w', t.stem), t.stem, wordWeight(t)})
		case t.kind == tokenWide:
			out = appendGrams(out, t.text)
		}
	}
	for _, t := range context {
		if t.content() {
			out = append(out, term{hashOf('w', t.stem), t.stem, contextWeight})
		}
	}
	for _, n := range numbers {
		out = appendNumber(out, n)
	}
	slices.SortFunc(out, func(a, b term) int {
		switch {
		case a.key < b.key:
			return -1
		case a.key > b.key:
			return 1
		case a.weight > b.weight:
			return -1
		case a.weight < b.weight:
			return 1
		}
		return 0
	})
	return slices.CompactFunc(out, func(a, b term) bool { return a.key == b.key })
}

// inNumber reports that a token is part of one of the numbers, which are in order.
func inNumber(t token, numbers []Number) bool {
	i, _ := slices.BinarySearchFunc(numbers, t.end, func(n Number, end int) int { return n.End - end })
	return i < len(numbers) && numbers[i].Start <= t.start && t.end <= numbers[i].End
}

// appendGrams adds the character n-grams of a run of a script without spaces that carry
// meaning: bigrams of Chinese characters, words in katakana whole, and bigrams of other
// scripts. Hiragana, which mostly writes endings and particles, is left out.
func appendGrams(out []term, run string) []term {
	add := func(gram string) { out = append(out, term{hashOf('g', gram), gram, 1}) }
	runes := []rune(run)
	for from := 0; from < len(runes); {
		to := from + 1
		for to < len(runes) && scriptOf(runes[to]) == scriptOf(runes[from]) {
			to++
		}
		piece := runes[from:to]
		switch script := scriptOf(runes[from]); {
		case script == hiragana:
		case script == katakana || len(piece) == 1:
			add(string(piece))
		default:
			for i := range len(piece) - 1 {
				add(string(piece[i : i+2]))
			}
		}
		from = to
	}
	return out
}

// script tells apart what is read in different ways.
type script uint8

const (
	otherScript script = iota
	han
	hiragana
	katakana
)

func scriptOf(r rune) script {
	switch {
	case r == 'ー' || unicode.Is(unicode.Katakana, r):
		return katakana
	case unicode.Is(unicode.Hiragana, r):
		return hiragana
	case r == '々' || unicode.Is(unicode.Han, r):
		return han
	}
	return otherScript
}

// appendNumber adds a number by its value, a date by its year and its day.
func appendNumber(out []term, n Number) []term {
	if n.Kind != Date {
		return append(out, numberTerm(n.Value))
	}
	add := func(text string) {
		out = append(out, term{hashOf('n', text), text, numberWeight})
	}
	if n.Value != 0 {
		add("y" + strconv.Itoa(int(n.Value)))
	}
	if n.High > n.Value && n.Range {
		add("y" + strconv.Itoa(int(n.High)))
	}
	if n.Month != 0 {
		add("m" + strconv.Itoa(n.Month*100+n.Day))
	}
	return out
}

func numberTerm(value float64) term {
	text := strconv.FormatFloat(value, 'g', 6, 64)
	return term{hashOf('n', text), text, numberWeight}
}

// gramsOf returns the sorted hashes of the 3- to 5-grams of a word with its ends
// marked.
func gramsOf(word string) []uint64 {
	const shortest, longest = 3, 5
	padded := "_" + word + "_"
	out := make([]uint64, 0, (longest-shortest+1)*len(padded))
	for i := range len(padded) {
		if !utf8.RuneStart(padded[i]) {
			continue
		}
		h := uint64(hashBasis)
		for n := 1; n <= longest && i+n <= len(padded); n++ {
			h = (h ^ uint64(padded[i+n-1])) * hashPrime
			if n >= shortest {
				out = append(out, h)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// gramSimilarity is the cosine of two words' sets of n-grams.
func gramSimilarity(a, b []uint64) float64 {
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	shared := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			shared, i, j = shared+1, i+1, j+1
		}
	}
	return float64(shared) / math.Sqrt(float64(len(a)*len(b)))
}
