package demo

import (
	"regexp"
	"slices"
	"strings"
)

// entry is one item of the comparison a writer is given.
type entry struct {
	id    string   // "c1", "x2", "p1", "u3"
	text  string   // a claim, or what a contradiction is about
	sides []string // of a contradiction
}

// words are everything an entry says.
func (e entry) words() string { return e.text + " " + strings.Join(e.sides, " ") }

var (
	entryLine = regexp.MustCompile(`^\W{0,4}([cxpu]\d+)\b[\])⟧:.]*\s*(.*)$`)
	marker    = regexp.MustCompile(`⟦([^⟧]*)⟧`)
	rejected  = regexp.MustCompile(`(?i)^\W*(?:leave|reject|omit|exclude|drop)`)
	entryName = regexp.MustCompile(`\b[cxpu]\d+\b`)
	// letters are the answers behind an item: "[A, C]" or "(B)" before or after it.
	letters = regexp.MustCompile(`^\s*[(\[][A-Z](?:\s*[,;+&]\s*[A-Z])*[)\]]:?\s*|^[A-Z]:\s+|\s*[(\[][A-Z](?:\s*[,;+&]\s*[A-Z])*[)\]]\s*$`)
	// graded is how sure a contradiction is.
	graded = regexp.MustCompile(`\s*\((?:likely|possible)\)$`)
)

// readEntries finds the comparison of a writer's prompt: what stands between its
// heading and the next. Indented lines are the sides of the entry above; headings
// of groups and open questions are no entries.
func readEntries(prompt string) []entry {
	_, list, found := strings.Cut("\n"+prompt, "\nThe comparison:\n")
	if !found {
		return nil
	}
	list, _, _ = strings.Cut(list, "\nThe answers:\n")
	list, _, _ = strings.Cut(list, "\nThe reader went through")
	var out []entry
	for line := range strings.Lines(list) {
		plain := strings.TrimSpace(line)
		if m := entryLine.FindStringSubmatch(plain); m != nil {
			out = append(out, entry{id: m[1], text: graded.ReplaceAllString(bare(m[2]), "")})
		} else if len(out) > 0 && plain != "" && line[0] == ' ' {
			last := &out[len(out)-1]
			last.sides = append(last.sides, bare(plain))
		}
	}
	return out
}

// bare is a line without the letters of the answers behind it.
func bare(text string) string { return strings.TrimSpace(letters.ReplaceAllString(text, "")) }

// decisions are what the reader has decided about a comparison.
type decisions struct {
	any   bool
	no    []string // ids not to be used
	facts []string // to be stated
}

func readDecisions(prompt string) decisions {
	_, list, any := strings.Cut(prompt, "These decisions are binding:")
	list, _, _ = strings.Cut(list, "\nThe answers:\n")
	d := decisions{any: any}
	for line := range strings.Lines(list) {
		if rejected.MatchString(line) {
			d.no = append(d.no, entryName.FindAllString(line, -1)...)
		}
		if _, fact, ok := strings.Cut(line, "on the reader's word:"); ok {
			d.facts = append(d.facts, strings.TrimSpace(fact))
		}
	}
	return d
}

// write makes one answer of a comparison: the one a script has where the claims are
// a script's and the reader has decided nothing about them, else the claims
// themselves in order.
func (s *Server) write(prompt string, entries []entry) string {
	d := readDecisions(prompt)
	entries = slices.DeleteFunc(slices.Clone(entries), func(e entry) bool { return slices.Contains(d.no, e.id) })
	if !d.any {
		if sc, ids := s.claimsOf(entries); sc != nil {
			return marked(sc.fused, ids)
		}
	}
	return plainly(entries, d.facts)
}

// claimsOf finds the script most of whose claims are among the entries, and which
// entry each of its claims is.
func (s *Server) claimsOf(entries []entry) (*script, map[string]string) {
	bags := make([]bag, len(entries))
	for i, e := range entries {
		bags[i] = newBag(e.words())
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
		sc.byTopic(entries, found)
		if len(found) > len(ids) {
			best, ids = sc, found
		}
	}
	if len(ids) < min(2, len(entries)) {
		return nil, nil
	}
	return best, ids
}

// byTopic adds the claims of a conflict that is an entry as a whole, under its topic.
func (sc *script) byTopic(entries []entry, found map[string]string) {
	for _, k := range sc.verdict.Conflicts {
		at := slices.IndexFunc(entries, func(e entry) bool { return e.text == k.Topic })
		for _, id := range k.Claims {
			if _, known := found[id]; !known && at >= 0 {
				found[id] = entries[at].id
			}
		}
	}
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
	text = spaced.ReplaceAllStringFunc(text, func(m string) string {
		var now []string
		for _, id := range strings.Split(strings.Trim(m, " ⟦⟧"), ",") {
			if id := ids[strings.TrimSpace(id)]; id != "" && !slices.Contains(now, id) {
				now = append(now, id)
			}
		}
		if len(now) == 0 {
			return ""
		}
		return " ⟦" + strings.Join(now, ", ") + "⟧"
	})
	return strings.ReplaceAll(text, "⟧ ⟦", ", ")
}

// spaced is a marker and the space before it, which goes with it.
var spaced = regexp.MustCompile(` *⟦[^⟧]*⟧`)

// plainly writes the entries down: what is agreed, what is disputed, what only some
// say, and what the reader knows better. It is an answer of sorts, and says what it is.
func plainly(entries []entry, facts []string) string {
	var b strings.Builder
	b.WriteString("> Put together by the demo writer from the claims of the comparison; no model was asked.\n\n")
	section := func(title, kinds string) {
		for _, e := range entries {
			if !strings.Contains(kinds, e.id[:1]) || e.text == "" {
				continue
			}
			if title != "" {
				b.WriteString("\n## " + title + "\n\n")
				title = ""
			}
			b.WriteString("- " + e.text)
			if len(e.sides) > 0 {
				b.WriteString(": " + strings.Join(e.sides, " / "))
			}
			b.WriteString(" ⟦" + e.id + "⟧\n")
		}
	}
	section("", "c")
	section("Disputed", "x")
	section("Also worth knowing", "pu")
	if len(facts) > 0 {
		b.WriteString("\n## On your word\n\n- " + strings.Join(facts, "\n- ") + "\n")
	}
	if len(entries)+len(facts) == 0 {
		b.WriteString("The comparison holds no claim to write about.\n")
	}
	return strings.TrimSpace(b.String())
}
