package demo

import (
	_ "embed"
	"slices"
	"strings"
	"text/template"
	"unicode"
)

//go:embed improvised.tmpl
var improvised string

// prompted is what can be said about a question without understanding it.
type prompted struct {
	Words     int      // of the question
	Miscount  int      // what a careless reader makes of it
	Questions int      // sentences that ask, at least 1
	Terms     []string // the words that carry it, at most four
	Term      string   // the first of them, or "it"
	Before    string   // what the turn before was about, "" in a first turn
	Code      *snippet // nil when no code is wanted
	YesNo     bool
	Yes       bool // this voice's coin
	Ideas     []string
	Japanese  bool
	Chinese   bool
}

// improvise answers a question there is no script for. It claims nothing about the
// world: what it says is about the question's own words, and that no model was asked.
func (s *Server) improvise(x *exchange, asked string) reply {
	p := s.consider(x, asked)
	name := x.speaker()
	switch {
	case p.Japanese:
		name = "japanese"
	case p.Chinese:
		name = "chinese"
	case p.YesNo && len(strings.TrimSpace(asked)) < 160 && p.Code == nil:
		name += " yesno"
	}
	t, err := template.New("").Parse(improvised)
	if err != nil {
		return reply{text: "This is the demo provider: no model was asked."}
	}
	if t.Lookup(name) == nil {
		name = "fir"
	}
	var text, thought strings.Builder
	if err := t.ExecuteTemplate(&text, name, p); err != nil {
		return reply{text: "This is the demo provider: no model was asked."}
	}
	if x.model.Reasoning {
		_ = t.ExecuteTemplate(&thought, "thought", p) // a thought is never missed
	}
	return reply{text: strings.TrimSpace(text.String()), thought: strings.TrimSpace(thought.String())}
}

// consider reads a question.
func (s *Server) consider(x *exchange, asked string) prompted {
	p := prompted{Questions: max(1, strings.Count(asked, "?")+strings.Count(asked, "？")), Terms: terms(asked)}
	p.Words = len(strings.Fields(asked))
	p.Miscount = p.Words + 3 + x.rng.IntN(7)
	p.Term = "it"
	if len(p.Terms) > 0 {
		p.Term = p.Terms[0]
	}
	if before := terms(x.req.before()); len(before) > 0 {
		p.Before = before[0]
	}
	p.Code = snippetFor(asked)
	p.YesNo = asksYesNo(asked)
	// The same coin for every voice but Elm, who likes to differ.
	p.Yes = random(s.opt.Seed, asked).IntN(2) == 0 != (x.name == "elm")
	p.Japanese = isJapanese(asked)
	p.Chinese = !p.Japanese && strings.ContainsFunc(asked, isHan)
	p.Ideas = s.ideas(p.Japanese)
	return p
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

func isJapanese(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana) })
}

// ideas are three questions with scripts, those in the asker's language first.
func (s *Server) ideas(japanese bool) []string {
	var out []string
	for _, sc := range s.scripts {
		first, _, _ := strings.Cut(sc.prompt, "\n")
		if japanese && isJapanese(first) {
			out = slices.Insert(out, 0, first)
		} else {
			out = append(out, first)
		}
	}
	return out[:min(3, len(out))]
}

// terms are the words that carry a text: the longest four, as they stand in it.
func terms(text string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' }) {
		low := strings.ToLower(w)
		known := slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, w) })
		if len([]rune(w)) >= 3 && len(w) <= 40 && !stopWords[low] && !orderWords[low] && !known && strings.Trim(w, "-") != "" {
			out = append(out, w)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return len(b) - len(a) })
	out = out[:min(4, len(out))]
	slices.SortFunc(out, func(a, b string) int { return strings.Index(text, a) - strings.Index(text, b) })
	return out
}

// orderWords say what to do and not what it is about.
var orderWords = set("write make create build draft compose list describe summarize compare help please using use need want " +
	"code function script program snippet text email answer question short long brief")

// asksYesNo reports a question that begins with a verb.
func asksYesNo(asked string) bool {
	first, _, _ := strings.Cut(strings.TrimSpace(strings.ToLower(asked)), " ")
	return yesNoWords[first] && strings.Contains(asked, "?")
}

var yesNoWords = set("is are was were am do does did can could will would should has have had may might must isnt arent")
