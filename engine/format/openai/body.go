package openai

import (
	"bytes"

	"assay/engine/chat"
	"assay/engine/format"
)

// DecodeBody decodes a whole answer, which upstreams send when they ignore "stream",
// with or without whitespace before it. A body that holds an error is that error.
func (Codec) DecodeBody(body []byte, emit func(chat.Body)) (format.Result, error) {
	s := &stream{done: true}
	body = bytes.TrimSpace(body)
	if !s.parse(body) {
		return format.Result{}, format.NotAnAnswer(body)
	}
	if err := s.take(body, true, emit); err != nil {
		res, _ := s.Close()
		return res, err
	}
	if len(s.chunk.Choices) == 0 {
		return format.Result{}, format.NotAnAnswer(body)
	}
	return s.Close()
}
