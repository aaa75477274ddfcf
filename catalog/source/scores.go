package source

import (
	"encoding/json"
	"time"

	"assay/catalog"
)

// scores reads OpenRouter's benchmarks: the three Artificial Analysis indices and,
// for Design Arena, the rating of each category.
func scores(raw json.RawMessage) []catalog.Score {
	var in struct {
		AA *struct {
			Intelligence *float64 `json:"intelligence_index"`
			Coding       *float64 `json:"coding_index"`
			Agentic      *float64 `json:"agentic_index"`
		} `json:"artificial_analysis"`
		Arena []struct {
			Arena    string  `json:"arena"`
			Category string  `json:"category"`
			Elo      float64 `json:"elo"`
		} `json:"design_arena"`
	}
	if len(raw) == 0 || json.Unmarshal(raw, &in) != nil {
		return nil
	}
	var out []catalog.Score
	add := func(name string, v *float64) {
		if v != nil {
			out = append(out, catalog.Score{Name: name, Value: *v})
		}
	}
	if in.AA != nil {
		add("aa/intelligence", in.AA.Intelligence)
		add("aa/coding", in.AA.Coding)
		add("aa/agentic", in.AA.Agentic)
	}
	for _, a := range in.Arena {
		if name := "arena/" + a.Arena + "/" + a.Category; checkID(name) == nil {
			add(name, &a.Elo)
		}
	}
	return out
}

// day is the UTC date of Unix seconds, "" for none.
func day(unix int64) string {
	if unix <= 0 {
		return ""
	}
	return time.Unix(unix, 0).UTC().Format(time.DateOnly)
}
