package wiring

import (
	"context"
	"errors"
	"time"

	"assay/engine"
	"assay/engine/chat"
	"assay/engine/route"
	"assay/fusion"
)

// Job is a run to start.
type Job struct {
	Prompt    string
	Messages  []chat.Message // of the conversation, where it has more than one turn
	Lanes     []engine.Lane  // the answers
	Fusion    *fusion.Plan   // what becomes of them; nil: nothing
	Continues string         // id of the run whose lanes of the same numbers these replace
	Began     time.Time      // zero of the run's clock, the zero time for now
	Cap       engine.Lane    // only its Cap: most the whole run may cost, beside the configured one
}

// Start runs a job. A fusion's members are its lanes, in order.
func (s *System) Start(ctx context.Context, j Job) (*engine.Run, error) {
	if len(j.Lanes) == 0 {
		return nil, errors.New("a run needs at least one model")
	}
	s.restore()
	spec := engine.Spec{
		Prompt: j.Prompt, Messages: j.Messages, Continues: j.Continues, Began: j.Began, Cap: s.RunCap(),
	}
	if j.Cap.Cap.IsKnown() {
		spec.Cap = j.Cap.Cap
	}
	est := s.Estimate(j)
	spec.Estimate = &est
	if j.Fusion == nil {
		return s.Engine.Start(ctx, spec, j.Lanes...), nil
	}
	if err := j.Fusion.Check(); err != nil {
		return nil, err
	}
	return s.Engine.Go(ctx, spec, j.Fusion.Lanes(), func(ctx context.Context, st *engine.Stage) {
		fusion.Run(ctx, stage{st, j.Lanes}, st.Emit, j.Fusion)
	}), nil
}

// Estimate is the price range of a job, judge and writer included.
func (s *System) Estimate(j Job) chat.Estimate {
	lanes := j.Lanes
	if j.Fusion != nil {
		lanes = append(lanes[:len(lanes):len(lanes)], s.fusionLanes(j)...)
	}
	return s.Engine.Estimate(lanes...)
}

// fusionLanes stand for the judge's and writer's calls in an estimate: they read
// every answer, so their prompts are as long as the answers will be together.
func (s *System) fusionLanes(j Job) []engine.Lane {
	const typicalAnswer = 4 * 400 // bytes of four hundred tokens
	prompt := make([]byte, typicalAnswer*len(j.Lanes))
	for i := range prompt {
		prompt[i] = 'x'
	}
	req := chat.Request{Messages: []chat.Message{chat.TextMessage(chat.User, j.Prompt+string(prompt))}}
	var out []engine.Lane
	for _, spec := range j.Fusion.Lanes()[len(j.Fusion.Members):] {
		r := req
		r.Model = spec.Model
		r.MaxTokens = 4000
		out = append(out, engine.Lane{Spec: spec, Request: r})
	}
	return out
}

// stage runs a fusion's lanes on an engine's stage. Members keep what their lanes
// were given beside the request: routing and caps.
type stage struct {
	*engine.Stage
	members []engine.Lane
}

// Lane implements fusion.Runner.
func (s stage) Lane(ctx context.Context, spec chat.LaneSpec, req *chat.Request, watch func(chat.Body)) chat.Answer {
	ln := engine.Lane{Spec: spec, Request: *req}
	if spec.Role == chat.RoleAnswer && spec.Lane < len(s.members) {
		ln.Prefs, ln.Cap = s.members[spec.Lane].Prefs, s.members[spec.Lane].Cap
	}
	return s.Run(ctx, ln, watch)
}

// Plan is where a lane would go, without sending it.
func (s *System) Plan(ln engine.Lane) (route.Plan, error) {
	s.restore()
	return s.Engine.Plan(&ln.Request, ln.Prefs)
}

// Runner runs lanes on a stage without further settings.
func Runner(st *engine.Stage) fusion.Runner { return stage{Stage: st} }
