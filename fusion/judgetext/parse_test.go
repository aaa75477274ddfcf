package judgetext

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// document is a verdict as a well-behaved judge writes it, with the features that
// break parsers: quotes, braces, commas, line ends and other scripts inside texts.
type document struct {
	V          int              `json:"v"`
	Claims     []docClaim       `json:"claims"`
	Conflicts  []map[string]any `json:"conflicts"`
	BlindSpots []map[string]any `json:"blind_spots"`
}

type docClaim struct {
	ID     string              `json:"id"`
	Text   string              `json:"text"`
	Topic  string              `json:"topic"`
	Weight int                 `json:"weight"`
	Stance map[string][]string `json:"stance"`
	View   string              `json:"view"`
	Why    string              `json:"why"`
}

var phrases = []string{
	`The function returns "nil, err" when the file is missing`,
	`Use {"retries": 3} as the default, not an empty object`,
	`Rayleigh scattering makes the sky blue, and the sun's light red at dusk`,
	`It's the planet's third-largest city, founded in 1847`,
	`Call free(p); then set p = NULL`,
	`He said "yes", then left the room`,
	`パリはフランスの首都です。人口は約210万人`,
	`The rate is 3.5 % [per year], compounded`,
	`Set the path to C:\temp\new before the first run`,
	`The 2nd step: mix, wait, "rest" and bake at 180 °C`,
	`Two of the three – not all – need a licence`,
	`a[i] == b[j] holds for every i < j`,
	`Ottawa is the capital of Canada`,
	`Dosage must not exceed 4 g a day`,
	"First line\nsecond line of the same claim",
}

func makeDocument(seed uint64) document {
	r := rand.New(rand.NewPCG(seed, 7))
	doc := document{V: 1}
	labels := []string{"A", "B", "C", "D"}[:2+r.IntN(3)]
	kinds := []string{"support", "contradict", "silent"}
	for i := range 8 + r.IntN(14) {
		c := docClaim{
			ID: fmt.Sprintf("c%d", i+1), Text: fmt.Sprintf("%s (point %d)", phrases[r.IntN(len(phrases))], i+1),
			Topic: "topic " + labels[0], Weight: 1 + r.IntN(3), Stance: map[string][]string{}, View: "supported",
			Why: phrases[r.IntN(len(phrases))],
		}
		for _, l := range labels {
			k := kinds[r.IntN(3)]
			c.Stance[l] = []string{k}
			if k != "silent" {
				c.Stance[l] = append(c.Stance[l], fmt.Sprintf("%s%d", l, 1+r.IntN(20)))
			}
		}
		doc.Claims = append(doc.Claims, c)
	}
	doc.Conflicts = []map[string]any{{"topic": "dates", "claims": []string{"c1", "c2"}, "lean": "none", "why": "they differ"}}
	doc.BlindSpots = []map[string]any{{"text": "costs are not mentioned"}}
	return doc
}

func (d document) json(indent bool) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if indent {
		enc.SetIndent("", " ")
	}
	if err := enc.Encode(d); err != nil {
		panic(err)
	}
	return strings.TrimSpace(b.String())
}

// mutation damages a well-formed document the way models do.
type mutation struct {
	name  string
	apply func(doc document, r *rand.Rand) string
	// keep is the share of claims that is in the text at all; 1 where nothing is cut.
	keep float64
}

var innerQuote = regexp.MustCompile(`\\"`)

func mutations() []mutation {
	on := func(f func(s string) string) func(document, *rand.Rand) string {
		return func(d document, r *rand.Rand) string { return f(d.json(r.IntN(2) == 0)) }
	}
	cut := func(share float64) func(document, *rand.Rand) string {
		return on(func(s string) string { return s[:int(float64(len(s))*share)] })
	}
	return []mutation{
		{"plain", on(func(s string) string { return s }), 1},
		{"fence", on(func(s string) string { return "```json\n" + s + "\n```" }), 1},
		{"missing commas", on(func(s string) string {
			return regexp.MustCompile(`,(\s*)"(topic|weight|view)"`).ReplaceAllString(s, `$1 "$2"`)
		}), 1},
		{"comments", on(func(s string) string {
			return strings.Replace(strings.Replace(s, `"claims"`, "// the claims\n\"claims\"", 1), `"conflicts"`, `/* next, "x" */ "conflicts"`, 1)
		}), 1},
		{"missing final braces", on(func(s string) string { return strings.TrimRight(s, "}] \n") + "}" }), 1},
		{"prose around", on(func(s string) string {
			return "Here is my verdict, as asked:\n\n" + s + "\n\nLet me know if you'd like more."
		}), 1},
		{"think block", on(func(s string) string {
			return "<think>A1 says {\"id\": …} so I should {weigh} it</think>\n" + s
		}), 1},
		{"two objects", on(func(s string) string { return `{"status":"ok","note":"draft"}` + "\n" + s }), 1},
		{"prose with braces and fence", on(func(s string) string {
			return "The set {A, B} is compared below.\n```json\n" + s + "\n```\nDone {really}."
		}), 1},
		{"trailing commas", on(func(s string) string {
			return regexp.MustCompile(`([\]}"])(\s*)([\]}])`).ReplaceAllString(s, `$1,$2$3`)
		}), 1},
		{"unquoted keys", on(func(s string) string {
			return regexp.MustCompile(`([{,]\s*)"(id|text|topic|weight|stance|view|why|claims|A|B|C|D)":`).ReplaceAllString(s, `$1$2:`)
		}), 1},
		{"raw newlines", on(func(s string) string { return strings.ReplaceAll(s, `line\nsecond`, "line\nsecond") }), 1},
		{"unescaped inner quotes", on(func(s string) string { return innerQuote.ReplaceAllString(s, `"`) }), 1},
		{"single quotes", on(singleQuoted), 1},
		{"curly quotes", on(curlyQuoted), 1},
		{"cut at half", cut(.5), .5},
		{"cut at 90 %", cut(.9), .9},
		{"one byte lost", func(d document, r *rand.Rand) string {
			s := d.json(r.IntN(2) == 0)
			i := r.IntN(len(s))
			return s[:i] + s[i+1:]
		}, 1},
	}
}

// singleQuoted writes strings between single quotes, inner double quotes unescaped.
func singleQuoted(s string) string { return requote(s, "'", "'") }

// curlyQuoted writes strings between curly quotes.
func curlyQuoted(s string) string { return requote(s, "“", "”") }

func requote(s, open, end string) string {
	var b strings.Builder
	inside := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && inside && s[i+1] == '"':
			b.WriteByte('"')
			i++
		case s[i] == '\\' && inside:
			b.WriteString(s[i : i+2])
			i++
		case s[i] == '"' && inside:
			b.WriteString(end)
			inside = false
		case s[i] == '"':
			b.WriteString(open)
			inside = true
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// essence of a text: letters and digits, which no mutation changes.
func essence(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= utf8.RuneSelf || wordByte(string(r), 0) {
			return r
		}
		return -1
	}, strings.NewReplacer("“", "", "”", "").Replace(s))
}

// recovered is the share of the document's claims found again with their text and
// every stance, and fails the test for any claim that was never made.
func recovered(t *testing.T, doc document, v Verdict, lossy bool) float64 {
	t.Helper()
	byID := map[string]docClaim{}
	var all strings.Builder
	for _, c := range doc.Claims {
		byID[c.ID] = c
		all.WriteString(essence(c.Text) + "\x00" + essence(c.Why) + "\x00")
	}
	found := 0
	for _, c := range v.Claims {
		want, ok := byID[c.ID]
		if !ok && !lossy {
			t.Errorf("claim %s was never made: %q", c.ID, c.Text)
			continue
		}
		if !lossy && !strings.HasPrefix(essence(want.Text), essence(c.Text)) {
			t.Errorf("claim %s says %q, was %q", c.ID, c.Text, want.Text)
			continue
		}
		if lossy && !ok {
			continue
		}
		for _, s := range c.Stances {
			if w := want.Stance[s.Label]; !lossy && (len(w) == 0 || s.Kind != Silent && (w[0] != s.Kind.String() || len(s.IDs) > 0 && !slices.Equal(w[1:], s.IDs))) {
				t.Errorf("claim %s has stance %+v, was %v", c.ID, s, w)
			}
		}
		if len(c.Stances) == len(want.Stance) && essence(c.Text) == essence(want.Text) {
			found++
		}
	}
	return float64(found) / float64(len(doc.Claims))
}

func TestParseRecoversClaimsFromDamage(t *testing.T) {
	for _, m := range mutations() {
		t.Run(m.name, func(t *testing.T) {
			sum, worst := 0.0, 1.0
			const n = 60
			for seed := range uint64(n) {
				doc := makeDocument(seed)
				v, rep := Parse(m.apply(doc, rand.New(rand.NewPCG(seed, 99))))
				share := recovered(t, doc, v, m.name == "one byte lost")
				sum, worst = sum+share, min(worst, share)
				if share < m.keep*.85-.08 {
					t.Errorf("document %d: %.2f recovered (%+v)", seed, share, rep)
				}
			}
			t.Logf("mean %.3f, worst %.3f", sum/n, worst)
			if m.keep == 1 && (sum/n < .97 || worst < .85) {
				t.Errorf("mean %.3f, worst %.3f: want at least .97 and .85", sum/n, worst)
			}
		})
	}
}

// Wherever the text breaks off, every claim that was closed before is found, and at
// most the open one is lost or shortened.
func TestParseLosesAtMostTheOpenClaim(t *testing.T) {
	doc := makeDocument(3)
	doc.Claims = doc.Claims[:5]
	s := doc.json(false)
	for cut := range len(s) {
		closed := 0
		for _, c := range doc.Claims {
			if end := strings.Index(s, `"id":"`+c.ID+`",`); end >= 0 {
				if next := strings.Index(s[end:], "}"); next >= 0 {
					raw, _ := json.Marshal(c.Why)
					if i := strings.LastIndex(s[:cut], `"why":`+strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(string(raw))+"}"); i > end {
						closed++
					}
				}
			}
		}
		v, rep := Parse(s[:cut])
		if len(v.Claims) < closed {
			t.Fatalf("cut at %d: %d claims, %d were whole (%+v)", cut, len(v.Claims), closed, rep)
		}
		recovered(t, doc, v, false)
	}
}

func TestScannerSameForEverySplit(t *testing.T) {
	doc := makeDocument(5)
	doc.Claims = doc.Claims[:5]
	s := "I'll compare {them}.\n```json\n" + doc.json(true) + "\n```"
	var whole Scanner
	want := whole.Write(s)
	if len(want) != len(doc.Claims) {
		t.Fatalf("scanner found %d claims of %d", len(want), len(doc.Claims))
	}
	for cut := range len(s) {
		var sc Scanner
		got := append(sc.Write(s[:cut]), sc.Write(s[cut:])...)
		if !slices.EqualFunc(got, want, func(a, b Claim) bool { return a.ID == b.ID && a.Text == b.Text }) {
			t.Fatalf("split at %d changes what is found", cut)
		}
	}
}

func TestParseShapes(t *testing.T) {
	stances := func(v Verdict) string {
		var b strings.Builder
		for _, c := range v.Claims {
			b.WriteString(c.ID + ":")
			for _, s := range c.Stances {
				fmt.Fprintf(&b, " %s=%s%v", s.Label, s.Kind, s.IDs)
			}
			b.WriteString(";")
		}
		return b.String()
	}
	for name, tc := range map[string]struct{ in, want string }{
		"bare words":        {`{"claims":[{"id":"c1","text":"x y","stance":{"A":"support A3","B":"silent"}}]}`, "c1: A=support[A3] B=silent[];"},
		"objects":           {`{"claims":[{"id":"c1","text":"x y","stance":{"A":{"stance":"support","spans":["A3","A4"]}}}]}`, "c1: A=support[A3 A4];"},
		"list of objects":   {`{"claims":[{"id":"c1","text":"x y","stances":[{"answer":"Answer B","stance":"contradict","span":"B2"}]}]}`, "c1: B=contradict[B2];"},
		"grouped by stance": {`{"claims":[{"id":"c1","text":"x y","support":["A1","B2"],"contradict":["C3"]}]}`, "c1: A=support[A1] B=support[B2] C=contradict[C3];"},
		"label variants":    {`{"claims":[{"id":"c1","text":"x y","stance":{"Response A":["support","A1"],"[b]":["support","B1"]}}]}`, "c1: A=support[A1] B=support[B1];"},
		"key case":          {`{"Claims":[{"ID":"c1","Text":"x y","Stance":{"A":["Supports","A1"]}}]}`, "c1: A=support[A1];"},
		"wrapped":           {`{"analysis":{"claims":[{"id":"c1","text":"x y","stance":{"A":["support","A1"]}}]}}`, "c1: A=support[A1];"},
		"single for list":   {`{"claims":{"id":"c1","text":"x y","stance":{"A":["support","A1"]}}}`, "c1: A=support[A1];"},
		"bare list":         {`[{"id":"c1","text":"x y","stance":{"A":["support","A1"]}}]`, "c1: A=support[A1];"},
		"echoed example":    {`{"v":1,"claims":[{"id":"c1","text":"‹the claim›","stance":{"A":["support","A3"]}}]}`, ""},
		"no json":           {`I cannot compare these answers.`, ""},
		"empty":             {``, ""},
	} {
		t.Run(name, func(t *testing.T) {
			v, _ := Parse(tc.in)
			if got := stances(v); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestReadID(t *testing.T) {
	for in, want := range map[string]string{
		"A12": "[{A 12}]", "a12": "[{A 12}]", "[B-3]": "[{B 3}]", "7": "[{ 7}]", "A3-A5": "[{A 3} {A 4} {A 5}]",
		"A3–5": "[{A 3} {A 4} {A 5}]", "A5-A3": "[]", "A1-A99": "[]", "A3-B5": "[]", "A": "[]", "A0": "[]", "": "[]",
		"A123456": "[]", "span A4": "[]",
	} {
		if got := fmt.Sprint(ReadID(in)); got != want {
			t.Errorf("ReadID(%q) = %s, want %s", in, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for seed := range uint64(3) {
		f.Add(makeDocument(seed).json(false))
	}
	f.Add(`{"claims":[{"id":"c1","text":"a","stance":{"A":["support","A1"`)
	f.Add("<think>{{{</think>[[[}}]")
	f.Fuzz(func(t *testing.T, s string) {
		v, rep := Parse(s)
		if rep.Found != len(v.Claims) || rep.Expected < rep.Found {
			t.Fatalf("report %+v for %d claims", rep, len(v.Claims))
		}
		raw := essence(foldEscapes(s))
		for _, c := range v.Claims {
			if !utf8.ValidString(c.Text) {
				t.Fatalf("claim %q is not UTF-8", c.Text)
			}
			if plain := essence(c.Text); len(c.Text) < 40 && !strings.Contains(s, `\`) && utf8.ValidString(s) && !strings.Contains(raw, plain) && !strings.ContainsAny(c.Text, "0123456789") {
				t.Fatalf("claim %q does not stand in %q", c.Text, s)
			}
		}
		var sc Scanner
		sc.Write(s)
	})
}

func foldEscapes(s string) string { return CleanText(s) }

func BenchmarkParse(b *testing.B) {
	s := makeDocument(1).json(true)
	broken := innerQuote.ReplaceAllString(s, `"`)
	for name, in := range map[string]string{"clean": s, "broken": broken} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(in)))
			for b.Loop() {
				Parse(in)
			}
		})
	}
}
