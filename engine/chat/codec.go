package chat

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// MaxLine bounds one line of a run file: longer ones are refused, not read.
const MaxLine = 32 << 20

// Append appends the event as one JSON object without line end. Text that is not
// UTF-8 is replaced by U+FFFD: the engine only emits whole characters.
func (e Event) Append(dst []byte) ([]byte, error) {
	if o, ok := e.Body.(*Other); ok {
		return append(dst, o.Raw...), nil
	}
	body, err := marshal(e.Body)
	if err != nil {
		return dst, fmt.Errorf("encode %s event: %w", TypeOf(e.Body), err)
	}
	dst = append(dst, `{"type":"`...)
	dst = append(dst, TypeOf(e.Body)...)
	dst = append(dst, `","t_ms":`...)
	dst = strconv.AppendInt(dst, e.TMs, 10)
	if e.Lane != NoLane {
		dst = append(dst, `,"lane":`...)
		dst = strconv.AppendInt(dst, int64(e.Lane), 10)
	}
	if len(body) > 2 { // more than {}
		dst = append(dst, ',')
	}
	return append(dst, body[1:]...), nil
}

// marshal is json.Marshal without HTML escaping: the reader is jq, not a browser.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// MarshalJSON writes the event as Append does.
func (e Event) MarshalJSON() ([]byte, error) { return e.Append(nil) }

// UnmarshalJSON reads one event. An unknown type becomes *Other; unknown fields are
// ignored; a lane that does not belong is an error.
func (e *Event) UnmarshalJSON(b []byte) error {
	var head struct {
		Type string `json:"type"`
		TMs  int64  `json:"t_ms"`
		Lane *int   `json:"lane"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return err
	}
	if head.Type == "" {
		return errors.New(`event without "type"`)
	}
	body, err := decodeBody(head.Type, b)
	if err != nil {
		return fmt.Errorf("%s event: %w", head.Type, err)
	}
	*e = Event{TMs: head.TMs, Lane: NoLane, Body: body}
	if head.Lane != nil {
		if *head.Lane < 0 || *head.Lane >= MaxLanes {
			return fmt.Errorf("%s event: lane %d is not between 0 and %d", head.Type, *head.Lane, MaxLanes-1)
		}
		e.Lane = *head.Lane
	}
	return nil
}

func decodeBody(typ string, b []byte) (Body, error) {
	switch typ {
	case "text":
		return decodeValue[Text](b)
	case "reasoning":
		return decodeValue[Thought](b)
	case "tool_call":
		return decodeValue[ToolCall](b)
	case "run":
		return decodePointer[Run](b)
	case "route":
		return decodePointer[Route](b)
	case "attempt":
		return decodePointer[Attempt](b)
	case "finish":
		return decodePointer[Finish](b)
	case "error":
		return decodePointer[Failure](b)
	case "analysis":
		return decodePointer[Analysis](b)
	case "summary":
		return decodePointer[Summary](b)
	}
	return &Other{Type: typ, Raw: bytes.Clone(b)}, nil
}

func decodeValue[T Body](b []byte) (Body, error) {
	var v T
	err := json.Unmarshal(b, &v)
	return v, err
}

func decodePointer[T any, P interface {
	*T
	Body
}](b []byte) (Body, error) {
	v := P(new(T))
	err := json.Unmarshal(b, v)
	return v, err
}

// costJSON is Cost on the wire: the amount is null when nobody knows it.
type costJSON struct {
	USD    *json.RawMessage `json:"usd"`
	Source CostSource       `json:"source"`
}

// MarshalJSON writes {"usd":"0.0042","source":"provider"}; usd is null when unknown.
func (c Cost) MarshalJSON() ([]byte, error) {
	out := costJSON{Source: c.Source}
	if c.Source == "" {
		out.Source = CostUnknown
	}
	if c.Known() {
		raw := json.RawMessage(append(c.USD.Append([]byte{'"'}), '"'))
		out.USD = &raw
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (c *Cost) UnmarshalJSON(b []byte) error {
	var in costJSON
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	*c = Cost{Source: in.Source}
	if in.USD == nil {
		return nil
	}
	return c.USD.UnmarshalJSON(*in.USD)
}

// Writer writes events as JSON lines.
type Writer struct {
	w   io.Writer
	buf []byte
}

// NewWriter writes to w, one Write per event.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Write writes one event and its line end.
func (w *Writer) Write(e Event) error {
	line, err := e.Append(w.buf[:0])
	if err != nil {
		return err
	}
	w.buf = append(line, '\n')
	_, err = w.w.Write(w.buf)
	return err
}

// Reader reads events from JSON lines.
type Reader struct {
	sc   *bufio.Scanner
	line int
}

// NewReader reads from r.
func NewReader(r io.Reader) *Reader {
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 0, 64<<10), MaxLine)
	return &Reader{sc: sc}
}

// Next returns the next event, io.EOF after the last. Blank lines are skipped; an
// error names the line.
func (r *Reader) Next() (Event, error) {
	for r.sc.Scan() {
		r.line++
		line := bytes.TrimSpace(r.sc.Bytes())
		if len(line) == 0 {
			continue
		}
		var e Event
		if err := json.Unmarshal(line, &e); err != nil {
			return Event{}, fmt.Errorf("line %d: %w", r.line, err)
		}
		return e, nil
	}
	if err := r.sc.Err(); err != nil {
		return Event{}, fmt.Errorf("line %d: %w", r.line+1, err)
	}
	return Event{}, io.EOF
}
