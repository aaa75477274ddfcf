package health

import (
	"encoding/json"
	"fmt"
	"time"
)

// saved is one endpoint on disk. Short keys: there may be thousands of rows.
type saved struct {
	Model    string      `json:"m"`
	Tag      string      `json:"t"`
	Short    savedWindow `json:"s"`
	Medium   savedWindow `json:"h"`
	Long     savedWindow `json:"d"`
	TTFT     []float32   `json:"l,omitempty"`
	Speed    []float32   `json:"v,omitempty"`
	Failures int         `json:"f,omitempty"`
	Wait     int64       `json:"w,omitempty"` // ns
	Until    int64       `json:"u,omitempty"` // Unix ns
	Cool     int64       `json:"c,omitempty"` // Unix ns
	Used     int64       `json:"a"`           // Unix ns
}

type savedWindow struct {
	Newest int64    `json:"n"`
	OK     []uint16 `json:"o"`
	Bad    []uint16 `json:"b"`
}

// Save is the registry as bytes for Load. Errors and their words are not kept.
func (r *Registry) Save() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	rows := make([]saved, 0, len(r.all))
	for k, e := range r.all {
		rows = append(rows, saved{
			Model: k.Model, Tag: k.Tag,
			Short: e.short.save(), Medium: e.medium.save(), Long: e.long.save(),
			TTFT: e.ttft.save(), Speed: e.speed.save(),
			Failures: e.breaker.failures, Wait: int64(e.breaker.wait),
			Until: unixNano(e.breaker.until), Cool: unixNano(e.coolUntil), Used: unixNano(e.used),
		})
	}
	b, err := json.Marshal(rows)
	if err != nil {
		return nil // no value in it can fail to encode
	}
	return b
}

// Load restores what Save gave. What is too old to matter ages out by itself; a
// registry that cannot be read leaves r as it was.
func (r *Registry) Load(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	var rows []saved
	if err := json.Unmarshal(b, &rows); err != nil {
		return fmt.Errorf("load endpoint health: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range rows {
		e := r.at(Key{s.Model, s.Tag})
		e.short.load(s.Short)
		e.medium.load(s.Medium)
		e.long.load(s.Long)
		e.ttft.load(s.TTFT)
		e.speed.load(s.Speed)
		e.breaker = breaker{failures: s.Failures, wait: time.Duration(s.Wait), until: fromUnixNano(s.Until)}
		e.coolUntil, e.used = fromUnixNano(s.Cool), fromUnixNano(s.Used)
		e.fresh = false
	}
	return nil
}

func (w *window) save() savedWindow {
	return savedWindow{Newest: w.newest, OK: w.ok[:], Bad: w.bad[:]}
}

func (w *window) load(s savedWindow) {
	w.newest = max(s.Newest, 0)
	copy(w.ok[:], s.OK)
	copy(w.bad[:], s.Bad)
}

// save lists the measurements, oldest first.
func (r *ring) save() []float32 {
	var out []float32
	for i := max(r.n-samples, 0); i < r.n; i++ {
		out = append(out, r.v[i%samples])
	}
	return out
}

func (r *ring) load(v []float32) {
	*r = ring{}
	for _, x := range v {
		r.add(x)
	}
}

func unixNano(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func fromUnixNano(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n)
}
