// Package smoke proves the whole program: its tests run the built binary on a
// pseudo-terminal with an emulated screen, its benchmarks measure it from outside.
// There is nothing here to import.
package smoke
