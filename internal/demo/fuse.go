package demo

import (
	"encoding/json"
	"strings"
)

// fuse answers the prompts of a fusion, whichever model they are put to: a judge's,
// which lists numbered spans of several answers; the one that asks which spans of a
// single answer matter; the one that asks for the same JSON again; and a writer's.
func (s *Server) fuse(x *exchange) (reply, bool) {
	prompt := x.req.asked()
	sh := readSheet(prompt)
	entries := readEntries(prompt)
	switch {
	case len(entries) > 0: // before the sheet: a writer may see numbered spans as well
		return reply{text: s.write(prompt, entries)}, true
	case len(sh.answers) > 0 && strings.Contains(x.req.system+prompt, `"keep"`):
		return reply{text: worthKeeping(sh, most(prompt, 12))}, true
	case len(sh.answers) > 0:
		text := s.judge(prompt, sh)
		if x.fault.says == muddled {
			text = muddle(text)
		}
		return reply{text: text}, true
	case strings.Contains(prompt, "meant to be one JSON object"):
		return reply{text: mended(prompt)}, true
	case x.model.Role == RoleJudge:
		return reply{text: "I compare answers: give me numbered spans of at least two, and I say where each of them stands. On its own this message has nothing to compare."}, true
	case x.model.Role == RoleWriter:
		return reply{text: "I write one answer out of several: give me a comparison with claims and the answers behind it. On its own this message has nothing to write from."}, true
	default:
		return reply{}, false
	}
}

// worthKeeping picks the spans that say most: those with figures or many words.
func worthKeeping(sh *sheet, n int) string {
	ids := []string{}
	for _, fewestWords := range []int{8, fewest} {
		for _, a := range sh.answers {
			for _, sp := range a.spans {
				size := len(newBag(sp.text).words)
				fits := size >= fewestWords && (fewestWords > fewest || size < 8)
				if fits && len(ids) < n && !orders(sp.text) {
					ids = append(ids, sp.id)
				}
			}
		}
	}
	return string(compact(object{"keep": ids}))
}

// muddle spoils JSON the way hasty models do: talk around it, a fence, a comma too
// many, and the last brackets missing.
func muddle(text string) string {
	text = strings.TrimRight(text, "]}\n ")
	text = strings.Replace(text, "},\n", "},,\n", 1)
	return "Sure! Here is the comparison you asked for:\n\n```json\n" + text + ",\n```\n\nLet me know if you need anything else."
}

// mended finds the JSON in a text and closes what is open, or gives an empty ruling
// when that does not help.
func mended(text string) string {
	// The instruction itself speaks of JSON, so the object begins at a line's start or
	// with the first key.
	from := strings.Index(text, `{"v"`)
	if from < 0 {
		from = max(0, strings.Index(text, "{"))
	}
	out := closed(text[from:])
	if !json.Valid([]byte(out)) {
		return (&ruling{}).text()
	}
	return out
}

// closed copies JSON up to where it ends or turns to something else, without
// commas that lead nowhere, and adds the brackets that are missing.
func closed(text string) string {
	var out []byte
	var open []byte
	inString, escaped := false, false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case escaped:
			escaped = false
		case inString && c == '\\':
			escaped = true
		case c == '"':
			inString = !inString
		case inString:
		case c == '{':
			open = append(open, '}')
		case c == '[':
			open = append(open, ']')
		case c == '}' || c == ']':
			out = tidied(out)
			if len(open) == 0 || open[len(open)-1] != c {
				return finished(out, open)
			}
			open = open[:len(open)-1]
		case c == ',' && len(tidied(out)) < len(strings.TrimRight(string(out), " \n\t")):
			continue // one comma is enough
		case c == '`':
			return finished(out, open)
		}
		out = append(out, c)
		if len(open) == 0 && len(out) > 0 {
			return string(out)
		}
	}
	if inString {
		out = append(out, '"')
	}
	return finished(out, open)
}

// tidied drops white space and a comma at the end.
func tidied(out []byte) []byte {
	return []byte(strings.TrimRight(strings.TrimSuffix(strings.TrimRight(string(out), " \n\t"), ","), " \n\t"))
}

// finished closes open brackets, the innermost first.
func finished(out, open []byte) string {
	out = tidied(out)
	for i := len(open) - 1; i >= 0; i-- {
		out = append(out, open[i])
	}
	return string(out)
}
