package engine

import (
	"time"

	"assay/catalog"
	"assay/engine/chat"
)

// Record is one line of the ledger: figures and names, never text.
type Record struct {
	At       time.Time
	RunID    string
	Lane     chat.LaneSpec
	Provider string // whom we talked to, "" when nobody was reached
	Endpoint string
	Policy   catalog.Policy // under which data policy the prompt was received
	Model    string         // concrete
	Usage    chat.Usage
	Cost     chat.Cost // abandoned tries included
	TTFT     time.Duration
	Duration time.Duration
	Tries    int
	Failure  chat.ErrorType // "" for a complete answer
	Demo     bool
}

func (e *Engine) record(l *laneRun, end *attemptEnd, failure chat.ErrorType) {
	if e.opt.Record == nil {
		return
	}
	rec := Record{
		At: l.began, RunID: l.run.ID, Lane: l.lane.Spec, Model: l.req.Model, Cost: l.answer.Bill(),
		TTFT: l.ttft, Duration: time.Since(l.began), Tries: l.tries, Failure: failure,
	}
	if end != nil {
		rec.Provider, rec.Endpoint, rec.Demo = end.cand.Endpoint.Provider, end.cand.Endpoint.Tag, end.demo
		rec.Model = firstOf(end.result.Model, end.cand.Model.ID)
		rec.Policy = end.cand.Endpoint.Policy
		if rec.Policy == "" {
			rec.Policy = end.prov.Policy
		}
	}
	switch {
	case l.answer.Finish != nil:
		rec.Usage = l.answer.Finish.Usage
	case l.answer.Failure != nil && l.answer.Failure.Usage != nil:
		rec.Usage = *l.answer.Failure.Usage
	}
	e.opt.Record(rec)
}
