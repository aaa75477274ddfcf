package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Chords are the keys bound to an action, each a keystroke ("f", "ctrl+s") or a
// sequence of them separated by spaces ("ctrl+x m"). Empty means that the action has
// been switched off with "none". Which keys there are is not known here: see
// Options.Keys.
type Chords []string

func (c *Chords) fromTOML(raw any) error {
	list, err := oneOrMore(raw)
	if err != nil {
		return errors.New(`must be a key such as "ctrl+x m", a list of keys, or "none"`)
	}
	out := Chords{}
	for _, chord := range list {
		switch {
		case chord == "none" && len(list) == 1:
		case chord == "none":
			return errors.New(`"none" stands alone: it switches the action off`)
		default:
			out = append(out, chord)
		}
	}
	*c = out
	return nil
}

func (c Chords) toTOML() string {
	if len(c) == 0 {
		return `"none"`
	}
	return formatStrings(c)
}

// OneOrMore is a list of texts that may be written as a single one.
type OneOrMore []string

func (o *OneOrMore) fromTOML(raw any) error {
	list, err := oneOrMore(raw)
	if err != nil {
		return err
	}
	*o = list
	return nil
}

func (o OneOrMore) toTOML() string { return formatStrings(o) }

func oneOrMore(raw any) ([]string, error) {
	switch v := raw.(type) {
	case string:
		return []string{v}, nil
	case []any:
		out := make([]string, len(v))
		for i, e := range v {
			s, ok := e.(string)
			if !ok {
				return nil, errors.New(`must be a text in quotes or a list of them`)
			}
			out[i] = s
		}
		return out, nil
	}
	return nil, errors.New(`must be a text in quotes or a list of them`)
}

// Percentiles are thresholds for a measured figure; a zero one is not asked for. A
// single number in the file is the median.
type Percentiles struct {
	P50 float64 `toml:"p50" min:"0"`
	P75 float64 `toml:"p75" min:"0"`
	P90 float64 `toml:"p90" min:"0"`
	P99 float64 `toml:"p99" min:"0"`
}

// fromScalar takes the short spellings; ok is false for tables, which the decoder reads.
func (p *Percentiles) fromScalar(raw any) (ok bool, err error) {
	var median float64
	switch v := raw.(type) {
	case map[string]any:
		return false, nil
	case int64:
		median = float64(v)
	case float64:
		median = v
	case string:
		d, err := time.ParseDuration(v)
		if err != nil {
			return true, errors.New(`must be a number, or a table such as { p50 = 2, p90 = 5 }`)
		}
		median = d.Seconds()
	default:
		return true, errors.New(`must be a number, or a table such as { p50 = 2, p90 = 5 }`)
	}
	if !(median >= 0 && median <= 1e9) {
		return true, errors.New(`must be zero or a positive number`)
	}
	*p = Percentiles{P50: median}
	return true, nil
}

// Reasoning asks for thinking by effort or by budget; the zero value says nothing.
type Reasoning struct {
	Effort    string `toml:"effort" enum:"none|minimal|low|medium|high|xhigh|max"`
	MaxTokens int    `toml:"max_tokens" min:"0"` // budget instead of an effort
	Exclude   bool   `toml:"exclude"`            // think, but do not return it
}

func (r *Reasoning) fromScalar(raw any) (ok bool, err error) {
	effort, isText := raw.(string)
	if !isText {
		return false, nil
	}
	efforts := []string{"none", "minimal", "low", "medium", "high", "xhigh", "max"}
	if !slices.Contains(efforts, effort) {
		return true, fmt.Errorf("must be one of %s, not %s%s", enumerate(efforts), quote(effort), didYouMean(effort, efforts))
	}
	*r = Reasoning{Effort: effort}
	return true, nil
}

// Schema is a JSON Schema as JSON text, "" when there is none.
type Schema string

func (s *Schema) fromTOML(raw any) error {
	var b []byte
	switch v := raw.(type) {
	case map[string]any:
		var err error
		if b, err = json.Marshal(v); err != nil {
			return fmt.Errorf("cannot be written as JSON: %w", err)
		}
	case string:
		b = []byte(strings.TrimSpace(v))
		if len(b) == 0 {
			*s = ""
			return nil
		}
	default:
		return errors.New("must be a JSON Schema: a table, or JSON in quotes")
	}
	var object map[string]any
	if err := json.Unmarshal(b, &object); err != nil || object == nil {
		return errors.New("must be a JSON object")
	}
	*s = Schema(b)
	return nil
}

func (s Schema) toTOML() string { return formatString(string(s)) }
