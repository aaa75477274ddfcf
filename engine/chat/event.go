package chat

import "assay/internal/usd"

// NoLane is the lane of events that belong to the whole run.
const NoLane = -1

// Event is one thing that happened: when, in which lane, and what.
type Event struct {
	TMs  int64 // milliseconds since the run began
	Lane int   // index of the lane, NoLane for the run's own events
	Body Body
}

// Body is what happened. The set is closed: *Run, *Route, *Attempt, Text, Reasoning,
// ToolCall, *Finish, *Failure, *Analysis, *Summary, and *Other for types this
// version does not know.
type Body interface{ eventType() string }

// LaneRole says what a lane is for.
type LaneRole string

// The roles.
const (
	RoleAnswer LaneRole = "answer"
	RoleJudge  LaneRole = "judge"
	RoleWriter LaneRole = "writer"
)

// LaneSpec introduces a lane of a run.
type LaneSpec struct {
	Lane   int      `json:"lane"`
	Role   LaneRole `json:"role"`
	Model  string   `json:"model"` // as requested
	Preset string   `json:"preset,omitempty"`
}

// Run opens a run and every run file.
type Run struct {
	V         int        `json:"v"` // 1
	ID        string     `json:"id"`
	StartedAt string     `json:"started_at"` // RFC 3339, UTC
	Prompt    string     `json:"prompt,omitempty"`
	Messages  []Message  `json:"messages,omitempty"` // instead of Prompt when there is more than one turn
	Lanes     []LaneSpec `json:"lanes"`
	Estimate  *Estimate  `json:"estimate,omitempty"`
	Continues string     `json:"continues,omitempty"` // id of the run whose lanes of the same number this one replaces
	Demo      bool       `json:"demo,omitempty"`      // answers come from the demo provider
}

// Estimate is the price range of a run before it is sent, judge, writer and
// failover's worst case included.
type Estimate struct {
	Min     usd.Amount `json:"min_usd"`
	Max     usd.Amount `json:"max_usd"`
	Unknown int        `json:"unknown,omitempty"` // lanes whose price nobody knows; not in the range
}

// Route is a lane's plan.
type Route struct {
	Model      string      `json:"model"`
	Strategy   string      `json:"strategy"`
	Note       string      `json:"note,omitempty"` // why a router chose this model
	Seed       int64       `json:"seed,omitempty"` // of the weighted draw: the same seed gives the same plan
	Candidates []Candidate `json:"candidates"`
	Excluded   []Exclusion `json:"excluded"`
}

// Candidate is an endpoint that will be tried, in order.
type Candidate struct {
	Provider string `json:"provider"`
	Endpoint string `json:"endpoint"`
	Model    string `json:"model,omitempty"` // where it differs from the route's
	Reason   string `json:"reason"`
}

// Exclusion is an endpoint that will not be tried.
type Exclusion struct {
	Provider string `json:"provider"`
	Endpoint string `json:"endpoint"`
	By       string `json:"by"` // OpenRouter's excluded_by vocabulary, plus no_key, disabled, breaker …
	Detail   string `json:"detail,omitempty"`
}

// Outcome of an attempt.
type Outcome string

// The outcomes. A successful attempt has no event of its own: its text follows.
const (
	AttemptStarted   Outcome = "started"
	AttemptFailed    Outcome = "failed"
	AttemptAbandoned Outcome = "abandoned" // cancelled by us: the user, or a hedge that lost
	AttemptWaiting   Outcome = "waiting"   // queued for a rate limit or backing off; RetryAfterMs says how long
)

// Attempt is one try at one endpoint.
type Attempt struct {
	N            int       `json:"n"` // 1 is the first
	Provider     string    `json:"provider"`
	Endpoint     string    `json:"endpoint"`
	Model        string    `json:"model"`
	Outcome      Outcome   `json:"outcome"`
	Status       int       `json:"status,omitempty"`
	ErrorType    ErrorType `json:"error_type,omitempty"`
	Message      string    `json:"message,omitempty"`
	RetryAfterMs int64     `json:"retry_after_ms,omitempty"`
	Cost         *Cost     `json:"cost,omitempty"`    // of a try that is not the answer, where its upstream had worked; not in the lane's own cost
	Restart      bool      `json:"restart,omitempty"` // text of this lane so far is void, a new answer begins
}

// Text is a fragment of the visible answer, byte for byte what the upstream sent.
type Text struct {
	Text string `json:"text"`
}

// Thought is a fragment of reasoning; its event type is "reasoning".
type Thought struct {
	Text string `json:"text"`
}

// ToolCall is a fragment of a tool call. Fragments with the same Index belong
// together; their Arguments join.
type ToolCall struct {
	Index     int    `json:"index"`
	ID        string `json:"id,omitempty"`
	Name      string `json:"name,omitempty"`
	Arguments string `json:"arguments"`
}

// Finish ends a lane that got an answer.
type Finish struct {
	Model              string  `json:"model"` // the concrete model that answered
	Provider           string  `json:"provider"`
	Endpoint           string  `json:"endpoint,omitempty"`
	FinishReason       string  `json:"finish_reason"` // stop, length, tool_calls, content_filter, error
	NativeFinishReason string  `json:"native_finish_reason"`
	GenerationID       string  `json:"generation_id,omitempty"`
	Usage              Usage   `json:"usage"`
	Cost               Cost    `json:"cost"`
	TTFTMs             int64   `json:"ttft_ms"`
	DurationMs         int64   `json:"duration_ms"`
	TokensPerS         float64 `json:"tokens_per_s"`
	Demo               bool    `json:"demo,omitempty"`
	Skipped            int     `json:"skipped,omitempty"` // broken events inside the stream; text may be missing there

	// Thinking is what the next turn must send back unchanged.
	Thinking *Thinking `json:"thinking,omitempty"`
}

// Failure ends a lane that got none, or only part of one; its event type is
// "error". Text that came before it stands. Usage and Cost are set when the
// upstream had worked: a cut or cancelled answer has its bill.
type Failure struct {
	ErrorType    ErrorType       `json:"error_type"`
	Status       int             `json:"status,omitempty"`
	Provider     string          `json:"provider,omitempty"`
	Endpoint     string          `json:"endpoint,omitempty"`
	Model        string          `json:"model,omitempty"`
	Message      string          `json:"message"`
	Raw          string          `json:"raw,omitempty"`
	Retryable    bool            `json:"retryable"`
	RetryAfterMs int64           `json:"retry_after_ms,omitempty"`
	Remedy       string          `json:"remedy"`
	Attempts     int             `json:"attempts"`
	Previous     []PreviousError `json:"previous_errors,omitempty"`
	Usage        *Usage          `json:"usage,omitempty"`
	Cost         *Cost           `json:"cost,omitempty"`
	TTFTMs       int64           `json:"ttft_ms,omitempty"`
	DurationMs   int64           `json:"duration_ms,omitempty"`
}

// Summary closes a run.
type Summary struct {
	Cost       SummaryCost `json:"cost"`
	DurationMs int64       `json:"duration_ms"`
	OK         int         `json:"ok"`
	Failed     int         `json:"failed"`
	Cancelled  int         `json:"cancelled"`
}

// SummaryCost is the whole run's bill, failed and abandoned tries included.
type SummaryCost struct {
	USD     usd.Amount `json:"usd"`
	Source  CostSource `json:"source"`
	Answers usd.Amount `json:"answers_usd"`
	Judge   usd.Amount `json:"judge_usd"`
	Writer  usd.Amount `json:"writer_usd"`
}

// Other is an event of a type this version does not know, kept as it came.
type Other struct {
	Type string
	Raw  []byte
}

func (*Run) eventType() string      { return "run" }
func (*Route) eventType() string    { return "route" }
func (*Attempt) eventType() string  { return "attempt" }
func (Text) eventType() string      { return "text" }
func (Thought) eventType() string   { return "reasoning" }
func (ToolCall) eventType() string  { return "tool_call" }
func (*Finish) eventType() string   { return "finish" }
func (*Failure) eventType() string  { return "error" }
func (*Analysis) eventType() string { return "analysis" }
func (*Summary) eventType() string  { return "summary" }
func (o *Other) eventType() string  { return o.Type }

// TypeOf is the event's type on the wire.
func TypeOf(b Body) string { return b.eventType() }
