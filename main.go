// Assay is a terminal workbench for language models: one prompt to several models at
// once, their answers side by side, and what they agree on.
package main

import (
	// First, so that it is initialised before the terminal libraries.
	"assay/internal/early"

	"os"
	"runtime/debug"

	"assay/internal/cli"
)

// version is set by the linker for a release: -X main.version=1.2.3.
var version string

func main() {
	early.Restore()
	os.Exit(int(cli.Main(os.Args[1:], described(version), cli.Hooks{Workbench: cli.Workbench})))
}

// described is the version, or for a build without one the commit it was built from.
func described(version string) string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "dev"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return "dev-" + s.Value[:12]
		}
	}
	return "dev"
}
