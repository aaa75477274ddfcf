package catalog

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrText is wrapped by every error of Decode.
var ErrText = errors.New("not the text form of a catalog")

// Decode reads what Encode wrote. The catalog keeps text alive: its strings are
// parts of it.
func Decode(text string) (*Catalog, error) {
	d := &decoder{rest: text}
	if err := d.header(); err != nil {
		return nil, err
	}
	for d.next() {
		if d.line == "" {
			continue
		}
		if err := d.record(); err != nil {
			return nil, fmt.Errorf("line %d: %w: %w", d.n, ErrText, err)
		}
	}
	d.close()
	list := make([]*Model, len(d.models))
	for i := range d.models {
		list[i] = &d.models[i]
	}
	c := New(list, d.source)
	c.providers = d.providers
	return c, nil
}

type decoder struct {
	rest, line string
	n          int

	sources   []Source
	source    Source
	providers []Provider
	models    []Model
	endpoints []Endpoint
	first     int // index of the open model's first endpoint
}

// maxPrealloc bounds what a header can make us allocate.
const maxPrealloc = 1 << 16

func (d *decoder) header() error {
	d.next()
	rest, ok := strings.CutPrefix(d.line, header+"\t")
	if !ok {
		return ErrText
	}
	models, endpoints, _ := strings.Cut(rest, "\t")
	m, err := strconv.Atoi(models)
	n, err2 := strconv.Atoi(endpoints)
	if err := errors.Join(err, err2); err != nil {
		return fmt.Errorf("%w: %w", ErrText, err)
	}
	d.models = make([]Model, 0, min(max(m, 0), maxPrealloc))
	d.endpoints = make([]Endpoint, 0, min(max(n, 0), maxPrealloc))
	return nil
}

func (d *decoder) next() bool {
	if d.rest == "" {
		return false
	}
	d.line, d.rest, _ = strings.Cut(d.rest, "\n")
	d.n++
	return true
}

// field cuts the next field off the line.
func (d *decoder) field() string {
	var f string
	f, d.line, _ = strings.Cut(d.line, "\t")
	return f
}

func (d *decoder) record() error {
	switch kind := d.field(); kind {
	case "S":
		return d.readSource()
	case "P":
		return d.readProvider()
	case "M":
		return d.readModel()
	case "E":
		return d.readEndpoint()
	case "T":
		return d.readTier()
	case "B":
		return d.readScore()
	default:
		return fmt.Errorf("unknown record %.10q", kind)
	}
}

func (d *decoder) readSource() error {
	number := d.field()
	s := Source{Name: d.field(), Date: d.field()}
	if number != strconv.Itoa(len(d.sources)) {
		return fmt.Errorf("source %.10q out of order", number)
	}
	if d.line == "*" {
		d.source = s
	}
	d.sources = append(d.sources, s)
	return nil
}

func (d *decoder) sourceAt(s string) (Source, error) {
	i, err := strconv.Atoi(s)
	if err != nil || i < 0 || i >= len(d.sources) {
		return Source{}, fmt.Errorf("no source %.10q", s)
	}
	return d.sources[i], nil
}

// pairs calls set for every key=value left in the line.
func (d *decoder) pairs(set func(key byte, name, value string) error) error {
	for d.line != "" {
		name, value, ok := strings.Cut(d.field(), "=")
		if !ok || name == "" {
			return fmt.Errorf("field %.20q is no key=value", name)
		}
		if err := set(name[0], name, value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func (d *decoder) readProvider() error {
	p := Provider{Slug: d.field()}
	err := d.pairs(func(key byte, _, v string) (err error) {
		switch key {
		case 'n':
			p.Name = v
		case 'u':
			p.BaseURL = v
		case 'v':
			p.Env = strings.Split(v, ",")
		case 'f':
			p.Format = v
		case 'k':
			p.Subscription = strings.Contains(v, "s")
		case 's':
			p.Source, err = d.sourceAt(v)
		}
		return err
	})
	d.providers = append(d.providers, p)
	return err
}

// close gives the open model its endpoints.
func (d *decoder) close() {
	if len(d.models) == 0 {
		return
	}
	m := &d.models[len(d.models)-1]
	m.Endpoints = d.endpoints[d.first:len(d.endpoints):len(d.endpoints)]
	d.first = len(d.endpoints)
	for i := range m.Endpoints {
		e := &m.Endpoints[i]
		m.Context = max(m.Context, e.Context)
		m.MaxOutput = max(m.MaxOutput, e.MaxOutput)
		m.Params |= e.Params
	}
}

func (d *decoder) readModel() error {
	d.close()
	d.models = append(d.models, Model{ID: d.field()})
	m := &d.models[len(d.models)-1]
	if m.ID == "" {
		return errors.New("model without id")
	}
	m.Author, _ = splitID(m.ID)
	return d.pairs(func(key byte, _, v string) (err error) {
		switch key {
		case 'n':
			m.Name = v
		case 'c':
			m.Canonical = v
		case 't':
			m.Created, err = strconv.ParseInt(v, 10, 64)
		case 'x':
			m.Context, err = strconv.Atoi(v)
		case 'o':
			m.MaxOutput, err = strconv.Atoi(v)
		case 'p':
			m.Params, err = parseParams(v)
		case 'm':
			in, out, _ := strings.Cut(v, ">")
			m.Input, m.Output = fromLetters(in), fromLetters(out)
		case 'r':
			m.Reasoning = parseReasoning(v)
		case 'd':
			m.Knowledge = v
		case 'e':
			m.Expires = v
		case 'a':
			m.AliasOf = v
		case 'w':
			m.Weights = v
		case 'l':
			m.Aliases = strings.Split(v, ",")
		case 'k':
			m.Router, m.Open = strings.Contains(v, "r"), strings.Contains(v, "o")
			m.Demo, m.Gone = strings.Contains(v, "d"), strings.Contains(v, "g")
		case 's':
			m.Source, err = d.sourceAt(v)
		}
		return err
	})
}

func (d *decoder) readEndpoint() error {
	if len(d.models) == 0 {
		return errors.New("endpoint without model")
	}
	m := &d.models[len(d.models)-1]
	d.endpoints = append(d.endpoints, Endpoint{Model: m.ID, Provider: d.field(), Upstream: d.field(), Input: m.Input})
	e := &d.endpoints[len(d.endpoints)-1]
	if e.Upstream == "=" {
		e.Upstream = m.ID
	}
	e.Tag = e.Provider
	return d.pairs(func(key byte, _, v string) (err error) {
		switch key {
		case 'g':
			e.Tag = v
		case 'x':
			e.Context, err = strconv.Atoi(v)
		case 'o':
			e.MaxOutput, err = strconv.Atoi(v)
		case 'l':
			e.MaxPrompt, err = strconv.Atoi(v)
		case 'q':
			e.Quantization = v
		case 'p':
			e.Params, err = parseParams(v)
		case 'm':
			e.Input = fromLetters(strings.TrimSuffix(v, ">"))
		case 'y':
			e.Policy = Policy(v)
		case 'k':
			e.Private, e.Subscription = strings.Contains(v, "p"), strings.Contains(v, "s")
		case 's':
			e.Source, err = d.sourceAt(v)
		default:
			err = readPrice(&e.Prices, key, v)
		}
		return err
	})
}

func (d *decoder) readTier() error {
	if len(d.endpoints) == d.first {
		return errors.New("tier without endpoint")
	}
	var t Tier
	err := d.pairs(func(key byte, name, v string) (err error) {
		switch name {
		case "min":
			t.MinPromptTokens, err = strconv.Atoi(v)
		case "utc":
			t.Windowed = true
			from, to, _ := strings.Cut(v, "-")
			var errTo error
			t.UTCStart, err = strconv.Atoi(from)
			t.UTCEnd, errTo = strconv.Atoi(to)
			err = errors.Join(err, errTo)
		default:
			err = readPrice(&t.Prices, key, v)
		}
		return err
	})
	p := &d.endpoints[len(d.endpoints)-1].Prices
	p.Tiers = append(p.Tiers, t)
	return err
}

func (d *decoder) readScore() error {
	if len(d.models) == 0 {
		return errors.New("score without model")
	}
	s := Score{Name: d.field()}
	var err error
	s.Value, err = strconv.ParseFloat(d.line, 64)
	m := &d.models[len(d.models)-1]
	m.Scores = append(m.Scores, s)
	return err
}

// readPrice ignores keys it does not know: a newer writer may add classes.
func readPrice(p *Prices, key byte, v string) (err error) {
	if key == 'D' {
		p.Discount = v
		return nil
	}
	i := strings.IndexByte(priceKeys, key)
	if i < 0 {
		return nil
	}
	read := perUnit
	if i < tokenClasses {
		read = perMillion
	}
	*p.classes()[i], err = read(v)
	return err
}

func parseParams(s string) (Params, error) {
	v, err := strconv.ParseUint(s, 16, 64)
	return Params(v), err
}

func parseReasoning(s string) Reasoning {
	r := Reasoning{Supported: true, Mandatory: strings.HasPrefix(s, "!")}
	if len(s) > 1 {
		r.Efforts = strings.Split(s[1:], ",")
	}
	return r
}

func fromLetters(s string) Modality {
	var m Modality
	for i := range len(s) {
		if k := strings.IndexByte(modalityLetters, s[i]); k >= 0 {
			m |= 1 << k
		}
	}
	return m
}
