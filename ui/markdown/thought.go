package markdown

import "bytes"

// Some models think aloud in their answer, between tags. A thought starts where a
// block may start.
var thoughtTags = [...][2]string{{"<think>", "</think>"}, {"<thinking>", "</thinking>"}}

// thought finds out whether b begins with a thought, behind blanks. If so, body is
// where its text begins and end where it ends, behind the closing tag is next; open
// says that the closing tag has not come yet, and end and next are len(b).
func thought(b []byte) (body, end, next int, open, ok bool) {
	lead := len(b) - len(bytes.TrimLeft(b, " \n"))
	for _, tag := range thoughtTags {
		if !bytes.HasPrefix(b[lead:], []byte(tag[0])) {
			continue
		}
		body = lead + len(tag[0])
		i := bytes.Index(b[body:], []byte(tag[1]))
		if i < 0 {
			return body, len(b), len(b), true, true
		}
		return body, body + i, body + i + len(tag[1]), false, true
	}
	return 0, 0, 0, false, false
}

// mayBeThought reports whether b, as short as it is, could become a thought.
func mayBeThought(b []byte) bool {
	b = bytes.TrimLeft(b, " \n")
	for _, tag := range thoughtTags {
		if len(b) < len(tag[0]) && bytes.HasPrefix([]byte(tag[0]), b) {
			return true
		}
	}
	return false
}

// visible is a raw answer without its thoughts.
func visible(raw []byte) []byte {
	if !bytes.Contains(raw, []byte("<think")) {
		return raw
	}
	var out []byte
	c := newCutter()
	for {
		if _, _, next, _, ok := thought(raw[c.cut:]); ok {
			c.reset(c.cut + next)
			continue
		}
		from := c.cut
		to, more := c.next(raw)
		if !more {
			return append(out, raw[from:]...)
		}
		out = append(out, raw[from:to]...)
	}
}
