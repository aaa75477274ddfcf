package fusion

import (
	"errors"
	"fmt"
	"strings"

	"assay/engine/chat"
)

// Kind is what a run came to.
type Kind string

// The kinds of outcome.
const (
	Fused     Kind = "fused"     // the writer wrote
	Compared  Kind = "compared"  // an analysis, and nothing more was asked for
	Waiting   Kind = "waiting"   // an analysis; the user's decisions come next
	Picked    Kind = "picked"    // one member's answer, word for word
	Voted     Kind = "voted"     // one member's answer, for the majority
	Tied      Kind = "tied"      // a vote without a majority
	Verbatim  Kind = "verbatim"  // no writer could write: the best-covering answer, word for word
	Single    Kind = "single"    // one usable answer: nothing to compare
	None      Kind = "none"      // no usable answer at all
	Cancelled Kind = "cancelled" // stopped from outside; what there is, is there
)

// Outcome is how a fusion ended.
type Outcome struct {
	Kind     Kind
	Lane     int            // whose text the answer is: the writer's or a member's; chat.NoLane without one
	Text     string         // the answer, a writer's markers removed
	Analysis *chat.Analysis // the last one emitted; nil when nothing could be compared
	Answers  []chat.Answer  // by member, as they ended, late ones too; one never started has only its Spec
	Calls    []chat.Answer  // of judges and writers, in the order they ended
	Err      error          // why, for None and Cancelled; *PanelError for None
}

// PanelError says why no member gave a usable answer.
type PanelError struct{ Members []chat.Member }

// Error names every member and its reason.
func (e *PanelError) Error() string {
	reasons := make([]string, 0, len(e.Members))
	for _, m := range e.Members {
		reason := m.State
		if m.Detail != "" {
			reason += " (" + m.Detail + ")"
		}
		reasons = append(reasons, m.Model+": "+reason)
	}
	return "no usable answer: " + strings.Join(reasons, "; ")
}

// ErrCancelled is the Err of a cancelled run.
var ErrCancelled = errors.New("fusion: cancelled")

// Verdict is the lane whose text is the answer of a run, chat.NoLane when there is
// none: only compared, a tied vote, or not over yet. A writer's text still holds its
// markers: see Strip.
func Verdict(a *chat.Analysis) int {
	if a == nil || a.AnswerLane == nil {
		return chat.NoLane
	}
	return *a.AnswerLane
}

// lanesList names lanes as users count them, from 1.
func lanesList(lanes []int) string {
	parts := make([]string, len(lanes))
	for i, l := range lanes {
		parts[i] = fmt.Sprint(l + 1)
	}
	return strings.Join(parts, ", ")
}
