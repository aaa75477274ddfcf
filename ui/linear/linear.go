// Package linear is the workbench as ordered text: one line is read, what happens is
// said in sentences from top to bottom, and nothing on the screen is ever changed
// again. It is for screen readers, for terminals that cannot do more, and for logs.
//
// Commands are those of the composer. There is no colour and no control character in
// the output.
package linear

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/muesli/cancelreader"

	"assay/engine/chat"
	"assay/ui/backend"
	"assay/ui/figure"
	"assay/ui/keys"
	"assay/ui/markdown"
	"assay/ui/talk"
)

// Options are how linear mode starts.
type Options struct {
	Backend backend.Backend
	Keys    *keys.Table
	In      io.Reader
	Out     io.Writer
	Lanes   []talk.Setup
	Draft   string // an empty line sends it
	Fuse    bool
	Panel   string
}

// Run reads lines and answers them until the input ends, the user quits, or ctx ends.
// Runs under way are stopped and waited for.
func Run(ctx context.Context, o Options) error {
	ctx, cancel := context.WithCancel(ctx)
	s := &shell{Options: o, ctx: ctx, talk: &talk.Talk{Fuse: o.Fuse, Panel: o.Panel}, models: map[string]backend.Choice{}}
	for _, l := range o.Lanes {
		s.talk.Add(l)
	}
	lines, stop := read(ctx, o.In)
	s.lines = lines
	defer stop()
	defer s.talk.Wait()
	defer cancel()
	s.hello()
	for s.err == nil && !s.quit {
		s.ask()
		line, ok := s.next()
		if !ok {
			break
		}
		s.take(line)
	}
	return s.err
}

// shell is one session.
type shell struct {
	Options
	ctx    context.Context
	talk   *talk.Talk
	lines  <-chan string
	models map[string]backend.Choice
	quit   bool
	err    error // of writing; nothing more is written after one
}

// read sends lines until the input or ctx ends. stop ends it and waits for it.
func read(ctx context.Context, in io.Reader) (lines <-chan string, stop func()) {
	out, done := make(chan string), make(chan struct{})
	interrupt := func() {}
	if f, ok := in.(*os.File); ok {
		if c, err := cancelreader.NewReader(f); err == nil {
			in, interrupt = c, func() { c.Cancel() }
		}
	}
	go func() {
		defer close(done)
		defer close(out)
		sc := bufio.NewScanner(in)
		sc.Buffer(nil, 16<<20)
		for sc.Scan() {
			select {
			case out <- sc.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return out, func() {
		interrupt()
		<-done
	}
}

func (s *shell) say(format string, args ...any) {
	if s.err == nil {
		_, s.err = fmt.Fprintf(s.Out, format+"\n", args...)
	}
}

// ask shows that a line is awaited.
func (s *shell) ask() {
	if s.err == nil {
		_, s.err = io.WriteString(s.Out, "> ")
	}
}

// next reads a prompt: a line, and those after it while it ends with a backslash.
func (s *shell) next() (string, bool) {
	var all []string
	for {
		select {
		case line, ok := <-s.lines:
			if !ok {
				return "", false
			}
			if rest, more := strings.CutSuffix(line, `\`); more {
				all = append(all, rest)
				continue
			}
			return strings.Join(append(all, line), "\n"), true
		case <-s.ctx.Done():
			return "", false
		}
	}
}

func (s *shell) hello() {
	s.say("assay, as text. Type a prompt and press enter; /help lists the commands.")
	if st := s.Backend.Status(); st.Line != "" {
		s.say("%s", markdown.CleanLine(st.Line))
	}
	s.sayLanes()
	if s.Draft != "" {
		s.say("Draft: %s", markdown.CleanText(s.Draft))
		s.say("An empty line sends it.")
	}
}

func (s *shell) sayLanes() {
	lanes := s.talk.Lanes()
	if len(lanes) == 0 {
		s.say("No model is chosen yet: /models WORDS finds some, /models ID ID chooses.")
		return
	}
	var names []string
	for i, c := range lanes {
		names = append(names, fmt.Sprintf("%d %s", i+1, markdown.CleanLine(c.Setup.Request.Model)))
	}
	then := ""
	if s.talk.Fuse && len(lanes) > 1 {
		then = "; their answers are fused"
	}
	s.say("Lanes: %s%s.", strings.Join(names, ", "), then)
}

// take does what a line asks for.
func (s *shell) take(line string) {
	if strings.TrimSpace(line) == "" {
		if s.Draft == "" {
			return
		}
		line = s.Draft
	}
	if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "/"); ok && !strings.Contains(line, "\n") {
		name, arg, _ := strings.Cut(rest, " ")
		if !strings.ContainsAny(name, "/.") {
			s.command(name, strings.TrimSpace(arg))
			return
		}
	}
	s.Draft = ""
	s.send(line)
}

// send prices a prompt, asks if that is too much, and follows the run.
func (s *shell) send(prompt string) {
	if len(s.talk.Lanes()) == 0 {
		s.sayLanes()
		s.Draft = prompt
		return
	}
	a := s.talk.Draft(prompt)
	q, err := s.Backend.Quote(s.ctx, a)
	if err != nil {
		s.say("Not sent: %s", markdown.CleanLine(err.Error()))
		return
	}
	price := figure.Range(q.Estimate, "about ")
	if q.Over != "" {
		s.say("This may cost %s, which is above %s. Type yes to send it.", price, markdown.CleanLine(q.Over))
		s.ask()
		if line, ok := s.next(); !ok || !strings.HasPrefix(strings.ToLower(strings.TrimSpace(line)), "y") {
			s.say("Not sent. An empty line asks again.")
			s.Draft = prompt
			return
		}
	}
	run, err := s.Backend.Start(s.ctx, a)
	if err != nil {
		s.say("Not sent: %s", markdown.CleanLine(err.Error()))
		s.Draft = prompt
		return
	}
	s.say("Sent to %s, %s.", count(len(a.Lanes), "lane"), price)
	t := s.talk.Begin(a, run)
	s.follow(t, newReport(s, t, nil))
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// beat is how often a run is looked at.
const beat = 100 * time.Millisecond

// follow says what happens in a turn until it is over: news as they come, answers in
// the order of the lanes.
func (s *shell) follow(t *talk.Turn, r *report) {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	done := s.ctx.Done()
	lines := s.lines
	for {
		live := t.Feed.Live()
		r.look()
		if !live {
			break
		}
		select {
		case <-tick.C:
		case <-done:
			t.Feed.Cancel()
			done = nil
		case line, ok := <-lines:
			if !ok {
				lines = nil // the input has ended: the run is still told to its end
				continue
			}
			s.during(t, strings.TrimSpace(line))
		}
	}
	t.Feed.Wait()
	r.close()
}

// during takes a line while a run is under way.
func (s *shell) during(t *talk.Turn, line string) {
	name, arg, _ := strings.Cut(strings.TrimPrefix(line, "/"), " ")
	row, _ := s.Keys.Slash(name)
	switch {
	case line == "":
	case !strings.HasPrefix(line, "/"):
		s.say("A run is under way: /stop stops it, /stop N one lane.")
	case row.Action == keys.Stop && arg != "":
		if c := s.lane(t, arg); c != nil {
			t.Feed.CancelLane(c.Number)
		}
	case row.Action == keys.Stop, row.Action == keys.StopAll:
		t.Feed.Cancel()
	case row.Action == keys.FuseNow:
		t.Feed.FuseNow()
	case row.Action == keys.Quit:
		s.quit = true
		t.Feed.Cancel()
	default:
		s.say("While a run is under way there are /stop, /fuse-now and /quit.")
	}
}

// lane finds a lane by the number a person uses.
func (s *shell) lane(t *talk.Turn, text string) *talk.Column {
	if text == "" && len(t.Columns) == 1 {
		return &t.Columns[0]
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > len(t.Columns) {
		s.say("Say which lane, from 1 to %d.", len(t.Columns))
		return nil
	}
	return &t.Columns[n-1]
}

// ended is a lane as it ended, nil when it was not asked.
func ended(t *talk.Turn, c *talk.Column) *chat.Lane {
	if !t.Asked() || c.Number < 0 {
		return nil
	}
	lanes := t.Feed.Snapshot().State.Lanes
	if c.Number >= len(lanes) {
		return nil
	}
	return &lanes[c.Number]
}
