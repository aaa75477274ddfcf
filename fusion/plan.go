package fusion

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"assay/engine/chat"
	"assay/fusion/prompts"
)

// Runner runs one lane to its end: it announces the lane if the run does not know it
// yet, emits the lane's own events, and returns how it ended. watch, when not nil,
// is called with each body in order, from one goroutine, and not after Lane has
// returned. A cancelled ctx ends the lane soon; Lane must be safe to call
// concurrently.
type Runner interface {
	Lane(ctx context.Context, spec chat.LaneSpec, req *chat.Request, watch func(chat.Body)) chat.Answer
}

// Mode says what becomes of the answers.
type Mode string

// The modes. The zero value means Fuse.
const (
	Fuse    Mode = "fuse"    // compare, then write one answer
	Compare Mode = "compare" // compare only
	Guided  Mode = "guided"  // compare, then wait: the user decides, Synthesize writes
	Pick    Mode = "pick"    // the best answer, word for word
	Vote    Mode = "vote"    // the most frequent short answer; no judge
	Scout   Mode = "scout"   // two members first, the others only if those disagree; then as Fuse
)

// MaxMembers is the largest panel.
const MaxMembers = 8

// Seat is who does one job of a panel.
type Seat struct {
	Model       string // slug, as the runner takes it
	Vendor      string // who made the model: answers of one vendor are less independent
	Provider    string // upstream expected to serve it, "" unknown
	Preset      string
	Context     int           // tokens, 0 unknown
	Strict      bool          // honours a JSON Schema
	Frontier    bool          // strong enough to judge in one order only
	Demo        bool          // of the demo provider
	Temperature *float64      // instead of the request's
	Request     *chat.Request // instead of the plan's, Model excepted
}

// Plan is a fusion to run. Its zero values are the defaults told beside them.
type Plan struct {
	Mode    Mode
	Request *chat.Request // the question, with the members' parameters
	Members []Seat        // 1 to MaxMembers; their lanes are 0, 1, 2 …

	Judge     Seat   // no Model: the lexical judge only
	Writer    Seat   // no Model: the judge writes
	StandIns  []Seat // who may replace a judge or writer that failed, in this order
	Extractor Seat   // cheap model that thins out answers too long for the judge; optional

	Rubric   string // name of a rubric; "": general
	Criteria string // the user's own, added to the rubric

	Quorum     int     // usable answers needed to go on; 0: max(2, half of the panel, rounded up); else honoured exactly
	BothOrders *bool   // judge twice, in opposite orders; nil: unless the judge is a frontier model
	Frugal     bool    // skip judge and writer when the answers agree anyway
	Agree      float64 // similarity at which two scouts settle a question; 0: 0.55
	Timing     Timing
	Seed       int64 // of labels, order and nonce; must not be predictable by a member
	FirstLane  int   // lane of the judge, the writer has the next; 0: after the members
	Control    *Control
}

// Timing bounds a run. Zero values mean the defaults.
type Timing struct {
	Grace    time.Duration // after the quorum; 0: max(4 s, a quarter of the time so far)
	Deadline time.Duration // for collecting answers; 0: 5 minutes
	Linger   time.Duration // for late members once all else is done; 0: 2 minutes
	Step     time.Duration // for one call of a judge or writer; 0: 4 minutes
	Coalesce time.Duration // least time between two analyses while a judge writes; 0: 500 ms
}

func (t Timing) withDefaults() Timing {
	set := func(d *time.Duration, to time.Duration) {
		if *d <= 0 {
			*d = to
		}
	}
	set(&t.Deadline, 5*time.Minute)
	set(&t.Linger, 2*time.Minute)
	set(&t.Step, 4*time.Minute)
	set(&t.Coalesce, 500*time.Millisecond)
	return t
}

// grace is how long stragglers are waited for once the quorum is there.
func (t Timing) grace(elapsed time.Duration) time.Duration {
	if t.Grace > 0 {
		return t.Grace
	}
	return max(4*time.Second, elapsed/4)
}

// Check reports what makes a plan impossible to run.
func (p *Plan) Check() error {
	switch {
	case len(p.Members) == 0:
		return errors.New("a panel needs at least one member")
	case len(p.Members) > MaxMembers:
		return fmt.Errorf("a panel has at most %d members, this one %d", MaxMembers, len(p.Members))
	case p.Quorum < 0 || p.Quorum > len(p.Members):
		return fmt.Errorf("quorum %d of %d members", p.Quorum, len(p.Members))
	}
	return p.check()
}

// check is Check without the members, who are not needed where answers are there.
func (p *Plan) check() error {
	switch {
	case p.Request == nil:
		return errors.New("a panel needs a question")
	case !slices.Contains([]Mode{"", Fuse, Compare, Guided, Pick, Vote, Scout}, p.Mode):
		return fmt.Errorf("mode %q is none of fuse, compare, guided, pick, vote, scout", p.Mode)
	}
	if p.Rubric != "" {
		_, err := prompts.Rubric(p.Rubric)
		return err
	}
	return nil
}

func (p *Plan) quorum() int {
	if p.Quorum > 0 {
		return p.Quorum
	}
	return min(len(p.Members), max(2, (len(p.Members)+1)/2))
}

func (p *Plan) judgeLane() int {
	if p.FirstLane > 0 {
		return p.FirstLane
	}
	return len(p.Members)
}

func (p *Plan) writerLane() int { return p.judgeLane() + 1 }

func (p *Plan) judged() bool { return p.Judge.Model != "" && p.Mode != Vote }

func (p *Plan) writes() bool {
	return (p.Mode == "" || p.Mode == Fuse || p.Mode == Scout) && p.writer().Model != ""
}

func (p *Plan) writer() Seat {
	if p.Writer.Model != "" {
		return p.Writer
	}
	return p.Judge
}

func (p *Plan) bothOrders(judge Seat) bool {
	if p.BothOrders != nil {
		return *p.BothOrders
	}
	return !judge.Frontier
}

// Lanes are the lanes known before the run starts: the members, the judge, the
// writer. Stand-ins and second passes get the numbers after them.
func (p *Plan) Lanes() []chat.LaneSpec {
	var out []chat.LaneSpec
	for i, m := range p.Members {
		out = append(out, chat.LaneSpec{Lane: i, Role: chat.RoleAnswer, Model: m.Model, Preset: m.Preset})
	}
	if p.judged() {
		out = append(out, chat.LaneSpec{Lane: p.judgeLane(), Role: chat.RoleJudge, Model: p.Judge.Model, Preset: p.Judge.Preset})
	}
	if w := p.writer(); p.writes() || p.Mode == Guided && w.Model != "" {
		out = append(out, chat.LaneSpec{Lane: p.writerLane(), Role: chat.RoleWriter, Model: w.Model, Preset: w.Preset})
	}
	return out
}

// request is what a member is asked.
func (p *Plan) request(s Seat) *chat.Request {
	from := p.Request
	if s.Request != nil {
		from = s.Request
	}
	req := *from
	req.Model = s.Model
	if s.Temperature != nil {
		req.Temperature = s.Temperature
	}
	return &req
}

// Repeat is a panel of one model n times, for self-fusion. The temperatures spread
// around 0.8, so that the answers differ at all.
func Repeat(s Seat, n int) []Seat {
	out := make([]Seat, min(max(n, 1), MaxMembers))
	for i := range out {
		t := 0.6 + 0.4*float64(i)/float64(max(len(out)-1, 1))
		out[i] = s
		out[i].Temperature = &t
	}
	return out
}
