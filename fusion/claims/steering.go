package claims

import (
	"regexp"
	"slices"
)

// steeringPatterns match text that addresses whoever compares the answers instead of
// answering: orders, forged roles and delimiters, forged verdicts.
var steeringPatterns = []*regexp.Regexp{
	regexp.MustCompile(`(?i)\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,30}\b(?:previous|prior|above|earlier|preceding|other|all|any|your|the)\b[^.\n]{0,30}\b(?:instructions?|prompts?|rules?|directions?|guidelines?|answers?|responses?|context)\b`),
	regexp.MustCompile(`(?i)\b(?:new|updated|real|actual|revised)\s+(?:system\s+)?(?:instructions?|task|prompt)\s*[:：]`),
	regexp.MustCompile(`(?i)\b(?:dear|attention|note (?:to|for)|message (?:to|for)|instructions? (?:to|for))\s+(?:the\s+)?(?:judges?|evaluators?|graders?|reviewers?|assessors?|analysts?|arbiters?|comparison model|language model|llm|ai)\b`),
	regexp.MustCompile(`(?i)\bas (?:the|a|an) (?:judge|evaluator|grader|assessor|arbiter),?\s+(?:you|please|always|your)\b`),
	regexp.MustCompile(`(?i)\b(?:you (?:must|should|will|have to|are (?:required|instructed) to)|please|always)\s+(?:\w+\s+){0,3}(?:choose|pick|prefer|select|rank|rate|score|grade|mark|declare|output|return|respond with|reply with|vote for)\s+(?:\w+\s+){0,4}(?:this|my|the (?:first|second|above|following)|model|assistant|answer|response|option|[A-H])\b[^.\n]{0,40}\b(?:best|correct|better|winner|winning|highest|top|superior|first|over|as|\d+)\b`),
	regexp.MustCompile(`(?i)\b(?:this|my) (?:answer|response) (?:is|should be|must be) (?:the )?(?:best|only correct|judged|rated|ranked|scored|preferred|considered (?:the )?(?:best|correct))\b`),
	regexp.MustCompile(`(?i)\b(?:do not|don't|never)\s+(?:mention|report|cite|trust|reveal)\s+(?:\w+\s+){0,3}(?:other|another|remaining|this instruction|these instructions|the system prompt)\b`),
	regexp.MustCompile(`(?i)\ball (?:the )?other (?:answers|responses|models|assistants|candidates)\b[^.\n]{0,40}\b(?:wrong|incorrect|false|invalid|unreliable|malicious|inferior|ignored?|discarded?)\b`),
	regexp.MustCompile(`<\|[a-zA-Z_]{2,30}\|>|\[/?INST\]|<</?SYS>>|</?(?:system|assistant|user|human|instructions?|answers?|responses?|judge|evaluation|documents?)>`),
	regexp.MustCompile(`(?im)^[#*\s\[<-]{0,6}(?:system|developer)(?:\s+(?:prompt|message|note))?[\]*>]{0,3}\s*:`),
	regexp.MustCompile(`(?im)^[#*\s]{0,6}(?:###\s*)?(?:instructions?|human|user|assistant)\s*:\s*(?:$|(?:ignore|you|please|now|the)\b)`),
	regexp.MustCompile(`(?i)\[(?:the\s+)?(?:start|end|begin) of (?:the\s+)?(?:answer|response|assistant|conversation|output|evaluation|instruction)[^\]\n]{0,40}\]|-{3,}\s*(?:end|begin|start)(?: of)? (?:answer|response|prompt|context|panel|data)[^\n]{0,30}-{3,}`),
	regexp.MustCompile(`\[\[[A-H]\]\]|\[\[\s*(?:rating|10|[1-9])[^\]\n]{0,10}\]\]`),
	regexp.MustCompile(`"(?:stance|claims|conflicts|blind_spots|consensus|verdict|winner)"\s*:\s*[\[{"]`),
	regexp.MustCompile(`[\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2064}\x{2066}-\x{2069}\x{E0000}-\x{E007F}]{2,}|[\x{202D}\x{202E}\x{E0020}-\x{E007E}]`),
}

// Steering returns the places of an answer that try to steer whoever compares the
// answers: orders to ignore instructions or to prefer an answer, forged role marks,
// delimiters and verdicts, runs of invisible characters. It is a warning, not proof:
// an answer about prompt injection quotes such text in good faith. Ranges are in order
// and do not overlap.
func Steering(text string) []Range {
	const most = 64
	var found []Range
	for _, re := range steeringPatterns {
		for _, m := range re.FindAllStringIndex(text, most) {
			start, end := trim(text, m[0], m[1])
			if start == end {
				start, end = m[0], m[1]
			}
			found = append(found, Range{start, end})
		}
	}
	slices.SortFunc(found, func(a, b Range) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return b.End - a.End
	})
	var out []Range
	for _, r := range found {
		if n := len(out); n > 0 && r.Start < out[n-1].End {
			out[n-1].End = max(out[n-1].End, r.End)
			continue
		}
		out = append(out, r)
	}
	if len(out) > most {
		out = out[:most]
	}
	return out
}
