package claims

import "slices"

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
			there, back := compare(v, &p.vectors[w])
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
