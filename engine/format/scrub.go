package format

import (
	"regexp"

	"assay/internal/secret"
)

// keyShapes are the forms keys have, for upstreams that repeat a key in an error.
// The first group stays, the rest is masked.
var keyShapes = []*regexp.Regexp{
	regexp.MustCompile(`(?i)(\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}`),
	regexp.MustCompile(`()\bsk-[A-Za-z0-9_*-]{6,}`),
	regexp.MustCompile(`()\b(?:sk|pk|rk|gsk|xai|pplx|hf|fw|csk|nvapi|tgp|r8|key|vck)[-_][A-Za-z0-9_*-]{16,}`),
	regexp.MustCompile(`()\bAIza[A-Za-z0-9_-]{20,}`),
	regexp.MustCompile(`()\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]*)?`),
	regexp.MustCompile(`(?i)((?:api[ _-]?key|access[ _-]?token|auth(?:orization)?[ _-]?token)(?:\s+provided)?\\?["']?\s*[:=]\s*\\?["']?)[^\s"'\\,;)}\]]{3,}[^\s"'\\,;)}\].]`),
}

// Scrub masks whatever in s looks like a key.
func Scrub(s string) string {
	for _, shape := range keyShapes {
		s = shape.ReplaceAllString(s, "${1}"+secret.Mask)
	}
	return s
}
