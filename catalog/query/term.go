package query

import (
	"slices"
	"strings"

	"assay/catalog"
)

// Kind says how a term is written.
type Kind uint8

// The kinds of terms.
const (
	Flag    Kind = iota // a word of its own: free
	Field               // name:value
	Compare             // name, an operator (< <= > >= =) and a figure
)

// Term documents one term of the language.
type Term struct {
	Name    string
	Kind    Kind
	Example string
	Help    string // one line, no full stop
}

// Terms lists every term but plain words, in the order of the documentation.
func Terms() []Term {
	out := make([]Term, len(table))
	for i := range table {
		out[i] = table[i].Term
	}
	return out
}

// entry is a row of the one table. A test takes e as nil when it is about the model.
type entry struct {
	Term
	endpoint bool
	flag     func(r *row, e *offer) bool
	values   func(ix *Index) []string           // what a field can be, for completion
	field    func(ix *Index, value string) test // a field's test
	unit     unit
	figure   func(r *row, e *offer, q quantity) (cmp int, known bool)
}

type test func(r *row, e *offer) bool

var table = []entry{
	{Term: Term{"free", Flag, "free", "costs nothing: known prices of zero, no paid plan"}, endpoint: true,
		flag: func(_ *row, e *offer) bool { return e.Free() }},
	{Term: Term{"tools", Flag, "tools", "can call tools"}, endpoint: true,
		flag: func(r *row, e *offer) bool { return e.takes(r, catalog.ParamTools) }},
	{Term: Term{"json", Flag, "json", "can be held to JSON"}, endpoint: true,
		flag: func(r *row, e *offer) bool {
			return e.takes(r, catalog.ParamResponseFormat) || e.takes(r, catalog.ParamStructuredOutputs)
		}},
	{Term: Term{"vision", Flag, "vision", "reads images"}, endpoint: true,
		flag: func(r *row, e *offer) bool { return e.reads(r, catalog.Image) }},
	{Term: Term{"audio", Flag, "audio", "hears or speaks"}, endpoint: true,
		flag: func(r *row, e *offer) bool {
			return e.reads(r, catalog.Audio) || r.model.Output&(catalog.Audio|catalog.Speech|catalog.Transcription) != 0
		}},
	{Term: Term{"reasoning", Flag, "reasoning", "thinks before it answers"},
		flag: func(r *row, _ *offer) bool { return r.model.Reasoning.Supported }},
	{Term: Term{"open", Flag, "open", "weights are published"},
		flag: func(r *row, _ *offer) bool { return r.model.Open }},
	{Term: Term{"local", Flag, "local", "runs on this machine"}, endpoint: true,
		flag: func(_ *row, e *offer) bool { return e.local }},
	{Term: Term{"zdr", Flag, "zdr", "the provider keeps nothing (zero data retention)"}, endpoint: true,
		flag: func(_ *row, e *offer) bool { return e.policy == catalog.PolicyZDR }},
	{Term: Term{"router", Flag, "router", "picks a model itself"},
		flag: func(r *row, _ *offer) bool { return r.model.Router }},
	{Term: Term{"gone", Flag, "gone", "is no longer offered; hidden otherwise"},
		flag: func(r *row, _ *offer) bool { return r.model.Gone }},
	{Term: Term{"by", Field, "by:anthropic", "made by that vendor"},
		values: func(ix *Index) []string { return ix.authors }, field: byAuthor},
	{Term: Term{"at", Field, "at:groq", "offered by that provider"}, endpoint: true,
		values: func(ix *Index) []string { return ix.providers }, field: atProvider},
	{Term: Term{"ctx", Compare, "ctx>200k", "context window in tokens"}, endpoint: true, unit: tokens,
		figure: func(r *row, e *offer, q quantity) (int, bool) { return compareCount(e.context(r), q) }},
	{Term: Term{"out", Compare, "out>8k", "longest answer in tokens"}, endpoint: true, unit: tokens,
		figure: func(r *row, e *offer, q quantity) (int, bool) { return compareCount(e.maxOutput(r), q) }},
	{Term: Term{"in", Compare, "in<1", "price of the prompt, dollars per million tokens"}, endpoint: true, unit: dollars,
		figure: func(_ *row, e *offer, q quantity) (int, bool) {
			a, known := e.Prices.Prompt.Amount()
			return a.Cmp(q.money), known && !e.paid
		}},
	{Term: Term{"price", Compare, "price<0.5", "price of a mix of 3 parts prompt and 1 part answer, dollars per million tokens"}, endpoint: true, unit: dollars,
		figure: func(_ *row, e *offer, q quantity) (int, bool) { return e.mix.Cmp(q.money.Mul(4)), e.priced }},
	{Term: Term{"tps", Compare, "tps>50", "measured tokens a second"}, unit: plain,
		figure: func(r *row, _ *offer, q quantity) (int, bool) { return compareFloat(r.tps, q.figure), r.measured }},
	{Term: Term{"ttft", Compare, "ttft<1s", "measured time to the first token"}, unit: duration,
		figure: func(r *row, _ *offer, q quantity) (int, bool) { return compareFloat(r.ttft, q.figure), r.measured }},
	{Term: Term{"new", Compare, "new<30d", "days since the model appeared"}, unit: age,
		figure: func(r *row, _ *offer, q quantity) (int, bool) {
			return compareFloat(r.days, q.figure), r.model.Created > 0
		}},
	{Term: Term{"score", Compare, "score>60", "intelligence index, once a refresh has brought scores"}, unit: plain,
		figure: func(r *row, _ *offer, q quantity) (int, bool) { return compareFloat(r.score, q.figure), r.scored }},
	{Term: Term{"sort", Field, "sort:-ctx", "order of the result: " + strings.Join(SortKeys(), ", ") + "; a minus reverses it"},
		values: func(*Index) []string { return SortKeys() }},
}

func lookup(name string, kinds ...Kind) *entry {
	for i := range table {
		if table[i].Name == name && slices.Contains(kinds, table[i].Kind) {
			return &table[i]
		}
	}
	return nil
}

// byAuthor takes what people call a vendor ("mistral"), and the start of a name while
// it is being typed.
func byAuthor(ix *Index, value string) test {
	names := matching(ix.authors, value)
	if canonical := catalog.AuthorSlug(value); slices.Contains(ix.authors, canonical) {
		names = map[string]bool{canonical: true, value: true}
	}
	return func(r *row, _ *offer) bool { return names[r.author] }
}

func atProvider(ix *Index, value string) test {
	names := matching(ix.providers, value)
	if slug := catalog.ProviderSlug(value); slices.Contains(ix.providers, slug) {
		names = map[string]bool{slug: true}
	}
	return func(_ *row, e *offer) bool { return names[e.Provider] }
}

// matching is the name itself where it exists, else every name that starts like it.
func matching(names []string, value string) map[string]bool {
	out := map[string]bool{}
	if slices.Contains(names, value) {
		out[value] = true
		return out
	}
	for _, n := range names {
		if strings.HasPrefix(n, value) {
			out[n] = true
		}
	}
	return out
}

func compareCount(n int, q quantity) (int, bool) {
	return compareFloat(float64(n), q.figure), n > 0
}

func compareFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
