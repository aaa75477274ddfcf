package engine

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"

	"assay/engine/chat"
	"assay/engine/format/sse"
	"assay/internal/secret"
)

// fault turns whatever ended the attempt into a *chat.Error. A context that ended
// explains every other error.
func (a *attempt) fault(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		a.end.left = true
		if cause := stopCause(ctx); !errors.Is(cause, errLost) {
			return a.blame(classify(cause))
		}
		a.end.lost = true
		return classify(errLost)
	}
	var ce *chat.Error
	if errors.As(err, &ce) {
		return a.blame(ce)
	}
	return a.blame(&chat.Error{
		Type: chat.ErrUnavailable, Fault: chat.FaultUpstream, Retryable: true,
		Message: transportReason(err, a.end.content), Code: networkCode(err), Cause: err,
	})
}

// blame names the provider in an error and takes our key out of its words.
func (a *attempt) blame(ce *chat.Error) *chat.Error {
	out := *ce
	if out.Fault != chat.FaultLocal && out.Provider == "" {
		out.Provider = a.prov.Name
	}
	out.Message = secret.Scrub(out.Message, a.prov.Key)
	out.Raw = secret.Scrub(out.Raw, a.prov.Key)
	return &out
}

// networkCode marks failures that are most likely this machine's: they say nothing
// about the upstream and must not count against it.
func networkCode(err error) string {
	var dns *net.DNSError
	if errors.As(err, &dns) || errors.Is(err, syscall.ENETUNREACH) || errors.Is(err, syscall.EHOSTUNREACH) {
		return chat.CodeNetwork
	}
	return ""
}

// transportReason words a transport error without addresses or headers.
func transportReason(err error, content bool) string {
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.As(err, &dns):
		return "host not found: " + dns.Name
	case errors.As(err, &cert):
		return "TLS: " + cert.Unwrap().Error()
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		if content {
			return "the connection was cut in the middle of the answer"
		}
		return "the connection was cut before the answer"
	case errors.Is(err, sse.ErrTooLong):
		return "sent a line that is too long"
	}
	return fmt.Sprintf("network: %v", redact(err))
}

// redact drops the URL that http.Client puts before the reason.
func redact(err error) error {
	var op interface{ Unwrap() error }
	if errors.As(err, &op) {
		if inner := op.Unwrap(); inner != nil {
			return inner
		}
	}
	return err
}
