package chat

import (
	"slices"
	"unicode/utf8"

	"assay/internal/usd"
)

// MaxLanes bounds the lanes of a run: eight panel members, a judge, a writer, their
// stand-ins and re-runs fit easily; a forged run file does not make us allocate.
const MaxLanes = 256

// Phase is where a lane stands.
type Phase uint8

// The phases, in the order a lane passes them. The last three end it.
const (
	PhaseIdle       Phase = iota // not started
	PhaseWaiting                 // queued for a limit, or backing off
	PhaseConnecting              // an attempt is on its way, nothing has come yet
	PhaseReasoning               // thinking arrives
	PhaseStreaming               // the answer arrives
	PhaseDone
	PhaseFailed
	PhaseCancelled
)

// String is the word a header shows.
func (p Phase) String() string {
	return [...]string{"idle", "queued", "connecting", "thinking", "streaming", "done", "failed", "stopped"}[p]
}

// Ended reports whether nothing more will come.
func (p Phase) Ended() bool { return p >= PhaseDone }

// State is a run as the events so far tell it. The zero value is a run of which
// nothing is known. Apply is the only thing that changes it; a State is not safe
// for concurrent use.
type State struct {
	Run      Run
	Lanes    []Lane // by lane number
	Analysis *Analysis
	Summary  *Summary
	NowMs    int64 // time of the newest event
	Version  int   // grows with every event
}

// Lane is one lane as the events so far tell it.
type Lane struct {
	Spec     LaneSpec
	Phase    Phase
	Text     []byte // the raw visible answer, append-only within a Generation
	Thought  []byte // reasoning, raw
	Tools    []ToolRequest
	Route    *Route
	Attempts []Attempt
	Finish   *Finish
	Failure  *Failure
	RunID    string // run that drives the lane: a retry replaces it

	Generation int     // grows when Text starts anew
	StartMs    int64   // when the run (or retry) that drives the lane began
	FirstMs    int64   // first content, reasoning included; -1 before
	TextMs     int64   // first visible text; -1 before
	LastMs     int64   // newest content
	Tokens     float64 // estimated completion tokens so far, reasoning included
	Pace       Pace
}

// Apply folds one event into the state. Events of lanes that no run event
// introduced are ignored.
func (s *State) Apply(e Event) {
	s.Version++
	s.NowMs = max(s.NowMs, e.TMs)
	switch b := e.Body.(type) {
	case *Run:
		s.begin(b, e.TMs)
	case *Analysis:
		s.Analysis = b
	case *Summary:
		s.Summary = b
	default:
		if e.Lane >= 0 && e.Lane < len(s.Lanes) {
			s.Lanes[e.Lane].apply(e)
		}
	}
}

// begin opens the lanes of a run. A run that continues another replaces only the
// lanes it names, which is how a retried lane keeps its neighbours.
func (s *State) begin(r *Run, at int64) {
	if r.Continues == "" || r.Continues != s.Run.ID {
		*s = State{Run: *r, NowMs: at, Version: s.Version}
	}
	for _, spec := range r.Lanes {
		if spec.Lane < 0 || spec.Lane >= MaxLanes {
			continue
		}
		for len(s.Lanes) <= spec.Lane {
			s.Lanes = append(s.Lanes, Lane{FirstMs: -1, TextMs: -1})
		}
		old := &s.Lanes[spec.Lane]
		*old = Lane{
			Spec: spec, RunID: r.ID, Generation: old.Generation + 1,
			StartMs: at, FirstMs: -1, TextMs: -1,
		}
	}
	s.Summary = nil
}

func (l *Lane) apply(e Event) {
	switch b := e.Body.(type) {
	case *Route:
		l.Route = b
		l.Phase = max(l.Phase, PhaseConnecting)
	case *Attempt:
		l.attempt(*b)
	case Text:
		l.content(e.TMs, PhaseStreaming, b.Text)
		if l.TextMs < 0 {
			l.TextMs = e.TMs
		}
		l.Text = append(l.Text, b.Text...)
	case Thought:
		l.content(e.TMs, PhaseReasoning, b.Text)
		l.Thought = append(l.Thought, b.Text...)
	case ToolCall:
		l.content(e.TMs, PhaseStreaming, b.Arguments)
		l.tool(b)
	case *Finish:
		l.Finish, l.Phase, l.LastMs = b, PhaseDone, e.TMs
	case *Failure:
		l.Failure, l.Phase, l.LastMs = b, PhaseFailed, e.TMs
		if b.ErrorType == ErrCancelled {
			l.Phase = PhaseCancelled
		}
	}
}

func (l *Lane) attempt(a Attempt) {
	if a.Outcome == AttemptWaiting {
		l.Phase = PhaseWaiting
	} else if a.Outcome == AttemptStarted && !l.Phase.Ended() {
		l.Phase = PhaseConnecting
	}
	if a.Restart {
		l.Text, l.Thought, l.Tools = nil, nil, nil
		l.FirstMs, l.TextMs, l.Tokens = -1, -1, 0
		l.Generation++
	}
	// A started attempt gives way to its own outcome, so the trace has one row a try;
	// of two attempts side by side the older may end first or last.
	for i := len(l.Attempts) - 1; i >= 0; i-- {
		if l.Attempts[i].N == a.N {
			l.Attempts[i] = a
			return
		}
	}
	l.Attempts = append(l.Attempts, a)
}

func (l *Lane) content(at int64, phase Phase, text string) {
	if l.FirstMs < 0 {
		l.FirstMs = at
	}
	l.LastMs = at
	if !l.Phase.Ended() {
		l.Phase = phase
	}
	n := ApproxTokens(text)
	l.Tokens += n
	l.Pace.Add(at, n)
}

// tool joins a fragment to the call of its index. Indices beyond a sane bound come
// from broken upstreams and are dropped.
func (l *Lane) tool(c ToolCall) {
	if c.Index < 0 || c.Index >= MaxLanes {
		return
	}
	for len(l.Tools) <= c.Index {
		l.Tools = append(l.Tools, ToolRequest{})
	}
	t := &l.Tools[c.Index]
	if c.ID != "" {
		t.ID = c.ID
	}
	if c.Name != "" {
		t.Name = c.Name
	}
	t.Arguments += c.Arguments
}

// TTFTMs is the time to the first content, -1 before it.
func (l *Lane) TTFTMs() int64 {
	if l.Finish != nil {
		return l.Finish.TTFTMs
	}
	if l.FirstMs < 0 {
		return -1
	}
	return l.FirstMs - l.StartMs
}

// Bill is what the lane has cost as far as its events say: its end, plus tries
// abandoned on the way. The zero Cost means nothing has been billed yet.
func (l *Lane) Bill() Cost {
	var c Cost
	switch {
	case l.Finish != nil:
		c = l.Finish.Cost
	case l.Failure != nil && l.Failure.Cost != nil:
		c = *l.Failure.Cost
	}
	for _, a := range l.Attempts {
		if a.Cost != nil {
			c = c.Add(*a.Cost)
		}
	}
	return c
}

// Bill sums the lanes' bills, and the known part by role.
func (s *State) Bill() (total Cost, byRole map[LaneRole]usd.Amount) {
	byRole = map[LaneRole]usd.Amount{}
	for i := range s.Lanes {
		c := s.Lanes[i].Bill()
		if c.Source == "" {
			continue
		}
		total = total.Add(c)
		role := s.Lanes[i].Spec.Role
		byRole[role] = byRole[role].Add(c.USD)
	}
	return total, byRole
}

// Running reports whether a lane may still say something.
func (s *State) Running() bool {
	return s.Summary == nil && slices.ContainsFunc(s.Lanes, func(l Lane) bool { return !l.Phase.Ended() })
}

// ApproxTokens guesses how many tokens a fragment is, without a vocabulary: four
// bytes of ASCII or one wide character a token. Only ever shown as "≈".
func ApproxTokens(s string) float64 {
	ascii, wide := 0, 0
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			ascii++
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		if r >= 0x2E80 {
			wide += 3
		} else {
			wide += 2
		}
	}
	return float64(ascii)/4 + float64(wide)/4
}
