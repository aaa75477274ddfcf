package compare

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"assay/catalog"
	"assay/engine/chat"
	"assay/ui/figure"
	"assay/ui/lane"
	"assay/ui/line"
	"assay/ui/markdown"
	"assay/ui/row"
	"assay/ui/theme"
)

// endpoint is the endpoint that answers a lane, as the catalog knows it.
func (c *column) endpoint() *catalog.Endpoint {
	if c.choice.Model == nil || len(c.lane.Attempts) == 0 {
		return nil
	}
	now := c.lane.Attempts[len(c.lane.Attempts)-1]
	for i := range c.choice.Model.Endpoints {
		e := &c.choice.Model.Endpoints[i]
		if e.Provider == now.Provider && (e.Tag == now.Endpoint || e.Tag == "" || now.Endpoint == "") {
			return e
		}
	}
	return nil
}

// body is a lane's text with what has to be said about it: the card before it is
// asked, the tries while nothing has come, the reason when it failed.
func (p painter) body(c *column, t *lane.View, w, h int) []string {
	if c.lane == nil {
		return p.card(c, w, h)
	}
	note := p.note(c, w)
	if len(c.lane.Text) == 0 && len(c.lane.Thought) == 0 {
		return note
	}
	note = note[:min(len(note), max(h/2, 1))]
	t.SetSize(w, max(h-len(note), 1))
	rows := t.Rows()
	if len(note) == 0 {
		return rows
	}
	// Where the text leaves room, what there is to say about it stands right below.
	end := len(rows)
	for end > 0 && strings.TrimSpace(rows[end-1]) == "" {
		end--
	}
	if end < len(rows) {
		rows = append(rows[:end], row.Blank(w))
	}
	return append(rows, note...)
}

// note is what stands under the text, or instead of it.
func (p painter) note(c *column, w int) []string {
	l := c.lane
	switch {
	case l.Failure != nil:
		return p.failure(c, w)
	case l.Finish != nil && len(l.Text) == 0 && len(l.Tools) == 0:
		return p.paragraph(p.Note.Warning, "The model finished without saying anything.", w)
	case l.Phase <= chat.PhaseConnecting:
		return p.tries(c, w)
	case len(l.Tools) > 0:
		return p.tools(l, w)
	}
	return nil
}

// failure says what went wrong, in the upstream's own words, and what to do.
func (p painter) failure(c *column, w int) []string {
	f := c.lane.Failure
	if f.ErrorType == chat.ErrCancelled {
		return p.paragraph(p.State.Stopped, p.Glyph.State.Stopped+" stopped; what came is kept", w)
	}
	what := figure.Class(f.ErrorType, f.Status)
	if f.Provider != "" {
		what += " at " + markdown.CleanLine(f.Provider)
	}
	rows := p.paragraph(p.Note.Error, p.Glyph.State.Failed+" "+what, w)
	if f.Message != "" {
		rows = append(rows, p.paragraph(p.Text.Plain, markdown.CleanLine(f.Message), w)...)
	}
	if f.Attempts > 1 {
		rows = append(rows, p.paragraph(p.Text.Dim, fmt.Sprintf("%d attempts", f.Attempts), w)...)
	}
	if f.Remedy != "" {
		rows = append(rows, p.paragraph(p.Note.Info, p.Glyph.Bullet+" "+markdown.CleanLine(f.Remedy), w)...)
	}
	return rows
}

// tries lists the attempts while nothing has come.
func (p painter) tries(c *column, w int) []string {
	var rows []string
	for i, a := range c.lane.Attempts {
		who := markdown.CleanLine(a.Provider)
		if i < len(c.lane.Attempts)-1 || a.Outcome == chat.AttemptFailed {
			rows = append(rows, p.paragraph(p.Text.Dim, p.Glyph.State.Failed+" "+who+": "+figure.Outcome(a), w)...)
			continue
		}
		text := p.Glyph.State.Connecting + " " + who
		if a.Outcome == chat.AttemptWaiting {
			text = p.Glyph.State.Queued + " " + who + ": waits " + figure.Seconds(a.RetryAfterMs)
		}
		rows = append(rows, p.paragraph(p.Text.Dim, text, w)...)
	}
	return rows
}

// tools lists the calls a model asks for: this program does not carry them out.
func (p painter) tools(l *chat.Lane, w int) []string {
	var rows []string
	for _, t := range l.Tools {
		rows = append(rows, p.paragraph(p.Styles.Lane.Tool, "calls "+markdown.CleanLine(t.Name)+" "+markdown.CleanLine(t.Arguments), w)...)
	}
	return rows
}

// card is what a lane shows before it is asked.
func (p painter) card(c *column, w, h int) []string {
	rows := []string{row.Blank(w)}
	add := func(s theme.Style, text string) { rows = append(rows, p.paragraph(s, text, w)...) }
	add(p.Text.Strong, markdown.CleanLine(c.setup.Request.Model))
	m := c.choice.Model
	if m == nil {
		return rows[:min(len(rows), h)]
	}
	if m.Name != "" {
		add(p.Text.Dim, markdown.CleanLine(m.Name))
	}
	switch {
	case len(c.choice.Providers) > 0:
		add(p.Text.Dim, "served by "+markdown.CleanLine(strings.Join(c.choice.Providers, ", ")))
	case c.choice.Note != "":
		add(p.Note.Warning, "! "+markdown.CleanLine(c.choice.Note))
	}
	var facts []string
	if n := figure.Tokens(m.MaxOutput); n != "" {
		facts = append(facts, "answers up to "+n)
	}
	if m.Knowledge != "" {
		facts = append(facts, "knows until "+markdown.CleanLine(m.Knowledge))
	}
	if m.Reasoning.Supported {
		facts = append(facts, "reasons")
	}
	if m.Params.Has(catalog.ParamTools) {
		facts = append(facts, "tools")
	}
	if m.Input.Has(catalog.Image) {
		facts = append(facts, "sees images")
	}
	if m.Open {
		facts = append(facts, "open weights")
	}
	for _, r := range pack(facts, " "+p.Glyph.Dot+" ", w-2) {
		add(p.Text.Dim, r)
	}
	if m.Expires != "" {
		add(p.Note.Warning, "! goes away on "+markdown.CleanLine(m.Expires))
	}
	return rows[:min(len(rows), h)]
}

// pack joins short texts into rows of at most w cells, never breaking one.
func pack(parts []string, sep string, w int) []string {
	var rows []string
	for _, s := range parts {
		if n := len(rows); n > 0 && ansi.StringWidth(rows[n-1]+sep+s) <= w {
			rows[n-1] += sep + s
			continue
		}
		rows = append(rows, s)
	}
	return rows
}

// paragraph wraps one clean text into rows with a margin of one cell.
func (p painter) paragraph(s theme.Style, text string, w int) []string {
	var rows []string
	for _, r := range line.Wrap(text, max(w-2, 1)) {
		rows = append(rows, line.New(w, p.Glyph.More).Space(1).Add(s, r).Pad())
	}
	return rows
}
