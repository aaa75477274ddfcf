package source

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"assay/catalog"
	"assay/internal/usd"
)

type gaModel struct {
	ID      string          `json:"id"`
	Name    string          `json:"name"`
	Context number          `json:"context_window"`
	Prices  json.RawMessage `json:"prices"`
}

// gaDated is a set of prices that holds from a day on or within hours of the day.
type gaDated struct {
	Constraint struct {
		From  string `json:"start_date"`
		Start string `json:"start_time"`
		End   string `json:"end_time"`
	} `json:"constraint"`
	Prices map[string]json.RawMessage `json:"prices"`
}

// classes of genai-prices by key. All are per million tokens but requests, which
// are per thousand.
var gaClasses = map[string]func(*catalog.Prices) *usd.Price{
	"input_mtok":        func(p *catalog.Prices) *usd.Price { return &p.Prompt },
	"output_mtok":       func(p *catalog.Prices) *usd.Price { return &p.Completion },
	"cache_read_mtok":   func(p *catalog.Prices) *usd.Price { return &p.CacheRead },
	"cache_write_mtok":  func(p *catalog.Prices) *usd.Price { return &p.CacheWrite },
	"input_audio_mtok":  func(p *catalog.Prices) *usd.Price { return &p.AudioPrompt },
	"output_audio_mtok": func(p *catalog.Prices) *usd.Price { return &p.Audio },
	"requests_kcount":   func(p *catalog.Prices) *usd.Price { return &p.Request },
}

// decodeGenAI reads genai-prices' data. Of dated prices the last that had begun by
// asOf counts.
func decodeGenAI(rows []json.RawMessage, asOf string) *catalog.Listing {
	l := &catalog.Listing{Format: "genai-prices", Source: catalog.Source{Name: "genai-prices"}}
	seen := map[string]bool{}
	for _, raw := range rows {
		var p struct {
			ID     string            `json:"id"`
			Name   string            `json:"name"`
			Models []json.RawMessage `json:"models"`
		}
		if err := json.Unmarshal(raw, &p); err != nil || checkID(p.ID) != nil {
			l.Problems = append(l.Problems, fmt.Sprintf("provider %s: unreadable", cleanText(p.ID)))
			continue
		}
		// "huggingface_together" is Hugging Face's router pinned to an upstream.
		slug, tag := catalog.ProviderSlug(p.ID), ""
		if host, via, ok := strings.Cut(p.ID, "_"); ok {
			slug = catalog.ProviderSlug(host)
			tag = slug + "/" + via
		}
		for i, raw := range p.Models {
			var m gaModel
			err := json.Unmarshal(raw, &m)
			if m.ID == "" {
				m.ID, err = fmt.Sprintf("%s row %d", p.ID, i+1), errors.Join(err, errors.New("no id"))
			}
			pr, priceErr := gaPrices(m.Prices, asOf)
			row := catalog.Row{Model: &catalog.Model{
				ID: m.ID, Name: cmp.Or(m.Name, m.ID), Context: m.Context.count(),
				Input: catalog.Text, Output: catalog.Text,
				Endpoints: []catalog.Endpoint{{
					Provider: slug, Tag: tag, Upstream: m.ID, Prices: pr, Context: m.Context.count(),
					Quantization: catalog.Quantization(m.ID),
				}},
			}}
			if tag != "" && priceErr == nil && seen[tag+"\x00"+m.ID] {
				priceErr = errors.New("listed twice")
			}
			seen[tag+"\x00"+m.ID] = true
			addTagged(l, seen, row, errors.Join(err, priceErr))
		}
	}
	return l
}

// addTagged lets one provider list an id once for each of its upstreams.
func addTagged(l *catalog.Listing, seen map[string]bool, row catalog.Row, err error) {
	if row.Model.Endpoints[0].Tag == "" {
		add(l, seen, row, err)
		return
	}
	add(l, map[string]bool{}, row, err)
}

func gaPrices(raw json.RawMessage, asOf string) (catalog.Prices, error) {
	var sets []gaDated
	if len(raw) > 0 && raw[0] == '[' {
		if err := json.Unmarshal(raw, &sets); err != nil {
			return catalog.Prices{}, err
		}
	} else {
		sets = make([]gaDated, 1)
		if err := json.Unmarshal(raw, &sets[0].Prices); err != nil {
			return catalog.Prices{}, err
		}
	}
	var base prices
	var windows []catalog.Tier
	for _, set := range sets {
		if set.Constraint.From > asOf {
			continue
		}
		p := gaSet(set.Prices)
		if p.err != nil {
			return catalog.Prices{}, p.err
		}
		if set.Constraint.Start == "" {
			base = p
			continue
		}
		start, errStart := hhmm(set.Constraint.Start)
		end, errEnd := hhmm(set.Constraint.End)
		if err := errors.Join(errStart, errEnd); err != nil {
			return catalog.Prices{}, err
		}
		windows = append(windows, catalog.Tier{Windowed: true, UTCStart: start, UTCEnd: end, Prices: p.Prices})
	}
	base.Tiers = append(base.Tiers, windows...)
	if !base.Told() {
		base.Prompt, base.Completion = usd.Unknown, usd.Unknown
	}
	return base.Prices, nil
}

func gaSet(fields map[string]json.RawMessage) prices {
	var p prices
	tiers := map[int]*catalog.Prices{}
	for _, key := range sortedKeys(fields) {
		pick, ok := gaClasses[key]
		if !ok {
			continue
		}
		read := usd.ParsePricePerMillion
		if key == "requests_kcount" {
			read = perThousand
		}
		var tiered struct {
			Base  number `json:"base"`
			Tiers []struct {
				Start number `json:"start"`
				Price number `json:"price"`
			} `json:"tiers"`
		}
		if json.Unmarshal(fields[key], &tiered) == nil {
			p.set(pick(&p.Prices), tiered.Base, read)
			for _, t := range tiered.Tiers {
				at := t.Start.count()
				if tiers[at] == nil {
					tiers[at] = &catalog.Prices{}
				}
				p.set(pick(tiers[at]), t.Price, read)
			}
			continue
		}
		var n number
		if err := n.UnmarshalJSON(fields[key]); err != nil && p.err == nil {
			p.err = err
		}
		p.set(pick(&p.Prices), n, read)
	}
	for at, t := range tiers {
		p.Tiers = append(p.Tiers, catalog.Tier{MinPromptTokens: at, Prices: *t})
	}
	slices.SortFunc(p.Tiers, func(a, b catalog.Tier) int { return a.MinPromptTokens - b.MinPromptTokens })
	return p
}

func perThousand(s string) (usd.Price, error) {
	p, err := usd.ParsePrice(s)
	if a, known := p.Amount(); known {
		return usd.Known(a.Div(1000)), err
	}
	return p, err
}

// hhmm reads 16:30:00Z as 1630.
func hhmm(s string) (int, error) {
	t, err := time.Parse("15:04:05Z07:00", s)
	if err != nil {
		return 0, fmt.Errorf("time of day %q: %w", s, err)
	}
	t = t.UTC()
	return t.Hour()*100 + t.Minute(), nil
}
