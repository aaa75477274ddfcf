package format

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// Object is a JSON object being built: its fields keep the order they are first set
// in, and setting one again replaces it. The zero value is empty.
type Object struct {
	names  []string
	values []any
}

// Set sets a field.
func (o *Object) Set(name string, value any) {
	if i := slices.Index(o.names, name); i >= 0 {
		o.values[i] = value
		return
	}
	o.names = append(o.names, name)
	o.values = append(o.values, value)
}

// SetPtr sets a field to what p points at, and leaves it out when p is nil.
func SetPtr[T any](o *Object, name string, p *T) {
	if p != nil {
		o.Set(name, *p)
	}
}

// SetNonzero sets a field unless value is zero.
func SetNonzero[T comparable](o *Object, name string, value T) {
	var zero T
	if value != zero {
		o.Set(name, value)
	}
}

// Merge sets all fields of extra, in order of their names. An object merges into an
// object that is there, so that one extra field does not displace its neighbours.
func (o *Object) Merge(extra map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		value := extra[name]
		add, isMap := value.(map[string]any)
		i := slices.Index(o.names, name)
		if i >= 0 && isMap {
			if old, ok := o.values[i].(*Object); ok {
				old.Merge(add)
				continue
			}
		}
		o.Set(name, value)
	}
}

// Patch is the object raw with some fields set. The others stay digit for digit as
// they are. What is no object stays as a whole.
func Patch(raw json.RawMessage, set map[string]any) json.RawMessage {
	var old map[string]json.RawMessage
	if json.Unmarshal(raw, &old) != nil || old == nil {
		return raw
	}
	fields := make(map[string]any, len(old)+len(set))
	for name, v := range old {
		fields[name] = v
	}
	maps.Copy(fields, set)
	var o Object
	o.Merge(fields)
	out, err := o.MarshalJSON()
	if err != nil {
		return raw
	}
	return out
}

// MarshalJSON writes the object. Characters special to HTML are not escaped: the
// reader is a model, and they cost tokens where they are quoted.
func (o *Object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, name := range o.names {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := encode(&b, name); err != nil {
			return nil, err
		}
		b.WriteByte(':')
		if err := encode(&b, o.values[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func encode(b *bytes.Buffer, v any) error {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // the line end Encode adds
	return nil
}
