package demo

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// kind classes a failure; every format has its own words for it.
type kind int

const (
	kindInvalid kind = iota
	kindAuth
	kindPayment
	kindPermission
	kindNotFound
	kindTooLarge
	kindRate
	kindServer
	kindOverloaded
	kindContext
	kindUnsupported
)

// failure is a request the server does not answer, or stops answering.
type failure struct {
	status     int
	kind       kind
	message    string
	param      string        // the field to blame
	retryAfter time.Duration // 0: no header
}

// errCut is the end of a stream whose connection is to be cut.
var errCut = errors.New("connection cut")

// invalid is a 400 that blames one field.
func invalid(param, message string) *failure {
	return &failure{status: http.StatusBadRequest, kind: kindInvalid, param: param, message: message}
}

// formatOf guesses whose words an error outside the three endpoints should use.
func formatOf(r *http.Request) dialect {
	if r.Header.Get("Anthropic-Version") != "" || strings.HasPrefix(r.URL.Path, "/v1/messages") {
		return messagesFormat{}
	}
	return chatFormat{}
}

// fail writes a failure as a whole answer.
func fail(w http.ResponseWriter, d dialect, f *failure) {
	if f.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(f.retryAfter/time.Second)))
	}
	if f.kind == kindRate {
		d.limits(w.Header(), f.retryAfter)
	}
	writeJSON(w, f.status, d.envelope(f))
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(compact(v), '\n')) // a client that went away is no concern of ours
}
