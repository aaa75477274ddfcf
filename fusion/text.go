package fusion

import (
	"fmt"
	"io"
	"strings"

	"assay/engine/chat"
	"assay/fusion/judgetext"
)

// WriteText writes an analysis as text that reads from top to bottom, without
// colour and safe for a terminal. names are the models by lane; lanes without a name
// are numbered.
func WriteText(w io.Writer, a *chat.Analysis, names []string) error {
	t := &textWriter{w: w, names: names}
	t.consensus(a)
	t.contradictions(a)
	t.partial(a)
	t.unique(a)
	t.blindSpots(a)
	t.figures(a)
	return t.err
}

type textWriter struct {
	w     io.Writer
	names []string
	began bool
	err   error
}

func (t *textWriter) line(format string, args ...any) {
	if t.err == nil {
		_, t.err = io.WriteString(t.w, fmt.Sprintf(format, args...)+"\n")
	}
}

func (t *textWriter) section(title string, n int) {
	if n == 0 {
		return
	}
	if t.began {
		t.line("")
	}
	t.began = true
	t.line("%s (%d)", title, n)
}

// safe is untrusted text on one line.
func safe(s string, n int) string { return brief(judgetext.CleanText(s), n) }

func (t *textWriter) name(lane int) string {
	if lane >= 0 && lane < len(t.names) && t.names[lane] != "" {
		return fmt.Sprintf("%d %s", lane+1, safe(t.names[lane], 60))
	}
	return fmt.Sprint(lane + 1)
}

func (t *textWriter) nameAll(lanes []int) string {
	parts := make([]string, len(lanes))
	for i, l := range lanes {
		parts[i] = t.name(l)
	}
	return strings.Join(parts, ", ")
}

func (t *textWriter) notes(notes []string) {
	for _, n := range notes {
		t.line("     note: %s", safe(n, 300))
	}
}

func (t *textWriter) quotes(quotes []chat.Quote) {
	for _, q := range quotes {
		switch {
		case !q.Grounded:
			t.line("     %s: unverified, no passage named", t.name(q.Lane))
		case q.Weak:
			t.line("     %s: “%s” (weak link)", t.name(q.Lane), safe(q.Text, 160))
		default:
			t.line("     %s: “%s”", t.name(q.Lane), safe(q.Text, 160))
		}
	}
}

func (t *textWriter) consensus(a *chat.Analysis) {
	t.section("Consensus", len(a.Consensus))
	for _, c := range a.Consensus {
		who := fmt.Sprintf("%d of the answers, %d vendors", len(c.Lanes), c.Vendors)
		if c.Unanimous {
			who = fmt.Sprintf("all answers, %d vendors; models share errors", c.Vendors)
		}
		t.line("%4s %s (%s)", c.ID, safe(c.Claim, 400), who)
		t.quotes(c.Quotes)
		t.notes(c.Notes)
	}
}

func (t *textWriter) contradictions(a *chat.Analysis) {
	t.section("Contradictions", len(a.Contradictions))
	for _, x := range a.Contradictions {
		t.line("%4s %s (%s, noticed by the %s check)", x.ID, safe(x.Topic, 300), orDefault(x.Confidence, "possible"), orDefault(x.Source, "judge"))
		for _, st := range x.Stances {
			t.line("     %s says: %s", t.name(st.Lane), safe(st.Stance, 300))
			for _, q := range st.Quotes {
				if q.Grounded && !strings.Contains(safe(st.Stance, 300), safe(q.Text, 160)) {
					t.line("         “%s”", safe(q.Text, 160))
				}
			}
		}
		t.notes(x.Notes)
	}
}

func (t *textWriter) partial(a *chat.Analysis) {
	t.section("Partial coverage", len(a.PartialCoverage))
	for _, p := range a.PartialCoverage {
		t.line("%4s %s", p.ID, safe(p.Point, 400))
		if len(p.MissingFrom) > 0 {
			t.line("     not in: %s", t.nameAll(p.MissingFrom))
		}
		t.quotes(p.Quotes)
		t.notes(p.Notes)
	}
}

func (t *textWriter) unique(a *chat.Analysis) {
	t.section("Unique insights", len(a.UniqueInsights))
	for _, u := range a.UniqueInsights {
		t.line("%4s %s (%s)", u.ID, safe(u.Insight, 400), t.name(u.Lane))
		t.quotes(u.Quotes)
		t.notes(u.Notes)
	}
}

func (t *textWriter) blindSpots(a *chat.Analysis) {
	t.section("Blind spots", len(a.BlindSpots))
	for _, b := range a.BlindSpots {
		t.line("%4s %s", b.ID, safe(b.Point, 300))
		t.notes(b.Notes)
	}
}

// sourceWord says how far a judge's verdict can be relied on to be the whole of it.
func sourceWord(source string) string {
	switch source {
	case SourceRepaired:
		return " (its output was repaired)"
	case SourceSalvaged:
		return " (what could be read of its output)"
	case SourceSecond:
		return " (the stand-in)"
	case SourceImported:
		return " (of a run made elsewhere)"
	}
	return ""
}

func (t *textWriter) figures(a *chat.Analysis) {
	if t.began {
		t.line("")
	}
	judge := "lexical judge"
	if a.Judge.Method == "model" {
		judge = strings.TrimSpace("judge "+safe(a.Judge.Model, 80)) + sourceWord(a.Judge.Source)
	}
	if a.Judge.Note != "" {
		judge += "; " + safe(a.Judge.Note, 300)
	}
	t.line("By: %s", judge)
	if s := a.Statistics; s != nil && s.Claims > 0 {
		t.line("Claims: %d from %d answers of %d vendors, %.0f %% contested", s.Claims, s.Models, s.Vendors, 100*s.ContestedRate)
		if s.Alpha != nil {
			t.line("Agreement (Krippendorff's alpha): %.2f", *s.Alpha)
		}
		if s.Advice != "" {
			t.line("Advice: %s", safe(s.Advice, 300))
		}
	}
	for _, m := range a.Members {
		if m.State == string(OK) {
			t.line("  %s: covers %.0f %%, %d unique, %d contradicted", t.name(m.Lane), 100*m.Coverage, m.Unique, m.Contradicted)
		} else {
			t.line("  %s: %s %s", t.name(m.Lane), m.State, safe(m.Detail, 200))
		}
	}
	for _, w := range a.Warnings {
		t.line("Warning: %s", safe(w, 400))
	}
}
