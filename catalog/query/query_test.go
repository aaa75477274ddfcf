package query_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"assay/catalog"
	"assay/catalog/query"
	"assay/internal/usd"
)

var now = time.Date(2026, 8, 22, 0, 0, 0, 0, time.UTC)

func perMillion(s string) usd.Price {
	p, err := usd.ParsePricePerMillion(s)
	if err != nil {
		panic(err)
	}
	return p
}

func offer(provider, in, out string, change ...func(*catalog.Endpoint)) catalog.Endpoint {
	e := catalog.Endpoint{Provider: provider, Tag: provider, Upstream: "x", Context: 100_000, MaxOutput: 8_000,
		Params: catalog.ParamTools, Input: catalog.Text}
	if in == "?" {
		e.Prices.Prompt, e.Prices.Completion = usd.Unknown, usd.Unknown
	} else {
		e.Prices.Prompt, e.Prices.Completion = perMillion(in), perMillion(out)
	}
	for _, f := range change {
		f(&e)
	}
	return e
}

// small is a catalog of models each of which has one thing to be found by.
func small() *catalog.Catalog {
	wide := func(e *catalog.Endpoint) { e.Context = 1_000_000 }
	sees := func(e *catalog.Endpoint) { e.Input |= catalog.Image }
	bare := func(e *catalog.Endpoint) { e.Params = 0; e.Context = 0 }
	held := func(e *catalog.Endpoint) { e.Params |= catalog.ParamResponseFormat }
	kept := func(e *catalog.Endpoint) { e.Policy = catalog.PolicyZDR }
	paid := func(e *catalog.Endpoint) { e.Subscription = true }
	day := func(n int) int64 { return now.AddDate(0, 0, -n).Unix() }
	models := []*catalog.Model{
		{ID: "anthropic/claude-opus-5", Name: "Claude Opus 5", Author: "anthropic", Created: day(10), Context: 1_000_000,
			Reasoning: catalog.Reasoning{Supported: true}, Scores: []catalog.Score{{Name: "aa/intelligence", Value: 65}},
			Endpoints: []catalog.Endpoint{offer("anthropic", "5", "25", wide, sees), offer("openrouter", "5", "25", sees)}},
		{ID: "meta-llama/llama-3.3-70b-instruct", Name: "Llama 3.3 70B", Author: "meta-llama", Created: day(600), Context: 100_000, Open: true,
			Scores:    []catalog.Score{{Name: "aa/intelligence", Value: 14}},
			Endpoints: []catalog.Endpoint{offer("groq", "0.59", "0.79", held), offer("together", "0.88", "0.88", kept), offer("openrouter", "0.1", "0.3")}},
		{ID: "openai/gpt-oss-20b:free", Name: "GPT OSS 20B (free)", Author: "openai", Created: day(200), Context: 100_000, Open: true,
			Endpoints: []catalog.Endpoint{offer("openrouter", "0", "0")}},
		{ID: "z-ai/glm-5.2", Name: "GLM 5.2", Author: "z-ai", Created: day(40), Context: 200_000,
			Endpoints: []catalog.Endpoint{offer("zai-coding-plan", "0", "0", paid), offer("zai", "1", "3", bare)}},
		{ID: "openrouter/auto", Name: "Auto Router", Author: "openrouter", Router: true, Context: 2_000_000,
			Endpoints: []catalog.Endpoint{offer("openrouter", "?", "", wide)}},
		{ID: "openai/whisper-1", Name: "Whisper", Author: "openai", Output: catalog.Transcription, Input: catalog.Audio,
			Endpoints: []catalog.Endpoint{offer("openai", "?", "", bare, func(e *catalog.Endpoint) { e.Input = catalog.Audio })}},
		{ID: "mistralai/old-mistral", Name: "Old Mistral", Author: "mistralai", Gone: true, Endpoints: []catalog.Endpoint{offer("mistral", "2", "6")}},
		{ID: "ollama/llama3.2", Name: "Llama 3.2", Author: "ollama", Endpoints: []catalog.Endpoint{offer("ollama", "0", "0")}},
	}
	for _, m := range models {
		for i := range m.Endpoints {
			m.Endpoints[i].Model = m.ID
			m.Params |= m.Endpoints[i].Params
		}
	}
	return catalog.New(models, catalog.Source{Name: "config"})
}

func facts() query.Facts {
	return query.Facts{
		Now:   now,
		Local: func(p string) bool { return p == "ollama" },
		Stats: func(m *catalog.Model) (ttft, tps float64, ok bool) {
			switch m.ID {
			case "anthropic/claude-opus-5":
				return 1800, 40, true
			case "meta-llama/llama-3.3-70b-instruct":
				return 250, 300, true
			}
			return 0, 0, false
		},
	}
}

// nicknames shorten the ids in tables.
var nicknames = map[string]string{
	"opus": "anthropic/claude-opus-5", "llama": "meta-llama/llama-3.3-70b-instruct", "oss": "openai/gpt-oss-20b:free", "glm": "z-ai/glm-5.2",
	"auto": "openrouter/auto", "whisper": "openai/whisper-1", "old": "mistralai/old-mistral", "ollama": "ollama/llama3.2",
}

func nicks(hits []query.Hit) string {
	var out []string
	for _, h := range hits {
		for nick, id := range nicknames {
			if id == h.Model.ID {
				out = append(out, nick)
			}
		}
	}
	return strings.Join(out, " ")
}

func run(t *testing.T, ix *query.Index, text, order string) []query.Hit {
	t.Helper()
	q, err := query.Compile(text)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	s, err := query.ParseSort(order)
	if err != nil {
		t.Fatal(err)
	}
	return q.Run(ix, s)
}

func TestTerms(t *testing.T) {
	ix := query.NewIndex(small(), facts())
	for _, tc := range []struct{ text, want string }{
		{"", "opus llama ollama oss whisper auto glm"},
		{"free", "ollama oss"},
		{"-free", "opus llama whisper auto glm"},
		{"vision", "opus"},
		{"audio", "whisper"},
		{"reasoning", "opus"},
		{"open", "llama oss"},
		{"json", "llama"},
		{"tools by:z-ai", "glm"},
		{"local", "ollama"},
		{"zdr", "llama"},
		{"router", "auto"},
		{"gone", "old"},
		{"by:anthropic", "opus"},
		{"by:meta", "llama"},
		{"by:anth", "opus"},
		{"BY:OpenAI", "oss whisper"},
		{"-by:openai open", "llama"},
		{"at:groq", "llama"},
		{"at:togetherai", "llama"},
		{"-at:openrouter", "ollama whisper glm"},
		{"at:zai", "glm"},
		{"ctx>200k", "opus auto"},
		{"ctx>=1m by:anthropic", "opus"},
		{"out>8k", ""},
		{"out>=8k at:groq", "llama"},
		{"in<1", "llama ollama oss"}, // a plan's zero is no price,
		{"in<=1 -free", "llama glm"},
		{"in<$0.2 at:groq", ""}, // the cheap offer is another's
		{"in<0.2 at:openrouter", "llama oss"},
		{"in=5", "opus"},
		{"price<0.2", "llama ollama oss"}, // 3 × 0.1 + 0.3 = 0.6 for four
		{"price<0.15 -free", ""},
		{"price>9", "opus"},
		{"tps>50", "llama"},
		{"ttft<1s", "llama"},
		{"ttft<2000ms", "opus llama"},
		{"new<30d", "opus"},
		{"new<2mo", "opus glm"},
		{"new>1y", "llama"},
		{"score>60", "opus"},
		{"score<60", "llama"},
		{"by:anthropic|by:z-ai", "opus glm"},
		{"free|zdr", "llama ollama oss"},
		{"-free open", "llama"},
		{"opus", "opus"},
		{"clopus", "opus"},
		{`"llama 3.3"`, "llama"},
		{`"Llama"`, "llama ollama"},
		{"llama -instruct", "ollama"},
		{"whisper|glm", "whisper glm"},
		{"gpt-oss-20b:free", "oss"},
		{"llama tools", "llama ollama"},
		{"tools llama at:together", "llama"},
		{"nothingofthekind", ""},
	} {
		got := strings.Fields(nicks(run(t, ix, tc.text, "")))
		want := strings.Fields(tc.want)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%q finds %v, want %v", tc.text, got, want)
		}
	}
}

func TestTheOfferThatMeetsTheQueryIsNamed(t *testing.T) {
	ix := query.NewIndex(small(), facts())
	for text, want := range map[string]string{"llama-3.3": "openrouter", "llama-3.3 zdr": "together", "llama-3.3 json": "groq", "llama-3.3 in>0.6": "together"} {
		hits := run(t, ix, text, "")
		if len(hits) != 1 || hits[0].Endpoint.Provider != want {
			t.Errorf("%q: %+v, want the offer of %s", text, hits, want)
		}
	}
}

func TestSorts(t *testing.T) {
	ix := query.NewIndex(small(), facts())
	for _, tc := range []struct{ text, order, want string }{
		{"", "price", "ollama oss llama glm opus whisper auto"},
		{"", "-price", "opus glm llama ollama oss whisper auto"},
		{"at:openrouter", "price", "oss llama opus auto"},
		{"", "ctx", "auto opus glm llama oss ollama whisper"},
		{"", "-ctx", "llama oss glm opus auto ollama whisper"},
		{"", "new", "opus glm oss llama ollama whisper auto"},
		{"", "-new", "llama oss glm opus ollama whisper auto"},
		{"", "speed", "llama opus ollama oss whisper auto glm"},
		{"", "-speed", "opus llama ollama oss whisper auto glm"},
		{"", "latency", "llama opus ollama oss whisper auto glm"},
		{"", "score", "opus llama ollama oss whisper auto glm"},
		{"", "name", "auto opus glm oss ollama llama whisper"},
		{"", "-name", "whisper llama ollama oss glm opus auto"},
		{"", "providers", "llama opus glm ollama oss whisper auto"},
		{"sort:-new", "price", "llama oss glm opus ollama whisper auto"}, // the query's own order
	} {
		got := nicks(run(t, ix, tc.text, tc.order))
		if got != tc.want {
			t.Errorf("%q by %s: %s, want %s", tc.text, tc.order, got, tc.want)
		}
	}
	if _, err := query.ParseSort("cheapness"); err == nil || !strings.Contains(err.Error(), "price, ctx") {
		t.Errorf("unknown sort key: %v", err)
	}
	for _, key := range query.SortKeys() {
		s, err := query.ParseSort("-" + key)
		if err != nil || s.String() != "-"+key {
			t.Errorf("%s: %v, %v", key, s, err)
		}
	}
}

func TestErrorsPointAtTheMistake(t *testing.T) {
	for _, tc := range []struct {
		text    string
		pos     int
		message string
	}{
		{`claude "open`, 7, "not closed"},
		{"free ctx>", 9, "a count, like 8000, 8k or 1m"},
		{"free ctx>lots", 9, `"lots" is not a count`},
		{"in<-1", 3, "dollars per million"},
		{"in<1k", 3, "dollars per million"},
		{"ttft<1", 5, "a time, like 800ms or 1s"},
		{"new<30q", 4, "an age"},
		{"free by:", 8, "needs a name, like by:anthropic"},
		{"speed>5", 0, `"speed" cannot be compared; ctx, out`},
		{"a || b", 2, "term is missing"},
		{"claude|", 7, "term is missing"},
		{"-", 1, "term is missing"},
		{`x ""`, 2, "nothing in the quotes"},
		{"ctx:200k", 3, "write ctx with <, > or ="},
		{"sort:cheap", 5, "cannot sort by"},
		{"-sort:price", 1, "order cannot be negated"},
	} {
		_, err := query.Compile(tc.text)
		var mistake *query.Error
		if !errors.As(err, &mistake) {
			t.Errorf("%q: %v, want a mistake", tc.text, err)
			continue
		}
		if mistake.Pos != tc.pos || !strings.Contains(mistake.Message, tc.message) {
			t.Errorf("%q: at %d %q, want at %d %q", tc.text, mistake.Pos, mistake.Message, tc.pos, tc.message)
		}
	}
}

func TestMarks(t *testing.T) {
	ix := query.NewIndex(small(), facts())
	hit := run(t, ix, `opus "claude"`, "")[0]
	id, name := hit.Marks()
	marked := ""
	for _, i := range id {
		marked += string([]rune(hit.Model.ID)[i])
	}
	if marked != "claudeopus" || len(name) != 0 {
		t.Errorf("marked %q and %v", marked, name)
	}
	hit = run(t, ix, "router", "")[0] // a flag marks nothing
	if id, name := hit.Marks(); len(id)+len(name) != 0 {
		t.Errorf("a flag marked %v %v", id, name)
	}
	hit = run(t, ix, `"OSS 20B"`, "")[0]
	if _, name := hit.Marks(); len(name) != len("OSS 20B") || name[0] != 4 {
		t.Errorf("marks in the name: %v", name)
	}
}

// Searching letter by letter finds what searching at once finds.
func TestNarrowingChangesNothing(t *testing.T) {
	c, err := catalog.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	ix := query.NewIndex(c, facts())
	for _, text := range []string{
		"claude opus", "free tools", "llama -instruct", "gpt by:openai ctx>200k", `"gpt-5" in<2 sort:price`, "qwen|glm at:groq", "visionary", "gone old", "-mini gpt",
	} {
		s := query.NewSearcher(ix)
		for i := range len(text) + 1 {
			q, err := query.Compile(text[:i])
			if err != nil {
				continue
			}
			got, want := s.Search(q, query.Sort{}), q.Run(ix, query.Sort{})
			if !slices.EqualFunc(got, want, func(a, b query.Hit) bool { return a.Model == b.Model && a.Endpoint == b.Endpoint }) {
				t.Fatalf("%q: %d hits while typing, %d at once", text[:i], len(got), len(want))
			}
		}
	}
}

func TestTermsAreDocumentedAndComplete(t *testing.T) {
	ix := query.NewIndex(small(), facts())
	for _, term := range query.Terms() {
		if term.Help == "" || term.Example == "" {
			t.Errorf("%s has no words", term.Name)
		}
		if _, err := query.Compile(term.Example); err != nil {
			t.Errorf("the example of %s: %v", term.Name, err)
		}
		got := ix.Complete("free "+term.Name[:1], 6)
		if !slices.ContainsFunc(got, func(c query.Completion) bool { return strings.HasPrefix(c.Text, term.Name) && c.Help == term.Help }) {
			t.Errorf("%s is not offered for its first letter: %v", term.Name, got)
		}
	}
}

func TestComplete(t *testing.T) {
	ix := query.NewIndex(small(), facts())
	for _, tc := range []struct {
		input  string
		cursor int
		want   string
	}{
		{"re", 2, "0-2 reasoning"},
		{"fr", 2, "0-2 free"},
		{"free", 4, ""},
		{"claude ct", 9, "7-9 ctx>"},
		{"by:an", 5, "0-5 by:anthropic"},
		{"by:ai", 5, "0-5 by:mistralai, 0-5 by:openai, 0-5 by:z-ai"},
		{"-at:gr", 6, "1-6 at:groq"},
		{"open|at:tog", 11, "5-11 at:together"},
		{"sort:-sp", 8, "0-8 sort:-speed"},
		{"nope:x", 6, ""},
		{`"re`, 3, ""},
		{"ti free", 1, "0-2 tools, 0-2 tps>, 0-2 ttft<"},
		{"x", 99, ""},
		{"", -1, "all"},
	} {
		got := ix.Complete(tc.input, tc.cursor)
		var parts []string
		for _, c := range got {
			parts = append(parts, fmt.Sprintf("%d-%d %s", c.From, c.To, c.Text))
		}
		text := strings.Join(parts, ", ")
		if tc.want == "all" && len(got) == len(query.Terms()) {
			continue
		}
		if text != tc.want {
			t.Errorf("%q at %d: %s, want %s", tc.input, tc.cursor, text, tc.want)
		}
	}
	var none *query.Index
	if got := none.Complete("by:a", 4); len(got) != 0 {
		t.Errorf("without an index: %v", got)
	}
}

func FuzzCompile(f *testing.F) {
	ix := query.NewIndex(small(), facts())
	for _, s := range []string{"", "free -by:x|at:y ctx>200k", `"a|b" -"c`, "in<0.5|price>=1", "sort:-price x", "ttft<1s|new<30d", "\xff:\x00|", "--a", "é|É"} {
		f.Add(s, 3)
	}
	f.Fuzz(func(t *testing.T, text string, cursor int) {
		for _, c := range ix.Complete(text, cursor) {
			if c.From < 0 || c.To > len(text) || c.From > c.To {
				t.Fatalf("%q: %+v", text, c)
			}
		}
		q, err := query.Compile(text)
		if err != nil {
			var mistake *query.Error
			if !errors.As(err, &mistake) || mistake.Pos < 0 || mistake.Pos > len(text) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		for _, h := range q.Run(ix, query.Sort{Key: "price"}) {
			id, name := h.Marks()
			if len(id) > 0 && id[len(id)-1] >= len(h.Model.ID) || len(name) > 0 && name[len(name)-1] >= len(h.Model.Name) {
				t.Fatalf("%q: marks %v %v of %s %s", text, id, name, h.Model.ID, h.Model.Name)
			}
		}
	})
}
