package demo

import (
	"encoding/json"
	"strings"
)

// request is what a request asks, whatever format it came in.
type request struct {
	model     string
	stream    bool
	tally     bool // chat completions: the stream ends with usage
	system    string
	turns     []turn
	maxTokens int // 0: no cap
	stop      []string
	tools     []tool
	force     string // name of the tool to call, anyTool, or "" for a free choice
	noTools   bool   // the request forbids calls
	cache     bool   // Messages: something is marked for caching
}

// anyTool is the force of a request that wants some tool to be called.
const anyTool = "*"

// turn is one message.
type turn struct {
	role   string // user, assistant, tool
	text   string
	images int
}

// tool is a function the caller offers. Schema is JSON schema, possibly null.
type tool struct {
	name   string
	schema json.RawMessage
}

// asked is the text of the last turn of the user.
func (r *request) asked() string {
	for i := len(r.turns) - 1; i >= 0; i-- {
		if r.turns[i].role == "user" {
			return r.turns[i].text
		}
	}
	return ""
}

// before is the text of the user's turn before the last one, "" in a first turn.
func (r *request) before() string {
	seen := false
	for i := len(r.turns) - 1; i >= 0; i-- {
		if r.turns[i].role != "user" {
			continue
		}
		if seen {
			return r.turns[i].text
		}
		seen = true
	}
	return ""
}

// toolSaid is the result of a call when that is what the last turn brings.
func (r *request) toolSaid() (string, bool) {
	if len(r.turns) == 0 {
		return "", false
	}
	last := r.turns[len(r.turns)-1]
	return last.text, last.role == "tool"
}

// words joins everything that was sent: the source of all random choices.
func (r *request) words() string {
	var b strings.Builder
	b.WriteString(r.system)
	for _, t := range r.turns {
		b.WriteString("\x00" + t.role + "\x00" + t.text)
	}
	return b.String()
}

// What a message costs besides its text, in tokens.
const (
	perMessage = 4
	perImage   = 85
)

func (t turn) tokens() int { return perMessage + perImage*t.images + countPieces(t.text) }

// usage is the tokens of one exchange. prompt counts everything sent, cached and
// newly cached tokens included; completion counts the thought too.
type usage struct {
	prompt, cached, written int
	completion, thought     int
	cost                    string // dollars as a decimal, "" where the endpoint does not tell
}

// sent counts what a request costs. An upstream that has seen the start of a
// conversation before bills it as cached: all up to its own last turn. The first
// time it writes the cache instead, when the request asks for that.
func (r *request) sent() usage {
	system := 0
	if r.system != "" {
		system = perMessage + countPieces(r.system)
	}
	for _, t := range r.tools {
		system += perMessage + countPieces(t.name) + countPieces(string(t.schema))
	}
	u := usage{prompt: system}
	for _, t := range r.turns {
		if t.role == "assistant" {
			u.cached = u.prompt
		}
		u.prompt += t.tokens()
	}
	if r.cache && u.cached == 0 {
		u.written = system
	}
	return u
}

// content reads what the three formats allow as the content of a message: a string,
// or a list of parts of which it joins the text and counts the images.
func content(raw json.RawMessage) (text string, images int, ok bool) {
	if len(raw) == 0 || string(raw) == "null" {
		return "", 0, true
	}
	if json.Unmarshal(raw, &text) == nil {
		return text, 0, true
	}
	var parts []struct {
		Type    string          `json:"type"`
		Text    string          `json:"text"`
		Refusal string          `json:"refusal"`
		Content json.RawMessage `json:"content"` // of a tool result
	}
	if json.Unmarshal(raw, &parts) != nil {
		return "", 0, false
	}
	var b strings.Builder
	for _, p := range parts {
		switch {
		case strings.Contains(p.Type, "image"):
			images++
		case p.Type == "tool_result":
			inner, n, good := content(p.Content)
			if !good {
				return "", 0, false
			}
			b.WriteString(inner)
			images += n
		default:
			b.WriteString(p.Text + p.Refusal)
		}
	}
	return b.String(), images, true
}

// stops reads a stop sequence or a list of them.
func stops(raw json.RawMessage) []string {
	var one string
	if json.Unmarshal(raw, &one) == nil && one != "" {
		return []string{one}
	}
	var many []string
	_ = json.Unmarshal(raw, &many) // null and nonsense mean none
	return many
}

// marksCache reports a cache breakpoint anywhere in a Messages body.
func marksCache(body []byte) bool { return strings.Contains(string(body), `"cache_control"`) }
