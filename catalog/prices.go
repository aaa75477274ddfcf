package catalog

import (
	"time"

	"assay/internal/usd"
)

// For is what p comes to for a prompt of that many tokens at that time: tiers are
// applied, then absent classes take the price of the class they are billed as. The
// result has no tiers.
//
// Billed as: cache reads, cache writes and audio input as prompt; one-hour cache
// writes as cache writes; reasoning, audio and image output as completion.
func (p Prices) For(promptTokens int, at time.Time) Prices {
	tiers := p.Tiers
	p.Tiers = nil
	for i := range tiers {
		if tiers[i].applies(promptTokens, at) {
			p = tiers[i].Prices.over(p)
		}
	}
	p.CacheRead = p.CacheRead.Or(p.Prompt)
	p.CacheWrite = p.CacheWrite.Or(p.Prompt)
	p.CacheWrite1h = p.CacheWrite1h.Or(p.CacheWrite)
	p.AudioPrompt = p.AudioPrompt.Or(p.Prompt)
	p.Reasoning = p.Reasoning.Or(p.Completion)
	p.Audio = p.Audio.Or(p.Completion)
	p.ImageOutput = p.ImageOutput.Or(p.Completion)
	return p
}

// over returns p with what it leaves absent taken from base.
func (p Prices) over(base Prices) Prices {
	dst, src := base.classes(), p.classes()
	for i := range dst {
		*dst[i] = src[i].Or(*dst[i])
	}
	if p.Discount != "" {
		base.Discount = p.Discount
	}
	return base
}

// classes lists the prices in a fixed order. Prices per token come first: the
// snapshot writes the first TokenClasses of them per million.
func (p *Prices) classes() [priceClasses]*usd.Price {
	return [priceClasses]*usd.Price{
		&p.Prompt, &p.Completion, &p.CacheRead, &p.CacheWrite, &p.CacheWrite1h,
		&p.Reasoning, &p.AudioPrompt, &p.Audio, &p.ImageOutput,
		&p.Image, &p.Request, &p.WebSearch,
	}
}

const (
	priceClasses = 12
	tokenClasses = 9
)

// Told reports whether any price is listed, be it unknown.
func (p *Prices) Told() bool {
	for _, c := range p.classes() {
		if !c.IsAbsent() {
			return true
		}
	}
	return false
}

// same reports equal prices, tiers included.
func (p *Prices) same(q *Prices) bool {
	a, b := p.classes(), q.classes()
	for i := range a {
		if *a[i] != *b[i] {
			return false
		}
	}
	if len(p.Tiers) != len(q.Tiers) || p.Discount != q.Discount {
		return false
	}
	for i := range p.Tiers {
		s, t := &p.Tiers[i], &q.Tiers[i]
		if s.MinPromptTokens != t.MinPromptTokens || s.Windowed != t.Windowed ||
			s.UTCStart != t.UTCStart || s.UTCEnd != t.UTCEnd || !s.Prices.same(&t.Prices) {
			return false
		}
	}
	return true
}

func (t *Tier) applies(promptTokens int, at time.Time) bool {
	if t.MinPromptTokens > 0 && promptTokens <= t.MinPromptTokens {
		return false
	}
	if !t.Windowed || t.UTCStart == t.UTCEnd {
		return true
	}
	at = at.UTC()
	now := at.Hour()*100 + at.Minute()
	if t.UTCStart < t.UTCEnd {
		return t.UTCStart <= now && now < t.UTCEnd
	}
	return now >= t.UTCStart || now < t.UTCEnd
}

// Units counts what one call consumed. The classes do not overlap: Prompt holds the
// prompt tokens in no other class, Completion the output tokens in no other class.
type Units struct {
	Prompt, CacheRead, CacheWrite, CacheWrite1h, AudioPrompt int // tokens in
	Completion, Reasoning, Audio, ImageOutput                int // tokens out
	Images, Requests, Searches                               int
}

// PromptTokens is every token sent, which is what tiers go by.
func (u Units) PromptTokens() int {
	return u.Prompt + u.CacheRead + u.CacheWrite + u.CacheWrite1h + u.AudioPrompt
}

func (u Units) counts() [priceClasses]int {
	return [priceClasses]int{
		u.Prompt, u.Completion, u.CacheRead, u.CacheWrite, u.CacheWrite1h,
		u.Reasoning, u.AudioPrompt, u.Audio, u.ImageOutput,
		u.Images, u.Requests, u.Searches,
	}
}

// Cost is the exact price of a call at that time. It is unknown (false) when a class
// that was used has no known price; images, requests and searches nobody charges
// for separately cost nothing.
func (p Prices) Cost(u Units, at time.Time) (usd.Amount, bool) {
	eff := p.For(u.PromptTokens(), at)
	var sum usd.Amount
	counts := u.counts()
	for i, price := range eff.classes() {
		if counts[i] == 0 || i >= tokenClasses && price.IsAbsent() {
			continue
		}
		each, known := price.Amount()
		if !known {
			return usd.Amount{}, false
		}
		sum = sum.Add(each.Mul(int64(counts[i])))
	}
	return sum, true
}
