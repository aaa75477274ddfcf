package browse

import (
	"errors"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"assay/catalog/query"
	"assay/ui/line"
	"assay/ui/markdown"
	"assay/ui/theme"
)

// only narrows the list to models the query language does not know of.
type only uint8

const (
	everything only = iota
	favourites
	recent
	askable
)

// quick are the filters that have a number: terms of the query language first.
var quick = [...]struct {
	term string // "" : only
	only only
	name string
}{
	{term: "reasoning"}, {term: "tools"}, {term: "open"}, {term: "free"}, {term: "vision"}, {term: "zdr"},
	{only: favourites, name: "favourites"}, {only: recent, name: "recent"}, {only: askable, name: "ready"},
}

// filter is the line a query is typed into.
type filter struct {
	styles *theme.Styles
	input  textinput.Model
	typing bool
	only   only
	query  *query.Query // of the text, or of what it was before it had a mistake
	fault  *query.Error
	orders bool // the text holds words to order by
}

func newFilter(s *theme.Styles) filter {
	in := textinput.New()
	in.Prompt = s.Glyph.Prompt + " "
	in.PromptStyle, in.TextStyle = s.Chrome.ComposerPrompt.Lip(), s.Chrome.Picker.Lip()
	in.PlaceholderStyle = s.Chrome.Placeholder.Lip()
	in.Placeholder = "words, free, tools, ctx>200k, in<1, by:anthropic"
	in.Cursor.Style = s.Renderer.NewStyle()
	in.Cursor.SetMode(cursor.CursorStatic)
	in.KeyMap.Paste.SetEnabled(false)
	return filter{styles: s, input: in, query: &query.Query{}}
}

func (f *filter) focus(on bool) {
	f.typing = on
	if on {
		f.input.Focus()
		f.input.CursorEnd()
	} else {
		f.input.Blur()
	}
}

// set replaces the text and says whether the list must be searched again.
func (f *filter) set(text string) {
	f.input.SetValue(text)
	f.input.CursorEnd()
	f.compile()
}

// typed takes a key and says whether the text has changed.
func (f *filter) typed(msg tea.KeyMsg) bool {
	before := f.input.Value()
	f.input, _ = f.input.Update(msg)
	if f.input.Value() == before {
		return false
	}
	f.compile()
	return true
}

// compile reads the text. A term with a mistake is left out: half of it is being typed,
// and the list is that of the others.
func (f *filter) compile() {
	text := f.input.Value()
	q, err := query.Compile(text)
	f.fault = nil
	if err != nil {
		if !errors.As(err, &f.fault) {
			f.fault = &query.Error{Message: err.Error()}
		}
		text = without(text, f.fault.Pos)
		if q, err = query.Compile(text); err != nil {
			return
		}
	}
	f.query, f.orders = q, hasWords(text)
}

// without is a text less the term at a place.
func without(text string, at int) string {
	at = min(at, len(text))
	from, to := strings.LastIndexByte(text[:at], ' ')+1, strings.IndexByte(text[at:], ' ')
	if to < 0 {
		return text[:from]
	}
	return text[:from] + text[at+to:]
}

// hasWords reports whether a query holds a word: then how well it matches is an order.
func hasWords(text string) bool {
	flags := map[string]bool{}
	for _, t := range query.Terms() {
		flags[t.Name] = t.Kind == query.Flag
	}
	for _, w := range strings.Fields(strings.ToLower(text)) {
		if !strings.HasPrefix(w, "-") && !strings.ContainsAny(w, "<>=") && !flags[w] {
			if name, _, ok := strings.Cut(w, ":"); !ok || name != "by" && name != "at" && name != "sort" {
				return true
			}
		}
	}
	return false
}

// has reports whether a term stands in the text.
func (f *filter) has(term string) bool {
	return slices.Contains(strings.Fields(f.input.Value()), term)
}

// toggle switches quick filter n on or off.
func (f *filter) toggle(n int) {
	q := quick[n]
	if q.term == "" {
		if f.only == q.only {
			f.only = everything
		} else {
			f.only = q.only
		}
		return
	}
	words := strings.Fields(f.input.Value())
	if i := slices.Index(words, q.term); i >= 0 {
		words = slices.Delete(words, i, i+1)
	} else {
		words = append(words, q.term)
	}
	f.set(strings.Join(words, " "))
}

// active reports whether quick filter n is on.
func (f *filter) active(n int) bool {
	if q := quick[n]; q.term != "" {
		return f.has(q.term)
	} else {
		return f.only == q.only
	}
}

// empty reports whether everything is listed.
func (f *filter) empty() bool { return f.input.Value() == "" && f.only == everything }

// completions are the ways the term before the cursor could go on.
func (f *filter) completions(ix *query.Index) []query.Completion {
	if !f.typing || ix == nil {
		return nil
	}
	text := f.input.Value()
	at := len(string([]rune(text)[:f.input.Position()]))
	if at == 0 || text[at-1] == ' ' {
		return nil
	}
	return ix.Complete(text, at)
}

// complete takes the first completion and says whether there was one.
func (f *filter) complete(ix *query.Index) bool {
	all := f.completions(ix)
	if len(all) == 0 {
		return false
	}
	c := all[0]
	text := f.input.Value()
	tail := text[c.To:]
	if tail == "" && !strings.HasSuffix(c.Text, ":") && !strings.ContainsAny(c.Text[len(c.Text)-1:], "<>=") {
		tail = " "
	}
	f.input.SetValue(text[:c.From] + c.Text + tail)
	f.input.SetCursor(len([]rune(text[:c.From] + c.Text)))
	if tail == " " {
		f.input.CursorEnd()
	}
	f.compile()
	return true
}

// line is the filter as a row of w cells, with what was found at the right.
func (f *filter) line(w int, found string) string {
	s := f.styles
	right := line.New(w, "").Space(2).Add(s.Text.Dim, found).Space(1)
	if right.Width() > w/2 {
		right = line.New(0, "")
	}
	f.input.Width = max(w-right.Width()-4, 1)
	l := line.New(w, s.Glyph.More)
	return l.Space(1).String() + line.Fit(f.input.View(), max(w-1-right.Width(), 0)) + right.String()
}

// below is the row under the filter: what is wrong with it, how it could go on, or the
// quick filters. key completes.
func (f *filter) below(w int, ix *query.Index, key string) string {
	if f.fault != nil {
		return f.mistake(w)
	}
	if all := f.completions(ix); len(all) > 0 {
		return f.offers(w, all, key)
	}
	s := f.styles
	l := line.New(w, s.Glyph.More)
	for i, q := range quick {
		name := q.term
		if name == "" {
			name = q.name
		}
		key, style := s.Chrome.HelpKey, s.Chrome.Tab
		if f.active(i) {
			style = s.Chrome.TabActive
		}
		if l.Room() < len(name)+3 {
			break
		}
		l.Space(1).Add(key, string(rune('1'+i))).Space(1).Add(style, name)
	}
	return l.Pad()
}

// mistake points at the character that is wrong.
func (f *filter) mistake(w int) string {
	s := f.styles
	text := f.input.Value()
	message := markdown.CleanLine(f.fault.Message)
	l := line.New(w, s.Glyph.More)
	at := 1 + ansi.StringWidth(f.input.Prompt) + ansi.StringWidth(text[:min(f.fault.Pos, len(text))])
	switch n := ansi.StringWidth(message); {
	case ansi.StringWidth(text) >= f.input.Width: // it is scrolled: the place is not where it seems
		l.Space(1).Add(s.Note.Error, message)
	case at+2+n <= w:
		l.Space(at).Add(s.Note.Error, "^").Space(1).Add(s.Note.Error, message)
	case n+1 <= at-1:
		l.Space(at-n-1).Add(s.Note.Error, message).Space(1).Add(s.Note.Error, "^")
	default:
		l.Space(1).Add(s.Note.Error, "^ "+message)
	}
	return l.Pad()
}

// offers lists completions; the first is what the key takes.
func (f *filter) offers(w int, all []query.Completion, key string) string {
	s := f.styles
	l := line.New(w, s.Glyph.More).Space(1).Add(s.Chrome.HelpKey, key).Space(1)
	for i, c := range all {
		text := markdown.CleanLine(c.Text)
		if l.Room() < ansi.StringWidth(text)+2 {
			break
		}
		style := s.Chrome.Tab
		if i == 0 {
			style = s.Chrome.TabActive
		}
		l.Add(style, text)
		if i == 0 && len(all) == 1 || i == 0 && w >= 100 {
			l.Space(1).Add(s.Text.Dim, c.Help)
		}
		l.Space(2)
	}
	return l.Pad()
}
