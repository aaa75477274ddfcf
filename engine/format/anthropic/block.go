package anthropic

import (
	"encoding/json"
	"strings"

	"assay/engine/format"
)

// block is a content block whose pieces are coming.
type block struct {
	index int
	raw   json.RawMessage // as it began
	head  blockHead
	body  strings.Builder // text, thinking, tool input, or compaction
	sign  string
	cites []json.RawMessage
	call  int // number of the tool call
}

func (b *block) grow(s string) { b.body.WriteString(s) }

// whole is the block as if it had not been streamed.
func (b *block) whole() json.RawMessage {
	set := map[string]any{}
	if body := b.body.String(); body != "" {
		switch b.head.Type {
		case "text", "thinking":
			set[b.head.Type] = body
		case "compaction":
			set["content"] = body
		default:
			if json.Valid([]byte(body)) {
				set["input"] = json.RawMessage(body)
			}
		}
	}
	if b.sign != "" {
		set["signature"] = b.sign
	}
	if len(b.cites) > 0 {
		set["citations"] = b.cites
	}
	return format.Patch(b.raw, set)
}

func isThinking(kind string) bool { return kind == "thinking" || kind == "redacted_thinking" }

// replayable is what the next turn must send back: a JSON array, nil when there is
// nothing. In the usual order (thinking, text, tool calls) the thinking alone is
// enough. Otherwise, and when the upstream used tools of its own or compacted the
// conversation, the order means something and the whole turn is kept.
func replayable(blocks []*block) []byte {
	var thinking, all []json.RawMessage
	plain, rank := true, 0
	for _, b := range blocks {
		r := orderOf(b.head.Type)
		if r < rank {
			plain = false
		}
		rank = r
		if r == unordered {
			plain = false
		}
		if isThinking(b.head.Type) {
			thinking = append(thinking, b.whole())
		}
	}
	if plain {
		return format.Blocks(thinking)
	}
	for _, b := range blocks {
		if b.head.Type != "text" || b.body.Len() > 0 { // empty texts are refused
			all = append(all, b.whole())
		}
	}
	return format.Blocks(all)
}

// unordered is the place of blocks that are not part of a usual turn.
const unordered = 3

func orderOf(kind string) int {
	switch kind {
	case "thinking", "redacted_thinking":
		return 0
	case "text":
		return 1
	case "tool_use":
		return 2
	}
	return unordered
}
