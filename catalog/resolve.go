package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Routing variants may follow any model id; they say how to route, not which model.
// Other suffixes (":free", ":thinking") belong to the id of a catalogue row.
var routingVariants = []string{"nitro", "floor", "exacto", "online"}

// UnknownModelError says that a slug names no model, or several.
type UnknownModelError struct {
	Slug        string
	Ambiguous   bool
	Suggestions []string // ids, nearest first; may be empty
}

func (e *UnknownModelError) Error() string {
	what := "unknown model"
	if e.Ambiguous {
		what = "several models are called"
	}
	if len(e.Suggestions) == 0 {
		return fmt.Sprintf("%s %q", what, e.Slug)
	}
	return fmt.Sprintf("%s %q; did you mean %s?", what, e.Slug, orList(e.Suggestions))
}

func orList(s []string) string {
	if len(s) == 1 {
		return s[0]
	}
	return strings.Join(s[:len(s)-1], ", ") + " or " + s[len(s)-1]
}

// Resolve finds the model a user means and the routing variants asked for, in order
// (the last sorting one wins). It takes
//
//	author/slug[:variant]*       a catalogue variant (":free") must have its own row
//	~author/family-latest        the alias's target, else the family's newest model
//	dated, canonical and further names, and other spellings of them
//	names of a provider alone ("gpt-5-mini") or behind its slug ("groq/…")
//
// Aliases are followed. The error is an *UnknownModelError.
func (c *Catalog) Resolve(slug string) (m *Model, variants []string, err error) {
	slug = strings.TrimSpace(slug)
	if m := c.named(slug); m != nil {
		return c.follow(m), nil, nil
	}
	base, variants := cutRouting(slug)
	m = c.named(base)
	if m == nil && strings.HasPrefix(base, "~") {
		m = c.latest(base)
	}
	if m == nil {
		m, err = c.spelled(base)
	}
	if err != nil {
		return nil, nil, err
	}
	return c.follow(m), variants, nil
}

// cutRouting takes the routing variants out of a slug: "a/b:nitro:free" is "a/b:free"
// with nitro.
func cutRouting(slug string) (base string, variants []string) {
	at := strings.IndexByte(slug[strings.LastIndexByte(slug, '/')+1:], ':')
	if at < 0 {
		return slug, nil
	}
	at += strings.LastIndexByte(slug, '/') + 1
	base = slug[:at]
	for _, v := range strings.Split(slug[at+1:], ":") {
		if lower := strings.ToLower(v); slices.Contains(routingVariants, lower) {
			variants = append(variants, lower)
			continue
		}
		base += ":" + v
	}
	return base, variants
}

// named is the model of that very name.
func (c *Catalog) named(name string) *Model {
	if m := c.byName[name]; m != nil {
		return m
	}
	return c.byName[strings.ToLower(name)]
}

// follow goes from an alias to its target, where the target is listed.
func (c *Catalog) follow(m *Model) *Model {
	for range 4 { // an alias of an alias is rare, a circle would be a mistake
		next := c.byName[m.AliasOf]
		if m.AliasOf == "" || next == nil {
			break
		}
		m = next
	}
	return m
}

// spelled finds a model by what a provider calls it or by another spelling.
func (c *Catalog) spelled(name string) (*Model, error) {
	x := c.names()
	if provider, rest, ok := strings.Cut(name, "/"); ok {
		if id := x.served[ProviderSlug(provider)+"\x00"+rest]; id != "" {
			return c.byName[id], nil
		}
	}
	ids := x.natives[strings.ToLower(name)]
	if id := x.find(identify(name)); id != "" && (len(ids) != 1 || strings.Contains(name, "/")) {
		return c.byName[id], nil
	}
	if len(ids) == 1 {
		return c.byName[ids[0]], nil
	}
	if len(ids) > 1 {
		return nil, &UnknownModelError{Slug: name, Ambiguous: true, Suggestions: slices.Clone(ids[:min(len(ids), maxSuggestions)])}
	}
	return nil, &UnknownModelError{Slug: name, Suggestions: c.suggest(name)}
}

// suggest puts the model itself first when only its variant does not exist.
func (c *Catalog) suggest(name string) []string {
	near := c.nearest(name)
	at := strings.LastIndexByte(name, '/') + 1
	stem, _, ok := strings.Cut(name[at:], ":")
	if !ok {
		return near
	}
	m, _, err := c.Resolve(name[:at] + stem)
	if err != nil {
		return near
	}
	near = slices.DeleteFunc(near, func(id string) bool { return id == m.ID })
	near = append([]string{m.ID}, near...)
	return near[:min(len(near), maxSuggestions)]
}

// latest is the newest visible model of "~author/family-latest", nil when the family
// is empty. A family is what ids of an author have in common once version numbers
// and release stages are left out.
func (c *Catalog) latest(slug string) *Model {
	author, name := splitID(strings.TrimPrefix(slug, "~"))
	want, ok := strings.CutSuffix(name, "-latest")
	if !ok {
		return nil
	}
	var newest *Model
	for _, m := range c.models {
		if m.Gone || m.Router || m.AliasOf != "" || m.Author != author || isVariant(m.ID) {
			continue
		}
		if _, n := splitID(m.ID); family(n) != want {
			continue
		}
		if newest == nil || m.Created > newest.Created {
			newest = m
		}
	}
	return newest
}

// family leaves version numbers and stages out of a name: "gemini-3.1-pro-preview" is
// "gemini-pro".
func family(name string) string {
	key, _ := cutDate(name)
	var kept []string
	for _, word := range strings.Split(key, "-") {
		if word == "preview" || word == "beta" || word == "exp" || strings.Trim(word, "0123456789.") == "" {
			continue
		}
		kept = append(kept, word)
	}
	return strings.Join(kept, "-")
}

// Variants lists the catalogue rows of the same model, such as its ":free" one.
func (c *Catalog) Variants(m *Model) []*Model {
	base, _, _ := strings.Cut(m.ID, ":")
	i, _ := slices.BinarySearchFunc(c.models, base+":", func(m *Model, id string) int { return strings.Compare(m.ID, id) })
	var out []*Model
	for ; i < len(c.models) && strings.HasPrefix(c.models[i].ID, base+":"); i++ {
		if c.models[i] != m {
			out = append(out, c.models[i])
		}
	}
	return out
}

const maxSuggestions = 5

// nearest lists the ids most like a name, best first; none when nothing is like it.
func (c *Catalog) nearest(name string) []string {
	type candidate struct {
		m        *Model
		distance int
	}
	want := nearKey(name)
	if want == "" || len(want) > 100 {
		return nil
	}
	_, wantName := splitID(name)
	wantName = nearKey(wantName)
	limit := max(2, len(wantName)/3)
	var list []candidate
	for _, m := range c.models {
		if m.Gone {
			continue
		}
		_, n := splitID(m.ID)
		n = nearKey(n)
		d := min(distance(want, nearKey(m.ID), limit), distance(wantName, n, limit))
		if len(wantName) > 2 && strings.Contains(n, wantName) {
			d = min(d, 1+(len(n)-len(wantName))/4)
		}
		if d <= limit {
			list = append(list, candidate{m, d})
		}
	}
	slices.SortStableFunc(list, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(len(b.m.Endpoints), len(a.m.Endpoints)),
			cmp.Compare(b.m.Created, a.m.Created), cmp.Compare(a.m.ID, b.m.ID))
	})
	var out []string
	for _, k := range list[:min(len(list), maxSuggestions)] {
		out = append(out, k.m.ID)
	}
	return out
}

func nearKey(s string) string { return squash(nameKey(strings.ToLower(s))) }

// distance is the number of edits between two names, more than limit when it is
// above that; a swap of neighbours is one edit.
func distance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	before, prev, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		lowest := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			lowest = min(lowest, row[j])
		}
		if lowest > limit {
			return limit + 1
		}
		before, prev, row = prev, row, before
	}
	return prev[len(b)]
}
