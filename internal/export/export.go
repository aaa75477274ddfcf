// Package export writes recorded runs as documents: text that reads from top to
// bottom, Markdown with front matter, and a page of HTML that runs nothing and loads
// nothing. Every word of a model, an upstream or a catalog is cleaned or escaped on
// its way; keys are not in a recording to begin with.
package export

import (
	"fmt"
	"strings"

	"assay/engine/chat"
	"assay/fusion"
	"assay/ui/figure"
	"assay/ui/markdown"
)

// Fold folds the events of one run. Lanes of which the recording does not say how
// they ended are ended as cancelled.
func Fold(events []chat.Event) *chat.State {
	s := new(chat.State)
	for _, e := range events {
		s.Apply(e)
	}
	for _, e := range Unended(s) {
		s.Apply(e)
	}
	return s
}

// Unended are the events that end the lanes of a recording that was cut.
func Unended(s *chat.State) []chat.Event {
	var out []chat.Event
	for i := range s.Lanes {
		if l := &s.Lanes[i]; l.RunID != "" && !l.Phase.Ended() {
			out = append(out, chat.Event{TMs: s.NowMs, Lane: i, Body: &chat.Failure{
				ErrorType: chat.ErrCancelled, Message: "the recording ends before this lane did",
				Retryable: true, Remedy: "ask again",
			}})
		}
	}
	return out
}

// Fused is the answer of a fused run: the writer's without its markers, or a
// member's where no writer wrote; "" where there is none.
func Fused(s *chat.State) string {
	lane := fusion.Verdict(s.Analysis)
	for i := len(s.Lanes) - 1; i >= 0 && lane < 0; i-- {
		// An analysis that came from elsewhere may not name the lane.
		if l := &s.Lanes[i]; l.Spec.Role == chat.RoleWriter && l.Finish != nil && len(l.Text) > 0 {
			lane = i
		}
	}
	if lane < 0 || lane >= len(s.Lanes) {
		return ""
	}
	text := string(s.Lanes[lane].Text)
	if s.Lanes[lane].Spec.Role == chat.RoleWriter {
		text, _ = fusion.Strip(text, fusion.ClaimIDs(s.Analysis))
	}
	return text
}

// Prompt is what a run was asked: its prompt, or the last message of the user.
func Prompt(r *chat.Run) string {
	if len(r.Messages) == 0 {
		return r.Prompt
	}
	req := chat.Request{Messages: r.Messages}
	return req.Prompt()
}

// names are the models by lane, as an analysis refers to them.
func names(s *chat.State) []string {
	out := make([]string, len(s.Lanes))
	for i := range out {
		out[i] = s.Lanes[i].Spec.Model
	}
	return out
}

// lanes are the lanes of a run that have begun, in order.
func lanes(s *chat.State) []*chat.Lane {
	var out []*chat.Lane
	for i := range s.Lanes {
		if s.Lanes[i].RunID != "" {
			out = append(out, &s.Lanes[i])
		}
	}
	return out
}

// title names a lane for its heading.
func title(l *chat.Lane) string {
	if l.Spec.Role != chat.RoleAnswer {
		return fmt.Sprintf("%s: %s", l.Spec.Role, markdown.CleanLine(l.Spec.Model))
	}
	return fmt.Sprintf("%d: %s", l.Spec.Lane+1, markdown.CleanLine(l.Spec.Model))
}

// caption is in a line who answered, how it ended and what it took.
func caption(l *chat.Lane) string {
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	switch {
	case l.Finish != nil:
		f := l.Finish
		if f.Model != "" && f.Model != l.Spec.Model {
			add("answered by %s", f.Model)
		}
		add("%s", f.Provider)
		add("%s", f.FinishReason)
		add("%d tokens in, %d out", f.Usage.PromptTokens, f.Usage.CompletionTokens)
		add("first token after %s, %s in all", figure.Seconds(f.TTFTMs), figure.Seconds(f.DurationMs))
	case l.Failure != nil:
		f := l.Failure
		if f.Provider != "" {
			add("%s", f.Provider)
		}
		add("%s: %s", f.ErrorType, f.Message)
	}
	add("%s", cost(l.Bill()))
	if l.Finish != nil && l.Finish.Demo {
		add("demo")
	}
	return markdown.CleanLine(strings.Join(parts, " · "))
}

// cost is an amount to the last digit, and how far it can be trusted.
func cost(c chat.Cost) string {
	switch {
	case c.Source == "":
		return "nothing billed"
	case !c.Known():
		return "cost unknown"
	case c.Source == chat.CostEstimate:
		return "about $" + c.USD.String()
	}
	return "$" + c.USD.String()
}
