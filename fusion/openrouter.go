package fusion

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"assay/engine/chat"
	"assay/fusion/claims"
	"assay/fusion/judgetext"
)

// Projection is an analysis in the five lists of OpenRouter's fusion: strings and
// model names, without any evidence. Source: openapi.yaml of the OpenRouter docs,
// fusion analysis.
type Projection struct {
	Consensus       []string                 `json:"consensus"`
	Contradictions  []ProjectedContradiction `json:"contradictions"`
	PartialCoverage []ProjectedPoint         `json:"partial_coverage"`
	UniqueInsights  []ProjectedInsight       `json:"unique_insights"`
	BlindSpots      []string                 `json:"blind_spots"`
}

// ProjectedContradiction is a topic and who says what.
type ProjectedContradiction struct {
	Topic   string            `json:"topic"`
	Stances []ProjectedStance `json:"stances"`
}

// ProjectedStance is one model's side.
type ProjectedStance struct {
	Model  string `json:"model"`
	Stance string `json:"stance"`
}

// ProjectedPoint is a point some models make.
type ProjectedPoint struct {
	Models []string `json:"models"`
	Point  string   `json:"point"`
}

// ProjectedInsight is a point one model makes.
type ProjectedInsight struct {
	Model   string `json:"model"`
	Insight string `json:"insight"`
}

// ToOpenRouter projects an analysis. What is unverified is left out: the five lists
// have no way to say so.
func ToOpenRouter(a *chat.Analysis) Projection {
	out := Projection{
		Consensus: []string{}, Contradictions: []ProjectedContradiction{}, PartialCoverage: []ProjectedPoint{},
		UniqueInsights: []ProjectedInsight{}, BlindSpots: []string{},
	}
	model := func(lane int) string {
		for _, m := range a.Members {
			if m.Lane == lane {
				return m.Model
			}
		}
		return fmt.Sprintf("answer %d", lane+1)
	}
	for _, c := range a.Consensus {
		out.Consensus = append(out.Consensus, c.Claim)
	}
	for _, x := range a.Contradictions {
		item := ProjectedContradiction{Topic: x.Topic, Stances: []ProjectedStance{}}
		for _, st := range x.Stances {
			item.Stances = append(item.Stances, ProjectedStance{model(st.Lane), st.Stance})
		}
		out.Contradictions = append(out.Contradictions, item)
	}
	for _, p := range a.PartialCoverage {
		if p.Unverified {
			continue
		}
		item := ProjectedPoint{Point: p.Point, Models: []string{}}
		for _, lane := range p.CoveredBy {
			item.Models = append(item.Models, model(lane))
		}
		out.PartialCoverage = append(out.PartialCoverage, item)
	}
	for _, u := range a.UniqueInsights {
		out.UniqueInsights = append(out.UniqueInsights, ProjectedInsight{model(u.Lane), u.Insight})
	}
	for _, b := range a.BlindSpots {
		out.BlindSpots = append(out.BlindSpots, b.Point)
	}
	return out
}

// FromOpenRouter reads an analysis in the five lists, as documented or as models
// really write it (strings for objects, surrounding white space, a wrapper), and
// links its strings to spans of the answers by likeness. The foreign judge supplied
// no evidence, so no link is more than a guess: all quotes are marked weak and the
// categories stay the foreign judge's own. Without a recognisable list it is an error.
func FromOpenRouter(raw []byte, answers []chat.Answer) (*chat.Analysis, error) {
	lists, err := judgetext.ParseLists(string(raw))
	if err != nil {
		return nil, fmt.Errorf("read fusion analysis: %w", err)
	}
	im := newImport(answers)
	if len(im.parties) == 0 {
		return nil, errors.New("read fusion analysis: none of the answers can be used")
	}
	a := emptyAnalysis()
	for _, s := range lists.Consensus {
		quotes := im.link(s.Text, nil)
		lanes := lanesOf(quotes)
		a.Consensus = append(a.Consensus, chat.Consensus{
			ID: fmt.Sprintf("c%d", len(a.Consensus)+1), Claim: s.Text, Lanes: lanes, Models: im.t.models(lanes),
			Vendors: im.t.vendors(lanes), Quotes: quotes,
		})
	}
	for _, x := range lists.Contradictions {
		item := chat.Contradiction{ID: fmt.Sprintf("x%d", len(a.Contradictions)+1), Topic: x.Text, Confidence: "possible", Source: "judge"}
		for _, st := range x.Stances {
			if lane, ok := im.lane(st.Model); ok {
				item.Stances = append(item.Stances, chat.Stance{Lane: lane, Stance: st.Text, Quotes: im.link(st.Text, []int{lane})})
			}
		}
		if len(item.Stances) == 0 {
			item.Stances = []chat.Stance{}
		}
		a.Contradictions = append(a.Contradictions, item)
	}
	im.points(a, lists)
	a.Judge = chat.JudgeInfo{Method: "model", Source: SourceImported, Order: []int{}, Note: "the judge supplied no evidence: passages were found by likeness"}
	a.Members = im.members
	a.Warnings = append(a.Warnings, "imported analysis: no evidence supplied")
	a.Final = true
	return a, nil
}

// imported is what strings are linked to.
type imported struct {
	t       *table
	parties []party
	lex     *lexical
	members []chat.Member
}

func newImport(answers []chat.Answer) *imported {
	im := &imported{}
	for i := range answers {
		ans := &answers[i]
		state, detail := classify(ans)
		im.members = append(im.members, chat.Member{Lane: ans.Spec.Lane, Model: ans.Spec.Model, State: string(state), Detail: detail})
		if state.usable() {
			im.parties = append(im.parties, party{lane: ans.Spec.Lane, model: ans.Spec.Model, text: ans.Text})
		}
	}
	im.t = &table{parties: im.parties}
	im.lex = compareLexically(&claims.Comparer{}, "", im.parties)
	return im
}

// lane finds a model by its slug, its name without the maker, or its place.
func (im *imported) lane(model string) (int, bool) {
	want := strings.ToLower(strings.TrimSpace(model))
	for _, p := range im.parties {
		slug := strings.ToLower(p.model)
		if slug == want || want != "" && (strings.HasSuffix(slug, "/"+want) || strings.HasSuffix(want, "/"+slug)) {
			return p.lane, true
		}
	}
	return 0, false
}

// link finds the passage of each answer, or of the given lanes, that is most like
// the text.
func (im *imported) link(text string, lanes []int) []chat.Quote {
	out := []chat.Quote{}
	for _, m := range im.lex.result.Match(text) {
		p := &im.parties[m.Answer]
		if lanes != nil && !slices.Contains(lanes, p.lane) || slices.Contains(lanesOf(out), p.lane) {
			continue
		}
		q := p.refQuote(m.Ref)
		q.Weak = true
		out = append(out, q)
	}
	slices.SortStableFunc(out, func(a, b chat.Quote) int { return a.Lane - b.Lane })
	return out
}

func (im *imported) points(a *chat.Analysis, lists judgetext.Lists) {
	for _, p := range lists.PartialCoverage {
		item := chat.Partial{ID: fmt.Sprintf("p%d", len(a.PartialCoverage)+1), Point: p.Text, CoveredBy: []int{}, MissingFrom: []int{}}
		for _, m := range p.Models {
			if lane, ok := im.lane(m); ok && !slices.Contains(item.CoveredBy, lane) {
				item.CoveredBy = append(item.CoveredBy, lane)
			}
		}
		for _, q := range im.parties {
			if !slices.Contains(item.CoveredBy, q.lane) {
				item.MissingFrom = append(item.MissingFrom, q.lane)
			}
		}
		item.Quotes = im.link(p.Text, item.CoveredBy)
		a.PartialCoverage = append(a.PartialCoverage, item)
	}
	for _, u := range lists.UniqueInsights {
		lane, ok := chat.NoLane, false
		if len(u.Models) > 0 {
			lane, ok = im.lane(u.Models[0])
		}
		if !ok {
			a.Warnings = append(a.Warnings, "an insight names no answer that is here")
			continue
		}
		a.UniqueInsights = append(a.UniqueInsights, chat.Unique{
			ID: fmt.Sprintf("u%d", len(a.UniqueInsights)+1), Lane: lane, Insight: u.Text, Quotes: im.link(u.Text, []int{lane}),
		})
	}
	for _, b := range lists.BlindSpots {
		a.BlindSpots = append(a.BlindSpots, chat.BlindSpot{ID: fmt.Sprintf("b%d", len(a.BlindSpots)+1), Point: b.Text, Notes: []string{"judge's opinion"}})
	}
}

func lanesOf(quotes []chat.Quote) []int {
	out := []int{}
	for _, q := range quotes {
		if !slices.Contains(out, q.Lane) {
			out = append(out, q.Lane)
		}
	}
	return out
}
