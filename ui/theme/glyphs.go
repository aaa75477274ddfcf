package theme

// Glyphs are the characters that are not letters. Every one is a single cell, in
// Unicode and in ASCII.
type Glyphs struct {
	Box      BoxGlyphs
	State    StateGlyphs
	Fusion   FusionGlyphs
	Verified string
	Weak     string
	Unknown  string // not verified
	Cursor   string // in front of the chosen row
	Prompt   string // in front of the composer
	Fold     string // something is folded away here
	Unfold   string // it is unfolded
	More     string // text goes on
	Below    string // rows wait below
	Above    string // rows wait above
	Checked  string
	Empty    string // not checked
	Bullet   string
	Wrap     string // in front of the rest of a broken line
	Approx   string // in front of an estimate
	Dot      string // between two facts on a line
}

// BoxGlyphs draw borders and separators.
type BoxGlyphs struct {
	Horizontal, Vertical                         string
	TopLeft, TopRight, BottomLeft, BottomRight   string
	TeeLeft, TeeRight, TeeTop, TeeBottom, Cross  string
	HeavyHorizontal, HeavyVertical, QuoteBar     string
	ScrollTrack, ScrollThumb, MeterFull, MeterOf string
}

// StateGlyphs stand in front of the word for the state of a lane.
type StateGlyphs struct{ Queued, Connecting, Thinking, Streaming, Done, Failed, Stopped string }

// FusionGlyphs stand for the five parts of an analysis.
type FusionGlyphs struct{ Consensus, Contradiction, Partial, Unique, Blind string }

func unicodeGlyphs() Glyphs {
	return Glyphs{
		Box: BoxGlyphs{
			Horizontal: "─", Vertical: "│",
			TopLeft: "╭", TopRight: "╮", BottomLeft: "╰", BottomRight: "╯",
			TeeLeft: "├", TeeRight: "┤", TeeTop: "┬", TeeBottom: "┴", Cross: "┼",
			HeavyHorizontal: "━", HeavyVertical: "┃", QuoteBar: "│",
			ScrollTrack: "│", ScrollThumb: "┃", MeterFull: "█", MeterOf: "░",
		},
		State:    StateGlyphs{Queued: "◌", Connecting: "○", Thinking: "◐", Streaming: "●", Done: "✓", Failed: "✗", Stopped: "■"},
		Fusion:   FusionGlyphs{Consensus: "≡", Contradiction: "≠", Partial: "◐", Unique: "◆", Blind: "○"},
		Verified: "✓", Weak: "≈", Unknown: "?",
		Cursor: "›", Prompt: "❯", Fold: "▸", Unfold: "▾", More: "…", Below: "↓", Above: "↑",
		Checked: "✓", Empty: "·", Bullet: "•", Wrap: "↪", Approx: "≈", Dot: "·",
	}
}

func asciiGlyphs() Glyphs {
	return Glyphs{
		Box: BoxGlyphs{
			Horizontal: "-", Vertical: "|",
			TopLeft: "+", TopRight: "+", BottomLeft: "+", BottomRight: "+",
			TeeLeft: "+", TeeRight: "+", TeeTop: "+", TeeBottom: "+", Cross: "+",
			HeavyHorizontal: "=", HeavyVertical: "#", QuoteBar: "|",
			ScrollTrack: ":", ScrollThumb: "#", MeterFull: "#", MeterOf: ".",
		},
		State:    StateGlyphs{Queued: ".", Connecting: "o", Thinking: "~", Streaming: ">", Done: "+", Failed: "x", Stopped: "#"},
		Fusion:   FusionGlyphs{Consensus: "=", Contradiction: "!", Partial: "%", Unique: "*", Blind: "o"},
		Verified: "+", Weak: "~", Unknown: "?",
		Cursor: ">", Prompt: ">", Fold: ">", Unfold: "v", More: "~", Below: "v", Above: "^",
		Checked: "x", Empty: ".", Bullet: "*", Wrap: "\\", Approx: "~", Dot: "-",
	}
}
