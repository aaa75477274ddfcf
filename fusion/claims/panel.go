package claims

import "math"

// panel is what similarity needs to know about all answers together. Once made it does
// not change.
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
	keys  []uint64 // ascending
	idf   []float64
	grams [][]uint64 // by key: the character n-grams of the term; none if wide
	sum   float64    // of idf
	norm  float64    // Euclidean length of idf
	wide  bool
}

func newPanel(question string, digests []*digest) *panel {
	p := &panel{digests: digests, df: map[uint64]int{}, prompt: map[uint64]bool{}, grams: map[uint64][]uint64{}}
	p.addQuestion(question)
	for a, d := range digests {
		for c := range d.clauses {
			p.units = append(p.units, unitRef{a, c})
			for _, t := range d.clauses[c].terms {
				p.df[t.key]++
				if p.df[t.key] == 1 && !d.clauses[c].wide {
					p.grams[t.key] = gramsOf(t.text)
				}
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
// repeating them. Its numbers stay: an answer may have to get them right. Of a long
// question only both ends are taken, where instructions stand: the rest is material, and
// answers that use its words do say something.
func (p *panel) addQuestion(question string) {
	const (
		long = 1500 // bytes
		ends = 600
	)
	pieces := []string{question}
	if len(question) > long {
		pieces = []string{question[:boundary(question, ends)], question[boundary(question, len(question)-ends):]}
	}
	for _, piece := range pieces {
		tokens := tokenize(piece, 0, len(piece))
		for _, t := range termsOf(tokens, nil, findNumbers(tokens)) {
			if t.key != hashOf('n', t.text) {
				p.prompt[t.key] = true
			}
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
	if !wide {
		v.grams = make([][]uint64, 0, len(terms))
	}
	for _, t := range terms {
		w := p.idf(t.key) * t.weight
		v.keys = append(v.keys, t.key)
		v.idf = append(v.idf, w)
		v.sum += w
		v.norm += w * w
		if wide {
			continue
		}
		grams, ok := p.grams[t.key]
		if !ok {
			grams = gramsOf(t.text)
		}
		v.grams = append(v.grams, grams)
	}
	v.norm = math.Sqrt(v.norm)
	return v
}
