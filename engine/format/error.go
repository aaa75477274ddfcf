package format

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"assay/engine/chat"
)

// DecodeError classifies an answer whose status is not 2xx, in any dialect. It never
// returns nil, and neither Message nor Raw holds anything that looks like a key.
func DecodeError(status int, h http.Header, body []byte) *chat.Error {
	r, ok := readReason(body)
	if !ok {
		r.message = plainReason(body)
	}
	e := newError(status, h, &r, body)
	if e.Message == "" {
		e.Message = strings.TrimSpace(fmt.Sprintf("HTTP %d %s, without a reason", status, http.StatusText(status)))
	}
	return e
}

// InBand classifies an error reported inside an answer whose status was 2xx. raw is
// the error itself, not the event around it.
func InBand(raw json.RawMessage) *chat.Error {
	r, ok := readReason(raw)
	if !ok {
		r.message = plainReason(raw)
	}
	status := r.status
	if status < 400 {
		status = 0
	}
	e := newError(status, nil, &r, raw)
	if e.Message == "" {
		e.Message = "the upstream reported an error without a reason"
	}
	return e
}

// NotAnAnswer is the error of a whole body with status 2xx that holds no answer.
func NotAnAnswer(body []byte) *chat.Error {
	r, ok := readReason(body)
	if ok && r.message != "" {
		return newError(0, nil, &r, body)
	}
	e := Cut("the upstream sent no answer")
	if said := plainReason(body); said != "" && !ok {
		e.Message = said
	}
	e.Raw = Clean(string(body), maxRaw)
	return e
}

// Cut is the error of an answer that ended before the upstream said it was complete.
func Cut(what string) *chat.Error {
	return &chat.Error{Type: chat.ErrUnavailable, Fault: chat.FaultUpstream, Retryable: true, Message: what}
}

// Unfinished is the error of a stream that ended before the answer did. strange is
// the first event that was no JSON, which often says what really happened.
func Unfinished(strange string) *chat.Error {
	what := "the stream ended before the answer was complete"
	if strange != "" {
		what += "; it also said: " + strange
	}
	return Cut(what)
}

// Broke is the error of an answer whose finish reason is an error nobody described.
func Broke(native string) *chat.Error {
	return Cut("the upstream ended the answer with an error (" + native + ")")
}

// Strange is an event that was no JSON, as far as an error repeats it.
func Strange(data []byte) string { return Clean(string(data), 200) }

func newError(status int, h http.Header, r *reason, body []byte) *chat.Error {
	t := typeOf(status, r)
	e := &chat.Error{
		Type: t, Fault: faultOf(t), Status: status, Code: Clean(r.code, maxCode),
		Message: Clean(r.message, maxMessage), Raw: Clean(string(body), maxRaw),
		Retryable: retryable(t), RetryAfter: waitFor(status, h, r),
		Platform: isPlatform(h, r), Previous: r.previous,
	}
	if r.provider != "" && !strings.HasPrefix(e.Message, r.provider) {
		e.Message = Clean(r.provider, maxCode) + ": " + e.Message
	}
	if t == chat.ErrPayment && e.RetryAfter > 0 {
		e.Retryable = true // held back while other requests run, not used up
	}
	if r.retryable != nil {
		e.Retryable = *r.retryable
	}
	return e
}

// isPlatform tells a gateway's own limit from one of the upstream behind it.
// OpenRouter sends X-RateLimit-Reset in ms since 1970 with its own limits only, and
// names the upstream otherwise.
func isPlatform(h http.Header, r *reason) bool {
	if r.provider != "" {
		return false
	}
	if r.platform || strings.HasPrefix(r.message, "Rate limit exceeded: ") {
		return true
	}
	return r.status == http.StatusTooManyRequests && len(h.Get("X-RateLimit-Reset")) == len("1700000000000")
}

// How much of an upstream's words is kept, in bytes.
const (
	maxMessage = 2 << 10
	maxRaw     = 8 << 10
	maxCode    = 128
)

// Clean is untrusted text made safe to keep: without what looks like a key, at most
// limit bytes, cut between characters, valid UTF-8. Control characters stay.
func Clean(s string, limit int) string {
	const look = 64 // a key that crosses the cut must still be seen whole
	if len(s) > limit+look {
		s = s[:limit+look]
	}
	s = Scrub(strings.ToValidUTF8(strings.TrimSpace(s), "\uFFFD"))
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit-len("…")], "") + "…"
}

// plainReason is one honest line about a body that is not JSON.
func plainReason(body []byte) string {
	s := strings.TrimSpace(string(body[:min(len(body), maxRaw)]))
	if s == "" {
		return ""
	}
	if s[0] == '<' || strings.Contains(strings.ToLower(s[:min(len(s), 200)]), "<html") {
		if m := title.FindStringSubmatch(s); m != nil {
			return "a web page instead of an answer: " + strings.Join(strings.Fields(m[1]), " ")
		}
		return "a web page instead of an answer"
	}
	if bytes.IndexByte(body, 0) >= 0 {
		return "binary data instead of an answer"
	}
	line := strings.Join(strings.Fields(s), " ")
	return Clean(line, 300)
}

var title = regexp.MustCompile(`(?is)<title[^>]*>(.{1,120}?)</title>`)
