package source_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"assay/catalog"
	"assay/internal/shareddata"
	"assay/internal/usd"
)

type usageCase struct {
	Model     string `json:"model"`
	Extracted []struct {
		Usage      map[string]int `json:"usage"`
		Extractors []struct {
			Provider string `json:"provider_id"`
			Input    string `json:"input_price"`
			Output   string `json:"output_price"`
		} `json:"extractors"`
	} `json:"extracted"`
}

// units reads a usage whose classes overlap (input_tokens counts everything sent);
// ok is false for classes the price rows do not tell apart.
func units(u map[string]int) (catalog.Units, bool) {
	for _, class := range []string{"cache_audio_read_tokens", "cache_image_read_tokens", "cache_video_read_tokens", "web_searches", "output_image_tokens"} {
		if u[class] != 0 {
			return catalog.Units{}, false
		}
	}
	out := catalog.Units{
		CacheRead: u["cache_read_tokens"], CacheWrite: u["cache_write_tokens"], AudioPrompt: u["input_audio_tokens"],
		Reasoning: u["output_reasoning_tokens"],
	}
	out.Prompt = u["input_tokens"] - out.CacheRead - out.CacheWrite - out.AudioPrompt
	out.Completion = u["output_tokens"] - out.Reasoning
	return out, out.Prompt >= 0 && out.Completion >= 0
}

// An independent calculator's prices of real usages come out to the last digit it
// gives.
func TestCostAgreesWithGenAIPrices(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(shareddata.Dir(t), "catalog", "genai-prices.usages.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []usageCase
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	prices := map[string]catalog.Prices{}
	for _, r := range read(t, "genai-prices.data.json@2026-08-21").Rows {
		e := r.Model.Endpoints[0]
		if e.Prices.Prompt.IsKnown() { // the calculator takes "no price listed" for nothing
			prices[e.Provider+" "+r.Model.ID] = e.Prices
		}
	}
	noon := time.Date(2026, 8, 21, 12, 0, 0, 0, time.UTC)
	compared := 0
	for _, c := range cases {
		for _, x := range c.Extracted {
			u, ok := units(x.Usage)
			if !ok {
				continue
			}
			for _, e := range x.Extractors {
				p, known := prices[catalog.ProviderSlug(e.Provider)+" "+c.Model]
				if !known || e.Input == "" || e.Output == "" {
					continue
				}
				compared++
				got, ok := p.Cost(u, noon)
				want := usd.MustParse(e.Input).Add(usd.MustParse(e.Output))
				if !ok || got != want && got.Round(9) != want.Round(9) {
					t.Errorf("%s at %s: %+v costs %s, want %s", c.Model, e.Provider, u, got, want)
				}
			}
		}
	}
	if compared < 200 {
		t.Errorf("only %d usages compared", compared)
	}
}
