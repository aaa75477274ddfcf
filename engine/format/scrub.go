package format

import (
	"regexp"
	"strings"

	"assay/internal/secret"
)

// keyShapes are the forms keys have, for upstreams that repeat a key in an error. What
// is in a group stays, the rest is masked. One expression of all of them costs one
// pass over the text.
var keyShapes = regexp.MustCompile(strings.Join([]string{
	`((?i:\b(?:bearer|basic)\s+))[A-Za-z0-9._~+/=-]{8,}`,
	`\bsk-[A-Za-z0-9_*-]{6,}`,
	`\b(?:sk|pk|rk|gsk|xai|pplx|hf|fw|csk|nvapi|tgp|r8|key|vck)[-_][A-Za-z0-9_*-]{16,}`,
	`\bAIza[A-Za-z0-9_-]{20,}`,
	`\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]*)?`,
	`((?i:(?:api[ _-]?key|access[ _-]?token|auth(?:orization)?[ _-]?token)(?:\s+provided)?\\?["']?\s*[:=]\s*\\?["']?))[^\s"'\\,;)}\]]{3,}[^\s"'\\,;)}\].]`,
}, "|"))

// Scrub masks whatever in s looks like a key.
func Scrub(s string) string { return keyShapes.ReplaceAllString(s, "${1}${2}"+secret.Mask) }
