// Package status is the bottom row: what the keys do here, a notice when something
// has happened, and at the right the figures of the run.
package status

import (
	"strings"

	"assay/ui/keys"
	"assay/ui/line"
	"assay/ui/theme"
)

// Level is how much a notice matters.
type Level uint8

// The levels.
const (
	Info Level = iota
	Good
	Warning
	Error
)

// Hint is a key and what it does.
type Hint struct{ Key, Text string }

// Fact is a figure at the right. The later in the list, the longer it stays when
// room is short.
type Fact struct {
	Text   string
	Strong bool
}

// Bar is the status line. It is used by one goroutine.
type Bar struct {
	styles  *theme.Styles
	notice  string
	level   Level
	id      int
	pending string
	next    []keys.Binding
}

// New makes a status line.
func New(s *theme.Styles) *Bar { return &Bar{styles: s} }

// Notice shows a clean one-line text until it is replaced or Expire is called with
// the id it returns.
func (b *Bar) Notice(l Level, text string) (id int) {
	b.notice, b.level = text, l
	b.id++
	return b.id
}

// Expire takes a notice away, unless another has come since, and says whether it did.
func (b *Bar) Expire(id int) bool {
	if id != b.id {
		return false
	}
	b.notice = ""
	return true
}

// Text is the notice that is shown.
func (b *Bar) Text() string { return b.notice }

// Pending shows what may follow keys that begin a sequence; an empty sequence ends it.
func (b *Bar) Pending(seq string, next []keys.Binding) { b.pending, b.next = seq, next }

// View draws the row.
func (b *Bar) View(w int, hints []Hint, facts []Fact) string {
	s := &b.styles.Chrome
	l := line.New(w, b.styles.Glyph.More).On(s.Status).Space(1)
	right := b.facts(w-2, facts)
	left := l.Room() - right.Width() - 2
	if right.Width() == 0 {
		left = l.Room() - 1
	}
	switch {
	case b.pending != "":
		left = l.Room() - 1
		right = line.New(0, "")
		l.Join(b.sequence(left))
	case b.notice != "":
		// What has just happened matters more than the figures.
		if need := len([]rune(b.notice)) + 4; need > left {
			left = l.Room() - 1
			right = line.New(0, "")
		}
		l.Join(b.note(left))
	default:
		l.Join(b.hints(left, hints))
	}
	if right.Width() > 0 {
		l.Right(right.Width() + 1).Join(right)
	}
	return l.Pad()
}

func (b *Bar) note(w int) *line.Line {
	s, g := &b.styles.Chrome, &b.styles.Glyph.State
	mark := map[Level]string{Info: b.styles.Glyph.Bullet, Good: g.Done, Warning: "!", Error: g.Failed}[b.level]
	style := s.StatusStrong
	if b.level == Info {
		style = s.Status
	}
	return line.New(max(w, 0), b.styles.Glyph.More).On(s.Status).Add(s.StatusStrong, mark+" ").Add(style, b.notice)
}

func (b *Bar) sequence(w int) *line.Line {
	s := &b.styles.Chrome
	l := line.New(max(w, 0), b.styles.Glyph.More).On(s.Status).Add(s.StatusStrong, b.pending).Add(s.Status, " then")
	ascii := b.styles.Options.ASCII
	for _, n := range b.next {
		key := keys.Label(n.Keys[0], ascii)
		if len(key)+len(n.Hint)+3 > l.Room() {
			break
		}
		l.Space(2).Add(s.StatusKey, key).Add(s.Status, " "+n.Hint)
	}
	return l
}

func (b *Bar) hints(w int, hints []Hint) *line.Line {
	s := &b.styles.Chrome
	l := line.New(max(w, 0), b.styles.Glyph.More).On(s.Status)
	for i, h := range hints {
		gap := 0
		if i > 0 {
			gap = 2
		}
		key := keys.Label(h.Key, b.styles.Options.ASCII)
		if gap+len([]rune(key))+1+len([]rune(h.Text)) > l.Room() {
			continue
		}
		l.Space(gap).Add(s.StatusKey, key).Add(s.Status, " "+h.Text)
	}
	return l
}

// facts joins as many figures as fit, dropping the first ones.
func (b *Bar) facts(w int, facts []Fact) *line.Line {
	s := &b.styles.Chrome
	sep := " " + b.styles.Glyph.Dot + " "
	var kept []Fact
	for i := len(facts) - 1; i >= 0; i-- {
		if strings.TrimSpace(facts[i].Text) == "" {
			continue
		}
		need := len([]rune(facts[i].Text))
		if len(kept) > 0 {
			need += len([]rune(sep))
		}
		if need > w {
			break
		}
		w -= need
		kept = append(kept, facts[i])
	}
	room := 0
	for _, f := range kept {
		room += len([]rune(f.Text)) + len([]rune(sep))
	}
	l := line.New(room, "").On(s.Status)
	for i := len(kept) - 1; i >= 0; i-- {
		if l.Width() > 0 {
			l.Add(s.Status, sep)
		}
		style := s.Status
		if kept[i].Strong {
			style = s.StatusStrong
		}
		l.Add(style, kept[i].Text)
	}
	return l
}
