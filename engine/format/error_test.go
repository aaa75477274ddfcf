package format_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"assay/engine/chat"
	"assay/engine/format"
)

func TestDecodeError(t *testing.T) {
	tests := []struct {
		name   string
		status int
		body   string
		typ    chat.ErrorType
		fault  chat.Fault
		retry  bool
		says   string
	}{
		// Statuses alone, and bodies that say nothing.
		{"400 empty", 400, ``, chat.ErrInvalidRequest, chat.FaultCaller, false, "HTTP 400 Bad Request, without a reason"},
		{"401 empty", 401, `{}`, chat.ErrAuthentication, chat.FaultKey, false, "HTTP 401"},
		{"402", 402, `null`, chat.ErrPayment, chat.FaultKey, false, "402"},
		{"403", 403, `{"error":{}}`, chat.ErrPermission, chat.FaultKey, false, "HTTP 403 Forbidden"},
		{"404", 404, `not here`, chat.ErrNotFound, chat.FaultUpstream, false, "not here"},
		{"405", 405, ``, chat.ErrNotFound, chat.FaultUpstream, false, "405"},
		{"408", 408, ``, chat.ErrTimeout, chat.FaultUpstream, true, "408"},
		{"409", 409, ``, chat.ErrUnmapped, chat.FaultUpstream, true, "409"},
		{"410", 410, ``, chat.ErrNotFound, chat.FaultUpstream, false, "410"},
		{"412", 412, ``, chat.ErrPrecondition, chat.FaultCaller, false, "412"},
		{"413", 413, ``, chat.ErrPayloadTooLarge, chat.FaultCaller, false, "413"},
		{"418", 418, ``, chat.ErrInvalidRequest, chat.FaultCaller, false, "418"},
		{"422", 422, ``, chat.ErrUnprocessable, chat.FaultCaller, false, "422"},
		{"429", 429, ``, chat.ErrRateLimit, chat.FaultUpstream, true, "429"},
		{"451", 451, ``, chat.ErrPermission, chat.FaultKey, false, "451"},
		{"498", 498, ``, chat.ErrOverloaded, chat.FaultUpstream, true, "498"},
		{"500", 500, ``, chat.ErrServer, chat.FaultUpstream, true, "500"},
		{"502", 502, ``, chat.ErrUnavailable, chat.FaultUpstream, true, "502"},
		{"503", 503, ``, chat.ErrOverloaded, chat.FaultUpstream, true, "503"},
		{"504", 504, ``, chat.ErrTimeout, chat.FaultUpstream, true, "504"},
		{"520", 520, ``, chat.ErrUnavailable, chat.FaultUpstream, true, "520"},
		{"524", 524, ``, chat.ErrTimeout, chat.FaultUpstream, true, "524"},
		{"529", 529, ``, chat.ErrOverloaded, chat.FaultUpstream, true, "529"},
		{"302", 302, ``, chat.ErrUnavailable, chat.FaultUpstream, true, "302"},

		// What is no JSON.
		{"web page", 502, `<!DOCTYPE html><html><head><title>502 Bad
			Gateway</title></head><body>x</body></html>`, chat.ErrUnavailable, chat.FaultUpstream, true, "a web page instead of an answer: 502 Bad Gateway"},
		{"web page without title", 503, `<html><body>down</body></html>`, chat.ErrOverloaded, chat.FaultUpstream, true, "a web page instead of an answer"},
		{"plain text", 503, "upstream connect error\n  or disconnect", chat.ErrOverloaded, chat.FaultUpstream, true, "upstream connect error or disconnect"},
		{"binary", 500, "\x00\x01\x02", chat.ErrServer, chat.FaultUpstream, true, "binary data"},
		{"half a JSON", 500, `{"error":{"mess`, chat.ErrServer, chat.FaultUpstream, true, `{"error":{"mess`},

		// OpenAI and what looks like it.
		{"quota", 429, `{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}`,
			chat.ErrPayment, chat.FaultKey, false, "current quota"},
		{"tokens per minute", 429, `{"error":{"message":"Rate limit reached for gpt-x","type":"tokens","code":"rate_limit_exceeded"}}`,
			chat.ErrRateLimit, chat.FaultUpstream, true, "Rate limit reached"},
		{"context by words", 400, `{"error":{"message":"This model's maximum context length is 8192 tokens. However, you requested 9000 tokens.","type":"invalid_request_error"}}`,
			chat.ErrContextLength, chat.FaultCaller, false, "8192"},
		{"output limit", 400, `{"error":{"message":"max_tokens is too large: 99999. This model supports at most 16384","type":"invalid_request_error","code":"invalid_value"}}`,
			chat.ErrMaxTokens, chat.FaultCaller, false, "99999"},
		{"content filter", 400, `{"error":{"message":"The response was filtered due to the prompt","code":"content_filter","innererror":{"code":"ResponsibleAIPolicyViolation"}}}`,
			chat.ErrContentPolicy, chat.FaultCaller, false, "filtered"},
		{"policy", 400, `{"error":{"code":"invalid_prompt","message":"Invalid prompt: your prompt was flagged as potentially violating our usage policy."}}`,
			chat.ErrInvalidPrompt, chat.FaultCaller, false, "flagged"},
		{"country", 403, `{"error":{"code":"unsupported_country_region_territory","message":"Country not supported","type":"request_forbidden"}}`,
			chat.ErrPermission, chat.FaultKey, false, "Country"},
		{"error as text", 404, `{"error":"model \"llama9\" not found, try pulling it first"}`, chat.ErrNotFound, chat.FaultUpstream, false, "try pulling"},
		{"model under 400", 400, `{"error":{"message":"foo/bar is not a valid model ID","code":400}}`, chat.ErrNotFound, chat.FaultUpstream, false, "not a valid model"},
		{"retired model", 400, `{"error":{"message":"The model x has been decommissioned","code":"model_decommissioned"}}`, chat.ErrNotFound, chat.FaultUpstream, false, "decommissioned"},
		{"balance under 429", 429, `{"error":{"code":"1113","message":"Insufficient balance or no resource package"}}`, chat.ErrPayment, chat.FaultKey, false, "Insufficient balance"},
		{"too large by tokens a minute", 413, `{"error":{"message":"Request too large for model x on tokens per minute","type":"tokens","code":"rate_limit_exceeded"}}`,
			chat.ErrRateLimit, chat.FaultUpstream, true, "too large"},
		{"local server out of context", 500, `{"error":{"code":500,"message":"the request exceeds the available context size","type":"server_error"}}`,
			chat.ErrContextLength, chat.FaultCaller, false, "context size"},
		{"broken JSON of the model", 400, `{"error":{"message":"Failed to generate JSON","type":"invalid_request_error","code":"json_validate_failed"}}`,
			chat.ErrUnavailable, chat.FaultUpstream, true, "generate JSON"},

		// Anthropic.
		{"anthropic overloaded", 529, `{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"r"}`,
			chat.ErrOverloaded, chat.FaultUpstream, true, "Overloaded"},
		{"anthropic credit", 400, `{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}}`,
			chat.ErrPayment, chat.FaultKey, false, "credit balance"},
		{"anthropic long prompt", 400, `{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 220000 tokens > 200000 maximum"}}`,
			chat.ErrContextLength, chat.FaultCaller, false, "220000"},
		{"anthropic sum too long", 400, `{"type":"error","error":{"type":"invalid_request_error","message":"input length and max_tokens exceed context limit: 190000 + 20000 > 200000"}}`,
			chat.ErrContextLength, chat.FaultCaller, false, "190000"},
		{"anthropic output limit", 400, `{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: 100000 > 64000, which is the maximum allowed number of output tokens"}}`,
			chat.ErrMaxTokens, chat.FaultCaller, false, "64000"},
		{"anthropic too large", 413, `{"type":"error","error":{"type":"request_too_large","message":"Request exceeds the maximum size"}}`,
			chat.ErrPayloadTooLarge, chat.FaultCaller, false, "maximum size"},

		// OpenRouter.
		{"error_type decides", 400, `{"error":{"code":400,"message":"bad","metadata":{"error_type":"string_too_long"}}}`, chat.ErrStringTooLong, chat.FaultCaller, false, "bad"},
		{"its unmapped does not", 502, `{"error":{"code":502,"message":"x","metadata":{"error_type":"unmapped"}}}`, chat.ErrUnavailable, chat.FaultUpstream, true, "x"},
		{"error_type at the top", 503, `{"error_type":"provider_overloaded","error":{"code":"server_error","message":"busy"}}`, chat.ErrOverloaded, chat.FaultUpstream, true, "busy"},
		{"moderation", 403, `{"error":{"code":403,"message":"anthropic/x requires moderation","metadata":{"reasons":["violence"],"flagged_input":"how to","provider_name":"Anthropic"}}}`,
			chat.ErrContentPolicy, chat.FaultCaller, false, "requires moderation"},
		{"guardrail", 403, `{"error":{"code":403,"message":"Blocked by guardrail","metadata":{"patterns":["x"]}}}`, chat.ErrPermission, chat.FaultKey, false, "guardrail"},
		{"wrapped text", 400, `{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"prompt is too long: 9 > 8\"}}","provider_name":"Anthropic"}}}`,
			chat.ErrContextLength, chat.FaultCaller, false, "Anthropic: prompt is too long"},
		{"wrapped object", 429, `{"error":{"message":"Provider returned error","code":429,"metadata":{"raw":{"error":{"message":"slow down","code":"rate_limit_exceeded"}},"provider_name":"X"}}}`,
			chat.ErrRateLimit, chat.FaultUpstream, true, "X: slow down"},
		{"wrapped twice", 502, `{"error":{"message":"Provider returned error","code":502,"metadata":{"raw":"{\"error\":{\"message\":\"Upstream error from Y: {\\\"error\\\":1}\",\"metadata\":{\"raw\":\"{\\\"detail\\\":\\\"engine crashed\\\"}\"}}}"}}}`,
			chat.ErrUnavailable, chat.FaultUpstream, true, "engine crashed"},
		{"more credits", 402, `{"error":{"message":"This request requires more credits, or fewer max_tokens. You requested up to 65536 tokens, but can only afford 100.","code":402}}`,
			chat.ErrPayment, chat.FaultKey, false, "only afford"},
		{"no endpoints", 404, `{"error":{"message":"No endpoints found matching your data policy","code":404,"availability":{"code":"privacy_restricted","retryable":false}}}`,
			chat.ErrNotFound, chat.FaultUpstream, false, "data policy"},

		// Google, in its own list form.
		{"google limit", 429, `[{"error":{"code":429,"message":"You exceeded your current quota, please check your plan.","status":"RESOURCE_EXHAUSTED"}}]`,
			chat.ErrRateLimit, chat.FaultUpstream, true, "current quota"},
		{"google key", 400, `{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"x","reason":"API_KEY_INVALID"}]}}`,
			chat.ErrAuthentication, chat.FaultKey, false, "not valid"},
		{"google context", 400, `{"error":{"code":400,"message":"The input token count (9) exceeds the maximum number of tokens allowed (8).","status":"INVALID_ARGUMENT"}}`,
			chat.ErrContextLength, chat.FaultCaller, false, "input token count"},
		{"google busy", 503, `{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}`, chat.ErrOverloaded, chat.FaultUpstream, true, "overloaded"},

		// Others.
		{"detail text", 401, `{"detail":"Unauthorized"}`, chat.ErrAuthentication, chat.FaultKey, false, "Unauthorized"},
		{"detail list", 422, `{"detail":[{"loc":["body","messages",0,"role"],"msg":"Field required","type":"missing"},{"loc":["body","x"],"msg":"Extra inputs are not permitted"}]}`,
			chat.ErrUnprocessable, chat.FaultCaller, false, "body.messages.0.role: Field required; body.x: Extra inputs are not permitted"},
		{"message object", 422, `{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","top_k"],"msg":"Extra inputs are not permitted"}]},"type":"invalid_request_error","code":null}`,
			chat.ErrUnprocessable, chat.FaultCaller, false, "body.top_k"},
		{"message at the top", 404, `{"object":"error","message":"The model 'x' does not exist.","type":"NotFoundError","param":null,"code":404}`,
			chat.ErrNotFound, chat.FaultUpstream, false, "does not exist"},
		{"errors list", 403, `{"success":false,"errors":[{"code":10000,"message":"Authentication error"}]}`, chat.ErrPermission, chat.FaultKey, false, "Authentication error"},
		{"problem", 429, `{"type":"about:blank","title":"Too Many Requests","status":429,"detail":"Quota used up"}`, chat.ErrRateLimit, chat.FaultUpstream, true, "Quota used up"},
		{"msg", 400, `{"code":1210,"msg":"bad parameter"}`, chat.ErrInvalidRequest, chat.FaultCaller, false, "bad parameter"},
		{"text alone", 500, `"boom"`, chat.ErrServer, chat.FaultUpstream, true, "boom"},
		{"risk", 400, `{"error":{"message":"Content Exists Risk","type":"invalid_request_error"}}`, chat.ErrContentPolicy, chat.FaultCaller, false, "Risk"},
		{"inspection", 400, `{"error":{"code":"data_inspection_failed","message":"Input data may contain inappropriate content."}}`, chat.ErrContentPolicy, chat.FaultCaller, false, "inappropriate"},
		{"picture", 400, `{"error":{"message":"Could not process image","type":"invalid_request_error"}}`, chat.ErrInvalidImage, chat.FaultCaller, false, "image"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := format.DecodeError(tt.status, nil, []byte(tt.body))
			if e.Type != tt.typ || e.Fault != tt.fault || e.Retryable != tt.retry || e.Status != tt.status {
				t.Errorf("got %s, fault %s, retryable %v, status %d; want %s, %s, %v", e.Type, e.Fault, e.Retryable, e.Status, tt.typ, tt.fault, tt.retry)
			}
			if !strings.Contains(e.Message, tt.says) {
				t.Errorf("message %q does not say %q", e.Message, tt.says)
			}
		})
	}
}

func TestPlatformLimits(t *testing.T) {
	const own = `{"error":{"message":"Rate limit exceeded: free-models-per-day","code":429,"metadata":{"headers":{"X-RateLimit-Limit":"50","X-RateLimit-Remaining":"0","X-RateLimit-Reset":"1760000060000"}}},"user_id":"u"}`
	header := func(pairs ...string) http.Header {
		h := http.Header{}
		for i := 0; i < len(pairs); i += 2 {
			h.Set(pairs[i], pairs[i+1])
		}
		return h
	}
	at := time.UnixMilli(1760000000000).UTC().Format(http.TimeFormat)
	tests := []struct {
		name     string
		status   int
		h        http.Header
		body     string
		platform bool
		retry    bool
		wait     time.Duration
	}{
		{"its own, headers in the body", 429, header("Date", at), own, true, true, time.Minute},
		{"its own, by its words", 429, nil, `{"error":{"message":"Rate limit exceeded: limit_rpm/x","code":429}}`, true, true, 0},
		{"its own, by its headers", 429, header("Date", at, "X-RateLimit-Reset", "1760000030000"), `{"error":{"message":"slow","code":429}}`, true, true, 30 * time.Second},
		{"its balance", 402, nil, `{"error":{"message":"no money","code":402,"metadata":{"limit_source":"openrouter_credits"}}}`, true, false, 0},
		{"held back", 402, header("Retry-After", "5"), `{"error":{"message":"busy","code":402,"metadata":{"reason":"in_flight_budget_exhausted","limit_source":"openrouter_in_flight_budget"}}}`, true, true, 5 * time.Second},
		{"an upstream's", 429, nil, `{"error":{"message":"Provider returned error","code":429,"metadata":{"raw":"limited","provider_name":"Google"}}}`, false, true, 0},
		{"a plain vendor's", 429, header("X-RateLimit-Reset", "30"), `{"error":{"message":"slow","type":"rate_limit_error","code":"rate_limit_exceeded"}}`, false, true, 30 * time.Second},
		{"told not to retry", 503, nil, `{"error":{"message":"x","code":503,"availability":{"code":"temporarily_unavailable","retryable":false}}}`, false, false, 0},
		{"told when", 503, nil, `{"error":{"message":"x","code":503,"availability":{"code":"temporarily_unavailable","retryable":true,"retry_after":7}}}`, false, true, 7 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := format.DecodeError(tt.status, tt.h, []byte(tt.body))
			if e.Platform != tt.platform || e.Retryable != tt.retry || e.RetryAfter != tt.wait {
				t.Errorf("platform %v, retryable %v, wait %v; want %v, %v, %v", e.Platform, e.Retryable, e.RetryAfter, tt.platform, tt.retry, tt.wait)
			}
		})
	}
}

func TestPreviousErrors(t *testing.T) {
	e := format.DecodeError(502, nil, []byte(`{"error":{"message":"all failed","code":502,"metadata":{"previous_errors":[
		{"provider":"A","code":429,"status":429,"message":"{\"error\":{\"message\":\"limited\"}}"},
		{"provider_name":"B","code":"503","message":"down, key sk-or-v1-0123456789abcdef"},
		"odd", {"code":"server_error"}]}}}`))
	want := []chat.PreviousError{{Provider: "A", Status: 429, Message: "limited"}, {Provider: "B", Status: 503, Message: "down, key •••"}, {}}
	if len(e.Previous) != len(want) {
		t.Fatalf("previous %+v", e.Previous)
	}
	for i := range want {
		if e.Previous[i] != want[i] {
			t.Errorf("previous %d: %+v, want %+v", i, e.Previous[i], want[i])
		}
	}
}

func TestInBand(t *testing.T) {
	tests := []struct {
		raw    string
		typ    chat.ErrorType
		status int
		says   string
	}{
		{`{"code":502,"message":"Provider returned error","metadata":{"error_type":"provider_unavailable"}}`, chat.ErrUnavailable, 502, "Provider returned error"},
		{`{"code":"server_error","message":"Internal"}`, chat.ErrServer, 0, "Internal"},
		{`{"code":"429","message":"x"}`, chat.ErrRateLimit, 429, "x"},
		{`{"type":"overloaded_error","message":"Overloaded"}`, chat.ErrOverloaded, 0, "Overloaded"},
		{`{"message":"odd","code":200}`, chat.ErrServer, 0, "odd"},
		{`"the model timed out"`, chat.ErrTimeout, 0, "timed out"},
		{`{}`, chat.ErrServer, 0, "without a reason"},
		{`Internal Server Error`, chat.ErrServer, 0, "Internal Server Error"},
		{`{"error":{"message":"Token limit reached","code":400}}`, chat.ErrTokenLimit, 400, "Token limit"},
	}
	for _, tt := range tests {
		e := format.InBand(json.RawMessage(tt.raw))
		if e.Type != tt.typ || e.Status != tt.status || !strings.Contains(e.Message, tt.says) {
			t.Errorf("%s: %s (%d) %q, want %s (%d) …%s…", tt.raw, e.Type, e.Status, e.Message, tt.typ, tt.status, tt.says)
		}
	}
}

func TestErrorsAreBoundedAndClean(t *testing.T) {
	huge := `{"error":{"message":"` + strings.Repeat("\u00e9", 20_000) + `","code":"` + strings.Repeat("c", 5000) + `"}}`
	e := format.DecodeError(500, nil, []byte(huge))
	if len(e.Message) > 2<<10 || len(e.Raw) > 8<<10 || len(e.Code) > 128 {
		t.Errorf("message %d, raw %d, code %d bytes", len(e.Message), len(e.Raw), len(e.Code))
	}
	for _, s := range []string{e.Message, e.Raw, e.Code} {
		if !utf8.ValidString(s) || !strings.HasSuffix(s, "…") {
			t.Errorf("badly cut: …%q", s[len(s)-10:])
		}
	}
	e = format.DecodeError(500, nil, []byte("bad \xff bytes"))
	if !utf8.ValidString(e.Message) || !utf8.ValidString(e.Raw) {
		t.Errorf("invalid UTF-8 in %q, %q", e.Message, e.Raw)
	}
}

func TestScrub(t *testing.T) {
	tests := map[string]string{
		"Incorrect API key provided: sk-proj-abc***xyz. See https://x": "Incorrect API key provided: •••. See https://x",
		"Incorrect API key provided: my-secret. See":                   "Incorrect API key provided: •••. See",
		"Your api key: ****-key is invalid":                            "Your api key: ••• is invalid",
		"used sk-or-v1-0123456789abcdef0123":                           "used •••",
		"gsk_0123456789abcdefghij and xai-0123456789abcdefghij":        "••• and •••",
		"Authorization: Bearer abcdef123456.ghi":                       "Authorization: Bearer •••",
		`{"api_key":"abcdefgh"}`:                                       `{"api_key":"•••"}`,
		`{\"x-api-key\": \"abcdefgh\"}`:                                `{\"x-api-key\": \"•••\"}`,
		"key AIzaSyA0123456789abcdefghijklmno":                         "key •••",
		"token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcDEF_-":          "token •••",
		"no auth: the API key is missing":                              "no auth: the API key is missing",
		"sk-learn, key-value and max_tokens are words":                 "sk-learn, key-value and max_tokens are words",
		"the model `gpt-5-nano-2025-08-07` does not exist":             "the model `gpt-5-nano-2025-08-07` does not exist",
	}
	for in, want := range tests {
		if got := format.Scrub(in); got != want {
			t.Errorf("Scrub(%q)\n got %q\nwant %q", in, got, want)
		}
	}
}

func FuzzDecodeError(f *testing.F) {
	for _, s := range []string{
		`{"error":{"message":"m","code":429,"metadata":{"raw":"{}","previous_errors":[{}]}}}`, `[{"error":{"details":[{"retryDelay":"3s"}]}}]`,
		`{"detail":[{"loc":[1],"msg":"x"}]}`, `<html>`, `{"error":{"error":{"error":{"error":{"error":{"error":{"error":{}}}}}}}}`, `try again in 1m2s`,
	} {
		f.Add(429, []byte(s))
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		e := format.DecodeError(status, http.Header{}, body)
		if e == nil || e.Type == "" || e.Fault == "" || e.Message == "" {
			t.Fatalf("%+v", e)
		}
		if !utf8.ValidString(e.Message) || len(e.Message) > 3<<10 || len(e.Raw) > 8<<10 {
			t.Fatalf("message %q (%d bytes), raw %d bytes", e.Message, len(e.Message), len(e.Raw))
		}
		if e.RetryAfter < 0 {
			t.Fatalf("wait %v", e.RetryAfter)
		}
	})
}
