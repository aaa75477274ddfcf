// Assay is a terminal workbench for language models.
package main

import (
	"assay/internal/early"

	"fmt"
)

func main() {
	early.Restore()
	fmt.Println("assay dev")
}
