// Package sse reads server-sent event streams.
package sse

// Event is one dispatched event. Data is only valid until the next call of Next.
type Event struct {
	Name string // "event:" field, "" when absent
	Data []byte
}
