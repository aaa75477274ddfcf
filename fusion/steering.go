package fusion

import (
	"regexp"

	"assay/engine/chat"
	"assay/fusion/claims"
)

// forgedFrame finds imitations of the frame fusion itself puts around answers: the
// mark of a sheet's line, the marker of a claim.
var forgedFrame = regexp.MustCompile(`‹[0-9a-f]{4,}›|⟦[cxpu]\d+[^⟧\n]{0,80}⟧`)

// maxSteering bounds how many places of an answer are reported, maxScanned how much of
// its beginning and of its end is looked at.
const (
	maxSteering = 16
	maxScanned  = 64 << 10
)

// steering lists the places of an answer that seem to steer the comparison.
func steering(p *party) []chat.Quote {
	var out []chat.Quote
	add := func(start, end int) {
		if len(out) < maxSteering {
			out = append(out, p.quote(start, end))
		}
	}
	for _, r := range scanned(len(p.text)) {
		text := p.text[r.Start:r.End]
		for _, m := range claims.Steering(text) {
			add(r.Start+m.Start, r.Start+m.End)
		}
		for _, m := range forgedFrame.FindAllStringIndex(text, maxSteering) {
			add(r.Start+m[0], r.Start+m[1])
		}
	}
	return out
}

// steered is steering, remembered for a text that has not changed.
func (s *session) steered(p *party) []chat.Quote {
	for _, m := range s.members {
		if m.lane != p.lane {
			continue
		}
		if m.steerText != p.text {
			m.steerText, m.steering = p.text, steering(p)
		}
		return m.steering
	}
	return steering(p)
}

// scanned is the whole of a text, or its two ends.
func scanned(n int) []claims.Range {
	if n <= 2*maxScanned {
		return []claims.Range{{Start: 0, End: n}}
	}
	return []claims.Range{{Start: 0, End: maxScanned}, {Start: n - maxScanned, End: n}}
}
