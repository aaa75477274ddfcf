// Package anthropic speaks Anthropic's Messages, which some other vendors and
// gateways speak too.
//
// Thinking blocks, their signatures and everything else an assistant turn is made of
// are kept as they came, so that the next turn can send them back unchanged.
package anthropic

import (
	"net/http"

	"assay/engine/chat"
	"assay/engine/format"
)

// Name is the name of the format, in configuration files too.
const Name = "anthropic"

// version of the API, which every request must name.
const version = "2023-06-01"

// Codec speaks Messages. It is stateless and safe for concurrent use.
type Codec struct{}

// New returns the codec.
func New() Codec { return Codec{} }

// Name is "anthropic".
func (Codec) Name() string { return Name }

// Path follows the base URL, which ends in /v1.
func (Codec) Path() string { return "/messages" }

// Authorize sends the key in a header of its own, and the version of the API.
func (Codec) Authorize(h http.Header, key string) {
	h.Set("Anthropic-Version", version)
	if key != "" {
		h.Set("X-Api-Key", key)
	}
}

// NewStream starts decoding one streamed answer.
func (Codec) NewStream() format.Stream { return &stream{} }

// DecodeError classifies an answer whose status is not 2xx.
func (Codec) DecodeError(status int, h http.Header, body []byte) *chat.Error {
	return format.DecodeError(status, h, body)
}
