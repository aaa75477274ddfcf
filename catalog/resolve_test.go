package catalog_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"assay/catalog"
)

func TestResolve(t *testing.T) {
	c := embedded(t)
	for _, tc := range []struct {
		slug, id string
		variants string
	}{
		{"openai/gpt-5-mini", "openai/gpt-5-mini", ""},
		{" openai/gpt-5-mini ", "openai/gpt-5-mini", ""},
		{"OpenAI/GPT-5-Mini", "openai/gpt-5-mini", ""},
		{"gpt-5-mini", "openai/gpt-5-mini", ""},
		{"openai/gpt-5-mini:nitro", "openai/gpt-5-mini", "nitro"},
		{"gpt-5-mini:floor", "openai/gpt-5-mini", "floor"},
		{"openai/gpt-oss-20b:free", "openai/gpt-oss-20b:free", ""},
		{"openai/gpt-oss-20b:free:nitro", "openai/gpt-oss-20b:free", "nitro"},
		{"openai/gpt-oss-20b:nitro:free:floor", "openai/gpt-oss-20b:free", "nitro,floor"},
		{"anthropic/claude-sonnet-4-5", "anthropic/claude-sonnet-4.5", ""},
		{"claude-haiku-4-5-20251001", "anthropic/claude-haiku-4.5", ""},
		{"anthropic/claude-4.5-haiku-20251001", "anthropic/claude-haiku-4.5", ""},
		{"us.anthropic.claude-opus-4-6-v1", "anthropic/claude-opus-4.6", ""},
		{"anthropic.claude-haiku-4-5-20251001-v1:0", "anthropic/claude-haiku-4.5", ""},
		{"openai/gpt-5-2025-08-07", "openai/gpt-5", ""},
		{"openai/gpt-4o-2024-08-06", "openai/gpt-4o-2024-08-06", ""},
		{"llama-3.3-70b-versatile", "meta-llama/llama-3.3-70b-instruct", ""},
		{"groq/llama-3.3-70b-versatile", "meta-llama/llama-3.3-70b-instruct", ""},
		{"fireworks/accounts/fireworks/models/glm-5p2", "z-ai/glm-5.2", ""},
		{"alibaba/qwen3-32b", "qwen/qwen3-32b", ""},
		{"zhipuai/glm-5", "z-ai/glm-5", ""},
		{"~x-ai/grok-latest", "x-ai/grok-4.5", ""},
		{"~anthropic/claude-opus-latest:nitro", "anthropic/claude-opus-5", "nitro"},
		{"openrouter/auto", "openrouter/auto", ""},
		{"claude-4-6-sonnet", "anthropic/claude-sonnet-4.6", ""},
		{"anthropic/claude-haiku-3", "anthropic/claude-3-haiku", ""},
	} {
		m, variants, err := c.Resolve(tc.slug)
		if err != nil {
			t.Errorf("%s: %v", tc.slug, err)
			continue
		}
		if m.ID != tc.id || strings.Join(variants, ",") != tc.variants {
			t.Errorf("%s is %s %v, want %s %s", tc.slug, m.ID, variants, tc.id, tc.variants)
		}
	}
}

func TestResolveSuggests(t *testing.T) {
	c := embedded(t)
	for slug, want := range map[string]string{
		"openai/gpt-5-mimi":               "openai/gpt-5-mini",
		"claud-opus-5":                    "anthropic/claude-opus-5",
		"anthropic/calude-sonnet-5":       "anthropic/claude-sonnet-5",
		"openai/gpt-5-mini:free":          "openai/gpt-5-mini",
		"openai/gpt-4o-2024-01-01":        "openai/gpt-4o-2024-11-20",
		"deepsek-v4-pro":                  "deepseek/deepseek-v4-pro",
		"openai/gpt-5-mini:extra-special": "openai/gpt-5-mini",
	} {
		_, _, err := c.Resolve(slug)
		var unknown *catalog.UnknownModelError
		if !errors.As(err, &unknown) {
			t.Errorf("%s: %v, want an unknown model", slug, err)
			continue
		}
		if !slices.Contains(unknown.Suggestions, want) || len(unknown.Suggestions) > 5 {
			t.Errorf("%s: suggests %v, want %s among them", slug, unknown.Suggestions, want)
			continue
		}
		if !strings.Contains(err.Error(), unknown.Suggestions[0]) {
			t.Errorf("error %q does not name the suggestion", err)
		}
	}
	for _, slug := range []string{"", "zzzzqqqq/xxxxyyyyjjj", strings.Repeat("a", 4000), "@preset/mine"} {
		_, _, err := c.Resolve(slug)
		var unknown *catalog.UnknownModelError
		if !errors.As(err, &unknown) || len(unknown.Suggestions) != 0 {
			t.Errorf("%.20q: %v", slug, err)
		}
	}
}

// Where the catalog has no alias row, the family's newest model stands in. OpenRouter's
// own aliases say what that should be.
func TestLatestOfAFamily(t *testing.T) {
	full := embedded(t)
	bare := catalog.Select(full, func(m *catalog.Model) bool { return m.AliasOf == "" })
	for _, alias := range []string{
		"~x-ai/grok-latest", "~anthropic/claude-fable-latest", "~anthropic/claude-haiku-latest", "~anthropic/claude-sonnet-latest", "~anthropic/claude-opus-latest",
	} {
		if full.Lookup(alias) == nil {
			t.Fatalf("%s is no longer an alias row", alias)
		}
		m, _, err := bare.Resolve(alias)
		if err != nil || m.Created < full.Lookup(full.Lookup(alias).AliasOf).Created {
			t.Errorf("%s: %v, %v", alias, m, err)
		}
	}
	if m, _, err := bare.Resolve("~anthropic/claude-unheard-of-latest"); err == nil {
		t.Errorf("an empty family gave %s", m.ID)
	}
}

func TestVariantsOfAModel(t *testing.T) {
	c := embedded(t)
	rows := c.Variants(c.Lookup("openai/gpt-oss-20b"))
	if len(rows) != 1 || rows[0].ID != "openai/gpt-oss-20b:free" {
		t.Errorf("variants of gpt-oss-20b: %v", rows)
	}
}

func FuzzResolve(f *testing.F) {
	c, err := catalog.Embedded()
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"openai/gpt-5:nitro", "~a/b-latest", ":::", "a/:x", "us.anthropic.claude-opus-4-6-v1:0", "\xff/\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, slug string) {
		m, _, err := c.Resolve(slug)
		if (m == nil) == (err == nil) {
			t.Fatalf("%q: %v and %v", slug, m, err)
		}
	})
}

func BenchmarkResolveUnknown(b *testing.B) {
	c := embedded(b)
	for b.Loop() {
		if _, _, err := c.Resolve("antropic/claude-sonet-4.5x"); err == nil {
			b.Fatal("resolved")
		}
	}
}
