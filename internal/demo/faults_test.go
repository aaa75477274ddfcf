package demo_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"assay/internal/demo"
)

// stamped notes when the first text of a stream passes.
type stamped struct {
	io.Reader
	first time.Time
}

func (s *stamped) from(r io.Reader) io.Reader { s.Reader = r; return s }

func (s *stamped) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	got := string(p[:n])
	if s.first.IsZero() && (strings.Contains(got, `"content":"`) && !strings.Contains(got, `"content":""`) || strings.Contains(got, `"reasoning_content":"`)) {
		s.first = time.Now()
	}
	return n, err
}

func decode(t testing.TB, r io.Reader) any {
	t.Helper()
	var v any
	if err := json.NewDecoder(r).Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestRefusingFaults(t *testing.T) {
	_, c := start(t, demo.Options{})
	for _, tc := range []struct {
		model           string
		status          int
		chat, anthropic string // type or code of the error
		retry           bool
	}{
		{"demo/flaky", 429, "rate_limit_exceeded", "rate_limit_error", true},
		{"demo/ratelimited", 429, "rate_limit_exceeded", "rate_limit_error", true},
		{"demo/overloaded", 503, "service_unavailable", "overloaded_error", true},
		{"demo/down", 500, "server_error", "api_error", false},
		{"demo/auth", 401, "invalid_api_key", "authentication_error", false},
		{"demo/payment", 402, "insufficient_quota", "billing_error", false},
		{"demo/forbidden", 403, "permission_denied", "permission_error", false},
		{"demo/missing", 404, "model_not_found", "not_found_error", false},
		{"demo/context", 400, "context_length_exceeded", "invalid_request_error", false},
		{"demo/invalid", 400, "unsupported_parameter", "invalid_request_error", false},
	} {
		for _, f := range wires {
			for _, stream := range []bool{true, false} {
				resp := f.post(t, c, f.ask(tc.model, sky, stream, nil))
				v := decode(t, resp.Body)
				if resp.StatusCode != tc.status || (resp.Header.Get("Retry-After") != "") != tc.retry {
					t.Errorf("%s over %s: status %d, Retry-After %q", tc.model, f.name, resp.StatusCode, resp.Header.Get("Retry-After"))
				}
				code, word := str(v, "error", "code"), tc.chat
				if f.name == "messages" {
					code, word = str(v, "error", "type"), tc.anthropic
				}
				if code == "" {
					code = str(v, "error", "type")
				}
				if code != word || str(v, "error", "message") == "" {
					t.Errorf("%s over %s: error %v, want %q", tc.model, f.name, v, word)
				}
			}
		}
	}
	if resp := wires[0].post(t, c, wires[0].ask("demo/flaky@steady", sky, true, nil)); resp.StatusCode != http.StatusOK {
		t.Errorf("the steady endpoint answers %d", resp.StatusCode)
	}
}

func TestBrokenStreams(t *testing.T) {
	for _, f := range wires {
		for _, tc := range []struct {
			model             string
			text, broken, cut bool
			errs              int
		}{
			{model: "demo/cut", text: true, cut: true},
			{model: "demo/garbled", text: true, broken: true},
			{model: "demo/inband", errs: 1},
			{model: "demo/inband-late", text: true, errs: 1},
		} {
			_, c := start(t, demo.Options{})
			resp := f.post(t, c, f.ask(tc.model, sky, true, nil))
			h := f.listen(resp.Body)
			whole := demoText(t, c, f, "demo/fir")
			if resp.StatusCode != http.StatusOK || (h.text != "") != tc.text || h.broken != tc.broken && !tc.cut || len(h.errs) != tc.errs || (h.readErr != nil) != tc.cut {
				t.Errorf("%s over %s: status %d, %+v", tc.model, f.name, resp.StatusCode, h)
			}
			if h.finish != "" && h.finish != "failed" || !strings.HasPrefix(whole, h.text) || len(h.text) >= len(whole) {
				t.Errorf("%s over %s: finish %q after %d of %d bytes", tc.model, f.name, h.finish, len(h.text), len(whole))
			}
			// Not streamed, the same fault spoils the body.
			resp = f.post(t, c, f.ask(tc.model, sky, false, nil))
			if h := f.whole(t, resp.Body); !h.broken && len(h.errs) == 0 {
				t.Errorf("%s over %s, not streamed: %+v", tc.model, f.name, h)
			}
		}
	}
}

func demoText(t *testing.T, c *http.Client, f wire, model string) string {
	t.Helper()
	return f.listen(f.post(t, c, f.ask(model, sky, true, nil)).Body).text
}

func TestWaitingFaults(t *testing.T) {
	for _, f := range wires {
		for _, speed := range []float64{0, 1} {
			synctest.Test(t, func(t *testing.T) {
				_, c := start(t, demo.Options{Speed: speed})
				began := time.Now()
				h := f.listen(f.post(t, c, f.ask("demo/slow", sky, true, nil)).Body)
				if d := time.Since(began); d < 20*time.Second || d > 40*time.Second || h.text == "" || h.comments > 0 {
					t.Errorf("%s: slow took %v, %d comments, %d bytes", f.name, d, h.comments, len(h.text))
				}
				began = time.Now()
				h = f.listen(f.post(t, c, f.ask("demo/keepalive", sky, true, nil)).Body)
				if d := time.Since(began); d < 12*time.Second || h.comments < 12 || h.text == "" {
					t.Errorf("%s: keepalive took %v, %d comments, %d bytes", f.name, d, h.comments, len(h.text))
				}
				whole := f.whole(t, f.post(t, c, f.ask("demo/keepalive", sky, false, nil)).Body)
				if whole.text != h.text {
					t.Errorf("%s: padding spoils a whole body", f.name)
				}
			})
		}
	}
}

func TestStallStaysOpen(t *testing.T) {
	for _, f := range wires {
		synctest.Test(t, func(t *testing.T) {
			_, c := start(t, demo.Options{})
			resp := f.post(t, c, f.ask("demo/stall", sky, true, nil))
			time.AfterFunc(10*time.Minute, func() { _ = resp.Body.Close() })
			began := time.Now()
			h := f.listen(resp.Body)
			if d := time.Since(began); d != 10*time.Minute || h.text == "" || h.done {
				t.Errorf("%s: stalled for %v with %+v", f.name, d, h)
			}
		})
	}
}

func TestSpokenFaults(t *testing.T) {
	_, c := start(t, demo.Options{})
	for _, f := range wires {
		say := func(model string) heard { return f.listen(f.post(t, c, f.ask(model, sky, true, nil)).Body) }
		if h := say("demo/empty"); h.text != "" || !h.done || h.completion != 0 {
			t.Errorf("%s: empty: %+v", f.name, h)
		}
		h := say("demo/refuses")
		if want := map[string]string{"chat": "content_filter", "messages": "refusal", "responses": "completed"}[f.name]; h.finish != want || h.text == "" {
			t.Errorf("%s: refusal: %+v", f.name, h)
		}
		if h := say("demo/wide"); !strings.Contains(h.text, "👩‍👩‍👧‍👦") || !strings.Contains(h.text, "日本語") {
			t.Errorf("%s: wide text is damaged", f.name)
		}
		if h := say("demo/hostile"); !strings.Contains(h.text, "\x1b]52;") || !strings.Contains(h.text, "\u202e") {
			t.Errorf("%s: hostile text is tame", f.name)
		}
		if f.name != "chat" {
			continue // thousands of events: once is enough
		}
		if h := say("demo/long"); len(h.text) < 64<<10 || len(h.text) > 80<<10 {
			t.Errorf("%s: long is %d bytes", f.name, len(h.text))
		}
	}
}

func TestFaultsOnDemand(t *testing.T) {
	_, c := start(t, demo.Options{Faults: map[string]demo.Fault{
		"demo/alder": {Kind: "ratelimited", First: 2},
		"demo/birch": {Kind: "down"},
	}})
	var got []int
	for range 3 {
		got = append(got, wires[0].post(t, c, wires[0].ask("demo/alder", sky, true, nil)).StatusCode)
	}
	got = append(got, wires[0].post(t, c, wires[0].ask("demo/birch", sky, true, nil)).StatusCode)
	if want := []int{429, 429, 200, 500}; !equal(got, want) {
		t.Errorf("statuses %v, want %v", got, want)
	}
	if _, err := demo.New(demo.Options{Faults: map[string]demo.Fault{"demo/alder": {Kind: "nonsense"}}}); err == nil {
		t.Error("an unknown fault is accepted")
	}
}

func equal(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestEveryFaultIsListedAndShown(t *testing.T) {
	listed := map[string]bool{}
	for _, m := range demo.Models() {
		if m.Role == demo.RoleFault {
			listed[strings.TrimPrefix(m.ID, demo.Prefix)] = true
			if _, err := demo.New(demo.Options{Faults: map[string]demo.Fault{"x": {Kind: strings.TrimPrefix(m.ID, demo.Prefix)}}}); err != nil {
				t.Errorf("%s is listed and unknown", m.ID)
			}
		}
	}
	for _, name := range demo.FaultNames() {
		if !listed[name] {
			t.Errorf("fault %s is not listed as a model", name)
		}
	}
}

var offered = []map[string]any{
	{"name": "weather", "schema": map[string]any{"type": "object", "required": []string{"city", "days"},
		"properties": map[string]any{"city": map[string]any{"type": "string"}, "days": map[string]any{"type": "integer", "minimum": 2}}}},
	{"name": "search_web", "schema": map[string]any{"type": "object"}},
	{"name": "stock", "schema": nil},
}

// tools puts the tools on offer in the words of a format.
func (f wire) tools() []any {
	var out []any
	for _, t := range offered {
		switch f.name {
		case "chat":
			out = append(out, map[string]any{"type": "function", "function": map[string]any{"name": t["name"], "parameters": t["schema"]}})
		case "messages":
			out = append(out, map[string]any{"name": t["name"], "input_schema": t["schema"]})
		default:
			out = append(out, map[string]any{"type": "function", "name": t["name"], "parameters": t["schema"]})
		}
	}
	return out
}

func TestTools(t *testing.T) {
	_, c := start(t, demo.Options{})
	const ask = "What about Oslo?"
	for _, f := range wires {
		call := func(model, prompt string, more map[string]any) heard {
			all := map[string]any{"tools": f.tools()}
			for k, v := range more {
				all[k] = v
			}
			return f.listen(f.post(t, c, f.ask(model, prompt, true, all)).Body)
		}
		h := call("demo/tools", ask, nil)
		if len(h.calls) != 2 || h.calls[0] != `weather{"city":"What about Oslo?","days":2}` || h.calls[1] != "search_web{}" {
			t.Errorf("%s: calls %q", f.name, h.calls)
		}
		if want := map[string]string{"chat": "tool_calls", "messages": "tool_use", "responses": "completed"}[f.name]; h.finish != want {
			t.Errorf("%s: finish %q", f.name, h.finish)
		}
		if h := call("demo/alder", "What will the weather be?", nil); len(h.calls) != 1 || !strings.HasPrefix(h.calls[0], "weather") {
			t.Errorf("%s: a question about a tool calls %q", f.name, h.calls)
		}
		if h := call("demo/alder", ask, nil); len(h.calls) != 0 || h.text == "" {
			t.Errorf("%s: an unrelated question calls %q", f.name, h.calls)
		}
		forced := any(map[string]any{"type": "function", "name": "stock", "function": map[string]any{"name": "stock"}})
		if f.name == "messages" {
			forced = map[string]any{"type": "tool", "name": "stock"}
		}
		if h := call("demo/alder", ask, map[string]any{"tool_choice": forced}); len(h.calls) != 1 || h.calls[0] != "stock{}" {
			t.Errorf("%s: forced call is %q", f.name, h.calls)
		}
		none := any("none")
		if f.name == "messages" {
			none = map[string]any{"type": "none"}
		}
		if h := call("demo/tools", ask, map[string]any{"tool_choice": none}); len(h.calls) != 0 {
			t.Errorf("%s: forbidden call %q", f.name, h.calls)
		}
	}
}

func TestToolResultIsAnswered(t *testing.T) {
	_, c := start(t, demo.Options{})
	user := map[string]any{"role": "user", "content": "weather?"}
	for _, f := range wires {
		more := map[string]any{"tools": f.tools()}
		switch f.name {
		case "chat":
			more["messages"] = []any{user, map[string]any{"role": "assistant", "content": nil}, map[string]any{"role": "tool", "tool_call_id": "x", "content": "11 degrees"}}
		case "messages":
			more["messages"] = []any{user, map[string]any{"role": "assistant", "content": []any{map[string]any{"type": "tool_use", "id": "x", "name": "weather", "input": map[string]any{}}}},
				map[string]any{"role": "user", "content": []any{map[string]any{"type": "tool_result", "tool_use_id": "x", "content": "11 degrees"}}}}
		default:
			more["input"] = []any{user, map[string]any{"type": "function_call", "call_id": "x", "name": "weather", "arguments": "{}"},
				map[string]any{"type": "function_call_output", "call_id": "x", "output": "11 degrees"}}
		}
		h := f.listen(f.post(t, c, f.ask("demo/tools", "", true, more)).Body)
		if len(h.calls) != 0 || !strings.Contains(h.text, "11 degrees") {
			t.Errorf("%s: %+v", f.name, h)
		}
	}
}
