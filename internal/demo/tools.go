package demo

import (
	"encoding/json"
	"slices"
	"strings"
)

// calls are the tools to call: the one the request forces, those the question is
// about, or for demo/tools up to two of those on offer.
func (x *exchange) calls() []call {
	if x.req.noTools {
		return nil
	}
	about := newBag(x.req.asked())
	var out []call
	for _, t := range x.req.tools {
		forced := x.req.force == t.name || x.req.force == anyTool && len(out) == 0
		eager := x.fault.says == calling && x.req.force == "" && len(out) < 2
		apt := x.model.Tools && x.req.force == "" && about.mentions(t.name)
		if forced || eager || apt {
			out = append(out, call{name: t.name, arguments: arguments(t.schema, x.req.asked())})
		}
	}
	return out
}

// mentions reports that every word of a tool's name occurs.
func (b bag) mentions(tool string) bool {
	parts := words(strings.NewReplacer("_", " ", "-", " ", ".", " ").Replace(tool))
	return len(parts) > 0 && !slices.ContainsFunc(parts, func(w string) bool { return !b.words[stem(w)] && !stopWords[w] })
}

// schema is the part of JSON schema that arguments are made from.
type schema struct {
	Type       string             `json:"type"`
	Enum       []any              `json:"enum"`
	Default    any                `json:"default"`
	Properties map[string]*schema `json:"properties"`
	Required   []string           `json:"required"`
	Items      *schema            `json:"items"`
	Minimum    *float64           `json:"minimum"`
}

// arguments makes a JSON object that fits the schema: required properties, with the
// question wherever text is wanted.
func arguments(raw json.RawMessage, asked string) string {
	var sc schema
	if json.Unmarshal(raw, &sc) != nil || len(sc.Properties) == 0 {
		return "{}"
	}
	return string(compact(sc.object(asked, 0)))
}

// deepest bounds schemas that nest without end.
const deepest = 6

func (sc *schema) object(asked string, depth int) object {
	out := object{}
	for _, name := range sc.Required {
		if p := sc.Properties[name]; p != nil && depth < deepest {
			out[name] = p.value(asked, depth+1)
		}
	}
	return out
}

func (sc *schema) value(asked string, depth int) any {
	switch {
	case len(sc.Enum) > 0:
		return sc.Enum[0]
	case sc.Default != nil:
		return sc.Default
	}
	switch sc.Type {
	case "integer", "number":
		if sc.Minimum != nil {
			return *sc.Minimum
		}
		return 1
	case "boolean":
		return true
	case "array":
		if sc.Items == nil || depth >= deepest {
			return []any{}
		}
		return []any{sc.Items.value(asked, depth+1)}
	case "object":
		return sc.object(asked, depth)
	case "null":
		return nil
	default:
		return asked
	}
}
