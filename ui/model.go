package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"assay/ui/keys"
	"assay/ui/overlay"
	"assay/ui/status"
	"assay/ui/theme"
)

// model is the root: it owns the screens, what is laid over them, key sequences and
// notices. Everything else is a screen's.
type model struct {
	styles  *theme.Styles
	keys    *keys.Table
	bar     *status.Bar
	screens []place
	at      int // screen that is shown
	over    overlay.Overlay
	pending string // keys pressed so far of a sequence
	leaving bool   // the next ctrl+c quits
	mouse   bool
	outside outside
	w, h    int
	dirty   bool
	view    string
}

// place is a screen and the action that shows it, and from it leads back to the first.
type place struct {
	opens keys.Action
	Screen
}

type expireMsg struct{ id int }

// noticeTime is how long a notice stays.
const noticeTime = 4 * time.Second

func (m *model) screen() Screen { return m.screens[m.at].Screen }

// show puts a screen in front.
func (m *model) show(i int) tea.Cmd {
	m.at, m.over = i, nil
	m.sequence("")
	m.redraw()
	if s, ok := m.screen().(interface{ Show() tea.Cmd }); ok {
		return s.Show()
	}
	return nil
}

// Init implements [tea.Model].
func (m *model) Init() tea.Cmd {
	var cmds []tea.Cmd
	for _, s := range m.screens {
		cmds = append(cmds, s.Init())
	}
	return tea.Batch(cmds...)
}

// Update implements [tea.Model]: it only decides who a message is for.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w, m.h, m.dirty = msg.Width, msg.Height, true
		for _, s := range m.screens {
			s.SetSize(m.w, m.h)
		}
		return m, m.screen().Update(msg)
	case tea.KeyMsg:
		m.dirty = true
		return m, m.press(msg)
	case tea.MouseMsg:
		if m.over != nil || !m.mouse {
			return m, nil
		}
		return m, m.screen().Mouse(msg)
	case expireMsg:
		if m.bar.Expire(msg.id) {
			m.leaving = false
		}
		m.redraw()
		return m, nil
	case appliedMsg:
		m.redraw()
		return m, msg.do()
	case editMsg:
		return m, m.outside.editor(msg)
	}
	if k, ok := modified(msg); ok {
		m.dirty = true
		return m, m.act(k, tea.KeyMsg{})
	}
	var cmds []tea.Cmd
	for _, s := range m.screens {
		cmds = append(cmds, s.Update(msg))
	}
	return m, tea.Batch(cmds...)
}

// appliedMsg carries a result back into the event loop, where do is called.
type appliedMsg struct{ do func() tea.Cmd }

// redraw has the screen drawn again, for what it shows of the status line.
func (m *model) redraw() {
	m.dirty = true
	m.screen().Redraw()
}

// View implements [tea.Model]. Bubble Tea asks after every message: what has not
// changed is not drawn again.
func (m *model) View() string {
	if m.w == 0 || m.h == 0 {
		return ""
	}
	frame, changed := m.screen().Frame()
	if !changed && !m.dirty {
		return m.view
	}
	m.dirty = false
	m.view = frame
	if m.over != nil {
		rows := strings.Split(frame, "\n")
		overlay.Lay(rows, m.over.Box(m.w, m.h), m.w)
		m.view = strings.Join(rows, "\n")
	}
	return m.view
}

// press turns a key into an action or into text.
func (m *model) press(msg tea.KeyMsg) tea.Cmd {
	if msg.Paste {
		m.sequence("")
		return m.typed(msg)
	}
	if msg.Type != tea.KeyRunes || len(msg.Runes) < 2 {
		return m.act(name(msg), msg)
	}
	// Keys that arrive together are one message: where they are commands, each is one.
	var cmds []tea.Cmd
	for i, r := range msg.Runes {
		if m.pending == "" && m.where()&(keys.Composer|keys.List) != 0 {
			cmds = append(cmds, m.typed(tea.KeyMsg{Type: tea.KeyRunes, Runes: msg.Runes[i:], Alt: msg.Alt}))
			break
		}
		one := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}, Alt: msg.Alt}
		cmds = append(cmds, m.act(name(one), one))
	}
	return tea.Batch(cmds...)
}

// name is a key as the table of bindings writes it.
func name(msg tea.KeyMsg) string {
	switch k := msg.String(); k {
	case " ":
		return "space"
	case "alt+ ":
		return "alt+space"
	default:
		return k
	}
}

// modified recognises shift+enter of terminals that report it, which Bubble Tea
// does not know: CSI 13;2u and CSI 27;2;13~.
func modified(msg tea.Msg) (key string, ok bool) {
	s, ok := msg.(fmt.Stringer)
	if !ok {
		return "", false
	}
	switch s.String() {
	case fmt.Sprintf("?CSI%+v?", []byte("13;2u")), fmt.Sprintf("?CSI%+v?", []byte("27;2;13~")):
		return "shift+enter", true
	}
	return "", false
}

func (m *model) act(key string, msg tea.KeyMsg) tea.Cmd {
	seq := key
	if m.pending != "" {
		seq = m.pending + " " + key
	}
	in := m.where()
	a, match := m.keys.Find(in, seq)
	switch {
	case match == keys.Prefix:
		m.sequence(seq)
		return nil
	case m.pending != "" && match == keys.NoMatch:
		m.sequence("")
		if key == "esc" {
			return nil
		}
		return m.say(status.Warning, keys.Label(seq, m.styles.Options.ASCII)+" is not bound")
	}
	m.sequence("")
	if a != keys.Cancel {
		m.leaving = false
	}
	if match == keys.Full {
		return m.do(a, key)
	}
	return m.typed(msg)
}

// sequence shows that further keys are awaited.
func (m *model) sequence(seq string) {
	if m.pending == seq {
		return
	}
	m.pending = seq
	var next []keys.Binding
	if seq != "" {
		next = m.keys.Next(m.where(), seq)
	}
	m.bar.Pending(seq, next)
	m.redraw()
}

func (m *model) where() keys.Where {
	if m.over != nil {
		return m.over.Where()
	}
	return m.screen().Where()
}

func (m *model) typed(msg tea.KeyMsg) tea.Cmd {
	if m.over == nil {
		return m.screen().Type(msg)
	}
	over := m.over
	closed, cmd := over.Type(msg)
	return m.after(over, closed, cmd)
}

// after closes an overlay that is done with, unless it has opened another.
func (m *model) after(over overlay.Overlay, closed bool, cmd tea.Cmd) tea.Cmd {
	if closed && m.over == over {
		m.over = nil
	}
	m.redraw()
	return cmd
}

// do carries out an action: an overlay's, a screen's, or one of the program.
func (m *model) do(a keys.Action, key string) tea.Cmd {
	if m.over != nil {
		if a == keys.Help {
			m.help()
			return nil
		}
		over := m.over
		closed, cmd := over.Do(a)
		return m.after(over, closed, cmd)
	}
	if cmd, ok := m.screen().Do(a, key); ok {
		return cmd
	}
	return m.own(a)
}

// own are the actions of the program itself.
func (m *model) own(a keys.Action) tea.Cmd {
	if i := slices.IndexFunc(m.screens, func(p place) bool { return p.opens == a }); i >= 0 {
		if i == m.at {
			i = 0
		}
		return m.show(i)
	}
	switch a {
	case keys.Help:
		m.help()
	case keys.Palette:
		m.palette()
	case keys.Quit:
		return tea.Quit
	case keys.Cancel:
		if m.leaving {
			return tea.Quit
		}
		return m.leave("")
	case keys.EOF:
		return tea.Quit
	case keys.Suspend:
		return tea.Suspend
	case keys.Redraw:
		return tea.ClearScreen
	case keys.Mouse:
		m.mouse = !m.mouse
		if m.mouse {
			return tea.Batch(tea.EnableMouseCellMotion, m.say(status.Info, "the mouse scrolls and focuses"))
		}
		return tea.Batch(tea.DisableMouse, m.say(status.Info, "the mouse belongs to the terminal"))
	case keys.Back:
		if m.at > 0 {
			return m.show(0)
		}
	default:
		return m.elsewhere(a)
	}
	return nil
}

// leave has the next ctrl+c quit, and says so after what it meant this time.
func (m *model) leave(done string) tea.Cmd {
	m.leaving = true
	return m.say(status.Info, done+keys.Label(m.keys.Key(keys.Main, keys.Cancel), m.styles.Options.ASCII)+" again quits")
}

// elsewhere gives an action to the first other screen that knows it, and shows that.
func (m *model) elsewhere(a keys.Action) tea.Cmd {
	for i := range m.screens {
		if i == m.at {
			continue
		}
		if cmd, ok := m.screens[i].Do(a, ""); ok {
			return tea.Batch(m.show(i), cmd)
		}
	}
	return nil
}

// say shows a notice for a while.
func (m *model) say(l status.Level, text string) tea.Cmd {
	id := m.bar.Notice(l, text)
	m.redraw()
	return tea.Tick(noticeTime, func(time.Time) tea.Msg { return expireMsg{id} })
}

// open lays something over the screen.
func (m *model) open(o overlay.Overlay) {
	m.over = o
	m.redraw()
}
