package figure

import (
	"fmt"
	"strings"

	"assay/engine/chat"
	"assay/ui/markdown"
)

// Class is the class of a failure in words: "rate limit exceeded (429)".
func Class(t chat.ErrorType, status int) string {
	out := strings.ReplaceAll(markdown.CleanLine(string(t)), "_", " ")
	if status != 0 {
		out = strings.TrimSpace(fmt.Sprintf("%s (%d)", out, status))
	}
	return out
}

// Outcome is how an attempt ended.
func Outcome(a chat.Attempt) string {
	switch a.Outcome {
	case chat.AttemptWaiting:
		return "waited " + Seconds(a.RetryAfterMs)
	case chat.AttemptAbandoned:
		return "abandoned"
	case chat.AttemptStarted:
		return "asked"
	}
	out := Class(a.ErrorType, a.Status)
	if a.Message != "" {
		out += ", " + markdown.CleanLine(a.Message)
	}
	return out
}

// Endpoint is an endpoint's name: its provider, and its tag where that says more.
func Endpoint(provider, tag string) string {
	provider, tag = markdown.CleanLine(provider), markdown.CleanLine(tag)
	switch {
	case tag == "" || tag == provider:
		return provider
	case strings.HasPrefix(tag, provider):
		return tag
	}
	return provider + " " + tag
}

// Bill is a cost with how far it can be trusted: "cost $0.02, estimated".
func Bill(c chat.Cost, approx string) string {
	if !c.Known() {
		return Cost(c, approx)
	}
	return "cost " + Cost(c, approx) + ", " + Source(c.Source)
}

// Source says how far a cost can be trusted.
func Source(s chat.CostSource) string {
	switch s {
	case chat.CostProvider:
		return "as the provider reports it"
	case chat.CostCatalog:
		return "from reported tokens and known prices"
	case chat.CostEstimate:
		return "estimated"
	}
	return "not known"
}
