package markdown

import (
	"strings"

	"assay/ui/theme"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// codeIndent is how far code stands from the left edge.
const codeIndent = 2

// maxHighlight bounds the code that is coloured: a highlighter is a set of regular
// expressions written by many people, and text from a model may be anything.
const maxHighlight = 96 << 10

// codeStyle is the colours of code, few and taken from the theme.
type codeStyle struct {
	keyword, name, typ, literal, number, comment, inserted, deleted theme.Style
	wrap                                                            string // in front of the rest of a long line
}

func newCodeStyle(t *theme.Styles) codeStyle {
	return codeStyle{
		keyword: t.State.Thinking, name: t.Text.Accent, typ: t.Note.Info,
		literal: t.Note.Good, number: t.State.Stopped, comment: t.Text.Thought,
		inserted: t.Note.Good, deleted: t.Fusion.Contradiction,
		wrap: t.Text.Faint.Paint(t.Glyph.Wrap) + " ",
	}
}

// of is the style of a kind of token.
func (c *codeStyle) of(t chroma.TokenType) theme.Style {
	switch {
	case t == chroma.GenericInserted:
		return c.inserted
	case t == chroma.GenericDeleted:
		return c.deleted
	case t == chroma.KeywordType || t == chroma.NameClass || t == chroma.NameBuiltin || t == chroma.NameTag:
		return c.typ
	case t.InCategory(chroma.Keyword):
		return c.keyword
	case t == chroma.NameFunction || t == chroma.NameFunctionMagic || t == chroma.NameAttribute || t == chroma.GenericHeading:
		return c.name
	case t.InSubCategory(chroma.LiteralNumber):
		return c.number
	case t.InCategory(chroma.Literal):
		return c.literal
	case t.InCategory(chroma.Comment):
		return c.comment
	}
	return theme.Style{}
}

// highlight writes code with its colours, without anything at the line starts. An
// unknown language is plain text: guessing one costs milliseconds for every block,
// and the guess, and so the colours, would change while the block grows.
func (s *Style) highlight(code, lang string) []byte {
	var lexer chroma.Lexer
	if s.theme.Options.Profile != theme.None && lang != "" && len(code) <= maxHighlight {
		lexer = lexers.Get(lang)
	}
	if lexer == nil {
		return []byte(code)
	}
	it, err := chroma.Coalesce(lexer).Tokenise(nil, code)
	if err != nil {
		return []byte(code)
	}
	var dst []byte
	shown := 0
	for tok := it(); tok != chroma.EOF; tok = it() {
		shown += len(tok.Value)
		st := s.code.of(tok.Type)
		for i, line := range strings.Split(tok.Value, "\n") {
			if i > 0 {
				dst = append(dst, '\n')
			}
			dst = st.Append(dst, line)
		}
	}
	if shown < len(code) || shown > len(code)+1 { // a lexer that loses text
		return []byte(code)
	}
	return dst
}

// codeText is the content of a code block, each line with its line feed.
func codeText(n ast.Node, src []byte) string {
	var b strings.Builder
	lines := n.Lines()
	for i := range lines.Len() {
		line := lines.At(i)
		b.Write(line.Value(src))
	}
	return b.String()
}

// Block is a code block of an answer.
type Block struct {
	Lang string // first word behind the fence, may be empty
	Text string // raw content, each line with its line feed
}

// CodeBlocks lists the fenced code blocks of a raw answer, nested ones too, in order.
// Those inside a <think> block are left out. The text is what the model sent: pass it
// through CleanCopy before it reaches a clipboard or a terminal.
func CodeBlocks(raw []byte) []Block {
	raw = visible(raw)
	var blocks []Block
	_ = ast.Walk(newBlockParser().Parse(text.NewReader(raw)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if f, ok := n.(*ast.FencedCodeBlock); ok && entering {
			blocks = append(blocks, Block{Lang: string(f.Language(raw)), Text: codeText(f, raw)})
		}
		return ast.WalkContinue, nil
	})
	return blocks
}
