package linear

import (
	"fmt"
	"slices"
	"strings"

	"assay/engine/chat"
	"assay/fusion"
	"assay/ui/figure"
	"assay/ui/markdown"
	"assay/ui/talk"
)

// report tells one turn: it remembers what was said already.
type report struct {
	s        *shell
	t        *talk.Turn
	only     []talk.LaneID
	run      string       // that asks the lanes of only again
	attempts map[int]int  // by lane: attempts told
	ends     map[int]bool // lanes whose end was told
	printed  int          // columns whose answer was printed
	final    bool
}

func newReport(s *shell, t *talk.Turn, only []talk.LaneID) *report {
	return &report{s: s, t: t, only: only, attempts: map[int]int{}, ends: map[int]bool{}}
}

func (r *report) concerns(c *talk.Column) bool {
	return r.only == nil || slices.Contains(r.only, c.ID)
}

// begun reports whether a lane's state is that of the run this report is about.
func (r *report) begun(l *chat.Lane) bool { return r.run == "" || l.RunID == r.run }

// look tells what is new.
func (r *report) look() {
	snap := r.t.Feed.Snapshot()
	for i := range r.t.Columns {
		c := &r.t.Columns[i]
		if c.Number < 0 || c.Number >= len(snap.State.Lanes) || !r.concerns(c) {
			continue
		}
		if l := &snap.State.Lanes[c.Number]; r.begun(l) {
			r.news(i, l)
		}
	}
	for r.printed < len(r.t.Columns) {
		c := &r.t.Columns[r.printed]
		if r.concerns(c) && c.Number >= 0 {
			if c.Number >= len(snap.State.Lanes) {
				return
			}
			if l := &snap.State.Lanes[c.Number]; !r.begun(l) || !l.Phase.Ended() {
				return
			}
			r.s.answer(r.printed, &snap.State.Lanes[c.Number])
		}
		r.printed++
	}
	if a := snap.State.Analysis; a != nil && a.Final && !r.final && r.only == nil {
		r.final = true
		r.s.analysis(r.t, a)
	}
}

// news tells of attempts that failed, and of the end of a lane.
func (r *report) news(place int, l *chat.Lane) {
	for ; r.attempts[place] < len(l.Attempts); r.attempts[place]++ {
		a := l.Attempts[r.attempts[place]]
		who := figure.Endpoint(a.Provider, a.Endpoint)
		if a.Outcome == chat.AttemptStarted {
			if r.attempts[place] == len(l.Attempts)-1 && !l.Phase.Ended() {
				return // how it ends is told when it has
			}
			continue
		}
		r.s.say("Lane %d, %s: %s.", place+1, who, figure.Outcome(a))
	}
	if !l.Phase.Ended() || r.ends[place] {
		return
	}
	r.ends[place] = true
	switch {
	case l.Finish != nil:
		f := l.Finish
		r.s.say("Lane %d, %s at %s: answered, %s in %s, first after %s, %s.", place+1, markdown.CleanLine(f.Model), figure.Endpoint(f.Provider, f.Endpoint),
			count(f.Usage.CompletionTokens, "token"), figure.Seconds(f.DurationMs), figure.Seconds(f.TTFTMs), figure.Cost(f.Cost, "about "))
	case l.Phase == chat.PhaseCancelled:
		r.s.say("Lane %d: stopped.", place+1)
	default:
		f := l.Failure
		r.s.say("Lane %d failed: %s: %s", place+1, figure.Class(f.ErrorType, f.Status), markdown.CleanLine(f.Message))
		if f.Remedy != "" {
			r.s.say("Lane %d: %s", place+1, markdown.CleanLine(f.Remedy))
		}
	}
}

// close tells what the run as a whole came to.
func (r *report) close() {
	snap := r.t.Feed.Snapshot()
	if n, l := writer(&snap.State); l != nil && len(l.Text) > 0 && r.only == nil {
		text, _ := fusion.Strip(string(l.Text), nil)
		r.s.block(fmt.Sprintf("Fused answer, by %s", markdown.CleanLine(snap.State.Lanes[n].Spec.Model)), text)
	}
	if total, _ := snap.State.Bill(); total.Source != "" {
		r.s.say("In all: %s.", figure.Cost(total, "about "))
	}
}

func writer(s *chat.State) (int, *chat.Lane) {
	for i := len(s.Lanes) - 1; i >= 0; i-- {
		if s.Lanes[i].Spec.Role == chat.RoleWriter {
			return i, &s.Lanes[i]
		}
	}
	return -1, nil
}

// answer prints one lane's text.
func (s *shell) answer(place int, l *chat.Lane) {
	if len(l.Text) == 0 {
		return
	}
	title := fmt.Sprintf("Answer %d, %s", place+1, markdown.CleanLine(l.Spec.Model))
	if l.Failure != nil {
		title += ", incomplete"
	}
	s.block(title, string(l.Text))
}

// block prints a text between a heading and an end that say what it is.
func (s *shell) block(title, text string) {
	s.say("\n%s:\n\n%s\n\nEnd of %s.", title, strings.TrimSpace(markdown.CleanText(text)), strings.ToLower(title[:1])+title[1:])
}

// analysis prints what fusion found. Its lanes are numbered as the screen does.
func (s *shell) analysis(t *talk.Turn, a *chat.Analysis) {
	names := make([]string, len(t.Feed.Snapshot().State.Lanes))
	for i := range names {
		if p := t.Place(i); p >= 0 {
			names[i] = figure.Short(t.Columns[p].Setup.Request.Model)
		}
	}
	s.say("\nFusion:\n")
	if s.err == nil {
		s.err = fusion.WriteText(s.Out, a, names)
	}
	s.say("\nEnd of fusion.")
}
