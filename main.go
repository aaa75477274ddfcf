// Assay is a terminal workbench for language models: one prompt to several models at
// once, their answers side by side, and what they agree on.
package main

import (
	// First, so that it is initialised before the terminal libraries.
	"assay/internal/early"

	"os"

	"assay/internal/cli"
)

func main() {
	early.Restore()
	os.Exit(int(cli.Main(os.Args[1:], early.Version, cli.Hooks{Workbench: cli.Workbench})))
}
