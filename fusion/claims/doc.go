// Package claims is the lexical judge of a panel: it cuts answers into numbered
// spans with byte offsets, splits those into clauses, matches clauses across the
// answers, groups them into claims, and finds where answers contradict each other.
// It needs no model, no network and no clock, and takes milliseconds.
//
// Everything is deterministic: the same question and answers give the same result,
// byte for byte, whatever GOMAXPROCS is. Nothing iterates over a map on the way to
// the output. All offsets are byte offsets into the raw text of an answer, and every
// reference slices out exactly the text it names.
//
// What it finds is evidence, not verdict: claims that several answers share are
// right more often, conflicts marked likely rest on typed numbers, dates or final
// answers, and all others are marked possible.
//
// Functions and a Result are safe for concurrent use; a Comparer is not.
package claims
