package compare

import (
	"errors"
	"fmt"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"assay/engine/chat"
	"assay/ui/backend"
	"assay/ui/figure"
	"assay/ui/keys"
	"assay/ui/markdown"
	"assay/ui/overlay"
	"assay/ui/status"
)

// prompt takes the draft from the composer to a run.
type prompt struct {
	*Screen
	generation int    // of the draft: prices of older ones are dropped
	price      string // of the draft, "" while it is not known
	sending    bool   // a send waits for its price
}

// drafted notes that the draft or the lanes have changed: the price is out of date,
// and is asked for again once the draft has rested.
func (p *prompt) drafted() tea.Cmd {
	p.generation++
	p.sending = false
	if p.box.Empty() || len(p.stage.talk.Lanes()) == 0 {
		p.price = ""
		return nil
	}
	if _, _, command := p.box.Command(); command {
		return nil
	}
	n := p.generation
	return tea.Tick(rest, func(time.Time) tea.Msg { return priceMsg{n} })
}

// quote prices the draft outside the event loop.
func (p *prompt) quote(q priceMsg) tea.Cmd {
	if q.generation != p.generation || p.sending {
		return nil
	}
	return p.ask(false)
}

// ask makes the command that prices the draft; send says what it is for.
func (p *prompt) ask(send bool) tea.Cmd {
	a, n := p.stage.talk.Draft(p.box.Value()), p.generation
	return func() tea.Msg {
		q, err := p.o.Backend.Quote(p.o.Context, a)
		return quotedMsg{generation: n, ask: a, quote: q, err: err, send: send}
	}
}

// quoted shows a price, or sends the prompt it was the price of. A draft that has
// changed meanwhile is not sent.
func (p *prompt) quoted(q quotedMsg) tea.Cmd {
	if q.generation != p.generation {
		return nil
	}
	p.dirty = true
	p.sending = false
	if q.err != nil {
		p.price = ""
		if q.send {
			return p.o.Say(status.Error, reason(q.err))
		}
		return nil
	}
	p.price = figure.Range(q.quote.Estimate, p.o.Styles.Glyph.Approx)
	if !q.send {
		return nil
	}
	if q.quote.Over == "" {
		return p.begin(q.ask)
	}
	p.o.Open(&overlay.Confirm{
		Title: "Send?", Yes: "send", No: "keep the draft", Styles: p.o.Styles,
		Question: "This prompt may cost " + p.price + ", which is above " + markdown.CleanLine(q.quote.Over) + ".",
		Agreed:   func() tea.Cmd { return p.begin(q.ask) },
	})
	return nil
}

// send carries out what is typed: a command, or a prompt to every lane.
func (p *prompt) send() tea.Cmd {
	if name, arg, ok := p.box.Command(); ok {
		return p.command(name, arg)
	}
	switch {
	case p.box.Empty() || p.sending:
		return nil
	case len(p.stage.talk.Lanes()) == 0:
		return tea.Batch(p.o.Say(status.Warning, "choose at least one model first"), p.menu.models(""))
	case p.stage.talk.Live():
		return p.o.Say(status.Warning, "a run is under way: "+p.key(keys.Back)+" stops it, the draft stays")
	}
	p.sending = true
	return p.ask(true)
}

// begin starts a run and puts it on the screen.
func (p *prompt) begin(a backend.Ask) tea.Cmd {
	run, err := p.o.Backend.Start(p.o.Context, a)
	if err != nil {
		return p.o.Say(status.Error, reason(err))
	}
	p.stage.talk.Begin(a, run)
	p.box.Remember(a.Prompt)
	p.box.Clear()
	p.pane.Reset()
	p.stage.show(len(p.stage.talk.Turns()) - 1)
	p.dirty = true
	return tea.Batch(p.drafted(), p.tick())
}

// reason is an error in one clean line.
func reason(err error) string {
	var e *chat.Error
	if errors.As(err, &e) && e.Message != "" {
		return markdown.CleanLine(e.Message)
	}
	return markdown.CleanLine(err.Error())
}

// editing is an action that changes the draft.
func (p *prompt) editing(do func()) func() tea.Cmd {
	return func() tea.Cmd { do(); return p.drafted() }
}

// editor lets the user's editor change the draft.
func (p *prompt) editor() tea.Cmd {
	return p.o.Edit(p.box.Value(), func(text string) {
		p.box.SetValue(strings.TrimRight(text, "\n"))
		p.focus.spot = onComposer
		p.dirty = true
	})
}

// command carries out a slash command. One that does not exist is refused, and never
// sent to a model.
func (p *prompt) command(name, arg string) tea.Cmd {
	row, ok := p.o.Keys.Slash(name)
	if !ok {
		text := "no command /" + markdown.CleanLine(name)
		if like := p.o.Keys.Commands(name[:min(len(name), 1)]); len(like) > 0 && name != "" {
			text += "; there are /" + strings.Join(like, " /")
		}
		return p.o.Say(status.Error, text)
	}
	if arg != "" && row.Arg == "" {
		return p.o.Say(status.Error, "/"+name+" takes nothing behind it")
	}
	if row.Action == keys.Params && arg != "" {
		return p.set(arg)
	}
	p.box.Clear()
	switch row.Action {
	case keys.Models:
		return tea.Batch(p.drafted(), p.menu.models(arg))
	case keys.System:
		if arg != "" {
			return tea.Batch(p.menu.setSystem(arg), p.o.Say(status.Info, "system prompt set for every lane"))
		}
	}
	if cmd, ok := p.Do(row.Action, ""); ok {
		return tea.Batch(p.drafted(), cmd)
	}
	return p.o.Root(row.Action)
}

// set changes parameters of the lane that had the focus last.
func (p *prompt) set(arg string) tea.Cmd {
	c := p.stage.pick(p.focus.lane)
	if c == nil {
		return p.o.Say(status.Warning, "there is no lane to set parameters of")
	}
	r, err := typed(c.setup.Request, arg)
	if err != nil {
		return p.o.Say(status.Error, err.Error())
	}
	setup := c.setup
	setup.Request = r
	p.stage.talk.Configure(c.ID, setup)
	p.box.Clear()
	return tea.Batch(p.drafted(), p.o.Say(status.Info, fmt.Sprintf("lane %d: %s", c.place+1, written(&r))))
}
