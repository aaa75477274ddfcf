package fusion

// Control steers a run from outside. Its methods never block and may be called at
// any time, by any goroutine; what comes when it means nothing is ignored.
type Control struct {
	fuse chan struct{}
	tick chan struct{}
}

// NewControl makes the control of one run.
func NewControl() *Control {
	return &Control{fuse: make(chan struct{}, 1), tick: make(chan struct{}, 1)}
}

// FuseNow goes on with the answers that are there. With fewer than two complete
// ones, answers still arriving are taken as far as they have come.
func (c *Control) FuseNow() { poke(c.fuse) }

// Tick asks for a comparison of what has arrived so far. Call it as often as a pane
// is worth redrawing, for instance once a second; between ticks only complete
// answers are compared.
func (c *Control) Tick() { poke(c.tick) }

func poke(ch chan struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}

// signals are the control's channels; nil ones, which never fire, without a control.
func (c *Control) signals() (fuse, tick <-chan struct{}) {
	if c == nil {
		return nil, nil
	}
	return c.fuse, c.tick
}
