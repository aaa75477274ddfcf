package anthropic

import (
	"bytes"
	"encoding/json"
	"errors"
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
	usage   usage
	blocks  []*block
	calls   int
	begun   bool // message_start has come
	visible bool // text or a tool call has been emitted
	strange string
	done    bool
	err     error
}

// Done reports whether message_stop has come.
func (s *stream) Done() bool { return s.done || s.err != nil }

// Event decodes one event. Events that are not JSON objects are skipped and counted.
func (s *stream) Event(ev sse.Event, emit func(chat.Body)) error {
	if s.err != nil || s.done {
		return s.err
	}
	data := bytes.TrimSpace(ev.Data)
	if string(data) == "[DONE]" { // of other vendors' servers
		s.done = true
		return nil
	}
	if ev.Name == "ping" {
		return nil
	}
	if !s.parse(data) {
		s.out.Skipped++
		if s.strange == "" {
			s.strange = format.Strange(data)
		}
		return nil
	}
	if format.IsError(s.event.Error) {
		return s.fail(format.InBand(s.event.Error))
	}
	return s.take(emit)
}

func (s *stream) parse(data []byte) bool {
	s.event.reset()
	return s.json.Object(data, &s.event)
}

func (s *stream) fail(err *chat.Error) error {
	s.err = err
	return err
}

func (s *stream) take(emit func(chat.Body)) error {
	e := &s.event
	switch string(format.Word(e.Type)) {
	case "message_start":
		return s.start(emit)
	case "content_block_start":
		s.open(e.Index, e.Block, emit)
	case "content_block_delta":
		if b := s.find(e.Index); b != nil {
			s.delta(b, &e.Delta, emit)
		}
	case "content_block_stop":
		if b := s.find(e.Index); b != nil {
			s.close(b, emit)
		}
	case "message_delta":
		s.stop(format.Text(e.Delta.Stop))
		s.usage.replace(e.Usage)
	case "message_stop":
		s.done = true
	case "error":
		return s.fail(format.Cut("the upstream reported an error without a reason"))
	}
	return nil
}

// start takes the head of the answer. The same head may come twice. Another one in
// the middle is a second answer that some proxy pasted onto a broken first: what has
// been shown cannot be joined to it.
func (s *stream) start(emit func(chat.Body)) error {
	var m message
	_ = json.Unmarshal(s.event.Message, &m) // a field that does not fit is left out
	if s.begun && m.ID != s.out.ID {
		if s.visible {
			return s.fail(format.Cut("a second answer began in the middle of the first"))
		}
		s.blocks = nil
	}
	again := s.begun && m.ID == s.out.ID
	s.begun = true
	s.head(&m)
	if !again {
		s.content(&m, emit)
	}
	return nil
}

// content takes blocks that come whole.
func (s *stream) content(m *message, emit func(chat.Body)) {
	for i, raw := range m.Content {
		s.close(s.open(i, raw, emit), emit)
	}
}

func (s *stream) head(m *message) {
	s.out.ID, s.out.Model, s.out.Provider = m.ID, m.Model, m.Provider
	s.usage.replace(m.Usage)
	s.stop(m.Stop)
}

func (s *stream) stop(native string) {
	if native != "" {
		s.out.FinishReason = format.FinishReason(native)
		s.out.NativeFinishReason = native
	}
}

// find is the block of an index, the newest where indices repeat.
func (s *stream) find(index int) *block {
	for i := len(s.blocks) - 1; i >= 0; i-- {
		if s.blocks[i].index == index {
			return s.blocks[i]
		}
	}
	return nil
}

// maxBlocks bounds the content blocks of one answer.
const maxBlocks = 4096

func (s *stream) open(index int, raw json.RawMessage, emit func(chat.Body)) *block {
	b := &block{index: index, raw: bytes.Clone(raw)}
	_ = json.Unmarshal(raw, &b.head) // a field that does not fit is left out
	if len(s.blocks) < maxBlocks {
		s.blocks = append(s.blocks, b)
	}
	switch b.head.Type {
	case "text":
		s.text(b, b.head.Text, emit)
	case "thinking":
		s.thought(b, b.head.Thinking, emit)
		b.sign = b.head.Signature
	case "tool_use":
		b.call = s.calls
		s.calls++
		s.visible = true
		emit(chat.ToolCall{Index: b.call, ID: b.head.ID, Name: b.head.Name})
	}
	for _, c := range b.head.Citations {
		s.out.Citations = format.Cite(s.out.Citations, format.Citation{URL: c.URL, Title: c.Title})
	}
	return b
}

func (s *stream) delta(b *block, d *delta, emit func(chat.Body)) {
	s.text(b, format.Text(d.Text), emit)
	s.thought(b, format.Text(d.Thinking), emit)
	if sign := format.Text(d.Signature); sign != "" {
		b.sign = sign
	}
	if part := format.Text(d.Partial); part != "" {
		b.grow(part)
		if b.head.Type == "tool_use" {
			emit(chat.ToolCall{Index: b.call, Arguments: part})
		}
	}
	if b.head.Type == "compaction" {
		b.grow(format.Text(d.Content))
	}
	if !format.IsNull(d.Citation) {
		b.cites = append(b.cites, bytes.Clone(d.Citation))
		var c citation
		_ = json.Unmarshal(d.Citation, &c) // one without an address is none
		s.out.Citations = format.Cite(s.out.Citations, format.Citation{URL: c.URL, Title: c.Title})
	}
}

func (s *stream) text(b *block, text string, emit func(chat.Body)) {
	if text == "" {
		return
	}
	b.grow(text)
	s.visible = true
	emit(chat.Text{Text: text})
}

func (s *stream) thought(b *block, text string, emit func(chat.Body)) {
	if text == "" {
		return
	}
	b.grow(text)
	emit(chat.Thought{Text: text})
}

// close ends a block. A tool call whose arguments came with its head, or that has
// none, gets them now.
func (s *stream) close(b *block, emit func(chat.Body)) {
	if b.head.Type != "tool_use" || b.body.Len() > 0 {
		return
	}
	args := "{}"
	if len(b.head.Input) > 2 {
		args = strings.ToValidUTF8(string(b.head.Input), "\uFFFD")
	}
	b.grow(args)
	emit(chat.ToolCall{Index: b.call, Arguments: args})
}

// Close ends the answer. It is complete when a stop reason or message_stop has come.
func (s *stream) Close() (format.Result, error) {
	s.out.Usage, s.out.Cost = format.Counted(s.usage.counts()), s.usage.Cost()
	s.out.Thinking = replayable(s.blocks)
	switch {
	case s.err != nil:
	case s.out.FinishReason == format.FinishError:
		s.err = format.Broke(s.out.NativeFinishReason)
	case s.out.FinishReason == "" && !s.done:
		s.err = format.Unfinished(s.strange)
	}
	return s.out, s.err
}

// DecodeBody decodes a whole answer. A body that holds an error is that error.
func (Codec) DecodeBody(body []byte, emit func(chat.Body)) (format.Result, error) {
	var m message
	err := json.Unmarshal(body, &m)
	var wrongType *json.UnmarshalTypeError
	if err != nil && !errors.As(err, &wrongType) {
		return format.Result{}, format.NotAnAnswer(body)
	}
	if format.IsError(m.Error) {
		return format.Result{}, format.InBand(m.Error)
	}
	if m.Type != "message" && m.Content == nil {
		return format.Result{}, format.NotAnAnswer(body)
	}
	s := &stream{done: true}
	s.head(&m)
	s.content(&m, emit)
	return s.Close()
}
