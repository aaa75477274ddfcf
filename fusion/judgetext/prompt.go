package judgetext

import (
	"strings"

	"assay/engine/chat"
	"assay/fusion/prompts"
)

// MaxClaims is how many claims a judge is asked for at most: it grows with the
// number of spans shown and ends at forty, where lists stop being read.
func (s *Sheet) MaxClaims() int {
	n := 0
	for i := range s.Entries {
		from, to := s.Entries[i].window()
		n += to - from
	}
	return min(40, max(8, n/2))
}

// promptData is what the judge's and writer's templates may name.
type promptData struct {
	Mark        string
	Labels      string
	MaxClaims   int
	Rubric      string
	Question    string
	Earlier     []string
	Criteria    string
	Panel       string
	Known       string
	Claims      string
	Constraints string
	Broken      string
}

func (s *Sheet) data() promptData {
	d := promptData{
		Mark: s.Mark(), Labels: s.Labels(), MaxClaims: s.MaxClaims(), Rubric: s.Rubric,
		Question: s.plain(s.Question), Criteria: s.plain(s.Criteria), Panel: s.Panel(), Known: s.Known,
	}
	for _, e := range s.Earlier {
		d.Earlier = append(d.Earlier, s.plain(e))
	}
	return d
}

// plain is a text of the user's own: cleaned, and unable to forge a line.
func (s *Sheet) plain(text string) string {
	return strings.ReplaceAll(CleanText(text), s.Nonce, "[mark]")
}

// Judge is the prompt that asks for a verdict.
func (s *Sheet) Judge() ([]chat.Message, error) { return messages("judge", s.data()) }

// Extract is the prompt that asks which spans of a one-answer sheet carry claims.
func (s *Sheet) Extract() ([]chat.Message, error) { return messages("extract", s.data()) }

// Writer is the prompt that asks for the fused answer. comparison and constraints
// are lines the caller wrote.
func (s *Sheet) Writer(comparison, constraints string) ([]chat.Message, error) {
	d := s.data()
	d.Claims, d.Constraints = comparison, constraints
	d.Panel = s.unnumbered()
	return messages("writer", d)
}

// WriterSpans is Writer with the answers span by span, for answers of which only
// parts are shown.
func (s *Sheet) WriterSpans(comparison, constraints string) ([]chat.Message, error) {
	d := s.data()
	d.Claims, d.Constraints = comparison, constraints
	return messages("writer", d)
}

// Safe is a text derived from answers, such as a judge's claims, fit to stand in a
// prompt: cleaned, unable to forge a line, names masked where it speaks of itself.
func (s *Sheet) Safe(text string) string { return Mask(s.plain(text), s.Names) }

// Again is the prompt that asks a judge to repeat its own unreadable output as JSON.
// It holds nothing but that output.
func Again(broken string) ([]chat.Message, error) {
	text, err := prompts.Render("judge_again", promptData{Broken: CleanText(broken)})
	if err != nil {
		return nil, err
	}
	return []chat.Message{chat.TextMessage(chat.User, text)}, nil
}

func messages(name string, d promptData) ([]chat.Message, error) {
	system, err := prompts.Render(name+"_system", d)
	if err != nil {
		return nil, err
	}
	user, err := prompts.Render(name+"_user", d)
	if err != nil {
		return nil, err
	}
	return []chat.Message{chat.TextMessage(chat.System, system), chat.TextMessage(chat.User, user)}, nil
}

// unnumbered renders the answers whole, as a writer wants them: only the letter and
// the mark on every line.
func (s *Sheet) unnumbered() string {
	var b strings.Builder
	for i := range s.Entries {
		e := &s.Entries[i]
		text, _ := middleOut(e.Text, MaxAnswer)
		text = strings.ReplaceAll(CleanText(text), s.Nonce, "[mark]")
		for _, part := range strings.Split(strings.TrimSpace(Mask(text, s.Names)), "\n") {
			b.WriteString(s.Mark() + " " + e.Label + " │ " + part + "\n")
		}
		if e.Cut {
			b.WriteString(s.Mark() + " " + e.Label + " │ (this answer breaks off here)\n")
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}
