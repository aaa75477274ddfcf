// Package early does what must happen before the terminal libraries are initialised:
// it keeps them from asking the terminal anything before main runs, and answers
// --version without waiting for them, since filling their tables takes longer than
// everything else together.
//
// Bubble Tea v1 asks for the background colour in a package init and waits up to
// five seconds for a terminal that never answers, even when the program only prints
// its version. termenv never asks a terminal called "dumb", so this package's init
// hides TERM, and [Restore], the first statement of main, puts it back.
//
// That works because Go initialises packages whose imports are ready in the order
// of their import paths: this one needs only package os and its path sorts before
// github.com/ and golang.org/. It must never import anything else, and the module
// path must never sort behind "github.com/". A test holds both.
package early

import "os"

var term, known = os.LookupEnv("TERM")

// Version of the program. A release sets it with the linker:
// -X assay/internal/early.Version=1.2.3.
var Version = "0.1.0-dev"

// The only init of the program.
func init() {
	if len(os.Args) == 2 && os.Args[1] == "--version" {
		_, _ = os.Stdout.WriteString("assay " + Version + "\n")
		os.Exit(0)
	}
	_ = os.Setenv("TERM", "dumb")
}

// Restore puts the real TERM back. Call it first thing in main.
func Restore() {
	if known {
		_ = os.Setenv("TERM", term)
	} else {
		_ = os.Unsetenv("TERM")
	}
}
