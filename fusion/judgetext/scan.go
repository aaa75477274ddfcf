package judgetext

import (
	"encoding/json"
	"regexp"
)

// Scanner finds claims in a judge's output while it arrives: each is returned once,
// when its closing brace has come. It reads plain JSON; what needs repair waits for
// Parse at the end. The zero value is ready. However the text is cut into pieces,
// the claims are the same.
type Scanner struct {
	buf    []byte
	open   []int // offsets of the braces not yet closed
	quoted bool
	escape bool
}

var claimHead = regexp.MustCompile(`^\{\s*"(id|text|claim)"\s*:`)

// Write takes the next piece and returns the claims it completes.
func (s *Scanner) Write(piece string) []Claim {
	var out []Claim
	for i := range len(piece) {
		if len(s.buf) >= maxOutput {
			return out
		}
		c := piece[i]
		if len(s.open) == 0 && c != '{' {
			continue // outside any object quotes mean nothing
		}
		s.buf = append(s.buf, c)
		switch {
		case s.escape:
			s.escape = false
		case s.quoted:
			s.escape, s.quoted = c == '\\', c != '"'
		case c == '"':
			s.quoted = true
		case c == '{':
			s.open = append(s.open, len(s.buf)-1)
		case c == '}':
			if claim, ok := s.close(); ok {
				out = append(out, claim)
			}
		}
	}
	return out
}

// close ends the innermost object and reads it if it is a claim. The buffer is only
// kept while an object is open.
func (s *Scanner) close() (Claim, bool) {
	start := s.open[len(s.open)-1]
	s.open = s.open[:len(s.open)-1]
	raw := s.buf[start:]
	if len(s.open) == 0 {
		defer func() { s.buf = s.buf[:0] }()
	}
	if !claimHead.Match(raw) {
		return Claim{}, false
	}
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return Claim{}, false
	}
	return claimOf(v, 0)
}
