//go:build race

package markdown

// slow: the race detector makes everything some ten times slower, and documents
// rendered by one goroutine hold no races to find.
const slow = true
