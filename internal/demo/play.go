package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"math/rand/v2"
	"net/http"
	"time"
)

// frame is one write to a stream. tokens is above 0 for frames that carry a part
// of the answer, which are the ones to wait for.
type frame struct {
	data   []byte
	tokens int
}

// comment is the line upstreams send while there is nothing to say.
var comment = []byte(": keep-alive\n\n")

// dataFrame is an event without a name; v is JSON.
func dataFrame(v any, tokens int) frame {
	return frame{data: fmt.Appendf(nil, "data: %s\n\n", compact(v)), tokens: tokens}
}

// eventFrame is a named event.
func eventFrame(name string, v any, tokens int) frame {
	return frame{data: fmt.Appendf(nil, "event: %s\ndata: %s\n\n", name, compact(v)), tokens: tokens}
}

// compact encodes without escaping <, > and &, as upstreams do. The values it is
// given are the server's own and always encode.
func compact(v any) []byte {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(v)
	return bytes.TrimRight(buf.Bytes(), "\n")
}

// pace is how fast a voice speaks.
type pace struct {
	ttft  time.Duration // to the first token, before jitter
	rate  float64       // tokens per second, on average
	burst int           // most tokens in one delta
}

// player writes one answer to one client at the voice's pace. It belongs to the
// goroutine of its request.
type player struct {
	w     http.ResponseWriter
	flush func() error
	ctx   context.Context // of the request: playing ends with it
	pace  pace
	speed float64
	rng   *rand.Rand
	due   time.Time // when the next token is due
}

// wait sleeps d at the server's speed, not at all when that is 0.
func (p *player) wait(d time.Duration) error {
	if p.speed <= 0 {
		return p.ctx.Err()
	}
	return p.sleep(time.Duration(float64(d) / p.speed))
}

// hold sleeps through a fault: unlike wait it keeps its length at speed 0.
func (p *player) hold(d time.Duration) error {
	if p.speed <= 0 {
		return p.sleep(d)
	}
	return p.wait(d)
}

func (p *player) sleep(d time.Duration) error {
	if d <= 0 {
		return p.ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-p.ctx.Done():
		return p.ctx.Err()
	}
}

// think waits for the first token: two thirds to four thirds of the voice's usual.
func (p *player) think() error {
	d := time.Duration(float64(p.pace.ttft) * (2 + 2*p.rng.Float64()) / 3)
	err := p.wait(d)
	p.due = time.Now()
	return err
}

// spend waits as long as tokens take, measured from when the last ones were due, so
// that the average holds whatever the timer's resolution is.
func (p *player) spend(tokens int) error {
	if p.speed <= 0 || p.pace.rate <= 0 {
		return p.ctx.Err()
	}
	usual := float64(tokens) / p.pace.rate
	jitter := 0.5 + p.rng.Float64()
	p.due = p.due.Add(time.Duration(usual * jitter / p.speed * float64(time.Second)))
	return p.sleep(time.Until(p.due))
}

// write sends data at once.
func (p *player) write(data []byte) error {
	if _, err := p.w.Write(data); err != nil {
		return err
	}
	return p.flush()
}

// play writes frames at the voice's pace and breaks them as f asks. The error is
// the client's going away, or errCut when the fault wants that.
func (p *player) play(frames iter.Seq[frame], f fault, broken func() []frame) error {
	if err := p.beforeFirst(f); err != nil {
		return err
	}
	said, first := 0, true
	for fr := range frames {
		if fr.tokens > 0 {
			if first {
				first = false
				if err := p.think(); err != nil {
					return err
				}
			} else if err := p.spend(fr.tokens); err != nil {
				return err
			}
		}
		if f.breaks != soundly && (fr.tokens > 0 && said >= f.after) {
			return p.breakOff(f, fr, broken)
		}
		if err := p.write(fr.data); err != nil {
			return err
		}
		if fr.tokens > 0 {
			said++
		}
	}
	return nil
}

// beforeFirst shows what a fault does ahead of the first event.
func (p *player) beforeFirst(f fault) error {
	if err := p.flush(); err != nil {
		return err
	}
	for range f.comments {
		if err := p.write(comment); err != nil {
			return err
		}
		if err := p.hold(time.Second); err != nil {
			return err
		}
	}
	return p.hold(f.silence)
}

// breakOff ends a stream the way the fault says, in place of the frame fr.
func (p *player) breakOff(f fault, fr frame, broken func() []frame) error {
	switch f.breaks {
	case byStalling:
		<-p.ctx.Done()
		return p.ctx.Err()
	case byCutting:
		if err := p.write(fr.data[:len(fr.data)/2]); err != nil {
			return err
		}
		return errCut
	case byGarbling:
		half := fr.data[:len(fr.data)*2/3]
		return p.write(append(bytes.Clone(half), "\n\n"...))
	default:
		for _, fr := range broken() {
			if err := p.write(fr.data); err != nil {
				return err
			}
		}
		return nil
	}
}
