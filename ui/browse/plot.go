package browse

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"assay/catalog"
	"assay/catalog/query"
	"assay/ui/chart"
	"assay/ui/figure"
	"assay/ui/line"
	"assay/ui/markdown"
	"assay/ui/status"
	"assay/ui/theme"
)

// plot sets what was found by price against score or context.
type plot struct {
	score bool // against score, not context
	dots  []plotted
}

// plotted is a model with a known price: of three parts prompt and one part answer,
// in dollars per million tokens, at the endpoint that was found.
type plotted struct {
	model *catalog.Model
	price float64
}

func (p *plot) fill(hits []query.Hit) {
	p.dots = p.dots[:0]
	for _, h := range hits {
		e := h.Endpoint
		if e == nil || h.Model.Router || e.Subscription {
			continue
		}
		in, known := e.Prices.Prompt.Amount()
		out, also := e.Prices.Completion.Amount()
		if known && also {
			p.dots = append(p.dots, plotted{h.Model, in.Mul(3).Add(out).Mul(250_000).Float()})
		}
	}
}

// height is how high a model stands on the scale of the plot.
func (p *plot) height(m *catalog.Model) (float64, bool) {
	if p.score {
		return score(m)
	}
	return float64(m.Context), m.Context > 0
}

// scale maps figures to 0 … 1, by their logarithm or as they are.
type scale struct {
	low, high float64
	log       bool
}

func newScale(values []float64, log bool) scale {
	s := scale{math.Inf(1), math.Inf(-1), log}
	for _, v := range values {
		s.low, s.high = min(s.low, v), max(s.high, v)
	}
	if s.low >= s.high { // one value, or none: it stands in the middle
		s.low, s.high = s.low/2, s.high*2+1
	}
	return s
}

func (s scale) at(v float64) float64 {
	if s.log {
		return (math.Log(v) - math.Log(s.low)) / (math.Log(s.high) - math.Log(s.low))
	}
	return (v - s.low) / (s.high - s.low)
}

// axisWidth is the room of the labels beside the plot, freeWidth that of the free
// models' own column: a logarithm has no place for nothing.
const (
	axisWidth = 7
	freeWidth = 7
)

func (s *Screen) axis() tea.Cmd {
	if !s.plot.score && !s.shop.scored {
		return s.o.Say(status.Info, "no scores are known: a refresh brings them")
	}
	s.plot.score = !s.plot.score
	return nil
}

// scatter draws the plot into w × h cells.
func (s *Screen) scatter(w, h int) []string {
	st := s.o.Styles
	var prices, heights []float64
	var shown []plotted
	for _, d := range s.plot.dots {
		v, ok := s.plot.height(d.model)
		if !ok {
			continue
		}
		shown = append(shown, d)
		heights = append(heights, v)
		if d.price > 0 {
			prices = append(prices, d.price)
		}
	}
	pw, ph := w-axisWidth-freeWidth-1, h-4
	if pw < 10 || ph < 3 || len(shown) == 0 {
		text := "nothing here has a known price and a known " + s.heightName()
		if len(shown) > 0 {
			text = "the terminal is too small for a plot"
		}
		return []string{"", line.New(w, st.Glyph.More).Space(2).Add(st.Text.Dim, text).String()}
	}
	x, y := newScale(prices, true), newScale(heights, !s.plot.score)
	c := newCanvas(st, pw, ph)
	var priced, free []chart.Point
	for i, d := range shown {
		p := chart.Point{X: 0.5, Y: y.at(heights[i])}
		if d.price > 0 {
			p.X = x.at(d.price)
			priced = append(priced, p)
		} else {
			free = append(free, p)
		}
		c.mark(p, d.price == 0, s.plotMark(d.model), s.plotStyle(d.model))
	}
	rows := []string{line.New(w, st.Glyph.More).Space(1).Add(st.Text.Dim, s.heightName()).String()}
	rows = append(rows, c.rows(priced, free, func(row int) string { return s.heightLabel(y, row, ph) })...)
	rows = append(rows, axisLine(st, w, pw), s.priceLabels(x, w, pw))
	return append(rows, s.legend(w, len(shown)))
}

// heightName is what the plot goes up by.
func (s *Screen) heightName() string {
	if s.plot.score {
		return "score"
	}
	return "context"
}

// plotMark is what stands for a model instead of a dot: a number when it is ticked,
// a sign when it is chosen.
func (s *Screen) plotMark(m *catalog.Model) string {
	if mark := s.tickMark(m.ID); mark != s.o.Styles.Glyph.Empty {
		return mark
	}
	if m == s.current() {
		return s.o.Styles.Glyph.State.Streaming
	}
	return ""
}

func (s *Screen) plotStyle(m *catalog.Model) theme.Style {
	if m == s.current() {
		return s.o.Styles.Mark.EvidenceCurrent
	}
	for i, id := range s.ticked {
		if id == m.ID {
			return s.o.Styles.Lane.Color(i)
		}
	}
	return s.o.Styles.Text.Accent
}

// heightLabel is the figure beside a row of the plot, "" beside most.
func (s *Screen) heightLabel(y scale, row, rows int) string {
	step := max((rows-1)/4, 2)
	if (rows-1-row)%step != 0 {
		return ""
	}
	part := float64(rows-1-row) / float64(max(rows-1, 1))
	if s.plot.score {
		return strconv.FormatFloat(y.low+part*(y.high-y.low), 'f', 0, 64)
	}
	return figure.Tokens(int(math.Exp(math.Log(y.low) + part*(math.Log(y.high)-math.Log(y.low)))))
}

// axisLine is the line under the plot.
func axisLine(st *theme.Styles, w, pw int) string {
	g := &st.Glyph.Box
	return line.New(w, "").Space(axisWidth-1).Add(st.Chrome.Border, g.BottomLeft+strings.Repeat(g.Horizontal, freeWidth-1)+g.TeeBottom+strings.Repeat(g.Horizontal, pw)).String()
}

// priceLabels are the powers of ten under the plot.
func (s *Screen) priceLabels(x scale, w, pw int) string {
	st := s.o.Styles
	l := line.New(w, "").Space(axisWidth).Add(st.Text.Dim, "free").Right(w - axisWidth - freeWidth)
	from := l.Width()
	if math.IsInf(x.low, 0) {
		return l.String()
	}
	const name = "$ per million, 3 in to 1 out"
	for e := math.Floor(math.Log10(x.low)); e <= math.Ceil(math.Log10(x.high)); e++ {
		v := math.Pow(10, e)
		part := x.at(v)
		text := "$" + strconv.FormatFloat(v, 'f', -1, 64)
		at := from + int(part*float64(pw-1)) - len(text)/2
		if part < 0 || part > 1 || at < l.Width()+1 && l.Width() > from || at+len(text) > w-len(name)-2 {
			continue
		}
		l.Right(w-max(at, l.Width())).Add(st.Text.Dim, text)
	}
	return l.Right(len(name)+1).Add(st.Text.Dim, name).String()
}

// legend tells of the chosen model, and of those that are not in the plot.
func (s *Screen) legend(w, shown int) string {
	st := s.o.Styles
	l := line.New(w, st.Glyph.More).Space(1)
	if m := s.current(); m != nil {
		l.Add(st.Text.Accent, st.Glyph.State.Streaming+" ").Add(st.Text.Strong, markdown.CleanLine(m.ID))
		h, ok := s.plot.height(m)
		value := "unknown"
		switch {
		case ok && s.plot.score:
			value = strconv.FormatFloat(h, 'f', -1, 64)
		case ok:
			value = figure.Tokens(int(h))
		}
		l.Add(st.Text.Dim, "  "+s.heightName()+" "+value+s.plot.told(m))
	}
	text := fmt.Sprintf("%s of %s shown", grouped(shown), grouped(len(s.list.hits)))
	if room := l.Room() - ansi.StringWidth(text) - 1; room > 2 {
		l.Space(room).Add(st.Text.Dim, text)
	}
	return l.String()
}

// told is the price of a model in the plot.
func (p *plot) told(m *catalog.Model) string {
	for _, d := range p.dots {
		if d.model == m && d.price == 0 {
			return ", free"
		} else if d.model == m {
			return ", $" + strconv.FormatFloat(d.price, 'g', 3, 64) + " per million"
		}
	}
	return ", price unknown"
}

// canvas is the plot: a column for what is free, and the field of prices.
type canvas struct {
	st     *theme.Styles
	w, h   int
	signed map[[2]int]sign // by cell of the field; free ones have a negative column
}

type sign struct {
	text  string
	style theme.Style
}

func newCanvas(st *theme.Styles, w, h int) *canvas {
	return &canvas{st: st, w: w, h: h, signed: map[[2]int]sign{}}
}

// mark puts a sign over a point. The chosen model's lies on top.
func (c *canvas) mark(p chart.Point, free bool, text string, style theme.Style) {
	if text == "" {
		return
	}
	x, y := p.Cell(c.w, c.h)
	if free {
		x, y = p.Cell(freeWidth-2, c.h)
		x = -1 - x
	}
	at := [2]int{x, y}
	if old, ok := c.signed[at]; ok && old.style.Open() == c.st.Mark.EvidenceCurrent.Open() {
		return
	}
	c.signed[at] = sign{text, style}
}

func (c *canvas) rows(priced, free []chart.Point, label func(int) string) []string {
	ascii := c.st.Options.ASCII
	left, field := chart.Scatter(free, freeWidth-2, c.h, ascii), chart.Scatter(priced, c.w, c.h, ascii)
	bar := c.st.Glyph.Box.Vertical
	out := make([]string, c.h)
	for y := range out {
		l := line.New(axisWidth+freeWidth+c.w+1, "")
		text := label(y)
		l.Space(axisWidth-2-len(text)).Add(c.st.Text.Dim, text).Space(1).Add(c.st.Chrome.Border, bar)
		c.paint(l, left[y], y, func(x int) int { return -1 - x }, c.st.Note.Good)
		l.Space(1).Add(c.st.Chrome.Border, bar)
		c.paint(l, field[y], y, func(x int) int { return x }, c.st.Text.Accent)
		out[y] = l.String()
	}
	return out
}

// paint adds a row of dots with the signs over them.
func (c *canvas) paint(l *line.Line, dots string, y int, column func(int) int, style theme.Style) {
	runes := []rune(dots)
	from := 0
	for x := range runes {
		s, ok := c.signed[[2]int{column(x), y}]
		if !ok {
			continue
		}
		l.Add(style, string(runes[from:x])).Add(s.style, s.text)
		from = x + 1
	}
	l.Add(style, string(runes[from:]))
}
