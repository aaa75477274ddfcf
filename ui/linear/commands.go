package linear

import (
	"fmt"
	"slices"
	"strings"

	"assay/catalog/query"
	"assay/engine/chat"
	"assay/ui/figure"
	"assay/ui/keys"
	"assay/ui/markdown"
	"assay/ui/talk"
)

// commands are what the slash commands do here.
func (s *shell) commands() map[keys.Action]func(arg string) {
	return map[keys.Action]func(string){
		keys.Help:        func(string) { s.help() },
		keys.Quit:        func(string) { s.quit = true },
		keys.Models:      s.chooseModels,
		keys.Panels:      s.choosePanel,
		keys.FuseToggle:  func(string) { s.talk.Fuse = !s.talk.Fuse; s.sayLanes() },
		keys.FuseNow:     func(string) { s.fuse() },
		keys.System:      s.system,
		keys.NewChat:     func(string) { s.talk = s.talk.Fresh(); s.say("A new conversation."); s.sayLanes() },
		keys.Record:      func(string) { s.save() },
		keys.Retry:       s.retry,
		keys.RetryFailed: func(string) { s.retryFailed() },
		keys.Remove:      s.remove,
		keys.Promote:     s.promote,
		keys.Thinking:    s.thinking,
		keys.Trace:       s.trace,
	}
}

// command carries out a slash command. Unknown ones are refused, never sent.
func (s *shell) command(name, arg string) {
	row, ok := s.Keys.Slash(name)
	do := s.commands()[row.Action]
	switch {
	case !ok:
		s.say("There is no command /%s; /help lists them.", markdown.CleanLine(name))
	case do == nil:
		s.say("/%s is for the screen; /help lists what there is here.", name)
	default:
		do(arg)
	}
}

func (s *shell) help() {
	s.say("A prompt goes to every lane. End a line with a backslash to go on in the next.")
	do := s.commands()
	for _, b := range s.Keys.Rows() {
		if do[b.Action] == nil || len(b.Slash) == 0 {
			continue
		}
		arg := ""
		switch b.Action {
		case keys.Retry, keys.Remove, keys.Promote, keys.Thinking, keys.Trace:
			arg = " N"
		case keys.Models:
			arg = " WORDS, or the ids of the models to ask"
		case keys.Panels:
			arg = " NAME"
		case keys.System:
			arg = " TEXT"
		}
		s.say("/%s%s: %s.", b.Slash[0], arg, b.Help)
	}
	s.say("/stop, /stop N: while a run is under way, stop it or one lane.")
}

// chooseModels makes the named models the lanes; words that name none are searched.
func (s *shell) chooseModels(arg string) {
	stock := s.Backend.Models(s.ctx)
	var ids []string
	for _, c := range stock.Choices {
		s.models[c.Model.ID] = c
		ids = append(ids, c.Model.ID)
	}
	words := strings.Fields(arg)
	if len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(ids, w) }) {
		s.talk.Choose(words)
		s.sayLanes()
		return
	}
	if stock.Index == nil {
		s.say("The catalog cannot be searched here.")
		return
	}
	q, err := query.Compile(arg)
	if err != nil {
		s.say("%s.", markdown.CleanLine(err.Error()))
		return
	}
	hits := q.Run(stock.Index, query.Sort{})
	const most = 20
	for _, h := range hits[:min(len(hits), most)] {
		s.say("%s", s.describe(h.Model.ID))
	}
	s.say("%s found. /models with their ids asks them.", count(len(hits), "model"))
}

// describe is a model in one line.
func (s *shell) describe(id string) string {
	c := s.models[id]
	parts := []string{markdown.CleanLine(id)}
	if len(c.Model.Endpoints) > 0 {
		e := &c.Model.Endpoints[0]
		if p := figure.Prices(e.Prices.Prompt, e.Prices.Completion); p != "" {
			parts = append(parts, p+" a million tokens in and out")
		}
	}
	if n := figure.Tokens(c.Model.Context); n != "" {
		parts = append(parts, n+" context")
	}
	if len(c.Providers) > 0 {
		parts = append(parts, "at "+markdown.CleanLine(strings.Join(c.Providers, " and ")))
	} else if c.Note != "" {
		parts = append(parts, markdown.CleanLine(c.Note))
	}
	return strings.Join(parts, ", ")
}

func (s *shell) choosePanel(name string) {
	var names []string
	for _, p := range s.Backend.Panels() {
		if p.Name == name {
			s.talk.Panel, s.talk.Fuse = p.Name, true
			s.talk.Choose(p.Members)
			s.sayLanes()
			return
		}
		names = append(names, markdown.CleanLine(p.Name))
	}
	if len(names) == 0 {
		s.say("No panels are configured.")
		return
	}
	s.say("There are the panels %s.", strings.Join(names, ", "))
}

func (s *shell) system(text string) {
	for _, c := range s.talk.Lanes() {
		setup := c.Setup
		setup.System = text
		s.talk.Configure(c.ID, setup)
	}
	s.say("The system prompt of every lane is set.")
}

// newest is the turn commands are about.
func (s *shell) newest() (*talk.Turn, bool) {
	t := s.talk.Newest()
	if !t.Asked() {
		s.say("Nothing was asked yet.")
	}
	return t, t.Asked()
}

func (s *shell) fuse() {
	t, ok := s.newest()
	if !ok {
		return
	}
	run, err := s.Backend.Fuse(s.ctx, s.talk.Fusing(t))
	if err != nil {
		s.say("Not fused: %s", markdown.CleanLine(err.Error()))
		return
	}
	s.talk.Judged(t, run)
	r := newReport(s, t, nil)
	r.printed = len(t.Columns) // the answers were told
	for i := range t.Columns {
		r.ends[i], r.attempts[i] = true, 1<<30
	}
	s.follow(t, r)
}

func (s *shell) retry(arg string) {
	if t, ok := s.newest(); ok {
		if c := s.lane(t, arg); c != nil {
			s.again(t, c.ID)
		}
	}
}

func (s *shell) retryFailed() {
	t, ok := s.newest()
	if !ok {
		return
	}
	var ids []talk.LaneID
	for i := range t.Columns {
		if l := ended(t, &t.Columns[i]); l == nil || l.Failure != nil {
			ids = append(ids, t.Columns[i].ID)
		}
	}
	if len(ids) == 0 {
		s.say("No lane has failed.")
		return
	}
	s.again(t, ids...)
}

func (s *shell) again(t *talk.Turn, ids ...talk.LaneID) {
	a := s.talk.Again(t, ids...)
	run, err := s.Backend.Start(s.ctx, a)
	if err != nil {
		s.say("Not asked: %s", markdown.CleanLine(err.Error()))
		return
	}
	s.talk.Resume(t, a, run, ids...)
	r := newReport(s, t, ids)
	r.run = run.ID()
	s.follow(t, r)
}

func (s *shell) remove(arg string) {
	if c := s.lane(s.talk.Newest(), arg); c != nil {
		s.talk.Remove(c.ID)
		s.sayLanes()
	}
}

func (s *shell) promote(arg string) {
	t, ok := s.newest()
	if !ok {
		return
	}
	if c := s.lane(t, arg); c != nil {
		s.talk.Promote(t, c.ID)
		if t.Promoted == 0 {
			s.say("Every lane goes on from its own answer.")
			return
		}
		s.say("Every lane goes on from the answer of lane %s.", arg)
	}
}

func (s *shell) thinking(arg string) {
	t, ok := s.newest()
	if !ok {
		return
	}
	c := s.lane(t, arg)
	if c == nil {
		return
	}
	l := ended(t, c)
	if l == nil || len(l.Thought) == 0 {
		s.say("This lane has shown no reasoning.")
		return
	}
	s.block(fmt.Sprintf("Reasoning of lane %d", t.Place(c.Number)+1), string(l.Thought))
}

func (s *shell) trace(arg string) {
	t, ok := s.newest()
	if !ok {
		return
	}
	c := s.lane(t, arg)
	if c == nil {
		return
	}
	l := ended(t, c)
	if l == nil {
		s.say("This lane was not asked yet.")
		return
	}
	if r := l.Route; r != nil {
		s.say("Planned by %s for %s:", markdown.CleanLine(r.Strategy), markdown.CleanLine(r.Model))
		for i, x := range r.Candidates {
			s.say("%d. %s: %s", i+1, figure.Endpoint(x.Provider, x.Endpoint), markdown.CleanLine(x.Reason))
		}
	}
	for _, a := range l.Attempts {
		s.say("Attempt %d, %s: %s.", a.N, figure.Endpoint(a.Provider, a.Endpoint), figure.Outcome(a))
	}
	if f := l.Finish; f != nil {
		s.say("Answered by %s, %s.", figure.Endpoint(f.Provider, f.Endpoint), figure.Bill(f.Cost, "about "))
	}
	if r := l.Route; r != nil {
		for _, x := range r.Excluded {
			s.say("Not tried: %s: %s", figure.Endpoint(x.Provider, x.Endpoint), figure.Class(chat.ErrorType(x.By), 0))
		}
	}
}

func (s *shell) save() {
	runs := s.talk.Runs()
	if len(runs) == 0 {
		s.say("There is nothing to save yet.")
		return
	}
	path, err := s.Backend.Save(s.ctx, runs)
	if err != nil {
		s.say("Not saved: %s", markdown.CleanLine(err.Error()))
		return
	}
	s.say("Saved to %s.", markdown.CleanLine(path))
}
