package fusion

import (
	"fmt"
	"strings"
	"unicode"

	"assay/engine/chat"
	"assay/fusion/claims"
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
	case claims.Refusal(a.Text):
		return Refusal, "declined to answer"
	case claims.Truncated(a.Text):
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

	steerText string // what steering was found in
	steering  []chat.Quote
}

func (m *member) spec() chat.LaneSpec {
	return chat.LaneSpec{Lane: m.lane, Role: chat.RoleAnswer, Model: m.seat.Model, Preset: m.seat.Preset}
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
