package chat

// paceBuckets × paceBucketMs is how far back a Pace remembers: 16 seconds.
const (
	paceBuckets  = 32
	paceBucketMs = 500
)

// Pace keeps the recent token rate of a lane in half-second buckets, for sparklines.
// It takes constant memory and constant time per token.
type Pace struct {
	tokens [paceBuckets]float32
	newest int64 // number of the newest bucket
}

// Add counts n tokens at t milliseconds. Time does not go back: an older t counts
// into the newest bucket.
func (p *Pace) Add(t int64, n float64) {
	p.advance(t)
	p.tokens[p.newest%paceBuckets] += float32(n)
}

func (p *Pace) advance(t int64) {
	b := max(t, 0) / paceBucketMs
	if b-p.newest >= paceBuckets {
		p.tokens = [paceBuckets]float32{}
		p.newest = b
	}
	for p.newest < b {
		p.newest++
		p.tokens[p.newest%paceBuckets] = 0
	}
}

// Recent appends the rates of the last n buckets up to t, oldest first, in tokens
// per second.
func (p Pace) Recent(dst []float64, t int64, n int) []float64 {
	p.advance(t)
	for i := min(n, paceBuckets) - 1; i >= 0; i-- {
		v := float64(0)
		if b := p.newest - int64(i); b >= 0 {
			v = float64(p.tokens[b%paceBuckets]) * 1000 / paceBucketMs
		}
		dst = append(dst, v)
	}
	return dst
}
