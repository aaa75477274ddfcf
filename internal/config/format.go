package config

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode"

	"assay/internal/usd"
)

// Example is config.toml.example: every key with its default and a line of comment,
// the named sections as commented samples.
func Example() string { return document("") }

// Starter is the file [Init] writes: Example with every key commented out.
func Starter() string { return document("# ") }

const preamble = `# assay configuration: $ASSAY_CONFIG or --config FILE, else $XDG_CONFIG_HOME/assay/config.toml.
# Flags win over the environment, the environment over this file; ` + "`assay config check`" + ` reads it for you.
`

func document(mute string) string {
	var b strings.Builder
	b.WriteString(preamble)
	for _, section := range fields(reflect.ValueOf(Default()).Elem()) {
		fmt.Fprintf(&b, "\n# %s\n", section.tag.Get("doc"))
		if section.v.Kind() == reflect.Map {
			sampleSection(&b, section.name+"."+section.tag.Get("name"), section.v.Type().Elem())
			continue
		}
		fmt.Fprintf(&b, "[%s]\n", section.name)
		writeKeys(&b, mute, fields(section.v))
	}
	return b.String()
}

// writeKeys writes a section's keys with their values, then its tables.
func writeKeys(b *strings.Builder, mute string, keys []field) {
	rows := make([][2]string, 0, len(keys))
	for _, f := range keys {
		doc := f.tag.Get("doc")
		switch {
		case f.v.Kind() == reflect.Map:
			// Has no default of its own: a sample of one entry.
			rows = append(rows, [2]string{"# " + f.name + "." + f.tag.Get("name") + " = " + f.tag.Get("sample"), doc})
		default:
			rows = append(rows, [2]string{mute + f.name + " = " + formatValue(f.v, f.tag), doc})
		}
	}
	writeRows(b, rows)
}

// sampleSection writes a commented table such as [providers.acme] with the samples
// of its keys; lists of tables follow it.
func sampleSection(b *strings.Builder, path string, t reflect.Type) {
	header := "[" + path + "]"
	var rows [][2]string
	var lists []field
	for _, f := range fields(reflect.New(t).Elem()) {
		if f.v.Kind() == reflect.Slice && f.v.Type().Elem().Kind() == reflect.Struct {
			lists = append(lists, f)
			continue
		}
		rows = append(rows, [2]string{"# " + f.name + " = " + f.tag.Get("sample"), f.tag.Get("doc")})
	}
	fmt.Fprintf(b, "# %s\n", header)
	writeRows(b, rows)
	for _, f := range lists {
		fmt.Fprintf(b, "#\n# # %s\n# [[%s.%s]]\n", f.tag.Get("doc"), path, f.name)
		rows = rows[:0]
		for _, k := range fields(reflect.New(f.v.Type().Elem()).Elem()) {
			rows = append(rows, [2]string{"# " + k.name + " = " + k.tag.Get("sample"), k.tag.Get("doc")})
		}
		writeRows(b, rows)
	}
}

// writeRows aligns the comments of a section where its keys are short.
func writeRows(b *strings.Builder, rows [][2]string) {
	const widest = 44
	width := 0
	for _, r := range rows {
		if n := len([]rune(r[0])); n <= widest {
			width = max(width, n)
		}
	}
	for _, r := range rows {
		pad := max(width-len([]rune(r[0])), 0)
		fmt.Fprintf(b, "%s%s  # %s\n", r[0], strings.Repeat(" ", pad), r[1])
	}
}

// formatValue writes a setting as TOML; what Parse reads back is the same value.
func formatValue(v reflect.Value, tag reflect.StructTag) string {
	switch x := v.Interface().(type) {
	case interface{ toTOML() string }:
		return x.toTOML()
	case time.Duration:
		return formatString(formatDuration(x))
	case usd.Price:
		if tag.Get("unit") == "million" {
			return formatString(x.PerMillion())
		}
		return formatString(x.String())
	case *usd.Amount:
		if x == nil {
			return `""`
		}
		return formatString(x.String())
	}
	switch v.Kind() {
	case reflect.String:
		return formatString(v.String())
	case reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'f', -1, 64)
	case reflect.Pointer:
		return formatValue(v.Elem(), tag)
	case reflect.Slice:
		items := make([]string, v.Len())
		for i := range items {
			items[i] = formatValue(v.Index(i), tag)
		}
		return "[" + strings.Join(items, ", ") + "]"
	case reflect.Struct:
		return formatTable(v)
	}
	return fmt.Sprint(v.Interface()) // numbers and booleans
}

// formatTable writes an inline table. Prices are written even when absent, so that
// every key shows; other zero fields of Percentiles are left out.
func formatTable(v reflect.Value) string {
	if p, ok := v.Interface().(Percentiles); ok {
		return formatPercentiles(p)
	}
	var parts []string
	for _, f := range fields(v) {
		parts = append(parts, f.name+" = "+formatValue(f.v, f.tag))
	}
	return "{ " + strings.Join(parts, ", ") + " }"
}

func formatPercentiles(p Percentiles) string {
	if p == (Percentiles{P50: p.P50}) {
		return strconv.FormatFloat(p.P50, 'f', -1, 64)
	}
	return "{ " + strings.Join(nonZero(reflect.ValueOf(p), reflect.ValueOf(Percentiles{})), ", ") + " }"
}

// nonZero lists "key = value" for the fields that differ from those of base.
func nonZero(v, base reflect.Value) []string {
	var out []string
	same := fields(base)
	for i, f := range fields(v) {
		if reflect.DeepEqual(f.v.Interface(), same[i].v.Interface()) {
			continue
		}
		out = append(out, f.name+" = "+formatValue(f.v, f.tag))
	}
	return out
}

func formatStrings(list []string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = formatString(s)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// formatString writes a basic string of TOML.
func formatString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case unicode.IsControl(r):
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// formatDuration is Duration.String without zero parts: "15m", not "15m0s".
func formatDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
