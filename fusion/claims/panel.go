package claims

import (
	"math"
	"slices"
)

// panel is what similarity needs to know about all answers together.
type panel struct {
	digests []*digest
	units   []unitRef           // every clause, by answer, then by place
	vectors []vector            // by unit
	df      map[uint64]int      // in how many units a term stands
	prompt  map[uint64]bool     // terms of the question, which say nothing here
	grams   map[uint64][]uint64 // character n-grams of the stems, by term
}

// unitRef places a clause: answer and index among the digest's clauses.
type unitRef struct{ answer, clause int }

// vector is a clause as similarity sees it: its terms without those of the question,
// with their idf.
type vector struct {
	keys []uint64 // ascending
	idf  []float64
	sum  float64 // of idf
	norm float64 // Euclidean length of idf
	wide bool
}

func newPanel(question string, digests []*digest) *panel {
	p := &panel{digests: digests, df: map[uint64]int{}, prompt: map[uint64]bool{}, grams: map[uint64][]uint64{}}
	p.addQuestion(question)
	for a, d := range digests {
		for c := range d.clauses {
			p.units = append(p.units, unitRef{a, c})
			for _, t := range d.clauses[c].terms {
				p.df[t.key]++
			}
		}
	}
	p.vectors = make([]vector, len(p.units))
	for i := range p.units {
		c := p.clause(i)
		p.vectors[i] = p.vectorOf(c.terms, c.wide)
	}
	return p
}

func (p *panel) clause(unit int) *clause {
	u := p.units[unit]
	return &p.digests[u.answer].clauses[u.clause]
}

// addQuestion notes the words of the question, so that answers are not alike for
// repeating them. Its numbers stay: an answer may have to get them right.
func (p *panel) addQuestion(question string) {
	tokens := tokenize(question, 0, len(question))
	for _, t := range termsOf(tokens, nil, findNumbers(tokens)) {
		if t.key != hashOf('n', t.text) {
			p.prompt[t.key] = true
		}
	}
}

// idf weighs a term by how few clauses have it.
func (p *panel) idf(key uint64) float64 {
	return math.Log(1 + float64(len(p.units)+1)/float64(p.df[key]+1))
}

// vectorOf weighs the terms that the question does not have.
func (p *panel) vectorOf(terms []term, wide bool) vector {
	own := make([]term, 0, len(terms))
	for _, t := range terms {
		if !p.prompt[t.key] {
			own = append(own, t)
		}
	}
	return p.weigh(own, wide)
}

// weigh makes a vector of terms.
func (p *panel) weigh(terms []term, wide bool) vector {
	v := vector{keys: make([]uint64, 0, len(terms)), idf: make([]float64, 0, len(terms)), wide: wide}
	for _, t := range terms {
		w := p.idf(t.key) * t.weight
		v.keys = append(v.keys, t.key)
		v.idf = append(v.idf, w)
		v.sum += w
		v.norm += w * w
		if _, ok := p.grams[t.key]; !ok && !wide {
			p.grams[t.key] = gramsOf(t.text)
		}
	}
	v.norm = math.Sqrt(v.norm)
	return v
}

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
func (p *panel) score(a, b *vector, f1 float64) float64 {
	if a.wide && b.wide {
		return p.cosine(a, b)
	}
	if f1 < rescoreFloor {
		return f1 / 2
	}
	return (f1 + p.cosine(a, b)) / 2
}

// containShare is how much it counts that all of a is in b, against both being alike.
const containShare = 0.3

// support returns how far b says what a says, 0 to 1: their score, raised where b says
// it among other things. It is not symmetric.
func (p *panel) support(a, b *vector) float64 {
	there, _ := p.compare(a, b)
	return there.score
}

// compare returns how far b says what a says, and a what b says.
func (p *panel) compare(a, b *vector) (there, back link) {
	if a.sum == 0 || b.sum == 0 {
		return link{}, link{}
	}
	f1 := overlap(a, b)
	shared := f1 * (a.sum + b.sum) / 2
	alike := p.score(a, b, f1)
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
func (p *panel) cosine(a, b *vector) float64 {
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
	for _, x := range restA[:na] {
		best := 0.0
		for _, y := range restB[:nb] {
			best = max(best, a.idf[x]*b.idf[y]*gramSimilarity(p.grams[a.keys[x]], p.grams[b.keys[y]]))
		}
		dot += best
	}
	return min(1, dot/(a.norm*b.norm))
}

// vetoed reports that the numbers of two clauses rule out that they say the same.
func vetoed(a, b *clause) bool {
	for _, n := range a.numbers {
		differs, agrees := false, false
		for _, m := range b.numbers {
			switch relate(n, m) {
			case differ:
				differs = true
			case agree:
				agrees = true
			}
		}
		if differs && !agrees {
			return true
		}
	}
	return false
}

// link leads from a unit to another that is similar.
type link struct {
	unit  int
	score float64 // how far it says what the unit says
	alike float64 // the same without regard to direction
}

// links finds for every unit those of all answers that support it by linkFloor or more,
// best first. Numbers are not looked at yet.
func (p *panel) links() [][]link {
	postings := p.postings()
	out := make([][]link, len(p.units))
	shared := make([]float64, len(p.units))
	var touched []int
	for u := range p.units {
		v := &p.vectors[u]
		touched = touched[:0]
		for i, key := range v.keys {
			for _, post := range postings[key] {
				if post.unit <= u {
					continue
				}
				if shared[post.unit] == 0 {
					touched = append(touched, post.unit)
				}
				shared[post.unit] += v.idf[i] + post.score
			}
		}
		slices.Sort(touched)
		for _, w := range touched {
			possible := shared[w]/(v.sum+p.vectors[w].sum) >= rescoreFloor || v.wide
			shared[w] = 0
			if !possible {
				continue
			}
			there, back := p.compare(v, &p.vectors[w])
			if there.score >= linkFloor {
				there.unit = w
				out[u] = append(out[u], there)
			}
			if back.score >= linkFloor {
				back.unit = u
				out[w] = append(out[w], back)
			}
		}
	}
	for u := range out {
		slices.SortFunc(out[u], byScore)
	}
	return out
}

func byScore(a, b link) int {
	switch {
	case a.score > b.score:
		return -1
	case a.score < b.score:
		return 1
	}
	return a.unit - b.unit
}

// maxPostings bounds how many units a term may lead to; more frequent ones tell too
// little to be worth following.
const maxPostings = 160

// postings lists for each term the units that have it, with the term's weight there.
func (p *panel) postings() map[uint64][]link {
	out := make(map[uint64][]link, len(p.df))
	for u := range p.vectors {
		v := &p.vectors[u]
		for i, key := range v.keys {
			if p.df[key] <= maxPostings {
				out[key] = append(out[key], link{u, v.idf[i], 0})
			}
		}
	}
	return out
}
