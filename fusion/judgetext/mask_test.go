package judgetext

import (
	"strings"
	"testing"
)

func TestMask(t *testing.T) {
	names := NamesOf("acme/zephyr-9b-instruct:free")
	for in, want := range map[string]string{
		"I am Claude, made by Anthropic. The sky is blue.":              "I am [a model], made by [a model]. The sky is blue.",
		"As ChatGPT, I think so.":                                       "As [a model], I think so.",
		"As an AI language model developed by OpenAI, I can't say.":     "As an AI language model developed by [a model], I can't say.",
		"I'm Zephyr, a model by Acme.":                                  "I'm [a model], a model by [a model].",
		"I'm zephyr-9b-instruct.":                                       "I'm [a model].",
		"Companies such as Google and Amazon grew.":                     "Companies such as Google and Amazon grew.",
		"OpenAI was founded in 2015.":                                   "OpenAI was founded in 2015.",
		"Use GPT-4 for this. I'm sure it works.":                        "Use GPT-4 for this. I'm sure it works.",
		"Hello.\n\n— Claude":                                            "Hello.\n\n— [a model]",
		"私はChatGPTです。空は青い。":                                             "私は[a model]です。空は青い。",
		"I am GPT-3.5 and I say 3.5 is a number. GPT-3.5 came in 2022.": "I am [a model] and I say 3.5 is a number. GPT-3.5 came in 2022.",
		"":        "",
		"\n\na\n": "\n\na\n",
	} {
		if got := Mask(in, names); got != want {
			t.Errorf("Mask(%q)\n got %q\nwant %q", in, got, want)
		}
	}
}

func FuzzMask(f *testing.F) {
	f.Add("I am Claude.\nAs GPT, I say. 私はGemini。")
	f.Fuzz(func(t *testing.T, s string) {
		got := Mask(s, nil)
		if !selfCue.MatchString(s) && got != s && strings.ToValidUTF8(s, "") == s {
			t.Fatalf("changed %q to %q without a cue", s, got)
		}
		if strings.Count(got, "\n") != strings.Count(s, "\n") {
			t.Fatalf("lost a line of %q: %q", s, got)
		}
	})
}
