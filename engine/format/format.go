// Package format is what the wire formats have in common: a [Codec] turns a request
// into an upstream's dialect and its answer back into [chat] events. One package
// each stands below: openai (chat completions), anthropic (Messages) and responses
// (OpenAI Responses); sse is the one reader of event streams.
//
// What does not depend on the format is done here, once: errors of every dialect are
// classified and cleaned of keys ([DecodeError], [InBand]), reported costs are read
// digit for digit, finish reasons are reduced to one vocabulary.
package format

import (
	"net/http"

	"assay/engine/chat"
	"assay/engine/format/sse"
)

// Codec speaks one wire format. Codecs are stateless and safe for concurrent use.
type Codec interface {
	// Name is openai, anthropic or responses.
	Name() string
	// Path is what follows the base URL, for instance "/chat/completions".
	Path() string
	// Encode writes the body of a streaming request.
	Encode(req *chat.Request, opt Options) ([]byte, error)
	// Authorize sets the headers that carry the key; key may be "".
	Authorize(h http.Header, key string)
	// NewStream starts decoding one streamed answer.
	NewStream() Stream
	// DecodeBody decodes a whole, not streamed answer, which upstreams send when they
	// ignore "stream". emit gets the same bodies a stream would give.
	DecodeBody(body []byte, emit func(chat.Body)) (Result, error)
	// DecodeError classifies an answer whose status is not 2xx. It always returns an
	// error, whatever the body is.
	DecodeError(status int, h http.Header, body []byte) *chat.Error
}

// Options is what the endpoint adds to a request.
type Options struct {
	Model     string         // what the upstream calls the model
	Provider  string         // slug, for dialect differences of compatible servers
	MaxTokens int            // the endpoint's limit, sent only by formats that demand one; 0 unknown
	Extra     map[string]any // merged into the top level of the body, for instance OpenRouter's "provider"
}

// Stream decodes one streamed answer. It is not safe for concurrent use.
type Stream interface {
	// Event decodes one event. emit is called with Text, Thought and ToolCall bodies.
	// An error reported inside the stream comes back as *chat.Error; after an error
	// the stream is over. Unknown events are skipped; what is no JSON at all is skipped
	// and counted in Result.Skipped.
	Event(ev sse.Event, emit func(chat.Body)) error
	// Done reports whether the upstream has said that the answer is complete: nothing
	// more needs to be read.
	Done() bool
	// Close ends the answer at the end of the body. An answer the upstream did not
	// finish is a *chat.Error of type provider_unavailable; the result is filled in
	// as far as it is known either way.
	Close() (Result, error)
}

// Result is what an upstream said about its answer besides the text.
type Result struct {
	ID                 string // generation id
	Model              string // concrete model
	Provider           string // who served it, where a gateway says so
	FinishReason       string // stop, length, tool_calls, content_filter, error; "" when not told
	NativeFinishReason string
	Usage              *chat.Usage // nil when not told
	Cost               *chat.Cost  // only when the upstream reported one
	Thinking           []byte      // JSON array of the upstream's own reasoning blocks, for the next turn; nil when none
	Citations          []Citation
	Skipped            int // events that were not readable and left out: text may be missing there
}

// Citation is a source an upstream named.
type Citation struct {
	URL   string `json:"url"`
	Title string `json:"title,omitempty"`
}
