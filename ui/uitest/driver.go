// Package uitest runs the whole workbench in virtual time on an emulated screen, so
// that a test of a flow reads like what a user does and sees:
//
//	d := uitest.Start(t, 80, 24, ui.Options{Backend: fake, …})
//	d.Type("why is the sky blue?").Press("enter").Advance(2 * time.Second)
//	d.Sees("Rayleigh").Lacks("failed")
//
// Everything happens inside a synctest bubble: call Start from synctest.Test. A
// goroutine that outlives the program fails the test.
package uitest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/exp/golden"
	"github.com/charmbracelet/x/vt"

	"assay/ui"
)

// Driver is a running workbench and its screen.
type Driver struct {
	t    testing.TB
	app  *ui.App
	term *screen
	done chan error
	stop context.CancelFunc
	seen atomic.Int64
	over bool // Failed has returned
}

// screen is the terminal the program draws on.
type screen struct {
	mu  sync.Mutex
	emu *vt.Emulator
	raw []byte // everything that was written
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.raw = append(s.raw, p...)
	return s.emu.Write(p)
}

// Start runs the workbench on a screen of w × h cells and lets it draw. The driver
// quits it when the test ends, if the test has not.
func Start(t testing.TB, w, h int, o ui.Options) *Driver {
	t.Helper()
	d := &Driver{t: t, term: &screen{emu: vt.NewEmulator(w, h)}, done: make(chan error, 1)}
	o.Out = d.term
	if o.Getenv == nil {
		o.Getenv = func(string) string { return "" }
	}
	ctx, cancel := context.WithCancel(context.Background())
	d.stop = cancel
	app, err := ui.New(ctx, o, tea.WithInput(nil), tea.WithoutSignalHandler(), tea.WithFilter(d.count))
	if err != nil {
		t.Fatal(err)
	}
	d.app = app
	go func() { d.done <- app.Run() }()
	t.Cleanup(func() {
		if !d.over {
			d.Quit()
		}
	})
	return d.Resize(w, h)
}

// count is a filter of messages that lets all of them through.
func (d *Driver) count(_ tea.Model, msg tea.Msg) tea.Msg {
	d.seen.Add(1)
	return msg
}

// Messages is how many messages the program has handled.
func (d *Driver) Messages() int { return int(d.seen.Load()) }

// Type types text, character by character.
func (d *Driver) Type(text string) *Driver {
	d.t.Helper()
	for _, r := range text {
		switch r {
		case ' ':
			d.app.Send(tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{r}})
		default:
			d.app.Send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
		}
	}
	return d.settle()
}

// Paste pastes text as a terminal with bracketed paste does.
func (d *Driver) Paste(text string) *Driver {
	d.t.Helper()
	d.app.Send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: true})
	return d.settle()
}

// Press presses keys, as the table of bindings writes them.
func (d *Driver) Press(keys ...string) *Driver {
	d.t.Helper()
	for _, k := range keys {
		msg := Key(k)
		if msg.String() == "" {
			d.t.Fatalf("no key is called %q", k)
		}
		d.app.Send(msg)
		d.settle()
	}
	return d
}

// Click clicks a cell, Wheel turns the wheel over it.
func (d *Driver) Click(x, y int) *Driver {
	d.app.Send(tea.MouseMsg{X: x, Y: y, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
	return d.settle()
}

// Wheel turns the mouse wheel over a cell.
func (d *Driver) Wheel(x, y int, down bool) *Driver {
	b := tea.MouseButtonWheelUp
	if down {
		b = tea.MouseButtonWheelDown
	}
	d.app.Send(tea.MouseMsg{X: x, Y: y, Button: b, Action: tea.MouseActionPress})
	return d.settle()
}

// Resize changes the size of the screen.
func (d *Driver) Resize(w, h int) *Driver {
	d.term.mu.Lock()
	d.term.emu.Resize(w, h)
	d.term.mu.Unlock()
	d.app.Send(tea.WindowSizeMsg{Width: w, Height: h})
	return d.settle()
}

// Send gives the program any message.
func (d *Driver) Send(msg tea.Msg) *Driver {
	d.app.Send(msg)
	return d.settle()
}

// Advance lets time pass.
func (d *Driver) Advance(by time.Duration) *Driver {
	time.Sleep(by)
	return d.settle()
}

// settle waits until nothing moves and what was drawn last is on the screen: two
// ticks of the renderer, 120 a second, and a frame of the workbench.
func (d *Driver) settle() *Driver {
	synctest.Wait()
	time.Sleep(50 * time.Millisecond)
	synctest.Wait()
	return d
}

// Screen is what stands on the screen, without blanks at the ends of rows.
func (d *Driver) Screen() string {
	d.term.mu.Lock()
	defer d.term.mu.Unlock()
	rows := strings.Split(d.term.emu.String(), "\n")
	for i, r := range rows {
		rows[i] = strings.TrimRight(r, " \r")
	}
	return strings.Join(rows, "\n")
}

// Styled is the screen with its colours and attributes.
func (d *Driver) Styled() string {
	d.term.mu.Lock()
	defer d.term.mu.Unlock()
	return d.term.emu.Render()
}

// Written is every byte the program has sent to the terminal.
func (d *Driver) Written() string {
	d.term.mu.Lock()
	defer d.term.mu.Unlock()
	return string(d.term.raw)
}

// Forget drops what Written has collected.
func (d *Driver) Forget() *Driver {
	d.term.mu.Lock()
	defer d.term.mu.Unlock()
	d.term.raw = nil
	return d
}

// Sees requires texts to stand on the screen.
func (d *Driver) Sees(texts ...string) *Driver {
	d.t.Helper()
	for _, text := range texts {
		if s := d.Screen(); !strings.Contains(s, text) {
			d.t.Errorf("%q is not on the screen:\n%s", text, s)
		}
	}
	return d
}

// Lacks requires texts not to stand on the screen.
func (d *Driver) Lacks(texts ...string) *Driver {
	d.t.Helper()
	for _, text := range texts {
		if s := d.Screen(); strings.Contains(s, text) {
			d.t.Errorf("%q is on the screen:\n%s", text, s)
		}
	}
	return d
}

// Golden compares the screen with the golden file of the test's name.
func (d *Driver) Golden() *Driver {
	d.t.Helper()
	golden.RequireEqual(d.t, []byte(d.Screen()+"\n"))
	return d
}

// GoldenStyled compares the screen with its colours.
func (d *Driver) GoldenStyled() *Driver {
	d.t.Helper()
	golden.RequireEqual(d.t, []byte(d.Styled()+"\n"))
	return d
}

// Cancel ends the context the program runs in.
func (d *Driver) Cancel() *Driver {
	d.stop()
	return d
}

// Quit ends the program, as a signal would, and waits for it.
func (d *Driver) Quit() {
	d.t.Helper()
	go d.app.Send(tea.QuitMsg{})
	d.Ended()
}

// Ended waits for the program to have ended by itself, and well.
func (d *Driver) Ended() {
	d.t.Helper()
	if err := d.Failed(); err != nil {
		d.t.Errorf("the program ended with %v", err)
	}
}

// Failed waits for the program to have ended, and returns how.
func (d *Driver) Failed() (err error) {
	d.t.Helper()
	d.over = true
	select {
	case err = <-d.done:
	case <-time.After(time.Minute):
		d.t.Error("the program does not end")
	}
	d.stop()
	// Bubble Tea does not wait for timers that run: in a bubble they run out at once.
	time.Sleep(time.Minute)
	return err
}

// Key is the message of a key, by the name the table of bindings uses; the zero
// message when there is no such key.
func Key(name string) tea.KeyMsg {
	rest, alt := strings.CutPrefix(name, "alt+")
	if rest == "space" {
		return tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{' '}, Alt: alt}
	}
	if r := []rune(rest); len(r) == 1 {
		return tea.KeyMsg{Type: tea.KeyRunes, Runes: r, Alt: alt}
	}
	for k := tea.KeyType(-100); k < 128; k++ {
		if k != tea.KeyRunes && k.String() == rest {
			return tea.KeyMsg{Type: k, Alt: alt}
		}
	}
	return tea.KeyMsg{}
}

// CSI is the message Bubble Tea makes of a control sequence it does not know.
func CSI(params string) tea.Msg { return unknownCSI(params) }

type unknownCSI string

func (u unknownCSI) String() string { return fmt.Sprintf("?CSI%+v?", []byte(u)) }
