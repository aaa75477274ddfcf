package fusion

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"assay/engine/chat"
)

// State is what became of a member's answer.
type State string

// The states.
const (
	OK        State = "ok"
	Truncated State = "truncated" // text, but not all of it: its silence means nothing
	Refusal   State = "refusal"   // declines to answer: it abstains from every claim
	Empty     State = "empty"     // nothing but white space
	ToolOnly  State = "tool_only" // calls a tool and says nothing
	Failed    State = "failed"    // ended without text
	Stopped   State = "cancelled" // stopped from outside without text
	Late      State = "late"      // had not ended when the comparison began
)

// usable reports whether an answer of this state takes part.
func (s State) usable() bool { return s == OK || s == Truncated || s == Refusal }

// classify says what an answer is, and why where it is not plainly fine.
func classify(a *chat.Answer) (State, string) {
	blank := !visible(a.Text)
	if a.Failure != nil {
		return classifyFailure(a.Failure, blank)
	}
	if a.Finish == nil {
		return Failed, "did not end"
	}
	reason := a.Finish.FinishReason
	switch {
	case blank && len(a.Tools) > 0:
		return ToolOnly, "called " + a.Tools[0].Name + " and said nothing"
	case blank && reason == "content_filter":
		return Failed, "content_filter"
	case blank && reason == "length":
		return Empty, "spent its whole length before saying anything"
	case blank:
		return Empty, "said nothing"
	case reason == "length":
		return Truncated, "reached its length limit"
	case reason == "content_filter":
		return Truncated, "cut by a content filter"
	case refuses(a.Text):
		return Refusal, "declined to answer"
	case breaksOff(a.Text):
		return Truncated, "ends in the middle of a sentence"
	}
	return OK, ""
}

func classifyFailure(f *chat.Failure, blank bool) (State, string) {
	detail := string(f.ErrorType)
	if f.Message != "" {
		detail += ": " + f.Message
	}
	switch {
	case f.ErrorType == chat.ErrCancelled && blank:
		return Stopped, "stopped"
	case f.ErrorType == chat.ErrCancelled:
		return Truncated, "stopped by hand"
	case blank && f.ErrorType == chat.ErrRefusal:
		return Refusal, detail
	case blank:
		return Failed, detail
	}
	return Truncated, "broke off: " + detail
}

// visible reports whether a text shows anything at all.
func visible(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsGraphic(r) && !unicode.IsSpace(r) && r != '\u2800' && r != '\u3164'
	})
}

var refusal = regexp.MustCompile(`(?i)^\W*(i['’]?m (very |really |so )?sorry|sorry|i apologi[sz]e|i (cannot|can['’]?t|can not|won['’]?t|am (unable|not able)|must decline)|i['’]?m (unable|not able)|as an ai\b|unfortunately,? i|申し訳|すみません|抱歉|对不起|es tut mir leid|lo siento|je suis désolé)`)

var declines = regexp.MustCompile(`(?i)\b(cannot|can['’]?t|can not|won['’]?t|unable|not able|decline|not comfortable)\b.{0,60}\b(help|assist|answer|provide|comply|fulfil|fulfill|discuss|engage|create|generate|write|share|support|continue|that|this|do so)\b|できません|お答え|无法|不能|kann .{0,40}nicht|no puedo|ne peux pas`)

// refuses recognises answers that are nothing but a refusal: a long answer that
// begins with regrets still answers.
func refuses(text string) bool {
	text = strings.TrimSpace(text)
	if utf8.RuneCountInString(text) > 500 {
		return false
	}
	return refusal.MatchString(text) && declines.MatchString(text)
}

// breaksOff recognises a long answer that ends inside its last sentence or an open
// code fence although its upstream said it was complete.
func breaksOff(text string) bool {
	text = strings.TrimRightFunc(text, unicode.IsSpace)
	if strings.Count("\n"+text, "\n```")%2 == 1 {
		return true
	}
	if len(text) < 400 {
		return false
	}
	last := text[strings.LastIndexByte(text, '\n')+1:]
	words := strings.Fields(last)
	if len(words) < 8 || strings.HasPrefix(words[0], "#") || strings.HasPrefix(words[0], "|") || strings.HasPrefix(words[0], "http") {
		return false
	}
	r, _ := utf8.DecodeLastRuneInString(last)
	return r < 0x2E80 && (unicode.IsLower(r) && !listItem(words[0]) || strings.ContainsRune(",;(–-", r))
}

func listItem(word string) bool {
	return word == "-" || word == "*" || word == "+" || word == "•" || strings.HasSuffix(word, ".") || strings.HasSuffix(word, ")")
}

// member is one member of a run. Everything but live belongs to the goroutine of
// Run.
type member struct {
	seat   Seat
	lane   int
	answer chat.Answer
	ended  bool
	state  State
	detail string
	text   string // what is compared; "" where the member takes no part
	live   live
}

func (m *member) settle(a chat.Answer) {
	m.answer, m.ended = a, true
	m.state, m.detail = classify(&a)
	if m.state.usable() {
		m.text = a.Text
	}
}

// report is the member as an analysis shows it.
func (m *member) report() chat.Member {
	state, detail := m.state, m.detail
	if state == "" {
		state, detail = Late, "not in this analysis"
	}
	return chat.Member{Lane: m.lane, Model: m.seat.Model, State: string(state), Detail: detail}
}

// who names a member in a warning.
func (m *member) who() string { return fmt.Sprintf("answer %d (%s)", m.lane+1, m.seat.Model) }
