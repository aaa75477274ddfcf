package browse

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"assay/catalog"
	"assay/internal/usd"
	"assay/ui/backend"
	"assay/ui/figure"
	"assay/ui/line"
	"assay/ui/markdown"
	"assay/ui/theme"
)

// detail is everything known of one model.
type detail struct {
	scroll scroll
	beside bool // the list, where there is room
	full   bool // in place of the list
}

// sheet builds the rows of a text about one model.
type sheet struct {
	s    *Screen
	w    int
	rows []string
}

// describe is the detail in rows of at most w cells.
func (s *Screen) describe(m *catalog.Model, w int) []string {
	if m == nil {
		return nil
	}
	d := &sheet{s: s, w: max(w, 1)}
	d.title(m)
	d.facts(m)
	d.offers(m)
	return d.rows
}

func (d *sheet) styles() *theme.Styles { return d.s.o.Styles }

func (d *sheet) line() *line.Line { return line.New(d.w, d.styles().Glyph.More) }

func (d *sheet) add(l *line.Line) { d.rows = append(d.rows, l.String()) }

func (d *sheet) wrapped(st theme.Style, text string) {
	for _, r := range line.Wrap(markdown.CleanLine(text), d.w) {
		d.add(d.line().Add(st, r))
	}
}

func (d *sheet) title(m *catalog.Model) {
	st := d.styles()
	d.wrapped(st.Text.Strong, orText(m.Name, m.ID))
	d.wrapped(st.Text.Dim, m.ID)
	c := d.s.choice(m)
	switch {
	case m.Gone:
		d.wrapped(st.Note.Warning, "gone: the last refresh no longer listed it")
	case len(c.Providers) > 0:
		d.wrapped(st.Note.Good, "ready at "+strings.Join(c.Providers, ", "))
	default:
		d.wrapped(st.Note.Warning, "cannot be asked here: "+orText(c.Note, "it writes no text"))
	}
	if m.Demo {
		d.wrapped(st.Text.Dim, "demo: answers are made up on this machine")
	}
	if m.Expires != "" {
		d.wrapped(st.Note.Warning, "goes away on "+m.Expires)
	}
	if m.AliasOf != "" {
		d.wrapped(st.Text.Dim, "stands for "+m.AliasOf+" at present")
	}
	if m.Router {
		d.wrapped(st.Text.Dim, "picks a model itself: the price is that of whichever it picks")
	}
	d.rows = append(d.rows, "")
}

// labelWidth is the room of the names of facts.
const labelWidth = 13

func (d *sheet) fact(label, text string) {
	st := d.styles()
	value := st.Text.Plain
	if text == "" {
		text, value = "unknown", st.Text.Dim
	}
	for i, r := range line.Wrap(markdown.CleanLine(text), max(d.w-labelWidth, 1)) {
		if i > 0 {
			label = ""
		}
		d.add(d.line().Add(st.Text.Dim, label).Right(d.w-labelWidth).Add(value, r))
	}
}

func (d *sheet) facts(m *catalog.Model) {
	now := d.s.today()
	if d.s.draft != "" {
		d.fact("this prompt", d.prompt(m))
	}
	free := "no"
	switch {
	case m.Free():
		free = "yes: every price is zero"
		if !allFree(m) {
			free = "yes, at " + strings.Join(freeAt(m), ", ")
		}
	case strings.HasSuffix(m.ID, ":free"):
		free = "not known to be: the name says so, no price does"
	}
	d.fact("free", free)
	d.fact("context", tokens(m.Context))
	d.fact("longest", tokens(m.MaxOutput))
	d.fact("reads", strings.Join(m.Input.Names(), ", "))
	d.fact("gives", strings.Join(m.Output.Names(), ", "))
	d.fact("thinks", thinking(m))
	d.fact("made by", m.Vendor())
	released := ""
	if m.Created > 0 {
		released = time.Unix(m.Created, 0).UTC().Format(time.DateOnly)
		if a := age(m.Created, now); a != "soon" {
			released += ", " + a + " ago"
		}
	}
	d.fact("released", released)
	d.fact("knows until", m.Knowledge)
	switch {
	case m.Weights != "":
		d.fact("weights", "published: "+m.Weights)
	case m.Open:
		d.fact("weights", "published")
	default:
		d.fact("weights", "not known to be published")
	}
	for _, s := range m.Scores {
		d.fact("score", s.Name+" "+strconv.FormatFloat(s.Value, 'f', -1, 64))
	}
	if len(m.Aliases) > 0 {
		d.fact("also named", strings.Join(m.Aliases, ", "))
	}
	d.fact("parameters", strings.Join(m.Params.Names(), ", "))
	d.fact("told by", strings.TrimSpace(m.Source.Name+" "+m.Source.Date))
}

// prompt is what the prompt in the composer would cost.
func (d *sheet) prompt(m *catalog.Model) string {
	call := d.s.call()
	r, ok := m.CostRange(call)
	approx := d.styles().Glyph.Approx
	about := fmt.Sprintf("for %s%d tokens and an answer of %d", approx, call.PromptTokens, call.MinOutput)
	switch {
	case !ok:
		return "price unknown"
	case r.Max.IsZero():
		return "free"
	case r.Min == r.Max:
		return approx + figure.Money(r.Max) + " " + about
	}
	return approx + figure.Money(r.Min) + " to " + figure.Money(r.Max) + " " + about
}

func tokens(n int) string {
	if n <= 0 {
		return ""
	}
	return grouped(n) + " tokens"
}

func thinking(m *catalog.Model) string {
	text := "no"
	switch {
	case m.Reasoning.Mandatory:
		text = "always"
	case m.Reasoning.Supported:
		text = "yes"
	}
	if len(m.Reasoning.Efforts) > 0 {
		text += ": " + strings.Join(m.Reasoning.Efforts, ", ")
	}
	return text
}

func allFree(m *catalog.Model) bool {
	return !slices.ContainsFunc(m.Endpoints, func(e catalog.Endpoint) bool { return !e.Free() })
}

func freeAt(m *catalog.Model) []string {
	var out []string
	for i := range m.Endpoints {
		if e := &m.Endpoints[i]; e.Free() && !slices.Contains(out, e.Provider) {
			out = append(out, e.Provider)
		}
	}
	return out
}

// offers lists every endpoint, cheapest first.
func (d *sheet) offers(m *catalog.Model) {
	st := d.styles()
	d.rows = append(d.rows, "")
	if len(m.Endpoints) == 0 {
		d.wrapped(st.Text.Dim, "nobody is known to offer it")
		return
	}
	n := "1 endpoint"
	if len(m.Endpoints) > 1 {
		n = fmt.Sprintf("%d endpoints, cheapest first", len(m.Endpoints))
	}
	d.add(d.line().Add(st.Chrome.Title, n).Add(st.Text.Dim, "   $ per million"))
	for _, e := range byPrice(m) {
		d.offer(m, e)
	}
}

// byPrice orders endpoints by what three parts prompt and one part answer cost;
// unknown prices and paid plans come last.
func byPrice(m *catalog.Model) []*catalog.Endpoint {
	out := make([]*catalog.Endpoint, len(m.Endpoints))
	for i := range m.Endpoints {
		out[i] = &m.Endpoints[i]
	}
	mix := func(e *catalog.Endpoint) (usd.Amount, bool) {
		in, ok := e.Prices.Prompt.Amount()
		answer, also := e.Prices.Completion.Amount()
		return in.Mul(3).Add(answer), ok && also && !e.Subscription
	}
	slices.SortStableFunc(out, func(a, b *catalog.Endpoint) int {
		x, okX := mix(a)
		y, okY := mix(b)
		switch {
		case okX != okY && okX:
			return -1
		case okX != okY:
			return 1
		}
		return x.Cmp(y)
	})
	return out
}

func (d *sheet) offer(m *catalog.Model, e *catalog.Endpoint) {
	st, dot := d.styles(), " "+d.styles().Glyph.Dot+" "
	ready := slices.Contains(d.s.choice(m).Providers, e.Provider)
	name := st.Text.Dim
	if ready {
		name = st.Text.Strong
	}
	l := d.line().Add(st.Note.Good, mark(ready, d.styles().Glyph.Bullet)).Space(1).Add(name, markdown.CleanLine(orText(e.Tag, e.Provider)))
	text, style := offered(e), st.Text.Plain
	if text == "free" {
		style = st.Note.Good
	}
	d.add(l.Space(max(d.w-l.Width()-len([]rune(text)), 2)).Add(style, text))
	under := func(st theme.Style, text string) {
		for _, r := range line.Wrap(markdown.CleanLine(text), max(d.w-2, 1)) {
			d.add(d.line().Space(2).Add(st, r))
		}
	}
	facts := []string{orText(figure.Tokens(e.Context), "?") + " context", orText(figure.Tokens(e.MaxOutput), "?") + " out",
		orText(e.Quantization, "quantization unknown"), policy(d.s.o.Backend.Policy(e))}
	under(st.Text.Dim, strings.Join(facts, dot))
	if more := classes(&e.Prices); more != "" {
		under(st.Text.Dim, more)
	}
	for i := range e.Prices.Tiers {
		under(st.Text.Plain, tier(&e.Prices.Tiers[i]))
	}
	if seen := d.seen(d.s.o.Backend.Seen(m.ID, e.Tag)); seen != "" {
		under(st.Text.Accent, seen)
	}
}

// offered is an endpoint's price of prompt and answer.
func offered(e *catalog.Endpoint) string {
	if e.Subscription && e.Prices.Free() {
		return "by a paid plan"
	}
	if e.Free() {
		return "free"
	}
	return orText(figure.PerMillion(e.Prices.Prompt), "?") + " / " + orText(figure.PerMillion(e.Prices.Completion), "?")
}

// policy says what is done with prompts.
func policy(p catalog.Policy) string {
	switch p {
	case catalog.PolicyZDR:
		return "keeps nothing"
	case catalog.PolicyTransient:
		return "keeps prompts up to 30 days"
	case catalog.PolicyStores:
		return "stores prompts"
	case catalog.PolicyTrains:
		return "trains on prompts"
	}
	return "data policy unknown"
}

// classes are the prices besides those of prompt and answer.
func classes(p *catalog.Prices) string {
	var out []string
	for _, c := range []struct {
		name  string
		price usd.Price
		each  bool // not by the million
	}{
		{"cached", p.CacheRead, false}, {"cache write", p.CacheWrite, false}, {"cache write 1h", p.CacheWrite1h, false},
		{"thinking", p.Reasoning, false}, {"audio in", p.AudioPrompt, false}, {"audio out", p.Audio, false},
		{"image out", p.ImageOutput, false}, {"image", p.Image, true}, {"request", p.Request, true}, {"search", p.WebSearch, true},
	} {
		if c.price.IsAbsent() {
			continue
		}
		text := figure.PerMillion(c.price)
		if a, ok := c.price.Amount(); c.each && ok {
			if a.IsZero() {
				continue
			}
			text = figure.Money(a) + " each"
		}
		out = append(out, c.name+" "+text)
	}
	if p.Discount != "" {
		out = append(out, "a discount of "+p.Discount+" is in these prices")
	}
	return strings.Join(out, ", ")
}

// tier is when other prices hold, and which.
func tier(t *catalog.Tier) string {
	var when []string
	if t.MinPromptTokens > 0 {
		when = append(when, "prompts over "+grouped(t.MinPromptTokens)+" tokens")
	}
	if t.Windowed {
		when = append(when, fmt.Sprintf("%02d:%02d to %02d:%02d UTC", t.UTCStart/100, t.UTCStart%100, t.UTCEnd/100, t.UTCEnd%100))
	}
	var what []string
	if text := figure.Prices(t.Prices.Prompt, t.Prices.Completion); text != "" {
		what = append(what, strings.Trim(text, " /"))
	}
	if more := classes(&t.Prices); more != "" {
		what = append(what, more)
	}
	return strings.Join(when, ", ") + ": " + strings.Join(what, ", ")
}

// seen is how an endpoint did when it was asked from here.
func (d *sheet) seen(h backend.Seen) string {
	if h.Requests == 0 && h.TTFT == 0 && h.Error == "" {
		return ""
	}
	var out []string
	if h.Requests > 0 {
		out = append(out, fmt.Sprintf("%.0f%% of %d requests of a day well", h.Uptime*100, h.Requests))
	}
	if h.TTFT > 0 {
		out = append(out, "first token "+figure.Seconds(h.TTFT.Milliseconds()))
	}
	if h.TPS > 0 {
		out = append(out, figure.Rate(h.TPS))
	}
	if h.Broken {
		out = append(out, "left alone for now")
	}
	text := "from here: " + strings.Join(out, ", ")
	if h.Error != "" {
		text += fmt.Sprintf("; last error %s ago: %s", d.s.today().Sub(h.ErrorAt).Round(time.Second), h.Error)
	}
	return text
}
