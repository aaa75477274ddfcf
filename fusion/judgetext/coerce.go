package judgetext

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Bounds on what one verdict may hold: far above what is asked for, low enough that
// a runaway judge costs nothing.
const (
	maxClaims  = 200
	maxText    = 600 // characters of a claim
	maxStances = 26
	maxIDs     = 40
)

// fields is a JSON object with its keys folded: lower case, words joined by "_".
type fields map[string]any

func asFields(v any) (fields, bool) {
	m, ok := v.(map[string]any)
	if !ok {
		return nil, false
	}
	out := make(fields, len(m))
	for _, k := range sortedKeys(m) {
		out[foldKey(k)] = m[k]
	}
	return out, true
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func foldKey(k string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '-', ' ':
			return '_'
		}
		return unicode.ToLower(r)
	}, strings.TrimSpace(k))
}

// pick returns the first present field of the names.
func (f fields) pick(names ...string) any {
	for _, n := range names {
		if v, ok := f[n]; ok {
			return v
		}
	}
	return nil
}

// text makes a string of whatever stands where one was asked for.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case []any:
		parts := make([]string, 0, len(v))
		for _, e := range v {
			parts = append(parts, text(e))
		}
		return strings.Join(parts, " ")
	}
	if f, ok := asFields(v); ok {
		return text(f.pick("text", "claim", "point", "statement", "description"))
	}
	return ""
}

// list makes a list of whatever stands where one was asked for.
func list(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	case string:
		if strings.TrimSpace(v) == "" {
			return nil
		}
	}
	return []any{v}
}

func bounded(s string) string {
	s = strings.Join(strings.Fields(CleanText(s)), " ")
	if len(s) <= maxText {
		return s
	}
	if r := []rune(s); len(r) > maxText {
		return string(r[:maxText-1]) + "…"
	}
	return s
}

// verdictOf reads a decoded object. Unknown keys are ignored.
func verdictOf(v any) Verdict {
	var out Verdict
	f, ok := asFields(v)
	if !ok {
		if items, isList := v.([]any); isList { // a bare list of claims
			f = fields{"claims": items}
		}
	}
	for _, e := range list(f.pick("claims", "claim_list", "items")) {
		if c, ok := claimOf(e, len(out.Claims)); ok && len(out.Claims) < maxClaims {
			out.Claims = append(out.Claims, c)
		}
	}
	for _, e := range list(f.pick("conflicts", "contradictions")) {
		if c, ok := conflictOf(e); ok && len(out.Conflicts) < maxClaims {
			out.Conflicts = append(out.Conflicts, c)
		}
	}
	out.BlindSpots = textsOf(f.pick("blind_spots", "blindspots", "gaps"))
	out.Notes = textsOf(f.pick("notes", "note", "warnings"))
	return out
}

func textsOf(v any) []string {
	var out []string
	for _, e := range list(v) {
		if s := bounded(text(e)); s != "" && !placeholder(s) && len(out) < maxClaims {
			out = append(out, s)
		}
	}
	return out
}

// placeholder recognises the brackets of the prompt's own example, which a judge
// that echoes its prompt gives back.
func placeholder(s string) bool {
	return strings.HasPrefix(s, "‹") || strings.HasPrefix(s, "…") || s == "string" || s == "text"
}

// claimOf reads one claim. One without a text or without any stance is none: it
// could not be tied to an answer.
func claimOf(v any, index int) (Claim, bool) {
	f, ok := asFields(v)
	if !ok {
		return Claim{}, false
	}
	c := Claim{
		ID:     text(f.pick("id", "claim_id")),
		Text:   bounded(text(f.pick("text", "claim", "statement", "point"))),
		Topic:  bounded(text(f.pick("topic", "subject"))),
		Weight: weight(f.pick("weight", "importance")),
		View:   viewOf(text(f.pick("view", "assessment", "verdict"))),
		Why:    bounded(text(f.pick("why", "reason", "rationale"))),
	}
	if c.Text == "" || placeholder(c.Text) {
		return Claim{}, false
	}
	if c.ID == "" || len(c.ID) > 16 {
		c.ID = fmt.Sprintf("c%d", index+1)
	}
	c.Stances = stancesOf(f.pick("stance", "stances", "positions"))
	if len(c.Stances) == 0 {
		c.Stances = grouped(f)
	}
	return c, len(c.Stances) > 0
}

func weight(v any) float64 {
	switch v := v.(type) {
	case float64:
		return min(3, max(0, v))
	case string:
		if n, err := strconv.ParseFloat(strings.TrimSpace(v), 64); err == nil {
			return min(3, max(0, n))
		}
		switch strings.ToLower(v) {
		case "high":
			return 3
		case "medium":
			return 2
		}
	}
	return 1
}

func viewOf(s string) string {
	s = strings.ToLower(s)
	for _, known := range []string{"supported", "doubtful", "unresolved", "opinion"} {
		if s == known {
			return known
		}
	}
	return ""
}

// stancesOf reads {"A":["support","A3"]} and what judges make of it: a bare word, an
// object with spans, a list of objects that name their answer.
func stancesOf(v any) []Stance {
	var out []Stance
	add := func(label string, v any) {
		if label = LabelOf(label); label != "" && len(out) < maxStances {
			s := stanceOf(v)
			s.Label = label
			out = append(out, s)
		}
	}
	switch v := v.(type) {
	case map[string]any:
		for _, k := range sortedKeys(v) {
			add(k, v[k])
		}
	case []any:
		for _, e := range v {
			if f, ok := asFields(e); ok {
				add(text(f.pick("label", "answer", "model", "response", "letter")), e)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Stance) int { return cmp.Compare(a.Label, b.Label) })
	return slices.CompactFunc(out, func(a, b Stance) bool { return a.Label == b.Label })
}

func stanceOf(v any) Stance {
	var s Stance
	words := list(v)
	if f, ok := asFields(v); ok {
		words = append(list(f.pick("stance", "kind", "position", "type")),
			list(f.pick("spans", "span", "ids", "id", "evidence", "quotes", "citations"))...)
	}
	named := false
	for _, w := range words {
		for _, t := range strings.FieldsFunc(text(w), func(r rune) bool { return r == ' ' || r == ',' || r == ';' }) {
			if k, ok := kindOf(t); ok && !named {
				s.Kind, named = k, true
			} else if idLike(t) && len(s.IDs) < maxIDs {
				s.IDs = append(s.IDs, t)
			}
		}
	}
	return s
}

func kindOf(word string) (Kind, bool) {
	word = strings.ToLower(strings.Trim(word, `"'.:()[]`))
	switch {
	case strings.HasPrefix(word, "support"), word == "agree", word == "agrees", word == "yes":
		return Support, true
	case strings.HasPrefix(word, "contradict"), word == "disagree", word == "disagrees", word == "oppose", word == "opposes", word == "refute", word == "refutes":
		return Contradict, true
	case word == "silent", word == "none", word == "neutral", word == "absent", word == "n/a":
		return Silent, true
	case strings.HasPrefix(word, "abstain"), word == "abstention":
		return Abstain, true
	}
	return Silent, false
}

// grouped reads {"support":["A1","B2"],"contradict":["C3"]}, ids by stance.
func grouped(f fields) []Stance {
	byLabel := map[string]*Stance{}
	for _, k := range []Kind{Support, Contradict} {
		names := []string{k.String(), k.String() + "s", k.String() + "ed_by"}
		if k == Support {
			names = append(names, "supporting", "supporting_spans")
		} else {
			names = append(names, "contradicting", "contradicting_spans")
		}
		for _, v := range list(f.pick(names...)) {
			id := text(v)
			label := LabelOf(strings.TrimRight(strings.Trim(id, "[]() "), "0123456789-. "))
			if label == "" {
				continue
			}
			s := byLabel[label]
			if s == nil {
				s = &Stance{Label: label, Kind: k}
				byLabel[label] = s
			}
			if s.Kind == k && idLike(id) {
				s.IDs = append(s.IDs, id)
			}
		}
	}
	var out []Stance
	for _, label := range sortedKeys(byLabel) {
		out = append(out, *byLabel[label])
	}
	return out
}

func conflictOf(v any) (Conflict, bool) {
	f, ok := asFields(v)
	if !ok {
		return Conflict{}, false
	}
	c := Conflict{
		Topic: bounded(text(f.pick("topic", "text"))),
		Lean:  text(f.pick("lean", "leaning")),
		Why:   bounded(text(f.pick("why", "reason"))),
	}
	if strings.EqualFold(c.Lean, "none") || len(c.Lean) > 16 {
		c.Lean = ""
	}
	for _, e := range list(f.pick("claims", "claim_ids", "ids")) {
		if id := text(e); id != "" && len(id) <= 16 && len(c.Claims) < maxIDs {
			c.Claims = append(c.Claims, id)
		}
	}
	return c, len(c.Claims) > 1 && !placeholder(c.Topic)
}

// decode reads JSON of one value, refusing what follows it.
func decode(s string) (any, bool) {
	var v any
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		return nil, false
	}
	return v, true
}
