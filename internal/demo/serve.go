package demo

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"
)

// exchange is one request with everything its answer depends on.
type exchange struct {
	req   *request
	model Model  // who speaks
	name  string // its id without prefix: the voice of scripted answers
	fault fault
	rng   *rand.Rand
}

// answers handles the endpoint of one format.
func (s *Server) answers(d dialect) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req, bad := d.decode(r.Header, bodyOf(r))
		if bad != nil {
			fail(w, d, bad)
			return
		}
		x, bad := s.admit(req)
		if bad != nil {
			fail(w, d, bad)
			return
		}
		a := newAnswer(req, s.compose(x), bursts(x.model), x.rng)
		a.usage.cost = x.model.cost(req.model, a.usage)
		w.Header().Set("X-Request-Id", "req_"+a.id)
		w.Header().Set("Request-Id", "req_"+a.id)
		d.limits(w.Header(), 0)
		p := &player{w: w, flush: http.NewResponseController(w).Flush, ctx: r.Context(), speed: s.opt.Speed,
			rng: x.rng, pace: pace{ttft: x.model.TTFT, rate: x.model.Rate}}
		if s.perform(p, d, a, x.fault) != nil {
			hangUp(w) // returning would end the body properly, as if it were whole
		}
	})
}

// admit finds who is to speak, or why nobody does.
func (s *Server) admit(req *request) (*exchange, *failure) {
	f, _ := s.faultFor(req.model)
	if f.refuse != nil {
		return nil, f.refuse
	}
	m, variant, ok := voice(req.model)
	if !ok || m.Role == RoleSpeech {
		return nil, unknownModel(req.model)
	}
	rng := random(s.opt.Seed, m.ID, req.words())
	if variant == "thrift" && rng.IntN(2) == 0 {
		return nil, rateLimited(3 * time.Second)
	}
	if n := req.sent().prompt; n > m.Context {
		return nil, &failure{status: http.StatusBadRequest, kind: kindContext, param: "messages",
			message: fmt.Sprintf("This model's maximum context length is %d tokens. However, your messages resulted in %d tokens. Please reduce the length of the messages.", m.Context, n)}
	}
	return &exchange{req: req, model: m, name: strings.TrimPrefix(m.ID, Prefix), fault: f, rng: rng}, nil
}

// cost is what an endpoint that tells it charges, exactly; "" for the others.
func (m Model) cost(upstream string, u usage) string {
	for _, e := range m.Endpoints {
		if e.Upstream != upstream || !e.Reports {
			continue
		}
		prompt, ok := new(big.Rat).SetString(e.Prompt)
		completion, good := new(big.Rat).SetString(e.Completion)
		if !ok || !good {
			return ""
		}
		prompt.Mul(prompt, big.NewRat(int64(u.prompt), 1e6))
		completion.Mul(completion, big.NewRat(int64(u.completion), 1e6))
		return strings.TrimRight(prompt.Add(prompt, completion).FloatString(12), "0")
	}
	return ""
}

// bursts is the most tokens a model sends in one delta: fast ones send more at once.
func bursts(m Model) int {
	return 2 + int(m.Rate/100)
}

// perform writes the answer, streamed or whole.
func (s *Server) perform(p *player, d dialect, a *answer, f fault) error {
	if a.req.stream {
		p.w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
		p.w.Header().Set("Cache-Control", "no-cache")
		return p.play(d.frames(a), f, func() []frame { return d.broken(a, f.inside) })
	}
	p.w.Header().Set("Content-Type", "application/json")
	if err := p.pad(f); err != nil {
		return err
	}
	if err := p.think(); err != nil {
		return err
	}
	if err := p.spend(a.usage.completion); err != nil {
		return err
	}
	return p.deliver(compact(d.whole(a)), f, func() []byte { return compact(d.envelope(f.inside)) })
}

// pad sends the blank lines with which gateways keep a connection open while a whole
// answer is being made.
func (p *player) pad(f fault) error {
	for range f.comments {
		if err := p.write([]byte("\n")); err != nil {
			return err
		}
		if err := p.hold(time.Second); err != nil {
			return err
		}
	}
	return p.hold(f.silence)
}

// deliver writes a whole answer and breaks it as f asks.
func (p *player) deliver(body []byte, f fault, broken func() []byte) error {
	switch f.breaks {
	case byStalling:
		if err := p.write(body[:len(body)/2]); err != nil {
			return err
		}
		<-p.ctx.Done()
		return p.ctx.Err()
	case byCutting:
		if err := p.write(body[:len(body)/2]); err != nil {
			return err
		}
		return errCut
	case byGarbling:
		return p.write(body[:len(body)*2/3])
	case byError:
		return p.write(broken())
	default:
		return p.write(body)
	}
}

// hangUp drops the connection, so that the client sees it end in the middle. Where
// there is no connection to take, the answer just ends.
func hangUp(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = conn.Close() // the point is that it is gone
	}
}
