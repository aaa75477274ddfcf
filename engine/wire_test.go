package engine_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"assay/catalog"
	"assay/engine"
	"assay/engine/chat"
	"assay/engine/format"
	"assay/engine/format/anthropic"
	"assay/engine/format/openai"
	"assay/engine/format/responses"
	"assay/engine/format/sse"
	"assay/engine/provider"
	"assay/internal/secret"
	"assay/internal/shareddata"
	"assay/internal/usd"
)

// recording is one recorded answer of a real provider.
type recording struct {
	File     string            `json:"file"`
	Kind     string            `json:"kind"`
	Format   string            `json:"format"`
	Provider string            `json:"provider"`
	Status   int               `json:"status"`
	Model    string            `json:"model"`
	Headers  map[string]string `json:"headers"`
	body     []byte
}

// recordings lists those of the kinds given.
func recordings(t testing.TB, kinds ...string) []recording {
	t.Helper()
	dir := filepath.Join(shareddata.Dir(t), "wire")
	index, err := os.ReadFile(filepath.Join(dir, "index.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var out []recording
	for line := range bytes.Lines(index) {
		var r recording
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.Join(kinds, " "), r.Kind) {
			continue
		}
		if r.body, err = os.ReadFile(filepath.Join(dir, r.File)); err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

func (r *recording) codec() format.Codec {
	switch r.Format {
	case "messages":
		return anthropic.New()
	case "responses":
		return responses.New()
	}
	return openai.New()
}

// decode is what the recorded answer says besides its text.
func (r *recording) decode() format.Result {
	ignore := func(chat.Body) {}
	if r.Kind == "json" {
		res, _ := r.codec().DecodeBody(r.body, ignore)
		return res
	}
	rd, st := sse.NewReader(bytes.NewReader(r.body)), r.codec().NewStream()
	for !st.Done() {
		ev, err := rd.Next()
		if err != nil || st.Event(ev, ignore) != nil {
			break
		}
	}
	res, _ := st.Close()
	return res
}

var createdField = regexp.MustCompile(`"created(?:_at)?": ?(\d+)`)

// day is when the answer was made.
func (r *recording) day() time.Time {
	m := createdField.FindSubmatch(r.body)
	if m == nil {
		return time.Time{}
	}
	n, _ := strconv.ParseInt(string(m[1]), 10, 64)
	return time.Unix(n, 0)
}

// notByTheList says why OpenRouter charged something else than its list price, by
// recording. extra is what it charged on top of the price of the tokens.
var notByTheList = map[string]struct {
	why   string
	extra string
}{
	"fa-openroutercommon-kimi-tool-streaming-1.sse":                                      {why: "served by an upstream with prices of its own"},
	"pa-openrouter-thinking-false-profile-gated-model.json":                              {why: "served by an upstream with prices of its own"},
	"pa-openai-responses-raw-cot-stream-openrouter.sse":                                  {why: "half a year before the next list, at another price"},
	"pa-openrouter-advisor-tool-stream.sse":                                              {why: "another model's work is in the bill", extra: "0.01437"},
	"pa-openrouter-file-annotation.json":                                                 {why: "the reading of a document", extra: "0.002"},
	"pa-openrouter-web-search-annotations.json":                                          {why: "a search, not in the list", extra: "0.007"},
	"pa-openrouter-web-search-annotations-stream.sse":                                    {why: "a search, not in the list", extra: "0.0070000000000000005"},
	"rl-citations-with-openrouter-perplexity-sonar-returns-search-result-citations.json": {why: "a search, and a rounded sum", extra: "0.004997"},
}

// What OpenRouter says that an answer cost is what the list of that time makes of its
// token counts, to the last digit; where it is not, the reason is in the table above.
func TestCostAsOpenRouterReportsIt(t *testing.T) {
	lists := map[string]*catalog.Listing{}
	for _, date := range []string{"2025-05-23", "2026-05-12", "2026-08-01"} {
		lists[date] = readCatalog(t, "openrouter.models."+date+".json", date)
	}
	exact, explained, unlisted := 0, map[string]bool{}, 0
	for _, r := range recordings(t, "stream", "json") {
		res := r.decode()
		if r.Provider != "openrouter" || res.Cost == nil || res.Usage == nil {
			continue
		}
		prices, ok := listed(lists, r.day(), res.Model, r.Model)
		if !ok {
			unlisted++
			t.Logf("%s: no list of that time has %s", r.File, res.Model)
			continue
		}
		if res.Cost.Source != chat.CostProvider {
			t.Errorf("%s: cost of source %s", r.File, res.Cost.Source)
		}
		got, known := engine.Price(*res.Usage, prices.For(res.Usage.PromptTokens, r.day()))
		if known && got == res.Cost.USD {
			exact++
			continue
		}
		name := strings.TrimPrefix(r.File, "openrouter/")
		reason, ok := notByTheList[name]
		if explained[name] = true; !ok || reason.extra != "" && got.Add(usd.MustParse(reason.extra)) != res.Cost.USD {
			t.Errorf("%s on %s: %+v costs %s, charged %s", r.File, r.day().Format(time.DateOnly), *res.Usage, got, res.Cost.USD)
		}
	}
	t.Logf("%d exact, %d for a reason of their own, %d of no list", exact, len(explained), unlisted)
	if exact != 35 || len(explained) != len(notByTheList) || unlisted != 1 {
		t.Errorf("%d exact, %d explained of %d, %d unlisted", exact, len(explained), len(notByTheList), unlisted)
	}
}

// listed is the price of the model that answered in the first list made after a day,
// or else in the last one.
func listed(lists map[string]*catalog.Listing, day time.Time, names ...string) (catalog.Prices, bool) {
	best, chosen := catalog.Prices{}, ""
	for date, l := range lists {
		for _, row := range l.Rows {
			m := row.Model
			if strings.Contains(m.ID, ":") || !slices.Contains(names, m.ID) && !slices.Contains(names, m.Canonical) {
				continue
			}
			after, chosenAfter := date >= day.Format(time.DateOnly), chosen >= day.Format(time.DateOnly)
			if chosen == "" || after && !chosenAfter || after == chosenAfter && (date < chosen) == after {
				best, chosen = m.Endpoints[0].Prices, date
			}
		}
	}
	return best, chosen != ""
}

// Every recorded error body goes through the engine: the attempt or the error event
// tells its class, its status and the upstream's own words, and the next endpoint is
// asked exactly when the request itself is not to blame.
func TestRecordedErrorsThroughTheEngine(t *testing.T) {
	list := recordings(t, "error")
	if len(list) < 28 {
		t.Errorf("only %d recordings", len(list))
	}
	for _, r := range list {
		if r.Status == 0 {
			r.Status = 400 // not kept by the recorder
		}
		h := map[string][]string{}
		for k, v := range r.Headers {
			h[k] = []string{v}
		}
		want := r.codec().DecodeError(r.Status, h, r.body)
		t.Run(r.File, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				bad := reply{status: r.Status, header: r.Headers, parts: []part{{data: string(r.body)}}}
				rig := newRig(t, map[string]func(int) reply{"primary": always(bad), "fallback": always(answers("fine"))}, func(o *engine.Options) {
					set := provider.NewSet(
						&provider.Provider{Name: "primary", Format: r.codec().Name(), BaseURL: "http://primary", Key: secret.New("key-of-primary")},
						&provider.Provider{Name: "fallback", Format: "openai", BaseURL: "http://fallback", Key: secret.New("key-of-fallback")})
					o.Providers = func() *provider.Set { return set }
				})
				s, _ := rig.play(t, lane(0, "m/one"))
				l := s.Lanes[0]
				said := l.Attempts[0]
				if got := fmt.Sprint(said.ErrorType, " ", said.Status, " ", said.Message); got != fmt.Sprint(want.Type, " ", want.Status, " ", want.Message) {
					t.Errorf("told %s\nwant %s %d %s", got, want.Type, want.Status, want.Message)
				}
				if want.Fault != chat.FaultCaller {
					if l.Finish == nil || rig.up.count("fallback") != 1 {
						t.Errorf("the next endpoint was asked %d times: %+v", rig.up.count("fallback"), l.Failure)
					}
					return
				}
				f := l.Failure
				if f == nil || rig.up.count("fallback") != 0 {
					t.Fatalf("a mistake of the caller's was passed on: %s", trail(s, 0))
				}
				if f.ErrorType != want.Type || f.Status != r.Status || f.Retryable || f.Remedy == "" || f.Provider == "" || f.Message != want.Message || f.Raw == "" {
					t.Errorf("%+v", f)
				}
			})
		})
	}
}
