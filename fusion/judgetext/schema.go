package judgetext

import (
	"encoding/json"
	"strings"

	"assay/engine/chat"
)

// verdictSchema is what a verdict looks like, in the subset strict modes accept:
// every property required, no others allowed. The order of keys is the order in
// which a model will write them: evidence before opinion.
const verdictSchema = `{"type":"object","properties":{"v":{"type":"integer"},
"claims":{"type":"array","items":{"type":"object","properties":{
"id":{"type":"string"},"text":{"type":"string"},"topic":{"type":"string"},"weight":{"type":"integer"},
"stance":{"type":"object","properties":{STANCES},"required":[LABELS],"additionalProperties":false},
"view":{"type":"string","enum":["supported","doubtful","unresolved","opinion"]},"why":{"type":"string"}},
"required":["id","text","topic","weight","stance","view","why"],"additionalProperties":false}},
"conflicts":{"type":"array","items":{"type":"object","properties":{
"topic":{"type":"string"},"claims":{"type":"array","items":{"type":"string"}},"lean":{"type":"string"},"why":{"type":"string"}},
"required":["topic","claims","lean","why"],"additionalProperties":false}},
"blind_spots":{"type":"array","items":{"type":"object","properties":{"text":{"type":"string"}},
"required":["text"],"additionalProperties":false}},
"notes":{"type":"array","items":{"type":"object","properties":{"text":{"type":"string"}},
"required":["text"],"additionalProperties":false}}},
"required":["v","claims","conflicts","blind_spots","notes"],"additionalProperties":false}`

// Schema is the JSON Schema of a verdict over these answers.
func (s *Sheet) Schema() *chat.ResponseFormat {
	var stances, labels []string
	for _, e := range s.Entries {
		label := `"` + e.Label + `"`
		labels = append(labels, label)
		stances = append(stances, label+`:{"type":"array","items":{"type":"string"}}`)
	}
	text := strings.NewReplacer(
		"STANCES", strings.Join(stances, ","), "LABELS", strings.Join(labels, ","), "\n", "",
	).Replace(verdictSchema)
	return &chat.ResponseFormat{Name: "verdict", Schema: json.RawMessage(text), Strict: true}
}
