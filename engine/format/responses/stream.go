package responses

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"assay/engine/chat"
	"assay/engine/format"
	"assay/engine/format/sse"
)

// stream decodes one answer.
type stream struct {
	json    format.Decoder
	event   event
	out     format.Result
	items   []*output
	calls   int
	refused bool
	usage   *usage
	search  format.Count
	strange string
	done    bool
	err     error
}

// output is an item that has begun.
type output struct {
	index int
	kind  string
	raw   json.RawMessage // complete, nil until then
	call  int             // number of the tool call
	said  strings.Builder // text, reasoning or arguments as emitted
}

// Done reports whether the upstream has said that the answer is over.
func (s *stream) Done() bool { return s.done || s.err != nil }

// Event decodes one event. Events that are not JSON objects are skipped and counted.
func (s *stream) Event(ev sse.Event, emit func(chat.Body)) error {
	if s.err != nil || s.done || !matters(ev.Name) {
		return s.err
	}
	data := bytes.TrimSpace(ev.Data)
	if string(data) == "[DONE]" {
		s.done = true
		return nil
	}
	if !s.parse(data) {
		s.out.Skipped++
		if s.strange == "" {
			s.strange = format.Strange(data)
		}
		return nil
	}
	return s.take(data, emit)
}

func (s *stream) parse(data []byte) bool {
	s.event.reset()
	return s.json.Object(data, &s.event)
}

func (s *stream) take(data []byte, emit func(chat.Body)) error {
	e := &s.event
	switch string(format.Word(e.Type)) {
	case "response.output_text.delta":
		s.text(s.item(e.Index, "message"), format.Text(e.Delta), emit)
	case "response.refusal.delta":
		s.refused = true
		s.text(s.item(e.Index, "message"), format.Text(e.Delta), emit)
	case "response.reasoning_summary_text.delta", "response.reasoning_text.delta":
		s.thought(s.item(e.Index, "reasoning"), format.Text(e.Delta), emit)
	case "response.reasoning_summary_part.added":
		if it := s.item(e.Index, "reasoning"); e.Summary > 0 && it.said.Len() > 0 {
			s.thought(it, "\n\n", emit) // parts are paragraphs
		}
	case "response.function_call_arguments.delta":
		s.arguments(s.find(e.Index), format.Text(e.Delta), emit)
	case "response.function_call_arguments.done":
		if it := s.find(e.Index); it != nil {
			s.arguments(it, it.missing(format.Text(e.Arguments)), emit)
		}
	case "response.output_text.annotation.added":
		var a annotation
		_ = json.Unmarshal(e.Annotation, &a) // one without an address is none
		s.cite(a)
	case "response.output_item.added":
		s.added(e, emit)
	case "response.output_item.done":
		s.complete(e.Index, e.Item, emit)
	case "response.created":
		s.head(read(e.Response))
	case "response.completed", "response.incomplete", "response.failed", "response.cancelled":
		return s.end(read(e.Response), emit)
	case "error", "": // an error may stand without a type
		return s.failed(data)
	}
	return nil
}

// failed takes an error event: {"type":"error","error":{…}} or with the fields at its top.
func (s *stream) failed(data []byte) error {
	e := &s.event
	switch {
	case format.IsError(e.Error):
		s.err = format.InBand(e.Error)
	case len(e.Type) > 0:
		s.err = format.InBand(data)
	}
	return s.err
}

func read(raw json.RawMessage) *response {
	var r response
	_ = json.Unmarshal(raw, &r) // a field that does not fit is left out
	return &r
}

// end takes the event that says how the answer ended.
func (s *stream) end(r *response, emit func(chat.Body)) error {
	s.head(r)
	s.done = true
	if len(s.items) == 0 { // a server that streams nothing but the end
		s.output(r, emit)
	}
	return s.finish(r)
}

func (s *stream) head(r *response) {
	if r.ID != "" {
		s.out.ID = r.ID
	}
	if r.Model != "" {
		s.out.Model = r.Model
	}
	if r.Provider != "" {
		s.out.Provider = r.Provider
	}
	if r.Usage != nil {
		s.usage = r.Usage
	}
	s.search = max(s.search, r.ToolUsage.WebSearch.Requests)
}

func (s *stream) output(r *response, emit func(chat.Body)) {
	for i, raw := range r.Output {
		s.complete(i, raw, emit)
	}
}

// finish reads how the answer ended.
func (s *stream) finish(r *response) error {
	s.out.NativeFinishReason = r.Status
	switch r.Status {
	case "failed", "cancelled":
		s.err = format.Broke(r.Status)
		if format.IsError(r.Error) {
			s.err = format.InBand(r.Error)
		}
		return s.err
	case "queued", "in_progress":
		s.err = format.Cut("the upstream has not finished the answer (" + r.Status + ")")
		return s.err
	case "incomplete":
		s.out.FinishReason = format.FinishLength
		if r.Incomplete != nil && r.Incomplete.Reason != "" {
			s.out.NativeFinishReason = r.Incomplete.Reason
			s.out.FinishReason = format.FinishReason(r.Incomplete.Reason)
		}
		return nil
	}
	switch {
	case s.refused:
		s.out.FinishReason = format.FinishContentFilter
	case s.calls > 0:
		s.out.FinishReason = format.FinishToolCalls
	default:
		s.out.FinishReason = format.FinishStop
	}
	return nil
}

func (s *stream) find(index int) *output {
	for i := len(s.items) - 1; i >= 0; i-- {
		if s.items[i].index == index {
			return s.items[i]
		}
	}
	return nil
}

// maxItems bounds the items of one answer.
const maxItems = 4096

// item is the item of an index, which begins now where its beginning was not told.
func (s *stream) item(index int, kind string) *output {
	if it := s.find(index); it != nil {
		return it
	}
	return s.open(index, kind)
}

func (s *stream) open(index int, kind string) *output {
	it := &output{index: index, kind: kind}
	if len(s.items) < maxItems {
		s.items = append(s.items, it)
	}
	return it
}

func (s *stream) added(e *event, emit func(chat.Body)) {
	var i item
	_ = json.Unmarshal(e.Item, &i) // a field that does not fit is left out
	s.begin(e.Index, &i, emit)
}

// begin is the item i is about. An index that is used again, or left out, means a new
// item as soon as the old one is complete.
func (s *stream) begin(index int, i *item, emit func(chat.Body)) *output {
	if it := s.find(index); it != nil && it.raw == nil && it.kind == i.Type {
		return it
	}
	it := s.open(index, i.Type)
	if i.Type == "function_call" {
		it.call = s.calls
		s.calls++
		emit(chat.ToolCall{Index: it.call, ID: i.CallID, Name: i.Name})
	}
	return it
}

// complete takes a whole item.
func (s *stream) complete(index int, raw json.RawMessage, emit func(chat.Body)) {
	var i item
	_ = json.Unmarshal(raw, &i) // a field that does not fit is left out
	it := s.begin(index, &i, emit)
	it.raw = bytes.Clone(raw)
	for _, c := range i.Content {
		for _, a := range c.Annotations {
			s.cite(a)
		}
	}
	switch i.Type {
	case "function_call":
		s.arguments(it, it.missing(format.Text(i.Arguments)), emit)
	case "message":
		var whole string
		for _, c := range i.Content {
			s.refused = s.refused || c.Refusal != ""
			whole += c.Text + c.Refusal
		}
		s.text(it, it.missing(whole), emit)
	case "reasoning":
		var parts []string
		for _, c := range slices.Concat(i.Summary, i.Content) {
			parts = append(parts, c.Text)
		}
		if it.said.Len() == 0 { // summary and content may both be there, one was streamed
			s.thought(it, strings.Join(parts, "\n\n"), emit)
		}
	}
}

// missing is what a complete item says beyond what has been streamed of it: some
// servers stream only its beginning, or nothing. An item that says something else
// than its stream is left as streamed.
func (it *output) missing(whole string) string {
	rest, ok := strings.CutPrefix(whole, it.said.String())
	if !ok {
		return ""
	}
	return rest
}

func (s *stream) text(it *output, text string, emit func(chat.Body)) {
	if text != "" {
		it.said.WriteString(text)
		emit(chat.Text{Text: text})
	}
}

func (s *stream) thought(it *output, text string, emit func(chat.Body)) {
	if text != "" {
		it.said.WriteString(text)
		emit(chat.Thought{Text: text})
	}
}

func (s *stream) arguments(it *output, text string, emit func(chat.Body)) {
	if it != nil && it.kind == "function_call" && text != "" {
		it.said.WriteString(text)
		emit(chat.ToolCall{Index: it.call, Arguments: text})
	}
}

func (s *stream) cite(a annotation) {
	s.out.Citations = format.Cite(s.out.Citations, format.Citation{URL: a.URL, Title: a.Title})
}

// Close ends the answer. It is complete when an event has said so.
func (s *stream) Close() (format.Result, error) {
	if s.usage != nil {
		s.out.Usage, s.out.Cost = format.Counted(s.usage.counts(s.search)), s.usage.Cost()
	}
	s.out.Thinking = replayable(s.items)
	if s.err == nil && !s.done {
		s.err = format.Unfinished(s.strange)
	}
	return s.out, s.err
}

// DecodeBody decodes a whole answer. A body that holds an error is that error.
func (Codec) DecodeBody(body []byte, emit func(chat.Body)) (format.Result, error) {
	var r response
	err := json.Unmarshal(body, &r)
	var wrongType *json.UnmarshalTypeError
	if err != nil && !errors.As(err, &wrongType) || r.Status == "" && len(r.Output) == 0 && !format.IsError(r.Error) {
		return format.Result{}, format.NotAnAnswer(body)
	}
	s := &stream{done: true}
	s.head(&r)
	s.output(&r, emit)
	if format.IsError(r.Error) {
		s.err = format.InBand(r.Error)
	} else {
		_ = s.finish(&r) // Close returns it again
	}
	return s.Close()
}
