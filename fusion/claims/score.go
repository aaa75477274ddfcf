package claims

// matchFloor is the support from which one clause is taken to say what another says,
// alikeFloor the score both must have besides, rescoreFloor the word overlap from which
// spelling is looked at, and linkFloor the least support that is kept at all.
const (
	matchFloor   = 0.5
	alikeFloor   = 0.45
	rescoreFloor = 0.3
	linkFloor    = 0.25
)

// score returns how alike two vectors are, 0 to 1: the mean of the idf-weighted F1 of
// their words and the cosine of their characters. Only the latter counts for scripts
// without spaces, whose terms are n-grams already.
func score(a, b *vector, f1 float64) float64 {
	if a.wide && b.wide {
		return cosine(a, b)
	}
	if f1 < rescoreFloor {
		return f1 / 2
	}
	return (f1 + cosine(a, b)) / 2
}

// containShare is how much it counts that all of a is in b, against both being alike.
const containShare = 0.3

// support returns how far b says what a says, 0 to 1: their score, raised where b says
// it among other things. It is not symmetric.
func support(a, b *vector) float64 {
	there, _ := compare(a, b)
	return there.score
}

// compare returns how far b says what a says, and a what b says.
func compare(a, b *vector) (there, back link) {
	if a.sum == 0 || b.sum == 0 {
		return link{}, link{}
	}
	f1 := overlap(a, b)
	shared := f1 * (a.sum + b.sum) / 2
	alike := score(a, b, f1)
	there = link{score: (1-containShare)*alike + containShare*min(1, shared/a.sum), alike: alike}
	back = link{score: (1-containShare)*alike + containShare*min(1, shared/b.sum), alike: alike}
	return there, back
}

// overlap is the idf-weighted F1 of two sets of terms.
func overlap(a, b *vector) float64 {
	shared := 0.0
	for i, j := 0, 0; i < len(a.keys) && j < len(b.keys); {
		switch {
		case a.keys[i] < b.keys[j]:
			i++
		case a.keys[i] > b.keys[j]:
			j++
		default:
			shared += a.idf[i] + b.idf[j]
			i, j = i+1, j+1
		}
	}
	if shared == 0 {
		return 0
	}
	return shared / (a.sum + b.sum)
}

// cosine is the soft cosine of two vectors: equal terms count in full, different words
// by the n-grams they share, so that spelling and derivation matter less.
func cosine(a, b *vector) float64 {
	dot := 0.0
	var restA, restB [16]int
	na, nb := 0, 0
	i, j := 0, 0
	for i < len(a.keys) || j < len(b.keys) {
		switch {
		case j >= len(b.keys) || i < len(a.keys) && a.keys[i] < b.keys[j]:
			if na < len(restA) {
				restA[na], na = i, na+1
			}
			i++
		case i >= len(a.keys) || a.keys[i] > b.keys[j]:
			if nb < len(restB) {
				restB[nb], nb = j, nb+1
			}
			j++
		default:
			dot += a.idf[i] * b.idf[j]
			i, j = i+1, j+1
		}
	}
	if a.wide || b.wide {
		na, nb = 0, 0
	}
	for _, x := range restA[:na] {
		best := 0.0
		for _, y := range restB[:nb] {
			best = max(best, a.idf[x]*b.idf[y]*gramSimilarity(a.grams[x], b.grams[y]))
		}
		dot += best
	}
	return min(1, dot/(a.norm*b.norm))
}
