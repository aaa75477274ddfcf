package refresh_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"assay/catalog"
	"assay/catalog/refresh"
	"assay/catalog/source"
)

var today = time.Date(2026, 8, 22, 10, 0, 0, 0, time.UTC)

// list is OpenRouter's answer for models given as "id price".
func list(rows ...string) string {
	var items []string
	for _, r := range rows {
		id, price, _ := strings.Cut(r, " ")
		items = append(items, fmt.Sprintf(`{"id":%q,"name":"X: %s","created":1785190561,"context_length":1000,
		 "architecture":{"input_modalities":["text"],"output_modalities":["text"]},"pricing":{"prompt":%q,"completion":"0.0000006000000000000001"},
		 "benchmarks":{"artificial_analysis":{"intelligence_index":51.2}}}`, id, id, price))
	}
	return `{"data":[` + strings.Join(items, ",") + `]}`
}

func catalogOf(t *testing.T, body string) *catalog.Catalog {
	t.Helper()
	l, err := source.Read("base@2026-08-01", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return catalog.Join(nil, l)
}

// server answers every request with handle and counts them.
func server(t *testing.T, handle http.HandlerFunc) (refresh.Source, *atomic.Int32) {
	t.Helper()
	var n atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { n.Add(1); handle(w, r) }))
	t.Cleanup(s.Close)
	return refresh.Source{Name: "openrouter", URL: s.URL + "/models"}, &n
}

func says(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, body) }
}

func refresher(dir string) *refresh.Refresher {
	return refresh.New(refresh.Options{Dir: dir, Now: func() time.Time { return today }, MaxBytes: 1 << 20, Timeout: 5 * time.Second})
}

func do(t *testing.T, r *refresh.Refresher, base *catalog.Catalog, sources ...refresh.Source) *refresh.Result {
	t.Helper()
	res, err := r.Refresh(t.Context(), base, sources...)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func TestRefreshBringsNews(t *testing.T) {
	base := catalogOf(t, list("a/stays 0.000001", "a/cheaper 0.000002", "a/leaves 0.000001"))
	src, _ := server(t, says(list("a/stays 0.000001", "a/cheaper 0.0000019", "a/new 0.000001")))
	res := do(t, refresher(""), base, src)
	if res.Err() != nil || res.Sources[0].Models != 3 {
		t.Fatalf("%+v", res.Sources)
	}
	var kinds []string
	for _, c := range res.Changes {
		kinds = append(kinds, string(c.Kind)+" "+c.Model)
	}
	if got := strings.Join(kinds, ", "); got != "new a/new, gone a/leaves, price_down a/cheaper" {
		t.Errorf("changes: %s", got)
	}
	m := res.Catalog.Lookup("a/cheaper")
	if m.Endpoints[0].Source != (catalog.Source{Name: "openrouter", Date: "2026-08-22"}) || len(m.Scores) != 1 {
		t.Errorf("%+v", m)
	}
	if m.Endpoints[0].Prices.Completion.String() != "0.0000006000000000000001" {
		t.Errorf("float noise was not kept digit for digit: %s", m.Endpoints[0].Prices.Completion)
	}
	if gone := res.Catalog.Lookup("a/leaves"); gone == nil || !gone.Gone || base.Lookup("a/leaves").Gone {
		t.Errorf("vanished: %+v", gone)
	}
}

func TestFailureKeepsTheOldData(t *testing.T) {
	good := list("a/b 0.000001", "a/c 0.000001")
	flood := func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"data":[`)
		chunk := strings.Repeat(" ", 1<<16)
		for range 50 << 20 >> 16 {
			if _, err := io.WriteString(w, chunk); err != nil {
				return
			}
		}
	}
	for name, tc := range map[string]struct {
		handle http.HandlerFunc
		is     error
	}{
		"500":            {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "boom", 500) }, nil},
		"403":            {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, good, 403) }, nil},
		"304 unasked":    {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(304) }, nil},
		"empty":          {says(""), io.ErrUnexpectedEOF},
		"html":           {says("<html>maintenance</html>"), source.ErrFormat},
		"truncated":      {says(good[:len(good)-40]), source.ErrFormat},
		"wrong types":    {says(`{"data":{"a":[1,2]}}`), source.ErrFormat},
		"error object":   {says(`{"error":{"message":"no"}}`), source.ErrFormat},
		"nothing listed": {says(`{"data":[]}`), source.ErrFormat},
		"no good row":    {says(`{"data":[{"id":"a/b","architecture":{},"pricing":{"prompt":[]}}]}`), source.ErrEmpty},
		"50 MB":          {flood, refresh.ErrTooLarge},
		"announced": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "52428800")
			w.WriteHeader(200)
		}, refresh.ErrTooLarge},
		"cut off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "9999")
			io.WriteString(w, good)
		}, io.ErrUnexpectedEOF},
		"elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.2:1/models", http.StatusFound)
		}, refresh.ErrRedirect},
	} {
		t.Run(name, func(t *testing.T) {
			base := catalogOf(t, good)
			src, _ := server(t, tc.handle)
			other, _ := server(t, says(`{"data":[{"id":"loaded","object":"model"}]}`))
			other.Name, other.Provider = "acme", "acme"
			res := do(t, refresher(""), base, src, other)
			if res.Sources[0].Err == nil || !strings.Contains(res.Sources[0].Err.Error(), "refresh openrouter") || tc.is != nil && !errors.Is(res.Err(), tc.is) {
				t.Errorf("error %v, want %v", res.Sources[0].Err, tc.is)
			}
			if m := res.Catalog.Lookup("a/b"); m == nil || m.Gone || !m.Endpoints[0].Prices.Prompt.IsKnown() {
				t.Errorf("old data was lost: %+v", m)
			}
			if res.Sources[1].Err != nil || res.Catalog.Lookup("acme/loaded") == nil {
				t.Errorf("the other source did not count: %+v", res.Sources[1])
			}
		})
	}
}

func TestStatusIsTyped(t *testing.T) {
	src, _ := server(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) })
	res := do(t, refresher(""), catalogOf(t, list("a/b 0.1")), src)
	var status *refresh.StatusError
	if !errors.As(res.Err(), &status) || status.Status != 429 {
		t.Errorf("%v", res.Err())
	}
}

func TestPartialListRetiresNothing(t *testing.T) {
	base := catalogOf(t, list("a/b 0.000001", "a/c 0.000001", "a/d 0.000001"))
	src, _ := server(t, says(`{"data":[
	 {"id":"a/b","architecture":{},"pricing":{"prompt":"0.000002","completion":"0"}},
	 {"id":"a/b","architecture":{},"pricing":{"prompt":"9","completion":"0"}},
	 {"id":"a/c","architecture":{},"pricing":{"prompt":"1.2.3"}},
	 {"id":"a/x","architecture":{},"context_length":[],"pricing":{"prompt":"1"}},
	 {"id":"a/y","architecture":{}},
	 {"pricing":{"prompt":"1"},"architecture":{}}]}`))
	res := do(t, refresher(""), base, src)
	if res.Err() != nil || res.Sources[0].Models != 1 || len(res.Sources[0].Problems) != 5 {
		t.Fatalf("%+v", res.Sources[0])
	}
	if got := res.Catalog.Lookup("a/b").Endpoints[0].Prices.Prompt.String(); got != "0.000002" {
		t.Errorf("a/b costs %s", got)
	}
	for _, id := range []string{"a/c", "a/d"} {
		if m := res.Catalog.Lookup(id); m == nil || m.Gone {
			t.Errorf("%s: %+v", id, m)
		}
	}
}

func TestShrunkenListIsNotBelieved(t *testing.T) {
	var rows []string
	for i := range 40 {
		rows = append(rows, fmt.Sprintf("a/m%d 0.000001", i))
	}
	base := catalogOf(t, list(rows...))
	src, _ := server(t, says(list(rows[:5]...)))
	res := do(t, refresher(""), base, src)
	if !errors.Is(res.Err(), refresh.ErrShrunk) || res.Catalog.Lookup("a/m30").Gone {
		t.Errorf("%v", res.Err())
	}
	src, _ = server(t, says(list(rows[:30]...)))
	if res := do(t, refresher(""), base, src); res.Err() != nil || !res.Catalog.Lookup("a/m35").Gone {
		t.Errorf("%v", res.Err())
	}
}

func TestLocalServer(t *testing.T) {
	src, _ := server(t, says(`{"models":[{"name":"llama3.2:latest","details":{"quantization_level":"Q4_K_M"}}]}`))
	src.Name, src.Provider, src.Local = "ollama", "ollama", true
	r := refresher("")
	res := do(t, r, catalogOf(t, list("a/b 0.1")), src)
	m, _, err := res.Catalog.Resolve("llama3.2:latest")
	if err != nil || m.ID != "ollama/llama3.2:latest" || !m.Free() || m.Endpoints[0].Quantization != "Q4_K_M" {
		t.Fatalf("%+v, %v", m, err)
	}
	src, _ = server(t, says(`{"models":[{"name":"qwen3:8b"}]}`))
	src.Name, src.Provider, src.Local = "ollama", "ollama", true
	res = do(t, r, res.Catalog, src)
	if !res.Catalog.Lookup("ollama/llama3.2:latest").Gone || res.Catalog.Lookup("a/b").Gone {
		t.Error("a model that is no longer loaded stays on offer")
	}
}

func TestHeadersAreSentAndNotKept(t *testing.T) {
	dir := t.TempDir()
	src, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer sk-secret" || r.Header.Get("User-Agent") != "assay" {
			http.Error(w, "who?", 401)
			return
		}
		io.WriteString(w, list("a/b 0.1"))
	})
	src.Header = http.Header{"Authorization": {"Bearer sk-secret"}}
	if res := do(t, refresher(dir), catalogOf(t, list("a/b 0.1")), src); res.Err() != nil {
		t.Fatal(res.Err())
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, f := range files {
		if data, _ := os.ReadFile(f); strings.Contains(string(data), "sk-secret") {
			t.Errorf("%s holds the key", f)
		}
	}
	if len(files) == 0 {
		t.Error("nothing was kept")
	}
}

func TestAddressesAreNotLearnedFromTheNetwork(t *testing.T) {
	base, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	src, _ := server(t, says(`{
	 "openai":{"id":"openai","api":"https://evil.example/v1","npm":"@ai-sdk/openai","env":["OPENAI_API_KEY"],"models":{
	  "gpt-99":{"id":"gpt-99","modalities":{"input":["text"],"output":["text"]},"limit":{},"cost":{"input":1,"output":1}}}},
	 "fresh":{"id":"fresh","api":"https://evil.example/v1","npm":"@ai-sdk/openai","env":["OPENAI_API_KEY"],"models":{}}}`))
	src.Name = "table"
	addresses := catalog.Select(base, func(*catalog.Model) bool { return false })
	res := do(t, refresher(""), addresses, src)
	if res.Err() != nil || res.Catalog.Lookup("openai/gpt-99") == nil {
		t.Fatalf("%v", res.Err())
	}
	if p, _ := res.Catalog.Provider("openai"); p.BaseURL != "https://api.openai.com/v1" {
		t.Errorf("openai is now at %s", p.BaseURL)
	}
	if p, ok := res.Catalog.Provider("fresh"); ok {
		t.Errorf("a provider came from the network: %+v", p)
	}
}

func TestTimeoutAndCancel(t *testing.T) {
	release := make(chan struct{})
	src, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	defer close(release)
	r := refresh.New(refresh.Options{Timeout: 20 * time.Millisecond})
	if res := do(t, r, catalogOf(t, list("a/b 0.1")), src); !errors.Is(res.Err(), context.DeadlineExceeded) {
		t.Errorf("%v", res.Err())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	res, err := refresher("").Refresh(ctx, catalogOf(t, list("a/b 0.1")), src)
	if err != nil || !errors.Is(res.Err(), context.Canceled) {
		t.Errorf("%v, %v", res.Err(), err)
	}
}

func TestEndpointsOnDemand(t *testing.T) {
	src, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.EscapedPath() {
		case "/models/a/b:free/endpoints":
			io.WriteString(w, `{"data":{"id":"a/b:free","architecture":{},"endpoints":[
			 {"provider_name":"DeepInfra","tag":"deepinfra/turbo","quantization":"fp8","context_length":5,"pricing":{"prompt":"0.1","completion":"0.2"}},
			 {"provider_name":"Bad","tag":"bad","pricing":{"prompt":"x"}}]}}`)
		case "/models/a/none/endpoints":
			io.WriteString(w, `{"data":{"id":"a/none","endpoints":[]}}`)
		default:
			http.NotFound(w, r)
		}
	})
	base := strings.TrimSuffix(src.URL, "/models")
	r := refresher("")
	got, err := r.Endpoints(t.Context(), base, "a/b:free")
	if err != nil || len(got) != 1 || got[0].Tag != "openrouter/deepinfra/turbo" || got[0].Quantization != "fp8" || got[0].Source.Date != "2026-08-22" {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := r.Endpoints(t.Context(), base, "a/none"); err != nil || len(got) != 0 {
		t.Errorf("no endpoints: %+v, %v", got, err)
	}
	var status *refresh.StatusError
	if _, err := r.Endpoints(t.Context(), base, "a/unknown"); !errors.As(err, &status) || status.Status != 404 {
		t.Errorf("%v", err)
	}
	for _, bad := range []string{"", "plain", "/x", "a/", "a/b/c"} {
		if _, err := r.Endpoints(t.Context(), base, bad); err == nil {
			t.Errorf("%q was asked for", bad)
		}
	}
}
