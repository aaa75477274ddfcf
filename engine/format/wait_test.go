package format_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"assay/engine/format"
)

func TestRetryAfter(t *testing.T) {
	const sent = "Fri, 02 Jan 2026 03:04:05 GMT"
	tests := []struct {
		name   string
		status int
		header map[string]string
		body   string
		want   time.Duration
	}{
		{"nothing", 429, nil, "", 0},
		{"seconds", 429, map[string]string{"Retry-After": "7"}, "", 7 * time.Second},
		{"fraction", 429, map[string]string{"Retry-After": "1.5"}, "", 1500 * time.Millisecond},
		{"date", 503, map[string]string{"Retry-After": "Fri, 02 Jan 2026 03:04:35 GMT", "Date": sent}, "", 30 * time.Second},
		{"past date", 503, map[string]string{"Retry-After": "Fri, 02 Jan 2026 03:04:00 GMT", "Date": sent}, "", 0},
		{"negative", 429, map[string]string{"Retry-After": "-3"}, "", 0},
		{"absurd", 429, map[string]string{"Retry-After": "99999999999"}, "", 0},
		{"nonsense", 429, map[string]string{"Retry-After": "soon"}, "", 0},
		{"milliseconds first", 429, map[string]string{"Retry-After-Ms": "250", "Retry-After": "7"}, "", 250 * time.Millisecond},
		{"words", 429, nil, `{"error":{"message":"Rate limit reached. Please try again in 1.2s. Visit x"}}`, 1200 * time.Millisecond},
		{"words, ms", 429, nil, `{"error":{"message":"Please try again in 20ms."}}`, 20 * time.Millisecond},
		{"words, composed", 429, nil, `{"error":{"message":"Please try again in 1h7m12.5s. Need more?"}}`, time.Hour + 7*time.Minute + 12500*time.Millisecond},
		{"words, google", 429, nil, `{"error":{"message":"Please retry in 36.5s."}}`, 36500 * time.Millisecond},
		{"words, azure", 429, nil, `{"error":{"message":"Please retry after 2 minutes and 3 seconds."}}`, 123 * time.Second},
		{"words without a time", 429, nil, `{"error":{"message":"Please retry shortly, or wait 5 turns"}}`, 0},
		{"google details", 429, nil, `{"error":{"message":"x","details":[{"@type":"q"},{"retryDelay":"12s"}]}}`, 12 * time.Second},
		{"header before words", 429, map[string]string{"Retry-After": "3"}, `{"error":{"message":"try again in 9s"}}`, 3 * time.Second},
		{"used-up limits, the longest", 429, map[string]string{
			"X-Ratelimit-Remaining-Requests": "0", "X-Ratelimit-Reset-Requests": "6m0s",
			"X-Ratelimit-Remaining-Tokens": "0", "X-Ratelimit-Reset-Tokens": "1.5s",
		}, "", 6 * time.Minute},
		{"limits that are not used up", 429, map[string]string{
			"X-Ratelimit-Remaining-Requests": "5", "X-Ratelimit-Reset-Requests": "6m0s",
			"X-Ratelimit-Remaining-Tokens": "0", "X-Ratelimit-Reset-Tokens": "1.5s",
		}, "", 1500 * time.Millisecond},
		{"anthropic's", 429, map[string]string{
			"Anthropic-Ratelimit-Tokens-Remaining": "0", "Anthropic-Ratelimit-Tokens-Reset": "2026-01-02T03:04:45Z", "Date": sent,
		}, "", 40 * time.Second},
		{"moment in seconds", 429, map[string]string{"X-Ratelimit-Reset": "1767323055", "Date": sent}, "", 10 * time.Second},
		{"moment in milliseconds", 429, map[string]string{"X-Ratelimit-Reset": "1767323055000", "Date": sent}, "", 10 * time.Second},
		{"resets say nothing about a 400", 400, map[string]string{"X-Ratelimit-Reset": "30"}, "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := http.Header{}
			for k, v := range tt.header {
				h.Set(k, v)
			}
			if got := format.DecodeError(tt.status, h, []byte(tt.body)).RetryAfter; got != tt.want {
				t.Errorf("wait %v, want %v", got, tt.want)
			}
		})
	}
}

func TestRetryAfterWithoutDate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // where the clock stands still
		h := http.Header{}
		h.Set("Retry-After", time.Now().Add(90*time.Second).UTC().Format(http.TimeFormat))
		if got := format.DecodeError(429, h, nil).RetryAfter; got != 90*time.Second {
			t.Errorf("wait %v, want 90s", got)
		}
	})
}
