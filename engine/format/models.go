package format

import (
	"regexp"
	"strconv"
	"strings"
)

var gpt5 = regexp.MustCompile(`^gpt-5(?:\.(\d+))?(?:-|$)`)

// OpenAIThinks reports OpenAI's reasoning models by their names, a leading "openai/"
// aside. They answer 400 to temperature, top_p, penalties and stop.
func OpenAIThinks(model string) bool {
	model = strings.TrimPrefix(model, "openai/")
	if len(model) >= 2 && model[0] == 'o' && model[1] >= '1' && model[1] <= '9' {
		return true
	}
	return gpt5.MatchString(model) && !strings.HasPrefix(model, "gpt-5-chat")
}

// OpenAIThinksIfAsked reports those of them that do not think unless asked to, and
// take sampling parameters as long as they do not.
func OpenAIThinksIfAsked(model string) bool {
	m := gpt5.FindStringSubmatch(strings.TrimPrefix(model, "openai/"))
	if m == nil {
		return false
	}
	minor, err := strconv.Atoi(m[1])
	return err == nil && minor >= 1
}
