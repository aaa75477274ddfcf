package ui

import (
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/aymanbagabas/go-osc52/v2"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/junegunn/go-shellwords"

	"assay/ui/markdown"
	"assay/ui/status"
)

// outside is what the program does beyond its screen: the clipboard and the editor.
type outside struct {
	out    output
	in     *os.File // nil: not a terminal, so there is no editor
	tty    *os.File
	getenv func(string) string
	say    func(status.Level, string) tea.Cmd
}

// copy puts text on the clipboard of the terminal (OSC 52), which works over ssh as
// well; inside tmux and screen also through them to the terminal they run in.
func (o *outside) copy(text, what string) tea.Cmd {
	text = markdown.CleanCopy(text)
	seq := osc52.New(text)
	all := seq.String()
	switch {
	case o.getenv("TMUX") != "":
		all += seq.Tmux().String()
	case strings.HasPrefix(o.getenv("TERM"), "screen"):
		all = seq.Screen().String()
	}
	write := func() tea.Msg {
		if _, err := o.out.Write([]byte(all)); err != nil {
			return appliedMsg{func() tea.Cmd { return o.say(status.Error, "not copied: "+err.Error()) }}
		}
		return nil
	}
	return tea.Batch(write, o.say(status.Good, fmt.Sprintf("copied the %s, %d characters", what, len([]rune(text)))))
}

// editMsg asks for the editor to be started on a file.
type editMsg struct {
	path string
	done func(string)
	err  error
}

// edit lets the user's editor change a text: it is written to a file only they can
// read, which is removed afterwards.
func (o *outside) edit(text string, done func(string)) tea.Cmd {
	if o.in == nil || o.tty == nil {
		return o.say(status.Warning, "there is no terminal to run an editor in")
	}
	return func() tea.Msg {
		f, err := os.CreateTemp("", "assay-*.md")
		if err != nil {
			return editMsg{err: err}
		}
		_, err = f.WriteString(text)
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		return editMsg{path: f.Name(), done: done, err: err}
	}
}

// editor starts the editor and brings its text back.
func (o *outside) editor(m editMsg) tea.Cmd {
	if m.err != nil {
		return o.say(status.Error, "no editor: "+m.err.Error())
	}
	name := o.getenv("VISUAL")
	if name == "" {
		name = o.getenv("EDITOR")
	}
	if name == "" {
		name = "vi"
	}
	words, err := shellwords.Parse(name)
	if err != nil || len(words) == 0 {
		return tea.Batch(discard(m.path), o.say(status.Error, "the editor "+markdown.CleanLine(name)+" cannot be understood"))
	}
	cmd := exec.Command(words[0], append(words[1:], m.path)...)
	// Bubble Tea would hand it our own writer, and an editor wants a terminal.
	cmd.Stdin, cmd.Stdout, cmd.Stderr = o.in, o.tty, o.tty
	return tea.ExecProcess(cmd, func(err error) tea.Msg {
		text, rerr := os.ReadFile(m.path)
		if err == nil {
			err = rerr
		}
		if rmErr := os.Remove(m.path); err == nil {
			err = rmErr
		}
		if err != nil {
			return appliedMsg{func() tea.Cmd { return o.say(status.Error, "the editor failed: "+markdown.CleanLine(err.Error())) }}
		}
		return appliedMsg{func() tea.Cmd { m.done(string(text)); return nil }}
	})
}

func discard(path string) tea.Cmd {
	return func() tea.Msg {
		_ = os.Remove(path)
		return nil
	}
}
