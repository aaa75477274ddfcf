package theme

import (
	"io"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// Profile is how many colours the terminal shows.
type Profile uint8

// The profiles. None still uses bold, underline and reverse.
const (
	None Profile = iota
	ANSI16
	ANSI256
	TrueColor
)

// String is the name config and doctor use.
func (p Profile) String() string {
	return [...]string{"none", "16", "256", "truecolor"}[p]
}

// Options choose a theme. The zero value is a light one without colour.
type Options struct {
	Dark    bool // the terminal's background is dark
	Profile Profile
	ASCII   bool // no glyph outside ASCII
}

// Styles is a theme. It is never written after New.
type Styles struct {
	Options  Options
	Glyph    Glyphs
	Renderer *lipgloss.Renderer // for widgets that build styles of their own

	Text   TextStyles
	Lane   LaneStyles
	State  StateStyles
	Fusion FusionStyles
	Chrome ChromeStyles
	Note   NoteStyles
	Mark   MarkStyles
}

// TextStyles are for text anywhere.
type TextStyles struct {
	Plain, Dim, Faint, Strong, Accent, Title, Code, Link, Thought Style
}

// LaneStyles draw one lane: header, footer and what stands between answer and edge.
type LaneStyles struct {
	HeaderFocused, HeaderBlurred, ProviderFocused, ProviderBlurred Style
	Footer, FooterValue, Border, BorderFocused                     Style
	Tool, Fold                                                     Style
	Colors                                                         [Lanes]Style // by lane number modulo Lanes
}

// Color is the colour of lane n, counted from 0.
func (l *LaneStyles) Color(n int) Style {
	return l.Colors[(n%Lanes+Lanes)%Lanes]
}

// StateStyles draw the glyph and the word for the state of a lane.
type StateStyles struct {
	Queued, Connecting, Thinking, Streaming, Done, Failed, Stopped Style
}

// FusionStyles draw the five parts of an analysis and how well an item is grounded.
type FusionStyles struct {
	Consensus, Contradiction, Partial, Unique, Blind Style
	Verified, Weak, Unverified                       Style
}

// ChromeStyles draw everything around the lanes.
type ChromeStyles struct {
	Border, Separator, Title                                   Style
	Status, StatusKey, StatusStrong                            Style
	Composer, ComposerPrompt, Placeholder                      Style
	Picker, PickerChosen, PickerMatch, PickerDetail, TableHead Style
	HelpKey, HelpText                                          Style
	Demo                                                       Style // the badge on everything the demo provider says
	Tab, TabActive                                             Style
}

// NoteStyles draw messages and amounts.
type NoteStyles struct {
	Cost, Estimate, Free, Info, Good, Warning, Error Style
}

// MarkStyles draw over text that has a style already.
type MarkStyles struct {
	Selection, Evidence, EvidenceCurrent, Match, Added, Removed Style
}

// New builds a theme.
func New(o Options) *Styles {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetHasDarkBackground(o.Dark)
	r.SetColorProfile(termenvProfile(o.Profile))
	b := builder{r: r, plain: o.Profile == None, p: lightPalette()}
	if o.Dark {
		b.p = darkPalette()
	}
	glyph := unicodeGlyphs()
	if o.ASCII {
		glyph = asciiGlyphs()
	}
	return &Styles{
		Options: o, Glyph: glyph, Renderer: r,
		Text: b.text(), Lane: b.lane(), State: b.state(), Fusion: b.fusion(),
		Chrome: b.chrome(), Note: b.note(), Mark: b.mark(),
	}
}

// termenvProfile maps None to 16 colours on purpose: termenv drops bold and
// underline together with colour, and NO_COLOR asks for the loss of colour only.
// The builder sets no colour in that case.
func termenvProfile(p Profile) termenv.Profile {
	switch p {
	case TrueColor:
		return termenv.TrueColor
	case ANSI256:
		return termenv.ANSI256
	default:
		return termenv.ANSI
	}
}
