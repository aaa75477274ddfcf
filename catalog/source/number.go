package source

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"assay/catalog"
	"assay/internal/usd"
)

// number is a JSON number or a string that holds one, digit for digit; "" for null.
type number string

func (n *number) UnmarshalJSON(b []byte) error {
	switch {
	case bytes.Equal(b, []byte("null")):
		*n = ""
		return nil
	case len(b) > 0 && b[0] == '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*n = number(strings.TrimSpace(s))
		return nil
	case len(b) > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9'):
		*n = number(b)
		return nil
	}
	return fmt.Errorf("%.20q is not a number", b)
}

// names is a list of strings; anything else in its place is no list.
type names []string

func (n *names) UnmarshalJSON(b []byte) error {
	var list []string
	if json.Unmarshal(b, &list) == nil {
		*n = list
	}
	return nil
}

// count is the number as a count, 0 when it is none or not positive.
func (n number) count() int {
	if v, err := strconv.ParseInt(string(n), 10, 64); err == nil {
		return int(max(v, 0))
	}
	f, err := strconv.ParseFloat(string(n), 64)
	if err != nil || f < 0 || f > 1e15 {
		return 0
	}
	return int(f)
}

// prices collects the classes of one Prices and the first mistake in them.
type prices struct {
	catalog.Prices
	err error
}

type quote func(string) (usd.Price, error)

func (p *prices) set(dst *usd.Price, n number, read quote) {
	v, err := read(string(n))
	if err != nil {
		if p.err == nil {
			p.err = fmt.Errorf("price: %w", err)
		}
		return
	}
	if !v.IsAbsent() {
		*dst = v
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// unixDay is a date as Unix seconds, 0 for none. Days may lack: 2025-03.
func unixDay(s string) int64 {
	if len(s) > len("2006-01-02") {
		s = s[:len("2006-01-02")]
	}
	for _, layout := range []string{"2006-01-02", "2006-01"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Unix()
		}
	}
	return 0
}

func modalities(names []string) catalog.Modality {
	var m catalog.Modality
	for _, n := range names {
		m |= catalog.ParseModality(n)
	}
	return m
}

// outputs is what a model with those modalities gives: a model that only reads sound
// or only writes it is a transcriber or a speaker. Some catalogs file embedding models
// under text.
func outputs(id string, in, out catalog.Modality) catalog.Modality {
	id = strings.ToLower(id)
	switch {
	case strings.Contains(id, "embed") || strings.Contains(id, "rerank") || strings.Contains(id, "bge-") || strings.HasPrefix(id, "voyage"):
		return catalog.Embeddings
	case in == catalog.Audio && out == catalog.Text:
		return catalog.Transcription
	case in == catalog.Text && out == catalog.Audio:
		return catalog.Speech
	}
	return out
}

// strongestFirst puts effort names in order.
func strongestFirst(efforts []string) []string {
	rank := []string{"max", "xhigh", "high", "medium", "low", "minimal", "none"}
	out := slices.Clone(efforts)
	out = slices.DeleteFunc(out, func(e string) bool { return e == "" })
	slices.SortStableFunc(out, func(a, b string) int { return slices.Index(rank, a) - slices.Index(rank, b) })
	return out
}
