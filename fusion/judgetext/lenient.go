package judgetext

import (
	"strings"
	"unicode/utf8"
)

// mend rewrites what models write instead of JSON into JSON: curly and single
// quotes, quotes inside strings, raw line ends, missing or surplus commas, colons,
// quotes and brackets, comments, unquoted keys, and text that breaks off.
//
// Unlike a general repairer it knows the shape of a verdict, and that decides the
// one question general repair gets wrong: whether a quote ends its string. A quote
// ends a value only where what follows could follow a value, which in an object is
// another key. It never fails; what it returns need not be JSON, but it adds no
// words. complete says that s did not end before its outermost bracket was closed.
func mend(s string) (out string, complete bool) {
	m := mender{in: s}
	m.out.Grow(len(s) + len(s)/8)
	for going := true; going && m.pos < len(m.in); {
		going = m.step()
	}
	complete = len(m.stack) == 0 && m.out.Len() > 0
	for len(m.stack) > 0 {
		m.closeTop()
	}
	return m.out.String(), complete
}

// mender walks the text once. Its stack holds the open brackets; want is what may
// come next inside the innermost.
type mender struct {
	in    string
	pos   int
	out   strings.Builder
	stack []byte // '{' or '['
	want  expectation
}

type expectation uint8

const (
	wantValue expectation = iota
	wantKey               // of an object, or its end
	wantComma             // after a value
	wantColon             // after a key
)

func (m *mender) top() byte {
	if len(m.stack) == 0 {
		return 0
	}
	return m.stack[len(m.stack)-1]
}

// step consumes one token; false ends the walk: the outermost value is complete.
func (m *mender) step() bool {
	m.pos += blank(m.in[m.pos:])
	if m.pos >= len(m.in) {
		return false
	}
	switch c := m.in[m.pos]; c {
	case '{', '[':
		m.open(c)
	case '}', ']':
		m.close(c)
		return len(m.stack) > 0
	case ',':
		m.pos++ // written again before the next value
	case ':':
		m.pos++
		if m.want == wantColon {
			m.out.WriteByte(':')
			m.want = wantValue
		}
	default:
		m.scalar()
	}
	return true
}

func (m *mender) open(c byte) {
	if m.want == wantKey && m.top() == '{' {
		m.closeTop() // an object cannot begin with an object: the last one was not closed
	}
	m.pos++
	m.separate()
	m.out.WriteByte(c)
	m.stack = append(m.stack, c)
	m.want = wantValue
	if c == '{' {
		m.want = wantKey
	}
}

// separate writes the comma or colon that belongs before a new value.
func (m *mender) separate() {
	switch m.want {
	case wantComma:
		m.out.WriteByte(',')
	case wantColon:
		m.out.WriteByte(':')
	}
}

// close ends the innermost bracket of this kind, and what was left open inside it.
// A closer without any opener is dropped.
func (m *mender) close(c byte) {
	m.pos++
	opener := byte('{')
	if c == ']' {
		opener = '['
	}
	if strings.IndexByte(string(m.stack), opener) < 0 {
		return
	}
	for m.top() != opener {
		m.closeTop()
	}
	m.closeTop()
}

func (m *mender) closeTop() {
	if m.want == wantColon || m.want == wantValue && m.top() == '{' {
		m.separate()
		m.out.WriteString("null")
	}
	if m.top() == '{' {
		m.out.WriteByte('}')
	} else {
		m.out.WriteByte(']')
	}
	m.stack = m.stack[:len(m.stack)-1]
	m.want = wantComma
}

// scalar consumes a key or a value that is no bracket.
func (m *mender) scalar() {
	rest := m.in[m.pos:]
	if m.top() == '{' && m.want != wantValue {
		if key, n, ok := keyAt(rest); ok {
			m.key(key, n)
			return
		}
	}
	if m.top() == '[' {
		if key, n, ok := keyAt(rest); ok && knownKey(key) {
			// A key inside a list: the brace before it was lost, or the bracket of the
			// list was and this is a key of the object around it.
			if sectionKey(key) && len(m.stack) > 1 {
				m.closeTop()
			} else {
				m.separate()
				m.out.WriteByte('{')
				m.stack = append(m.stack, '{')
			}
			m.want = wantKey
			m.key(key, n)
			return
		}
	}
	if m.top() == '{' && m.want != wantValue && m.want != wantColon {
		m.skipWord()
		return
	}
	m.value()
}

func (m *mender) key(key string, n int) {
	if m.want == wantColon || m.want == wantValue {
		m.separate()
		m.out.WriteString("null")
	}
	if m.want != wantKey {
		m.out.WriteByte(',')
	} else if m.needsComma() {
		m.out.WriteByte(',')
	}
	m.out.WriteString(quote(key))
	m.pos += n
	m.want = wantColon
}

// needsComma says that the innermost object already holds something.
func (m *mender) needsComma() bool {
	s := m.out.String()
	return s != "" && s[len(s)-1] != '{' && s[len(s)-1] != '['
}

// value consumes a string, quoted or not, a number or a literal.
func (m *mender) value() {
	rest := m.in[m.pos:]
	if word, n := bareWord(rest); n > 0 && m.bareEnds(rest[n:]) {
		m.separate()
		m.pos += n
		if literal(word) {
			m.out.WriteString(word)
		} else {
			m.out.WriteString(quote(word))
		}
		m.want = wantComma
		return
	}
	open, n := quoteAt(rest)
	if m.want == wantComma && n == 0 {
		m.skipWord() // words after a complete value belong to nothing
		return
	}
	text, used, closed := m.stringBody(rest[n:], open)
	m.pos += n + used
	if !closed && m.want == wantComma {
		return
	}
	m.separate()
	if closed {
		m.out.WriteString(quote(text))
	} else {
		m.out.WriteString("null") // half an id is another id, half a claim another claim
	}
	m.want = wantComma
}

func (m *mender) bareEnds(rest string) bool {
	rest = rest[blank(rest):]
	return rest == "" || strings.IndexByte(",}]", rest[0]) >= 0
}

// skipWord passes over what fits nowhere.
func (m *mender) skipWord() {
	_, n := utf8.DecodeRuneInString(m.in[m.pos:])
	m.pos += n
	for m.pos < len(m.in) && strings.IndexByte(" \t\n{}[],:\"", m.in[m.pos]) < 0 {
		m.pos++
	}
}
