package catalog

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"assay/internal/usd"
)

// Table sets models beside each other: a row an attribute, a cell a model.
type Table struct {
	Models []*Model
	Rows   []TableRow
}

// TableRow is one attribute.
type TableRow struct {
	Key   string // stable: "prompt", "context", "score:aa/coding"
	Label string // for people
	Cells []Cell // one a model, in order
}

// Cell is one model's value.
type Cell struct {
	Text string // "" when it is unknown
	Note string // where the value comes from, such as the provider of a price
	Best bool   // the best of the row; nobody is when all are equal or the row is no contest
}

// Compare makes the table of the models, two to four of them as a rule. Prices are
// dollars per million tokens at the model's cheapest endpoint for that price; rows in
// which no model has a value are left out.
func Compare(models ...*Model) Table {
	t := Table{Models: models}
	for _, a := range attributes {
		t.add(a.key, a.label, a.value)
	}
	for _, name := range scoreNames(models) {
		t.add("score:"+name, name, func(m *Model) measure {
			for _, s := range m.Scores {
				if s.Name == name {
					return measure{text: strconv.FormatFloat(s.Value, 'f', -1, 64), rank: s.Value, contest: true}
				}
			}
			return measure{}
		})
	}
	return t
}

// measure is a value and how good it is; larger is better.
type measure struct {
	text, note string
	rank       float64
	price      usd.Amount // instead of rank, exact; smaller is better
	priced     bool
	contest    bool
}

func (m measure) beats(o measure) bool {
	if m.priced {
		return m.price.Less(o.price)
	}
	return m.rank > o.rank
}

var attributes = []struct {
	key, label string
	value      func(*Model) measure
}{
	{"prompt", "prompt, $ per million", priceOf(func(p *Prices) usd.Price { return p.Prompt })},
	{"completion", "answer, $ per million", priceOf(func(p *Prices) usd.Price { return p.Completion })},
	{"cache_read", "cached prompt, $ per million", priceOf(func(p *Prices) usd.Price { return p.CacheRead })},
	{"context", "context window", count(func(m *Model) int { return m.Context })},
	{"max_output", "longest answer", count(func(m *Model) int { return m.MaxOutput })},
	{"providers", "providers", count(providers)},
	{"released", "released", func(m *Model) measure {
		if m.Created <= 0 {
			return measure{}
		}
		return measure{text: time.Unix(m.Created, 0).UTC().Format(time.DateOnly), rank: float64(m.Created), contest: true}
	}},
	{"knowledge", "knowledge until", fact(func(m *Model) string { return m.Knowledge })},
	{"expires", "goes away", fact(func(m *Model) string { return m.Expires })},
	{"input", "reads", fact(func(m *Model) string { return strings.Join(m.Input.Names(), ", ") })},
	{"output", "gives", fact(func(m *Model) string { return strings.Join(m.Output.Names(), ", ") })},
	{"tools", "tools", yes(func(m *Model) bool { return m.Params.Has(ParamTools) })},
	{"json", "JSON output", yes(func(m *Model) bool {
		return m.Params.Has(ParamResponseFormat) || m.Params.Has(ParamStructuredOutputs)
	})},
	{"reasoning", "reasoning", fact(reasoningWords)},
	{"open", "open weights", yes(func(m *Model) bool { return m.Open })},
	{"free", "free", yes((*Model).Free)},
}

func (t *Table) add(key, label string, value func(*Model) measure) {
	row := TableRow{Key: key, Label: label, Cells: make([]Cell, len(t.Models))}
	values := make([]measure, len(t.Models))
	told := false
	for i, m := range t.Models {
		values[i] = value(m)
		row.Cells[i] = Cell{Text: values[i].text, Note: values[i].note}
		told = told || values[i].text != ""
	}
	if !told {
		return
	}
	markBest(row.Cells, values)
	t.Rows = append(t.Rows, row)
}

// markBest marks the known values no other known value beats, unless nothing is beaten.
func markBest(cells []Cell, values []measure) {
	beaten := make([]bool, len(values))
	lost := 0
	for i, v := range values {
		for _, o := range values {
			if v.contest && o.contest && o.beats(v) {
				beaten[i] = true
			}
		}
		if beaten[i] {
			lost++
		}
	}
	for i, v := range values {
		cells[i].Best = v.contest && !beaten[i] && lost > 0
	}
}

func priceOf(pick func(*Prices) usd.Price) func(*Model) measure {
	return func(m *Model) measure {
		var best measure
		for i := range m.Endpoints {
			e := &m.Endpoints[i]
			a, known := pick(&e.Prices).Amount()
			if !known || e.Subscription || best.priced && !a.Less(best.price) {
				continue
			}
			best = measure{text: pick(&e.Prices).PerMillion(), note: e.Provider, price: a, priced: true, contest: true}
		}
		return best
	}
}

func count(of func(*Model) int) func(*Model) measure {
	return func(m *Model) measure {
		n := of(m)
		if n <= 0 {
			return measure{}
		}
		return measure{text: tokenText(n), rank: float64(n), contest: true}
	}
}

// tokenText writes a count the way limits are quoted: 8192, 200k, 1M, 1.05M.
func tokenText(n int) string {
	switch {
	case n >= 1_000_000:
		return strconv.FormatFloat(math.Round(float64(n)/1e4)/100, 'f', -1, 64) + "M"
	case n >= 10_000 && n%1000 == 0:
		return fmt.Sprintf("%dk", n/1000)
	}
	return strconv.Itoa(n)
}

func fact(of func(*Model) string) func(*Model) measure {
	return func(m *Model) measure { return measure{text: of(m)} }
}

func yes(of func(*Model) bool) func(*Model) measure {
	return func(m *Model) measure {
		if of(m) {
			return measure{text: "yes", rank: 1, contest: true}
		}
		return measure{text: "no", contest: true}
	}
}

func reasoningWords(m *Model) string {
	switch {
	case m.Reasoning.Mandatory:
		return strings.TrimSuffix("always: "+strings.Join(m.Reasoning.Efforts, ", "), ": ")
	case m.Reasoning.Supported:
		return strings.TrimSuffix("yes: "+strings.Join(m.Reasoning.Efforts, ", "), ": ")
	}
	return "no"
}

func providers(m *Model) int {
	seen := map[string]bool{}
	for i := range m.Endpoints {
		seen[m.Endpoints[i].Provider] = true
	}
	return len(seen)
}

// scoreNames lists the benchmarks at least two of the models have, in the first's order.
func scoreNames(models []*Model) []string {
	var names []string
	seen := map[string]int{}
	for _, m := range models {
		for _, s := range m.Scores {
			if seen[s.Name]++; seen[s.Name] == min(2, len(models)) {
				names = append(names, s.Name)
			}
		}
	}
	return names
}
