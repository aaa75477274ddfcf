package openai

import (
	"bytes"
	"encoding/json"

	"assay/engine/chat"
	"assay/engine/format"
	"assay/engine/format/sse"
)

// stream decodes one answer.
type stream struct {
	json  format.Decoder
	chunk chunk
	out   format.Result
	tools toolCalls
	think thinking

	usage     []byte // the newest "usage", as it came
	groqUsage []byte // the same in "x_groq", which only counts without the other
	idRaw     []byte // raw id, model and provider last seen: they repeat in every chunk
	modelRaw  []byte
	provRaw   []byte

	content bool   // something visible has been emitted
	refused bool   // some of it was a refusal
	strange string // the first event that was no JSON object
	done    bool
	err     error
}

// Done reports whether "[DONE]" has come. A finish reason is not the end: usage and
// errors may follow it.
func (s *stream) Done() bool { return s.done || s.err != nil }

// Event decodes one event. Events that are not JSON objects are skipped and counted:
// proxies inject them, and whether the answer is whole shows at its end.
func (s *stream) Event(ev sse.Event, emit func(chat.Body)) error {
	if s.err != nil || s.done {
		return s.err
	}
	data := bytes.TrimSpace(ev.Data)
	if string(data) == "[DONE]" {
		s.done = true
		return nil
	}
	if ev.Name == "error" {
		return s.fail(data)
	}
	if !s.parse(data) {
		s.skip(data)
		return nil
	}
	return s.take(data, false, emit)
}

// parse fills the chunk. A field of an unexpected type is left out, the rest counts.
func (s *stream) parse(data []byte) bool {
	s.chunk.reset()
	return s.json.Object(data, &s.chunk)
}

func (s *stream) skip(data []byte) {
	s.out.Skipped++
	if s.strange == "" {
		s.strange = format.Strange(data)
	}
}

// take reads the chunk. whole says that it is a complete answer.
func (s *stream) take(data []byte, whole bool, emit func(chat.Body)) error {
	c := &s.chunk
	s.identify()
	if !format.IsNull(c.Usage) {
		s.usage = append(s.usage[:0], c.Usage...)
	}
	if !format.IsNull(c.XGroq.Usage) {
		s.groqUsage = append(s.groqUsage[:0], c.XGroq.Usage...)
	}
	s.cite()
	for i := range c.Choices {
		if c.Choices[i].Index == 0 { // others were not asked for
			s.choice(&c.Choices[i], whole, emit)
		}
	}
	return s.failed(data)
}

// failed looks for an error in the chunk, wherever dialects put it.
func (s *stream) failed(data []byte) error {
	c := &s.chunk
	if format.IsError(c.Error) {
		return s.fail(c.Error)
	}
	if format.IsError(c.XGroq.Error) {
		return s.fail(c.XGroq.Error)
	}
	for i := range c.Choices {
		if format.IsError(c.Choices[i].Error) {
			return s.fail(c.Choices[i].Error)
		}
	}
	if len(c.Choices) == 0 && (format.Text(c.Object) == "error" || format.Text(c.Message) != "") {
		return s.fail(data)
	}
	return nil
}

func (s *stream) fail(raw []byte) error {
	s.err = format.InBand(raw)
	return s.err
}

// identify notes who answers. Empty values, as in Azure's first chunk, do not count.
func (s *stream) identify() {
	note := func(raw json.RawMessage, seen *[]byte, to *string) {
		if len(raw) > len(`""`) && !bytes.Equal(raw, *seen) && raw[0] == '"' {
			*seen = append((*seen)[:0], raw...)
			*to = format.Text(raw)
		}
	}
	note(s.chunk.ID, &s.idRaw, &s.out.ID)
	note(s.chunk.Model, &s.modelRaw, &s.out.Model)
	note(s.chunk.Provider, &s.provRaw, &s.out.Provider)
}

func (s *stream) cite() {
	for _, r := range s.chunk.Results {
		s.out.Citations = format.Cite(s.out.Citations, format.Citation{URL: r.URL, Title: r.Title})
	}
	for _, raw := range s.chunk.Citations {
		s.out.Citations = format.Cite(s.out.Citations, format.Citation{URL: format.Text(raw)})
	}
}

func (s *stream) choice(c *choice, whole bool, emit func(chat.Body)) {
	m := &c.Delta
	// Servers that do not really stream send one event with the whole message;
	// Perplexity repeats it beside every delta.
	if whole || !s.content && m.empty() && !c.Message.empty() {
		m = &c.Message
	}
	s.message(m, emit)
	if native := format.Text(c.Finish); native != "" {
		s.out.FinishReason = format.FinishReason(native)
		s.out.NativeFinishReason = native
	}
	if native := format.Text(c.Native); native != "" {
		s.out.NativeFinishReason = native
	}
}

func (m *message) empty() bool {
	return blank(m.Content) && blank(m.Refusal) && blank(m.Reasoning) && blank(m.ReasoningContent) &&
		len(m.ToolCalls) == 0 && len(m.Details) == 0
}

// blank reports null, "" and [].
func blank(raw json.RawMessage) bool { return len(raw) <= 2 || raw[0] == 'n' }

func (s *stream) message(m *message, emit func(chat.Body)) {
	s.think.message(m, emit)
	s.text(m.Content, emit)
	if refusal := format.Text(m.Refusal); refusal != "" {
		s.refused = true
		s.visible(refusal, emit)
	}
	for i := range m.ToolCalls {
		s.content = s.tools.add(&m.ToolCalls[i], emit) || s.content
		s.think.extra(&m.ToolCalls[i], &s.tools)
	}
	for _, a := range m.Annotations {
		s.out.Citations = format.Cite(s.out.Citations, format.Citation{URL: a.Citation.URL, Title: a.Citation.Title})
	}
	if p := m.Metadata.Gateway.Routing.FinalProvider; p != "" {
		s.out.Provider = p
	}
}

// text emits content that is a text or Mistral's list of parts.
func (s *stream) text(raw json.RawMessage, emit func(chat.Body)) {
	if len(raw) == 0 {
		return
	}
	switch raw[0] {
	case '"':
		s.visible(format.Text(raw), emit)
	case '[':
		var parts []part
		_ = json.Unmarshal(raw, &parts) // what does not fit is left out
		for _, p := range parts {
			if p.Type == "thinking" {
				for _, t := range p.Thinking {
					s.think.thought(t.Text, fieldParts, emit)
				}
				continue
			}
			s.visible(p.Text, emit)
		}
	}
}

func (s *stream) visible(text string, emit func(chat.Body)) {
	if text != "" {
		s.content = true
		emit(chat.Text{Text: text})
	}
}

// Close ends the answer. It is complete when the upstream named a finish reason or
// sent "[DONE]": there are dialects without the one and others without the other.
func (s *stream) Close() (format.Result, error) {
	s.out.Usage, s.out.Cost = readUsage(s.usage, s.groqUsage, s.provRaw != nil)
	s.out.Thinking = s.think.blocks(s.tools.count() > 0)
	if s.out.FinishReason == format.FinishStop {
		switch {
		case s.refused:
			s.out.FinishReason = format.FinishContentFilter
		case s.tools.count() > 0: // Google and some local servers call this a stop
			s.out.FinishReason = format.FinishToolCalls
		}
	}
	switch {
	case s.err != nil:
	case s.out.FinishReason == format.FinishError:
		s.err = format.Broke(s.out.NativeFinishReason)
	case s.out.FinishReason == "" && !s.done:
		s.err = format.Unfinished(s.strange)
	}
	return s.out, s.err
}
