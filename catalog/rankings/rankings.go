// Package rankings reads OpenRouter's public dataset of which models are used most:
// for every day the fifty models with the most tokens and one row for all others.
//
// The dataset needs a key, allows 30 requests a minute and 500 a day, and asks for a
// line of attribution wherever it is shown ([Table.Attribution]). It changes once a
// day, so one answer is kept on disk and serves until the next day.
package rankings

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

// Other is the name of the row that sums all models outside the first fifty.
const Other = "other"

// Errors of this package.
var (
	ErrNoKey  = errors.New("the public rankings need an OpenRouter key")
	ErrFormat = errors.New("not a table of daily rankings")
	ErrLimit  = errors.New("the rankings may not be asked more often")
)

// Table is the dataset of some days.
type Table struct {
	AsOf       string // when the dataset was made, as told
	Start, End string // YYYY-MM-DD, both included
	Days       []string
	Models     []Model // by tokens over all days, most first; Other is last
}

// Model is one model's tokens, prompts and answers together.
type Model struct {
	Slug   string  // dated id; a variant (":free") is a row of its own
	Tokens int64   // of all days
	Daily  []int64 // by day, in the order of Table.Days; 0: not among the first fifty
}

// Share is the part of all tokens that is the model's, 0 to 1.
func (t *Table) Share(m *Model) float64 {
	var all int64
	for i := range t.Models {
		all += t.Models[i].Tokens
	}
	if all == 0 {
		return 0
	}
	return float64(m.Tokens) / float64(all)
}

// Attribution is the line the dataset's licence (CC BY 4.0) asks for.
func (t *Table) Attribution() string {
	return "Source: OpenRouter (openrouter.ai/rankings), as of " + t.AsOf + "."
}

// answer is the dataset as it is sent.
type answer struct {
	Data []struct {
		Date   string `json:"date"`
		Slug   string `json:"model_permaslug"`
		Tokens string `json:"total_tokens"` // decimal
	} `json:"data"`
	Meta struct {
		AsOf    string `json:"as_of"`
		Version string `json:"version"`
		Start   string `json:"start_date"`
		End     string `json:"end_date"`
	} `json:"meta"`
}

// maxRows bounds an answer: 366 days of 51 rows.
const maxRows = 366 * 51

// Decode reads an answer of the dataset. Rows may come in any order; two for the same
// model and day are added.
func Decode(data []byte) (*Table, error) {
	var a answer
	if err := json.Unmarshal(data, &a); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	switch {
	case a.Data == nil:
		return nil, fmt.Errorf("%w: there is no data in it", ErrFormat)
	case len(a.Data) > maxRows:
		return nil, fmt.Errorf("%w: %d rows are too many", ErrFormat, len(a.Data))
	}
	t := &Table{AsOf: a.Meta.AsOf, Start: a.Meta.Start, End: a.Meta.End}
	for i := range a.Data {
		day := a.Data[i].Date
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			return nil, fmt.Errorf("%w: row %d: %q is no date", ErrFormat, i+1, day)
		}
		t.Days = append(t.Days, day)
	}
	slices.Sort(t.Days)
	t.Days = slices.Compact(t.Days)
	if len(t.Days) > 0 {
		t.Start, t.End = cmp.Or(t.Start, t.Days[0]), cmp.Or(t.End, t.Days[len(t.Days)-1])
	}
	at := map[string]int{}
	for i, row := range a.Data {
		n, err := strconv.ParseInt(row.Tokens, 10, 64)
		if err != nil || n < 0 || row.Slug == "" {
			return nil, fmt.Errorf("%w: row %d: %q tokens of %q", ErrFormat, i+1, row.Tokens, row.Slug)
		}
		k, ok := at[row.Slug]
		if !ok {
			k = len(t.Models)
			at[row.Slug] = k
			t.Models = append(t.Models, Model{Slug: row.Slug, Daily: make([]int64, len(t.Days))})
		}
		day, _ := slices.BinarySearch(t.Days, row.Date)
		m := &t.Models[k]
		m.Daily[day] = plus(m.Daily[day], n)
		m.Tokens = plus(m.Tokens, n)
	}
	slices.SortFunc(t.Models, func(a, b Model) int {
		return cmp.Or(b2i(a.Slug == Other)-b2i(b.Slug == Other), cmp.Compare(b.Tokens, a.Tokens), cmp.Compare(a.Slug, b.Slug))
	})
	return t, nil
}

// plus adds counts and stays at the largest there is.
func plus(a, b int64) int64 {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
