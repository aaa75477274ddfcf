// Package judgetext is what a model judge reads and writes: the sheet of numbered
// spans, the prompts around it, and the tolerant parser for what comes back.
//
// A judge sees answers only as lines that begin with a nonce and a span id, so an
// answer can neither end its own fence nor pose as another; what it returns cites
// those ids, so evidence is a look-up and never a string search. Nothing a judge
// writes is trusted here: parsing yields what it said, and the caller checks every
// id against the sheet.
//
// Everything in this package is a pure function of its arguments, except Scanner,
// which one goroutine may use at a time.
package judgetext
