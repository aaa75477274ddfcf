// The probe links the terminal libraries the way the program does and prints what
// TERM main sees.
package main

import (
	"assay/internal/early"
)

import (
	"fmt"
	"os"

	tea "github.com/charmbracelet/bubbletea"
)

func main() {
	hidden := os.Getenv("TERM")
	early.Restore()
	term, set := os.LookupEnv("TERM")
	fmt.Printf("hidden=%q restored=%q set=%v program=%v\n", hidden, term, set, tea.Quit() != nil)
}
