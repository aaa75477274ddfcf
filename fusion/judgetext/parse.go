package judgetext

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/kaptinlin/jsonrepair"
)

// maxOutput bounds how much of a judge's output is read, maxStarts how many places
// in it are tried as the beginning of a verdict.
const (
	maxOutput = 1 << 20
	maxStarts = 32
)

// Parse reads a judge's output: prose, thinking and fences around the object are
// skipped; what is not JSON is repaired as a whole and element by element, and the
// reading that recovers most claims is taken. It invents nothing: every claim's text
// stands in raw.
func Parse(raw string) (Verdict, Report) {
	s := strip(raw)
	expected := len(elementStart.FindAllStringIndex(s, -1))
	best, rep := parseClean(s)
	for _, read := range []func(string) (Verdict, Report){parseRepaired, parseSalvaged} {
		if rep.Found > 0 && rep.Found >= expected {
			break
		}
		v, r := read(s)
		switch {
		case r.Found > rep.Found:
			best, rep = inherit(v, best), r
		case rep.Found > 0:
			best = inherit(best, v)
		}
	}
	rep.Expected = max(rep.Found, expected)
	if rep.Path == Clean {
		rep.Expected = rep.Found
	}
	return best, rep
}

// inherit fills the lists v lacks from another reading of the same text.
func inherit(v, from Verdict) Verdict {
	if len(v.Conflicts) == 0 {
		v.Conflicts = from.Conflicts
	}
	if len(v.BlindSpots) == 0 {
		v.BlindSpots = from.BlindSpots
	}
	if len(v.Notes) == 0 {
		v.Notes = from.Notes
	}
	return v
}

var (
	thinking     = regexp.MustCompile(`(?is)<(think|thinking|thought|reasoning)>.*?</(think|thinking|thought|reasoning)>`)
	elementStart = regexp.MustCompile(`\{\s*["'“”‘’„]?(id|ID|Id)["'“”‘’]?\s*:`)
	objectStart  = regexp.MustCompile(`\{\s*["'“”‘’„]?[A-Za-z_]+["'“”‘’]?\s*:`)
	rootStart    = regexp.MustCompile(`\{\s*(//[^\n]*\n\s*|/\*.*?\*/\s*)*["'“”‘’„]?(v|claims|Claims|version)["'“”‘’]?\s*:`)
)

func strip(s string) string {
	if len(s) > maxOutput {
		s = s[:maxOutput]
	}
	s = strings.TrimPrefix(strings.TrimSpace(s), "\ufeff")
	return strings.TrimSpace(thinking.ReplaceAllString(s, ""))
}

// parseClean takes the object with the most claims among those that decode as they
// stand.
func parseClean(s string) (best Verdict, rep Report) {
	from := 0
	for range maxStarts {
		at := objectStart.FindStringIndex(s[from:])
		if at == nil {
			break
		}
		from += at[0]
		var v any
		dec := json.NewDecoder(strings.NewReader(s[from:]))
		if dec.Decode(&v) != nil {
			from++
			continue
		}
		got := verdictOf(v)
		if len(got.Claims) > rep.Found {
			best, rep = got, Report{Path: Clean, Found: len(got.Claims), Complete: true}
		}
		if len(got.Claims) > 0 {
			from += int(dec.InputOffset())
		} else {
			from++ // the verdict may be inside a wrapper
		}
	}
	return best, rep
}

// parseRepaired mends the text from where a verdict seems to begin, with our own
// mender first and the general repairer for what that leaves broken.
func parseRepaired(s string) (best Verdict, rep Report) {
	starts := rootStart.FindAllStringIndex(s, maxStarts)
	if len(starts) == 0 {
		if i := strings.IndexAny(s, "{["); i >= 0 {
			starts = [][]int{{i, i}}
		}
	}
	for _, at := range starts {
		mended, complete := mend(s[at[0]:])
		v, ok := decode(mended)
		if !ok {
			v, ok = repaired(mended)
		}
		if !ok {
			continue
		}
		if got := verdictOf(v); len(got.Claims) > rep.Found || rep.Path == Unread {
			best, rep = got, Report{Path: Repaired, Found: len(got.Claims), Complete: complete}
		}
	}
	if rep.Found == 0 {
		rep.Path = Unread
	}
	return best, rep
}

func repaired(s string) (any, bool) {
	fixed, err := jsonrepair.Repair(s)
	if err != nil {
		return nil, false
	}
	return decode(fixed)
}

// parseSalvaged reads every claim alone, so that one broken element costs no other.
func parseSalvaged(s string) (Verdict, Report) {
	var out Verdict
	rep := Report{Path: Salvaged}
	starts := elementStart.FindAllStringIndex(s, maxClaims)
	seen := map[string]bool{}
	for i, at := range starts {
		end := len(s)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		v, ok := element(s[at[0]:end])
		if !ok {
			continue
		}
		c, ok := claimOf(v, i)
		if !ok || seen[c.ID+"\x00"+c.Text] {
			continue
		}
		seen[c.ID+"\x00"+c.Text] = true
		out.Claims = append(out.Claims, c)
	}
	rep.Found = len(out.Claims)
	if rep.Found == 0 {
		rep.Path = Unread
	}
	return out, rep
}

// element reads one object from the start of s.
func element(s string) (any, bool) {
	var v any
	if json.NewDecoder(strings.NewReader(s)).Decode(&v) == nil {
		return v, true
	}
	mended, _ := mend(s)
	if v, ok := decode(mended); ok {
		return v, true
	}
	return repaired(mended)
}
