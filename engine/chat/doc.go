// Package chat is the vocabulary everybody in assay speaks: messages and requests
// on the way in, events on the way out, and the pure fold from events to what a
// screen shows.
//
// The events are one vocabulary for five readers: the engine emits them, the
// workbench folds them, --json prints them, a run file stores them and replay feeds
// them back. On the wire an event is one JSON object a line:
//
//	{"type":"text","t_ms":412,"lane":0,"text":"Hello"}
//
// Fields are added over time, never renamed; a decoder ignores what it does not
// know. Times are milliseconds since the run began. Amounts of money are decimal
// strings, exact. Nothing in this package starts a goroutine or touches a network;
// values are safe to share once they are no longer written.
package chat
