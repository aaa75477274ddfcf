package compare

import (
	"fmt"
	"strconv"
	"strings"

	"assay/engine/chat"
	"assay/ui/composer"
	"assay/ui/figure"
	"assay/ui/fusionpane"
	"assay/ui/keys"
	"assay/ui/line"
	"assay/ui/markdown"
	"assay/ui/talk"
	"assay/ui/theme"
)

// title is the top row: which turn this is, and its prompt.
// Before the first one it says what the user should know.
func (p painter) title(g *stage, know string, w int) string {
	l := line.New(w, p.Glyph.More).Space(1).Add(p.Chrome.Title, "assay").Space(2)
	t, turns := g.turn(), g.talk.Turns()
	if !t.Asked() {
		if know == "" {
			know = "compare"
		}
		return l.Add(p.Text.Dim, markdown.CleanLine(know)).Pad()
	}
	if len(turns) > 1 {
		l.Add(p.Text.Dim, fmt.Sprintf("turn %d of %d", g.at+1, len(turns))).Space(2)
	}
	return l.Add(p.Text.Accent, p.Glyph.Prompt+" ").Add(p.Text.Plain, markdown.CleanLine(t.Prompt)).Pad()
}

// tab is an entry of the strip that names every pane.
type tab struct {
	text   string
	mark   string
	style  theme.Style // of the mark
	color  theme.Style // of the number
	number string
	active bool
	lane   int // -1: fusion
}

// tabs are the entries of the strip, and the cells each takes.
func (p painter) tabs(cols []column, g *stage, pane *fusionpane.Model, visible func(int) bool) []tab {
	var out []tab
	for i := range cols {
		t := tab{text: figure.Short(markdown.CleanLine(cols[i].model())), number: strconv.Itoa(i + 1), color: p.Styles.Lane.Color(i), lane: i, active: visible(i)}
		if cols[i].lane != nil {
			t.mark, _, t.style = p.state(cols[i].lane)
		}
		out = append(out, t)
	}
	if g.fusion() {
		t := tab{text: "Fusion", lane: -1, active: visible(-1), mark: pane.Brief()}
		if g.answered() {
			t.mark = strings.TrimLeft(t.mark+" "+p.Glyph.State.Done, " ")
		}
		out = append(out, t)
	}
	return out
}

// strip draws the tabs into w cells and tells where each begins.
func (p painter) strip(tabs []tab, w int) (string, []int) {
	l := line.New(w, p.Glyph.More)
	room := w
	if n := len(tabs); n > 0 {
		room = max(w/n, 4)
	}
	starts := make([]int, len(tabs))
	for i, t := range tabs {
		starts[i] = l.Width()
		piece := line.New(min(room, l.Room()), p.Glyph.More).Space(1)
		name := p.Chrome.Tab
		if t.active {
			name = p.Chrome.TabActive
		}
		if t.number != "" {
			piece.Add(t.color, t.number).Space(1)
		}
		if t.mark != "" {
			// The mark matters more than the end of the name.
			room := piece.Room() - len([]rune(t.mark)) - 2
			piece.Join(line.New(max(room, 1), p.Glyph.More).Add(name, t.text)).Space(1).Add(t.style, t.mark).Space(1)
		} else {
			piece.Add(name, t.text).Space(1)
		}
		l.Join(piece)
	}
	return l.Pad(), starts
}

// rulerState is what the line above the composer says.
type rulerState struct {
	box     *composer.Model
	keys    *keys.Table
	talk    *talk.Talk
	price   string
	focused bool
}

// ruler is the line above the composer: whom the prompt goes to and what that may
// cost; while a command is typed, the commands it may become.
func (p painter) ruler(r rulerState, w int) string {
	glyph, border := p.rule(r.focused)
	l := line.New(w, p.Glyph.More).Add(border, glyph).Space(1)
	if name, _, ok := r.box.Command(); ok {
		cmds := r.keys.Commands(name)
		if len(cmds) == 0 {
			l.Add(p.Note.Error, "no command /"+markdown.CleanLine(name))
		}
		for _, c := range cmds {
			if !l.Whole(p.Chrome.HelpKey, "/"+c+" ") {
				break
			}
		}
		return l.Space(1).Fill(border, glyph, 0).Pad()
	}
	n := len(r.talk.Lanes())
	to := "to " + strconv.Itoa(n) + " lanes"
	switch n {
	case 0:
		to = "no lanes: choose models first"
	case 1:
		to = "to 1 lane"
	}
	l.Add(p.Text.Dim, to)
	if r.talk.Fuse && n > 1 {
		l.Add(p.Text.Dim, ", then ").Add(p.Text.Accent, "fused")
		if r.talk.Panel != "" {
			l.Add(p.Text.Dim, " by "+markdown.CleanLine(r.talk.Panel))
		}
	}
	if r.talk.Newest().Promoted != 0 {
		l.Add(p.Note.Good, ", all from the winner's answer")
	}
	l.Space(1)
	right := line.New(w, "")
	if r.price != "" {
		right.Space(1).Add(p.Note.Estimate, r.price).Space(1).Add(border, glyph)
	}
	if right.Width() >= l.Room() {
		return l.Fill(border, glyph, 0).Pad()
	}
	return l.Fill(border, glyph, right.Width()).Join(right).Pad()
}

// fusionHead is the heading of the fusion pane.
func (p painter) fusionHead(m *fusionpane.Model, w int, focused bool) string {
	glyph, border := p.rule(focused)
	name := p.Styles.Lane.HeaderBlurred
	if focused {
		name = p.Styles.Lane.HeaderFocused
	}
	right := line.New(w, "")
	if word := m.Word(); word != "" {
		right.Space(1).Add(p.Text.Dim, word).Space(1)
	}
	if right.Width() > w/2 {
		right = line.New(0, "")
	}
	l := line.New(w, p.Glyph.More)
	left := line.New(w-right.Width(), p.Glyph.More).Add(border, glyph).Space(1).Add(name, "Fusion")
	m.Head(left)
	return l.Join(left).Space(1).Fill(border, glyph, right.Width()).Join(right).Pad()
}

// figures are what the fusion's own stages took and cost.
func (g *stage) figures(approx string) []string {
	var out []string
	for _, r := range []chat.LaneRole{chat.RoleJudge, chat.RoleWriter} {
		_, l := g.role(r)
		if l == nil || l.Phase == chat.PhaseIdle {
			continue
		}
		text := string(r)
		switch {
		case l.Finish != nil:
			text += " " + figure.Seconds(l.Finish.DurationMs)
		default:
			text += " " + l.Phase.String()
		}
		if c := l.Bill(); c.Source != "" {
			text += " " + figure.Cost(c, approx)
		}
		out = append(out, text)
	}
	if a := g.snap.State.Analysis; a != nil && a.Statistics != nil && a.Statistics.CostMultiple != nil {
		out = append(out, fmt.Sprintf("%.1f times one answer", *a.Statistics.CostMultiple))
	}
	return out
}
