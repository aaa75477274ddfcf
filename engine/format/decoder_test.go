package format_test

import (
	"strings"
	"testing"

	"assay/engine/format"
)

func TestDecoder(t *testing.T) {
	long := `{"a":"` + strings.Repeat("x", 100_000) + `"}`
	var d format.Decoder
	steps := []struct {
		in   string
		ok   bool
		want string
	}{
		{`{"a":"1"}`, true, "1"},
		{`{"a":"2","b":{"c":[1,2]}}`, true, "2"},
		{`{"a":3,"b":"x"}`, true, ""}, // a number is no text: left out
		{`{"a":"4"`, false, ""},
		{`{"a":"5"}`, true, "5"}, // the broken one before does no harm
		{`{"a":"6"} {"a":"7"}`, false, ""},
		{`{"a":"8"}`, true, "8"},
		{`{"a":"9"}}`, false, ""},
		{`{"a" "b"}`, false, ""},
		{`[1]`, false, ""}, {`null`, false, ""}, {`"x"`, false, ""}, {``, false, ""},
		{long, true, strings.Repeat("x", 100_000)},
		{`{"a":"end"}`, true, "end"},
	}
	for _, s := range steps {
		var v struct {
			A string `json:"a"`
		}
		ok := d.Object([]byte(s.in), &v)
		if ok != s.ok || ok && v.A != s.want {
			t.Errorf("%.40s: %v %.20q, want %v %.20q", s.in, ok, v.A, s.ok, s.want)
		}
	}
}

func TestDecoderDoesNotAllocate(t *testing.T) {
	var d format.Decoder
	var v struct {
		N int `json:"n"`
	}
	in := []byte(`{"id":"x","choices":[{"delta":{"content":"a"}}],"n":1}`)
	if n := testing.AllocsPerRun(100, func() { d.Object(in, &v) }); n > 0 {
		t.Errorf("%v allocations per object", n)
	}
}
