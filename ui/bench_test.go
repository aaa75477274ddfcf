package ui

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"assay/engine/chat"
	"assay/ui/backend"
	"assay/ui/talk"
	"assay/ui/theme"
)

// still is a backend whose run has said everything at once and never ends.
type still struct {
	backend.Backend
	text string
}

func (s *still) Models(context.Context) backend.Stock { return backend.Stock{} }
func (s *still) Changed() <-chan struct{}             { return nil }
func (s *still) Status() backend.Status               { return backend.Status{FreeLimit: 50, FreeLeft: 47} }
func (s *still) Quote(context.Context, backend.Ask) (backend.Quote, error) {
	return backend.Quote{}, nil
}

func (s *still) Start(ctx context.Context, a backend.Ask) (backend.Session, error) {
	run := &chat.Run{ID: "r"}
	events := make(chan chat.Event, 4*len(a.Lanes)+1)
	for i := range a.Lanes {
		run.Lanes = append(run.Lanes, chat.LaneSpec{Lane: i, Role: chat.RoleAnswer, Model: fmt.Sprint("m/", i)})
	}
	events <- chat.Event{Lane: chat.NoLane, Body: run}
	for i := range a.Lanes {
		events <- chat.Event{Lane: i, Body: &chat.Attempt{N: 1, Provider: "acme", Outcome: chat.AttemptStarted}}
		events <- chat.Event{TMs: 10, Lane: i, Body: chat.Text{Text: s.text}}
	}
	return &stillRun{events: events, ctx: ctx}, nil
}

type stillRun struct {
	events chan chat.Event
	ctx    context.Context
}

func (*stillRun) ID() string                  { return "r" }
func (r *stillRun) Events() <-chan chat.Event { return r.events }
func (r *stillRun) Cancel()                   { close(r.events) }
func (*stillRun) CancelLane(int)              {}
func (*stillRun) FuseNow()                    {}

// bench puts the model, without its program, in front of six long answers.
func bench(b *testing.B) *model {
	text := strings.Repeat("## Heading\n\nA paragraph with **bold** text and `code` that goes on for a while.\n\n- one\n- two\n\n```go\nfunc main() { println(\"hello\") }\n```\n\n", 60)
	o := Options{Backend: &still{text: text}, Theme: theme.Options{Dark: true, Profile: theme.TrueColor}, NoMouse: true}
	for i := range 6 {
		o.Lanes = append(o.Lanes, talk.Setup{Request: chat.Request{Model: fmt.Sprint("m/", i)}})
	}
	app, err := New(b.Context(), o)
	if err != nil {
		b.Fatal(err)
	}
	m := app.model
	run(m, tea.WindowSizeMsg{Width: 280, Height: 50})
	run(m, tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("why?")})
	run(m, tea.KeyMsg{Type: tea.KeyEnter})
	m.View()
	time.Sleep(500 * time.Millisecond) // the lanes render in goroutines of their own
	b.Cleanup(func() {
		for _, s := range m.screens {
			s.Close()
		}
	})
	return m
}

// run gives the model a message and those its commands answer, a few rounds long.
func run(m *model, msg tea.Msg) {
	msgs := []tea.Msg{msg}
	for range 8 {
		var next []tea.Msg
		for _, msg := range msgs {
			_, cmd := m.Update(msg)
			m.View()
			next = append(next, answers(cmd)...)
		}
		msgs = next
	}
}

// answers are the messages of a command that come soon.
func answers(cmd tea.Cmd) []tea.Msg {
	if cmd == nil {
		return nil
	}
	done := make(chan tea.Msg, 1)
	go func() { done <- cmd() }()
	select {
	case msg := <-done:
		batch, ok := msg.(tea.BatchMsg)
		if !ok {
			return []tea.Msg{msg}
		}
		var out []tea.Msg
		for _, c := range batch {
			out = append(out, answers(c)...)
		}
		return out
	case <-time.After(60 * time.Millisecond):
		return nil
	}
}

// BenchmarkView draws six lanes of 280×50 anew. Budget: 0.2 ms for 200×50.
func BenchmarkView(b *testing.B) {
	m := bench(b)
	if !strings.Contains(m.View(), "Heading") {
		b.Fatal("the lanes are empty")
	}
	for b.Loop() {
		m.screen().Redraw()
		m.View()
	}
}

// BenchmarkViewUnchanged is what every message costs that changes nothing.
func BenchmarkViewUnchanged(b *testing.B) {
	m := bench(b)
	for b.Loop() {
		m.View()
	}
}

// BenchmarkUpdate is a message with the view after it. Budget: 1 ms.
func BenchmarkUpdate(b *testing.B) {
	for name, msg := range map[string]tea.Msg{
		"key":    tea.KeyMsg{Type: tea.KeyTab},
		"typed":  tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("word ")},
		"wheel":  tea.MouseMsg{X: 10, Y: 10, Button: tea.MouseButtonWheelUp, Action: tea.MouseActionPress},
		"resize": tea.WindowSizeMsg{Width: 280, Height: 49},
	} {
		b.Run(name, func(b *testing.B) {
			m := bench(b)
			for i := 0; b.Loop(); i++ {
				m.Update(msg)
				m.View()
				if i%100 == 99 { // a draft of 500 characters at most
					m.Update(tea.KeyMsg{Type: tea.KeyCtrlU})
				}
			}
		})
	}
}
