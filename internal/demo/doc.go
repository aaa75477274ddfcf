// Package demo is the demo provider: a real HTTP server on loopback that speaks
// the three wire formats the program speaks (chat completions, Messages,
// Responses), with scripted answers, lifelike delays and faults on demand. It is
// what somebody without any key meets first, and what tests talk to.
//
// It is an upstream, not a part of the engine: the program reaches it over HTTP
// through the same adapters as every other provider, and it knows nothing of them.
//
// A handful of voices with different characters answer. Questions they have a
// script for get answers that really agree, really contradict each other and
// really miss things; everything else gets an answer that says plainly that no
// model was asked. demo/judge and demo/scribe answer the prompts of a fusion.
// Models named after a fault show it, on all three formats.
//
// Everything is a function of Options.Seed, the model and the conversation: the
// same request is answered with the same bytes, apart from the date. All waiting
// is done with timers and ends when the client goes away.
package demo
