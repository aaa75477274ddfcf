package demo

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Bounds on what Requests can look back on.
const (
	keepRequests = 256
	keepBody     = 256 << 10 // bytes of each
)

// Request is one request the server has received.
type Request struct {
	Seq    int // 1 for the first request of the server
	Time   time.Time
	Method string
	Path   string
	Model  string      // as the body names it; "" when it does not
	Stream bool        // the body asks for a stream
	Header http.Header // values that may hold a key are replaced by "•••"
	Body   []byte      // at most its first 256 KiB
}

// requestLog keeps the last requests.
type requestLog struct {
	mu    sync.Mutex
	total int
	kept  []Request
}

func (l *requestLog) add(r *http.Request, body []byte) {
	var named struct {
		Model  string `json:"model"`
		Stream bool   `json:"stream"`
	}
	_ = json.Unmarshal(body, &named) // a body that is no JSON names no model
	req := Request{Time: time.Now(), Method: r.Method, Path: r.URL.Path, Model: named.Model,
		Stream: named.Stream, Header: withoutKeys(r.Header), Body: slices.Clone(body[:min(len(body), keepBody)])}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total++
	req.Seq = l.total
	if len(l.kept) == keepRequests {
		l.kept = slices.Delete(l.kept, 0, 1)
	}
	l.kept = append(l.kept, req)
}

// Requests lists the last 256 requests in the order they came. Headers and bodies
// are shared with the server: read them only.
func (s *Server) Requests() []Request {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return slices.Clone(s.log.kept)
}

// Count is how many requests were received since the start.
func (s *Server) Count() int {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return s.log.total
}

// withoutKeys copies headers and masks those that carry credentials.
func withoutKeys(h http.Header) http.Header {
	h = h.Clone()
	for name := range h {
		low := strings.ToLower(name)
		if low == "authorization" || low == "cookie" || strings.Contains(low, "key") || strings.Contains(low, "token") {
			h[name] = []string{"•••"}
		}
	}
	return h
}
