package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"assay/engine"
	"assay/engine/chat"
	"assay/fusion"
	"assay/internal/export"
	"assay/internal/wiring"
	"assay/ui/markdown"
)

// consume reads a run to its end: every event goes to the run file and to --json, or
// is folded and printed in the order of the lanes.
func (c *askCmd) consume(ctx context.Context, run *engine.Run, job wiring.Job) (err error) {
	files, closeFiles, err := c.recorders()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeFiles()) }()
	out := bufio.NewWriter(c.app.Out)
	defer func() { err = errors.Join(err, out.Flush()) }()
	p := &printer{s: c.app.Streams, code: c.code, fitting: c.schema != "", out: out, state: new(chat.State), fused: job.Fusion != nil}
	lines := chat.NewWriter(out)
	for ev := range run.Events() {
		p.state.Apply(ev)
		for _, w := range files {
			err = errors.Join(err, w.Write(ev))
		}
		if c.json {
			err = errors.Join(err, lines.Write(ev), out.Flush())
		} else {
			p.event(ev)
			err = errors.Join(err, p.err)
		}
		if err != nil {
			return err // deferred Close of the run stops the lanes
		}
	}
	if !c.json {
		if err := p.end(); err != nil {
			return err
		}
	}
	if c.schema != "" && !c.json {
		return p.fitted(job.Lanes[0].Request.ResponseFormat)
	}
	return outcome(ctx, p.state)
}

// outcome is the exit code of a run: what its answering lanes came to.
func outcome(ctx context.Context, s *chat.State) error {
	var failed []*chat.Failure
	answers := 0
	for i := range s.Lanes {
		if l := &s.Lanes[i]; l.Spec.Role == chat.RoleAnswer {
			answers++
			if l.Failure != nil {
				failed = append(failed, l.Failure)
			}
		}
	}
	switch {
	case len(failed) == 0 && ctx.Err() == nil:
		return nil
	case ctx.Err() != nil && !timedOut(ctx):
		return Exit(Interrupted, nil)
	case len(failed) < answers:
		return Exit(SomeFailed, nil)
	}
	code := AllFailed
	for i, f := range failed {
		this := codeOfType(f.ErrorType)
		if i > 0 && this != code {
			this = AllFailed
		}
		code = this
		if code == AllFailed {
			break
		}
	}
	return Exit(code, nil)
}

// timedOut reports that --timeout ended the run, not the user.
func timedOut(ctx context.Context) bool {
	var timeout *chat.Error
	return errors.As(context.Cause(ctx), &timeout) && timeout.Type == chat.ErrTimeout
}

func codeOfType(t chat.ErrorType) Code {
	switch t {
	case chat.ErrAuthentication, chat.ErrPayment, chat.ErrPermission:
		return Auth
	case chat.ErrBudget, chat.ErrNoEndpoints:
		return Refused
	case chat.ErrInvalidRequest, chat.ErrNotFound:
		return AllFailed
	}
	return AllFailed
}

// printer prints answers as text. The first lane that has not ended is printed as it
// comes; the others wait for their turn.
type printer struct {
	s       Streams
	code    bool // only code blocks are wanted
	fitting bool // answers must fit a schema, which is checked at the end
	fused   bool
	out     *bufio.Writer
	state   *chat.State
	current int // lane being printed
	shown   int // bytes of it printed
	titled  bool
	err     error
}

func (p *printer) event(ev chat.Event) {
	switch ev.Body.(type) {
	case *chat.Finish, *chat.Failure:
		if !p.streams() || p.state.Lanes[ev.Lane].Spec.Role != chat.RoleAnswer {
			p.note(&p.state.Lanes[ev.Lane])
		}
	case chat.Text:
	default:
		return
	}
	if p.streams() {
		p.advance()
	}
}

// streams reports whether answers are printed as they come: not when only code, JSON
// that must first be checked, or a fused answer is wanted.
func (p *printer) streams() bool {
	return !p.code && !p.fitting && (!p.fused || p.s.OutTTY)
}

// advance prints what is new of the current lane, and moves on when it has ended.
func (p *printer) advance() {
	for p.current < len(p.state.Lanes) {
		l := &p.state.Lanes[p.current]
		if l.Spec.Role != chat.RoleAnswer {
			return
		}
		p.title(l)
		text := string(l.Text)
		if !l.Phase.Ended() {
			text = text[:wholeLines(text)]
		}
		if p.shown < len(text) {
			p.write(markdown.CleanText(text[p.shown:]))
			p.shown = len(text)
		}
		p.flush()
		if !l.Phase.Ended() {
			return
		}
		if p.shown > 0 && text[len(text)-1] != '\n' {
			p.write("\n")
		}
		p.flush()
		p.note(l) // after the answer, so that the two do not mix on a terminal
		p.current, p.shown, p.titled = p.current+1, 0, false
	}
}

// wholeLines cuts before a half line only where a control sequence could be split:
// words come as soon as they are there.
func wholeLines(text string) int {
	n := len(text)
	for i := n - 1; i >= 0 && i > n-64; i-- {
		if text[i] == 0x1b {
			return i
		}
		if text[i] == '\n' || text[i] == ' ' {
			break
		}
	}
	return n
}

func (p *printer) title(l *chat.Lane) {
	if p.titled || p.answers() < 2 && !p.fused {
		return
	}
	p.titled = true
	if p.current > 0 {
		p.write("\n")
	}
	p.write("## " + markdown.CleanLine(l.Spec.Model) + "\n\n")
}

func (p *printer) answers() int {
	n := 0
	for i := range p.state.Lanes {
		if p.state.Lanes[i].Spec.Role == chat.RoleAnswer {
			n++
		}
	}
	return n
}

// end prints what waited for the end: code blocks, the analysis, the fused answer.
func (p *printer) end() error {
	switch {
	case p.fitting:
		return nil
	case p.fused:
		p.fusion()
	case p.code:
		for i := range p.state.Lanes {
			p.blocks(string(p.state.Lanes[i].Text))
		}
	}
	p.flush()
	return p.err
}

func (p *printer) blocks(text string) {
	for _, b := range markdown.CodeBlocks([]byte(text)) {
		p.write(markdown.CleanCopy(b.Text))
		if !strings.HasSuffix(b.Text, "\n") {
			p.write("\n")
		}
	}
}

func (p *printer) fusion() {
	answer := export.Fused(p.state)
	if p.code {
		p.blocks(answer)
		return
	}
	tty := p.s.OutTTY
	if tty && p.state.Analysis != nil {
		p.write("\n## Analysis\n\n")
		p.flush()
		if err := fusion.WriteText(p.out, p.state.Analysis, p.names()); err != nil && p.err == nil {
			p.err = err
		}
	}
	if answer == "" {
		return
	}
	if tty {
		p.write("\n## Fused answer\n\n")
	}
	p.write(strings.TrimRight(markdown.CleanText(answer), "\n") + "\n")
}

func (p *printer) names() []string {
	names := make([]string, len(p.state.Lanes))
	for i := range names {
		names[i] = p.state.Lanes[i].Spec.Model
	}
	return names
}

// fitted prints each answer that fits the schema, unwrapped.
func (p *printer) fitted(format *chat.ResponseFormat) error {
	var bad error
	for i := range p.state.Lanes {
		l := &p.state.Lanes[i]
		if l.Finish == nil {
			continue
		}
		doc, err := fitting(format, string(l.Text))
		if err != nil {
			bad = Exit(SomeFailed, fmt.Errorf("%s: %w", l.Spec.Model, err))
			continue
		}
		p.write(doc + "\n")
	}
	p.flush()
	if bad != nil {
		return bad
	}
	return outcome(context.Background(), p.state)
}

// note tells on standard error how a lane ended.
func (p *printer) note(l *chat.Lane) {
	head := fmt.Sprintf("%d %s", l.Spec.Lane+1, l.Spec.Model)
	if l.Spec.Role != chat.RoleAnswer {
		head = fmt.Sprintf("%s %s", l.Spec.Role, l.Spec.Model)
	}
	line := ""
	if f := l.Failure; f != nil {
		line = fmt.Sprintf("%s: %s: %s (%s)", head, f.ErrorType, f.Message, f.Remedy)
		if f.Provider != "" {
			line = fmt.Sprintf("%s: %s: %s: %s (%s)", head, f.Provider, f.ErrorType, f.Message, f.Remedy)
		}
	} else if f := l.Finish; f != nil {
		cost := "unknown cost"
		if f.Cost.Known() {
			cost = "$" + f.Cost.USD.String()
		}
		line = fmt.Sprintf("%s: %s, %s, %d tokens, %.1f s, %s", head, f.Provider, f.FinishReason, f.Usage.CompletionTokens, float64(f.DurationMs)/1000, cost)
	}
	fmt.Fprintln(p.s.Err, markdown.CleanLine(line))
}

func (p *printer) write(s string) {
	if p.err == nil {
		_, p.err = p.out.WriteString(s)
	}
}

func (p *printer) flush() {
	if p.err == nil {
		p.err = p.out.Flush()
	}
}
