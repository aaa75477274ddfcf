package format

import (
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// maxWait is the longest hint believed; anything beyond is a mistake of the sender.
const maxWait = 31 * 24 * time.Hour

// waitFor is how long an answer asks to wait before the next try, 0 when it does not
// say. It reads, the most explicit first: retry-after-ms, Retry-After (seconds or a
// date), what the body says, and for a 429 or 503 the reset times of the limits that
// are used up. Moments are measured against the answer's own Date header, so a wrong
// clock on this side does not matter.
func waitFor(status int, h http.Header, r *reason) time.Duration {
	if d := headerWait(h); d > 0 {
		return d
	}
	if r.wait > 0 {
		return clampWait(r.wait)
	}
	if r.reset > 0 {
		return until(epoch(r.reset), h)
	}
	if d := waitInText(r.message); d > 0 {
		return d
	}
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		return resetIn(h)
	}
	return 0
}

func headerWait(h http.Header) time.Duration {
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil {
		return seconds(ms / 1000)
	}
	v := strings.TrimSpace(h.Get("Retry-After"))
	if s, err := strconv.ParseFloat(v, 64); err == nil {
		return seconds(s)
	}
	if t, err := http.ParseTime(v); err == nil {
		return until(t, h)
	}
	return 0
}

// resetIn reads the reset headers: "x-ratelimit-reset" (a moment or a number of
// seconds), OpenAI's "x-ratelimit-reset-requests: 6m0s" and Anthropic's
// "anthropic-ratelimit-tokens-reset: 2026-01-02T03:04:05Z". Where a limit says how
// much of it remains, only used-up ones count; the longest of them decides.
func resetIn(h http.Header) time.Duration {
	var longest time.Duration
	for name := range h {
		key := strings.ToLower(name)
		if !strings.Contains(key, "ratelimit") || !strings.Contains(key, "reset") {
			continue
		}
		remaining := h.Get(strings.Replace(key, "reset", "remaining", 1))
		if left, err := strconv.ParseFloat(remaining, 64); err == nil && left > 0 {
			continue
		}
		longest = max(longest, parseReset(h.Get(name), h))
	}
	return longest
}

func parseReset(v string, h http.Header) time.Duration {
	v = strings.TrimSpace(v)
	if n, err := strconv.ParseFloat(v, 64); err == nil {
		if n > 1e9 { // a moment: no limit resets in thirty years
			return until(epoch(int64(n)), h)
		}
		return seconds(n)
	}
	if d, err := time.ParseDuration(v); err == nil {
		return clampWait(d)
	}
	for _, layout := range []string{time.RFC3339, time.RFC1123} {
		if t, err := time.Parse(layout, v); err == nil {
			return until(t, h)
		}
	}
	return 0
}

// epoch reads a moment in seconds or milliseconds since 1970.
func epoch(n int64) time.Time {
	if n > 1e11 {
		return time.UnixMilli(n)
	}
	return time.Unix(n, 0)
}

func until(t time.Time, h http.Header) time.Duration {
	now := time.Now()
	if sent, err := http.ParseTime(h.Get("Date")); err == nil {
		now = sent
	}
	return clampWait(t.Sub(now))
}

func seconds(s float64) time.Duration {
	if math.IsNaN(s) || s <= 0 || s > maxWait.Seconds() {
		return 0
	}
	return time.Duration(s * float64(time.Second))
}

func clampWait(d time.Duration) time.Duration {
	if d <= 0 || d > maxWait {
		return 0
	}
	return d
}

// waitWords finds "try again in 1.2s", "Please retry in 36.5 seconds", "wait 2 minutes",
// "try again in 1h7m12.5s". Source: messages of OpenAI, Groq, Google and Azure.
var waitWords = regexp.MustCompile(`(?i)(?:try again|retry|wait)(?: in| after| for|:)? (?:at least )?((?:\d+(?:\.\d+)?\s?[a-z]{1,12}[ ,]*(?:and )?)+)`)

var waitUnit = regexp.MustCompile(`(?i)(\d+(?:\.\d+)?)\s?([a-z]+)`)

func waitInText(s string) time.Duration {
	m := waitWords.FindStringSubmatch(s)
	if m == nil {
		return 0
	}
	var total float64
	for _, u := range waitUnit.FindAllStringSubmatch(m[1], -1) {
		n, err := strconv.ParseFloat(u[1], 64)
		if err != nil {
			return 0
		}
		switch strings.ToLower(u[2]) {
		case "ms", "millisecond", "milliseconds":
			total += n / 1000
		case "s", "sec", "secs", "second", "seconds":
			total += n
		case "m", "min", "mins", "minute", "minutes":
			total += n * 60
		case "h", "hr", "hrs", "hour", "hours":
			total += n * 3600
		default:
			return 0
		}
	}
	return seconds(total)
}
