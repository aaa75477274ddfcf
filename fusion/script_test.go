package fusion

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"assay/engine/chat"
	"assay/internal/usd"
)

// act is what a scripted lane does.
type act struct {
	delay  time.Duration // before the first piece
	pieces []string      // one every 10 ms
	reply  func(req *chat.Request) string
	finish string // finish reason, "stop" when empty
	fail   chat.ErrorType
	hang   bool // until cancelled
	tools  bool
	cost   string
}

// script is a Runner that plays acts by model. It is strict: unknown models fail the
// test, and so does a lane number used twice.
type script struct {
	t    testing.TB
	acts map[string]act

	mu       sync.Mutex
	lanes    map[int]chat.LaneSpec
	requests map[string][]*chat.Request
	open     int
}

func newScript(t testing.TB, acts map[string]act) *script {
	return &script{t: t, acts: acts, lanes: map[int]chat.LaneSpec{}, requests: map[string][]*chat.Request{}}
}

func (s *script) Lane(ctx context.Context, spec chat.LaneSpec, req *chat.Request, watch func(chat.Body)) chat.Answer {
	a := s.begin(spec, req)
	defer s.end()
	out := chat.Answer{Spec: spec}
	if !wait(ctx, a.delay) || a.hang && !wait(ctx, 1000*time.Hour) {
		return cut(out, ctx)
	}
	pieces := a.pieces
	if a.reply != nil {
		pieces = slices.Collect(chunks(a.reply(req), 40))
	}
	for _, p := range pieces {
		if !wait(ctx, 10*time.Millisecond) {
			return cut(out, ctx)
		}
		out.Text += p
		if watch != nil {
			watch(chat.Text{Text: p})
		}
	}
	if a.tools {
		out.Tools = []chat.ToolRequest{{Name: "search"}}
	}
	cost := chat.Cost{Source: chat.CostProvider, USD: usd.MustParse(orDefault(a.cost, "0.01"))}
	if a.fail != "" {
		out.Failure = &chat.Failure{ErrorType: a.fail, Message: "scripted", Cost: &cost}
		return out
	}
	out.Finish = &chat.Finish{Model: spec.Model, FinishReason: orDefault(a.finish, "stop"), Cost: cost}
	return out
}

func (s *script) begin(spec chat.LaneSpec, req *chat.Request) act {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old, ok := s.lanes[spec.Lane]; ok {
		s.t.Errorf("lane %d used for %+v and %+v", spec.Lane, old, spec)
	}
	s.lanes[spec.Lane] = spec
	key := spec.Model + " " + string(spec.Role)
	s.requests[key] = append(s.requests[key], req)
	s.open++
	a, ok := s.acts[key]
	if !ok {
		a, ok = s.acts[spec.Model]
	}
	if !ok {
		s.t.Errorf("nobody scripted %s", key)
	}
	return a
}

func (s *script) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open--
}

// asked is the number of lanes a model had in a role.
func (s *script) asked(model string, role chat.LaneRole) int {
	return len(s.requests[model+" "+string(role)])
}

// prompt is the whole text of the n-th request to a model in a role.
func (s *script) prompt(model string, role chat.LaneRole, n int) string {
	s.t.Helper()
	reqs := s.requests[model+" "+string(role)]
	if n >= len(reqs) {
		s.t.Fatalf("%s was asked %d times as %s", model, len(reqs), role)
	}
	var b strings.Builder
	for _, m := range reqs[n].Messages {
		b.WriteString(m.Text() + "\n")
	}
	return b.String()
}

func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func cut(a chat.Answer, ctx context.Context) chat.Answer {
	kind := chat.ErrCancelled
	if ctx.Err() == context.DeadlineExceeded {
		kind = chat.ErrTimeout
	}
	a.Failure = &chat.Failure{ErrorType: kind, Message: "cut"}
	return a
}

func chunks(s string, n int) func(func(string) bool) {
	return func(yield func(string) bool) {
		r := []rune(s)
		for len(r) > 0 {
			k := min(n, len(r))
			if !yield(string(r[:k])) {
				return
			}
			r = r[k:]
		}
	}
}

// seen collects what a run emits and holds it to the rules: only analyses, never two
// at a time, every quote slices exactly, the last one final.
type seen struct {
	t        testing.TB
	busy     sync.Mutex
	analyses []*chat.Analysis
}

func (s *seen) emit(b chat.Body) {
	if !s.busy.TryLock() {
		s.t.Error("emit called concurrently")
		return
	}
	defer s.busy.Unlock()
	a, ok := b.(*chat.Analysis)
	if !ok {
		s.t.Errorf("emitted %T", b)
		return
	}
	if n := len(s.analyses); n > 0 && s.analyses[n-1].Final {
		s.t.Error("an analysis came after the final one")
	}
	s.analyses = append(s.analyses, a)
}

func checkQuotes(t testing.TB, a *chat.Analysis, texts map[int]string) {
	t.Helper()
	for _, q := range quotes(a) {
		text := texts[q.Lane]
		switch {
		case !q.Grounded && (q.Start != 0 || q.End != 0 || q.Text != ""):
			t.Errorf("ungrounded quote pretends to be one: %+v", q)
		case q.Grounded && (q.Start < 0 || q.End > len(text) || q.Start >= q.End || text[q.Start:q.End] != q.Text):
			t.Errorf("quote does not slice: %+v", q)
		}
	}
}

// scriptedJudge answers a judge's prompt: it reads the sheet back and says that each
// span's letter supports a claim of that span's words, and everybody with the same
// words as well.
func scriptedJudge(req *chat.Request) string {
	type cl struct {
		ID     string              `json:"id"`
		Text   string              `json:"text"`
		Stance map[string][]string `json:"stance"`
	}
	var claims []*cl
	byText := map[string]*cl{}
	labels := map[string]bool{}
	sheet := readSheet(req.Messages[len(req.Messages)-1].Text())
	for _, l := range sheet {
		labels[l.id[:1]] = true
	}
	for _, l := range sheet {
		key := folded(l.text)
		if byText[key] == nil {
			c := &cl{ID: fmt.Sprintf("c%d", len(claims)+1), Text: l.text, Stance: map[string][]string{}}
			for k := range labels {
				c.Stance[k] = []string{"silent"}
			}
			byText[key] = c
			claims = append(claims, c)
		}
		byText[key].Stance[l.id[:1]] = []string{"support", l.id}
	}
	raw, err := json.Marshal(map[string]any{"v": 1, "claims": claims, "conflicts": []any{}, "blind_spots": []any{map[string]string{"text": "nobody mentions the price"}}})
	if err != nil {
		panic(err)
	}
	return string(raw)
}

type sheetLine struct{ id, text string }

var sheetRow = regexp.MustCompile(`(?m)^‹[0-9a-f]{8}› ([A-H]\d+) │ (.*)$`)

func readSheet(prompt string) []sheetLine {
	var out []sheetLine
	for _, f := range sheetRow.FindAllStringSubmatch(prompt, -1) {
		out = append(out, sheetLine{f[1], f[2]})
	}
	return out
}

var answersABC = map[string]string{
	"lab-a/alpha": "Paris is the capital of France. The city has about 2.1 million inhabitants. The Louvre is the largest museum in the world.",
	"lab-b/beta":  "Paris is the capital of France. The Seine flows through the middle of the town.",
	"lab-c/gamma": "Paris is the capital of France. The city has about 2.1 million inhabitants. Bakeries close on Mondays in August.",
}

// panelABC is a plan of three members, a judge and a writer that all behave.
func panelABC() (*Plan, map[string]act) {
	p := &Plan{
		Request: &chat.Request{Messages: []chat.Message{chat.TextMessage(chat.User, "Tell me about the capital of France.")}},
		Judge:   Seat{Model: "lab-j/judge", Vendor: "lab-j", Provider: "p1", Frontier: true},
		Writer:  Seat{Model: "lab-w/writer", Vendor: "lab-w", Provider: "p1"},
		StandIns: []Seat{
			{Model: "lab-s/spare", Vendor: "lab-s", Provider: "p1"},
			{Model: "lab-t/elsewhere", Vendor: "lab-t", Provider: "p2"},
		},
		Seed: 42,
	}
	acts := map[string]act{
		"lab-j/judge":  {delay: time.Second, reply: scriptedJudge},
		"lab-w/writer": {delay: time.Second, pieces: []string{"Paris is the capital ⟦c", "1⟧. It is large ⟦c2⟧. Go there."}},
	}
	for i, m := range []string{"lab-a/alpha", "lab-b/beta", "lab-c/gamma"} {
		p.Members = append(p.Members, Seat{Model: m, Vendor: m[:5], Provider: "p1"})
		acts[m] = act{delay: time.Duration(i+1) * time.Second, pieces: []string{answersABC[m][:20], answersABC[m][20:]}}
	}
	return p, acts
}

func cost(amount string) chat.Cost {
	return chat.Cost{Source: chat.CostProvider, USD: usd.MustParse(amount)}
}
