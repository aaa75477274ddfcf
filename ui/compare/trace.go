package compare

import (
	"fmt"
	"strings"

	"assay/engine/chat"
	"assay/ui/figure"
	"assay/ui/line"
	"assay/ui/markdown"
	"assay/ui/theme"
)

// traceRows is what was done to get a lane's answer: the plan, every attempt, who
// answered, and which endpoints were never tried and why.
func (p painter) traceRows(l *chat.Lane, w int) []string {
	t := tracer{painter: p, w: w}
	if r := l.Route; r != nil {
		t.heading("Plan")
		t.text(p.Text.Plain, "by "+markdown.CleanLine(r.Strategy)+" for "+markdown.CleanLine(r.Model))
		for i, c := range r.Candidates {
			t.pair(fmt.Sprintf("%d", i+1), figure.Endpoint(c.Provider, c.Endpoint), c.Reason)
		}
		if len(r.Candidates) == 0 {
			t.text(p.Note.Error, "no endpoint is left")
		}
	}
	t.heading("Attempts")
	won := answering(l)
	for i, a := range l.Attempts {
		style, mark := p.Text.Dim, p.Glyph.State.Connecting
		switch a.Outcome {
		case chat.AttemptFailed:
			style, mark = p.State.Failed, p.Glyph.State.Failed
		case chat.AttemptWaiting:
			style, mark = p.State.Queued, p.Glyph.State.Queued
		case chat.AttemptAbandoned:
			style, mark = p.State.Stopped, p.Glyph.State.Stopped
		}
		what := figure.Outcome(a)
		if i == won {
			style, mark, what = p.State.Done, p.Glyph.State.Done, "answered"
		}
		if a.Cost != nil {
			what += ", " + figure.Cost(*a.Cost, p.Glyph.Approx)
		}
		t.marked(style, mark, figure.Endpoint(a.Provider, a.Endpoint), what)
	}
	if len(l.Attempts) == 0 {
		t.text(p.Text.Dim, "none")
	}
	t.end(l)
	if r := l.Route; r != nil && len(r.Excluded) > 0 {
		t.heading("Not tried")
		for _, x := range r.Excluded {
			why := strings.ReplaceAll(x.By, "_", " ")
			if x.Detail != "" {
				why += ", " + x.Detail
			}
			t.marked(p.Text.Faint, p.Glyph.Empty, figure.Endpoint(x.Provider, x.Endpoint), why)
		}
	}
	return t.rows
}

// answering is the attempt that brought a finished lane its answer, -1 while there is
// none: of two side by side the winner need not be the last.
func answering(l *chat.Lane) int {
	won := -1
	if l.Finish == nil {
		return won
	}
	for i, a := range l.Attempts {
		if a.Outcome != chat.AttemptStarted {
			continue
		}
		won = i
		if a.Provider == l.Finish.Provider && a.Endpoint == l.Finish.Endpoint {
			break
		}
	}
	return won
}

type tracer struct {
	painter
	w    int
	rows []string
}

func (t *tracer) heading(text string) {
	if len(t.rows) > 0 {
		t.rows = append(t.rows, "")
	}
	t.rows = append(t.rows, t.Chrome.Title.Paint(text))
}

func (t *tracer) text(s theme.Style, text string) {
	for _, r := range line.Wrap(text, t.w-1) {
		t.rows = append(t.rows, line.New(t.w, t.Glyph.More).Space(1).Add(s, r).String())
	}
}

func (t *tracer) pair(lead, name, text string) { t.marked(t.Text.Dim, lead, name, text) }

// marked is a row with a mark, a name and what there is to say, aligned.
func (t *tracer) marked(s theme.Style, mark, name, text string) {
	const names = 26
	l := line.New(t.w, t.Glyph.More).Space(1).Add(s, mark).Space(1)
	l.Join(line.New(min(names, l.Room()), t.Glyph.More).Add(t.Text.Plain, markdown.CleanLine(name)))
	rows := line.Wrap(markdown.CleanLine(text), max(t.w-names-4, 10))
	for i, r := range rows {
		if i > 0 {
			t.rows = append(t.rows, l.String())
			l = line.New(t.w, t.Glyph.More)
		}
		l.Right(t.w-names-4).Space(1).Add(t.Text.Dim, r)
	}
	t.rows = append(t.rows, l.String())
}

// end says who answered, or why nobody did.
func (t *tracer) end(l *chat.Lane) {
	switch f := l.Finish; {
	case f != nil:
		t.heading("Answered by")
		what := []string{markdown.CleanLine(f.Model), figure.Seconds(f.TTFTMs) + " to the first token", figure.Seconds(f.DurationMs) + " in all"}
		t.marked(t.State.Done, t.Glyph.State.Done, figure.Endpoint(f.Provider, f.Endpoint), strings.Join(what, ", "))
		u := f.Usage
		use := fmt.Sprintf("%d tokens in, %d out", u.PromptTokens, u.CompletionTokens)
		for _, extra := range []struct {
			n    int
			name string
		}{{u.ReasoningTokens, "reasoning"}, {u.CachedTokens, "from cache"}, {u.CacheWriteTokens, "written to cache"}} {
			if extra.n > 0 {
				use += fmt.Sprintf(", %d %s", extra.n, extra.name)
			}
		}
		t.text(t.Text.Plain, use)
		t.text(t.Text.Plain, figure.Bill(f.Cost, t.Glyph.Approx))
		if bill := l.Bill(); bill.USD != f.Cost.USD {
			t.text(t.Note.Warning, figure.Cost(bill, t.Glyph.Approx)+" with the tries that failed")
		}
		if f.GenerationID != "" {
			t.text(t.Text.Dim, "generation "+markdown.CleanLine(f.GenerationID))
		}
	case l.Failure != nil:
		t.heading("Outcome")
		t.text(t.State.Failed, figure.Class(l.Failure.ErrorType, l.Failure.Status)+": "+markdown.CleanLine(l.Failure.Message))
		for _, e := range l.Failure.Previous {
			t.text(t.Text.Dim, "before that "+markdown.CleanLine(e.Provider)+fmt.Sprintf(" (%d): ", e.Status)+markdown.CleanLine(e.Message))
		}
		if l.Failure.Remedy != "" {
			t.text(t.Note.Info, markdown.CleanLine(l.Failure.Remedy))
		}
	}
}
