package anthropic

import (
	"regexp"
	"strconv"

	"assay/engine/chat"
	"assay/engine/format"
)

// Bounds of a thinking budget. Source: OpenRouter's reasoning documentation.
const (
	minBudget = 1024
	maxBudget = 128_000
)

// model is what a name tells about a Claude: its version, 0 when it is none or of
// the generation named the other way round (claude-3-7-sonnet).
type model struct{ major, minor int }

var claude = regexp.MustCompile(`claude-[a-z]+-(\d{1,2})(?:[-.](\d{1,2}))?(?:\D|$)`)

func modelOf(name string) model {
	m := claude.FindStringSubmatch(name)
	if m == nil {
		return model{}
	}
	major, _ := strconv.Atoi(m[1]) // digits by the pattern
	minor, _ := strconv.Atoi(m[2]) // or nothing
	return model{major, minor}
}

func (m model) atLeast(major, minor int) bool {
	return m.major > major || m.major == major && m.minor >= minor
}

// adaptive models decide themselves how long to think and are told an effort; from
// 4.7 on they refuse a budget, and temperature and its like altogether.
func (m model) adaptive() bool      { return m.atLeast(4, 6) }
func (m model) fixedSampling() bool { return m.atLeast(4, 7) }

// thinking is the "thinking" parameter.
type thinking struct {
	Type    string `json:"type"` // enabled, adaptive, disabled
	Budget  int    `json:"budget_tokens,omitempty"`
	Display string `json:"display,omitempty"` // summarized, omitted
}

func thinks(t *thinking) bool { return t != nil && t.Type != "disabled" }

// thinkingFor translates what the request asks for: an effort for adaptive models, a
// budget below the limit for the others. A limit too small for the smallest budget
// and a forced tool rule thinking out.
func thinkingFor(req *chat.Request, m model, limit int) (*thinking, string) {
	r := req.Reasoning
	switch {
	case r == nil && m.adaptive():
		return nil, req.Verbosity
	case r == nil:
		return nil, ""
	case r.Effort == "none":
		return &thinking{Type: "disabled"}, ""
	case forcesTool(req):
		return nil, ""
	case m.adaptive():
		t := &thinking{Type: "adaptive", Display: "summarized"}
		if r.Exclude {
			t.Display = "omitted"
		}
		return t, adaptiveEffort(format.Effort(r, limit), m)
	}
	budget := r.MaxTokens
	if budget == 0 {
		budget = format.Budget(format.Effort(r, limit), limit)
	}
	budget = min(max(budget, minBudget), maxBudget, format.Budget("max", limit)) // an answer must fit behind it
	if budget < minBudget {
		return nil, ""
	}
	t := &thinking{Type: "enabled", Budget: budget}
	if r.Exclude {
		t.Display = "omitted"
	}
	return t, ""
}

// adaptiveEffort is the nearest level the model knows.
func adaptiveEffort(effort string, m model) string {
	switch {
	case effort == "minimal":
		return "low"
	case effort == "xhigh" && !m.atLeast(4, 7):
		return "high"
	}
	return effort
}
