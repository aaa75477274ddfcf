package fusionpane_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"assay/engine/chat"
	"assay/ui/fusionpane"
	"assay/ui/keys"
	"assay/ui/line"
	"assay/ui/theme"
)

func quote(lane int, text string) chat.Quote {
	return chat.Quote{Lane: lane, Start: 1, End: 1 + len(text), Text: text, Grounded: true}
}

func sample() *chat.Analysis {
	alpha := 0.71
	weak := quote(2, "it usually helps")
	weak.Weak = true
	return &chat.Analysis{
		Consensus: []chat.Consensus{
			{ID: "c1", Claim: "Go compiles to one static binary, which makes deployment a copy", Lanes: []int{0, 1, 2}, Unanimous: true, Quotes: []chat.Quote{quote(0, "a single static binary"), quote(1, "one binary"), weak}},
			{ID: "c2", Claim: "Garbage collection pauses are short", Lanes: []int{0, 2}, Quotes: []chat.Quote{{Lane: 0, Text: "made up"}}},
		},
		Contradictions: []chat.Contradiction{{ID: "x1", Topic: "Does Go have generics?", Confidence: "likely", Stances: []chat.Stance{
			{Lane: 0, Stance: "yes, since 1.18", Quotes: []chat.Quote{quote(0, "Go 1.18 added type parameters")}},
			{Lane: 1, Stance: "no", Quotes: []chat.Quote{quote(1, "there are no generics")}},
		}}},
		PartialCoverage: []chat.Partial{{ID: "p1", Point: "Build times", CoveredBy: []int{0}, MissingFrom: []int{1, 2}, Quotes: []chat.Quote{quote(0, "builds in seconds")}}},
		UniqueInsights:  []chat.Unique{{ID: "u1", Lane: 2, Insight: "cgo breaks cross-compiling", Quotes: []chat.Quote{quote(2, "cgo needs a C toolchain")}}},
		BlindSpots:      []chat.BlindSpot{{ID: "b1", Point: "Licensing was not discussed"}},
		Judge:           chat.JudgeInfo{Model: "acme/judge", Method: "model", Flips: 1},
		Statistics:      &chat.Statistics{Claims: 6, Models: 3, Vendors: 2, ContestedRate: 0.17, Alpha: &alpha},
		Warnings:        []string{"lane 2 was cut off by its length limit"},
		Final:           true,
	}
}

func styles() *theme.Styles {
	return theme.New(theme.Options{Dark: true, Profile: theme.None})
}

func pane(a *chat.Analysis) *fusionpane.Model {
	m := fusionpane.New(styles())
	m.Set(fusionpane.Source{Analysis: a, Version: 1, Figures: []string{"judge $0.0004", "3.2 s"}})
	return m
}

func body(m *fusionpane.Model, w, h int) string {
	var rows []string
	for _, r := range m.Body(w, h, true) {
		rows = append(rows, strings.TrimRight(ansi.Strip(r), " "))
	}
	return strings.Join(rows, "\n") + "\n"
}

func TestBodies(t *testing.T) {
	for _, w := range []int{100, 48, 20} {
		t.Run(fmt.Sprint(w), func(t *testing.T) {
			m := pane(sample())
			m.Do(keys.Down)
			golden.RequireEqual(t, []byte(body(m, w, 60)))
		})
	}
}

func TestRowsFitAnySize(t *testing.T) {
	for w := 1; w < 70; w += 3 {
		for h := 1; h < 30; h += 4 {
			m := pane(sample())
			for range 8 {
				rows := m.Body(w, h, true)
				if len(rows) > h {
					t.Fatalf("%d rows in %d", len(rows), h)
				}
				for _, r := range rows {
					if ansi.StringWidth(r) > w {
						t.Fatalf("%d cells in %d: %q", ansi.StringWidth(r), w, r)
					}
				}
				m.Do(keys.Down)
			}
		}
	}
}

func TestGrades(t *testing.T) {
	want := map[string]fusionpane.Grade{
		"c1": fusionpane.Verified, "c2": fusionpane.Unverified, "x1": fusionpane.Verified, "p1": fusionpane.Verified, "b1": fusionpane.Opinion,
	}
	for _, it := range fusionpane.Items(sample()) {
		if g, ok := want[it.ID]; ok && it.Grade != g {
			t.Errorf("%s is %s, want %s", it.ID, it.Grade, g)
		}
	}
	a := sample()
	a.Contradictions[0].Stances[1].Quotes = nil
	if it := fusionpane.Items(a)[2]; it.Grade != fusionpane.Unverified {
		t.Errorf("a contradiction with one unproven side is %s", it.Grade)
	}
}

func TestCursorStaysOnItsItem(t *testing.T) {
	m := pane(sample())
	if m.Chosen() != nil {
		t.Error("an item is chosen before the user moved")
	}
	m.Do(keys.Down)
	if m.Chosen().ID != "c1" {
		t.Errorf("the first move chose %s", m.Chosen().ID)
	}
	m.Do(keys.Down)
	m.Do(keys.Down)
	if m.Chosen().ID != "x1" {
		t.Errorf("chose %s", m.Chosen().ID)
	}
	next := sample()
	next.Consensus = append(next.Consensus, chat.Consensus{ID: "c3", Claim: "a later one"})
	m.Set(fusionpane.Source{Analysis: next, Version: 2})
	if m.Chosen().ID != "x1" {
		t.Errorf("a newer analysis moved the cursor to %s", m.Chosen().ID)
	}
	next = sample()
	next.Contradictions = nil
	m.Set(fusionpane.Source{Analysis: next, Version: 3})
	if m.Current() == nil {
		t.Error("the cursor is nowhere after its item went")
	}
}

func TestSelectedItemIsInSight(t *testing.T) {
	m := pane(sample())
	for range 8 {
		m.Do(keys.Down)
		if it := m.Chosen(); !strings.Contains(body(m, 60, 8), it.Text[:9]) {
			t.Errorf("%s is out of sight:\n%s", it.ID, body(m, 60, 8))
		}
	}
	m.Do(keys.Top)
	if !strings.Contains(body(m, 60, 8), "judged by") {
		t.Error("the top is not the top")
	}
}

func TestClickChooses(t *testing.T) {
	m := pane(sample())
	rows := strings.Split(body(m, 80, 40), "\n")
	for i, r := range rows {
		if strings.Contains(r, "Does Go have generics") {
			m.Click(i)
		}
	}
	if it := m.Chosen(); it == nil || it.ID != "x1" {
		t.Errorf("chose %+v", it)
	}
	if !strings.Contains(body(m, 80, 40), "there are no generics") {
		t.Error("the chosen item does not show its passages")
	}
}

func TestHostileAnalysis(t *testing.T) {
	a := &chat.Analysis{
		Consensus: []chat.Consensus{{ID: "c1", Claim: "\x1b[2Jwipe\x07", Lanes: []int{0, 99, -4}, Quotes: []chat.Quote{{Lane: 77, Start: -5, End: 1 << 30, Text: "\x1b]52;c;evil\x07", Grounded: true}}, Notes: []string{"\u202enote"}}},
		Warnings:  []string{"\x1b[31mred"},
		Judge:     chat.JudgeInfo{Model: "\x9b31m", Method: "model"},
	}
	m := pane(a)
	m.Do(keys.Down)
	for _, r := range m.Body(60, 30, true) {
		plain := ansi.Strip(r)
		for _, c := range plain {
			if c < 0x20 || c >= 0x7f && c < 0xa0 || c == 0x202e {
				t.Errorf("%U reached the screen in %q", c, r)
			}
		}
		if strings.Contains(r, "\x1b]") || strings.Contains(r, "\x1b[2J") {
			t.Errorf("a sequence reached the screen: %q", r)
		}
	}
}

// text is an Answer of numbered rows.
type text struct{ top int }

func (x *text) Rows(w, h int) []string {
	var rows []string
	for i := range h {
		rows = append(rows, ansi.Truncate(fmt.Sprintf("answer row %d", x.top+i), w, ""))
	}
	return rows
}

func (x *text) Do(a keys.Action) {
	if a == keys.Down {
		x.top++
	}
}

func TestAnswerAndFindings(t *testing.T) {
	m := pane(sample())
	answer := &text{}
	m.Set(fusionpane.Source{Analysis: sample(), Answer: answer, Version: 2})
	if got := body(m, 60, 10); !strings.Contains(got, "answer row 0") || strings.Contains(got, "Consensus") {
		t.Errorf("low pane:\n%s", got)
	}
	m.Do(keys.Down)
	if answer.top != 1 {
		t.Error("the answer was not scrolled")
	}
	m.Do(keys.Switch)
	m.Do(keys.Down)
	if got := body(m, 60, 10); strings.Contains(got, "answer row 1") || m.Chosen() == nil {
		t.Errorf("after switching:\n%s", got)
	}
	for _, size := range [][2]int{{120, 12}, {97, 4}} {
		for _, r := range m.Body(size[0], size[1], true) {
			if ansi.StringWidth(r) > size[0] {
				t.Errorf("%d cells in %d", ansi.StringWidth(r), size[0])
			}
		}
	}
	if got := body(m, 120, 12); !strings.Contains(got, "answer row 1") || !strings.Contains(got, "Consensus") {
		t.Errorf("wide pane:\n%s", got)
	}
	if got := body(m, 60, 40); !strings.Contains(got, "answer row 1") || !strings.Contains(got, "Consensus") {
		t.Errorf("tall pane:\n%s", got)
	}
}

func TestKeysActOnTheFindingsWhereBothShow(t *testing.T) {
	for name, size := range map[string][2]int{"beside": {120, 12}, "stacked": {60, 40}} {
		t.Run(name, func(t *testing.T) {
			m, answer := pane(sample()), &text{}
			body(m, size[0], size[1])
			m.Set(fusionpane.Source{Analysis: sample(), Answer: answer, Version: 2})
			body(m, size[0], size[1])
			m.Do(keys.Down)
			if m.View() != fusionpane.Findings || m.Chosen() == nil || answer.top != 0 {
				t.Errorf("view %d, chosen %v, answer at %d", m.View(), m.Chosen(), answer.top)
			}
			m.Do(keys.Switch)
			m.Do(keys.Down)
			if m.View() != fusionpane.FusedAnswer || answer.top != 1 {
				t.Errorf("after switching: view %d, answer at %d", m.View(), answer.top)
			}
		})
	}
}

func TestContradictionSaysEverythingOnce(t *testing.T) {
	m := pane(&chat.Analysis{Contradictions: []chat.Contradiction{{ID: "x1", Topic: "Rome fell in **476**.", Stances: []chat.Stance{
		{Lane: 0, Stance: "Rome fell in 476"},
		{Lane: 1, Stance: "it fell in `1453`"},
		{Lane: 2, Stance: "Rome fell in __476__."},
		{Lane: 3, Stance: "It fell in 1453."},
	}}}})
	got := body(m, 60, 20)
	for _, want := range []string{"1 2 3 4  Rome fell in 476.\n", "2 4 it fell in 1453\n", "1 3 as above\n"} {
		if strings.Count(got, want) != 1 {
			t.Errorf("%q is not there once:\n%s", want, got)
		}
	}
	if strings.Index(got, "1453") > strings.Index(got, "as above") {
		t.Errorf("dissent does not come first:\n%s", got)
	}
}

func TestHeadAndFoot(t *testing.T) {
	m := pane(sample())
	l := line.New(60, "…")
	m.Head(l)
	if got := ansi.Strip(l.String()); got != " ≡ 2 ≠ 1 ◐ 1 ◆ 1 ○ 1" {
		t.Errorf("head %q", got)
	}
	if m.Word() != "final" {
		t.Errorf("word %q", m.Word())
	}
	if got := strings.TrimSpace(ansi.Strip(m.Foot(40))); got != "judge $0.0004 · 3.2 s" {
		t.Errorf("foot %q", got)
	}
	m.Set(fusionpane.Source{Stage: "waiting", Version: 5})
	if m.Word() != "waiting" || !strings.Contains(body(m, 40, 5), "waiting") {
		t.Errorf("stage is not shown: %q", body(m, 40, 5))
	}
}

func BenchmarkCompose(b *testing.B) {
	a := sample()
	for i := range 80 {
		a.Consensus = append(a.Consensus, chat.Consensus{ID: fmt.Sprint(i), Claim: strings.Repeat("a claim about the world ", 6), Lanes: []int{0, 1, 2}})
	}
	m := pane(a)
	for b.Loop() {
		m.Do(keys.Down)
		m.Body(70, 40, true)
	}
}
