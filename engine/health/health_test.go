package health_test

import (
	"fmt"
	"testing"
	"time"

	"assay/engine/chat"
	"assay/engine/health"
	"assay/engine/route"
)

var key = health.Key{Model: "m/one", Tag: "p"}

func upstream(typ chat.ErrorType) *chat.Error {
	return &chat.Error{Type: typ, Fault: chat.FaultUpstream}
}

// clock is a settable time.
type clock struct{ t time.Time }

func (c *clock) now() time.Time          { return c.t }
func (c *clock) advance(d time.Duration) { c.t = c.t.Add(d) }

func start() (*health.Registry, *clock) {
	c := &clock{time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	return health.New(c.now), c
}

func TestUptimeAccounting(t *testing.T) {
	r, c := start()
	r.Success(key, time.Second, 2*time.Second, 100)
	for _, err := range []*chat.Error{
		upstream(chat.ErrServer), upstream(chat.ErrUnavailable),
		{Type: chat.ErrAuthentication, Fault: chat.FaultKey}, {Type: chat.ErrPayment, Fault: chat.FaultKey},
		upstream(chat.ErrNotFound), // five that count
		upstream(chat.ErrRateLimit), upstream(chat.ErrPermission),
		{Type: chat.ErrInvalidRequest, Fault: chat.FaultCaller}, {Type: chat.ErrCancelled, Fault: chat.FaultLocal},
	} {
		r.Failure(key, err)
	}
	rep := r.Reports()[0]
	if rep.Short != (health.Uptime{OK: 1, Failed: 5}) {
		t.Errorf("five minutes: %+v", rep.Short)
	}
	c.advance(6 * time.Minute)
	rep = r.Reports()[0]
	if rep.Short.OK+rep.Short.Failed != 0 || rep.Medium.Failed != 5 || rep.Long.Failed != 5 {
		t.Errorf("after six minutes: %+v %+v %+v", rep.Short, rep.Medium, rep.Long)
	}
	c.advance(31 * time.Minute)
	if rep = r.Reports()[0]; rep.Medium.Failed != 0 || rep.Long.Failed != 5 {
		t.Errorf("after 37 minutes: %+v %+v", rep.Medium, rep.Long)
	}
	c.advance(25 * time.Hour)
	if rep = r.Reports()[0]; rep.Long.Failed != 0 || rep.Long.Share() != -1 {
		t.Errorf("after a day: %+v", rep.Long)
	}
}

func TestPercentiles(t *testing.T) {
	r, _ := start()
	for i := 1; i <= 50; i++ {
		r.Success(key, time.Duration(i)*10*time.Millisecond, time.Second, i)
	}
	h := r.Health(key)
	if h.TTFT.P50 < .249 || h.TTFT.P50 > .251 || h.TTFT.P99 < .499 {
		t.Errorf("ttft %+v", h.TTFT)
	}
	// Half of the answers reached 26 tokens/s, nine in ten 6.
	if h.Throughput.P50 != 26 || h.Throughput.P90 != 6 {
		t.Errorf("throughput %+v", h.Throughput)
	}
}

func TestBreaker(t *testing.T) {
	r, c := start()
	state := func() route.Breaker { return r.Health(key).Breaker }
	r.Failure(key, upstream(chat.ErrServer))
	if state() != route.Closed {
		t.Fatal("one failure opened it")
	}
	r.Failure(key, upstream(chat.ErrServer))
	if state() != route.Open {
		t.Fatal("two in a row did not open it")
	}
	c.advance(16 * time.Second)
	if state() != route.HalfOpen {
		t.Fatal("the wait is over and it is not half-open")
	}
	if !r.Begin(key) || r.Begin(key) {
		t.Fatal("a half-open breaker lets exactly one probe pass")
	}
	r.Neutral(key) // the probe was abandoned
	if !r.Begin(key) {
		t.Fatal("an abandoned probe was not given back")
	}
	r.Failure(key, upstream(chat.ErrServer))
	c.advance(16 * time.Second)
	if state() != route.Open {
		t.Fatal("a failed probe must double the wait")
	}
	c.advance(15 * time.Second)
	if !r.Begin(key) {
		t.Fatal("no second probe")
	}
	r.Success(key, time.Second, time.Second, 1)
	if state() != route.Closed || !r.Begin(key) || !r.Begin(key) {
		t.Fatal("a good probe closes it")
	}
}

func TestAnAnswerThatBeginsClosesTheBreaker(t *testing.T) {
	r, c := start()
	for range 6 {
		r.Failure(key, upstream(chat.ErrServer))
	}
	c.advance(16 * time.Second)
	if !r.Begin(key) {
		t.Fatal("no probe")
	}
	r.Spoke(key)
	if h := r.Health(key); h.Breaker != route.Closed || h.Requests != 0 || !r.Begin(key) {
		t.Fatalf("others are kept out while the probe answers: %+v", h)
	}
	r.Failure(key, upstream(chat.ErrUnavailable))
	c.advance(16 * time.Second)
	if r.Health(key).Breaker != route.Open {
		t.Error("an answer that is cut must open it again, for twice as long")
	}
	c.advance(15 * time.Second)
	if !r.Begin(key) {
		t.Fatal("no second probe")
	}
	r.Spoke(key)
	r.Success(key, time.Second, time.Second, 1)
	r.Failure(key, upstream(chat.ErrServer))
	if r.Health(key).Breaker != route.Closed {
		t.Error("a whole answer forgives")
	}
	r.Spoke(health.Key{Model: "m/new", Tag: "p"})
	if r.Health(health.Key{Model: "m/new", Tag: "p"}).Breaker != route.Closed {
		t.Error("nothing was open")
	}
}

func TestRateLimitCoolsWithoutBlame(t *testing.T) {
	r, c := start()
	r.Failure(key, &chat.Error{Type: chat.ErrRateLimit, Fault: chat.FaultUpstream, RetryAfter: 20 * time.Second})
	h := r.Health(key)
	if !h.Cooling || h.Breaker != route.Closed || h.Requests != 0 {
		t.Errorf("%+v", h)
	}
	c.advance(21 * time.Second)
	if r.Health(key).Cooling {
		t.Error("still cooling after the hint")
	}
}

// A dead primary that is asked every four seconds for a minute is tried at most four
// times.
func TestDeadEndpointIsNotHammered(t *testing.T) {
	r, c := start()
	tries := 0
	for range 15 {
		if r.Health(key).Breaker != route.Open && r.Begin(key) {
			tries++
			r.Failure(key, upstream(chat.ErrServer))
		}
		c.advance(4 * time.Second)
	}
	if tries > 4 {
		t.Errorf("%d tries", tries)
	}
}

func TestRegistryIsBounded(t *testing.T) {
	r, c := start()
	for i := range health.MaxEndpoints + 50 {
		c.advance(time.Second)
		r.Success(health.Key{Model: "m", Tag: fmt.Sprint(i)}, time.Second, time.Second, 1)
	}
	if n := len(r.Reports()); n != health.MaxEndpoints {
		t.Errorf("%d endpoints kept", n)
	}
	if r.Health(health.Key{Model: "m", Tag: fmt.Sprint(health.MaxEndpoints + 49)}).Requests != 1 {
		t.Error("the newest was dropped")
	}
}

func TestSurvivesRestart(t *testing.T) {
	r, c := start()
	for range 12 {
		r.Success(key, 500*time.Millisecond, time.Second, 40)
	}
	r.Failure(key, upstream(chat.ErrServer))
	r.Failure(key, upstream(chat.ErrServer))
	saved := r.Save()
	again := health.New(c.now)
	if err := again.Load(saved); err != nil {
		t.Fatal(err)
	}
	if a, b := r.Health(key), again.Health(key); a != b {
		t.Errorf("before %+v, after %+v", a, b)
	}
	if a, b := r.TTFTp95(key), again.TTFTp95(key); a != b || a == 0 {
		t.Errorf("p95 before %v, after %v", a, b)
	}
}

func BenchmarkSuccess(b *testing.B) {
	r := health.New(nil)
	for b.Loop() {
		r.Success(key, time.Second, 2*time.Second, 100)
	}
}

func BenchmarkHealth(b *testing.B) {
	r := health.New(nil)
	r.Success(key, time.Second, 2*time.Second, 100)
	for b.Loop() {
		r.Health(key)
	}
}
