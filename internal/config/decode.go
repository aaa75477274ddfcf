package config

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"assay/internal/secret"
	"assay/internal/usd"
)

// decoder puts a parsed document into settings and collects what is wrong with it.
// Every mistake is found in one pass: a user mends a file once.
type decoder struct {
	problems []Problem
}

func (d *decoder) fail(path, format string, args ...any) {
	d.problems = append(d.problems, Problem{Key: path, Message: fmt.Sprintf(format, args...)})
}

// Values that read themselves: from anything, or from a shorter spelling than a table.
type (
	selfDecoder   interface{ fromTOML(raw any) error }
	shortDecoder  interface{ fromScalar(raw any) (bool, error) }
	defaultSetter interface{ setDefaults() }
)

// field is a key of a table.
type field struct {
	name string
	tag  reflect.StructTag
	v    reflect.Value
}

// fields lists the keys of a table struct in order, squashed structs included.
func fields(v reflect.Value) []field {
	var out []field
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		name := tag.Get("toml")
		if name == ",squash" {
			out = append(out, fields(v.Field(i))...)
			continue
		}
		out = append(out, field{name, tag, v.Field(i)})
	}
	return out
}

// table fills the struct v.
func (d *decoder) table(path string, raw map[string]any, v reflect.Value) {
	known := fields(v)
	for _, key := range sortedKeys(raw) {
		at := join(path, key)
		i := slices.IndexFunc(known, func(f field) bool { return f.name == key })
		if i < 0 {
			d.unknown(path, key, known)
			continue
		}
		d.value(at, raw[key], known[i].v, known[i].tag)
	}
}

func (d *decoder) unknown(path, key string, known []field) {
	names := make([]string, len(known))
	for i, f := range known {
		names[i] = f.name
	}
	hint := didYouMean(key, names)
	if hint == "" {
		hint = belongsIn(key)
	}
	if hint == "" {
		hint = "; known here: " + strings.Join(names, ", ")
	}
	d.fail(join(path, key), "unknown key%s", hint)
}

// value fills v, which may be anything a setting can be.
func (d *decoder) value(path string, raw any, v reflect.Value, tag reflect.StructTag) {
	if hint, ok := tag.Lookup("secret"); ok {
		// People write keys where names belong: no message may repeat the value.
		var alone decoder
		if alone.value(path, raw, v, ""); len(alone.problems) > 0 {
			d.fail(path, "%s", hint)
		}
		return
	}
	if sd, ok := v.Addr().Interface().(selfDecoder); ok {
		if err := sd.fromTOML(raw); err != nil {
			d.fail(path, "%v", err)
		}
		return
	}
	if sd, ok := v.Addr().Interface().(shortDecoder); ok {
		done, err := sd.fromScalar(raw)
		if err != nil {
			d.fail(path, "%v", err)
		}
		if done {
			return
		}
	}
	switch p := v.Addr().Interface().(type) {
	case *time.Duration:
		d.duration(path, raw, p, tag)
	case *usd.Price:
		d.price(path, raw, p, tag)
	case **usd.Amount:
		d.amount(path, raw, p)
	case *secret.Key:
		if s, ok := raw.(string); ok {
			*p = secret.New(s)
		} else {
			d.fail(path, "must be a text in quotes")
		}
	case *map[string]string:
		d.texts(path, raw, p)
	default:
		d.kind(path, raw, v, tag)
	}
}

// kind fills v by its Go kind.
func (d *decoder) kind(path string, raw any, v reflect.Value, tag reflect.StructTag) {
	switch v.Kind() {
	case reflect.String:
		if s, ok := raw.(string); !ok {
			d.fail(path, "must be a text in quotes, not %s", describe(raw))
		} else if d.enum(path, s, tag) {
			v.SetString(s)
		}
	case reflect.Bool:
		if b, ok := raw.(bool); ok {
			v.SetBool(b)
		} else {
			d.fail(path, "must be true or false, not %s", describe(raw))
		}
	case reflect.Int, reflect.Int64:
		if n, ok := raw.(int64); !ok {
			d.fail(path, "must be a whole number, not %s", describe(raw))
		} else if d.inRange(path, float64(n), tag) {
			v.SetInt(n)
		}
	case reflect.Float64:
		d.float(path, raw, v, tag)
	case reflect.Pointer:
		target := reflect.New(v.Type().Elem())
		d.value(path, raw, target.Elem(), tag)
		v.Set(target)
	case reflect.Slice:
		d.slice(path, raw, v, tag)
	case reflect.Map:
		d.named(path, raw, v)
	case reflect.Struct:
		if m, ok := raw.(map[string]any); ok {
			d.table(path, m, v)
		} else {
			d.fail(path, "must be a table such as { %s = … }, not %s", fields(v)[0].name, describe(raw))
		}
	}
}

func (d *decoder) float(path string, raw any, v reflect.Value, tag reflect.StructTag) {
	var f float64
	switch n := raw.(type) {
	case int64:
		f = float64(n)
	case float64:
		f = n
	default:
		d.fail(path, "must be a number, not %s", describe(raw))
		return
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		d.fail(path, "must be a finite number")
		return
	}
	if d.inRange(path, f, tag) {
		v.SetFloat(f)
	}
}

// slice fills a list of texts or a list of tables.
func (d *decoder) slice(path string, raw any, v reflect.Value, tag reflect.StructTag) {
	var items []any
	switch list := raw.(type) {
	case []any:
		items = list
	case []map[string]any:
		for _, m := range list {
			items = append(items, m)
		}
	default:
		if s, ok := raw.(string); ok && v.Type().Elem().Kind() == reflect.String {
			d.fail(path, "must be a list: write [%s]", quote(s))
		} else {
			d.fail(path, "must be a list, not %s", describe(raw))
		}
		return
	}
	out := reflect.MakeSlice(v.Type(), len(items), len(items))
	for i, item := range items {
		at := path + "[" + strconv.Itoa(i) + "]"
		e := out.Index(i)
		if s, ok := e.Addr().Interface().(defaultSetter); ok {
			s.setDefaults()
		}
		d.value(at, item, e, tag)
	}
	v.Set(out)
}

// named fills a map of named tables or values.
func (d *decoder) named(path string, raw any, v reflect.Value) {
	m, ok := raw.(map[string]any)
	if !ok {
		d.fail(path, "must be a table, not %s", describe(raw))
		return
	}
	out := reflect.MakeMapWithSize(v.Type(), len(m))
	for _, key := range sortedKeys(m) {
		at := join(path, key)
		if !isName(key) {
			d.fail(at, "%s is not a name; use letters, digits, - _ and .", quote(key))
		}
		e := reflect.New(v.Type().Elem()).Elem()
		if s, ok := e.Addr().Interface().(defaultSetter); ok {
			s.setDefaults()
		}
		before := len(d.problems)
		d.value(at, m[key], e, "")
		if len(d.problems) > before && d.problems[before].Key == at {
			continue // no table at all: what it lacks is beside the point
		}
		out.SetMapIndex(reflect.ValueOf(key), e)
	}
	v.Set(out)
}

func (d *decoder) texts(path string, raw any, out *map[string]string) {
	m, ok := raw.(map[string]any)
	if !ok {
		d.fail(path, `must be a table such as { "X-Team" = "red" }`)
		return
	}
	*out = make(map[string]string, len(m))
	for _, key := range sortedKeys(m) {
		if s, ok := m[key].(string); ok {
			(*out)[key] = s
		} else {
			d.fail(join(path, key), "must be a text in quotes")
		}
	}
}

func (d *decoder) duration(path string, raw any, out *time.Duration, tag reflect.StructTag) {
	s, ok := raw.(string)
	if !ok {
		d.fail(path, `must be a duration with its unit in quotes, such as "30s", not %s`, describe(raw))
		return
	}
	v, err := time.ParseDuration(s)
	if err != nil {
		d.fail(path, `%s is not a duration; write a number and a unit, such as "500ms", "30s" or "2m"`, quote(s))
		return
	}
	low, _ := time.ParseDuration(tag.Get("min"))
	high, _ := time.ParseDuration(tag.Get("max"))
	if v < low || v > high {
		d.fail(path, "must be from %s to %s, not %s", tag.Get("min"), tag.Get("max"), s)
		return
	}
	*out = v
}

func (d *decoder) price(path string, raw any, out *usd.Price, tag reflect.StructTag) {
	s, ok := d.decimal(path, raw)
	if !ok {
		return
	}
	parse := usd.ParsePrice
	if tag.Get("unit") == "million" {
		parse = usd.ParsePricePerMillion
	}
	p, err := parse(s)
	switch {
	case err != nil:
		d.fail(path, `%s is not a price; write dollars such as "0.25"`, quote(s))
	case p.IsUnknown():
		d.fail(path, "must not be negative; leave the key out when the price is not known")
	default:
		*out = p
	}
}

func (d *decoder) amount(path string, raw any, out **usd.Amount) {
	s, ok := d.decimal(path, raw)
	if !ok {
		return
	}
	*out = nil
	if s == "" {
		return
	}
	a, err := usd.Parse(s)
	switch {
	case err != nil:
		d.fail(path, `%s is not an amount; write dollars such as "2.50"`, quote(s))
	case a.Sign() < 0:
		d.fail(path, `must not be negative; "" is no cap`)
	default:
		*out = &a
	}
}

// decimal accepts a text only: a TOML number is a float, and money never is one.
func (d *decoder) decimal(path string, raw any) (string, bool) {
	switch v := raw.(type) {
	case string:
		return strings.TrimSpace(v), true
	case int64:
		d.fail(path, `must be a decimal in quotes: write "%d"`, v)
	case float64:
		d.fail(path, `must be a decimal in quotes: write "%s"`, strconv.FormatFloat(v, 'f', -1, 64))
	default:
		d.fail(path, "must be a decimal in quotes, not %s", describe(raw))
	}
	return "", false
}

func (d *decoder) enum(path, s string, tag reflect.StructTag) bool {
	list, ok := tag.Lookup("enum")
	if !ok {
		return true
	}
	allowed := strings.Split(list, "|")
	if slices.Contains(allowed, s) {
		return true
	}
	d.fail(path, "must be one of %s, not %s%s", enumerate(allowed), quote(s), didYouMean(s, allowed))
	return false
}

func (d *decoder) inRange(path string, n float64, tag reflect.StructTag) bool {
	low, hasLow := tag.Lookup("min")
	high, hasHigh := tag.Lookup("max")
	below := hasLow && n < parseBound(low)
	above := hasHigh && n > parseBound(high)
	switch {
	case !below && !above:
		return true
	case hasHigh:
		d.fail(path, "must be from %s to %s, not %s", low, high, strconv.FormatFloat(n, 'f', -1, 64))
	case low == "0":
		d.fail(path, "must not be negative")
	default:
		d.fail(path, "must be at least %s, not %s", low, strconv.FormatFloat(n, 'f', -1, 64))
	}
	return false
}

func parseBound(s string) float64 {
	f, _ := strconv.ParseFloat(s, 64) // tags are literals, held by a test
	return f
}
