package compare

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"assay/engine/chat"
	"assay/ui/chart"
	"assay/ui/figure"
	"assay/ui/line"
	"assay/ui/markdown"
	"assay/ui/theme"
)

// painter draws what stands around the answers. It has no state but the theme.
type painter struct{ *theme.Styles }

// state is the glyph, the word and the style of a phase.
func (p painter) state(l *chat.Lane) (glyph, word string, style theme.Style) {
	g, s := &p.Glyph.State, &p.State
	switch l.Phase {
	case chat.PhaseConnecting:
		return g.Connecting, "connecting", s.Connecting
	case chat.PhaseReasoning:
		return g.Thinking, "thinking", s.Thinking
	case chat.PhaseStreaming:
		return g.Streaming, "streaming", s.Streaming
	case chat.PhaseDone:
		return g.Done, "done", s.Done
	case chat.PhaseFailed:
		return g.Failed, "failed", s.Failed
	case chat.PhaseCancelled:
		return g.Stopped, "stopped", s.Stopped
	case chat.PhaseWaiting:
		return g.Queued, "queued", s.Queued
	}
	return g.Queued, "waiting", s.Queued
}

// rule is the glyph and the style of a heading's line: heavy where the focus is, so
// that colour alone does not say it.
func (p painter) rule(focused bool) (string, theme.Style) {
	if focused {
		return p.Glyph.Box.HeavyHorizontal, p.Lane.BorderFocused
	}
	return p.Glyph.Box.Horizontal, p.Lane.Border
}

// narrowHead is the width below which a heading says a state by its mark alone.
const narrowHead = 28

// head is a lane's heading: number, model, who serves it, where it stands.
func (p painter) head(c *column, w int, focused bool, tag string) string {
	glyph, border := p.rule(focused)
	name, provider := p.Lane.HeaderBlurred, p.Lane.ProviderBlurred
	if focused {
		name, provider = p.Lane.HeaderFocused, p.Lane.ProviderFocused
	}
	right := line.New(w, "")
	if c.lane != nil {
		mark, word, style := p.state(c.lane)
		if w < narrowHead {
			word = ""
		}
		right.Space(1).Add(style, strings.TrimRight(mark+" "+word, " "))
	}
	if tag != "" && w >= narrowHead {
		right.Add(p.Note.Good, " "+tag)
	}
	right.Space(1)
	l := line.New(w, p.Glyph.More)
	left := line.New(w-right.Width(), p.Glyph.More)
	left.Add(border, glyph).Space(1).Add(p.Lane.Color(c.place), strconv.Itoa(c.place+1)).Space(1)
	left.Add(name, p.name(c))
	if left.Room() > 10 && c.demo() {
		left.Space(1).Add(p.Chrome.Demo, " demo ")
	}
	if who := p.who(c); who != "" && !c.demo() && left.Room() > 6 {
		left.Add(provider, " "+who)
	}
	if left.Room() > 1 {
		left.Space(1)
	}
	return l.Join(left).Fill(border, glyph, right.Width()).Join(right).Pad()
}

// name is a lane's model as people call it, with what sets it apart from another
// lane of the same model.
func (p painter) name(c *column) string {
	out := figure.Short(markdown.CleanLine(c.model()))
	if c.lane != nil && c.lane.Finish != nil && c.lane.Finish.Model != "" && figure.Short(c.lane.Finish.Model) != figure.Short(c.model()) {
		out += " (" + figure.Short(markdown.CleanLine(c.lane.Finish.Model)) + ")"
	}
	if c.setup.Preset != "" {
		out += " +" + markdown.CleanLine(c.setup.Preset)
	}
	if t := c.setup.Request.Temperature; t != nil {
		out += " t=" + strconv.FormatFloat(*t, 'g', 3, 64)
	}
	return out
}

// who is who is really serving a lane, or would.
func (p painter) who(c *column) string {
	if l := c.lane; l != nil {
		switch {
		case l.Finish != nil && l.Finish.Provider != "":
			return markdown.CleanLine(l.Finish.Provider)
		case len(l.Attempts) > 0:
			return markdown.CleanLine(l.Attempts[len(l.Attempts)-1].Provider)
		case l.Failure != nil:
			return markdown.CleanLine(l.Failure.Provider)
		}
		return ""
	}
	if c.setup.Provider != "" {
		return "pinned to " + markdown.CleanLine(c.setup.Provider)
	}
	return ""
}

// demo reports whether the lane is served by the demo provider.
func (c *column) demo() bool {
	if c.lane != nil && c.lane.Finish != nil && c.lane.Finish.Demo {
		return true
	}
	return c.choice.Model != nil && c.choice.Model.Demo
}

// sparkCells is the width of the line that shows the recent rate, half a second a
// cell.
const sparkCells = 8

// fact is one figure of a footer.
type fact struct {
	text  string
	style theme.Style
	drop  int // the higher, the sooner it goes when room is short
}

// foot is a lane's row of figures. below is how many rows are hidden below the text.
func (p painter) foot(c *column, w, below int) string {
	facts := p.facts(c)
	if below > 0 {
		facts = append([]fact{{fmt.Sprintf("%s %d more", p.Glyph.Below, below), p.Text.Accent, 0}}, facts...)
	}
	sep := " " + p.Glyph.Dot + " "
	for width(facts, sep) > w-2 && len(facts) > 1 {
		worst := 0
		for i := range facts {
			if facts[i].drop > facts[worst].drop {
				worst = i
			}
		}
		facts = append(facts[:worst], facts[worst+1:]...)
	}
	l := line.New(w, p.Glyph.More).Space(1)
	for i, f := range facts {
		if i > 0 {
			l.Add(p.Styles.Lane.Footer, sep)
		}
		l.Add(f.style, f.text)
	}
	return l.Pad()
}

func width(facts []fact, sep string) int {
	n := 0
	for i, f := range facts {
		if i > 0 {
			n += ansi.StringWidth(sep)
		}
		n += ansi.StringWidth(f.text)
	}
	return n
}

func (p painter) facts(c *column) []fact {
	l, dim, strong := c.lane, p.Styles.Lane.Footer, p.Styles.Lane.FooterValue
	if l == nil {
		return p.promise(c)
	}
	var out []fact
	if t := l.TTFTMs(); t >= 0 && (l.FirstMs >= 0 || l.Finish != nil) {
		out = append(out, fact{figure.Seconds(t) + " first", dim, 4})
	} else if !l.Phase.Ended() {
		out = append(out, fact{figure.Seconds(c.elapsed), dim, 4})
	}
	tokens, approx := l.Tokens, p.Glyph.Approx
	if l.Finish != nil && l.Finish.Usage.CompletionTokens > 0 {
		tokens, approx = float64(l.Finish.Usage.CompletionTokens), ""
	}
	if tokens > 0 {
		out = append(out, fact{fmt.Sprintf("%s%.0f tok", approx, tokens), strong, 2})
	}
	if rate := pace(c); rate > 0 {
		out = append(out, fact{figure.Rate(rate), dim, 3})
		rates := l.Pace.Recent(nil, l.StartMs+c.elapsed, sparkCells)
		if spark := strings.TrimLeft(chart.Spark(rates, sparkCells, p.Options.ASCII), " "); spark != "" {
			out = append(out, fact{spark, p.Text.Accent, 5})
		}
	}
	if cost, ok := bill(c); ok {
		out = append(out, fact{figure.Cost(cost, p.Glyph.Approx), strong, 1})
	}
	if l.Finish != nil && l.Finish.FinishReason != "" {
		drop, style := 6, dim
		if l.Finish.FinishReason != "stop" {
			drop, style = 0, p.Note.Warning
		}
		out = append(out, fact{markdown.CleanLine(l.Finish.FinishReason), style, drop})
	}
	if c.setup.Request.Model != c.model() {
		out = append(out, fact{"next: " + figure.Short(markdown.CleanLine(c.setup.Request.Model)), p.Note.Info, 1})
	}
	return out
}

// promise is what is known of a lane before it is asked.
func (p painter) promise(c *column) []fact {
	m := c.choice.Model
	if m == nil {
		return nil
	}
	dim := p.Styles.Lane.Footer
	var out []fact
	if len(m.Endpoints) > 0 {
		if s := figure.Prices(m.Endpoints[0].Prices.Prompt, m.Endpoints[0].Prices.Completion); s != "" {
			out = append(out, fact{s, p.Styles.Lane.FooterValue, 1})
		}
	}
	if s := figure.Tokens(m.Context); s != "" {
		out = append(out, fact{s + " context", dim, 2})
	}
	return out
}

// pace is a lane's rate in tokens per second: over the whole answer once it is
// finished, since the first token while it streams.
func pace(c *column) float64 {
	l := c.lane
	if l.Finish != nil {
		return l.Finish.TokensPerS
	}
	took := l.LastMs - l.FirstMs
	if !l.Phase.Ended() {
		took = c.elapsed - l.TTFTMs()
	}
	if l.FirstMs < 0 || took < 250 {
		return 0
	}
	return l.Tokens * 1000 / float64(took)
}

// bill is what a lane has cost, or so far seems to cost: the tokens that were seen at
// the price of the endpoint that is answering.
func bill(c *column) (chat.Cost, bool) {
	cost := c.lane.Bill()
	if cost.Source != "" {
		return cost, true
	}
	e := c.endpoint()
	if e == nil || c.lane.Tokens == 0 {
		return cost, false
	}
	price, known := e.Prices.Completion.Amount()
	if !known {
		return cost, false
	}
	sum := price.Mul(int64(c.lane.Tokens))
	if in, ok := e.Prices.Prompt.Amount(); ok {
		sum = sum.Add(in.Mul(c.sent))
	}
	return chat.Cost{USD: sum, Source: chat.CostEstimate}, true
}
