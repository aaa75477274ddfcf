package engine_test

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"assay/catalog"
	"assay/engine"
	"assay/engine/chat"
	"assay/engine/provider"
	"assay/internal/secret"
	"assay/internal/usd"
)

// The simulated world: how many endpoints serve the one model, how often it is asked
// for, and for how long an endpoint has to be well again to count as recovered.
const (
	worldEndpoints = 30
	worldEvery     = 12 * time.Second
	worldRecovery  = 5 * time.Minute
)

// trouble is a time in which an endpoint does not answer as it should.
type trouble struct {
	from, to time.Duration
	kind     string // down, refused, silent, busy
}

// worldEndpoint is one endpoint and what became of it.
type worldEndpoint struct {
	name     string
	price    float64 // dollars per million tokens, prompt and completion together
	seed     uint64
	troubles []trouble

	first, expected   float64 // first tries while it had been well for long: counted, and by the rule
	again, againWants float64 // the same in the hour after a recovery
	tries             int     // while in trouble
	worst             int     // most tries in one minute of trouble while others worked
	minute, inMinute  int
}

// noise is a number in [0, 1) that only depends on its arguments.
func (e *worldEndpoint) noise(n uint64) float64 {
	return rand.New(rand.NewPCG(e.seed, n)).Float64()
}

// at is the trouble of a moment, and how long the last one has been over.
func (e *worldEndpoint) at(now time.Duration) (in *trouble, since time.Duration) {
	since = math.MaxInt64
	for i := range e.troubles {
		t := &e.troubles[i]
		if now >= t.from && now < t.to {
			return t, 0
		}
		if now >= t.to {
			since = min(since, now-t.to)
		}
	}
	return nil, since
}

// ttft drifts over hours by a factor of two and trembles with every answer.
func (e *worldEndpoint) ttft(now time.Duration) time.Duration {
	base := 200 + 800*e.noise(0)
	drift := math.Exp(.7 * math.Sin(2*math.Pi*(now.Hours()/(6+20*e.noise(1))+e.noise(2))))
	return time.Duration(base*drift*(.7+.6*e.noise(uint64(now)))) * time.Millisecond
}

// world is the endpoints as an http.RoundTripper.
type world struct {
	mu        sync.Mutex
	start     time.Time
	length    time.Duration
	endpoints []*worldEndpoint
	byName    map[string]*worldEndpoint

	asked, failed, hopeless, slow int // requests; failed ones while something worked, or nothing did

	first, expected, again, againWants, tries, bad float64 // sums over the endpoints; bad: minutes in trouble
}

// newWorld makes up endpoints whose prices spread over a factor of eight and their
// troubles: an outage of up to two hours about every day, a storm of 429s twice a day,
// every day a time when four of five are down together, and half an hour of nothing.
func newWorld(length time.Duration) *world {
	w := &world{length: length, byName: map[string]*worldEndpoint{}}
	rnd := rand.New(rand.NewPCG(2026, 8))
	hours := func(most float64) time.Duration { return time.Duration(most * rnd.Float64() * float64(time.Hour)) }
	for i := range worldEndpoints {
		e := &worldEndpoint{name: fmt.Sprintf("p%02d", i), price: math.Round(100*math.Pow(8, float64(i)/(worldEndpoints-1))) / 100, seed: rnd.Uint64(), minute: -1}
		for at := hours(40); at < length; at += hours(40) {
			e.troubles = append(e.troubles, trouble{at, at + 3*time.Minute + hours(2), []string{"down", "refused", "silent"}[rnd.IntN(3)]})
		}
		for at := hours(24); at < length; at += hours(24) {
			e.troubles = append(e.troubles, trouble{at, at + time.Minute + hours(.2), "busy"})
		}
		for at := 7 * time.Hour; at < length; at += 24 * time.Hour {
			if i%5 != 0 {
				e.troubles = append(e.troubles, trouble{at, at + 40*time.Minute, "down"})
			}
		}
		e.troubles = append(e.troubles, trouble{5 * time.Hour, 5*time.Hour + 30*time.Minute, "down"})
		w.endpoints = append(w.endpoints, e)
		w.byName[e.name] = e
	}
	return w
}

func (w *world) RoundTrip(req *http.Request) (*http.Response, error) {
	e, now := w.byName[req.URL.Hostname()], time.Since(w.start)
	in, _ := e.at(now)
	answer := func(status int, body string, header ...string) (*http.Response, error) {
		h := http.Header{"Content-Type": {"text/event-stream"}}
		if len(header) > 0 {
			h.Set(header[0], header[1])
		}
		return &http.Response{StatusCode: status, Header: h, Request: req, Body: io.NopCloser(strings.NewReader(body))}, nil
	}
	if in != nil {
		w.count(e, now)
		switch in.kind {
		case "refused":
			return nil, syscall.ECONNREFUSED
		case "silent":
			<-req.Context().Done()
			return nil, req.Context().Err()
		case "busy":
			return answer(429, `{"error":{"message":"slow down"}}`, "Retry-After", strconv.Itoa(5+int(40*e.noise(uint64(now)))))
		}
		return answer(503, `{"error":{"message":"down"}}`)
	}
	if err := pause(req.Context(), e.ttft(now)); err != nil {
		return nil, err
	}
	if e.noise(uint64(now)+1) < .002 {
		return answer(500, `{"error":{"message":"one of those days"}}`)
	}
	return answer(200, worldAnswer)
}

var worldAnswer = text("Because of Rayleigh scattering.").data + done().data

// count notes a try at an endpoint in trouble.
func (w *world) count(e *worldEndpoint, now time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e.tries++
	if m := int(now.Minutes()); m != e.minute {
		e.minute, e.inMinute = m, 0
	}
	e.inMinute++
	if w.works(now) {
		e.worst = max(e.worst, e.inMinute)
	}
}

// works reports whether any endpoint is well.
func (w *world) works(now time.Duration) bool {
	return slices.ContainsFunc(w.endpoints, func(e *worldEndpoint) bool {
		in, _ := e.at(now)
		return in == nil
	})
}

// expect spreads one first try over the endpoints that have been well for a while.
func (w *world) expect(now time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	weights, total := make([]float64, len(w.endpoints)), 0.0
	for i, e := range w.endpoints {
		in, since := e.at(now)
		if in == nil && since > worldRecovery {
			weights[i] = 1 / (e.price * e.price)
			total += weights[i]
		}
	}
	for i, e := range w.endpoints {
		if weights[i] > 0 {
			e.expected += weights[i] / total
			if _, since := e.at(now); since < time.Hour {
				e.againWants += weights[i] / total
			}
		}
	}
	w.asked++
}

// tried notes a first try.
func (w *world) tried(name string, now time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e := w.byName[name]
	if in, since := e.at(now); in == nil && since > worldRecovery {
		e.first++
		if since < time.Hour {
			e.again++
		}
	}
}

// request asks once and notes what happened.
func (w *world) request(t *testing.T, eng *engine.Engine, n int64) {
	begin := time.Now()
	now := begin.Sub(w.start)
	w.expect(now)
	ln := lane(0, "m/one")
	ln.Prefs.Seed = &n
	run := eng.Start(t.Context(), engine.Spec{}, ln)
	tries, ok := 0, false
	for ev := range run.Events() {
		switch b := ev.Body.(type) {
		case *chat.Attempt:
			if tries++; tries == 1 {
				w.tried(b.Provider, now)
			}
		case *chat.Finish:
			ok = true
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case !ok && w.works(now):
		w.failed++
	case !ok:
		w.hopeless++
	case time.Since(begin) > 10*time.Second:
		w.slow++
	}
}

func (w *world) run(t *testing.T) {
	m := &catalog.Model{ID: "m/one", Author: "m", Input: catalog.Text, Output: catalog.Text}
	var list []*provider.Provider
	for _, e := range w.endpoints {
		ep := catalog.Endpoint{Model: m.ID, Provider: e.name, Tag: e.name, Upstream: "x", Context: 100_000, MaxOutput: 4000, Input: catalog.Text}
		half, _ := usd.PerMillion(fmt.Sprintf("%.4f", e.price/2))
		ep.Prices.Prompt, ep.Prices.Completion = usd.Known(half), usd.Known(half)
		m.Endpoints = append(m.Endpoints, ep)
		list = append(list, &provider.Provider{Name: e.name, Format: "openai", BaseURL: "http://" + e.name, Key: secret.New("key")})
	}
	cat, set := catalog.New([]*catalog.Model{m}, catalog.Source{}), provider.NewSet(list...)
	eng := engine.New(engine.Options{
		Catalog: func() *catalog.Catalog { return cat }, Providers: func() *provider.Set { return set },
		Transport: w, Timeouts: engine.Timeouts{FirstToken: 15 * time.Second},
	})
	defer eng.Close()
	w.start = time.Now()
	rnd := rand.New(rand.NewPCG(1, 1))
	for n := int64(0); time.Since(w.start) < w.length; n++ {
		go w.request(t, eng, n)
		time.Sleep(time.Duration(rnd.ExpFloat64() * float64(worldEvery)))
	}
	time.Sleep(time.Hour)
}

// A week of thirty endpoints that drift, fail and recover: requests succeed as long as
// anything works, the cheap endpoints get the share the rule gives them, whoever has
// recovered is used again, and whoever is down is left alone.
func TestSimulation(t *testing.T) {
	length := 7 * 24 * time.Hour
	if testing.Short() {
		length = 8 * time.Hour
	}
	w := newWorld(length)
	synctest.Test(t, func(t *testing.T) { w.run(t) })
	w.sum()
	w.report(t)
	if rate := float64(w.failed) / float64(w.asked); rate > .001 {
		t.Errorf("%.3f %% of the requests failed while something worked", 100*rate)
	}
	if w.hopeless == 0 {
		t.Error("nothing failed while everything was down: the world is too kind")
	}
	if w.again < .9*w.againWants {
		t.Errorf("endpoints got %.0f first tries in the hour after a recovery, the rule says %.0f", w.again, w.againWants)
	}
	for _, e := range w.endpoints {
		// Five standard deviations of a draw, and a tenth for what health does to it.
		rule := e.expected * w.first / w.expected
		if off := math.Abs(e.first - rule); off > 5*math.Sqrt(rule)+.1*rule {
			t.Errorf("%s at $%.2f: %.0f first tries, the rule says %.0f", e.name, e.price, e.first, rule)
		}
		if e.worst > 6 {
			t.Errorf("%s was tried %d times in one minute of an outage", e.name, e.worst)
		}
	}
}

func (w *world) sum() {
	for _, e := range w.endpoints {
		w.first, w.expected, w.again, w.againWants = w.first+e.first, w.expected+e.expected, w.again+e.again, w.againWants+e.againWants
		w.tries, w.bad = w.tries+float64(e.tries), w.bad+e.troubled(w.length).Minutes()
	}
}

// report prints what the week was like.
func (w *world) report(t *testing.T) {
	t.Logf("%v, %d requests: %d failed while something worked (%.4f %%), %d while nothing did, %d took over 10 s",
		w.length, w.asked, w.failed, 100*float64(w.failed)/float64(w.asked), w.hopeless, w.slow)
	t.Log("endpoint   $/M   share   by the rule   after recovery   tries per minute of trouble (worst)")
	for i, e := range w.endpoints {
		if i%4 == 0 || i == len(w.endpoints)-1 {
			t.Logf("%-8s %5.2f %6.2f%% %11.2f%% %14.0f%% %14.3f (%d)", e.name, e.price, 100*e.first/w.first, 100*e.expected/w.expected,
				100*e.again/max(e.againWants, 1), float64(e.tries)/e.troubled(w.length).Minutes(), e.worst)
		}
	}
	t.Logf("all: %.1f %% of the time in trouble, %.3f tries per minute of it, %.0f %% of the rule's first tries after a recovery",
		100*w.bad/w.length.Minutes()/worldEndpoints, w.tries/w.bad, 100*w.again/w.againWants)
}

// troubled is the time an endpoint was in trouble, overlaps counted once.
func (e *worldEndpoint) troubled(length time.Duration) (sum time.Duration) {
	list := slices.SortedFunc(slices.Values(e.troubles), func(a, b trouble) int { return int(a.from - b.from) })
	at := time.Duration(0)
	for _, t := range list {
		from, to := max(t.from, at), min(t.to, length)
		if to > from {
			sum += to - from
			at = to
		}
	}
	return sum
}
