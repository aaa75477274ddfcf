// Package theme turns a palette into the styles every component draws with.
//
// There is one constructor, New, and no state: two themes may be used side by side,
// and a Styles value is never written after New returns, so it is safe to share
// between goroutines.
//
// Colour is never the only carrier of meaning. Every state, category and mark has a
// glyph or a word of its own, and without colour the styles fall back to bold,
// underline and reverse. All glyphs are exactly one cell wide.
package theme
