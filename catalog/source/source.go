// Package source reads the public catalogs of models and prices into one shape, a
// [catalog.Listing]: OpenRouter's model list and endpoints, models.dev, LiteLLM's
// price map, catwalk, genai-prices, ruby_llm, and what a provider's own /models says.
//
// Prices are read as exact decimals, whatever unit the catalog quotes them in. A row
// that cannot be read is left out and named in Problems; a file that is none of the
// formats is refused. Texts (descriptions) are never kept.
package source

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"assay/catalog"
)

// MaxBytes is the largest catalog that is read.
const MaxBytes = 64 << 20

// Errors that Read wraps.
var (
	ErrFormat = errors.New("not a catalog of a known format")
	ErrEmpty  = errors.New("catalog holds no readable model")
	ErrSize   = fmt.Errorf("catalog is larger than %d MiB", MaxBytes>>20)
)

var dateInName = regexp.MustCompile(`\d{4}-\d{2}-\d{2}`)

// Read reads a catalog of any known format. A date (YYYY-MM-DD) in name is taken as
// the day the facts were true; without one it is the newest date in the data. The
// answer of a provider's own /models does not say whose it is: use ReadProvider.
func Read(name string, r io.Reader) (*catalog.Listing, error) {
	data, err := readAll(r)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	date := ""
	if dates := dateInName.FindAllString(name, -1); len(dates) > 0 {
		date = dates[len(dates)-1]
	}
	l, err := decode(data, cmp.Or(date, time.Now().UTC().Format(time.DateOnly)))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	setDate(l, cmp.Or(date, l.Source.Date))
	if err := checked(name, l); err != nil {
		return nil, err
	}
	return l, nil
}

// ReadProvider reads what a provider answers to GET /models (OpenAI's or Anthropic's
// shape) or, for Ollama, /api/tags. Few providers quote prices there; a model's facts
// come from other catalogs then. A remote provider lists what a key may use, under
// names that leave out its aliases, so absence from the list proves nothing.
func ReadProvider(slug, date string, r io.Reader) (*catalog.Listing, error) {
	data, err := readAll(r)
	if err != nil {
		return nil, fmt.Errorf("read models of %s: %w", slug, err)
	}
	l, err := decodeNative(slug, data)
	if err != nil {
		return nil, fmt.Errorf("read models of %s: %w", slug, err)
	}
	setDate(l, date)
	if err := checked("models of "+slug, l); err != nil {
		return nil, err
	}
	return l, nil
}

// KeepUseful drops the rows the program has no use for: models known neither to write
// text nor to speak or transcribe, and what a public catalog says of servers on this
// machine, which run whatever their owner has loaded.
func KeepUseful(l *catalog.Listing) {
	local := map[string]bool{}
	for i := range l.Providers {
		local[l.Providers[i].Slug] = l.Providers[i].Local()
	}
	l.Rows = slices.DeleteFunc(l.Rows, func(r catalog.Row) bool {
		out := r.Model.Output
		return out != 0 && out&(catalog.Text|catalog.Speech|catalog.Transcription) == 0 || local[r.Model.Endpoints[0].Provider]
	})
}

func checked(name string, l *catalog.Listing) error {
	if len(l.Rows) == 0 {
		first := ""
		if len(l.Problems) > 0 {
			first = " (" + l.Problems[0] + ")"
		}
		return fmt.Errorf("read %s: %w%s", name, ErrEmpty, first)
	}
	return nil
}

func readAll(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxBytes {
		return nil, ErrSize
	}
	return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), nil
}

// decode tells the formats apart by their envelopes. Of prices that change on a known
// day those of asOf count.
func decode(data []byte, asOf string) (*catalog.Listing, error) {
	trimmed := bytes.TrimSpace(data)
	if len(trimmed) > 0 && trimmed[0] == '[' {
		return decodeList(data, asOf)
	}
	var top map[string]json.RawMessage
	if err := json.Unmarshal(data, &top); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	switch {
	case top["data"] != nil:
		l, err := decodeData(top["data"])
		if err == nil && !whole(top, l) {
			l.Problems = append(l.Problems, "the list goes on elsewhere")
		}
		return l, err
	case top["models"] != nil && top["api_endpoint"] != nil:
		return decodeCatwalk(data)
	}
	for _, row := range top {
		var probe struct {
			Models  json.RawMessage `json:"models"`
			LiteLLM json.RawMessage `json:"litellm_provider"`
		}
		if json.Unmarshal(row, &probe) != nil {
			continue
		}
		switch {
		case probe.LiteLLM != nil:
			return decodeLiteLLM(top), nil
		case len(probe.Models) > 0 && probe.Models[0] == '{':
			return decodeModelsDev(top), nil
		}
	}
	return nil, ErrFormat
}

// whole reports whether a list is not one page of several.
func whole(top map[string]json.RawMessage, l *catalog.Listing) bool {
	var links struct {
		Next *string `json:"next"`
	}
	if json.Unmarshal(top["links"], &links) == nil && links.Next != nil && *links.Next != "" {
		return false
	}
	var total number
	return json.Unmarshal(top["total_count"], &total) != nil || total.count() <= len(l.Rows)+len(l.Problems)
}

func decodeList(data []byte, asOf string) (*catalog.Listing, error) {
	var rows []json.RawMessage
	if err := json.Unmarshal(data, &rows); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	for _, row := range rows {
		var probe struct {
			Extractors  json.RawMessage `json:"extractors"`
			PricingURLs json.RawMessage `json:"pricing_urls"`
			Modalities  json.RawMessage `json:"modalities"`
			Provider    json.RawMessage `json:"provider"`
		}
		if json.Unmarshal(row, &probe) != nil {
			continue
		}
		switch {
		case probe.Extractors != nil || probe.PricingURLs != nil:
			return decodeGenAI(rows, asOf), nil
		case probe.Modalities != nil && probe.Provider != nil:
			return decodeRubyLLM(rows), nil
		}
	}
	return nil, ErrFormat
}

func decodeData(data json.RawMessage) (*catalog.Listing, error) {
	if len(data) > 0 && data[0] == '{' {
		return decodeEndpoints(data)
	}
	var rows []json.RawMessage
	if err := json.Unmarshal(data, &rows); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	for _, row := range rows {
		var probe struct {
			Pricing      json.RawMessage `json:"pricing"`
			Architecture json.RawMessage `json:"architecture"`
		}
		if json.Unmarshal(row, &probe) == nil && probe.Pricing != nil && probe.Architecture != nil {
			return decodeOpenRouter(rows), nil
		}
	}
	return nil, fmt.Errorf("%w: a provider's own list of models does not say whose it is", ErrFormat)
}

// setDate stamps every fact of the listing.
func setDate(l *catalog.Listing, date string) {
	l.Source.Date = date
	for i := range l.Providers {
		l.Providers[i].Source = l.Source
	}
	for _, row := range l.Rows {
		row.Model.Source = l.Source
		for k := range row.Model.Endpoints {
			row.Model.Endpoints[k].Source = l.Source
		}
	}
}

// add appends a row, or notes why it cannot be one. A second row of the same id at
// the same provider is a problem too: the first stays.
func add(l *catalog.Listing, seen map[string]bool, row catalog.Row, err error) {
	m := row.Model
	if err == nil {
		err = checkID(m.ID)
	}
	if err == nil {
		key := m.Endpoints[0].Provider + "\x00" + m.ID
		if seen[key] {
			err = errors.New("listed twice")
		}
		seen[key] = true
	}
	if err != nil {
		l.Problems = append(l.Problems, fmt.Sprintf("%s: %v", cleanText(m.ID), err))
		return
	}
	m.Name = cleanText(m.Name)
	for _, s := range []*string{&m.Knowledge, &m.Expires, &m.Weights, &m.Canonical, &m.AliasOf} {
		if *s = strings.TrimSpace(*s); checkID(*s) != nil {
			*s = ""
		}
	}
	m.Reasoning.Efforts = slices.DeleteFunc(m.Reasoning.Efforts, func(e string) bool { return checkID(e) != nil })
	l.Rows = append(l.Rows, row)
}

// checkID refuses ids that are no ids. Ids are sent to upstreams as they are, so they
// are not repaired.
func checkID(id string) error {
	switch {
	case id == "":
		return errors.New("no id")
	case len(id) > 200 || !utf8.ValidString(id):
		return errors.New("id is no name")
	}
	for _, r := range id {
		if r == ',' || unicode.IsSpace(r) || !unicode.IsPrint(r) {
			return fmt.Errorf("id has the character %q", r)
		}
	}
	return nil
}

// cleanText makes a name safe for one line of a table: what does not print is dropped.
func cleanText(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\u00a0':
			return ' '
		case !unicode.IsPrint(r) || r == utf8.RuneError:
			return -1
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > 120 {
		s = string(runes[:120])
	}
	return strings.Join(strings.Fields(s), " ")
}

// withoutVendor drops the vendor's prefix of a display name: "OpenAI: GPT-5".
func withoutVendor(name string) string {
	if _, rest, ok := strings.Cut(name, ": "); ok && rest != "" {
		return rest
	}
	return name
}
