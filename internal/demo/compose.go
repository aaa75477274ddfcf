package demo

import (
	"fmt"
	"strings"
)

// compose decides what the model says.
func (s *Server) compose(x *exchange) reply {
	if r, ok := x.misspeak(); ok {
		return r
	}
	if result, ok := x.req.toolSaid(); ok {
		return reply{text: afterTool(result)}
	}
	if calls := x.calls(); len(calls) > 0 {
		return reply{calls: calls, finish: finishCalls}
	}
	if x.fault.says == calling {
		return reply{text: "This model calls the tools it is offered, and the request offers none."}
	}
	if r, ok := s.fuse(x); ok {
		return r
	}
	return s.answerAsked(x)
}

// answerAsked answers a question: from its script, or with what can be said about
// any question without a model.
func (s *Server) answerAsked(x *exchange) reply {
	asked := x.req.asked()
	if sc := s.find(asked); sc != nil {
		if text, ok := sc.answers[x.speaker()]; ok {
			return reply{text: text, thought: sc.thoughts[x.speaker()]}
		}
	}
	return s.improvise(x, asked)
}

// speaker is whose words a model uses: its own, or Fir's for those that have none.
func (x *exchange) speaker() string {
	if x.model.Role == RoleVoice {
		return x.name
	}
	return "fir"
}

// misspeak is the answer of models whose fault is what they say.
func (x *exchange) misspeak() (reply, bool) {
	switch x.fault.says {
	case nothing:
		return reply{}, true
	case refusal:
		return reply{text: "I can't help with that request.", finish: finishRefusal}, true
	case endless:
		return reply{text: longText()}, true
	case widely:
		return reply{text: wideText}, true
	case hostile:
		return reply{text: hostileText()}, true
	default:
		return reply{}, false
	}
}

// afterTool is the turn after a tool has answered.
func afterTool(result string) string {
	const most = 400
	shown := []rune(strings.TrimSpace(result))
	note := ""
	if len(shown) > most {
		shown, note = shown[:most], fmt.Sprintf("\n\nThat is the beginning; the tool sent %d bytes.", len(result))
	}
	if len(shown) == 0 {
		return "The tool answered with nothing, so there is nothing to add."
	}
	return "The tool answered:\n\n```text\n" + strings.ReplaceAll(string(shown), "```", "'''") + "\n```" + note +
		"\n\nThis is the demo provider: it repeats the result instead of thinking about it."
}
