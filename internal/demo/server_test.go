package demo_test

import (
	"bytes"
	"context"
	"math"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"assay/internal/demo"
	"assay/internal/demo/demotest"
)

const sky = "Why is the sky blue?"

// TestFormatsAgree checks that an answer is the same through every format, streamed
// or whole, and that its bill is.
func TestFormatsAgree(t *testing.T) {
	_, c := start(t, demo.Options{})
	for _, m := range demo.Models() {
		if m.Role != demo.RoleVoice {
			continue
		}
		t.Run(m.Name, func(t *testing.T) {
			var first heard
			for i, f := range wires {
				streamed := f.listen(f.post(t, c, f.ask(m.ID, sky, true, nil)).Body)
				whole := f.whole(t, f.post(t, c, f.ask(m.ID, sky, false, nil)).Body)
				if i == 0 {
					first = streamed
				}
				if streamed.text == "" || !streamed.done || streamed.readErr != nil {
					t.Fatalf("%s: incomplete stream: %+v", f.name, streamed)
				}
				if streamed.text != first.text || whole.text != first.text || streamed.thought != first.thought || whole.thought != first.thought {
					t.Errorf("%s: text differs between formats or transfers", f.name)
				}
				if streamed.completion != first.completion || whole.completion != first.completion || whole.prompt != streamed.prompt {
					t.Errorf("%s: usage differs: streamed %+v whole %+v", f.name, streamed, whole)
				}
				if m.Reasoning != (streamed.thought != "") || m.Reasoning && f.name != "messages" && streamed.reasoning == 0 {
					t.Errorf("%s: reasoning %q of %d tokens", f.name, streamed.thought, streamed.reasoning)
				}
				if want := map[string]string{"chat": "stop", "messages": "end_turn", "responses": "completed"}[f.name]; streamed.finish != want || whole.finish != want {
					t.Errorf("%s: finish %q and %q, want %q", f.name, streamed.finish, whole.finish, want)
				}
			}
		})
	}
}

func TestSameRequestSameBytes(t *testing.T) {
	read := func(seed uint64, model, prompt string) string {
		_, c := start(t, demo.Options{Seed: seed})
		return wires[0].listen(wires[0].post(t, c, wires[0].ask(model, prompt, true, nil)).Body).text
	}
	const odd = "What should I cook for nine badgers tonight?"
	if a, b := read(1, "demo/elm", odd), read(1, "demo/elm", odd); a != b {
		t.Errorf("two answers to one request differ:\n%s\n---\n%s", a, b)
	}
	if read(1, "demo/alder", odd) == read(1, "demo/birch", odd) {
		t.Error("two voices say the same")
	}
}

func TestLimitsOfTheRequest(t *testing.T) {
	_, c := start(t, demo.Options{})
	for _, f := range wires {
		limit := map[string]string{"chat": "max_tokens", "messages": "max_tokens", "responses": "max_output_tokens"}[f.name]
		h := f.listen(f.post(t, c, f.ask("demo/alder", sky, true, map[string]any{limit: 20})).Body)
		if want := map[string]string{"chat": "length", "messages": "max_tokens", "responses": "incomplete"}[f.name]; h.finish != want {
			t.Errorf("%s: finish %q, want %q", f.name, h.finish, want)
		}
		if h.completion > 20 || h.completion < 15 {
			t.Errorf("%s: %d tokens for a limit of 20", f.name, h.completion)
		}
		if f.name == "responses" {
			continue // has no stop sequences
		}
		field := map[string]string{"chat": "stop", "messages": "stop_sequences"}[f.name]
		h = f.listen(f.post(t, c, f.ask("demo/fir", sky, true, map[string]any{field: []string{"Rayleigh"}})).Body)
		if strings.Contains(h.text, "Rayleigh") || h.text == "" {
			t.Errorf("%s: stop sequence not obeyed: %q", f.name, h.text)
		}
	}
}

func TestConversationIsCached(t *testing.T) {
	_, c := start(t, demo.Options{})
	turns := []any{
		map[string]any{"role": "user", "content": sky},
		map[string]any{"role": "assistant", "content": "Rayleigh scattering."},
		map[string]any{"role": "user", "content": "And what about zebras on Tuesdays, in general?"},
	}
	for _, f := range wires {
		field := "messages"
		if f.name == "responses" {
			field = "input"
		}
		h := f.listen(f.post(t, c, f.ask("demo/cedar", "", true, map[string]any{field: turns})).Body)
		if h.cached == 0 || h.cached >= h.prompt {
			t.Errorf("%s: %d of %d prompt tokens cached", f.name, h.cached, h.prompt)
		}
		if !strings.Contains(h.text, "zebras") || !strings.Contains(h.text, "sky") {
			t.Errorf("%s: the last turn is not answered with the one before in mind:\n%s", f.name, h.text)
		}
	}
}

func TestRequestsAreRecordedWithoutKeys(t *testing.T) {
	s, c := start(t, demo.Options{})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, demotest.BaseURL+"/chat/completions",
		strings.NewReader(string(wires[0].ask("demo/fir", sky, false, nil))))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer secret-one")
	req.Header.Set("X-Api-Key", "secret-two")
	req.Header.Set("X-Team", "red")
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got := s.Requests()
	if len(got) != 1 || s.Count() != 1 {
		t.Fatalf("%d requests recorded, %d counted", len(got), s.Count())
	}
	r := got[0]
	if r.Seq != 1 || r.Path != "/v1/chat/completions" || r.Model != "demo/fir" || r.Stream || r.Header.Get("X-Team") != "red" {
		t.Errorf("recorded %+v", r)
	}
	for name, values := range r.Header {
		if slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, "secret") }) {
			t.Errorf("header %s keeps a key", name)
		}
	}
}

func TestRejectsWhatUpstreamsReject(t *testing.T) {
	_, c := start(t, demo.Options{})
	for _, f := range wires {
		empty := map[string]any{"messages": []any{}, "input": []any{}}
		for name, body := range map[string][]byte{
			"no JSON":        []byte("{"),
			"no model":       f.ask("", sky, true, nil),
			"no messages":    f.ask("demo/fir", sky, true, empty),
			"hot":            f.ask("demo/fir", sky, true, map[string]any{"temperature": 9}),
			"content of 7":   f.ask("demo/fir", sky, true, map[string]any{"messages": []any{map[string]any{"role": "user", "content": 7}}, "input": 7}),
			"nobody's role":  f.ask("demo/fir", sky, true, map[string]any{"messages": []any{map[string]any{"role": "king"}}, "input": []any{map[string]any{"role": "king"}}}),
			"longer context": f.ask("demo/fir", strings.Repeat("word ", 40_000), true, nil),
		} {
			resp := f.post(t, c, body)
			if h := f.whole(t, resp.Body); resp.StatusCode != http.StatusBadRequest || len(h.errs) != 1 {
				t.Errorf("%s, %s: status %d, errors %q", f.name, name, resp.StatusCode, h.errs)
			}
		}
		if resp := f.post(t, c, f.ask("demo/nobody", sky, true, nil)); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: unknown model: status %d", f.name, resp.StatusCode)
		}
	}
	resp, err := c.Post(demotest.BaseURL+"/messages", "application/json", strings.NewReader(string(wires[1].ask("demo/fir", sky, true, nil))))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("Messages without a version: status %d", resp.StatusCode)
	}
}

func TestPaceIsTheVoices(t *testing.T) {
	for _, m := range demo.Models() {
		if m.Role != demo.RoleVoice {
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			_, c := start(t, demo.Options{Speed: 1})
			f := wires[0]
			began := time.Now()
			resp := f.post(t, c, f.ask(m.ID, sky, true, nil))
			in := &stamped{}
			h := f.listen(in.from(resp.Body))
			ttft := in.first.Sub(began)
			if ttft < m.TTFT/2 || ttft > 2*m.TTFT {
				t.Errorf("%s: first token after %v, usual is %v", m.ID, ttft, m.TTFT)
			}
			rate := float64(h.completion) / time.Since(in.first).Seconds()
			if rate < 0.8*m.Rate || rate > 1.25*m.Rate {
				t.Errorf("%s: %.0f tokens/s, usual is %.0f", m.ID, rate, m.Rate)
			}
		})
	}
}

func TestSpeedMultiplies(t *testing.T) {
	took := func(speed float64) (d time.Duration) {
		synctest.Test(t, func(t *testing.T) {
			_, c := start(t, demo.Options{Speed: speed})
			began := time.Now()
			wires[0].listen(wires[0].post(t, c, wires[0].ask("demo/birch", sky, true, nil)).Body)
			d = time.Since(began)
		})
		return d
	}
	once, twice, never := took(1), took(2), took(0)
	if ratio := once.Seconds() / twice.Seconds(); ratio < 1.9 || ratio > 2.1 {
		t.Errorf("speed 1 took %v, speed 2 %v", once, twice)
	}
	if never != 0 {
		t.Errorf("speed 0 took %v", never)
	}
}

// TestClientLeaves checks that a stream ends with its client: synctest reports the
// goroutines that stay.
func TestClientLeaves(t *testing.T) {
	for _, model := range []string{"demo/alder", "demo/stall", "demo/slow", "demo/keepalive"} {
		for _, f := range wires {
			synctest.Test(t, func(t *testing.T) {
				s, c := start(t, demo.Options{Speed: 1})
				resp := f.post(t, c, f.ask(model, sky, true, nil))
				time.Sleep(1500 * time.Millisecond)
				_ = resp.Body.Close()
				began := time.Now()
				if err := s.Close(); err != nil {
					t.Error(err)
				}
				if d := time.Since(began); d > 0 {
					t.Errorf("%s over %s: closing took %v", model, f.name, d)
				}
			})
		}
	}
}

func TestCloseEndsEverything(t *testing.T) {
	s, err := demo.Start(demo.Options{Speed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(s.URL(), "http://127.0.0.1:") {
		t.Errorf("URL is %q", s.URL())
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL()+"/v1/chat/completions",
		strings.NewReader(string(wires[0].ask("demo/stall", sky, true, nil))))
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	resp, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if h := wires[0].listen(resp.Body); h.readErr == nil {
		t.Error("the stream of a closed server ended as if it were whole")
	}
	if err := s.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
}

func TestModels(t *testing.T) {
	_, c := start(t, demo.Options{})
	models := demo.Models()
	seen := map[string]bool{}
	formats := map[string]int{}
	for _, m := range models {
		if seen[m.ID] || !strings.HasPrefix(m.ID, demo.Prefix) || m.Name == "" || m.Description == "" || m.Context == 0 || len(m.Endpoints) == 0 {
			t.Errorf("model %+v", m)
		}
		seen[m.ID] = true
		if m.Role == demo.RoleVoice {
			formats[m.Format]++
		}
		tags := map[string]bool{}
		for _, e := range m.Endpoints {
			if tags[e.Tag] || e.Prompt == "" || e.Completion == "" {
				t.Errorf("%s: endpoint %+v", m.ID, e)
			}
			tags[e.Tag] = true
		}
	}
	if len(formats) != 3 {
		t.Errorf("voices by format: %v", formats)
	}
	for _, version := range []string{"", "2023-06-01"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, demotest.BaseURL+"/models", nil)
		if err != nil {
			t.Fatal(err)
		}
		if version != "" {
			req.Header.Set("Anthropic-Version", version)
		}
		resp, err := c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		rows := at(decode(t, resp.Body), "data").([]any)
		if len(rows) != len(models) || str(rows, 0, "id") != models[0].ID {
			t.Errorf("version %q lists %d of %d models", version, len(rows), len(models))
		}
	}
	for path, want := range map[string]int{"/models/demo/alder": 200, "/models/demo/nobody": 404, "/nowhere": 404} {
		resp, err := c.Get(demotest.BaseURL + path)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s: status %d, want %d", path, resp.StatusCode, want)
		}
	}
}

func TestElmHasAFlakyEndpoint(t *testing.T) {
	_, c := start(t, demo.Options{})
	limited := 0
	for i := range 40 {
		resp := wires[0].post(t, c, wires[0].ask("demo/elm@thrift", strings.Repeat("x", i+1), true, nil))
		if resp.StatusCode == http.StatusTooManyRequests {
			limited++
		}
		if resp := wires[0].post(t, c, wires[0].ask("demo/elm", strings.Repeat("x", i+1), true, nil)); resp.StatusCode != http.StatusOK {
			t.Errorf("the steady endpoint answers %d", resp.StatusCode)
		}
	}
	if limited < 10 || limited > 30 {
		t.Errorf("the cheap endpoint refused %d of 40", limited)
	}
}

func TestCheapEndpointReportsItsCost(t *testing.T) {
	_, c := start(t, demo.Options{})
	f := wires[0]
	for i := range 10 {
		resp := f.post(t, c, f.ask("demo/elm@thrift", strings.Repeat("x", i+1), false, nil))
		if resp.StatusCode != http.StatusOK {
			continue
		}
		u := at(decode(t, resp.Body), "usage")
		want := float64(num(u, "prompt_tokens"))*0.10/1e6 + float64(num(u, "completion_tokens"))*0.40/1e6
		if got, _ := at(u, "cost").(float64); math.Abs(got-want) > 1e-12 || got == 0 {
			t.Errorf("cost %v, want %v", got, want)
		}
		return
	}
	t.Error("the cheap endpoint never answered")
}

func TestHandlerEndsWithTheServer(t *testing.T) {
	s, err := demo.New(demo.Options{})
	if err != nil {
		t.Fatal(err)
	}
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/chat/completions", bytes.NewReader(wires[0].ask("demo/stall", sky, true, nil)))
	w := httptest.NewRecorder()
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Handler().ServeHTTP(w, req)
	}()
	for s.Count() == 0 {
		runtime.Gosched()
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	<-done
	late := httptest.NewRecorder()
	s.Handler().ServeHTTP(late, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/models", nil))
	if late.Code != http.StatusServiceUnavailable {
		t.Errorf("a closed server answers %d", late.Code)
	}
}
