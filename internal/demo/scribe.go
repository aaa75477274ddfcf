package demo

import (
	"regexp"
	"slices"
	"strings"
)

// entry is one line of the comparison a writer is given: an id and what it says.
type entry struct {
	id   string // "c1", "x2", "p1", "u3", "b1"
	text string
}

var (
	entryLine = regexp.MustCompile(`^\W{0,4}([cxpub]\d+)\b[\])⟧:.]*\s*(.*)$`)
	marker    = regexp.MustCompile(`⟦([^⟧]*)⟧`)
	rejected  = regexp.MustCompile(`(?i)\b(?:reject\w*|leave out|left out|omit\w*|exclude\w*|drop\w*|wrong|false)\b`)
	entryName = regexp.MustCompile(`\b[cxpub]\d+\b`)
)

// readEntries finds the comparison of a writer's prompt: what stands between its
// heading and the answers. Lines without an id belong to the entry above.
func readEntries(prompt string) []entry {
	_, list, found := strings.Cut(prompt, "The comparison:")
	if !found {
		return nil
	}
	list, _, _ = strings.Cut(list, "\nThe answers:")
	list, _, _ = strings.Cut(list, "\nThe reader went through")
	var out []entry
	for line := range strings.Lines(list) {
		line = strings.TrimRight(line, "\r\n")
		if m := entryLine.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
			out = append(out, entry{id: m[1], text: m[2]})
		} else if len(out) > 0 && strings.TrimSpace(line) != "" {
			out[len(out)-1].text += " " + strings.TrimSpace(line)
		}
	}
	return out
}

// refusedEntries are the ids the reader has decided against.
func refusedEntries(prompt string) []string {
	_, list, _ := strings.Cut(prompt, "These decisions are binding:")
	list, _, _ = strings.Cut(list, "\nThe answers:")
	var out []string
	for line := range strings.Lines(list) {
		if rejected.MatchString(line) {
			out = append(out, entryName.FindAllString(line, -1)...)
		}
	}
	return out
}

// write makes one answer of a comparison: the one a script has where the claims are
// a script's, else the claims themselves in order.
func (s *Server) write(prompt string, entries []entry) string {
	no := refusedEntries(prompt)
	entries = slices.DeleteFunc(slices.Clone(entries), func(e entry) bool { return slices.Contains(no, e.id) })
	if len(no) == 0 {
		if sc, ids := s.claimsOf(entries); sc != nil {
			return marked(sc.fused, ids)
		}
	}
	return plainly(entries)
}

// claimsOf finds the script most of whose claims are among the entries, and which
// entry each of its claims is.
func (s *Server) claimsOf(entries []entry) (*script, map[string]string) {
	bags := make([]bag, len(entries))
	for i, e := range entries {
		bags[i] = newBag(e.text)
	}
	var best *script
	var ids map[string]string
	for _, sc := range s.scripts {
		found := map[string]string{}
		for _, c := range sc.verdict.Claims {
			if i := covering(newBag(c.Text), bags); i >= 0 {
				found[c.ID] = entries[i].id
			}
		}
		if len(found) > len(ids) {
			best, ids = sc, found
		}
	}
	if len(ids) < min(2, len(entries)) {
		return nil, nil
	}
	return best, ids
}

// covering is the bag that has most of a claim's words, at least three quarters, or
// -1. The shorter one wins a tie: a long entry covers everything.
func covering(claim bag, bags []bag) int {
	best, top, size := -1, 0.75, 0
	for i, b := range bags {
		common := 0
		for w := range claim.words {
			if b.words[w] {
				common++
			}
		}
		share := float64(common) / float64(max(1, len(claim.words)))
		if share > top || share == top && (best < 0 || len(b.words) < size) {
			best, top, size = i, share, len(b.words)
		}
	}
	return best
}

// marked rewrites the markers of a script's fused answer to the ids of a prompt.
// Those of claims that are not in it go; neighbours become one.
func marked(text string, ids map[string]string) string {
	text = marker.ReplaceAllStringFunc(text, func(m string) string {
		var now []string
		for _, id := range strings.Split(strings.Trim(m, "⟦⟧"), ",") {
			if id := ids[strings.TrimSpace(id)]; id != "" && !slices.Contains(now, id) {
				now = append(now, id)
			}
		}
		if len(now) == 0 {
			return ""
		}
		return "⟦" + strings.Join(now, ", ") + "⟧"
	})
	text = strings.ReplaceAll(text, "⟧ ⟦", ", ")
	return loose.ReplaceAllString(text, "$1")
}

// loose is the gap a marker that went has left before a sign or at a line's end.
var loose = regexp.MustCompile(` +([.,;:]|\n|$)`)

// plainly writes the entries down: what is agreed, what is disputed, what only some
// say. It is an answer of sorts, and says what it is.
func plainly(entries []entry) string {
	var b strings.Builder
	section := func(title, kinds string) {
		first := true
		for _, e := range entries {
			text := claimOf(e.text)
			if !strings.Contains(kinds, e.id[:1]) || text == "" {
				continue
			}
			if first && title != "" {
				b.WriteString("\n## " + title + "\n\n")
			}
			first = false
			b.WriteString("- " + text + " ⟦" + e.id + "⟧\n")
		}
	}
	b.WriteString("> Put together by the demo writer from the claims of the comparison; no model was asked.\n\n")
	section("", "c")
	section("Disputed", "x")
	section("Also worth knowing", "pu")
	if b.Len() == 0 || !strings.Contains(b.String(), "⟦") {
		b.WriteString("The comparison holds no claim to write about.\n")
	}
	return strings.TrimSpace(b.String())
}

// claimOf is an entry without the letters behind it.
func claimOf(text string) string {
	return strings.TrimSpace(letters.ReplaceAllString(text, ""))
}

// letters are the answers an entry names, as in "(A, C)" or "[B; D]" at either end.
var letters = regexp.MustCompile(`^\s*[(\[][A-Z](?:\s*[,;+&]\s*[A-Z])*[)\]]\s*|\s*[(\[][A-Z](?:\s*[,;+&]\s*[A-Z])*[)\]]\s*$`)
