package judgetext

import (
	"regexp"
	"slices"
	"strings"
)

// selfCue finds sentences in which an answer speaks of its author: in the first
// person, by who made it, or as a signature.
var selfCue = regexp.MustCompile(`(?i)\b(i am|i['’]m|i was|my name|call me|my (creators?|makers?|developers?|training|knowledge)|` +
	`(made|built|created|developed|trained|designed) me|as an? (ai|artificial|large|language|virtual|assistant|chatbot|model)\b|` +
	`(ai|language|virtual) (model|assistant|system)[^.]{0,20}(made|built|created|developed|trained|designed) by|` +
	`ich bin|ich heiße|je suis|je m['’]appelle|soy|me llamo|sono)\b|^\W*as\b.{1,60}\bi\b|私は|私の名前|我是|我叫|^\s*[—–-]{1,2}\s*[\pL\pN .:/_-]{2,60}\s*$`)

// commonNames are models and makers that answers name when they introduce
// themselves, whoever is on the panel. Facts only: names, no texts.
var commonNames = []string{
	"ChatGPT", "GPT-5", "GPT-4o", "GPT-4", "GPT-3.5", "GPT", "OpenAI", "Claude", "Anthropic", "Gemini", "Bard",
	"Google DeepMind", "DeepMind", "Google", "Llama", "LLaMA", "Meta AI", "Mistral AI", "Mistral", "Mixtral", "DeepSeek",
	"Qwen", "Tongyi Qianwen", "Alibaba Cloud", "Alibaba", "Grok", "xAI", "Kimi", "Moonshot AI", "GLM", "Zhipu AI",
	"Command R", "Cohere", "Phi", "Microsoft Copilot", "Copilot", "Microsoft", "Nova", "Amazon", "Vicuna", "LMSYS",
	"Guanaco", "WizardLM", "PaLM", "Falcon", "MiniMax", "ERNIE", "Baidu", "Yi", "Jamba", "AI21", "Nemotron", "NVIDIA",
	"Sonar", "Perplexity", "Granite", "IBM", "Hunyuan", "Tencent", "Doubao", "ByteDance",
}

// NamesOf lists what a model may call itself, from its slug: the maker, the model
// with and without its version.
func NamesOf(slug string) []string {
	slug, _, _ = strings.Cut(strings.TrimPrefix(slug, "~"), ":")
	parts := strings.Split(slug, "/")
	model := parts[len(parts)-1]
	names := append([]string{slug}, parts...)
	names = append(names, strings.ReplaceAll(model, "-", " "))
	family := strings.FieldsFunc(model, func(r rune) bool { return r == '-' || r == ' ' || r == '_' || r == '.' })
	if len(family) > 0 && len(family[0]) > 2 {
		names = append(names, family[0])
	}
	return slices.DeleteFunc(names, func(n string) bool { return len(n) < 2 })
}

// Mask hides the names of models and makers in the sentences of text that speak of
// their author: "I am Claude, made by Anthropic" becomes "I am [a model], made by
// [a model]". A text about those models as a subject stays as it is.
func Mask(text string, names []string) string {
	var b strings.Builder
	for _, sentence := range sentenceSplit.FindAllString(text, -1) {
		if selfCue.MatchString(sentence) {
			sentence = hide(sentence, slices.Concat(names, commonNames))
		}
		b.WriteString(sentence)
	}
	return b.String()
}

// sentenceSplit cuts roughly: a point inside a name or number does not end anything.
var sentenceSplit = regexp.MustCompile(`[^\n]*?(?:[.!?]+[ \t]+|[。！？]|\n|$)|\n`)

// hide replaces whole-word, case-insensitive occurrences, longest names first.
func hide(line string, names []string) string {
	names = slices.Clone(names)
	slices.SortFunc(names, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	for _, n := range slices.Compact(names) {
		line = replaceWord(line, n)
	}
	return line
}

const masked = "[a model]"

func replaceWord(s, word string) string {
	lower, want := strings.ToLower(s), strings.ToLower(word)
	if len(lower) != len(s) || !strings.Contains(lower, want) {
		return s // folding that changes lengths would misplace offsets; rare scripts stay
	}
	var b strings.Builder
	for from := 0; ; {
		i := strings.Index(lower[from:], want)
		if i < 0 {
			b.WriteString(s[from:])
			return b.String()
		}
		start, end := from+i, from+i+len(want)
		b.WriteString(s[from:start])
		if wordByte(s, start-1) || wordByte(s, end) {
			b.WriteString(s[start:end])
		} else {
			b.WriteString(masked)
		}
		from = end
	}
}

func wordByte(s string, i int) bool {
	if i < 0 || i >= len(s) {
		return false
	}
	c := s[i]
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}
