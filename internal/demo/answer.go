package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// reply is what a model wants to say.
type reply struct {
	thought string
	text    string
	calls   []call
	finish  finish
}

// call is a tool call; arguments is a JSON object.
type call struct {
	id, name, arguments string
}

// finish is why an answer ends; every format has its own words for it.
type finish int

const (
	finishStop finish = iota
	finishLength
	finishCalls
	finishSequence // a stop sequence of the request
	finishRefusal
)

// answer is a reply cut into deltas and counted, ready to be written in any format.
type answer struct {
	id       string // random part of every id of this answer
	model    string
	created  time.Time
	thought  []delta
	text     []delta
	calls    []call
	finish   finish
	sequence string // the stop sequence that was met
	usage    usage
	req      *request
}

// newAnswer applies the limits of the request to a reply and counts its tokens.
func newAnswer(req *request, r reply, burst int, rng *rand.Rand) *answer {
	a := &answer{id: fmt.Sprintf("%016x%08x", rng.Uint64(), rng.Uint32()), model: req.model,
		created: time.Now(), calls: r.calls, finish: r.finish, usage: req.sent(), req: req}
	text := r.text
	for _, stop := range req.stop {
		if at := strings.Index(text, stop); stop != "" && at >= 0 {
			text, a.finish, a.sequence = text[:at], finishSequence, stop
		}
	}
	left := req.maxTokens
	if left == 0 {
		left = 1 << 30
	}
	a.thought, left = a.within(grouped(r.thought, burst, rng), left)
	a.text, left = a.within(grouped(text, burst, rng), left)
	for i := range a.calls {
		a.calls[i].id = fmt.Sprintf("%012x%02x", rng.Uint64()>>16, i)
		left -= countPieces(a.calls[i].name) + countPieces(a.calls[i].arguments)
	}
	if left < 0 && len(a.calls) > 0 {
		a.calls, a.finish = nil, finishLength
	}
	a.count()
	return a
}

// within keeps the deltas that fit the tokens left; when some do not, the answer
// ends for its length.
func (a *answer) within(deltas []delta, left int) ([]delta, int) {
	for i := range deltas {
		if deltas[i].tokens > left {
			a.finish = finishLength
			a.calls = nil
			return deltas[:i], 0
		}
		left -= deltas[i].tokens
	}
	return deltas, left
}

func (a *answer) count() {
	for _, d := range a.thought {
		a.usage.thought += d.tokens
	}
	a.usage.completion = a.usage.thought
	for _, d := range a.text {
		a.usage.completion += d.tokens
	}
	for _, c := range a.calls {
		a.usage.completion += countPieces(c.name) + countPieces(c.arguments)
	}
}

// joined is the text of deltas.
func joined(deltas []delta) string {
	var b strings.Builder
	for _, d := range deltas {
		b.WriteString(d.text)
	}
	return b.String()
}
