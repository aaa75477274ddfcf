package config

import (
	"fmt"
	"reflect"
	"strings"
)

// FormatPreset writes a preset as TOML with one key a line, in fixed order, only
// what it says: the form in which versions are stored, shown and compared.
func FormatPreset(p Preset) string {
	var base Preset
	base.setDefaults()
	var b strings.Builder
	same := fields(reflect.ValueOf(base))
	for i, f := range fields(reflect.ValueOf(p)) {
		if f.v.IsZero() || reflect.DeepEqual(f.v.Interface(), same[i].v.Interface()) {
			continue
		}
		switch f.name {
		case "tools":
			continue // lists of tables stand behind all keys
		case "routing":
			parts := nonZero(f.v, same[i].v)
			fmt.Fprintf(&b, "routing = { %s }\n", strings.Join(parts, ", "))
		case "reasoning":
			fmt.Fprintf(&b, "reasoning = %s\n", formatReasoning(p.Reasoning))
		case "system":
			fmt.Fprintf(&b, "system = %s\n", formatText(p.System))
		default:
			fmt.Fprintf(&b, "%s = %s\n", f.name, formatValue(f.v, f.tag))
		}
	}
	for _, t := range p.Tools {
		b.WriteString("\n[[tools]]\n")
		for _, line := range nonZero(reflect.ValueOf(t), reflect.ValueOf(Tool{})) {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

func formatReasoning(r Reasoning) string {
	if r == (Reasoning{Effort: r.Effort}) {
		return formatString(r.Effort)
	}
	return "{ " + strings.Join(nonZero(reflect.ValueOf(r), reflect.ValueOf(Reasoning{})), ", ") + " }"
}

// formatText writes a text of several lines as such, so that versions of it can be
// compared line by line.
func formatText(s string) string {
	if !strings.Contains(s, "\n") || strings.ContainsAny(s, "\"\\\r") || strings.ContainsFunc(s, isOddControl) {
		return formatString(s)
	}
	return `"""` + "\n" + s + `"""`
}

func isOddControl(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 }

// ParsePreset reads what FormatPreset writes and what people write under
// [presets.NAME]. The error is an *[Error].
func ParsePreset(doc string) (Preset, error) {
	var p Preset
	p.setDefaults()
	raw, problem := parse([]byte(doc))
	if problem != nil {
		return p, &Error{[]Problem{*problem}}
	}
	d := &decoder{}
	d.table("", raw, reflect.ValueOf(&p).Elem())
	d.preset("", p)
	return p, asError(d.placed(doc, ""))
}

// FormatPanel writes a panel as TOML with one key a line, in fixed order, only what
// it says.
func FormatPanel(p Panel) string {
	var base Panel
	base.setDefaults()
	lines := nonZero(reflect.ValueOf(p), reflect.ValueOf(base))
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}

// ParsePanel reads what FormatPanel writes and what people write under
// [panels.NAME]. The error is an *[Error].
func ParsePanel(doc string) (Panel, error) {
	var p Panel
	p.setDefaults()
	raw, problem := parse([]byte(doc))
	if problem != nil {
		return p, &Error{[]Problem{*problem}}
	}
	d := &decoder{}
	d.table("", raw, reflect.ValueOf(&p).Elem())
	d.panel("", p)
	return p, asError(d.placed(doc, ""))
}
