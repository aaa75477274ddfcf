// Package query is the language in which models are looked for: the same in the
// catalog screen, in "assay models" and in presets.
//
//	claude free tools ctx>200k in<1 by:anthropic at:groq -preview opus|sonnet
//
// Terms stand side by side and all must hold. A word is matched fuzzily against ids
// and names; in double quotes it must occur as it is. "a|b" holds when a or b does,
// a minus before a term turns it round. The other terms are in the table that
// [Terms] lists, which also drives [Index.Complete] and the documentation.
//
// Terms about an offer (at:, in<, price<, ctx>, out>, free, tools, vision, audio,
// json, zdr, local) must hold together at one endpoint; turned round, no endpoint may
// hold. What is unknown passes no comparison and sorts last, whichever way a list is
// sorted.
//
// A [Query] and an [Index] are immutable and safe for concurrent use; a [Searcher],
// which narrows its last result while a query grows, is not.
package query

import "fmt"

// Error is a mistake in a query.
type Error struct {
	Pos     int // byte offset of the mistake in the query
	Message string
}

func (e *Error) Error() string { return fmt.Sprintf("%s (at character %d)", e.Message, e.Pos+1) }
