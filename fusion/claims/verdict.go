package claims

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// verdict is what a whole answer comes down to: yes or no, a letter, a number.
type verdict struct {
	answer int
	words  Range // of the raw text
	text   string
	value  float64 // of a number
	exact  float64 // how far another writing of the same number may be off
}

// The ways answers state their verdict. All are applied to whole texts, so none may
// backtrack; Go's regular expressions never do.
var (
	optionsAsked = regexp.MustCompile(`(?m)(?:^|[\s(])([A-Fa-f])[).:](?:\s|$)`)
	choiceStated = regexp.MustCompile(`(?i:\b(?:answer|option|choice)\b(?:\s+(?:is|would be|should be))?\s*:?)\s*(?i:option\s+)?[*_("'\[]{0,4}([A-Fa-f])(?:[)\].,:;*_"'\s]|$)`)
	choiceAlone  = regexp.MustCompile(`^[*_("'\[\s]{0,4}([A-Fa-f])(?:[)\].:*_"']|\s*$)`)
	numberStated = regexp.MustCompile(`(?:\\boxed\{|####\s*|(?i:\b(?:final\s+)?answer\s*(?:is|:|=)))[\s$*_:]{0,6}(-?[0-9][0-9,]*(?:\.[0-9]+)?(?:\s*/\s*[0-9]+)?)(%?)`)
	numberFinal  = regexp.MustCompile(`(-?[0-9][0-9,]*(?:\.[0-9]+)?(?:\s*/\s*[0-9]+)?)(%?)`)
	numberAsked  = regexp.MustCompile(`(?i)\b(?:how (?:many|much|far|long|old|tall)|what is the (?:value|sum|product|area|volume|probability|total|number|remainder|average|result|amount)|calculate|compute|evaluate|solve|determine)\b|what is\s+[-(0-9]`)
	countAsked   = regexp.MustCompile(`(?i)\bhow (?:many|much|far|long|old|tall)\b`)
	concludes    = regexp.MustCompile(`(?i)\b(?:therefore|thus|so|hence|total|finally|answer|result|equals?|in conclusion)\b|=`)
)

// asked is what kind of verdict a question calls for.
type asked struct {
	yesNo, options, number bool
	count                  bool     // a number that cannot be negative
	given                  []Number // those of the question itself
}

func askedOf(question string) asked {
	question = question[:boundary(question, 20_000)]
	return asked{
		yesNo:   asksYesOrNo(question),
		options: offersOptions(question),
		number:  numberAsked.MatchString(question) && strings.Count(question, "?") <= 1,
		count:   countAsked.MatchString(question),
		given:   Numbers(question),
	}
}

// verdictTail is how much of an answer's end is searched for its verdict.
const verdictTail = 1500

// verdictConflict sets answers against each other whose verdicts differ. It returns
// false if fewer than two give one, or all give the same.
func verdictConflict(question string, digests []*digest, answers []Answer) (Conflict, bool) {
	q := askedOf(question)
	for _, find := range []func(*digest, bool) (verdict, bool){q.yesOrNo, q.choice, q.finalNumber} {
		var found []verdict
		for i, d := range digests {
			if answers[i].Abstains {
				continue
			}
			if v, ok := find(d, answers[i].Partial); ok {
				v.answer = i
				found = append(found, v)
			}
		}
		if c, ok := contest(found, digests); ok {
			return c, true
		}
	}
	return Conflict{}, false
}

// tailOf returns where the part of a text starts that is searched for a verdict.
func tailOf(text string) int {
	if len(text) <= verdictTail {
		return 0
	}
	return boundary(text, len(text)-verdictTail)
}

// contest makes a conflict of verdicts that are not all the same.
func contest(found []verdict, digests []*digest) (Conflict, bool) {
	if !slices.ContainsFunc(found, func(v verdict) bool { return !v.same(found[0]) }) {
		return Conflict{}, false
	}
	c := Conflict{Kind: ConflictAnswer, Likely: true, Topic: "the answer"}
	for _, v := range found {
		ref, ok := digests[v.answer].refAt(v.answer, v.words)
		if ok {
			c.Sides = append(c.Sides, Side{Ref: ref, Stance: v.words.Text(digests[v.answer].text)})
		}
	}
	return c, len(c.Sides) > 1
}

func (v verdict) same(w verdict) bool {
	if v.text != "" || w.text != "" {
		return v.text == w.text
	}
	slack := v.exact + w.exact + math.Abs(v.value)*1e-9
	near := func(a, b float64) bool { return math.Abs(a-b) <= slack }
	return near(v.value, w.value) || near(v.value, w.value*100) || near(v.value*100, w.value)
}

// refAt returns the clause that holds the bytes, or else the span, or false.
func (d *digest) refAt(answer int, r Range) (Ref, bool) {
	for _, c := range d.clauses {
		if c.Start <= r.Start && r.End <= c.End {
			return Ref{Answer: answer, Span: c.span, Start: c.Start, End: c.End}, true
		}
	}
	for i, s := range d.spans {
		if s.Start <= r.Start && r.End <= s.End {
			return Ref{Answer: answer, Span: i, Start: s.Start, End: s.End}, true
		}
	}
	return Ref{}, false
}

// yesOrNo finds the word an answer to a yes-or-no question opens with.
func (q asked) yesOrNo(d *digest, _ bool) (verdict, bool) {
	text := d.text
	if !q.yesNo {
		return verdict{}, false
	}
	start, end := trim(text, 0, len(text))
	tokens := tokenize(text, start, min(end, start+120))
	for i, t := range tokens {
		if t.kind == tokenMark {
			continue
		}
		var v verdict
		switch {
		case t.is("yes"), t.is("yeah"), t.is("true"), t.is("correct"), t.kind == tokenWide && strings.HasPrefix(t.text, "はい"):
			v.text = "yes"
		case t.is("no"), t.is("nope"), t.is("false"), t.is("incorrect"), t.kind == tokenWide && strings.HasPrefix(t.text, "いいえ"):
			v.text = "no"
		default:
			return verdict{}, false
		}
		v.words = Range{t.start, t.end}
		// "No one knows" and "Yes men" are no verdicts.
		alone := i+1 >= len(tokens) || tokens[i+1].kind == tokenMark || subjectPronoun(tokens[i+1].text) || t.kind == tokenWide
		return v, alone
	}
	return verdict{}, false
}

// asksYesOrNo reports a question of which the only sentence that asks opens with an
// auxiliary verb.
func asksYesOrNo(question string) bool {
	asked := 0
	for _, s := range Segment(question) {
		text := strings.TrimRight(s.Text(question), `"'”) `)
		if !strings.HasSuffix(text, "?") && !strings.HasSuffix(text, "？") {
			continue
		}
		if strings.HasSuffix(text, "か？") {
			asked++
			continue
		}
		tokens := tokenize(text, 0, len(text))
		if len(tokens) == 0 || !auxiliary(tokens[0].text) || slices.ContainsFunc(tokens, func(t token) bool { return t.is("or") }) {
			return false
		}
		asked++
	}
	return asked == 1
}

func auxiliary(text string) bool {
	switch text {
	case "is", "are", "was", "were", "do", "does", "did", "can", "could", "will", "would", "should", "has", "have", "had", "must", "may", "might", "am":
		return true
	}
	return false
}

// choice finds the letter an answer to a multiple-choice question picks.
func (q asked) choice(d *digest, partial bool) (verdict, bool) {
	if partial || !q.options {
		return verdict{}, false
	}
	from := tailOf(d.text)
	m := lastMatch(choiceStated, d.text[from:])
	if m == nil {
		from, m = 0, choiceAlone.FindStringSubmatchIndex(d.text[:boundary(d.text, 80)])
	}
	if m == nil {
		return verdict{}, false
	}
	r := Range{from + m[2], from + m[3]}
	return verdict{words: r, text: strings.ToUpper(r.Text(d.text))}, true
}

func offersOptions(question string) bool {
	var a, b bool
	for _, m := range optionsAsked.FindAllStringSubmatch(question, -1) {
		a = a || strings.EqualFold(m[1], "a")
		b = b || strings.EqualFold(m[1], "b")
	}
	return a && b
}

// finalNumber finds the number an answer ends up with: one it states to be the answer,
// or the only one of the sentence that concludes.
func (q asked) finalNumber(d *digest, partial bool) (verdict, bool) {
	if partial {
		return verdict{}, false
	}
	from := tailOf(d.text)
	if m := statedNumber(d.text[from:]); m != nil {
		return numberVerdict(d.text, from, m)
	}
	if !q.number {
		return verdict{}, false
	}
	for i := len(d.spans) - 1; i >= 0 && i >= len(d.spans)-3; i-- {
		span := d.spans[i]
		if span.Kind == Code || span.End-span.Start > verdictTail {
			return verdict{}, false
		}
		sentence := span.Text(d.text)
		matches := numberFinal.FindAllStringSubmatchIndex(sentence, -1)
		if len(matches) == 0 {
			continue
		}
		if !concluding(sentence, matches, len(d.spans)) {
			return verdict{}, false
		}
		v, ok := numberVerdict(d.text, span.Start, matches[len(matches)-1])
		return v, ok && !q.repeats(v.value) && !(q.count && v.value < 0)
	}
	return verdict{}, false
}

// statedNumber returns the last place that calls a number the answer. Most texts have
// none of the words that announce one, which is cheaper to see.
func statedNumber(text string) []int {
	for _, cue := range []string{"nswer", "NSWER", "boxed", "####"} {
		if strings.Contains(text, cue) {
			return lastMatch(numberStated, text)
		}
	}
	return nil
}

// concluding reports that a sentence draws the conclusion, and that its last number is
// it: its only one, or what an equation comes to.
func concluding(sentence string, numbers [][]int, spans int) bool {
	if strings.ContainsAny(sentence, "<>≤≥≠") || spans > 1 && !concludes.MatchString(sentence) {
		return false
	}
	last := numbers[len(numbers)-1]
	return len(numbers) == 1 || strings.HasSuffix(strings.TrimRight(sentence[:last[2]], " $*"), "=")
}

// repeats reports that the question itself has the value.
func (q asked) repeats(value float64) bool {
	return slices.ContainsFunc(q.given, func(n Number) bool { return n.Value == value })
}

// lastMatch returns the submatch indexes of the last match, nil without one.
func lastMatch(re *regexp.Regexp, text string) []int {
	all := re.FindAllStringSubmatchIndex(text, -1)
	if len(all) == 0 {
		return nil
	}
	return all[len(all)-1]
}

// numberVerdict reads the submatches m of a number pattern found in text[from:].
func numberVerdict(text string, from int, m []int) (verdict, bool) {
	over, under, fraction := strings.Cut(strings.ReplaceAll(text[from+m[2]:from+m[3]], ",", ""), "/")
	value, err := strconv.ParseFloat(strings.TrimSpace(over), 64)
	if err != nil {
		return verdict{}, false
	}
	v := verdict{words: Range{from + m[2], from + m[5]}, value: value}
	if _, decimals, ok := strings.Cut(over, "."); ok {
		v.exact = math.Pow10(-len(decimals)) / 2 * (1 + 1e-9)
	}
	if fraction {
		d, err := strconv.ParseFloat(strings.TrimSpace(under), 64)
		if err != nil || d == 0 {
			return verdict{}, false
		}
		v.value /= d
	}
	return v, true
}
