package chat

import (
	"fmt"
	"time"
)

// ErrorType is the stable class of a failure. Source: OpenRouter's error_type
// vocabulary, plus the few a local router needs.
type ErrorType string

// The vocabulary.
const (
	ErrContextLength   ErrorType = "context_length_exceeded"
	ErrMaxTokens       ErrorType = "max_tokens_exceeded"
	ErrTokenLimit      ErrorType = "token_limit_exceeded"
	ErrStringTooLong   ErrorType = "string_too_long"
	ErrAuthentication  ErrorType = "authentication"
	ErrPayment         ErrorType = "payment_required"
	ErrPermission      ErrorType = "permission_denied"
	ErrRateLimit       ErrorType = "rate_limit_exceeded"
	ErrOverloaded      ErrorType = "provider_overloaded"
	ErrUnavailable     ErrorType = "provider_unavailable" // broken, empty or cut answers, refused connections
	ErrInvalidRequest  ErrorType = "invalid_request"
	ErrInvalidPrompt   ErrorType = "invalid_prompt"
	ErrNotFound        ErrorType = "not_found"
	ErrPrecondition    ErrorType = "precondition_failed"
	ErrPayloadTooLarge ErrorType = "payload_too_large"
	ErrUnprocessable   ErrorType = "unprocessable"
	ErrContentPolicy   ErrorType = "content_policy_violation"
	ErrRefusal         ErrorType = "refusal"
	ErrInvalidImage    ErrorType = "invalid_image"
	ErrImageTooLarge   ErrorType = "image_too_large"
	ErrImageFormat     ErrorType = "unsupported_image_format"
	ErrImageDownload   ErrorType = "image_download_failed"
	ErrImageNotFound   ErrorType = "image_not_found"
	ErrServer          ErrorType = "server"
	ErrUnmapped        ErrorType = "unmapped"
	ErrTimeout         ErrorType = "timeout"

	// Of this program itself.
	ErrCancelled   ErrorType = "cancelled"
	ErrBudget      ErrorType = "budget_exceeded"
	ErrNoEndpoints ErrorType = "no_endpoints" // the plan is empty; message says what removed each endpoint
	ErrInternal    ErrorType = "internal"
)

// CodeNetwork is the Code of a failure to reach any host at all.
const CodeNetwork = "network"

// Fault says whom an error is to blame on, which decides what may be tried next.
type Fault string

// Whose fault an error is.
const (
	FaultUpstream Fault = "upstream" // this endpoint failed: the next may work
	FaultKey      Fault = "key"      // our credentials or balance at this provider: the next provider may work
	FaultCaller   Fault = "caller"   // the request itself: no endpoint will take it
	FaultLocal    Fault = "local"    // a cap, a policy or a cancel of our own
)

// Error is a failure, classified once at the boundary. Message is the upstream's
// own reason and untrusted text; Raw its unread body, bounded to 8 KiB. Neither
// ever holds a key.
type Error struct {
	Type       ErrorType
	Fault      Fault
	Status     int // HTTP status, 0 when there was none
	Provider   string
	Message    string
	Raw        string
	Code       string        // the upstream's own code, for instance "insufficient_quota"
	Retryable  bool          // the same request may succeed later
	RetryAfter time.Duration // 0 when the upstream gave no hint
	Platform   bool          // a gateway's own limit (its 429 is not an upstream's 429)
	Previous   []PreviousError
	Cause      error // what the transport said, for errors.Is; never printed with headers
}

// PreviousError is an attempt a gateway made upstream of us before it gave up.
type PreviousError struct {
	Provider string `json:"provider,omitempty"`
	Status   int    `json:"status,omitempty"`
	Message  string `json:"message,omitempty"`
}

// Error names the provider, the class and the upstream's reason.
func (e *Error) Error() string {
	switch {
	case e.Provider != "" && e.Status != 0:
		return fmt.Sprintf("%s: %s (%d): %s", e.Provider, e.Type, e.Status, e.Message)
	case e.Provider != "":
		return fmt.Sprintf("%s: %s: %s", e.Provider, e.Type, e.Message)
	default:
		return fmt.Sprintf("%s: %s", e.Type, e.Message)
	}
}

// Unwrap gives the transport's error.
func (e *Error) Unwrap() error { return e.Cause }

// Is matches another *Error by type, so errors.Is(err, &Error{Type: ErrBudget}) works.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Type == e.Type
}
