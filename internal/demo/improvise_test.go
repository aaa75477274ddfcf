package demo

import (
	"strings"
	"testing"
)

const odd = "How do lighthouse keepers and submarine captains divide the chores?"

// TestImprovisedAnswersAreHonest holds that an answer without a script says so, is
// about the question's words, and gives a comparison something to find.
func TestImprovisedAnswersAreHonest(t *testing.T) {
	s := testServer(t)
	texts := map[string]string{}
	for _, v := range voices() {
		texts[v] = ask(t, s, Prefix+v, odd).text
		if !strings.Contains(texts[v], "no model was asked") || !strings.Contains(texts[v], "lighthouse") {
			t.Errorf("%s:\n%s", v, texts[v])
		}
		if strings.Contains(texts[v], "<no value>") || strings.Contains(texts[v], "{{") {
			t.Errorf("%s: the template shows:\n%s", v, texts[v])
		}
	}
	order := voices()
	var answers []string
	for _, v := range order {
		answers = append(answers, texts[v])
	}
	r := rulingOf(t, ask(t, s, "demo/judge", judgePrompt(odd, answers...)).text)
	agreed, disputed, alone := 0, 0, 0
	for _, c := range r.Claims {
		pro, con := 0, 0
		for _, stance := range c.Stance {
			switch stance[0] {
			case supports:
				pro++
			case contradicts:
				con++
			}
		}
		switch {
		case con > 0:
			disputed++
		case pro > 1:
			agreed++
		default:
			alone++
		}
	}
	if agreed < 2 || disputed < 1 || alone < 3 {
		t.Errorf("%d agreed, %d disputed, %d unique claims", agreed, disputed, alone)
	}
}

func TestImprovisedForms(t *testing.T) {
	s := testServer(t)
	for _, tc := range []struct {
		name, model, prompt string
		has, lacks          string
		shorter             int
	}{
		{"yes or no", "demo/birch", "Is it wise to juggle pineapples?", "It is a coin", "", 400},
		{"code in Go", "demo/alder", "Write a Go program that counts zebras", "```go\npackage main", "", 0},
		{"code in no language", "demo/fir", "Write a function that counts zebras", "```python", "", 0},
		{"no code", "demo/alder", "Where do zebras go in winter?", "zebras", "```", 0},
		{"Japanese", "demo/cedar", "しまうまは冬にどこへ行きますか？", "モデルには問い合わせていません", "{{", 0},
		{"Chinese", "demo/cedar", "斑马冬天去哪里？", "没有询问任何模型", "{{", 0},
		{"nothing", "demo/hazel", "", "no model was asked", "<no value>", 0},
		{"signs", "demo/elm", "?!?", "no model was asked", "<no value>", 0},
	} {
		text := ask(t, s, tc.model, tc.prompt).text
		if !strings.Contains(text, tc.has) || tc.lacks != "" && strings.Contains(text, tc.lacks) || tc.shorter > 0 && len(text) > tc.shorter {
			t.Errorf("%s:\n%s", tc.name, text)
		}
	}
}

func TestElmTakesTheOtherSide(t *testing.T) {
	s := testServer(t)
	const prompt = "Is it wise to juggle pineapples?"
	says := map[string]bool{}
	for _, v := range voices() {
		says[v] = strings.Contains(ask(t, s, Prefix+v, prompt).text, "**Yes**")
	}
	for _, v := range voices() {
		if (says[v] == says["alder"]) != (v != "elm") {
			t.Errorf("%s says yes: %v, Alder: %v", v, says[v], says["alder"])
		}
	}
}
