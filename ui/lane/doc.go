// Package lane shows one growing answer in a pane.
//
// A View has two sides. Write, Think, Restart and End are for the goroutine that reads
// the answer from the network; they copy the text and return. Everything else is for
// the event loop; nothing there renders Markdown or waits. Between the two each View
// has a goroutine of its own that turns text into rows and publishes them as a
// snapshot, which is never written again.
//
// The goroutine rests after each turn for three times as long as the turn took, ten
// times when the open end of the text is long, and at least for a frame: a block that
// never ends makes its pane slower, not the program. What somebody waits for (a new
// size, a passage to be shown) is done at once.
package lane
