package demo

import (
	"hash/fnv"
	"math/rand/v2"
	"unicode"
	"unicode/utf8"
)

// pieces cuts text into what this provider bills as tokens: a short word with the
// space before it, a part of a longer word, one sign, one ideograph. Joined they
// are the text again, byte for byte.
func pieces(text string) []string {
	var out []string
	for len(text) > 0 {
		n := pieceLen(text)
		out = append(out, text[:n])
		text = text[n:]
	}
	return out
}

// longestPiece is how many letters of a word fit one token.
const longestPiece = 7

// pieceLen is the length in bytes of the first piece of text, which is not empty.
func pieceLen(text string) int {
	first, n := utf8.DecodeRuneInString(text)
	if first == ' ' && n < len(text) {
		next, size := utf8.DecodeRuneInString(text[n:])
		if !isLetter(next) {
			return n
		}
		first = next
		n += size
	}
	if !isLetter(first) {
		return n
	}
	for letters := 1; letters < longestPiece && n < len(text); letters++ {
		r, size := utf8.DecodeRuneInString(text[n:])
		if !isLetter(r) {
			break
		}
		n += size
	}
	return n
}

// isLetter reports letters and digits of scripts that put spaces between words.
func isLetter(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !isWide(r)
}

// isWide reports ideographs, kana and hangul, which stand for a token each.
func isWide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

// countPieces is len(pieces(text)) without building them.
func countPieces(text string) int {
	n := 0
	for ; len(text) > 0; n++ {
		text = text[pieceLen(text):]
	}
	return n
}

// grouped joins neighbouring pieces into the deltas of a stream: one to most
// pieces each, as upstreams batch what they send.
func grouped(text string, most int, rng *rand.Rand) []delta {
	var out []delta
	for len(text) > 0 {
		n, tokens := 0, 1+rng.IntN(most)
		taken := 0
		for ; taken < tokens && n < len(text); taken++ {
			n += pieceLen(text[n:])
		}
		out = append(out, delta{text: text[:n], tokens: taken})
		text = text[n:]
	}
	return out
}

// delta is a fragment of an answer and how many tokens it is worth.
type delta struct {
	text   string
	tokens int
}

// random gives the source of all choices for one request: the same words, the same
// choices.
func random(seed uint64, words ...string) *rand.Rand {
	h := fnv.New64a()
	for _, w := range words {
		_, _ = h.Write([]byte(w))
		_, _ = h.Write([]byte{0})
	}
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}
