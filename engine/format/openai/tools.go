package openai

import (
	"encoding/json"
	"strings"

	"assay/engine/chat"
	"assay/engine/format"
)

// maxCalls bounds the tool calls of one answer; what comes beyond is a broken stream.
const maxCalls = 128

// toolCalls gives fragments of tool calls the number of the call they belong to.
type toolCalls struct{ list []call }

type call struct {
	index int // as the upstream counts, -1 when it does not
	id    string
	named bool
}

func (t *toolCalls) count() int { return len(t.list) }

// add emits a fragment, unless there is nothing new in it. It reports whether it did.
func (t *toolCalls) add(f *toolCall, emit func(chat.Body)) bool {
	id, name := format.Text(f.ID), format.Text(f.Function.Name)
	n, first := t.place(f.Index, id, name)
	if n < 0 {
		return false
	}
	c := &t.list[n]
	out := chat.ToolCall{Index: n, Arguments: arguments(f.Function.Arguments)}
	if c.id == "" && id != "" {
		c.id, out.ID = id, id
	}
	if !c.named && name != "" {
		c.named, out.Name = true, name
	}
	if !first && out.ID == "" && out.Name == "" && out.Arguments == "" {
		return false
	}
	emit(out)
	return true
}

// place finds the call a fragment belongs to, or makes a new one. An index decides,
// except that some servers give every parallel call index 0: there a new id with a
// name starts a new call. (A new id without a name does not: vLLM has sent a fresh
// id with every fragment.) Without an index the id decides, and without both a name
// starts a call and everything else goes on with the last one.
func (t *toolCalls) place(index *int, id, name string) (n int, first bool) {
	last := len(t.list) - 1
	if index != nil && *index >= 0 {
		for i := last; i >= 0; i-- {
			c := &t.list[i]
			if c.index != *index {
				continue
			}
			if name != "" && id != "" && c.id != "" && id != c.id {
				break
			}
			return i, false
		}
		return t.open(*index)
	}
	if id != "" {
		for i := range t.list {
			if t.list[i].id == id {
				return i, false
			}
		}
		return t.open(-1)
	}
	if name != "" || last < 0 {
		return t.open(-1)
	}
	return last, false
}

func (t *toolCalls) open(index int) (n int, first bool) {
	if len(t.list) >= maxCalls {
		return -1, false
	}
	t.list = append(t.list, call{index: index})
	return len(t.list) - 1, true
}

// arguments are a text that holds JSON; some servers send the JSON itself.
func arguments(raw json.RawMessage) string {
	if len(raw) > 0 && (raw[0] == '{' || raw[0] == '[') {
		return strings.ToValidUTF8(string(raw), "\uFFFD")
	}
	return format.Text(raw)
}
