package catalog_test

import (
	"bytes"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"assay/catalog"
)

func embedded(t testing.TB) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEmbeddedHoldsTheMarket(t *testing.T) {
	c := embedded(t)
	onRouter, endpoints, speakers, listeners, open := 0, 0, 0, 0, 0
	for _, m := range c.Models() {
		endpoints += len(m.Endpoints)
		for i := range m.Endpoints {
			e := &m.Endpoints[i]
			if e.Provider == "openrouter" {
				onRouter++
			}
			if e.Model != m.ID || e.Upstream == "" || e.Source.Date == "" {
				t.Errorf("%s: incomplete endpoint %+v", m.ID, e)
			}
		}
		if len(m.Endpoints) == 0 || m.Gone || len(m.Scores) > 0 || m.Name == "" || m.Author == "" {
			t.Errorf("%s does not belong into a snapshot", m.ID)
		}
		if m.Output&(catalog.Text|catalog.Speech|catalog.Transcription) == 0 {
			t.Errorf("%s gives only %s", m.ID, m.Output)
		}
		if m.Output == catalog.Speech {
			speakers++
		}
		if m.Output == catalog.Transcription {
			listeners++
		}
		if m.Open {
			open++
		}
	}
	if onRouter < 330 || endpoints < 4000 || speakers < 10 || listeners < 8 || open < 100 {
		t.Errorf("%d on OpenRouter, %d endpoints, %d speak, %d listen, %d open", onRouter, endpoints, speakers, listeners, open)
	}
	if c.Source.Date < "2026-08-01" {
		t.Errorf("snapshot is of %q", c.Source.Date)
	}
}

func TestEmbeddedTraps(t *testing.T) {
	c := embedded(t)
	for _, id := range []string{"openrouter/auto", "openrouter/fusion", "openrouter/pareto-code", "openrouter/bodybuilder"} {
		m := c.Lookup(id)
		if m == nil || !m.Router || !m.Endpoints[0].Prices.Prompt.IsUnknown() || m.Free() {
			t.Errorf("%s is not a router of unknown price: %+v", id, m)
		}
	}
	alias := c.Lookup("~x-ai/grok-latest")
	if alias == nil || alias.AliasOf != "x-ai/grok-4.5" || alias.Router {
		t.Errorf("alias row: %+v", alias)
	}
	free := c.Lookup("openai/gpt-oss-20b:free")
	if free == nil || !free.Free() {
		t.Errorf("free row: %+v", free)
	}
	luna := c.Lookup("openai/gpt-5.6-luna")
	if luna == nil {
		t.Fatal("gpt-5.6-luna is missing")
	}
	for i := range luna.Endpoints {
		if e := &luna.Endpoints[i]; e.Provider == "openrouter" {
			// The catalog's own float noise, digit for digit.
			if e.Prices.Completion.String() != "0.0000006000000000000001" || len(e.Prices.Tiers) != 1 {
				t.Errorf("luna: %+v", e.Prices)
			}
		}
	}
}

func TestEmbeddedProviders(t *testing.T) {
	byName := map[string]catalog.Provider{}
	for _, p := range catalog.Providers() {
		byName[p.Slug] = p
	}
	for slug, env := range map[string]string{
		"openrouter": "OPENROUTER_API_KEY", "openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY", "google": "GEMINI_API_KEY",
		"groq": "GROQ_API_KEY", "deepseek": "DEEPSEEK_API_KEY", "mistral": "MISTRAL_API_KEY", "xai": "XAI_API_KEY",
		"together": "TOGETHER_API_KEY", "fireworks": "FIREWORKS_API_KEY", "cerebras": "CEREBRAS_API_KEY", "deepinfra": "DEEPINFRA_API_KEY",
		"moonshotai": "MOONSHOT_API_KEY", "zai": "ZAI_API_KEY", "alibaba": "DASHSCOPE_API_KEY", "perplexity": "PERPLEXITY_API_KEY",
		"cohere": "COHERE_API_KEY", "nvidia": "NVIDIA_API_KEY", "novita": "NOVITA_API_KEY", "nebius": "NEBIUS_API_KEY", "huggingface": "HF_TOKEN",
	} {
		p := byName[slug]
		if p.Name == "" || !strings.HasPrefix(p.BaseURL, "https://") || p.Format == "" || len(p.Env) == 0 || p.Env[0] != env || p.Local() {
			t.Errorf("%s: %+v", slug, p)
		}
	}
	if p := byName["anthropic"]; p.Format != "anthropic" {
		t.Errorf("anthropic speaks %s", p.Format)
	}
	if p := byName["zai-coding-plan"]; !p.Subscription {
		t.Errorf("a coding plan is a subscription: %+v", p)
	}
	if p, ok := embedded(t).Provider("lmstudio"); !ok || !p.Local() {
		t.Errorf("lmstudio: %+v", p)
	}
}

func TestEncodeDecodeRoundTrip(t *testing.T) {
	c := embedded(t)
	var buf bytes.Buffer
	if err := catalog.Encode(&buf, c); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile("snapshot/catalog.tsv")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(buf.Bytes(), file) {
		t.Error("encoding the embedded catalog does not give the file it came from")
	}
	if len(file) > 1_500_000 {
		t.Errorf("snapshot has %d bytes", len(file))
	}
	again, err := catalog.Decode(buf.String())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again.Models(), c.Models()) || !reflect.DeepEqual(again.Providers(), c.Providers()) || again.Source != c.Source {
		t.Error("decoding lost something")
	}
}

func TestEncodeKeepsEverything(t *testing.T) {
	src := catalog.Source{Name: "openrouter", Date: "2026-08-01"}
	m := &catalog.Model{
		ID: "a/b", Canonical: "a/b-20260101", Name: "B", Author: "a", Created: 5, Context: 100, MaxOutput: 7,
		Input: catalog.Text | catalog.File, Output: catalog.Text | catalog.Audio, Params: catalog.ParamTools | catalog.Param("seed"),
		Reasoning: catalog.Reasoning{Supported: true, Mandatory: true, Efforts: []string{"high", "low"}},
		Knowledge: "2025-03", Expires: "2026-09-01", AliasOf: "a/c", Router: true, Open: true, Weights: "A/B", Aliases: []string{"x/b", "y/b"},
		Demo: true, Gone: true, Scores: []catalog.Score{{Name: "aa/coding", Value: 41.5}}, Source: src,
		Endpoints: []catalog.Endpoint{{
			Model: "a/b", Provider: "p", Tag: "p/fast", Upstream: "B", Context: 90, MaxOutput: 6, MaxPrompt: 80, Quantization: "fp8",
			Params: catalog.ParamTools, Input: catalog.Text, Policy: catalog.PolicyZDR, Private: true, Subscription: true, Source: src,
			Prices: catalog.Prices{
				Prompt: price("1"), Completion: price("0.5000000000000001"), CacheRead: price("0"), CacheWrite: price("2"), CacheWrite1h: price("3"),
				Reasoning: price("4"), AudioPrompt: price("5"), Audio: price("6"), ImageOutput: price("7"),
				Image: price("8"), Request: price("9"), WebSearch: price("10"), Discount: "0.25",
				Tiers: []catalog.Tier{{MinPromptTokens: 5, Windowed: true, UTCStart: 30, UTCEnd: 1630, Prices: catalog.Prices{Prompt: price("2")}}},
			},
		}},
	}
	var buf bytes.Buffer
	if err := catalog.Encode(&buf, catalog.New([]*catalog.Model{m}, src)); err != nil {
		t.Fatal(err)
	}
	c, err := catalog.Decode(buf.String())
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Lookup("a/b"); !reflect.DeepEqual(got, m) {
		t.Errorf("got  %+v\nwant %+v", got, m)
	}
}

func TestDecodeSaysWhereItBroke(t *testing.T) {
	for _, text := range []string{
		"", "hello", "assay catalog 1\tx\t0\n", "assay catalog 1\t1\t1\nE\tp\tu\n", "assay catalog 1\t1\t1\nM\ta/b\ts=9\n",
		"assay catalog 1\t1\t1\nM\ta/b\nE\tp\tu\tP=cheap\n", "assay catalog 1\t1\t1\nQ\tx\n", "assay catalog 1\t0\t0\nT\tmin=1\n",
		"assay catalog 1\t1\t1\nM\ta/b\tt=tomorrow\n", "assay catalog 1\t1\t1\nM\ta/b\tnonsense\n",
	} {
		if _, err := catalog.Decode(text); err == nil {
			t.Errorf("%q was taken for a catalog", text)
		}
	}
}

func FuzzDecode(f *testing.F) {
	data, err := os.ReadFile("snapshot/catalog.tsv")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(data[:4000]))
	f.Add("assay catalog 1\t1\t1\nS\t0\tx\t2026-01-01\nM\ta/b\tm=t>t\ts=0\nE\tp\t=\tP=1\tC=?\nT\tmin=5\tutc=0000-0100\tP=2\nB\tx\t1\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := catalog.Decode(text)
		if err != nil {
			return
		}
		for _, m := range c.Models() {
			for i := range m.Endpoints {
				m.Endpoints[i].Prices.For(1000, time.Time{})
			}
		}
		if err := catalog.Encode(&bytes.Buffer{}, c); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	data, err := os.ReadFile("snapshot/catalog.tsv")
	if err != nil {
		b.Fatal(err)
	}
	text := string(data)
	for b.Loop() {
		if _, err := catalog.Decode(text); err != nil {
			b.Fatal(err)
		}
	}
}
