package claims

import "strings"

// stem brings the inflected forms of an English word together, and a few everyday
// synonyms. It is light on purpose: derived words (nation, national) stay apart. Words
// of other languages pass through mostly unchanged.
func stem(word string) string {
	s := inflected(word)
	if same, ok := synonyms[s]; ok {
		return same
	}
	return s
}

// inflected undoes plurals, -ed, -ing and the irregular forms of the list.
func inflected(word string) string {
	if s, ok := words.irregular[word]; ok {
		return s
	}
	if len(word) < 4 || !ascii(word) {
		return word
	}
	switch {
	case strings.HasSuffix(word, "ies") && len(word) > 4:
		return word[:len(word)-3] + "y"
	case strings.HasSuffix(word, "sses"), strings.HasSuffix(word, "xes"),
		strings.HasSuffix(word, "ches"), strings.HasSuffix(word, "shes"):
		return word[:len(word)-2]
	case strings.HasSuffix(word, "ss"), strings.HasSuffix(word, "us"), strings.HasSuffix(word, "is"):
		return word
	case strings.HasSuffix(word, "s"):
		return bare(word[:len(word)-1])
	case strings.HasSuffix(word, "ied") && len(word) > 4:
		return word[:len(word)-3] + "y"
	case strings.HasSuffix(word, "eed"):
		return word
	case strings.HasSuffix(word, "ed") && vowelIn(word[:len(word)-2]):
		return bare(undouble(word[:len(word)-2]))
	case strings.HasSuffix(word, "ing") && len(word) > 5 && vowelIn(word[:len(word)-3]):
		return bare(undouble(word[:len(word)-3]))
	}
	return bare(word)
}

// bare drops a final e, so that "release" meets what is left of "released".
func bare(word string) string {
	if len(word) > 3 && word[len(word)-1] == 'e' {
		return word[:len(word)-1]
	}
	return word
}

// undouble gives "stop" for "stopp".
func undouble(word string) string {
	n := len(word)
	if n > 3 && word[n-1] == word[n-2] && !strings.ContainsRune("lsz", rune(word[n-1])) {
		return word[:n-1]
	}
	return word
}

func vowelIn(s string) bool { return strings.ContainsAny(s, "aeiouy") }
