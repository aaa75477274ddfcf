package theme

import "github.com/charmbracelet/lipgloss"

// builder makes styles from a palette.
type builder struct {
	r     *lipgloss.Renderer
	p     palette
	plain bool // no colour
}

// attr is a set of attributes that work without colour.
type attr uint8

const (
	bold attr = 1 << iota
	faint
	italic
	underline
	reverse
	strike
)

func (b *builder) apply(s lipgloss.Style, a attr) lipgloss.Style {
	if a&bold != 0 {
		s = s.Bold(true)
	}
	if a&faint != 0 {
		s = s.Faint(true)
	}
	if a&italic != 0 {
		s = s.Italic(true)
	}
	if a&underline != 0 {
		// lipgloss styles blanks on their own when they are underlined, so that
		// the sequence cannot be cut out; one attribute for both avoids that.
		s = s.Underline(true).UnderlineSpaces(true)
	}
	if a&reverse != 0 {
		s = s.Reverse(true)
	}
	if a&strike != 0 {
		s = s.Strikethrough(true).StrikethroughSpaces(true)
	}
	return s
}

// fg is coloured text; without colour it has the attributes mono instead of attrs.
func (b *builder) fg(t tone, attrs, mono attr) Style {
	if b.plain {
		return newStyle(b.apply(b.r.NewStyle(), mono))
	}
	return newStyle(b.apply(b.r.NewStyle().Foreground(t.color()), attrs))
}

// on is text on a coloured background; without colour it has the attributes mono.
func (b *builder) on(text, ground tone, attrs, mono attr) Style {
	if b.plain {
		return newStyle(b.apply(b.r.NewStyle(), mono))
	}
	s := b.r.NewStyle().Foreground(text.color()).Background(ground.color())
	return newStyle(b.apply(s, attrs))
}

// only has attributes and no colour.
func (b *builder) only(a attr) Style { return newStyle(b.apply(b.r.NewStyle(), a)) }

func (b *builder) text() TextStyles {
	return TextStyles{
		Plain:   b.only(0),
		Dim:     b.fg(b.p.dim, 0, faint),
		Faint:   b.fg(b.p.faint, 0, faint),
		Strong:  b.only(bold),
		Accent:  b.fg(b.p.accent, 0, bold),
		Title:   b.fg(b.p.accent, bold, bold),
		Code:    b.fg(b.p.code, 0, 0),
		Link:    b.fg(b.p.info, underline, underline),
		Thought: b.fg(b.p.dim, italic, italic|faint),
	}
}

func (b *builder) lane() LaneStyles {
	l := LaneStyles{
		HeaderFocused:   b.only(bold),
		HeaderBlurred:   b.only(0),
		ProviderFocused: b.fg(b.p.dim, 0, 0),
		ProviderBlurred: b.fg(b.p.dim, 0, faint),
		Footer:          b.fg(b.p.dim, 0, faint),
		FooterValue:     b.only(0),
		Border:          b.fg(b.p.faint, 0, faint),
		BorderFocused:   b.fg(b.p.accent, 0, bold),
		Tool:            b.fg(b.p.info, 0, 0),
		Fold:            b.fg(b.p.dim, 0, faint),
	}
	for i, t := range b.p.lanes {
		l.Colors[i] = b.fg(t, bold, bold)
	}
	return l
}

func (b *builder) state() StateStyles {
	return StateStyles{
		Queued:     b.fg(b.p.dim, 0, faint),
		Connecting: b.fg(b.p.dim, 0, faint),
		Thinking:   b.fg(b.p.rare, 0, italic),
		Streaming:  b.fg(b.p.accent, 0, 0),
		Done:       b.fg(b.p.good, 0, 0),
		Failed:     b.fg(b.p.bad, bold, bold|underline),
		Stopped:    b.fg(b.p.warn, 0, 0),
	}
}

func (b *builder) fusion() FusionStyles {
	return FusionStyles{
		Consensus:     b.fg(b.p.good, 0, 0),
		Contradiction: b.fg(b.p.bad, bold, bold),
		Partial:       b.fg(b.p.warn, 0, 0),
		Unique:        b.fg(b.p.rare, 0, 0),
		Blind:         b.fg(b.p.info, 0, 0),
		Verified:      b.fg(b.p.good, 0, 0),
		Weak:          b.fg(b.p.warn, 0, 0),
		Unverified:    b.fg(b.p.bad, 0, underline),
	}
}

func (b *builder) chrome() ChromeStyles {
	return ChromeStyles{
		Border:         b.fg(b.p.faint, 0, faint),
		Separator:      b.fg(b.p.faint, 0, faint),
		Title:          b.fg(b.p.accent, bold, bold),
		Status:         b.on(b.p.onMark, b.p.bar, 0, reverse),
		StatusKey:      b.on(b.p.onMark, b.p.bar, bold, reverse|bold),
		StatusStrong:   b.on(b.p.onMark, b.p.bar, bold, reverse|bold),
		Composer:       b.only(0),
		ComposerPrompt: b.fg(b.p.accent, bold, bold),
		Placeholder:    b.fg(b.p.dim, 0, faint),
		Picker:         b.only(0),
		PickerChosen:   b.on(b.p.onMark, b.p.selection, bold, reverse),
		PickerMatch:    b.fg(b.p.accent, bold|underline, bold|underline),
		PickerDetail:   b.fg(b.p.dim, 0, faint),
		TableHead:      b.fg(b.p.dim, bold, bold),
		HelpKey:        b.fg(b.p.accent, 0, bold),
		HelpText:       b.fg(b.p.dim, 0, 0),
		Demo:           b.fg(b.p.warn, bold|reverse, bold|reverse),
		Tab:            b.fg(b.p.dim, 0, 0),
		TabActive:      b.fg(b.p.accent, bold|underline, bold|underline),
	}
}

func (b *builder) note() NoteStyles {
	return NoteStyles{
		Cost:     b.only(0),
		Estimate: b.fg(b.p.dim, 0, 0),
		Free:     b.fg(b.p.good, 0, 0),
		Info:     b.fg(b.p.info, 0, 0),
		Good:     b.fg(b.p.good, 0, 0),
		Warning:  b.fg(b.p.warn, 0, bold),
		Error:    b.fg(b.p.bad, bold, bold|underline),
	}
}

func (b *builder) mark() MarkStyles {
	return MarkStyles{
		Selection:       b.on(b.p.onMark, b.p.selection, 0, reverse),
		Evidence:        b.on(b.p.onSpan, b.p.evidence, 0, underline),
		EvidenceCurrent: b.fg(b.p.current, bold|reverse, bold|reverse),
		Match:           b.fg(b.p.warn, bold|underline, bold|underline),
		Added:           b.fg(b.p.good, underline, underline),
		Removed:         b.fg(b.p.bad, strike, strike),
	}
}
