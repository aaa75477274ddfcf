package claims

import "strings"

// pairwise returns how alike the answers are, two by two, 0 to 1: how much of what each
// says the other says too, by length; code is compared by its words. An answer that
// says nothing comparable is like none but its equal.
func (p *panel) pairwise(links [][]link) [][]float64 {
	n := len(p.digests)
	covered := make([][]float64, n) // by answer and other answer: bytes found there
	size := make([]float64, n)
	for a := range covered {
		covered[a] = make([]float64, n)
	}
	best := make([]float64, n)
	for u, place := range p.units {
		c := p.clause(u)
		if p.vectors[u].sum == 0 {
			continue
		}
		length := float64(c.End - c.Start)
		size[place.answer] += length
		clear(best)
		for _, l := range links[u] {
			other := p.units[l.unit].answer
			best[other] = max(best[other], l.score)
		}
		for other, score := range best {
			covered[place.answer][other] += score * length
		}
	}
	out := make([][]float64, n)
	for a := range out {
		out[a] = make([]float64, n)
	}
	for a := range n {
		out[a][a] = 1
		for b := range a {
			s := p.alike(a, b, covered, size)
			out[a][b], out[b][a] = s, s
		}
	}
	return out
}

func (p *panel) alike(a, b int, covered [][]float64, size []float64) float64 {
	x, y := p.digests[a], p.digests[b]
	if strings.EqualFold(strings.TrimSpace(x.text), strings.TrimSpace(y.text)) {
		return 1
	}
	code := float64(x.codeBytes + y.codeBytes)
	all := size[a] + size[b] + code
	if all == 0 {
		return 0
	}
	return (covered[a][b] + covered[b][a] + code*dice(x.code, y.code)) / all
}

// dice is the share of words two sets have in common; both are sorted.
func dice(a, b []uint64) float64 {
	if len(a)+len(b) == 0 {
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
	return 2 * float64(shared) / float64(len(a)+len(b))
}

// meanOf is the mean over pairs of different answers that take part.
func meanOf(pairs [][]float64, takesPart func(int) bool) float64 {
	sum, n := 0.0, 0
	for a := range pairs {
		for b := range a {
			if takesPart(a) && takesPart(b) {
				sum += pairs[a][b]
				n++
			}
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}
