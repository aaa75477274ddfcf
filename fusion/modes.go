package fusion

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"assay/engine/chat"
)

// alikeFloor is the mean similarity from which answers say nearly the same. agreeFloor
// is what two scouts need.
const (
	alikeFloor = 0.8
	agreeFloor = 0.55
)

// pick takes the best answer as it stands.
func (s *session) pick(a *chat.Analysis) Outcome {
	p := best(a, s.parties(false))
	return Outcome{Kind: Picked, Lane: p.lane, Text: p.text, Analysis: a}
}

// scoutsDisagree says why two scouts do not settle a question, "" when they do.
func (s *session) scoutsDisagree() string {
	parties := s.parties(false)
	switch {
	case len(parties) < 2:
		return "a scout gave no usable answer"
	case slices.ContainsFunc(parties, func(p party) bool { return p.abstains }):
		return "a scout declined to answer"
	case slices.ContainsFunc(parties, func(p party) bool { return p.partial }):
		return "a scout's answer is not complete"
	}
	asked, _ := s.question()
	lex := compareLexically(&s.cmp, asked, parties)
	floor := agreeFloor
	if s.plan.Agree > 0 {
		floor = s.plan.Agree
	}
	votes := ballots(parties)
	switch {
	case len(lex.result.Conflicts) > 0:
		return "they contradict each other"
	case len(votes) == 1 && votes[0].short:
		return ""
	case lex.result.Similarity < floor:
		return fmt.Sprintf("their answers are %.0f %% alike", 100*lex.result.Similarity)
	}
	return ""
}

// settledByScouts reports that only the scouts were asked.
func (s *session) settledByScouts() bool {
	return slices.ContainsFunc(s.members, func(m *member) bool { return m.state == Stopped && strings.HasPrefix(m.detail, "not asked") })
}

// advise says why a synthesis would add little, "" when it may add something.
func advise(question string, lex *lexical) string {
	votes := ballots(lex.parties)
	switch {
	case lex.result.Similarity > alikeFloor && len(lex.result.Conflicts) == 0:
		return fmt.Sprintf("the answers are %.0f %% alike: any of them is as good as a fused one", 100*lex.result.Similarity)
	case len(votes) == 1 && votes[0].short && len(votes[0].lanes) == len(lex.parties):
		return "all answers come to the same short result: nothing is left to fuse"
	case len(votes) > 0 && allShort(votes) || Verifiable(question) && len(votes) > 0:
		return "a short answer that can be checked: a vote is as good as a synthesis, and cheaper"
	}
	return ""
}

func allShort(votes []ballot) bool {
	return !slices.ContainsFunc(votes, func(b ballot) bool { return !b.short })
}

var verifiable = regexp.MustCompile(`(?is)\b(what is|what's|compute|calculate|evaluate|solve)\b[^?.]{0,40}\d+\s*[-+*/×÷^]\s*\d+|\b(answer (with|only)|yes or no|true or false|which (of the following|option)|multiple[- ]choice)\b|\bhow (many|much|old|tall|far|long)\b|\b(who|when|where) (is|was|were|did)\b|\bcapital of\b|\n\s*\(?[A-D][.)]\s`)

// Verifiable reports whether a prompt looks as if its answer were short and could be
// checked: arithmetic, a choice, a date, a name. Panels rarely help there.
func Verifiable(prompt string) bool {
	return utf8.RuneCountInString(prompt) < 600 && verifiable.MatchString(prompt)
}

// vote counts the answers' short results. The majority's earliest complete answer
// stands; a tie is a tie, and shown as one.
func (s *session) vote(lex *lexical) Outcome {
	votes := ballots(lex.parties)
	t := &table{parties: lex.parties}
	var all []int
	for _, b := range votes {
		c := claim{text: b.shown, weight: float64(len(b.lanes)), stances: make([]stance, len(lex.parties))}
		for i, p := range lex.parties {
			switch {
			case p.abstains:
				c.stances[i].is = abstained
			case slices.Contains(b.lanes, p.lane):
				c.stances[i] = stance{is: support, quotes: []chat.Quote{b.quotes[slices.Index(b.lanes, p.lane)]}}
			}
		}
		all = append(all, len(t.claims))
		t.claims = append(t.claims, c)
	}
	if len(all) > 1 {
		t.clashes = []clash{{topic: "the answers differ", claims: all, likely: true, source: "lexical"}}
	}
	tie := len(votes) > 1 && len(votes[0].lanes) == len(votes[1].lanes)
	note := "vote"
	if len(votes) > 0 {
		note = "vote: " + tally(votes)
	}
	if tie {
		s.warn("the vote is tied: %s", tally(votes))
	}
	a := s.publish(t, lexicalInfo(lex.parties, note), lex.result.Similarity)
	if len(votes) == 0 || tie {
		return Outcome{Kind: Tied, Lane: chat.NoLane, Analysis: a}
	}
	for _, p := range lex.parties {
		if slices.Contains(votes[0].lanes, p.lane) && !p.partial {
			return Outcome{Kind: Voted, Lane: p.lane, Text: p.text, Analysis: a}
		}
	}
	p := lex.parties[t.party(votes[0].lanes[0])]
	return Outcome{Kind: Voted, Lane: p.lane, Text: p.text, Analysis: a}
}

func tally(votes []ballot) string {
	parts := make([]string, 0, len(votes))
	for _, b := range votes {
		parts = append(parts, fmt.Sprintf("%d × %s", len(b.lanes), brief(b.shown, 60)))
	}
	return strings.Join(parts, ", ")
}
