package catalog

import (
	"net/url"
	"slices"
	"strings"
)

// Provider is a row about one upstream: what is needed to call it.
type Provider struct {
	Slug         string   // stable short name: "openai", "together"
	Name         string   // for people
	BaseURL      string   // "" unknown; may hold ${VARIABLE} parts the environment fills
	Env          []string // variables that hold its key, preferred first; others it needs follow
	Format       string   // openai or anthropic; "" : a protocol of its own
	Subscription bool     // access is paid for by a plan: zero prices are not free
	Source       Source
}

// Local reports whether the provider is a server on this machine.
func (p *Provider) Local() bool {
	u, err := url.Parse(p.BaseURL)
	if err != nil {
		return false
	}
	switch u.Hostname() {
	case "127.0.0.1", "localhost", "::1":
		return true
	}
	return false
}

// slugs maps what catalogs call a provider to its slug, where the two differ.
var slugs = map[string]string{
	"togetherai":             "together",
	"together-ai":            "together",
	"fireworks-ai":           "fireworks",
	"novita-ai":              "novita",
	"gemini":                 "google",
	"moonshot":               "moonshotai",
	"moonshot-ai":            "moonshotai",
	"kimi-coding":            "kimi-for-coding",
	"x-ai":                   "xai",
	"z-ai":                   "zai",
	"zhipu":                  "zhipuai",
	"zhipu-coding":           "zhipuai-coding-plan",
	"bedrock":                "amazon-bedrock",
	"bedrock-converse":       "amazon-bedrock",
	"bedrock-mantle":         "amazon-bedrock",
	"aws":                    "amazon-bedrock",
	"copilot":                "github-copilot",
	"vertexai":               "google-vertex",
	"vertex-ai":              "google-vertex",
	"qiniucloud":             "qiniu",
	"qiniu-ai":               "qiniu",
	"io-net":                 "ionet",
	"opencode":               "opencode-zen",
	"minimax-china":          "minimax-cn",
	"alibaba-singapore":      "alibaba",
	"dashscope":              "alibaba",
	"nvidia-nim":             "nvidia",
	"cohere-chat":            "cohere",
	"text-completion-openai": "openai",
	"meta-llama":             "llama",
	"gmi":                    "gmicloud",
	"friendliai":             "friendli",
	"cloudflare":             "cloudflare-workers-ai",
	"vercel-ai-gateway":      "vercel",
	"mistralai":              "mistral",
}

// ProviderSlug is the slug of a provider whatever a catalog calls it: "togetherai",
// "together_ai" and "Together" are all "together".
func ProviderSlug(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	name = strings.NewReplacer("_", "-", " ", "-").Replace(name)
	if strings.HasPrefix(name, "vertex-ai-") {
		return "google-vertex"
	}
	if s, ok := slugs[name]; ok {
		return s
	}
	return name
}

// endpoints and variables the catalogs leave out or name in an unusual order.
var wellKnown = map[string]Provider{
	"openai":     {BaseURL: "https://api.openai.com/v1"},
	"anthropic":  {BaseURL: "https://api.anthropic.com/v1", Format: "anthropic"},
	"google":     {BaseURL: "https://generativelanguage.googleapis.com/v1beta/openai", Format: "openai", Env: []string{"GEMINI_API_KEY"}},
	"groq":       {BaseURL: "https://api.groq.com/openai/v1"},
	"xai":        {BaseURL: "https://api.x.ai/v1"},
	"mistral":    {BaseURL: "https://api.mistral.ai/v1"},
	"together":   {BaseURL: "https://api.together.xyz/v1"},
	"cerebras":   {BaseURL: "https://api.cerebras.ai/v1"},
	"deepinfra":  {BaseURL: "https://api.deepinfra.com/v1/openai"},
	"cohere":     {BaseURL: "https://api.cohere.ai/compatibility/v1"},
	"perplexity": {BaseURL: "https://api.perplexity.ai"},
	"vercel":     {BaseURL: "https://ai-gateway.vercel.sh/v1", Env: []string{"AI_GATEWAY_API_KEY"}},
	"venice":     {BaseURL: "https://api.venice.ai/api/v1"},
	"v0":         {BaseURL: "https://api.v0.dev/v1"},
	"aihubmix":   {BaseURL: "https://aihubmix.com/v1"},
	"zai":        {BaseURL: "https://api.z.ai/api/paas/v4", Env: []string{"ZAI_API_KEY"}},
}

// Complete fills in what is publicly known of the provider and its catalog left
// out, and marks subscription plans.
func (p Provider) Complete() Provider {
	known := wellKnown[p.Slug]
	if p.BaseURL == "" {
		p.BaseURL = known.BaseURL
	}
	p.BaseURL = strings.TrimRight(p.BaseURL, "/")
	if p.Format == "" {
		p.Format = known.Format
	}
	if p.Format == "" && known.BaseURL != "" {
		p.Format = "openai"
	}
	rest := p.Env
	p.Env = slices.Clone(known.Env)
	for _, v := range rest {
		if !slices.Contains(p.Env, v) {
			p.Env = append(p.Env, v)
		}
	}
	p.Subscription = p.Subscription || subscription(p.Slug)
	return p
}

func subscription(slug string) bool {
	switch slug {
	case "github-copilot", "gitlab", "kimi-for-coding", "opencode-go", "ollama-cloud":
		return true
	}
	return strings.Contains(slug, "-coding-plan") || strings.Contains(slug, "-token-plan")
}

func mergeProvider(old, p Provider) Provider {
	if p.Name == "" {
		p.Name = old.Name
	}
	if p.BaseURL == "" {
		p.BaseURL = old.BaseURL
	}
	if p.Format == "" {
		p.Format = old.Format
	}
	if len(p.Env) == 0 {
		p.Env = old.Env
	}
	p.Subscription = p.Subscription || old.Subscription
	return p
}
