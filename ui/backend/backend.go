// Package backend is what the workbench needs from the program around it: somebody
// who runs prompts, and somebody who knows the models. The user interface is written
// and tested against these interfaces; the engine stands behind them in the program,
// a scripted one in the tests.
package backend

import (
	"context"

	"assay/catalog"
	"assay/catalog/query"
	"assay/engine/chat"
	"assay/internal/usd"
)

// Backend is everything the workbench asks for.
type Backend interface {
	Runs
	Shelf
	Market
}

// Runs starts and keeps runs.
type Runs interface {
	// Start begins a run. It returns at once and does no IO: what goes wrong later
	// comes as events. An error means that nothing was started.
	Start(ctx context.Context, a Ask) (Session, error)
	// Fuse judges answers that are already there. Same rules as Start.
	Fuse(ctx context.Context, f Fusing) (Session, error)
	// Quote prices a run without sending it. It may take a few milliseconds and is
	// called outside the event loop, from several goroutines.
	Quote(ctx context.Context, a Ask) (Quote, error)
	// Save writes the runs of these ids, prompts and answers included, to disk and
	// says where. Called outside the event loop.
	Save(ctx context.Context, runs []string) (path string, err error)
}

// Shelf knows what can be chosen.
type Shelf interface {
	// Models are the models of the catalog. Called outside the event loop.
	Models(ctx context.Context) Stock
	Panels() []Panel
	Presets() []Preset
	// Status is cheap and never blocks: it is read at every frame of a run.
	Status() Status
	// Changed gets a value when Models, Panels, Presets or Status have changed
	// by themselves: a refreshed catalog, a local server that was found. May be nil.
	Changed() <-chan struct{}
}

// Session is a run under way. Its methods may be called from any goroutine, any
// number of times, also after the end; none of them blocks.
type Session interface {
	ID() string // the id of its run event
	// Events gives what happens, beginning with the run event, and is closed when the
	// run is over. Whoever started the session must read until then.
	Events() <-chan chat.Event
	Cancel()             // every lane; what came stays
	CancelLane(lane int) // one lane
	FuseNow()            // fuse what is there, without waiting for the other lanes
}

// Ask is a run to start.
type Ask struct {
	Prompt    string
	Lanes     []Lane
	Fuse      bool
	Panel     string // fusion panel whose judge, writer and criteria to use; "": the default
	Continues string // id of the run whose lanes of the same numbers these replace; "": a new run
}

// Lane is one lane of a run to start.
type Lane struct {
	Number   int
	Preset   string
	Provider string       // pinned upstream; "": whichever the routing picks
	Request  chat.Request // model, parameters the user set, and messages, the last one the prompt
}

// Fusing is a fusion of answers that are already there.
type Fusing struct {
	Continues string // id of the run the answers belong to
	Prompt    string
	Answers   []chat.Answer
	Panel     string
	FirstLane int // the judge and the writer take lanes from this number on
}

// Quote is the price of a run before it is sent.
type Quote struct {
	Estimate chat.Estimate
	Over     string // the cap this may exceed, in words; "": none. The user is asked before sending
}

// Stock is what the catalog holds. It is not changed after it was given out.
type Stock struct {
	Choices []Choice
	Index   *query.Index // of the same models, for queries; nil: they are searched by name only
}

// Choice is a model that can be put into a lane.
type Choice struct {
	Model     *catalog.Model
	Providers []string // upstreams that can be asked for it now, the first choice first
	Note      string   // why there are none: "needs GROQ_API_KEY"
}

// Panel is a fusion panel.
type Panel struct {
	Name    string
	Members []string // models
	Judge   string
	Writer  string
	Note    string
}

// Preset is a named set of parameters.
type Preset struct {
	Name  string
	Model string // "": keeps the lane's
	Note  string
}

// Status is what the status line says besides the run.
type Status struct {
	Demo      bool   // no real model can be reached
	Line      string // what the user should know: which key to set, which server was found
	Spent     usd.Amount
	Cap       usd.Amount // zero: no cap
	Period    string     // of Spent and Cap: "today", "month"
	FreeLeft  int        // requests left in the free quota
	FreeLimit int        // zero: there is none
}
