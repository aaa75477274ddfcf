package format

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"assay/engine/chat"
)

// reason is what a body says about a failure, whatever dialect it says it in.
type reason struct {
	status    int    // HTTP status the body itself names
	code      string // the upstream's own code: "insufficient_quota", "1113"
	class     string // its class: "invalid_request_error", "RESOURCE_EXHAUSTED"
	kind      string // OpenRouter's error_type
	message   string
	provider  string // whom a gateway had asked
	moderated bool
	platform  bool // a gateway's own limit
	retryable *bool
	wait      time.Duration // until a new try makes sense, as far as the body says
	reset     int64         // the same as a moment, ms since 1970
	previous  []chat.PreviousError
}

// maxDepth bounds how far errors wrapped in errors are followed.
const maxDepth = 6

// readReason understands the error bodies of all known dialects: an "error" that is
// an object or a string, "detail" as a text or a list, "message" or "msg" at the
// top, a list of one error, and errors wrapped as text in "metadata.raw". ok is
// false when the body is not JSON.
func readReason(body []byte) (r reason, ok bool) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return reason{}, false
	}
	switch v.(type) {
	case map[string]any, []any, string, nil:
		r.read(v, 0)
		return r, true
	}
	return reason{}, false
}

// read takes what v says where nothing more specific is known yet.
func (r *reason) read(v any, depth int) {
	if depth > maxDepth {
		return
	}
	switch v := v.(type) {
	case string:
		r.readText(v)
	case []any:
		r.readList(v, depth)
	case map[string]any:
		for _, inner := range []string{"error", "errors", "response", "innererror"} {
			if e, ok := v[inner]; ok {
				r.read(e, depth+1)
			}
		}
		r.readFields(v)
		for _, name := range []string{"message", "msg", "detail", "error_msg", "error_message", "error_description", "title"} {
			if r.message == "" {
				r.read(v[name], depth+1)
			}
		}
		if m, ok := v["metadata"].(map[string]any); ok {
			r.readMetadata(m, depth)
		}
		if a, ok := v["availability"].(map[string]any); ok {
			r.readAvailability(a)
		}
	}
}

// readText takes a message, or the error a gateway passed on as text.
func (r *reason) readText(s string) {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "{") || strings.HasPrefix(s, "[") {
		if inner, ok := readReason([]byte(s)); ok && inner.message != "" {
			r.adopt(&inner)
			return
		}
	}
	if r.message == "" {
		r.message = s
	}
}

// readList takes the first error of a list, or all complaints of a validator.
func (r *reason) readList(list []any, depth int) {
	var said []string
	for _, e := range list {
		m, _ := e.(map[string]any)
		msg, _ := m["msg"].(string)
		if msg == "" {
			continue
		}
		var loc []string
		if path, ok := m["loc"].([]any); ok {
			for _, p := range path {
				loc = append(loc, fmt.Sprint(p))
			}
		}
		if len(loc) > 0 {
			msg = strings.Join(loc, ".") + ": " + msg
		}
		said = append(said, msg)
	}
	switch {
	case len(said) > 0 && r.message == "":
		r.message = strings.Join(said, "; ")
	case len(said) == 0 && len(list) > 0:
		r.read(list[0], depth+1)
	}
}

func (r *reason) readFields(m map[string]any) {
	for _, name := range []string{"code", "status", "status_code", "http_status"} {
		if n := number(m[name]); n >= 100 && n < 600 && r.status == 0 {
			r.status = n
		}
	}
	if r.code == "" {
		if r.code = text(m["code"]); r.code == strconv.Itoa(r.status) {
			r.code = ""
		}
	}
	if r.class == "" {
		if r.class = text(m["type"]); r.class == "" || r.class == "error" {
			r.class, _ = m["status"].(string) // Google
		}
	}
	if r.kind == "" {
		r.kind, _ = m["error_type"].(string)
	}
	details, _ := m["details"].([]any) // Google again
	for _, d := range details {
		d, _ := d.(map[string]any)
		if wait, err := time.ParseDuration(text(d["retryDelay"])); err == nil && r.wait == 0 {
			r.wait = wait
		}
		if typeOfCode(r.code) == "" && typeOfCode(text(d["reason"])) != "" {
			r.code = text(d["reason"])
		}
	}
}

// readMetadata takes what OpenRouter adds to an error.
func (r *reason) readMetadata(m map[string]any, depth int) {
	if s, _ := m["error_type"].(string); s != "" && r.kind == "" {
		r.kind = s
	}
	r.provider, _ = m["provider_name"].(string)
	if flagged, ok := m["flagged_input"]; ok && flagged != nil {
		r.moderated = true
	}
	limit, _ := m["limit_source"].(string)
	headers, _ := m["headers"].(map[string]any)
	for name, v := range headers {
		if n, err := strconv.ParseInt(text(v), 10, 64); err == nil && strings.EqualFold(name, "X-RateLimit-Reset") {
			r.reset = n
		}
	}
	r.platform = r.platform || r.provider == "" && (limit != "" || len(headers) > 0)
	if s := text(m["reason"]); typeOfCode(s) != "" && r.code == "" {
		r.code = s
	}
	r.readPrevious(m["previous_errors"])
	if raw, ok := m["raw"]; ok {
		inner := reason{}
		inner.read(raw, depth+1)
		r.adopt(&inner)
	}
}

// adopt takes over what an error inside this one says: the one who failed knows best.
func (r *reason) adopt(inner *reason) {
	if inner.message != "" && (r.message == "" || generic(r.message)) {
		r.message = inner.message
	}
	if inner.code != "" {
		r.code = inner.code
	}
	if inner.class != "" {
		r.class = inner.class
	}
	if r.status == 0 {
		r.status = inner.status
	}
	if r.wait == 0 {
		r.wait = inner.wait
	}
	if r.provider == "" {
		r.provider = inner.provider
	}
	if r.kind == "" {
		r.kind = inner.kind
	}
	r.moderated = r.moderated || inner.moderated
	if len(r.previous) == 0 {
		r.previous = inner.previous
	}
}

// generic reports messages by which a gateway only says that somebody failed.
func generic(message string) bool {
	m := strings.ToLower(message)
	return strings.HasPrefix(m, "provider returned") || strings.HasPrefix(m, "upstream error") || strings.HasPrefix(m, "internal server error")
}

func (r *reason) readPrevious(v any) {
	list, _ := v.([]any)
	for _, e := range list {
		m, _ := e.(map[string]any)
		if m == nil || len(r.previous) >= maxPrevious {
			continue
		}
		p := chat.PreviousError{Provider: text(m["provider"])}
		if p.Provider == "" {
			p.Provider = text(m["provider_name"])
		}
		if p.Status = number(m["status"]); p.Status == 0 {
			p.Status = number(m["code"])
		}
		inner := reason{}
		inner.read(m["message"], 1)
		p.Message = Clean(inner.message, maxMessage)
		r.previous = append(r.previous, p)
	}
}

// maxPrevious bounds the attempts kept of one error.
const maxPrevious = 32

// readAvailability takes OpenRouter's "error.availability".
func (r *reason) readAvailability(m map[string]any) {
	if b, ok := m["retryable"].(bool); ok {
		r.retryable = &b
	}
	if f, err := strconv.ParseFloat(text(m["retry_after"]), 64); err == nil {
		r.wait = seconds(f)
	}
	if r.code == "" {
		r.code = text(m["code"])
	}
}

// text is a JSON text or number as text, "" for anything else.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// number is a JSON number, or a text that holds one, 0 for anything else.
func number(v any) int {
	n, err := strconv.Atoi(text(v))
	if err != nil {
		return 0
	}
	return n
}
