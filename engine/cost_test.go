package engine_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/catalog"
	"assay/catalog/source"
	"assay/engine"
	"assay/engine/chat"
	"assay/engine/format"
	"assay/engine/format/anthropic"
	"assay/engine/format/openai"
	"assay/engine/format/responses"
	"assay/internal/shareddata"
	"assay/internal/usd"
)

// oracleDay is when the calculator's figures were made.
var oracleDay = time.Date(2026, 8, 21, 12, 0, 0, 0, time.UTC)

// oracleCase is one real usage and what an independent calculator makes of it: once
// for every provider and wire format whose reading of the usage agrees.
type oracleCase struct {
	Model string `json:"model"`
	Body  struct {
		File  string          `json:"file"`
		Usage json.RawMessage `json:"usage"`
	} `json:"body"`
	Extracted []struct {
		Usage      map[string]int `json:"usage"`
		Extractors []struct {
			Provider string `json:"provider_id"`
			Flavor   string `json:"api_flavor"`
			Input    string `json:"input_price"`
			Output   string `json:"output_price"`
		} `json:"extractors"`
	} `json:"extracted"`
}

// Every real usage that an independent calculator can price comes out to the last
// digit on our own path: the wire format's decoder reads the usage, the catalog's
// reader the prices, and engine.Price multiplies. Where the calculator knows a wire
// format that we do not speak, its counts are priced. What is not equal is counted by
// reason, and the counts are part of the test.
func TestCostOracle(t *testing.T) {
	var cases []oracleCase
	readShared(t, &cases, "catalog", "genai-prices.usages.json")
	prices := readPriceRules(t)
	got := map[string]int{}
	for i := range cases {
		for _, x := range cases[i].Extracted {
			for _, e := range x.Extractors {
				if e.Input == "" && e.Output == "" {
					continue // names no priced model there
				}
				want := usd.MustParse(e.Input).Add(usd.MustParse(e.Output))
				why := prices.compare(t, &cases[i], x.Usage, e.Provider, e.Flavor, want)
				if got[why]++; !strings.HasPrefix(why, "exact") {
					t.Logf("%s: %s at %s as %s", why, cases[i].Model, e.Provider, e.Flavor)
				}
			}
		}
	}
	want := map[string]int{
		"exact, decoded from openai":                                      414,
		"exact, decoded from anthropic":                                   546,
		"exact, decoded from responses":                                   346,
		"exact, as the calculator counted":                                403,
		"exact but for searches, whose price is not listed":               8,
		"no price is listed; the calculator takes that for nothing":       1,
		"the data has no row for the model":                               4,
		"image output has a price the data does not list":                 4,
		"cached audio has a price of its own there, and no count in ours": 1,
		"the calculator does not read the cache writes there":             3,
		"the calculator does not read reasoning beside the completion":    1,
	}
	for _, why := range slices.Sorted(maps.Keys(got)) {
		t.Logf("%4d %s", got[why], why)
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v\nwant %v", got, want)
	}
}

// readShared decodes a JSON file of the shared data.
func readShared(t testing.TB, v any, path ...string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(append([]string{shareddata.Dir(t)}, path...)...))
	if err == nil {
		err = json.Unmarshal(data, v)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// priceRules finds the catalog's row of a model by the calculator's own rules.
type priceRules struct {
	providers map[string]ruleProvider
	rows      map[string]catalog.Prices // "provider model"
	codecs    map[string]format.Codec   // by flavour
}

type ruleProvider struct {
	ID       string   `json:"id"`
	Fallback []string `json:"fallback_model_providers"`
	Models   []struct {
		ID    string    `json:"id"`
		Match matchRule `json:"match"`
	} `json:"models"`
}

// matchRule is genai-prices' language for names.
type matchRule struct {
	Equals   string      `json:"equals"`
	Starts   string      `json:"starts_with"`
	Ends     string      `json:"ends_with"`
	Contains string      `json:"contains"`
	Regex    string      `json:"regex"`
	Or       []matchRule `json:"or"`
	And      []matchRule `json:"and"`
}

func (m *matchRule) matches(name string) bool {
	has := func(r matchRule) bool { return r.matches(name) }
	switch {
	case m.Equals != "":
		return strings.EqualFold(m.Equals, name)
	case m.Starts != "":
		return strings.HasPrefix(name, m.Starts)
	case m.Ends != "":
		return strings.HasSuffix(name, m.Ends)
	case m.Contains != "":
		return strings.Contains(name, m.Contains)
	case m.Regex != "":
		return regexp.MustCompile(m.Regex).MatchString(name)
	case len(m.Or) > 0:
		return slices.ContainsFunc(m.Or, has)
	}
	return len(m.And) > 0 && !slices.ContainsFunc(m.And, func(r matchRule) bool { return !r.matches(name) })
}

func readPriceRules(t testing.TB) *priceRules {
	t.Helper()
	r := &priceRules{providers: map[string]ruleProvider{}, rows: map[string]catalog.Prices{}, codecs: map[string]format.Codec{
		"chat": openai.New(), "anthropic": anthropic.New(), "responses": responses.New(),
		"anthropic default": anthropic.New(), "minimax default": anthropic.New(),
		"groq default": openai.New(), "mistral default": openai.New(), "x-ai default": openai.New(),
	}}
	var all []ruleProvider
	readShared(t, &all, "catalog", "genai-prices.data.json")
	for _, p := range all {
		r.providers[p.ID] = p
	}
	for _, row := range readCatalog(t, "genai-prices.data.json", "2026-08-21").Rows {
		e := row.Model.Endpoints[0]
		r.rows[cmp.Or(e.Tag, e.Provider)+" "+row.Model.ID] = e.Prices
	}
	return r
}

func readCatalog(t testing.TB, file, date string) *catalog.Listing {
	t.Helper()
	f, err := os.Open(filepath.Join(shareddata.Dir(t), "catalog", file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	l, err := source.Read(file+"@"+date, f)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// find is the row of a model at a provider, or at those it takes its prices from.
func (r *priceRules) find(provider, model string) (catalog.Prices, bool) {
	p := r.providers[provider]
	key := catalog.ProviderSlug(provider)
	if host, via, ok := strings.Cut(provider, "_"); ok {
		key = catalog.ProviderSlug(host) + "/" + via
	}
	name := strings.ToLower(strings.TrimSpace(model))
	for i := range p.Models {
		if p.Models[i].Match.matches(name) || p.Models[i].Match.matches(model) {
			prices, ok := r.rows[key+" "+p.Models[i].ID]
			return prices, ok
		}
	}
	for _, f := range p.Fallback {
		if prices, ok := r.find(f, model); ok {
			return prices, true
		}
	}
	return catalog.Prices{}, false
}

// compare prices one usage and says in words how the result relates to the oracle's.
func (r *priceRules) compare(t *testing.T, c *oracleCase, told map[string]int, provider, flavor string, want usd.Amount) string {
	prices, ok := r.find(provider, c.Model)
	if !ok {
		return "the data has no row for the model"
	}
	counted := oracleUsage(told)
	usage, how := &counted, "exact, as the calculator counted"
	codec := r.codecs[flavor]
	if codec == nil {
		codec = r.codecs[provider+" "+flavor]
	}
	if codec != nil {
		var err error
		if usage, err = decodeUsage(codec, c.Body.Usage); err != nil {
			t.Fatalf("%s as %s: %v", c.Body.Usage, flavor, err)
		}
		how = "exact, decoded from " + codec.Name()
	}
	cost, known := engine.Price(*usage, prices.For(usage.PromptTokens, oracleDay))
	switch same, _ := engine.Price(counted, prices.For(counted.PromptTokens, oracleDay)); {
	case !prices.Prompt.IsKnown():
		return "no price is listed; the calculator takes that for nothing"
	case cost == want && known:
		return how
	case cost == want && usage.WebSearches > 0:
		return "exact but for searches, whose price is not listed"
	case told["output_image_tokens"] > 0:
		return "image output has a price the data does not list"
	case told["cache_audio_read_tokens"] > 0:
		return "cached audio has a price of its own there, and no count in ours"
	case same != want:
		t.Errorf("%s at %s as %s (%s): %v costs %s, want %s", c.Model, provider, flavor, c.Body.File, told, same, want)
		return "wrong"
	case usage.CacheWriteTokens > told["cache_write_tokens"]:
		return "the calculator does not read the cache writes there"
	case usage.CompletionTokens > told["output_tokens"]:
		return "the calculator does not read reasoning beside the completion"
	}
	t.Errorf("%s at %s as %s (%s): %+v costs %s, want %s", c.Model, provider, flavor, c.Body.File, *usage, cost, want)
	return "wrong"
}

// oracleUsage is the calculator's counts in our terms; they overlap in the same way.
func oracleUsage(told map[string]int) chat.Usage {
	return chat.Usage{
		PromptTokens: told["input_tokens"], CompletionTokens: told["output_tokens"], ReasoningTokens: told["output_reasoning_tokens"],
		CachedTokens: told["cache_read_tokens"], CacheWriteTokens: told["cache_write_tokens"],
		AudioPromptTokens: told["input_audio_tokens"], AudioTokens: told["output_audio_tokens"], ImageTokens: told["output_image_tokens"],
	}
}

// decodeUsage puts a usage into the smallest answer of a format and reads that.
func decodeUsage(codec format.Codec, usage json.RawMessage) (*chat.Usage, error) {
	frame := map[string]string{
		"openai":    `{"object":"chat.completion","choices":[{"index":0,"message":{"content":"x"},"finish_reason":"stop"}],"usage":%s}`,
		"anthropic": `{"type":"message","role":"assistant","content":[{"type":"text","text":"x"}],"stop_reason":"end_turn","usage":%s}`,
		"responses": `{"object":"response","status":"completed","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"x"}]}],"usage":%s}`,
	}[codec.Name()]
	res, err := codec.DecodeBody(fmt.Appendf(nil, frame, usage), func(chat.Body) {})
	if res.Usage == nil {
		return &chat.Usage{}, err // nothing was counted
	}
	return res.Usage, err
}
