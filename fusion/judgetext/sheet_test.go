package judgetext

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/exp/golden"

	"assay/fusion/claims"
)

// sheetOf numbers the spans of answers under A, B, C …
func sheetOf(texts ...string) *Sheet {
	s := &Sheet{Question: "What about the lighthouse?", Nonce: "0badcafe"}
	for i, text := range texts {
		e := Entry{Label: Label(i), Text: text}
		for _, span := range claims.Segment(text) {
			if span.Kind == claims.Heading {
				e.Headings = append(e.Headings, span)
			} else {
				e.Spans = append(e.Spans, span)
			}
		}
		s.Entries = append(s.Entries, e)
	}
	return s
}

const lighthouse = "# The light\n\nIt was built in 1847. It is 40 metres high.\n\n- oil lamp\n- clockwork\n\n```go\nfunc main() {\n\tprintln(1)\n}\n```\n"

func TestPanelIsOneLineASpan(t *testing.T) {
	s := sheetOf(lighthouse, "It was built in 1848.")
	s.Entries[1].Cut = true
	golden.RequireEqual(t, []byte(s.Panel()+"\n"))
}

func TestJudgePrompt(t *testing.T) {
	s := sheetOf("One.", "Two.")
	s.Earlier, s.Criteria, s.Rubric = []string{"An earlier question."}, "Be strict.", "Weigh this."
	messages, err := s.Judge()
	if err != nil {
		t.Fatal(err)
	}
	text := messages[0].Text() + "\n" + messages[1].Text()
	if n := strings.Count(messages[1].Text(), s.Question); n != 2 {
		t.Errorf("the question stands %d times: first and last is twice", n)
	}
	for _, want := range []string{"An earlier question.", "Be strict.", "Weigh this.", "labelled A and B.", "‹0badcafe› A1 │ One.", "At most 8 claims"} {
		if !strings.Contains(text, want) {
			t.Errorf("the prompt lacks %q", want)
		}
	}
	// A judge that echoes its prompt must not have made a claim by it.
	if v, rep := Parse(text); len(v.Claims) != 0 {
		t.Errorf("the prompt itself parses as %d claims: %+v (%+v)", len(v.Claims), v.Claims, rep)
	}
}

func TestOtherPrompts(t *testing.T) {
	s := sheetOf(lighthouse, "Two.")
	writer, err := s.Writer("c1 [A] It is tall.", "- leave out c2")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"c1 [A] It is tall.", "- leave out c2", "‹0badcafe› A │ # The light", "‹0badcafe› B │ Two."} {
		if !strings.Contains(writer[1].Text(), want) {
			t.Errorf("the writer's prompt lacks %q", want)
		}
	}
	extract, err := s.One(1).Extract()
	if err != nil || !strings.Contains(extract[1].Text(), "B1 │ Two.") || strings.Contains(extract[1].Text(), "A1") {
		t.Errorf("%v %v", extract, err)
	}
	again, err := Again("{broken\x00")
	if err != nil || len(again) != 1 || !strings.Contains(again[0].Text(), "{broken") || strings.Contains(again[0].Text(), "\x00") {
		t.Errorf("%v %v", again, err)
	}
}

func TestSchemaFitsItsOwnVerdicts(t *testing.T) {
	f := sheetOf("One.", "Two.").Schema()
	var schema struct {
		Required   []string
		Properties map[string]struct {
			Items struct {
				Required   []string
				Properties map[string]struct{ Required []string }
			}
		}
	}
	if err := json.Unmarshal(f.Schema, &schema); err != nil || !f.Strict {
		t.Fatalf("%v in %s", err, f.Schema)
	}
	if got := fmt.Sprint(schema.Properties["claims"].Items.Properties["stance"].Required); got != "[A B]" {
		t.Errorf("stances of %s", got)
	}
	if len(schema.Required) != len(schema.Properties) {
		t.Errorf("strict modes need all of %d properties, required are %v", len(schema.Properties), schema.Required)
	}
	if i, j := strings.Index(string(f.Schema), `"stance"`), strings.Index(string(f.Schema), `"why"`); i > j {
		t.Error("the reason comes before the evidence")
	}
}

func TestCollapse(t *testing.T) {
	s := sheetOf("Same words. Only here.", "Only there. Same words.", "Same words.")
	if n := s.Collapse([][]ID{{{1, 1}, {0, 0}, {2, 0}}}); n != 2 {
		t.Errorf("%d lines saved", n)
	}
	want := "‹0badcafe› A1 = B2 = C1 │ Same words.\n‹0badcafe› A2 │ Only here.\n‹0badcafe› B1 │ Only there."
	if got := s.Panel(); got != want {
		t.Errorf("panel\n%s", got)
	}
	back := s.Reversed()
	if got, want := back.Panel(), "‹0badcafe› B1 │ Only there.\n‹0badcafe› A1 = B2 = C1 │ Same words.\n‹0badcafe› A2 │ Only here."; got != want {
		t.Errorf("reversed\n%s", got)
	}
	for _, w := range s.Windows(1000) {
		if !strings.Contains(w.Panel(), "C1 │ Same words.") {
			t.Errorf("a window hides what another may show:\n%s", w.Panel())
		}
	}
}

func TestShortenAndKeep(t *testing.T) {
	code := "```\n" + strings.Repeat("line of code\n", 50) + "```"
	s := sheetOf("Intro.\n\n"+code, "Short.")
	if cut := s.Shorten(); len(cut) != 1 || s.Name(cut[0]) != "A2" {
		t.Errorf("shortened %v", cut)
	}
	if p := s.Panel(); !strings.Contains(p, "lines left out") || strings.Count(p, "line of code") > 6 {
		t.Errorf("panel\n%s", p)
	}
	if n := s.Keep(0, []int{1}); n != 1 || strings.Contains(s.Panel(), "Intro") {
		t.Errorf("%d hidden:\n%s", n, s.Panel())
	}
}

func TestWindowsShowEverySpanOnce(t *testing.T) {
	var texts []string
	for i := range 3 {
		var b strings.Builder
		for k := range 40 {
			fmt.Fprintf(&b, "Sentence number %d of answer %d is here. ", k, i)
		}
		texts = append(texts, b.String())
	}
	s := sheetOf(texts...)
	for _, limit := range []int{1, 200, 700, 1 << 20} {
		seen := map[string]int{}
		for _, w := range s.Windows(limit) {
			for _, line := range strings.Split(w.Panel(), "\n") {
				seen[strings.Fields(line)[1]]++
			}
			if w.Tokens() > limit && strings.Count(w.Panel(), "\n") > 0 {
				t.Errorf("a window of %d lines has %d tokens, limit %d", strings.Count(w.Panel(), "\n")+1, w.Tokens(), limit)
			}
		}
		if len(seen) != 120 {
			t.Errorf("limit %d: %d spans shown, want 120", limit, len(seen))
		}
		for id, n := range seen {
			if n != 1 {
				t.Errorf("limit %d: %s is shown %d times", limit, id, n)
			}
		}
	}
}

func TestCleanText(t *testing.T) {
	for in, want := range map[string]string{
		"a\x1b[31mb\x1b[0mc":           "abc",
		"a\x1b]0;title\x07b":           "ab",
		"a\x1b]8;;http://x\x1b\\b":     "ab",
		"a\u009b2Jb":                   "ab",
		"a\x00\x07b\x7fc":              "abc",
		"a\r\nb\rc\u2028d\u0085e":      "a\nb\nc\nd\ne",
		"a\tb":                         "a\tb",
		"a\u202eb\u2066c\u200bd\ufeff": "abcd",
		"👩\u200d🚀 می\u200cخواهم":       "👩\u200d🚀 می\u200cخواهم",
		"a\xffb":                       "ab",
		"plain":                        "plain",
	} {
		if got := CleanText(in); got != want {
			t.Errorf("CleanText(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestParseKeep(t *testing.T) {
	for in, want := range map[string]string{
		`{"keep":["B1","B3"]}`:                     "[0 2]",
		"Sure: ```json\n{\"keep\":[\"B2\",]}\n```": "[1]",
		`["B1","A2","B9","x"]`:                     "[0]",
		`{"keep":["B1-B3"]}`:                       "[0 1 2]",
		`none of them`:                             "[]",
	} {
		if got := fmt.Sprint(ParseKeep(in, "B", 4)); got != want {
			t.Errorf("ParseKeep(%s) = %s, want %s", in, got, want)
		}
	}
}

func TestMaxClaimsIsBounded(t *testing.T) {
	if n := sheetOf("One.").MaxClaims(); n != 8 {
		t.Errorf("%d", n)
	}
	if n := sheetOf(strings.Repeat("A sentence of words stands here. ", 300)).MaxClaims(); n != 40 {
		t.Errorf("%d", n)
	}
}
