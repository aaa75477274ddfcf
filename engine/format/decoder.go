package format

import (
	"encoding/json"
	"errors"
	"io"
)

// Decoder decodes one JSON object after another. It keeps the state json.Unmarshal
// builds anew every time, which for a token's event is most of its allocations. The
// zero value is ready; a Decoder is not safe for concurrent use.
type Decoder struct {
	src  feed
	json *json.Decoder
	fed  int64
}

// Object decodes data, which must be exactly one object, into v and reports whether
// it was. A field of an unexpected type is left out and no failure; v may be filled
// in part where the report is false.
func (d *Decoder) Object(data []byte, v any) bool {
	if len(data) == 0 || data[0] != '{' {
		return false
	}
	if d.json == nil {
		d.json, d.fed = json.NewDecoder(&d.src), 0
	}
	d.src.data = data
	d.fed += int64(len(data))
	err := d.json.Decode(v)
	ok := err == nil || isWrongType(err)
	if !ok || d.json.InputOffset() != d.fed { // broken, or more than one value
		d.json = nil
		return false
	}
	return true
}

// isWrongType stands apart so that the usual case does not pay for its variable.
func isWrongType(err error) bool {
	var wrong *json.UnmarshalTypeError
	return errors.As(err, &wrong)
}

// feed hands one event after another to a decoder.
type feed struct{ data []byte }

func (f *feed) Read(p []byte) (int, error) {
	if len(f.data) == 0 {
		return 0, io.EOF
	}
	n := copy(p, f.data)
	f.data = f.data[n:]
	return n, nil
}
