// Package openai speaks chat completions: OpenAI's own format and the many dialects
// of it that other vendors, gateways and local servers speak.
//
// Requests are written in the dialect of opt.Provider as far as it differs from
// OpenAI's. Answers are read without knowing who sent them: reasoning may come in
// four different fields, tool calls with or without an index, usage once, several
// times or never, errors at the top, in a choice or as an event of their own, and
// both the finish reason and "[DONE]" may be missing, though not both at once.
package openai

import (
	"net/http"

	"assay/engine/chat"
	"assay/engine/format"
)

// Name is the name of the format, in configuration files too.
const Name = "openai"

// Codec speaks chat completions. It is stateless and safe for concurrent use.
type Codec struct{}

// New returns the codec.
func New() Codec { return Codec{} }

// Name is "openai".
func (Codec) Name() string { return Name }

// Path follows the base URL.
func (Codec) Path() string { return "/chat/completions" }

// Authorize sends the key as a bearer token.
func (Codec) Authorize(h http.Header, key string) {
	if key != "" {
		h.Set("Authorization", "Bearer "+key)
	}
}

// NewStream starts decoding one streamed answer.
func (Codec) NewStream() format.Stream { return &stream{} }

// DecodeError classifies an answer whose status is not 2xx.
func (Codec) DecodeError(status int, h http.Header, body []byte) *chat.Error {
	return format.DecodeError(status, h, body)
}
