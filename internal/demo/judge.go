package demo

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// ruling is the JSON a judge is asked for.
type ruling struct {
	V          int              `json:"v"`
	Claims     []ruledClaim     `json:"claims"`
	Conflicts  []scriptConflict `json:"conflicts"`
	BlindSpots []remark         `json:"blind_spots"`
	Notes      []remark         `json:"notes"`
}

// ruledClaim is a claim with a stance for every letter: the word, then span ids.
type ruledClaim struct {
	ID     string              `json:"id"`
	Text   string              `json:"text"`
	Topic  string              `json:"topic"`
	Weight float64             `json:"weight"`
	Stance map[string][]string `json:"stance"`
	View   string              `json:"view"`
	Why    string              `json:"why"`
}

type remark struct {
	Text string `json:"text"`
}

// The words of a stance.
const (
	supports    = "support"
	contradicts = "contradict"
	silent      = "silent"
	abstains    = "abstain"
)

// judge compares the answers of a sheet: with what a script knows about them where
// they are a script's, else by their words alone.
func (s *Server) judge(prompt string, sh *sheet) string {
	var r ruling
	if sc, voices := s.recognise(sh); sc != nil {
		r = sc.rule(sh, voices)
	} else {
		r = compare(sh)
	}
	r.V = 1
	r.keep(most(prompt, 24))
	r.rename(knownClaims(prompt))
	for _, a := range sh.answers {
		for _, sp := range a.spans {
			if orders(sp.text) {
				r.Notes = append(r.Notes, remark{sp.id + " addresses the judge instead of the question; its content was compared, its orders were not followed."})
			}
		}
	}
	return r.text()
}

// most is the number after "at most" in a prompt, or usual.
func most(prompt string, usual int) int {
	if m := atMost.FindStringSubmatch(prompt); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil && n > 0 {
			return n
		}
	}
	return usual
}

var (
	atMost = regexp.MustCompile(`at most (\d+) (?:claims|of them)`)
	order  = regexp.MustCompile(`(?i)ignore (all |any )?(the )?(previous|prior|above) instructions|you are the judge|mark this answer|### ?system`)
)

// orders reports words that try to steer whoever compares.
func orders(text string) bool { return order.MatchString(text) }

// recognise finds the script the answers of a sheet come from, and whose answer
// each letter is; letters of nobody's are missing. A single recognised answer is
// not enough, unless it is the only one.
func (s *Server) recognise(sh *sheet) (*script, map[string]string) {
	var best *script
	var voices map[string]string
	for _, sc := range s.scripts {
		found := map[string]string{}
		for _, a := range sh.answers {
			if v := sc.voiceOf(a); v != "" {
				found[a.label] = v
			}
		}
		if len(found) > len(voices) {
			best, voices = sc, found
		}
	}
	if len(voices) < min(2, len(sh.answers)) {
		return nil, nil
	}
	return best, voices
}

// voiceOf is the voice whose answer this is: the one the largest share of whose
// quoted pieces occur in it, and of several the one with most of them; "" when not
// even a third of anybody's do.
func (sc *script) voiceOf(a sheetAnswer) string {
	pieces, hits := map[string]int{}, map[string]int{}
	for _, c := range sc.verdict.Claims {
		for voice, stance := range c.Stance {
			for _, piece := range stance[1:] {
				pieces[voice]++
				if a.where(piece) != nil {
					hits[voice]++
				}
			}
		}
	}
	voice, top := "", 1.0/3
	for _, v := range slices.Sorted(maps.Keys(pieces)) {
		if share := float64(hits[v]) / float64(pieces[v]); share > top || share == top && hits[v] > hits[voice] {
			voice, top = v, share
		}
	}
	return voice
}

// rule applies a script's verdict to the spans of a sheet.
func (sc *script) rule(sh *sheet, voices map[string]string) ruling {
	r := ruling{}
	renamed := map[string]string{}
	for _, c := range sc.verdict.Claims {
		out := ruledClaim{ID: "c" + strconv.Itoa(len(r.Claims)+1), Text: c.Text, Topic: c.Topic, Weight: c.Weight, View: c.View, Why: c.Why,
			Stance: map[string][]string{}}
		for _, a := range sh.answers {
			out.Stance[a.label] = c.stanceOf(a, voices[a.label])
		}
		if out.speaksUp(sh) {
			renamed[c.ID] = out.ID
			r.Claims = append(r.Claims, out)
		}
	}
	for _, k := range sc.verdict.Conflicts {
		if k, ok := k.renamed(renamed); ok && r.disputed(k.Claims) {
			r.Conflicts = append(r.Conflicts, k)
		}
	}
	for _, b := range sc.verdict.BlindSpots {
		r.BlindSpots = append(r.BlindSpots, remark{b})
	}
	return r
}

// stanceOf is where one answer stands on a claim. An answer of nobody in the script
// supports what one of its spans says in nearly the same words.
func (c scriptClaim) stanceOf(a sheetAnswer, voice string) []string {
	if a.refuses() {
		return []string{abstains}
	}
	if voice == "" {
		claim := newBag(c.Text)
		for _, sp := range a.spans {
			if newBag(sp.text).dice(claim) >= closeEnough {
				return []string{supports, sp.id}
			}
		}
		return []string{silent}
	}
	stance := c.Stance[voice]
	if len(stance) == 0 {
		return []string{silent}
	}
	out := stance[:1:1]
	for _, piece := range stance[1:] {
		for _, id := range a.where(piece) {
			if !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	if len(out) == 1 { // cut off before it came to that
		return []string{silent}
	}
	return out
}

// speaksUp makes sure somebody supports the claim. What is only contradicted, since
// its supporters are not on this sheet, is turned round: the claim becomes what the
// first answer against it says. It reports false when nobody says anything.
func (c *ruledClaim) speaksUp(sh *sheet) bool {
	said := ""
	for _, a := range sh.answers {
		stance := c.Stance[a.label]
		if stance[0] == supports {
			return true
		}
		for _, sp := range a.spans {
			if said == "" && stance[0] == contradicts && slices.Contains(stance, sp.id) {
				said = shortened(plain(sp.text), 200)
			}
		}
	}
	if said == "" {
		return false
	}
	for label, stance := range c.Stance {
		if stance[0] == contradicts {
			c.Stance[label] = append([]string{supports}, stance[1:]...)
		}
	}
	c.Text, c.View, c.Why = said, "doubtful", "Nobody else says so, and it is not the usual view."
	return true
}

// shortened is the beginning of a text without line breaks.
func shortened(text string, runes int) string {
	r := []rune(strings.Join(strings.Fields(text), " "))
	if len(r) <= runes {
		return string(r)
	}
	return string(r[:runes-1]) + "…"
}

// renamed gives the conflict the ids its claims have got. It reports false when
// none of them is left.
func (k scriptConflict) renamed(ids map[string]string) (scriptConflict, bool) {
	var claims []string
	for _, id := range k.Claims {
		if now := ids[id]; now != "" {
			claims = append(claims, now)
		}
	}
	k.Claims = claims
	k.Lean = cmp.Or(ids[k.Lean], "none")
	return k, len(claims) > 0
}

// disputed reports that some claim of the ids is contradicted, or that there are two.
func (r *ruling) disputed(ids []string) bool {
	if len(ids) > 1 {
		return true
	}
	for _, c := range r.Claims {
		for _, stance := range c.Stance {
			if slices.Contains(ids, c.ID) && stance[0] == contradicts {
				return true
			}
		}
	}
	return false
}

// keep drops the lightest claims beyond n, and conflicts that lose theirs.
func (r *ruling) keep(n int) {
	slices.SortStableFunc(r.Claims, func(a, b ruledClaim) int { return cmp.Compare(b.Weight, a.Weight) })
	r.Claims = r.Claims[:min(n, len(r.Claims))]
	kept := map[string]string{}
	for i := range r.Claims {
		kept[r.Claims[i].ID] = r.Claims[i].ID
	}
	var conflicts []scriptConflict
	for _, k := range r.Conflicts {
		if k, ok := k.renamed(kept); ok {
			conflicts = append(conflicts, k)
		}
	}
	r.Conflicts = conflicts
}

// rename numbers the claims in their order, beginning after those that were found
// before; a claim that was found before keeps its id.
func (r *ruling) rename(known map[string]string) {
	next := 1
	for _, id := range known {
		if n, err := strconv.Atoi(strings.TrimPrefix(id, "c")); err == nil {
			next = max(next, n+1)
		}
	}
	ids := map[string]string{}
	for i := range r.Claims {
		c := &r.Claims[i]
		id, found := known[flat(c.Text)]
		if !found {
			id = fmt.Sprintf("c%d", next)
			next++
		}
		ids[c.ID] = id
		c.ID = id
	}
	for i := range r.Conflicts {
		r.Conflicts[i], _ = r.Conflicts[i].renamed(ids) // keep made sure that none loses its claims
	}
}

var knownLine = regexp.MustCompile(`^\W{0,3}(c\d+)\W+(.*)$`)

// knownClaims are the ids of claims an earlier window of the same sheet found, by
// their flat text.
func knownClaims(prompt string) map[string]string {
	_, list, found := strings.Cut(prompt, "already found")
	if !found {
		return nil
	}
	list, _, _ = strings.Cut(list, "End of the answers")
	out := map[string]string{}
	for line := range strings.Lines(list) {
		if m := knownLine.FindStringSubmatch(strings.TrimSpace(line)); m != nil {
			out[flat(m[2])] = m[1]
		}
	}
	return out
}

// text is the ruling as JSON, an element a line, for it is read while it streams.
func (r *ruling) text() string {
	var b strings.Builder
	b.WriteString(`{"v":1,` + "\n" + `"claims":[`)
	writeList(&b, r.Claims)
	b.WriteString("],\n" + `"conflicts":[`)
	writeList(&b, r.Conflicts)
	b.WriteString("],\n" + `"blind_spots":[`)
	writeList(&b, r.BlindSpots)
	b.WriteString("],\n" + `"notes":[`)
	writeList(&b, r.Notes)
	b.WriteString("]}")
	return b.String()
}

func writeList[T any](b *strings.Builder, list []T) {
	for i, v := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n ")
		b.Write(compact(v))
	}
}
