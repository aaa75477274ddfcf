package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"assay/engine/chat"
	"assay/internal/config"
	"assay/ui/markdown"
)

// Code is what the process ends with.
type Code int

// The exit codes scripts may rely on.
const (
	OK          Code = 0
	Internal    Code = 1
	Usage       Code = 2 // wrong flags, arguments, configuration or input
	Auth        Code = 3
	AllFailed   Code = 4 // every lane
	SomeFailed  Code = 5
	Refused     Code = 6 // by a budget or a policy
	Interrupted Code = 130
	brokenPipe  Code = 141 // what a shell reports for SIGPIPE
)

// ExitError ends the program with a code of its own choice. A nil Err says nothing:
// everything has been said already.
type ExitError struct {
	Code Code
	Err  error
}

// Exit makes an error that ends the program with code and says what err says.
func Exit(code Code, err error) error { return &ExitError{code, err} }

// Usagef is a mistake in how the program was called: what is wrong and what to do.
func Usagef(format string, args ...any) error { return Exit(Usage, fmt.Errorf(format, args...)) }

func (e *ExitError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit %d", e.Code)
	}
	return e.Err.Error()
}

func (e *ExitError) Unwrap() error { return e.Err }

// CodeOf maps any error to its exit code: the one place that does.
func CodeOf(err error) Code {
	var exit *ExitError
	var cfg *config.Error
	var failure *chat.Error
	switch {
	case err == nil:
		return OK
	case errors.As(err, &exit):
		return exit.Code
	case errors.Is(err, syscall.EPIPE):
		return brokenPipe
	case errors.Is(err, context.Canceled):
		return Interrupted
	case errors.As(err, &cfg):
		return Usage
	case errors.As(err, &failure):
		return codeOfFailure(failure)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return Usage // a file the user named, or a folder that must be mended
	}
	return Internal
}

// codeOfFailure is for a failure that ends a whole command.
func codeOfFailure(e *chat.Error) Code {
	switch {
	case e.Type == chat.ErrCancelled:
		return Interrupted
	case e.Type == chat.ErrAuthentication || e.Type == chat.ErrPermission || e.Type == chat.ErrPayment:
		return Auth
	case e.Fault == chat.FaultLocal && e.Type != chat.ErrInternal:
		return Refused
	case e.Type == chat.ErrInternal:
		return Internal
	}
	return AllFailed
}

// Report says on Err what went wrong, unless that was said or nobody is left to hear
// it, and returns the exit code.
func (a *App) Report(err error) Code {
	code := CodeOf(err)
	var exit *ExitError
	silent := code == OK || code == brokenPipe ||
		errors.As(err, &exit) && exit.Err == nil ||
		code == Interrupted && errors.Is(err, context.Canceled)
	if !silent {
		for line := range strings.Lines(err.Error()) {
			fmt.Fprintf(a.Err, "assay: %s\n", markdown.CleanLine(line))
		}
	}
	return code
}
