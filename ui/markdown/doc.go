// Package markdown turns the untrusted, growing text of a model into rows of a
// terminal: safe, exactly as wide as asked, and at a cost per frame that does not
// depend on how long the text is.
//
// Text passes four stations.
//
//   - The gate (Clean) replaces or removes every character that could steer a
//     terminal or hide text. It works per character, so a sequence that arrives in
//     two pieces is as harmless as one that arrives whole. It is also the door for
//     plain printers.
//   - The cutter finds where a growing text may be cut so that the parts parse to the
//     same blocks as the whole. It asks the Markdown parser, not rules of its own.
//   - The typesetter rewrites the syntax tree before glamour draws it: escapes and
//     entities are resolved (and pass the gate again), raw HTML is shown as what it
//     is, lines are broken with hanging indents and by the rules of CJK text.
//   - The row writer turns what glamour wrote into rows that stand alone: colours are
//     closed at the end of a row and opened again on the next, and every row is
//     exactly as wide as the pane.
//
// Closed blocks are rendered once; only the open tail is rendered again. Rendering
// block by block gives the rows that rendering the whole at once gives, byte for
// byte; tests hold that. The one exception are link references, which may be defined
// after they are used: when the text has ended, blocks are rendered again with all
// definitions known.
//
// A Stream is not safe for concurrent use; package lane runs each in a goroutine of
// its own. Clean and CodeBlocks have no state and may be called from anywhere.
package markdown
