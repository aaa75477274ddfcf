// Package fusion makes one answer of many: a panel of models answers, a judge
// compares the answers claim by claim, a writer writes one answer from what held.
//
// # The flow
//
// Run starts every member at once, waits for enough of them, compares the answers
// with the lexical judge (package claims) whenever one is complete, asks a model
// judge for a verdict, checks every citation of it, derives the five categories of
// the analysis from the stances, and has the writer write. Each step has a fallback
// and the run always ends with a typed Outcome.
//
// # What is trusted
//
// Answers are data: judge and writer see them anonymous, shuffled by a recorded
// seed, every line behind a nonce. A judge's citation is a span id that either names
// a span of that very answer or is worth nothing. Categories are computed here,
// never asked for. What could not be verified is shown as unverified and not counted.
//
// # Events and concurrency
//
// The lanes' own events go out through the Runner; Run itself emits only
// *chat.Analysis, each complete so far, the last with Final set, never two at a time.
// All goroutines a function of this package starts have ended when it returns.
package fusion
