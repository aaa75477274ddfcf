package responses

import (
	"encoding/json"

	"assay/engine/format"
)

// replayable is what the next turn must send back: a JSON array, nil when there is
// nothing. In the usual order (reasoning, text, tool calls) the reasoning alone is
// enough. Otherwise, and when the upstream used tools of its own, the whole turn is
// kept, for a reasoning item is refused without the item that followed it.
func replayable(items []*output) []byte {
	var reasoning, all []json.RawMessage
	plain, rank := true, 0
	for _, it := range items {
		if it.raw == nil {
			continue
		}
		r := orderOf(it.kind)
		plain = plain && r >= rank && r != unordered
		rank = r
		if it.kind != "reasoning" {
			all = append(all, it.raw)
		} else if worthSending(it.raw) {
			all = append(all, it.raw)
			reasoning = append(reasoning, it.raw)
		}
	}
	if plain {
		return format.Blocks(reasoning)
	}
	return format.Blocks(all)
}

// unordered is the place of items that are not part of a usual turn.
const unordered = 3

func orderOf(kind string) int {
	switch kind {
	case "reasoning":
		return 0
	case "message":
		return 1
	case "function_call":
		return 2
	}
	return unordered
}

// worthSending reports reasoning that carries its own content. Without it the item is
// a reference to something stored, and we store nothing.
func worthSending(raw json.RawMessage) bool {
	i := itemOf(raw)
	return !format.IsNull(i.Encrypted) || len(i.Content) > 0
}

func itemOf(raw json.RawMessage) (i item) {
	_ = json.Unmarshal(raw, &i) // an unknown item has an unknown type
	return i
}
