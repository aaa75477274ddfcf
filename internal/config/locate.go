package config

import (
	"strconv"
	"strings"
)

// position is where a key stands, from 1, in bytes.
type position struct{ line, col int }

// locate finds where each key of a valid document stands, by the paths decoder
// uses. The TOML library knows positions only of what it refuses itself. Of a
// document that is not valid it finds what it can.
func locate(doc string) map[string]position {
	l := &locator{doc: doc, at: map[string]position{}, arrays: map[string]int{}}
	for l.skip(" \t\r\n"); l.i < len(doc); l.skip(" \t\r\n") {
		start := l.i
		if l.doc[l.i] == '[' {
			l.header()
		} else {
			l.pair(l.table)
		}
		if l.i == start {
			l.i++ // not TOML: never stand still
		}
	}
	return l.at
}

type locator struct {
	doc    string
	i      int
	table  string // path of the current table
	at     map[string]position
	arrays map[string]int // number of tables seen in each array of tables
	depth  int            // of nested values
}

// maxDepth is deeper than any setting lies.
const maxDepth = 16

// skip passes the given blanks, and comments where line ends are among them.
func (l *locator) skip(blanks string) {
	for l.i < len(l.doc) {
		switch c := l.doc[l.i]; {
		case strings.IndexByte(blanks, c) >= 0:
			l.i++
		case c == '#' && strings.Contains(blanks, "\n"):
			l.until("\n")
		default:
			return
		}
	}
}

func (l *locator) until(stops string) {
	if n := strings.IndexAny(l.doc[l.i:], stops); n >= 0 {
		l.i += n
	} else {
		l.i = len(l.doc)
	}
}

func (l *locator) record(path string, offset int) {
	if _, known := l.at[path]; known {
		return
	}
	l.at[path] = positionOf(l.doc, offset)
}

func positionOf(doc string, offset int) position {
	before := doc[:offset]
	return position{strings.Count(before, "\n") + 1, offset - strings.LastIndexByte(before, '\n')}
}

// header reads [a.b] or [[a.b]].
func (l *locator) header() {
	start := l.i
	l.i++
	array := l.i < len(l.doc) && l.doc[l.i] == '['
	if array {
		l.i++
	}
	path := ""
	keys := l.key()
	for i, k := range keys {
		path = join(path, k)
		if array && i == len(keys)-1 {
			l.arrays[path]++
			l.record(path, start)
		}
		if n := l.arrays[path]; n > 0 {
			path += "[" + strconv.Itoa(n-1) + "]"
		}
		l.record(path, start)
	}
	l.table = path
	l.until("\n")
}

// key reads a dotted key and stops behind it.
func (l *locator) key() []string {
	var parts []string
	for {
		l.skip(" \t")
		start := l.i
		if l.i < len(l.doc) && (l.doc[l.i] == '"' || l.doc[l.i] == '\'') {
			l.text()
			parts = append(parts, unquote(l.doc[start:l.i]))
		} else {
			for l.i < len(l.doc) && isBare(rune(l.doc[l.i])) {
				l.i++
			}
			parts = append(parts, l.doc[start:l.i])
		}
		l.skip(" \t")
		if l.i >= len(l.doc) || l.doc[l.i] != '.' {
			return parts
		}
		l.i++
	}
}

func unquote(s string) string {
	if s[0] == '\'' {
		return strings.Trim(s, "'")
	}
	if u, err := strconv.Unquote(s); err == nil {
		return u
	}
	return strings.Trim(s, `"`)
}

// pair reads key = value below the table of that path.
func (l *locator) pair(table string) {
	l.skip(" \t")
	start := l.i
	path := table
	for _, k := range l.key() {
		path = join(path, k)
		l.record(path, start)
	}
	if l.i >= len(l.doc) || l.doc[l.i] != '=' {
		return
	}
	l.i++
	l.value(path)
}

func (l *locator) value(path string) {
	l.skip(" \t")
	if l.i >= len(l.doc) || l.depth == maxDepth {
		return
	}
	l.depth++
	defer func() { l.depth-- }()
	switch l.doc[l.i] {
	case '"', '\'':
		l.text()
	case '[':
		l.i++
		l.list(']', func(n int) {
			at := path + "[" + strconv.Itoa(n) + "]"
			l.record(at, l.i)
			l.value(at)
		})
	case '{':
		l.i++
		l.list('}', func(int) { l.pair(path) })
	default:
		l.until(",]}#\n")
	}
}

// list reads items separated by commas up to the closing bracket.
func (l *locator) list(closing byte, item func(n int)) {
	for n := 0; ; n++ {
		l.skip(" \t\r\n,")
		if l.i >= len(l.doc) {
			return
		}
		if l.doc[l.i] == closing {
			l.i++
			return
		}
		start := l.i
		item(n)
		if l.i == start {
			return
		}
	}
}

// text passes a string of any of the four kinds.
func (l *locator) text() {
	rest := l.doc[l.i:]
	q := rest[:1]
	if strings.HasPrefix(rest, q+q+q) {
		q += q + q
	}
	i := len(q)
	for i < len(rest) && !strings.HasPrefix(rest[i:], q) {
		if rest[i] == '\\' && q[0] == '"' {
			i++
		}
		i++
	}
	i += len(q)
	for len(q) == 3 && i < len(rest) && rest[i] == q[0] {
		i++ // up to two quotes may stand before the closing ones
	}
	l.i += min(i, len(rest))
}
