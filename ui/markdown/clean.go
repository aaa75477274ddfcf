package markdown

import (
	"strings"
	"unicode/utf8"
)

// TabStop is the distance of tab stops in cells. CommonMark gives leading tabs this
// meaning; terminals would use eight.
const TabStop = 4

// replacement stands for what cannot be shown.
const replacement = "\uFFFD"

// Clean appends s to dst with everything unsafe taken out, and returns dst:
//
//   - C0 controls and DEL become their pictures (ESC becomes U+241B), C1 controls and
//     invalid UTF-8 become U+FFFD; so no CSI, OSC or DCS survives
//   - line feeds stay; CR LF and single CR, and the Unicode line and paragraph
//     separators, become line feeds; tabs become spaces up to the next stop
//   - bidirectional embeddings, overrides and isolates become U+FFFD
//   - invisible characters are removed: zero-width spaces and joiners, soft hyphens,
//     tags, fillers, variation selectors, emoji skin tones. Terminals disagree about
//     the width of what they join, and a row of a pane must not depend on that:
//     a family of three is shown as three people, a red heart as a plain one
//
// Clean is idempotent. A tab at the start of s is taken to stand in column 0.
func Clean(dst []byte, s string) []byte {
	var c cleaner
	dst = c.write(dst, []byte(s))
	return c.flush(dst)
}

// CleanText is Clean for a string.
func CleanText(s string) string {
	if plainASCII(s) {
		return s
	}
	return string(Clean(nil, s))
}

// CleanLine is CleanText for what must stay on one line, such as a name: line breaks
// and runs of blanks become single spaces, and blanks at both ends go.
func CleanLine(s string) string {
	return strings.Join(strings.Fields(CleanText(s)), " ")
}

// CleanCopy makes text safe for a clipboard or a file and changes nothing else:
// control characters other than tab and line feed and bidirectional overrides are
// removed, tabs, emoji sequences and joiners stay.
func CleanCopy(s string) string {
	if plainASCII(s) {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n':
			return r
		case r < 0x20 || r >= 0x7f && r <= 0x9f || isBidi(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, replacement))
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] != '\n' && (s[i] < 0x20 || s[i] > 0x7e) {
			return false
		}
	}
	return true
}

// cleaner is the gate with a memory: the column, for tabs, and bytes at the end of
// one piece that only the next piece can tell the meaning of (half a character, a CR).
type cleaner struct {
	col   int // in characters since the line feed
	held  [utf8.UTFMax]byte
	nheld int
	raw   int    // bytes taken in so far, held ones not counted
	clean int    // bytes given out so far
	jumps []jump // where the distance between raw and clean changes
	keep  bool   // record jumps
}

// jump says: from raw on, until the next jump, a byte raw+n stands at clean+n.
type jump struct{ raw, clean int32 }

// write cleans one piece.
func (c *cleaner) write(dst, p []byte) []byte {
	if c.nheld > 0 {
		p = append(append(make([]byte, 0, c.nheld+len(p)), c.held[:c.nheld]...), p...)
		c.nheld = 0
	}
	for len(p) > 0 {
		n := plainRun(p)
		if n > 0 {
			dst = append(dst, p[:n]...)
			c.took(n, n)
			if i := lastLF(p[:n]); i >= 0 {
				c.col = n - i - 1
			} else {
				c.col += n
			}
			p = p[n:]
			continue
		}
		if undecided(p) {
			c.nheld = copy(c.held[:], p)
			return dst
		}
		p = p[c.special(&dst, p):]
	}
	return dst
}

// flush gives out what is held when nothing more will come.
func (c *cleaner) flush(dst []byte) []byte {
	b := c.held[:c.nheld]
	c.nheld = 0
	for len(b) > 0 {
		b = b[c.special(&dst, b):]
	}
	return dst
}

// undecided reports whether p may mean something else once more bytes follow.
func undecided(p []byte) bool {
	return len(p) == 1 && p[0] == '\r' || !utf8.FullRune(p)
}

// special takes in the character p begins with, which is not plain, and returns its
// length.
func (c *cleaner) special(dst *[]byte, p []byte) int {
	r, n := utf8.DecodeRune(p)
	if r == '\r' && len(p) > 1 && p[1] == '\n' {
		n = 2
	}
	before := len(*dst)
	switch {
	case r == utf8.RuneError && n <= 1:
		*dst = append(*dst, replacement...)
	case r == '\t':
		for pad := TabStop - c.col%TabStop; pad > 0; pad-- {
			*dst = append(*dst, ' ')
			c.col++
		}
	default:
		r = safe(r)
		if r >= 0 {
			*dst = utf8.AppendRune(*dst, r)
			c.step(r)
		}
	}
	c.took(n, len(*dst)-before)
	return n
}

func (c *cleaner) step(r rune) {
	if r == '\n' {
		c.col = 0
	} else {
		c.col++
	}
}

// took counts n raw bytes that became m clean ones.
func (c *cleaner) took(n, m int) {
	c.raw += n
	c.clean += m
	if n != m && c.keep {
		c.jumps = append(c.jumps, jump{int32(c.raw), int32(c.clean)})
	}
}

// plainRun counts the bytes p begins with that need no looking at.
func plainRun(p []byte) int {
	for i, b := range p {
		if b >= 0x7f || b < 0x20 && b != '\n' {
			return i
		}
	}
	return len(p)
}

func lastLF(p []byte) int {
	for i := len(p) - 1; i >= 0; i-- {
		if p[i] == '\n' {
			return i
		}
	}
	return -1
}

// safe is what a character other than a tab is shown as; -1 is nothing.
func safe(r rune) rune {
	switch {
	case r == '\n' || r == '\r' || r == 0x2028 || r == 0x2029:
		return '\n'
	case r < 0x20:
		return 0x2400 + r // control pictures
	case r < 0x7f:
		return r
	case r == 0x7f:
		return 0x2421
	case r <= 0x9f || isBidi(r) || isNonchar(r):
		return utf8.RuneError
	case isInvisible(r):
		return -1
	}
	return r
}

// isBidi: embeddings, overrides and isolates, which reorder the text of others.
func isBidi(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// isNonchar: code points that are never text. This package uses one of them itself.
func isNonchar(r rune) bool {
	return r >= 0xfdd0 && r <= 0xfdef || r&0xfffe == 0xfffe
}

// isInvisible: characters without a shape of their own, by which text can be hidden
// or the width of a row put in doubt.
func isInvisible(r rune) bool {
	switch {
	case r < 0xad:
		return false
	case r == 0xad, r == 0x34f, r == 0x61c, // soft hyphen, grapheme joiner, Arabic letter mark
		r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0, // Hangul fillers
		r == 0x17b4, r == 0x17b5,
		r >= 0x180b && r <= 0x180f, // Mongolian selectors
		r >= 0x200b && r <= 0x200f, // zero-width space, joiners, direction marks
		r >= 0x2060 && r <= 0x2065, r >= 0x206a && r <= 0x206f,
		r >= 0xfe00 && r <= 0xfe0f, // variation selectors
		r == 0xfeff,
		r >= 0xfff0 && r <= 0xfffb,
		r >= 0x1d173 && r <= 0x1d17a,
		r >= 0x1f3fb && r <= 0x1f3ff, // skin tones
		r >= 0xe0000 && r <= 0xe0fff: // tags, more selectors
		return true
	}
	return false
}
