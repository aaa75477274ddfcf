package judgetext

import (
	"errors"
	"slices"
	"strings"
)

// Lists are the five lists of an analysis without evidence, as hosted fusions return
// them.
type Lists struct {
	Consensus       []Point
	Contradictions  []Point
	PartialCoverage []Point
	UniqueInsights  []Point
	BlindSpots      []Point
}

// Point is an entry of such a list. Which fields are set depends on the list.
type Point struct {
	Text    string
	Models  []string
	Stances []ModelStance
}

// ModelStance is what a model says on a topic.
type ModelStance struct{ Model, Text string }

var listNames = []string{"consensus", "contradictions", "partial_coverage", "unique_insights", "blind_spots"}

// errNoLists says that a text holds none of the five lists.
var errNoLists = errors.New("no list of consensus, contradictions, partial coverage, unique insights or blind spots")

// ParseLists reads the five lists from JSON, repaired where needed, wherever in a
// wrapper they are. Strings stand for objects and single entries for lists; headings
// that slipped into a list are dropped.
func ParseLists(raw string) (Lists, error) {
	s := strip(raw)
	i := strings.IndexByte(s, '{')
	if i < 0 {
		return Lists{}, errNoLists
	}
	v, ok := element(s[i:])
	if !ok {
		return Lists{}, errNoLists
	}
	f, ok := findLists(v, 0)
	if !ok {
		return Lists{}, errNoLists
	}
	return Lists{
		Consensus:       points(f.pick("consensus")),
		Contradictions:  points(f.pick("contradictions")),
		PartialCoverage: points(f.pick("partial_coverage")),
		UniqueInsights:  points(f.pick("unique_insights")),
		BlindSpots:      points(f.pick("blind_spots")),
	}, nil
}

// findLists looks for the object that has one of the lists, at most six levels down.
func findLists(v any, depth int) (fields, bool) {
	if depth > 6 {
		return nil, false
	}
	if items, ok := v.([]any); ok {
		for _, e := range items {
			if f, found := findLists(e, depth+1); found {
				return f, true
			}
		}
		return nil, false
	}
	f, ok := asFields(v)
	if !ok {
		return nil, false
	}
	for _, n := range listNames {
		if _, isList := f[n].([]any); isList {
			return f, true
		}
	}
	for _, k := range sortedKeys(f) {
		inner := f[k]
		if s, isText := inner.(string); isText && strings.Contains(s, `"consensus"`) {
			if v, ok := element(s[max(0, strings.IndexByte(s, '{')):]); ok {
				inner = v // tool results carry their JSON as a string
			}
		}
		if found, ok := findLists(inner, depth+1); ok {
			return found, true
		}
	}
	return nil, false
}

func points(v any) []Point {
	var out []Point
	for _, e := range list(v) {
		p := pointOf(e)
		if p.Text == "" || strings.HasPrefix(p.Text, "#") || strings.HasSuffix(p.Text, "**") && strings.HasPrefix(p.Text, "**") {
			continue
		}
		if len(out) < maxClaims {
			out = append(out, p)
		}
	}
	return out
}

func pointOf(v any) Point {
	f, ok := asFields(v)
	if !ok {
		return Point{Text: bounded(text(v))}
	}
	p := Point{Text: bounded(text(f.pick("point", "insight", "topic", "text", "claim", "statement")))}
	for _, m := range list(f.pick("models", "model")) {
		p.Models = append(p.Models, text(m))
	}
	stances := f.pick("stances", "positions")
	for _, s := range list(stances) {
		sf, ok := asFields(s)
		if !ok {
			continue
		}
		if name, what := text(sf.pick("model", "name")), bounded(text(sf.pick("stance", "position", "text"))); name != "" {
			p.Stances = append(p.Stances, ModelStance{name, what})
			continue
		}
		raw, _ := s.(map[string]any)
		for _, k := range sortedKeys(raw) { // {"model name": "what it says"}
			p.Stances = append(p.Stances, ModelStance{k, bounded(text(raw[k]))})
		}
	}
	p.Models = slices.DeleteFunc(p.Models, func(m string) bool { return m == "" })
	return p
}
