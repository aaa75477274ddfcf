package catalog

import (
	"slices"
	"strings"
)

// A model is sold under many spellings: "claude-opus-4-6", "anthropic/claude-opus-4.6",
// "us.anthropic.claude-opus-4-6-v1:0". identity is what those have in common.
type identity struct {
	author  string // canonical author slug, "" when the spelling has none
	key     string // name, lower case, words and numbers joined by hyphens
	date    string // trailing date of a dated id, digits only
	variant string // catalogue variant: "free", "thinking"
}

// authors maps spellings of an author to the slug ids are written with.
var authors = map[string]string{
	"alibaba": "qwen", "qwen": "qwen",
	"zhipuai": "z-ai", "zhipu": "z-ai", "zai": "z-ai", "zai-org": "z-ai", "z-ai": "z-ai", "thudm": "z-ai",
	"mistral": "mistralai", "mistralai": "mistralai",
	"xai": "x-ai", "x-ai": "x-ai",
	"meta": "meta-llama", "meta-llama": "meta-llama", "llama": "meta-llama",
	"moonshot": "moonshotai", "moonshotai": "moonshotai", "kimi": "moonshotai",
	"deepseek": "deepseek", "deepseek-ai": "deepseek",
	"minimax": "minimax", "minimaxai": "minimax",
	"openai": "openai", "anthropic": "anthropic", "google": "google", "gemini": "google",
	"nvidia": "nvidia", "cohere": "cohere", "perplexity": "perplexity", "microsoft": "microsoft",
	"xiaomi": "xiaomi", "xiaomimimo": "xiaomi", "stepfun": "stepfun", "stepfun-ai": "stepfun", "tencent": "tencent",
	"amazon": "amazon", "nova": "amazon", "ai21": "ai21", "ai21labs": "ai21", "ai21-labs": "ai21",
	"baidu": "baidu", "bytedance": "bytedance-seed", "bytedance-seed": "bytedance-seed",
	"nousresearch": "nousresearch", "ibm": "ibm-granite", "ibm-granite": "ibm-granite",
	"inception": "inception", "inclusionai": "inclusionai", "upstage": "upstage", "writer": "writer",
	"arcee-ai": "arcee-ai", "allenai": "allenai", "poolside": "poolside", "sakana": "sakana",
	"sarvam": "sarvam", "sarvamai": "sarvam", "morph": "morph", "liquid": "liquid", "liquidai": "liquid", "meituan": "meituan",
	"deepgram": "deepgram", "elevenlabs": "elevenlabs", "voyage": "voyage", "voyageai": "voyage",
	"openrouter": "openrouter", "relace": "relace",
}

// AuthorSlug is the slug ids are written with for a vendor whatever people call it:
// "mistral" is "mistralai", "zhipuai" is "z-ai".
func AuthorSlug(name string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	if slug, ok := authors[name]; ok {
		return slug
	}
	return name
}

// families gives the author of names that start with a well-known family.
var families = []struct{ prefix, author string }{
	{"claude", "anthropic"}, {"gpt", "openai"}, {"chatgpt", "openai"}, {"o1", "openai"}, {"o3", "openai"}, {"o4", "openai"},
	{"whisper", "openai"}, {"tts-1", "openai"}, {"codex", "openai"},
	{"gemini", "google"}, {"gemma", "google"}, {"learnlm", "google"},
	{"qwen", "qwen"}, {"qwq", "qwen"}, {"qvq", "qwen"},
	{"deepseek", "deepseek"}, {"llama", "meta-llama"}, {"grok", "x-ai"}, {"glm", "z-ai"},
	{"kimi", "moonshotai"}, {"moonshot", "moonshotai"},
	{"mistral", "mistralai"}, {"ministral", "mistralai"}, {"codestral", "mistralai"}, {"devstral", "mistralai"},
	{"magistral", "mistralai"}, {"pixtral", "mistralai"}, {"mixtral", "mistralai"}, {"voxtral", "mistralai"},
	{"minimax", "minimax"}, {"command-", "cohere"}, {"nemotron", "nvidia"}, {"phi-", "microsoft"},
	{"nova-micro", "amazon"}, {"nova-lite", "amazon"}, {"nova-pro", "amazon"}, {"nova-premier", "amazon"}, {"nova-2-lite", "amazon"}, {"nova-2-pro", "amazon"}, {"sonar", "perplexity"}, {"step-", "stepfun"}, {"mimo", "xiaomi"}, {"hermes", "nousresearch"},
	{"doubao", "bytedance-seed"}, {"seed-", "bytedance-seed"}, {"ernie", "baidu"}, {"granite", "ibm-granite"},
	{"jamba", "ai21"}, {"hunyuan", "tencent"}, {"mercury", "inception"}, {"longcat", "meituan"}, {"lfm", "liquid"},
}

// regions are the prefixes of Bedrock's inference profiles.
var regions = []string{"us-gov", "us", "eu", "apac", "au", "jp", "global", "ca", "sa"}

// identify reads an id as a catalog or a provider writes it.
func identify(id string) identity {
	s := strings.ToLower(strings.TrimSpace(id))
	s = strings.TrimPrefix(strings.TrimPrefix(s, "hf:"), "@")
	path, name := "", s
	if i := strings.LastIndexByte(s, '/'); i >= 0 {
		path, name = s[:i], s[i+1:]
	}
	var out identity
	if i := strings.IndexByte(name, ':'); i >= 0 {
		name, out.variant = name[:i], strings.Trim(name[i+1:], ":0123456789")
	}
	out.author = pathAuthor(path)
	if _, author, rest, ok := dotted(name); ok {
		name, out.author = rest, author
	}
	out.key, out.date = cutDate(nameKey(name))
	return out
}

// pathAuthor is the author named by the folders before a name, innermost first.
func pathAuthor(path string) string {
	parts := strings.Split(path, "/")
	for i := len(parts) - 1; i >= 0; i-- {
		if a, ok := authors[parts[i]]; ok {
			return a
		}
	}
	return ""
}

// dotted splits Bedrock's "eu.anthropic.claude-opus-4-6-v1".
func dotted(name string) (region, author, rest string, ok bool) {
	for _, r := range regions {
		if s, found := strings.CutPrefix(name, r+"."); found {
			region, name = r, s
			break
		}
	}
	vendor, rest, found := strings.Cut(name, ".")
	author, known := authors[vendor]
	if !found || !known || rest == "" {
		return "", "", "", false
	}
	return region, author, strings.TrimSuffix(rest, "-v1"), true
}

// nameKey spells a name with hyphens only: "GLM-5.2", "glm-5p2" and "glm_5_2" are
// all "glm-5-2", and "v3.1" is "3-1".
func nameKey(name string) string {
	b := make([]byte, 0, len(name))
	for i := 0; i < len(name); i++ {
		c := name[i]
		prev, next := byteAt(name, i-1), byteAt(name, i+1)
		switch {
		case c == '.' || c == '_' || c == '@' || c == ' ' || c == '-' || c == '(' || c == ')':
			c = '-'
		case c == 'p' && isDigit(prev) && isDigit(next):
			c = '-'
		case c == 'v' && isDigit(next) && (i == 0 || strings.IndexByte("-_. @", prev) >= 0):
			continue
		}
		if c == '-' && (len(b) == 0 || b[len(b)-1] == '-') {
			continue
		}
		b = append(b, c)
	}
	return strings.TrimSuffix(string(b), "-")
}

func byteAt(s string, i int) byte {
	if i < 0 || i >= len(s) {
		return 0
	}
	return s[i]
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// cutDate splits a trailing 20250929 or 2025-09-29 off a key.
func cutDate(key string) (rest, date string) {
	for _, n := range []int{len("-20250929"), len("-2025-09-29")} {
		if len(key) <= n {
			continue
		}
		tail := key[len(key)-n:]
		digits := strings.ReplaceAll(tail, "-", "")
		if tail[0] != '-' || !strings.HasPrefix(digits, "20") || len(digits) != 8 || strings.Trim(digits, "0123456789") != "" {
			continue
		}
		if n == len("-2025-09-29") && (tail[5] != '-' || tail[8] != '-') {
			continue
		}
		return key[:len(key)-n], digits
	}
	return key, ""
}

// squash drops the hyphens: the loosest spelling ("qwen-3-6-plus" and "qwen3.6-plus").
func squash(key string) string { return strings.ReplaceAll(key, "-", "") }

// familyAuthor guesses the author of a bare name.
func familyAuthor(key string) string {
	for _, f := range families {
		if strings.HasPrefix(key, f.prefix) {
			return f.author
		}
	}
	return ""
}

// packaging lists endings that say how an endpoint runs a model, not which it is.
var packaging = []string{"-tee", "-fp8", "-fp4", "-nvfp4", "-bf16", "-fp16", "-int4", "-int8", "-awq", "-gptq", "-4bit", "-6bit", "-8bit", "-maas"}

// synonyms are names of one model that no rule relates.
var synonyms = map[string]string{
	"llama-4-scout-17b-16e-instruct":     "llama-4-scout",
	"llama-4-scout-17b-instruct":         "llama-4-scout",
	"llama-4-maverick-17b-128e-instruct": "llama-4-maverick",
	"llama-4-maverick-17b-instruct":      "llama-4-maverick",
	"llama-3-3-70b-versatile":            "llama-3-3-70b-instruct",
	"llama-3-3-70b":                      "llama-3-3-70b-instruct",
	"llama-3-1-8b-instant":               "llama-3-1-8b-instruct",
	"gemma-4-31b":                        "gemma-4-31b-it",
	"gemma-4-26b-a4b":                    "gemma-4-26b-a4b-it",
}

// spellings lists keys the name may be known by, the most literal first.
func (id identity) spellings() []string {
	keys := []string{id.key}
	add := func(k string, changed bool) {
		if changed && k != "" && !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	for i := 0; i < len(keys); i++ {
		k := keys[i]
		for _, end := range packaging {
			add(strings.CutSuffix(k, end))
		}
		for _, a := range []string{"zai-org-", "z-ai-", "deepseek-ai-"} {
			add(strings.CutPrefix(k, a))
		}
		if first, rest, ok := strings.Cut(k, "-"); ok && familyAuthor(k) == "" {
			a, known := authors[first]
			add(rest, known && familyAuthor(rest) == a)
		}
		if strings.HasSuffix(k, "-chat-latest") || strings.HasPrefix(k, "claude-") {
			add(strings.CutSuffix(k, "-latest"))
		}
		add(otherOrder(k))
		add(strings.CutSuffix(k, "-0"))
		add(synonyms[k], synonyms[k] != "")
	}
	return keys
}

// otherOrder turns "claude-4-6-sonnet" into "claude-sonnet-4-6" and back: the maker
// itself has written both.
func otherOrder(key string) (string, bool) {
	words := strings.Split(key, "-")
	if words[0] != "claude" {
		return "", false
	}
	tier := slices.IndexFunc(words, func(w string) bool { return w == "haiku" || w == "sonnet" || w == "opus" })
	isNumber := func(w string) bool { return strings.Trim(w, "0123456789") == "" }
	switch {
	case tier > 1: // numbers before the tier go behind it
		numbers := slices.Clone(words[1:tier])
		rest := words[tier+1:]
		return strings.Join(slices.Concat(words[:1], words[tier:tier+1], numbers, rest), "-"), true
	case tier == 1:
		end := 2
		for end < len(words) && isNumber(words[end]) {
			end++
		}
		return strings.Join(slices.Concat(words[:1], words[2:end], words[1:2], words[end:]), "-"), end > 2
	}
	return "", false
}

// guess is the author the name itself tells: that of its family.
func (id identity) guess() string {
	for _, k := range id.spellings() {
		if a := familyAuthor(k); a != "" {
			return a
		}
	}
	return ""
}

// Quantization is what an id says about the precision of the weights ("fp8" of
// "GLM-5.1-FP8"), "" when it says nothing.
func Quantization(id string) string {
	key := nameKey(strings.ToLower(id))
	for _, end := range []string{"fp8", "fp4", "bf16", "fp16", "int4", "int8"} {
		if strings.HasSuffix(key, "-"+end) {
			return end
		}
	}
	switch {
	case strings.HasSuffix(key, "-nvfp4"):
		return "fp4"
	case strings.HasSuffix(key, "-6bit"):
		return "fp6"
	}
	return ""
}

// splitID is the author and the name of a canonical id.
func splitID(id string) (author, name string) {
	if i := strings.IndexByte(id, '/'); i >= 0 {
		return id[:i], id[i+1:]
	}
	return "", id
}
