package source_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"assay/catalog"
	"assay/catalog/source"
	"assay/internal/shareddata"
	"assay/internal/usd"
)

// read reads a catalog file, "name" or "name@date".
func read(t testing.TB, name string) *catalog.Listing {
	t.Helper()
	file, _, _ := strings.Cut(name, "@")
	f, err := os.Open(filepath.Join(shareddata.Dir(t), "catalog", file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	l, err := source.Read(name, f)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

type offer struct {
	Provider string `json:"provider"`
	ID       string `json:"model_id"`
	Cost     struct {
		Input  json.Number `json:"input"`
		Output json.Number `json:"output"`
	} `json:"cost"`
}

// perMillion reads a cost of the file; a missing one is none.
func (o offer) perMillion(t *testing.T, class string) (usd.Amount, bool) {
	n := o.Cost.Input
	if class == "output" {
		n = o.Cost.Output
	}
	if n == "" {
		return usd.Amount{}, false
	}
	a, err := usd.PerMillion(n.String())
	if err != nil {
		t.Fatal(err)
	}
	return a, true
}

// The cheapest seller of every model is found: the file holds, for each model, who
// sells it at which price by the catalog's own links.
func TestSameModelPrices(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(shareddata.Dir(t), "catalog", "models.dev.same-model-prices.json"))
	if err != nil {
		t.Fatal(err)
	}
	var truth []struct {
		Model     string  `json:"model"`
		Providers []offer `json:"providers"`
	}
	if err := json.Unmarshal(data, &truth); err != nil {
		t.Fatal(err)
	}
	c := catalog.Join(nil, read(t, "models.dev.providers.json"))
	offers := map[*catalog.Model][]offer{} // a dated name and the undated one are one model
	for _, want := range truth {
		m, _, err := c.Resolve(want.Model)
		if err != nil {
			t.Errorf("%s: %v", want.Model, err)
			continue
		}
		offers[m] = append(offers[m], want.Providers...)
	}
	if len(offers) < 150 {
		t.Errorf("%d models, want them kept apart", len(offers))
	}
	for m, offers := range offers {
		for _, class := range []string{"input", "output"} {
			checkCheapest(t, c, m, class, offers)
		}
	}
}

func checkCheapest(t *testing.T, c *catalog.Catalog, m *catalog.Model, class string, offers []offer) {
	t.Helper()
	sellers := map[string]bool{}
	var lowest usd.Amount
	found := false
	for _, o := range offers {
		a, ok := o.perMillion(t, class)
		if !ok {
			continue
		}
		sellers[catalog.ProviderSlug(o.Provider)] = true
		if !found || a.Less(lowest) {
			lowest, found = a, true
		}
		if !sells(append(c.Variants(m), m), class, o, a) {
			t.Errorf("%s: no endpoint at %s for %s at %s %s", m.ID, o.Provider, o.ID, class, a)
		}
	}
	var cheapest usd.Amount
	got := false
	for _, row := range append(c.Variants(m), m) {
		for i := range row.Endpoints {
			e := &row.Endpoints[i]
			if a, known := priceOf(e, class).Amount(); known && sellers[e.Provider] && (!got || a.Less(cheapest)) {
				cheapest, got = a, true
			}
		}
	}
	if !got || cheapest != lowest {
		t.Errorf("%s: cheapest %s is %s, want %s", m.ID, class, cheapest, lowest)
	}
}

func priceOf(e *catalog.Endpoint, class string) usd.Price {
	if class == "input" {
		return e.Prices.Prompt
	}
	return e.Prices.Completion
}

func sells(rows []*catalog.Model, class string, o offer, price usd.Amount) bool {
	for _, m := range rows {
		for i := range m.Endpoints {
			e := &m.Endpoints[i]
			if e.Provider == catalog.ProviderSlug(o.Provider) && priceOf(e, class) == usd.Known(price) {
				return true
			}
		}
	}
	return false
}

// One model, whoever lists it: the three catalogs agree on what is the same.
func TestJoinMergesIdentities(t *testing.T) {
	c := catalog.Join(nil, read(t, "models.dev.providers.json"), read(t, "openrouter.models.2026-08-01.json"))
	for _, tc := range []struct {
		id, provider, upstream string
	}{
		{"anthropic/claude-opus-4.6", "anthropic", "claude-opus-4-6"},
		{"anthropic/claude-opus-4.6", "amazon-bedrock", "eu.anthropic.claude-opus-4-6-v1"},
		{"anthropic/claude-opus-4.6", "databricks", "databricks-claude-opus-4-6"},
		{"anthropic/claude-haiku-4.5", "anthropic", "claude-haiku-4-5"},
		{"openai/gpt-5-mini", "openai", "gpt-5-mini"},
		{"openai/gpt-5.2", "venice", "openai-gpt-52"},
		{"openai/gpt-4o-2024-08-06", "openai", "gpt-4o-2024-08-06"},
		{"z-ai/glm-5.2", "fireworks", "accounts/fireworks/models/glm-5p2"},
		{"z-ai/glm-5", "zai", "glm-5"},
		{"z-ai/glm-5.1", "chutes", "zai-org/GLM-5.1-TEE"},
		{"meta-llama/llama-3.3-70b-instruct", "groq", "llama-3.3-70b-versatile"},
		{"meta-llama/llama-4-scout", "groq", "meta-llama/llama-4-scout-17b-16e-instruct"},
		{"nvidia/nemotron-3-super-120b-a12b:free", "openrouter", "nvidia/nemotron-3-super-120b-a12b:free"},
		{"qwen/qwen3.6-plus", "venice", "qwen-3-6-plus"},
		{"x-ai/grok-4.3", "xai", "grok-4.3"},
	} {
		m := c.Lookup(tc.id)
		if m == nil {
			t.Errorf("%s is not in the catalog", tc.id)
			continue
		}
		if !has(m, tc.provider, tc.upstream) {
			t.Errorf("%s has no endpoint %s at %s", tc.id, tc.upstream, tc.provider)
		}
	}
	if m := c.Lookup("nvidia/nemotron-nano-12b-v2-vl:free"); m != nil && has(m, "amazon-bedrock", "nvidia.nemotron-nano-12b-v2") {
		t.Error("a paid endpoint was filed under a :free row that shares its canonical slug")
	}
	for _, m := range c.Models() {
		tags := map[string]bool{}
		for i := range m.Endpoints {
			e := &m.Endpoints[i]
			if tags[e.Tag] || e.Model != m.ID || e.Source.Name == "" || e.Source.Date == "" {
				t.Errorf("%s: bad endpoint %+v", m.ID, e)
			}
			tags[e.Tag] = true
			if e.Provider == "openrouter" && strings.HasSuffix(m.ID, ":free") != strings.HasSuffix(e.Upstream, ":free") {
				t.Errorf("%s serves %s", m.ID, e.Upstream)
			}
		}
	}
}

func has(m *catalog.Model, provider, upstream string) bool {
	for i := range m.Endpoints {
		if m.Endpoints[i].Provider == provider && m.Endpoints[i].Upstream == upstream {
			return true
		}
	}
	return false
}
