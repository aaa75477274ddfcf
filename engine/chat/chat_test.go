package chat_test

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"assay/engine/chat"
	"assay/internal/usd"
)

func sample() []chat.Event {
	return []chat.Event{
		{Lane: chat.NoLane, Body: &chat.Run{V: 1, ID: "r1", StartedAt: "2026-01-02T03:04:05Z", Prompt: "why?", Lanes: []chat.LaneSpec{
			{Lane: 0, Role: chat.RoleAnswer, Model: "a/one"}, {Lane: 1, Role: chat.RoleJudge, Model: "b/two", Preset: "strict"},
		}, Estimate: &chat.Estimate{Min: usd.MustParse("0.001"), Max: usd.MustParse("0.02")}}},
		{TMs: 1, Lane: 0, Body: &chat.Route{Model: "a/one", Strategy: "price", Candidates: []chat.Candidate{{Provider: "p", Endpoint: "p/x", Reason: "cheapest"}}, Excluded: []chat.Exclusion{{Provider: "q", Endpoint: "q", By: "max_price"}}}},
		{TMs: 2, Lane: 0, Body: &chat.Attempt{N: 1, Provider: "p", Endpoint: "p/x", Model: "a/one", Outcome: chat.AttemptStarted}},
		{TMs: 5, Lane: 0, Body: &chat.Attempt{N: 1, Provider: "p", Endpoint: "p/x", Model: "a/one", Outcome: chat.AttemptFailed, Status: 429, ErrorType: chat.ErrRateLimit, Message: "slow down", RetryAfterMs: 1000}},
		{TMs: 6, Lane: 0, Body: &chat.Attempt{N: 2, Provider: "q", Endpoint: "q/y", Model: "a/one", Outcome: chat.AttemptStarted}},
		{TMs: 9, Lane: 0, Body: chat.Thought{Text: "hm"}},
		{TMs: 10, Lane: 0, Body: chat.Text{Text: "<b> & \u2028 “é” 世界"}},
		{TMs: 11, Lane: 0, Body: chat.ToolCall{Index: 0, ID: "c1", Name: "f", Arguments: `{"a"`}},
		{TMs: 12, Lane: 0, Body: chat.ToolCall{Index: 0, Arguments: `:1}`}},
		{TMs: 20, Lane: 0, Body: &chat.Finish{Model: "a/one-2026", Provider: "q", FinishReason: "stop", NativeFinishReason: "end", Usage: chat.Usage{PromptTokens: 3, CompletionTokens: 4}, Cost: chat.Cost{USD: usd.MustParse("0.0042"), Source: chat.CostProvider}, TTFTMs: 9, DurationMs: 20, TokensPerS: 200}},
		{TMs: 21, Lane: 1, Body: &chat.Failure{ErrorType: chat.ErrTimeout, Provider: "z", Message: "no token in 30 s", Retryable: true, Remedy: "retry", Attempts: 2}},
		{TMs: 22, Lane: chat.NoLane, Body: &chat.Analysis{Consensus: []chat.Consensus{{ID: "c1", Claim: "x", Models: []string{"a/one"}, Quotes: []chat.Quote{{Lane: 0, Start: 0, End: 3, Text: "<b>", Grounded: true}}}}, Judge: chat.JudgeInfo{Method: "lexical", Order: []int{0}}, Final: true}},
		{TMs: 23, Lane: chat.NoLane, Body: &chat.Summary{Cost: chat.SummaryCost{USD: usd.MustParse("0.0042"), Source: chat.CostProvider}, DurationMs: 23, OK: 1, Failed: 1}},
		{TMs: 24, Lane: chat.NoLane, Body: &chat.Other{Type: "weather", Raw: []byte(`{"type":"weather","t_ms":24,"sky":"blue"}`)}},
	}
}

func TestEventsSurviveTheWire(t *testing.T) {
	var buf bytes.Buffer
	w := chat.NewWriter(&buf)
	for _, e := range sample() {
		if err := w.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	for line := range strings.Lines(buf.String()) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil || m["type"] == "" {
			t.Errorf("not one JSON object a line: %s (%v)", line, err)
		}
	}
	r := chat.NewReader(&buf)
	for i, want := range sample() {
		got, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("event %d: got %#v, want %#v", i, got.Body, want.Body)
		}
	}
	if _, err := r.Next(); err != io.EOF {
		t.Errorf("after the last event: %v", err)
	}
}

func TestUnknownCostIsNullNotZero(t *testing.T) {
	b, _ := json.Marshal(chat.Cost{Source: chat.CostUnknown})
	if string(b) != `{"usd":null,"source":"unknown"}` {
		t.Errorf("got %s", b)
	}
	b, _ = json.Marshal(chat.Cost{Source: chat.CostCatalog})
	if string(b) != `{"usd":"0","source":"catalog"}` {
		t.Errorf("got %s", b)
	}
}

func TestReaderNamesTheLine(t *testing.T) {
	for in, want := range map[string]string{
		"{\"type\":\"text\",\"lane\":0,\"text\":\"a\"}\n\nnot json": "line 3",
		`{"t_ms":1}`: "without \"type\"",
		`{"type":"text","lane":100000,"text":"a"}`: "lane 100000",
		`{"type":"text","lane":-2,"text":"a"}`:     "lane -2",
	} {
		r := chat.NewReader(strings.NewReader(in))
		var err error
		for err == nil {
			_, err = r.Next()
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q in it", in, err, want)
		}
	}
}

func fold(events ...chat.Event) *chat.State {
	s := new(chat.State)
	for _, e := range events {
		s.Apply(e)
	}
	return s
}

func TestFold(t *testing.T) {
	s := fold(sample()...)
	l := s.Lanes[0]
	if string(l.Text) != "<b> & \u2028 “é” 世界" || string(l.Thought) != "hm" || l.Phase != chat.PhaseDone {
		t.Errorf("lane 0: %q %q %v", l.Text, l.Thought, l.Phase)
	}
	if len(l.Tools) != 1 || l.Tools[0] != (chat.ToolRequest{ID: "c1", Name: "f", Arguments: `{"a":1}`}) {
		t.Errorf("tools: %+v", l.Tools)
	}
	if len(l.Attempts) != 2 || l.Attempts[0].Outcome != chat.AttemptFailed || l.Attempts[0].Status != 429 {
		t.Errorf("attempts: %+v", l.Attempts)
	}
	if s.Lanes[1].Phase != chat.PhaseFailed || s.Running() {
		t.Errorf("lane 1 %v, running %v", s.Lanes[1].Phase, s.Running())
	}
	if total, _ := s.Bill(); total.USD.String() != "0.0042" || total.Source != chat.CostProvider {
		t.Errorf("bill %+v", total)
	}
}

func TestRetryReplacesOnlyItsLane(t *testing.T) {
	s := fold(sample()...)
	s.Apply(chat.Event{TMs: 100, Lane: chat.NoLane, Body: &chat.Run{ID: "r2", Continues: "r1", Lanes: []chat.LaneSpec{{Lane: 1, Role: chat.RoleAnswer, Model: "c/three"}}}})
	s.Apply(chat.Event{TMs: 110, Lane: 1, Body: chat.Text{Text: "again"}})
	if string(s.Lanes[0].Text) == "" || s.Lanes[0].Phase != chat.PhaseDone {
		t.Error("the neighbour lost its answer")
	}
	l := s.Lanes[1]
	if l.Spec.Model != "c/three" || string(l.Text) != "again" || l.Failure != nil || l.TTFTMs() != 10 || !s.Running() {
		t.Errorf("retried lane: %+v", l)
	}
}

func TestRestartVoidsTheText(t *testing.T) {
	s := fold(sample()[:7]...)
	gen := s.Lanes[0].Generation
	s.Apply(chat.Event{TMs: 12, Lane: 0, Body: &chat.Attempt{N: 3, Provider: "r", Endpoint: "r", Outcome: chat.AttemptStarted, Restart: true}})
	l := s.Lanes[0]
	if len(l.Text) != 0 || l.Generation != gen+1 || l.TTFTMs() != -1 {
		t.Errorf("after restart: %+v", l)
	}
}

func TestFoldIgnoresStrangers(t *testing.T) {
	s := fold(chat.Event{Lane: 3, Body: chat.Text{Text: "x"}})
	if len(s.Lanes) != 0 {
		t.Errorf("lanes appeared: %+v", s.Lanes)
	}
	s = fold(sample()[0], chat.Event{Lane: 0, Body: chat.ToolCall{Index: 1 << 30}}, chat.Event{Lane: 0, Body: chat.ToolCall{Index: -1}})
	if len(s.Lanes[0].Tools) != 0 {
		t.Error("a wild tool index was kept")
	}
}

func TestPace(t *testing.T) {
	var p chat.Pace
	for ms := int64(0); ms < 2000; ms += 10 {
		p.Add(ms, 1)
	}
	if got := p.Recent(nil, 1999, 4); !reflect.DeepEqual(got, []float64{100, 100, 100, 100}) {
		t.Errorf("steady 100 tokens/s reads %v", got)
	}
	if got := p.Recent(nil, 1_000_000, 3); !reflect.DeepEqual(got, []float64{0, 0, 0}) {
		t.Errorf("after a long silence %v", got)
	}
}

func TestErrorsMatchByType(t *testing.T) {
	err := error(&chat.Error{Type: chat.ErrRateLimit, Provider: "p", Status: 429, Message: "slow", RetryAfter: time.Second})
	if !strings.Contains(err.Error(), "p: rate_limit_exceeded (429): slow") {
		t.Error(err)
	}
}

func FuzzReader(f *testing.F) {
	var buf bytes.Buffer
	w := chat.NewWriter(&buf)
	for _, e := range sample() {
		_ = w.Write(e)
	}
	f.Add(buf.Bytes())
	f.Add([]byte(`{"type":"run","lanes":[{"lane":255},{"lane":-1}]}` + "\n" + `{"type":"attempt","lane":255}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, s := chat.NewReader(bytes.NewReader(b)), new(chat.State)
		for {
			e, err := r.Next()
			if err != nil {
				return
			}
			s.Apply(e)
			if _, err := e.Append(nil); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func BenchmarkFoldText(b *testing.B) {
	s := fold(sample()[0])
	e := chat.Event{Lane: 0, Body: chat.Text{Text: "word "}}
	for b.Loop() {
		s.Apply(e)
		if len(s.Lanes[0].Text) > 1<<20 {
			s.Lanes[0].Text = s.Lanes[0].Text[:0]
		}
	}
}

func BenchmarkEncodeText(b *testing.B) {
	w := chat.NewWriter(io.Discard)
	e := chat.Event{TMs: 1234, Lane: 2, Body: chat.Text{Text: "word "}}
	for b.Loop() {
		_ = w.Write(e)
	}
}
