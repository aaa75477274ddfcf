package compare

import (
	"strings"
	"sync"

	"assay/ui/keys"
	"assay/ui/line"
	"assay/ui/markdown"
)

// plain is a Text without Markdown.
type plain struct {
	mu      sync.Mutex
	raw     []byte
	version uint64
	w, h    int
	top     int
	follow  bool
}

func newPlain() *plain { return &plain{follow: true} }

func (p *plain) change(do func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	do()
	p.version++
}

func (p *plain) Write(s string) { p.change(func() { p.raw = append(p.raw, s...) }) }
func (p *plain) Think(string)   {}
func (p *plain) Restart()       { p.change(func() { p.raw, p.follow = nil, true }) }
func (p *plain) End()           { p.change(func() {}) }

func (p *plain) SetSize(w, h int) { p.w, p.h = w, h }

func (p *plain) all() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var rows []string
	for l := range strings.SplitSeq(markdown.CleanText(string(p.raw)), "\n") {
		w := line.Wrap(l, max(p.w-2, 1))
		if len(w) == 0 {
			w = []string{""}
		}
		rows = append(rows, w...)
	}
	return rows
}

func (p *plain) Rows() []string {
	all := p.all()
	if p.follow {
		p.top = len(all)
	}
	p.top = max(min(p.top, len(all)-p.h), 0)
	out := make([]string, 0, p.h)
	for i := p.top; i < min(p.top+p.h, len(all)); i++ {
		out = append(out, line.Fit(" "+all[i], p.w))
	}
	for len(out) < p.h {
		out = append(out, strings.Repeat(" ", p.w))
	}
	return out
}

func (p *plain) Do(a keys.Action) {
	p.change(func() {
		step := map[keys.Action]int{keys.Down: 1, keys.Up: -1, keys.PageDown: p.h, keys.PageUp: -p.h, keys.HalfDown: p.h / 2, keys.HalfUp: -p.h / 2, keys.Top: -1 << 30}[a]
		p.follow = a == keys.Follow
		p.top = max(p.top+step, 0)
	})
}

func (p *plain) Thoughts(bool)   {}
func (p *plain) Focus(bool)      {}
func (p *plain) Mark([]Span)     { p.change(func() {}) }
func (p *plain) Jump(Span)       { p.change(func() {}) }
func (p *plain) Scrolled() int   { return 0 }
func (p *plain) Version() uint64 { p.mu.Lock(); defer p.mu.Unlock(); return p.version }
func (p *plain) Busy() bool      { return false }
func (p *plain) Close()          {}

func (s *Screen) newText() Text { return newPlain() }
