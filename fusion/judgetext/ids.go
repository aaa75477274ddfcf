package judgetext

import (
	"strconv"
	"strings"
)

// LabelOf makes a letter of the ways judges write one: "A", "a", "Answer A",
// "[Response B]", "Model C:". Anything else comes back trimmed, for the caller to
// recognise or refuse.
func LabelOf(s string) string {
	s = strings.Trim(strings.TrimSpace(s), "[]()\"'`*:. ")
	fields := strings.Fields(s)
	if len(fields) == 0 || len(s) > 80 {
		return ""
	}
	last := strings.Trim(fields[len(fields)-1], "[]()\"'`*:.")
	if len(last) == 1 && letter(last[0]) {
		return strings.ToUpper(last)
	}
	return s
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// maxRange bounds an id range like A3-A9: longer ones cite everything and so nothing.
const maxRange = 8

// Cited is one span id as written, read: the letter and the number from 1. Label is
// "" for a bare number.
type Cited struct {
	Label  string
	Number int
}

// ReadID reads "A12", "a12", "[A12]", "A-12", "12" and ranges such as "A3-A5" or
// "A3–5". What it cannot read gives nil.
func ReadID(s string) []Cited {
	s = strings.Trim(strings.TrimSpace(s), "[](){}‹›\"'`*.:,;│|# ")
	first, rest := readOne(s)
	if first.Number <= 0 {
		return nil
	}
	rest = strings.TrimSpace(rest)
	if rest == "" {
		return []Cited{first}
	}
	for _, dash := range []string{"-", "–", "—", "..", "to "} {
		after, ok := strings.CutPrefix(rest, dash)
		if !ok {
			continue
		}
		last, tail := readOne(strings.TrimSpace(strings.TrimLeft(after, ".")))
		if tail != "" || last.Number < first.Number || last.Number-first.Number >= maxRange ||
			last.Label != "" && last.Label != first.Label {
			return nil
		}
		var out []Cited
		for n := first.Number; n <= last.Number; n++ {
			out = append(out, Cited{first.Label, n})
		}
		return out
	}
	return nil
}

func readOne(s string) (c Cited, rest string) {
	if s != "" && letter(s[0]) {
		c.Label = strings.ToUpper(s[:1])
		s = strings.TrimLeft(s[1:], "-_. ")
	}
	end := 0
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	if end == 0 || end > 5 {
		return Cited{}, s
	}
	c.Number, _ = strconv.Atoi(s[:end])
	return c, s[end:]
}

// idLike says that a word could be meant as a span id, right or wrong.
func idLike(s string) bool {
	if len(s) > 24 {
		return false
	}
	return strings.ContainsAny(s, "0123456789")
}

// ParseKeep reads which spans of the one answer with this label an extractor picked:
// indices from 0, each once. Ids that name no span are ignored.
func ParseKeep(raw, label string, spans int) []int {
	s := strip(raw)
	i := strings.IndexAny(s, "{[")
	if i < 0 {
		return nil
	}
	v, ok := element(s[i:])
	if !ok {
		return nil
	}
	if f, isObject := asFields(v); isObject {
		v = f.pick("keep", "spans", "ids")
	}
	seen := make([]bool, spans)
	for _, e := range list(v) {
		for _, c := range ReadID(text(e)) {
			if (c.Label == "" || c.Label == label) && c.Number <= spans {
				seen[c.Number-1] = true
			}
		}
	}
	var out []int
	for k, yes := range seen {
		if yes {
			out = append(out, k)
		}
	}
	return out
}
