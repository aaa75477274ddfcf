package fusion

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"assay/engine/chat"
	"assay/fusion/claims"
)

// Rejudge compares answers that are there already, with the plan's judge, rubric and
// criteria, and writes anew where the plan's mode says so. No member is asked. Late
// answers of an earlier run, other judges and other rubrics all come in this way.
// The answers' lanes are those of their specs; the judge's lane must not be among
// them (Plan.FirstLane).
func Rejudge(ctx context.Context, r Runner, emit func(chat.Body), p *Plan, answers []chat.Answer) Outcome {
	s := newSession(r, emit, p)
	if err := s.adopt(answers); err != nil {
		return Outcome{Kind: None, Lane: chat.NoLane, Err: err}
	}
	return s.finish(s.conclude(ctx))
}

// Text is an answer somebody already has.
type Text struct {
	Name string // file or model
	Text string
}

// AnalyzeTexts is the lexical judge's analysis of answers to a question, which may
// be empty. It needs no model and is final.
func AnalyzeTexts(question string, texts []Text) *chat.Analysis {
	var parties []party
	var members []chat.Member
	for i, t := range texts {
		answer := chat.Answer{Text: t.Text, Finish: &chat.Finish{FinishReason: "stop"}}
		state, detail := classify(&answer)
		members = append(members, chat.Member{Lane: i, Model: t.Name, State: string(state), Detail: detail})
		if state.usable() {
			parties = append(parties, party{
				lane: i, model: t.Name, vendor: t.Name, text: t.Text, partial: state == Truncated, abstains: state == Refusal,
			})
		}
	}
	lex := compareLexically(&claims.Comparer{}, question, parties)
	t := lex.table()
	a := t.analysis()
	t.figures(a, members, lex.result.Similarity, chat.NoLane)
	a.Judge = lexicalInfo(parties, "")
	a.Statistics.Advice = advise(question, lex)
	for i := range a.Members {
		if k := t.party(a.Members[i].Lane); k >= 0 {
			a.Members[i].Steering = steering(&t.parties[k])
		}
	}
	a.Warnings = steeringWarnings(a.Members)
	a.Final = true
	return a
}

// Move is how one claim fared between two analyses of the same answers. From and To
// are consensus, contradiction, partial, unique, unverified, or "" where an analysis
// does not have it.
type Move struct {
	Claim string `json:"claim"`
	From  string `json:"from"`
	To    string `json:"to"`
}

// String is the move in words.
func (m Move) String() string {
	switch {
	case m.From == "":
		return fmt.Sprintf("new %s: %s", m.To, m.Claim)
	case m.To == "":
		return fmt.Sprintf("no longer %s: %s", m.From, m.Claim)
	}
	return fmt.Sprintf("%s → %s: %s", m.From, m.To, m.Claim)
}

// Moved compares the verdicts of two analyses of the same answers: claims that
// changed their category, in the order of the new analysis, then those it no longer
// has. Claims are matched by their evidence, or by their words.
func Moved(old, new *chat.Analysis) []Move {
	before, after := placed(old), placed(new)
	used := make([]bool, len(before))
	var out []Move
	for _, n := range after {
		best, score := -1, 0.34
		for i, o := range before {
			if used[i] {
				continue
			}
			s := evidenceOverlap(n.quotes, o.quotes)
			if folded(n.text) == folded(o.text) {
				s += 2
			}
			if s > score {
				best, score = i, s
			}
		}
		if best < 0 {
			out = append(out, Move{Claim: n.text, To: n.category})
			continue
		}
		used[best] = true
		if before[best].category != n.category {
			out = append(out, Move{Claim: n.text, From: before[best].category, To: n.category})
		}
	}
	for i, o := range before {
		if !used[i] {
			out = append(out, Move{Claim: o.text, From: o.category})
		}
	}
	return out
}

type placement struct {
	text, category string
	quotes         []chat.Quote
}

func placed(a *chat.Analysis) []placement {
	var out []placement
	for _, c := range a.Consensus {
		out = append(out, placement{c.Claim, "consensus", c.Quotes})
	}
	for _, x := range a.Contradictions {
		var quotes []chat.Quote
		for _, st := range x.Stances {
			quotes = append(quotes, st.Quotes...)
		}
		out = append(out, placement{x.Topic, "contradiction", quotes})
	}
	for _, p := range a.PartialCoverage {
		category := "partial"
		if p.Unverified {
			category = "unverified"
		}
		out = append(out, placement{p.Point, category, p.Quotes})
	}
	for _, u := range a.UniqueInsights {
		out = append(out, placement{u.Insight, "unique", u.Quotes})
	}
	return out
}

// evidenceOverlap is the places two claims share over those either has.
func evidenceOverlap(a, b []chat.Quote) float64 {
	both := 0
	for _, q := range a {
		if slices.ContainsFunc(b, func(o chat.Quote) bool { return overlaps(q, o) }) {
			both++
		}
	}
	if len(a)+len(b)-both <= 0 {
		return 0
	}
	return float64(both) / float64(len(a)+len(b)-both)
}

// MovedText is Moved as lines, "" when nothing moved.
func MovedText(moves []Move) string {
	lines := make([]string, len(moves))
	for i, m := range moves {
		lines[i] = m.String()
	}
	return strings.Join(lines, "\n")
}
