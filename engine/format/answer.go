package format

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"assay/engine/chat"
)

// The finish reasons every answer's own is reduced to.
const (
	FinishStop          = "stop"
	FinishLength        = "length"
	FinishToolCalls     = "tool_calls"
	FinishContentFilter = "content_filter"
	FinishError         = "error"
)

// FinishReason normalises what an upstream calls its reason to stop. What ends an
// answer that is not complete (a limit, a pause) is a length; a word nobody knows is
// a stop; "" stays "".
func FinishReason(native string) string {
	switch strings.ToLower(native) {
	case "":
		return ""
	case "length", "max_tokens", "max_output_tokens", "model_length", "model_context_window_exceeded", "pause_turn", "compaction":
		return FinishLength
	case "tool_calls", "tool_use", "function_call":
		return FinishToolCalls
	case "content_filter", "refusal", "safety", "recitation", "blocklist", "prohibited_content", "spii", "image_safety",
		"guardrail_intervened", "sensitive":
		return FinishContentFilter
	case "error", "failed", "network_error", "malformed_function_call", "insufficient_system_resource":
		return FinishError
	}
	return FinishStop
}

// Count is a number of tokens as upstreams write it: also as 12.0, as a text, or null.
// What is negative, absurd or no number counts as zero.
type Count int

// UnmarshalJSON never fails: a strange count must not cost the counts beside it.
func (c *Count) UnmarshalJSON(b []byte) error {
	*c = 0
	if f, err := strconv.ParseFloat(strings.Trim(string(b), `"`), 64); err == nil && f > 0 && f < 1e12 {
		*c = Count(f)
	}
	return nil
}

// Counted is u, or nil when it counts no tokens at all: an upstream that says zero has
// not counted, for no prompt is empty.
func Counted(u *chat.Usage) *chat.Usage {
	if u.PromptTokens == 0 && u.CompletionTokens == 0 {
		return nil
	}
	return u
}

// CountHidden adds reasoning that an upstream counts beside the completion, as xAI
// and Google do: it shows in a total that is larger than prompt and completion.
func CountHidden(u *chat.Usage, total int) {
	hidden := total - u.PromptTokens - u.CompletionTokens
	if hidden > 0 && (hidden == u.ReasoningTokens || u.ReasoningTokens == 0) {
		u.ReasoningTokens = hidden
		u.CompletionTokens += hidden
	}
}

// Text reads a JSON string, and "" from anything else. Lone surrogates and bytes
// that are not UTF-8 become U+FFFD.
func Text(raw []byte) string {
	if len(raw) < 2 || raw[0] != '"' {
		return ""
	}
	if inner := raw[1 : len(raw)-1]; bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return string(inner)
	}
	var s string
	_ = json.Unmarshal(raw, &s) // what cannot be read is no text
	return s
}

// Word is the inside of a JSON string that holds a plain word, for a switch that
// allocates nothing.
func Word(raw []byte) []byte { return bytes.Trim(raw, `"`) }

// IsNull reports whether raw is absent or null.
func IsNull(raw []byte) bool { return len(raw) == 0 || raw[0] == 'n' }

// IsError reports whether the value of an "error" field is an error: some upstreams
// send null, false, "" or {} with every answer.
func IsError(raw []byte) bool {
	return len(raw) > 2 && (raw[0] == '{' || raw[0] == '[' || raw[0] == '"')
}

// Replay is the reasoning blocks of an earlier turn that may be sent to a provider
// in a format again: signatures hold only where they were made.
func Replay(th *chat.Thinking, format, provider string) []json.RawMessage {
	if th == nil || th.Format != format {
		return nil
	}
	maker, _, _ := strings.Cut(th.Provider, "/")
	if maker != "" && provider != "" && maker != provider {
		return nil
	}
	return th.Blocks
}

// Blocks is a list of reasoning blocks as the Thinking of a Result: nil when there
// are none.
func Blocks(list []json.RawMessage) []byte {
	if len(list) == 0 {
		return nil
	}
	out, err := json.Marshal(list)
	if err != nil {
		return nil // a block that was no JSON cannot be sent back either
	}
	return out
}

// Cite adds a source unless its address is there already.
func Cite(list []Citation, c Citation) []Citation {
	if c.URL == "" || len(list) >= maxCitations {
		return list
	}
	for i := range list {
		if list[i].URL == c.URL {
			if list[i].Title == "" {
				list[i].Title = c.Title
			}
			return list
		}
	}
	return append(list, c)
}

// maxCitations bounds what a broken upstream can make us keep.
const maxCitations = 1000
