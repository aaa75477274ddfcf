package fusion

import (
	"regexp"

	"assay/engine/chat"
	"assay/fusion/claims"
)

// steeringCue finds text that addresses whoever compares the answers, or imitates the
// frame they are compared in: orders, forged verdicts, forged fences, role tags.
var steeringCue = regexp.MustCompile(`(?i)` +
	`\b(ignore|disregard|forget|override)\b.{0,30}\b(previous|prior|above|earlier|all|other|these|your)\b.{0,30}\b(instruction|prompt|rule|answer|response|text)s?\b` +
	`|\b(attention|note to|dear|as the|to the|you are the|you,? the)\s+(the\s+)?(judge|evaluator|grader|assessor|comparer|reviewing model)\b` +
	`|\b(mark|rate|rank|score|label|judge|treat)\b.{0,20}\b(this|my|answer [a-h]|response [a-h])\b.{0,20}\b(answer|response)?.{0,20}\b(as|the)\s+(supported|correct|best|highest|true|first|winner)\b` +
	`|\b(all|every|the) other (answers?|responses?|models?)\b.{0,40}\b(are|is|should be|must be)\b.{0,30}\b(wrong|incorrect|false|ignored|unreliable|contradicted)\b` +
	`|\bsystem (prompt|message|override)\b` +
	`|<\|?(im_start|im_end|system|assistant|endoftext|eot_id|start_header_id)\b` +
	`|\[(the )?(start|end) of (assistant|answer|response)` +
	`|^\s*#{2,}\s*(instruction|system|response|assistant)s?\s*:` +
	`|"(claims|stance|blind_spots)"\s*:\s*[\[{]` +
	`|‹[0-9a-f]{4,}›|⟦[cxpu]\d+`)

// steering lists the places of an answer that seem to steer the comparison. Spans of
// code are looked at too: that is where forged verdicts hide.
func steering(p *party) []chat.Quote {
	var out []chat.Quote
	for _, s := range claims.Segment(p.text) {
		if steeringCue.MatchString(s.Text(p.text)) && len(out) < 8 {
			out = append(out, p.quote(s.Start, s.End))
		}
	}
	return out
}
