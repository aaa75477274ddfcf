//go:build !race

package markdown

const slow = false
