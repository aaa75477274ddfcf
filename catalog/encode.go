package catalog

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"assay/internal/usd"
)

// The text form of a catalog, one fact sheet a line so that two versions can be
// compared with diff:
//
//	assay catalog 1 <models> <endpoints>
//	S <number> <name> <date>                         a source
//	P <slug> key=value …                             a provider
//	M <id> key=value …                               a model; the lines below belong to it
//	E <provider> <upstream, "=" for the id> …        an endpoint
//	T key=value …                                    a tier of the endpoint above
//	B <name> <value>                                 a score
//
// Fields are separated by tabs. Token prices are dollars per million, the others
// dollars a unit; "?" is a price that exists and is not told.
const header = "assay catalog 1"

// price keys in the order of Prices.classes.
const priceKeys = "PCRWHTABOIQS"

var modalityLetters = "tiavfesx" // by bit

// Encode writes the catalog's text form, which Decode reads back.
func Encode(w io.Writer, c *Catalog) error {
	e := &encoder{w: bufio.NewWriter(w), sources: map[Source]string{}}
	n := 0
	for _, m := range c.models {
		n += len(m.Endpoints)
	}
	fmt.Fprintf(e.w, "%s\t%d\t%d\n", header, len(c.models), n)
	e.listSources(c)
	for i := range c.providers {
		e.provider(&c.providers[i])
	}
	for _, m := range c.models {
		e.model(m)
	}
	return e.w.Flush()
}

type encoder struct {
	w       *bufio.Writer
	sources map[Source]string
}

func (e *encoder) listSources(c *Catalog) {
	set := map[Source]bool{c.Source: true}
	for _, p := range c.providers {
		set[p.Source] = true
	}
	for _, m := range c.models {
		set[m.Source] = true
		for i := range m.Endpoints {
			set[m.Endpoints[i].Source] = true
		}
	}
	list := make([]Source, 0, len(set))
	for s := range set {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b Source) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Date, b.Date)) })
	for i, s := range list {
		e.sources[s] = strconv.Itoa(i)
		mark := ""
		if s == c.Source {
			mark = "\t*"
		}
		fmt.Fprintf(e.w, "S\t%d\t%s\t%s%s\n", i, s.Name, s.Date, mark)
	}
}

func (e *encoder) text(key, v string) {
	if v != "" {
		e.w.WriteByte('\t')
		e.w.WriteString(key)
		e.w.WriteByte('=')
		e.w.WriteString(v)
	}
}

func (e *encoder) number(key string, v int) {
	if v != 0 {
		e.text(key, strconv.Itoa(v))
	}
}

func (e *encoder) params(p Params) {
	if p != 0 {
		e.text("p", strconv.FormatUint(uint64(p), 16))
	}
}

func (e *encoder) provider(p *Provider) {
	e.w.WriteString("P\t" + p.Slug)
	e.text("n", p.Name)
	e.text("u", p.BaseURL)
	e.text("v", strings.Join(p.Env, ","))
	e.text("f", p.Format)
	e.text("k", flags("s", p.Subscription))
	e.text("s", e.sources[p.Source])
	e.w.WriteByte('\n')
}

func (e *encoder) model(m *Model) {
	e.w.WriteString("M\t" + m.ID)
	e.text("n", m.Name)
	e.text("c", m.Canonical)
	e.number("t", int(m.Created))
	widest, longest, params := 0, 0, Params(0)
	for i := range m.Endpoints {
		widest, longest = max(widest, m.Endpoints[i].Context), max(longest, m.Endpoints[i].MaxOutput)
		params |= m.Endpoints[i].Params
	}
	if m.Context != widest {
		e.number("x", m.Context)
	}
	if m.MaxOutput != longest {
		e.number("o", m.MaxOutput)
	}
	if m.Params != params {
		e.params(m.Params)
	}
	e.text("m", letters(m.Input)+">"+letters(m.Output))
	e.text("r", reasoningText(m.Reasoning))
	e.text("d", m.Knowledge)
	e.text("e", m.Expires)
	e.text("a", m.AliasOf)
	e.text("w", m.Weights)
	e.text("l", strings.Join(m.Aliases, ","))
	e.text("k", flags("rodg", m.Router, m.Open, m.Demo, m.Gone))
	e.text("s", e.sources[m.Source])
	e.w.WriteByte('\n')
	for i := range m.Endpoints {
		e.endpoint(m, &m.Endpoints[i])
	}
	for _, s := range m.Scores {
		e.w.WriteString("B\t" + s.Name + "\t" + strconv.FormatFloat(s.Value, 'g', -1, 64) + "\n")
	}
}

func (e *encoder) endpoint(m *Model, p *Endpoint) {
	upstream := p.Upstream
	if upstream == m.ID {
		upstream = "="
	}
	e.w.WriteString("E\t" + p.Provider + "\t" + upstream)
	if p.Tag != p.Provider {
		e.text("g", p.Tag)
	}
	e.number("x", p.Context)
	e.number("o", p.MaxOutput)
	e.number("l", p.MaxPrompt)
	e.text("q", p.Quantization)
	e.params(p.Params)
	if p.Input != m.Input {
		e.text("m", letters(p.Input)+">")
	}
	e.text("y", string(p.Policy))
	e.text("k", flags("ps", p.Private, p.Subscription))
	e.text("s", e.sources[p.Source])
	e.prices(&p.Prices)
	e.w.WriteByte('\n')
	for i := range p.Prices.Tiers {
		t := &p.Prices.Tiers[i]
		e.w.WriteByte('T')
		e.number("min", t.MinPromptTokens)
		if t.Windowed {
			e.text("utc", fmt.Sprintf("%04d-%04d", t.UTCStart, t.UTCEnd))
		}
		e.prices(&t.Prices)
		e.w.WriteByte('\n')
	}
}

func (e *encoder) prices(p *Prices) {
	for i, c := range p.classes() {
		key := priceKeys[i : i+1]
		switch {
		case c.IsAbsent():
		case c.IsUnknown():
			e.text(key, "?")
		case i < tokenClasses:
			e.text(key, c.PerMillion())
		default:
			e.text(key, c.String())
		}
	}
	e.text("D", p.Discount)
}

func letters(m Modality) string {
	var b []byte
	for i := range len(modalityLetters) {
		if m&(1<<i) != 0 {
			b = append(b, modalityLetters[i])
		}
	}
	return string(b)
}

func flags(names string, on ...bool) string {
	var b []byte
	for i, set := range on {
		if set {
			b = append(b, names[i])
		}
	}
	return string(b)
}

// reasoningText is "" (none), "+" or "!" (mandatory), with the efforts behind.
func reasoningText(r Reasoning) string {
	switch {
	case r.Mandatory:
		return "!" + strings.Join(r.Efforts, ",")
	case r.Supported:
		return "+" + strings.Join(r.Efforts, ",")
	}
	return ""
}

// perMillion reads a price Encode wrote for a token class.
func perMillion(s string) (usd.Price, error) {
	if s == "?" {
		return usd.Unknown, nil
	}
	a, err := usd.Parse(s)
	return usd.Known(a.Div(1_000_000)), err
}

func perUnit(s string) (usd.Price, error) {
	if s == "?" {
		return usd.Unknown, nil
	}
	a, err := usd.Parse(s)
	return usd.Known(a), err
}
