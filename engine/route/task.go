package route

import (
	"regexp"
	"strings"
	"unicode"

	"assay/catalog"
)

// Task is what kind of work a prompt asks for.
type Task string

// The tasks, as a router tells them apart.
const (
	TaskChat        Task = "chat"
	TaskCode        Task = "code"
	TaskMaths       Task = "maths"
	TaskTranslation Task = "translation"
	TaskLongContext Task = "long context"
	TaskVision      Task = "vision"
	TaskTools       Task = "tools"
)

// longPrompt is where a prompt's size matters more than its subject.
const longPrompt = 50_000

var (
	codeMarks = regexp.MustCompile("(?i)```|\\b(func|def|class|import|return|SELECT|struct|const|public static|console\\.log|println?)\\b\\s*[({\\w]|=>|#include|</?[a-z]+>|[;{}]\\s*\n")
	codeWords = regexp.MustCompile(`(?i)\b(code|function|script|program|compile[rsd]?|stack ?trace|debug|bug|refactor|regex|unit tests?|api|sql|python|golang|rust|java(script)?|typescript|bash|kubernetes|docker|git|algorithm)\b`)
	mathMarks = regexp.MustCompile(`(?i)\\(frac|int|sum|sqrt)|\d\s*[-+*/^=]\s*\d|\b(integral|derivative|equation|theorem|proof|prove that|probabilit(y|ies)|solve for|calculate|matrix|eigenvalue|modulo|prime numbers?|how many|percent(age)?)\b`)
	transMark = regexp.MustCompile(`(?i)\b(translat(e|ion|ing)|übersetz\w*|traduis\w*|traduc\w+|auf (deutsch|englisch)|(in|into|to) (english|german|french|spanish|italian|portuguese|japanese|chinese|korean|russian|arabic|hindi))\b|翻訳|翻译|翻譯|번역`)
)

// Classify guesses the task of a prompt from its words and what comes with it. It is
// deterministic, local and takes microseconds: a hint for choosing a model, nothing
// a user has to trust.
func Classify(prompt string, need Need) Task {
	const head = 8 << 10 // what a prompt wants is said at its start
	if len(prompt) > head {
		prompt = strings.ToValidUTF8(prompt[:head], "")
	}
	switch {
	case need.Prompt > longPrompt:
		return TaskLongContext
	case need.Input.Has(catalog.Image):
		return TaskVision
	case need.Params.Has(catalog.ParamTools):
		return TaskTools
	case transMark.MatchString(prompt):
		return TaskTranslation
	}
	code := 2*len(codeMarks.FindAllStringIndex(prompt, 4)) + len(codeWords.FindAllStringIndex(prompt, 4))
	maths := 2*len(mathMarks.FindAllStringIndex(prompt, 4)) + digits(prompt)
	switch {
	case code >= 2 && code >= maths:
		return TaskCode
	case maths >= 3:
		return TaskMaths
	}
	return TaskChat
}

// digits is a point for a prompt in which numbers are more than a detail.
func digits(s string) int {
	n, all := 0, 0
	for _, r := range s {
		all++
		if unicode.IsDigit(r) {
			n++
		}
	}
	if all > 0 && n*12 > all {
		return 1
	}
	return 0
}
