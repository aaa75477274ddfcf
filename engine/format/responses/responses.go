// Package responses speaks OpenAI's Responses, statelessly: nothing is stored with
// the upstream, every request carries the whole conversation, and reasoning comes
// back encrypted so that the next turn can send it again.
package responses

import (
	"net/http"

	"assay/engine/chat"
	"assay/engine/format"
)

// Name is the name of the format, in configuration files too.
const Name = "responses"

// Codec speaks Responses. It is stateless and safe for concurrent use.
type Codec struct{}

// New returns the codec.
func New() Codec { return Codec{} }

// Name is "responses".
func (Codec) Name() string { return Name }

// Path follows the base URL.
func (Codec) Path() string { return "/responses" }

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
