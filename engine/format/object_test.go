package format_test

import (
	"encoding/json"
	"testing"

	"assay/engine/format"
)

func TestObject(t *testing.T) {
	var o, inner format.Object
	o.Set("b", 1)
	o.Set("a", "<&>")
	inner.Set("x", 1)
	inner.Set("y", 2)
	o.Set("in", &inner)
	format.SetPtr[int](&o, "absent", nil)
	zero := 0.0
	format.SetPtr(&o, "zero", &zero)
	format.SetNonzero(&o, "none", "")
	format.SetNonzero(&o, "some", 3)
	o.Merge(map[string]any{"z": []int{1}, "b": 2, "in": map[string]any{"y": 3, "w": 4}, "a2": nil})
	got, err := json.Marshal(&o)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := o.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"b":2,"a":"<&>","in":{"x":1,"y":3,"w":4},"zero":0,"some":3,"a2":null,"z":[1]}`
	if string(plain) != want {
		t.Errorf("got  %s\nwant %s", plain, want)
	}
	if !json.Valid(got) {
		t.Errorf("inside other JSON: %s", got)
	}
}

func TestObjectRefusesBrokenJSON(t *testing.T) {
	var o format.Object
	o.Set("schema", json.RawMessage(`{"type":`))
	if b, err := o.MarshalJSON(); err == nil {
		t.Errorf("got %s, want an error", b)
	}
}

func TestPatch(t *testing.T) {
	raw := json.RawMessage(`{"type":"x","n":12345678901234567890,"text":"a","f":1.10}`)
	got := format.Patch(raw, map[string]any{"text": "b<"})
	if want := `{"f":1.10,"n":12345678901234567890,"text":"b<","type":"x"}`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, odd := range []string{`[1]`, `null`, `{`} {
		if got := format.Patch(json.RawMessage(odd), map[string]any{"a": 1}); string(got) != odd {
			t.Errorf("Patch(%s) = %s", odd, got)
		}
	}
}
